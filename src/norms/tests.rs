//! Golden values were computed in Python from the published tables (linear interpolation, single
//! support from the published phases).

use approx::assert_abs_diff_eq;

use super::*;
use crate::recording::Sequence::{RotationObliquityTilt as Rot, TiltObliquityRotation as Tor};
use crate::settings::ClassifySettings;

const FREE: f64 = 0.4294;

fn peak(band: &NormBand) -> f64 {
    band.mean_deg[..60].iter().copied().fold(f64::MIN, f64::max)
}

#[test]
fn every_curve_has_a_band_of_101_points_in_both_sequences() {
    for curve in [
        NormCurve::PelvisDrop,
        NormCurve::TrunkLean,
        NormCurve::HipAdduction,
        NormCurve::KneeValgus,
    ] {
        for sequence in [Rot, Tor] {
            for speed in [None, Some(0.05), Some(0.2), Some(0.6), Some(2.0)] {
                let band = band(curve, sequence, speed).unwrap();
                assert_eq!((band.mean_deg.len(), band.sd_deg.len()), (101, 101));
                assert!(band.sd_deg.iter().all(|sd| *sd > 0.5 && *sd < 10.0));
                assert!(band.mean_deg.iter().all(|m| m.abs() < 15.0));
                assert!(!band.source.is_empty() && !band.population.is_empty());
                assert_ne!(band.sequence, Some(if sequence == Rot { Tor } else { Rot }));
            }
        }
    }
}

#[test]
fn drop_bands_have_the_published_peaks_and_differ_between_sequences() {
    let tor = band(NormCurve::PelvisDrop, Tor, Some(FREE)).unwrap();
    let rot = band(NormCurve::PelvisDrop, Rot, Some(FREE)).unwrap();
    assert_abs_diff_eq!(peak(&tor), 4.068, epsilon = 1e-9);
    assert_abs_diff_eq!(peak(&rot), 3.329, epsilon = 1e-9);
    assert_abs_diff_eq!(tor.sd_deg[16], 2.107, epsilon = 1e-9);
    assert_abs_diff_eq!(tor.mean_deg[15], 0.5 * (4.062 + 4.068), epsilon = 1e-3);
    assert_eq!(tor.speed_group, "free");
}

#[test]
fn lean_peaks_early_in_stance_toward_the_stance_limb() {
    let lean = band(NormCurve::TrunkLean, Rot, None).unwrap();
    assert_abs_diff_eq!(peak(&lean), 1.627, epsilon = 1e-9);
    let single_support = lean.mean_deg[10..=50].iter().sum::<f64>() / 41.0;
    assert_abs_diff_eq!(single_support, 0.79, epsilon = 0.01);
    assert!(lean.mean_deg[65] < -1.4, "swing: away");
}

#[test]
fn knee_band_is_valgus_and_hip_band_adduction() {
    // Schwartz free, 20 %: knee adduction 0.6385 ± 3.5288, hip adduction 5.0376 ± 3.3311
    let knee = band(NormCurve::KneeValgus, Rot, Some(FREE)).unwrap();
    assert_abs_diff_eq!(knee.mean_deg[20], -0.6385, epsilon = 1e-3);
    let hip = band(NormCurve::HipAdduction, Tor, Some(FREE)).unwrap();
    assert_abs_diff_eq!(hip.mean_deg[20], 5.0376, epsilon = 1e-3);
    assert_eq!((knee.sequence, hip.sequence), (None, None));
}

