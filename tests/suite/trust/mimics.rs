//! Every mimic through the whole pipeline, in both directions: flagged where it is prescribed, not
//! flagged in healthy walking, synthetic and real.

use crate::common::shared;
use hipdrop::analysis::{Analysis, Options, Status, analyze, used_features};
use hipdrop::classify::{Background, Flag, Label, Measurement, classify};
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{PerSide, Recording, Side, SubjectFacts};
use hipdrop::settings::Settings;
use hipdrop::synth::{Affected, Pattern, Walker, walk};
use std::path::{Path, PathBuf};

/// Codes of everything that is told from the strides or the markers.
const MIMICS: [&str; 12] = [
    "fixed-obliquity",
    "trunk-list",
    "pelvis-marker",
    "pelvis-not-rigid",
    "hip-hike",
    "wide-based",
    "ataxic",
    "antalgic",
    "antalgic-opposite",
    "trunk-rebound",
    "smaller-side",
    "knee-unloading",
];

fn right_sided(pattern: Pattern, magnitude_deg: f64) -> Walker {
    let mut walker = Walker::new(pattern, Affected::Right);
    walker.magnitude_deg = Some(magnitude_deg);
    walker.strides = 6;
    walker
}

fn analysed(walker: &Walker) -> Analysis {
    told(walker, &Options::default())
}

fn told(walker: &Walker, options: &Options) -> Analysis {
    let (recording, _) = walk(walker).unwrap();
    analyze(&recording, options).unwrap()
}

fn flag<'a>(analysis: &'a Analysis, side: Side, code: &str) -> Option<&'a Flag> {
    let mut flags = analysis.limbs[side].flags.iter();
    flags.find(|flag| flag.code == code)
}

/// The flag must be there, and block (then there is no label) or not.
#[track_caller]
fn flagged(analysis: &Analysis, side: Side, code: &str, blocks: bool) {
    let limb = &analysis.limbs[side];
    let found = flag(analysis, side, code).unwrap_or_else(|| panic!("no {code}: {limb:?}"));
    assert_eq!(found.blocking, blocks, "{found:?}");
    if blocks {
        assert_eq!(limb.label, Label::Indeterminate);
    }
}

#[track_caller]
fn no_mimic(analysis: &Analysis, what: &str) {
    for side in Side::BOTH {
        for code in MIMICS {
            let found = flag(analysis, side, code);
            assert!(found.is_none(), "{what}, {side:?}: {found:?}");
        }
    }
}

#[test]
fn healthy_synthetic_walking_has_no_mimic() {
    for seed in 1..=12 {
        let mut walker = right_sided(Pattern::Healthy, 0.0).realistic();
        walker.seed = seed;
        // both directions and speeds of daily life
        walker.direction_rad = seed as f64;
        walker.speed_m_s = Some(0.9 + 0.05 * seed as f64);
        no_mimic(&analysed(&walker), &format!("subject {seed}"));
    }
}

