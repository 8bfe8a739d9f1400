//! The mean curves of a recording as a GCD file, the text that gait viewers read (Vicon Polygon and its kin).
//!
//! In: the strides of one recording. Out: a block per limb and angle: `!LeftPelvicObliquity`, then 51 lines, every
//! 2 % of the stride, each with mean and SD of the used strides, degrees. Names and signs are those of Plug-in Gait:
//! named side up, lean away from the named side, adduction, varus and flexion positive. The values are hipdrop's own
//! (pelvis and trunk in the sequence rotation–obliquity–tilt), not those of Plug-in Gait.

use super::curves::{LimbCurves, Shown};
use crate::norms::{NormBand, NormCurve, NormError};
use crate::recording::{Sequence, Side};
use crate::study::rows::StrideRow;
use crate::study::tables::cell::push_fixed;
use std::path::PathBuf;

/// The first line: viewers know the format by it.
const HEADER: &str = "#!DST-0.GCD     Oxford  Metrics";

/// Every second of the 101 points of a curve.
const STEP: usize = 2;

/// Curve, name without its side, sign.
const ANGLES: [(Shown, &str, f64); 6] = [
    (Shown::PelvisDrop, "PelvicObliquity", 1.0),
    (Shown::TrunkLean, "TrunkLateralBend", -1.0),
    (Shown::HipAdduction, "HipAbAdduct", 1.0),
    (Shown::KneeValgus, "KneeValgVar", -1.0),
    (Shown::HipFlexion, "HipFlexExt", 1.0),
    (Shown::KneeFlexion, "KneeFlexExt", 1.0),
];

/// The mean curves of the used strides; `None` when there are none.
pub fn gcd(strides: &[StrideRow]) -> Option<String> {
    let mut blocks = String::new();
    for side in Side::BOTH {
        let limb = LimbCurves::of(strides, side, &no_norm);
        let title = match side {
            Side::Left => "Left",
            Side::Right => "Right",
        };
        for (curve, name, sign) in ANGLES {
            let Some(found) = limb.curve(curve) else {
                continue;
            };
            // a viewer cannot show a curve with holes
            let whole = |mean: &&Vec<f64>| mean.iter().all(|v| v.is_finite());
            if let Some(mean) = found.mean.as_ref().filter(whole) {
                blocks.push_str(&format!("!{title}{name}\n"));
                push_points(&mut blocks, mean, &found.sd, sign);
            }
        }
    }
    (!blocks.is_empty()).then(|| format!("{HEADER}\n{blocks}"))
}

fn push_points(out: &mut String, mean: &[f64], sd: &[f64], sign: f64) {
    for (mean, sd) in mean.iter().zip(sd).step_by(STEP) {
        push_fixed(out, sign * mean, 4);
        if sd.is_finite() {
            out.push(' ');
            push_fixed(out, *sd, 4);
        }
        out.push('\n');
    }
}

/// The curves are written as they are.
fn no_norm(curve: NormCurve, _: Sequence, _: Option<f64>) -> Result<NormBand, NormError> {
    Err(NormError::Missing { curve })
}

/// Where the file of a recording belongs, below the folder of all: its own folders and name, with `.gcd` at the end.
/// Names come from outside: what could leave the folder or trouble a file system is replaced, and a hash keeps
/// replaced names apart.
pub fn file_name(recording: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in recording.split('/').filter(|part| !part.is_empty()) {
        let odd = |c: char| c.is_control() || "<>:\"\\|?*".contains(c);
        let plain: String = part
            .chars()
            .take(150)
            .map(|c| if odd(c) { '_' } else { c })
            .collect();
        let plain = match plain.trim_start_matches('.') {
            "" => "_",
            rest => rest,
        };
        path.push(match plain == part {
            true => plain.to_owned(),
            false => format!(
                "{plain}-{}",
                &crate::study::one::hex_hash(part.as_bytes())[..8]
            ),
        });
    }
    let mut name = path.into_os_string();
    name.push(".gcd");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Component, Path};

    #[test]
    fn files_stay_below_their_folder() {
        assert_eq!(file_name("P01/pre/w.c3d"), Path::new("P01/pre/w.c3d.gcd"));
        for name in [
            "../../etc/passwd",
            "/etc/passwd",
            "a/../b",
            "..",
            "",
            "a\\b:c\u{7}",
            ".hidden",
        ] {
            let path = file_name(name);
            let plain = |c: Component| matches!(c, Component::Normal(_));
            assert!(path.components().all(plain), "{name}: {}", path.display());
        }
        assert_ne!(file_name("a:b"), file_name("a?b"));
        assert!(file_name(&"x".repeat(5000)).as_os_str().len() < 200);
    }
}