#[test]
fn speed_is_matched_linearly_and_clamped_with_a_note() {
    let at = |v| band(NormCurve::PelvisDrop, Tor, Some(v)).unwrap();
    let (slow, free, between) = (at(0.2902), at(FREE), at(0.5 * (0.2902 + FREE)));
    assert_abs_diff_eq!(
        between.mean_deg[16],
        0.5 * (slow.mean_deg[16] + free.mean_deg[16]),
        epsilon = 1e-9
    );
    assert_eq!(between.speed_group, "slow–free 50 %");
    let (slowest, slower) = (at(0.1721), at(0.1));
    assert_eq!(slowest.mean_deg, slower.mean_deg);
    assert_eq!(slowest.speed_group, "very slow");
    assert!(slower.speed_group.contains("slowest group; v* 0.10"));
    assert_eq!(at(0.9).mean_deg, at(0.6938).mean_deg);
    assert!(at(0.9).speed_group.contains("fastest group"));
    let unknown = band(NormCurve::PelvisDrop, Tor, None).unwrap();
    assert_eq!(unknown.mean_deg, free.mean_deg);
    assert!(unknown.speed_group.contains("unknown"));
    let nan = band(NormCurve::PelvisDrop, Tor, Some(f64::NAN)).unwrap();
    assert_eq!(nan.mean_deg, free.mean_deg);
}

#[test]
fn the_wrong_sequence_is_refused() {
    let only_tor = NormTable::parse("t", include_str!("pelvis_drop_pig.csv")).unwrap();
    assert!(band_from(&only_tor, NormCurve::PelvisDrop, Tor, None).is_ok());
    let error = band_from(&only_tor, NormCurve::PelvisDrop, Rot, None).unwrap_err();
    assert_eq!(
        error,
        NormError::Sequence {
            curve: NormCurve::PelvisDrop,
            norm: Tor,
            data: Rot
        }
    );
    assert!(error.to_string().contains("cannot be compared"));
    assert_eq!(
        band_from(&only_tor, NormCurve::TrunkLean, Tor, None),
        Err(NormError::Missing {
            curve: NormCurve::TrunkLean
        })
    );
    let joint = NormTable::parse("t", include_str!("hip_adduction.csv")).unwrap();
    assert!(band_from(&joint, NormCurve::HipAdduction, Rot, None).is_ok());
}

#[test]
fn free_speed_features_are_the_settings() {
    let settings = ClassifySettings::default();
    let rot = features(Rot, Some(FREE), &settings);
    assert_eq!(rot.drop, FeatureNorm { mean: 1.1, sd: 1.0 });
    assert_eq!(rot.drop_raw, FeatureNorm { mean: 1.1, sd: 1.9 });
    assert_eq!(rot.drop_peak, FeatureNorm { mean: 4.1, sd: 1.4 });
    assert_eq!(
        rot.lean,
        FeatureNorm {
            mean: 0.75,
            sd: 1.3
        }
    );
    assert_eq!(
        rot.lean_raw,
        FeatureNorm {
            mean: 0.75,
            sd: 1.9
        }
    );
    let unknown = features(Rot, None, &settings);
    assert_eq!(unknown.drop, rot.drop);
    assert!(unknown.description.contains("unknown"));
    let tor = features(Tor, Some(FREE), &settings);
    assert_abs_diff_eq!(tor.drop.mean, 1.2, epsilon = 1e-12);
    assert_abs_diff_eq!(tor.drop_peak.mean, 4.4, epsilon = 1e-12);
    assert!(tor.description.contains("tilt–obliquity–rotation"));
}

#[test]
fn speed_changes_the_features_by_what_the_tables_change() {
    let settings = ClassifySettings::default();
    let at = |v| features(Rot, Some(v), &settings);
    // single-support means of the derived curve: −0.892, 1.131, 2.920
    assert_abs_diff_eq!(at(0.1721).drop.mean, 1.1 - 0.892 - 1.131, epsilon = 3e-3);
    assert_abs_diff_eq!(at(0.6938).drop.mean, 1.1 + 2.920 - 1.131, epsilon = 3e-3);
    assert_abs_diff_eq!(
        at(0.5599).drop_peak.mean,
        4.1 + 5.540 - 4.404,
        epsilon = 1e-9
    );
    assert_abs_diff_eq!(at(0.1721).lean.mean, 0.75 + 1.512 - 0.259, epsilon = 1e-9);
    let mut last = f64::NEG_INFINITY;
    for step in 0..60 {
        let drop = at(0.17 + 0.009 * f64::from(step)).drop.mean;
        assert!(drop >= last, "the drop norm grows with speed");
        last = drop;
    }
}

