//! Free spellings of where a sensor sat: `LFemur_20210820`, `tibia_r_imu`, `Right Ankle`, `thigh_l`.

use super::{Placement, Side};

/// A region of the body before its side is known.
#[derive(Clone, Copy)]
enum Region {
    Middle(Placement),
    Limb(fn(Side) -> Placement),
}

impl Placement {
    /// The placement that a sensor's or file's name tells; `None` when it tells none, or two, or a
    /// limb without its side.
    pub fn from_label(label: &str) -> Option<Placement> {
        if let Some(exact) = Placement::from_name(label) {
            return Some(exact);
        }
        let words = words(label);
        let mut side = None;
        let mut found: Option<Placement> = None;
        let mut limb: Option<fn(Side) -> Placement> = None;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let next = words.get(at + 1).map(String::as_str);
            at += 1;
            if let Some(own) = side_of(word) {
                if side.is_some_and(|s| s != own) {
                    return None;
                }
                side = Some(own);
                continue;
            }
            let (region, own, used) = match region(word, next) {
                Some((region, used)) => (region, None, used),
                None => match glued(word) {
                    Some((own, region)) => (region, Some(own), 0),
                    None => continue,
                },
            };
            at += used;
            if let Some(own) = own {
                if side.is_some_and(|s| s != own) {
                    return None;
                }
                side = Some(own);
            }
            match region {
                Region::Middle(placement) => {
                    if found.is_some_and(|f| f != placement) || limb.is_some() {
                        return None;
                    }
                    found = Some(placement);
                }
                Region::Limb(of) => {
                    let same = limb.is_none_or(|l| l(Side::Left) == of(Side::Left));
                    if found.is_some() || !same {
                        return None;
                    }
                    limb = Some(of);
                }
            }
        }
        match limb {
            Some(of) => Some(of(side?)),
            None => found,
        }
    }
}

/// Lower-case words; `LFemur` and `leftThigh` are two each, `L5` is one.
fn words(label: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in label.split(|c: char| !c.is_alphanumeric()) {
        let chars: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (i, &c) in chars.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| chars.get(i));
            let after = chars.get(i + 1);
            let begins = c.is_uppercase()
                && (before.is_some_and(|b| b.is_lowercase())
                    || before.is_some_and(|b| b.is_uppercase())
                        && after.is_some_and(|a| a.is_lowercase()));
            if begins && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.extend(c.to_lowercase());
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

fn side_of(word: &str) -> Option<Side> {
    match word {
        "l" | "left" | "lt" => Some(Side::Left),
        "r" | "right" | "rt" => Some(Side::Right),
        _ => None,
    }
}

/// The region a word names, with the one after it where it takes two, and how many more it took.
fn region(word: &str, next: Option<&str>) -> Option<(Region, usize)> {
    use Placement as P;
    let two = match (word, next) {
        ("lower", Some("back" | "spine")) => Some(Region::Middle(P::LowerBack)),
        ("upper", Some("back" | "spine")) => Some(Region::Middle(P::UpperBack)),
        ("lower", Some("leg")) => Some(Region::Limb(P::Shank)),
        ("upper", Some("leg")) => Some(Region::Limb(P::Thigh)),
        ("upper", Some("arm")) => Some(Region::Limb(P::UpperArm)),
        ("lower", Some("arm")) => Some(Region::Limb(P::Forearm)),
        _ => None,
    };
    if let Some(region) = two {
        return Some((region, 1));
    }
    let one = match word {
        "pelvis" | "pelvic" | "sacrum" | "sacral" => Region::Middle(P::Pelvis),
        "lowerback" | "lumbar" | "waist" | "belt" | "l3" | "l4" | "l5" | "lb" => {
            Region::Middle(P::LowerBack)
        }
        "sternum" | "chest" | "torso" | "thorax" | "trunk" | "strn" => Region::Middle(P::Sternum),
        "upperback" | "c7" | "t1" | "t2" | "t4" | "t8" => Region::Middle(P::UpperBack),
        "head" | "forehead" | "he" => Region::Middle(P::Head),
        "upperarm" | "humerus" => Region::Limb(P::UpperArm),
        "forearm" | "wrist" | "ulna" | "hand" => Region::Limb(P::Forearm),
        "thigh" | "femur" | "upperleg" => Region::Limb(P::Thigh),
        "shank" | "tibia" | "shin" | "calf" | "ankle" | "lowerleg" => Region::Limb(P::Shank),
        "foot" | "shoe" | "calcn" | "calcaneus" | "heel" | "instep" => Region::Limb(P::Foot),
        _ => return None,
    };
    Some((one, 0))
}

/// Side and region in one word: `lfoot`, `tibiar`, and the codes `LF`, `RF`.
fn glued(word: &str) -> Option<(Side, Region)> {
    match word {
        "lf" => return Some((Side::Left, Region::Limb(Placement::Foot))),
        "rf" => return Some((Side::Right, Region::Limb(Placement::Foot))),
        _ => {}
    }
    let limb = |rest: &str| match region(rest, None) {
        Some((limb @ Region::Limb(_), 0)) => Some(limb),
        _ => None,
    };
    for (long, short, side) in [("left", "l", Side::Left), ("right", "r", Side::Right)] {
        for mark in [long, short] {
            let rest = word
                .strip_prefix(mark)
                .and_then(limb)
                .or_else(|| word.strip_suffix(mark).and_then(limb));
            if let Some(region) = rest {
                return Some((side, region));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use Side::{Left, Right};

    #[test]
    fn spellings() {
        for (label, expected) in [
            ("LFemur_20210820_202113_831", Placement::Thigh(Left)),
            ("RTibia_20210820_202113_825", Placement::Shank(Right)),
            ("Pelvis_20210820_202113_836", Placement::Pelvis),
            ("pelvis_imu", Placement::Pelvis),
            ("tibia_r_imu", Placement::Shank(Right)),
            ("calcn_l_imu", Placement::Foot(Left)),
            ("torso_imu", Placement::Sternum),
            ("Right Ankle", Placement::Shank(Right)),
            ("Left Foot", Placement::Foot(Left)),
            ("Lumbar", Placement::LowerBack),
            ("Chest", Placement::Sternum),
            ("thigh_l", Placement::Thigh(Left)),
            ("lower_back", Placement::LowerBack),
            ("upper_back", Placement::UpperBack),
            ("left_shank", Placement::Shank(Left)),
            ("rightThigh", Placement::Thigh(Right)),
            ("left upper arm", Placement::UpperArm(Left)),
            ("left_upper_leg", Placement::Thigh(Left)),
            ("lfoot", Placement::Foot(Left)),
            ("HS_1_1_raw_data_LB", Placement::LowerBack),
            ("HS_1_1_raw_data_RF", Placement::Foot(Right)),
            ("L5", Placement::LowerBack),
        ] {
            assert_eq!(Placement::from_label(label), Some(expected), "{label}");
        }
        for label in [
            "",
            "MT_012005D6_031-000_00B421AF",
            "MT_012005D6-000_sit_to_stand-000_00B421ED",
            "thigh",
            "left_right_foot",
            "pelvis_to_left_thigh",
            "Static",
            "Upper",
            "walk",
        ] {
            assert_eq!(Placement::from_label(label), None, "{label}");
        }
    }
}
