//! Matching the walking speed: where a speed lies among a table's speed groups.
//!
//! In: the groups' dimensionless speeds and the recording's. Out: [`Place`], two neighbours and a
//! share, with words.

use super::SpeedGroup;

/// Name of the group that counts when the speed is unknown.
pub(super) const FREE: &str = "free";

/// A speed among ascending speed groups: `share` of the way from group `lower` to group `upper`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Slower neighbour.
    pub lower: usize,
    /// Faster neighbour.
    pub upper: usize,
    /// 0 at the slower, 1 at the faster.
    pub share: f64,
    /// In words.
    pub words: String,
}

impl Place {
    /// The value of the groups at this place, linear between the neighbours.
    pub fn mix<T>(&self, groups: &[T], value: impl Fn(&T) -> f64) -> f64 {
        let at = |index: usize| groups.get(index).map_or(f64::NAN, &value);
        (1.0 - self.share) * at(self.lower) + self.share * at(self.upper)
    }

    fn single(index: usize, words: String) -> Place {
        Place {
            lower: index,
            upper: index,
            share: 0.0,
            words,
        }
    }
}

/// Finds the place of `speed` among groups given as (name, ascending dimensionless speed).
///
/// Without a speed, or with groups of unknown speed, the group `free` (else the middle one) counts.
pub(super) fn place(groups: &[(&str, Option<f64>)], speed: Option<f64>) -> Place {
    let known: Vec<(usize, &str, f64)> = groups
        .iter()
        .enumerate()
        .filter_map(|(index, (name, v))| Some((index, *name, (*v)?)))
        .collect();
    let free = groups
        .iter()
        .position(|(name, _)| *name == FREE)
        .unwrap_or(groups.len() / 2);
    let free_name = groups.get(free).map_or("", |group| group.0);
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return Place::single(free, format!("{free_name} (the table has no speeds)"));
    };
    let Some(speed) = speed.filter(|v| v.is_finite()) else {
        return Place::single(free, format!("{free_name} (walking speed unknown)"));
    };
    if speed < first.2 {
        let words = format!("{} (slowest group; v* {speed:.2} is slower)", first.1);
        return Place::single(first.0, words);
    }
    if speed > last.2 {
        let words = format!("{} (fastest group; v* {speed:.2} is faster)", last.1);
        return Place::single(last.0, words);
    }
    for pair in known.windows(2) {
        let [(lower, low_name, low), (upper, high_name, high)] = pair else {
            continue;
        };
        if speed > *high {
            continue;
        }
        let share = (speed - low) / (high - low);
        let words = match (share * 100.0).round() as i64 {
            0 => (*low_name).to_owned(),
            100 => (*high_name).to_owned(),
            percent => format!("{low_name}–{high_name} {percent} %"),
        };
        return Place {
            lower: *lower,
            upper: *upper,
            share,
            words,
        };
    }
    Place::single(last.0, last.1.to_owned())
}

impl super::NormTable {
    /// Where a speed lies among this table's groups.
    pub(super) fn place(&self, speed: Option<f64>) -> Place {
        let groups: Vec<_> = self
            .groups
            .iter()
            .map(|group: &SpeedGroup| (group.name.as_str(), group.speed_dimensionless))
            .collect();
        place(&groups, speed)
    }
}