#[test]
fn speed_never_narrows_a_norm() {
    let settings = ClassifySettings::default();
    let free = features(Rot, Some(FREE), &settings);
    for step in 0..80 {
        let norm = features(Rot, Some(0.1 + 0.01 * f64::from(step)), &settings);
        assert!(norm.drop.sd >= free.drop.sd && norm.drop_raw.sd >= free.drop_raw.sd);
        assert!(norm.drop_peak.sd >= free.drop_peak.sd && norm.lean.sd >= free.lean.sd);
    }
    // published SD of the peak: very fast 1.898, free 1.099
    let fast = features(Rot, Some(0.6938), &settings);
    assert_abs_diff_eq!(fast.drop.sd, 1.898 / 1.099, epsilon = 1e-9);
}

#[test]
fn settings_override_the_norms() {
    let settings = ClassifySettings {
        drop_mean_deg: 3.8,
        drop_sd_deg: 2.0,
        lean_mean_deg: -0.5,
        drop_peak_mean_deg: 5.5,
        ..ClassifySettings::default()
    };
    let norm = features(Rot, Some(FREE), &settings);
    assert_eq!((norm.drop.mean, norm.drop_raw.mean), (3.8, 3.8));
    assert_eq!((norm.drop.sd, norm.lean.mean), (2.0, -0.5));
    assert_eq!(norm.drop_peak.mean, 5.5);
}

const HEAD: &str = "# source: my lab\n# population: 20 adults\ncurve,sequence,speed_group,speed_dimensionless,n,pct,mean_deg,sd_deg\n";

fn parse(rows: &str) -> Result<Vec<NormTable>, NormTableError> {
    NormTable::parse("mine.csv", &format!("{HEAD}{rows}"))
}

#[test]
fn a_users_table_goes_before_the_built_in_one() {
    let mut tables =
        parse("pelvis_drop,rot,all,,20,0,1,2\npelvis_drop,rot,all,,20,100,3,2\n").unwrap();
    tables.extend(BUILT_IN.iter().cloned());
    let mine = band_from(&tables, NormCurve::PelvisDrop, Rot, Some(0.3)).unwrap();
    assert_eq!(
        (mine.source.as_str(), mine.population.as_str()),
        ("my lab", "20 adults")
    );
    assert_abs_diff_eq!(mine.mean_deg[25], 1.5, epsilon = 1e-12);
    let theirs = band_from(&tables, NormCurve::PelvisDrop, Tor, Some(0.3)).unwrap();
    assert!(theirs.source.contains("Schwartz"));
}

#[test]
fn bad_tables_are_refused_with_their_line() {
    let message = |rows: &str| parse(rows).unwrap_err().to_string();
    assert!(message("").contains("no row"));
    assert!(message("pelvis_dorp,rot,all,,,0,1,2\n").contains("line 4: 'pelvis_dorp'"));
    assert!(message("pelvis_drop,rot,all,,,0,1\n").contains("line: 4"));
    let negative_sd = message("pelvis_drop,rot,all,,,0,1,-2\n");
    assert!(negative_sd.contains("line 4") && negative_sd.contains("SD -2"));
    assert!(message("pelvis_drop,rot,all,,,0,NaN,2\n").contains("finite"));
    assert!(
        message("pelvis_drop,rot,all,,,0,1,2\npelvis_drop,rot,all,,,50,1,2\n")
            .contains("covers 0 to 50 %")
    );
    assert!(
        message("pelvis_drop,rot,all,,,50,1,2\npelvis_drop,rot,all,,,20,1,2\n")
            .contains("ascending")
    );
    let descending = "pelvis_drop,rot,a,0.4,,0,1,2\npelvis_drop,rot,a,0.4,,100,1,2\npelvis_drop,rot,b,0.3,,0,1,2\n";
    assert!(message(descending).contains("above that of 'a'"));
    let apart = "pelvis_drop,rot,a,0.4,,0,1,2\npelvis_drop,rot,b,0.5,,0,1,2\npelvis_drop,rot,a,0.4,,100,1,2\n";
    assert!(message(apart).contains("stand together"));
    assert!(NormTable::parse("x", "a,b\n1,2\n").is_err());
}

const OWN_HEAD: &str = "# population: test people\ncurve,sequence,speed_group,speed_dimensionless,n,pct,mean_deg,sd_deg\n";

