//! Knee valgus: cross-talk is told, corrected on demand, and the measured value kept.

use hipdrop::analysis::{Analysis, Options, analyze};
use hipdrop::recording::Side;
use hipdrop::settings::KneeCorrection;
use hipdrop::synth::{Affected, Pattern, Walker, walk};

/// A healthy walker; `placement` 2 has a left knee marker that turns the flexion axis.
fn analysed(placement: u64, correction: KneeCorrection) -> Analysis {
    let mut walker = Walker::new(Pattern::Healthy, Affected::Right).realistic();
    walker.seed = placement;
    walker.strides = 5;
    let mut options = Options::default();
    options.settings.body.knee_correction = correction;
    let (recording, _) = walk(&walker).unwrap();
    analyze(&recording, &options).unwrap()
}

#[test]
fn a_turned_knee_axis_is_not_to_be_interpreted_and_a_good_one_is() {
    let analysis = analysed(2, KneeCorrection::None);
    let [left, right] = Side::BOTH.map(|side| analysis.limbs[side].knee.unwrap());
    assert_eq!((left.name(), right.name()), ("do-not-interpret", "usable"));
    assert!(left.r2.unwrap() > 0.7 && right.r2.unwrap() < 0.1);
    assert_eq!(left.peak_corrected_deg, None, "off by default");
}

#[test]
fn both_corrections_straighten_the_knee_and_keep_what_was_measured() {
    let plain = analysed(2, KneeCorrection::None);
    for method in [KneeCorrection::Pca, KneeCorrection::Thigh] {
        let corrected = analysed(2, method);
        for (a, b) in plain.strides.iter().zip(&corrected.strides) {
            assert_eq!(a.metrics, b.metrics, "the measured values stay");
        }
        let knee = corrected.limbs.left.knee.unwrap();
        assert_eq!(
            knee.name(),
            "do-not-interpret",
            "judged by what was measured"
        );
        let measured = plain.strides.iter().filter(|s| s.stride.side == Side::Left);
        let peaks: Vec<f64> = measured
            .filter_map(|s| s.metrics.knee_valgus_peak_deg)
            .collect();
        let measured = peaks.iter().sum::<f64>() / peaks.len() as f64;
        let peak = knee.peak_corrected_deg.unwrap();
        println!("{method:?} {measured} {peak} {:?}", knee);
        assert!(
            (peak - measured).abs() > 0.2,
            "{method:?}: {peak} {measured}"
        );
        assert!(peak.abs() < 4.0, "{method:?}: {peak}");
    }
}