#[test]
fn healthy_real_walking_has_no_mimic() {
    let Some(shared) = shared("healthy_real_walking_has_no_mimic") else {
        return;
    };
    let mut walks = 0;
    for path in files(&shared.join("recordings/plug-in-gait")) {
        let Ok(recording) = read::open(&path, &ReadOptions::default()) else {
            continue;
        };
        let Ok(analysis) = analyze(&recording, &Options::default()) else {
            continue;
        };
        if analysis.status == Status::Analysed {
            walks += 1;
            no_mimic(&analysis, &path.display().to_string());
        }
    }
    assert!(walks >= 15, "{walks} walks");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn a_short_leg_and_a_fixed_obliquity_are_not_a_drop() {
    for (pattern, magnitude) in [
        (Pattern::LegLengthDifference, 5.0),
        (Pattern::FixedObliquity, 5.0),
    ] {
        let analysis = analysed(&right_sided(pattern, magnitude));
        // the right side is low: it looks like a drop in left stance
        flagged(&analysis, Side::Left, "fixed-obliquity", true);
        flagged(&analysis, Side::Right, "fixed-obliquity", false);
    }
    let beyond = analysed(&right_sided(Pattern::FixedObliquity, 8.0));
    flagged(&beyond, Side::Left, "pelvis-marker", true);
    let small = analysed(&right_sided(Pattern::FixedObliquity, 2.0));
    no_mimic(&small, "2° are no finding");
}

#[test]
fn a_trunk_list_is_not_a_lurch_and_a_lurch_is_not_a_list() {
    let list = analysed(&right_sided(Pattern::TrunkList, 6.0));
    flagged(&list, Side::Right, "trunk-list", true);
    flagged(&list, Side::Left, "trunk-list", false);
    assert_eq!(list.limbs.left.label, Label::None);
    let lurch = analysed(&right_sided(Pattern::Compensated, 10.0));
    assert_eq!(lurch.limbs.right.label, Label::Compensated);
    no_mimic(&lurch, "lurch");
}

#[test]
fn a_hip_hike_is_flagged_on_the_limb_that_stands_meanwhile() {
    let hike = analysed(&right_sided(Pattern::HipHike, 10.0));
    flagged(&hike, Side::Left, "hip-hike", false);
    assert!(flag(&hike, Side::Right, "hip-hike").is_none());
    assert!(!hike.limbs.left.label.is_positive());
}

#[test]
fn ataxic_walking_is_wide_and_unsteady() {
    let mut walker = right_sided(Pattern::Ataxic, 5.0);
    walker.strides = 12;
    let ataxic = analysed(&walker);
    for side in Side::BOTH {
        flagged(&ataxic, side, "ataxic", true);
        flagged(&ataxic, side, "wide-based", false);
    }
}

#[test]
fn antalgic_walking_is_flagged_and_a_plain_lurch_is_not() {
    let antalgic = analysed(&right_sided(Pattern::Antalgic, 9.0));
    flagged(&antalgic, Side::Right, "antalgic", true);
    let (leading, _) = antalgic.limbs.right.leading.unwrap();
    assert_eq!(leading, Label::Compensated);
    let lurch = analysed(&right_sided(Pattern::Compensated, 9.0));
    assert!(flag(&lurch, Side::Right, "antalgic").is_none());
}

#[test]
fn loose_pelvis_markers_forbid_a_label() {
    let (mut recording, _) = walk(&right_sided(Pattern::Uncompensated, 8.0)).unwrap();
    let clean = analyze(&recording, &Options::default()).unwrap();
    assert_eq!(clean.limbs.right.label, Label::Uncompensated);
    // one ASIS marker half off: it dangles 50 mm up and down
    dangle(&mut recording, "LASI", 0.050);
    let loose = analyze(&recording, &Options::default()).unwrap();
    for side in Side::BOTH {
        flagged(&loose, side, "pelvis-not-rigid", true);
    }
    // a loose thigh marker says nothing about the pelvis
    let (mut recording, _) = walk(&right_sided(Pattern::Uncompensated, 8.0)).unwrap();
    dangle(&mut recording, "LTHI", 0.060);
    let thigh = analyze(&recording, &Options::default()).unwrap();
    assert!(thigh.warnings.iter().any(|w| w.code == "not-rigid"));
    assert_eq!(thigh.limbs.right.label, Label::Uncompensated);
}

fn dangle(recording: &mut Recording, label: &str, amplitude_m: f64) {
    let marker = recording.markers.iter_mut().find(|m| m.label == label);
    for (frame, z) in marker.unwrap().position.z.iter_mut().enumerate() {
        *z += amplitude_m * (0.05 * frame as f64).sin();
    }
}

#[test]
fn a_lean_over_a_varus_knee_may_be_there_for_the_knee() {
    let lurch = analysed(&right_sided(Pattern::Compensated, 10.0));
    let with_varus = |varus: f64, cross_talk: f64| {
        let mut strides = used_features(&lurch.strides);
        for stride in strides.iter_mut().filter(|s| s.side == Side::Right) {
            stride.metrics.knee_valgus_ss_deg = Some(-varus);
            stride.evidence.knee_cross_talk_r2 = Some(cross_talk);
        }
        found(strides, Background::default()).right
    };
    let code = |flag: &Flag| flag.code == "knee-unloading";
    let bowed = with_varus(11.0, 0.1);
    assert_eq!(bowed.label, Label::Compensated);
    let remark = bowed.flags.iter().find(|f| code(f)).unwrap();
    assert!(
        remark.message.contains("11° varus") && !remark.blocking,
        "{remark:?}"
    );
    assert!(!with_varus(3.0, 0.1).flags.iter().any(code));
    assert!(!with_varus(11.0, 0.8).flags.iter().any(code), "cross-talk");
}

fn found(
    strides: Vec<hipdrop::classify::StrideFeatures>,
    background: Background,
) -> PerSide<hipdrop::classify::LimbFinding> {
    classify(
        &[strides],
        None,
        Measurement::Optical,
        &background,
        &Settings::default(),
    )
}

#[test]
fn what_the_user_told_blocks_or_annotates() {
    let drop = right_sided(Pattern::Uncompensated, 8.0);
    let with = |facts: SubjectFacts| {
        let options = Options {
            facts,
            ..Options::default()
        };
        told(&drop, &options)
    };
    let aid = with(SubjectFacts {
        aid: Some("cane left".into()),
        ..SubjectFacts::default()
    });
    flagged(&aid, Side::Right, "walking-aid", true);
    assert!(
        flag(&aid, Side::Right, "walking-aid")
            .unwrap()
            .message
            .contains("cane left")
    );
    let load = with(SubjectFacts {
        load: Some("bag".into()),
        ..SubjectFacts::default()
    });
    flagged(&load, Side::Left, "carried-load", true);
    let mut facts = SubjectFacts::default();
    facts.pain.right = true;
    let pain = with(facts);
    flagged(&pain, Side::Right, "pain-reported", false);
    assert!(flag(&pain, Side::Left, "pain-reported").is_none());
    assert_eq!(pain.limbs.right.label, Label::Uncompensated);
}

#[test]
fn measured_leg_lengths_and_body_mass_annotate() {
    let drop = right_sided(Pattern::Uncompensated, 8.0);
    let with = |left: f64, mass: f64| {
        let mut options = Options::default();
        options.body.limbs.left.leg_length_m = Some(left);
        options.body.limbs.right.leg_length_m = Some(0.900);
        options.body.height_m = Some(1.70);
        options.body.mass_kg = Some(mass);
        told(&drop, &options)
    };
    let short = with(0.870, 95.0);
    flagged(&short, Side::Right, "leg-length-difference", false);
    flagged(&short, Side::Left, "obesity", false);
    let message = &flag(&short, Side::Left, "leg-length-difference")
        .unwrap()
        .message;
    assert!(message.contains("left leg is 30 mm shorter"), "{message}");
    let even = with(0.890, 70.0);
    for code in ["leg-length-difference", "obesity"] {
        assert!(flag(&even, Side::Left, code).is_none());
    }
}