/// A table of one's own: all features at two speeds, one curve.
fn own(sequence: &str) -> String {
    let mut text = OWN_HEAD.to_owned();
    for (group, speed, shift) in [("slow", 0.3, 0.0), ("fast", 0.5, 2.0)] {
        for (i, name) in FEATURE_NAMES.iter().enumerate() {
            let mean = 10.0 * i as f64 + shift;
            text += &format!("{name},rot,{group},{speed},9,,{mean},{}\n", 1 + i);
        }
    }
    for pct in [0, 100] {
        text += &format!("pelvis_drop,{sequence},free,,9,{pct},5,2\n");
    }
    text
}

#[test]
fn a_table_of_ones_own_goes_before_the_built_in_norms() {
    let norms = Norms::parse("own.csv", &own("rot")).unwrap();
    let settings = ClassifySettings::default();
    let half_way = norms.features(Rot, Some(0.4), &settings);
    assert_abs_diff_eq!(half_way.drop_raw.mean, 1.0, epsilon = 1e-12);
    assert_abs_diff_eq!(half_way.drop_peak.mean, 21.0, epsilon = 1e-12);
    assert_eq!((half_way.drop_raw.sd, half_way.lean.sd), (1.0, 5.0));
    assert!(
        half_way.description.contains("own.csv, test people"),
        "{half_way:?}"
    );
    assert_eq!(norms.speed_range(), (0.3, 0.5));
    let band = norms.band(NormCurve::PelvisDrop, Rot, Some(0.4)).unwrap();
    assert_eq!(
        (band.mean_deg[50], band.population.as_str()),
        (5.0, "test people")
    );
    // what it does not hold is built in
    let knee = norms.band(NormCurve::KneeValgus, Rot, None).unwrap();
    assert_eq!(
        knee,
        Norms::default()
            .band(NormCurve::KneeValgus, Rot, None)
            .unwrap()
    );
    assert_ne!(norms.hash(), Norms::default().hash());
    assert_eq!(
        Norms::default().features(Rot, None, &settings),
        features(Rot, None, &settings)
    );
}

#[test]
fn a_table_in_another_sequence_is_refused() {
    let refused = |text: &str| Norms::parse("own.csv", text).unwrap_err().to_string();
    let pig = refused(&own("pig"));
    assert!(
        pig.contains("own.csv: pelvis_drop is in tilt–obliquity–rotation (sequence 'pig')"),
        "{pig}"
    );
    let unsaid = refused(&own(""));
    assert!(unsaid.contains("no rotation sequence"), "{unsaid}");
    let feature = refused(&format!("{OWN_HEAD}drop_ss,pig,free,,9,,1,1\n"));
    assert!(
        feature.contains("drop_ss is in tilt–obliquity–rotation"),
        "{feature}"
    );
    // with both, the one that fits is used
    let both = own("rot")
        + &own("pig")
            .lines()
            .skip(2)
            .fold(String::new(), |text, line| {
                if line.starts_with("pelvis") {
                    text + line + "\n"
                } else {
                    text
                }
            });
    assert!(Norms::parse("own.csv", &both).is_ok());
}

#[test]
fn lines_that_are_no_feature_are_refused_with_their_place() {
    for (line, said) in [
        (
            "drop_sss,rot,free,0.4,9,,1,1",
            "line 3: 'drop_sss' without pct",
        ),
        ("drop_ss,rot,free,0.4,9,,1,0", "SD 0"),
        ("knee,,free,0.4,9,3,1,1", "'knee' is no curve"),
        (
            "drop_ss,rot,a,0.4,9,,1,1\ndrop_ss,rot,a,0.4,9,,1,1",
            "line 4: drop_ss of 'a' twice",
        ),
        (
            "drop_ss,rot,a,0.4,9,,1,1\ndrop_ss,rot,b,0.3,9,,1,1",
            "above that of 'a'",
        ),
        ("", "no row"),
    ] {
        let error = Norms::parse("own.csv", &format!("{OWN_HEAD}{line}\n"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(said), "{line}: {error}");
    }
}
