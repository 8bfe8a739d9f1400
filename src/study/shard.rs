//! A part of an archive, for one of several jobs of a cluster.
//!
//! In: `2/20`. Out: whether a recording belongs to that part: by its name alone, so that every job
//! decides the same without asking the others.

use super::one::hex_hash;
use std::str::FromStr;

/// Part `number` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u32,
    /// How many parts.
    pub of: u32,
}

impl Shard {
    /// Whether a recording belongs to this part. About as many belong to each.
    pub fn holds(self, recording: &str) -> bool {
        let hash = hex_hash(recording.as_bytes());
        // 15 hex digits always fit
        let number = u64::from_str_radix(&hash[..15], 16).unwrap_or(0);
        number % u64::from(self.of.max(1)) == u64::from(self.number.saturating_sub(1))
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let parts = text.split_once('/').map(|(i, n)| (i.parse(), n.parse()));
        match parts {
            Some((Ok(number), Ok(of))) if (1..=of).contains(&number) => Ok(Shard { number, of }),
            _ => Err("expected NUMBER/OF, counted from 1, for example 2/20".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recording_belongs_to_one_part() {
        let mut counts = [0; 7];
        for i in 0..2000 {
            let name = format!("P{i}/pre/w.c3d");
            let parts = (1..=7).map(|number| Shard { number, of: 7 });
            let holding: Vec<Shard> = parts.filter(|shard| shard.holds(&name)).collect();
            assert_eq!(holding.len(), 1);
            counts[holding[0].number as usize - 1] += 1;
        }
        assert!(counts.iter().all(|n| (220..360).contains(n)), "{counts:?}");
    }

    #[test]
    fn parts_are_counted_from_one() {
        assert_eq!("2/20".parse(), Ok(Shard { number: 2, of: 20 }));
        for wrong in ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
