//! Which session came first.
//!
//! In: the names of two sessions. Out: their order, as far as the names tell it.

use std::cmp::Ordering;

/// Words of a session's name that say it came before a treatment, and after one.
const BEFORE: [&str; 9] = [
    "pre", "preop", "before", "baseline", "initial", "vor", "avant", "antes", "previo",
];
const AFTER: [&str; 9] = [
    "post", "postop", "after", "followup", "follow", "final", "nach", "apres", "despues",
];

/// Which of two sessions was earlier, as far as their names say: `pre` before `post`, `visit-2`
/// before `visit-10`, else in the order of the alphabet. Recordings seldom hold a date that can be
/// trusted.
pub fn session_order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    phase(&a)
        .cmp(&phase(&b))
        .then_with(|| parts(&a).cmp(&parts(&b)))
        .then_with(|| a.cmp(&b))
}

/// 0 before a treatment, 2 after it, 1 when the name says neither.
fn phase(name: &str) -> u8 {
    let words = || name.split(|c: char| !c.is_alphabetic());
    let has = |known: &[&str]| words().any(|word| known.contains(&word));
    match (has(&BEFORE), has(&AFTER)) {
        (true, false) => 0,
        (false, true) => 2,
        _ => 1,
    }
}

/// A name cut into numbers, without their leading zeros and by length, and other characters.
fn parts(name: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    for word in name.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let number = digits.trim_start_matches('0');
        if !digits.is_empty() {
            parts.push((number.len() + 1, number));
        }
        parts.push((usize::MAX, word.get(digits.len()..).unwrap_or_default()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_stand_in_the_order_their_names_tell() {
        let mut names = vec![
            "visit-10",
            "post",
            "visit-2",
            "Pre-OP",
            "2024-03",
            "2023-11",
            "follow-up 2",
            "visit-02b",
        ];
        names.sort_by(|a, b| session_order(a, b));
        assert_eq!(
            names,
            [
                "Pre-OP",
                "2023-11",
                "2024-03",
                "visit-2",
                "visit-02b",
                "visit-10",
                "follow-up 2",
                "post"
            ]
        );
    }
}
