//! The static trial as the level that a drop is measured from.

use hipdrop::analysis::{Analysis, Options, analyze};
use hipdrop::classify::{Label, Level, LimbFinding};
use hipdrop::metrics::StandingPosture;
use hipdrop::recording::Side;
use hipdrop::synth::{Affected, Pattern, Truth, Walker, stand, walk};

/// A right-sided drop of 12° on a pelvis that is tilted by marker placement.
fn walker() -> Walker {
    let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
    walker.magnitude_deg = Some(12.0);
    walker.strides = 6;
    walker.placement_sd_mm = 4.0;
    walker.session = 3;
    walker
}

fn analysed(standing: Option<StandingPosture>) -> (Analysis, Truth) {
    let (recording, truth) = walk(&walker()).unwrap();
    let options = Options {
        standing,
        ..Options::default()
    };
    (analyze(&recording, &options).unwrap(), truth)
}

fn posture() -> StandingPosture {
    let (recording, _) = stand(&walker(), 2.0).unwrap();
    let analysis = analyze(&recording, &Options::default()).unwrap();
    analysis.standing.unwrap()
}

fn offset_free(finding: &LimbFinding) -> f64 {
    finding.drop_terms.unwrap().offset_free
}

#[test]
fn a_one_sided_drop_is_measured_at_its_full_size_from_the_standing_level() {
    let (without, truth) = analysed(None);
    let (with, _) = analysed(Some(posture()));
    let truth = |side: Side| {
        let strides: Vec<f64> = truth
            .strides
            .iter()
            .filter(|s| s.side == side)
            .map(|s| s.drop_ss_deg)
            .collect();
        strides.iter().sum::<f64>() / strides.len() as f64
    };
    for side in Side::BOTH {
        // the pelvis of this walker stands level: what is not misplaced markers is drop
        let error = |analysis: &Analysis| (offset_free(&analysis.limbs[side]) - truth(side)).abs();
        assert!(error(&with) < 0.25, "{side:?} {}", error(&with));
        assert!(error(&without) > 0.7, "{side:?} {}", error(&without));
    }
    let level = |analysis: &Analysis| analysis.limbs.right.drop_terms.unwrap().level;
    assert_eq!(
        (level(&without), level(&with)),
        (Level::Stride, Level::Standing)
    );
    assert_eq!(with.limbs.right.label, Label::Uncompensated);
    assert_eq!(with.limbs.left.label, Label::None);
    assert!(
        with.finding.contains("constant tilt of standing"),
        "{}",
        with.finding
    );
}

#[test]
fn a_standing_trial_of_another_posture_is_not_used_and_said() {
    let mut elsewhere = posture();
    elsewhere.pelvis_obliquity_deg = elsewhere.pelvis_obliquity_deg.map(|deg| deg + 5.0);
    let (without, _) = analysed(None);
    let (with, _) = analysed(Some(elsewhere));
    for side in Side::BOTH {
        let limb = &with.limbs[side];
        let mut flags = limb.flags.iter();
        let flag = flags.find(|flag| flag.code == "standing-differs").unwrap();
        assert!(
            !flag.blocking && flag.message.contains("standing trial"),
            "{flag:?}"
        );
        assert_eq!(limb.drop_terms, without.limbs[side].drop_terms);
    }
}
