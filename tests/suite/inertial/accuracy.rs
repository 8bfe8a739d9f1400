//! Angles from synthetic inertial sensors against the truth they were made from.

use crate::common::walkers_per_cell;
use hipdrop::inertial::{AxisSource, Segment, Segments, Upright, segments};
use hipdrop::recording::{Recording, Side};
use hipdrop::settings::InertialSettings;
use hipdrop::synth::{Affected, Imu, Pattern, SensorSet, Truth, Walker, walk_with_sensors};
use nalgebra::{Quaternion, UnitQuaternion, Vector3};

/// Errors of one angle over the walk, degrees.
#[derive(Debug, Clone, Copy)]
struct Errors {
    rmse_deg: f64,
    /// Range found minus true range.
    range_deg: f64,
}

fn elevation_deg(segment: &Segment) -> Vec<f64> {
    segment
        .earth_from_segment
        .iter()
        .map(|[w, x, y, z]| {
            let q = UnitQuaternion::new_unchecked(Quaternion::new(*w, *x, *y, *z));
            (q * Vector3::y()).z.clamp(-1.0, 1.0).asin().to_degrees()
        })
        .collect()
}

/// What was found against the truth, both from standing, between the first and the last true event.
fn errors(found: &[f64], truth: &[f64], walk: &Truth) -> Errors {
    let index = |t: f64| (t * walk.rate_hz).round() as usize;
    let (first, last) = (walk.events.first().unwrap(), walk.events.last().unwrap());
    let range = index(first.time_s)..index(last.time_s);
    let standing = truth[0];
    let (mut sum, mut count) = (0.0, 0.0);
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for i in range {
        let pair = [found[i], truth[i] - standing];
        if pair[0].is_nan() {
            continue;
        }
        sum += (pair[0] - pair[1]).powi(2);
        count += 1.0;
        for k in 0..2 {
            low[k] = low[k].min(pair[k]);
            high[k] = high[k].max(pair[k]);
        }
    }
    Errors {
        rmse_deg: (sum / count).sqrt(),
        range_deg: (high[0] - low[0]) - (high[1] - low[1]),
    }
}

struct Found {
    truth: Truth,
    segments: Segments,
}

impl Found {
    fn of(walker: &Walker, imu: &Imu) -> Found {
        let (recording, truth) = walk_with_sensors(walker, imu).unwrap();
        let segments = segments(&recording, &InertialSettings::default()).unwrap();
        Found { truth, segments }
    }

    fn obliquity(&self) -> Errors {
        let angles = self.truth.angles.as_ref().unwrap();
        let found = elevation_deg(self.segments.pelvis.as_ref().unwrap());
        errors(&found, &angles.pelvis_obliquity_deg, &self.truth)
    }

    fn lean(&self) -> Errors {
        let angles = self.truth.angles.as_ref().unwrap();
        let found = elevation_deg(self.segments.thorax.as_ref().unwrap());
        errors(&found, &angles.thorax_lean_deg, &self.truth)
    }

    fn axis(&self, name: &str) -> AxisSource {
        let sensors = &self.segments.calibration.sensors;
        sensors.iter().find(|s| s.name == name).unwrap().axis
    }
}

fn walker(pattern: Pattern, affected: Affected, seed: u64) -> Walker {
    Walker {
        strides: 6,
        between_subject: true,
        stride_jitter: true,
        seed,
        session: seed,
        trial: seed,
        ..Walker::new(pattern, affected)
    }
}

const CASES: [(Pattern, Affected, f64); 3] = [
    (Pattern::Healthy, Affected::Right, 0.0),
    (Pattern::Uncompensated, Affected::Right, 8.0),
    (Pattern::Compensated, Affected::Left, 12.0),
];

/// Worst RMSE and range error of obliquity and lean over the cases, degrees.
fn worst(imu: &Imu) -> [Errors; 2] {
    let mut worst = [Errors {
        rmse_deg: 0.0,
        range_deg: 0.0,
    }; 2];
    for seed in 1..=walkers_per_cell(1) {
        for (pattern, affected, magnitude) in CASES {
            let mut walker = walker(pattern, affected, seed);
            walker.magnitude_deg = Some(magnitude);
            let found = Found::of(&walker, imu);
            for (worst, new) in worst.iter_mut().zip([found.obliquity(), found.lean()]) {
                println!("{pattern} {seed} {new:?}");
                worst.rmse_deg = worst.rmse_deg.max(new.rmse_deg);
                worst.range_deg = worst.range_deg.max(new.range_deg.abs());
            }
        }
    }
    println!("worst {worst:?}");
    worst
}

#[test]
fn obliquity_and_lean_are_exact_without_soft_tissue() {
    for errors in worst(&Imu::default().realistic()) {
        assert!(
            errors.rmse_deg <= 0.5 && errors.range_deg <= 0.5,
            "{errors:?}"
        );
    }
}

#[test]
fn soft_tissue_costs_no_more_than_it_moves() {
    let imu = Imu {
        soft_tissue: 1.0,
        ..Imu::default().realistic()
    };
    for errors in worst(&imu) {
        assert!(errors.rmse_deg <= 2.5, "{errors:?}");
    }
}

#[test]
fn standing_is_found_and_what_it_hides_is_said() {
    let mut walker = walker(Pattern::FixedObliquity, Affected::Right, 3);
    walker.magnitude_deg = Some(5.0);
    let found = Found::of(&walker, &Imu::default().realistic());
    let Upright::Standing {
        start_s,
        end_s,
        given,
    } = found.segments.calibration.upright
    else {
        panic!("{:?}", found.segments.calibration);
    };
    assert!(
        start_s < 0.6 && (7.0..9.0).contains(&end_s) && !given,
        "{start_s} {end_s}"
    );
    // the constant obliquity is gone, and the result says so
    assert!(found.obliquity().rmse_deg < 0.5);
    assert!(
        found
            .segments
            .warnings
            .iter()
            .any(|w| w.code == "zero-is-standing" && w.message.contains("cannot be seen"))
    );
    assert_eq!(found.axis("pelvis"), AxisSource::Walking);
    assert_eq!(found.axis("left_shank"), AxisSource::Swing);
}

#[test]
fn turned_and_upside_down_sensors_give_the_same_angles_and_are_told() {
    let walker = walker(Pattern::Uncompensated, Affected::Right, 4);
    let (recording, truth) = walk_with_sensors(&walker, &Imu::default().realistic()).unwrap();
    let settings = InertialSettings::default();
    let straight = segments(&recording, &settings).unwrap();
    let mut turned = recording.clone();
    for (index, axis) in [(0, Vector3::z()), (1, Vector3::x()), (2, Vector3::y())] {
        let turn =
            UnitQuaternion::new(axis * std::f64::consts::PI * if index == 1 { 0.5 } else { 1.0 });
        let sensor = &mut turned.sensors[index];
        for series in [&mut sensor.acc_m_s2, &mut sensor.gyr_rad_s] {
            for i in 0..series.len() {
                series.set(i, turn * series.at(i));
            }
        }
    }
    let found = segments(&turned, &settings).unwrap();
    let pairs = [
        (&straight.pelvis, &found.pelvis),
        (&straight.thorax, &found.thorax),
    ];
    for (a, b) in pairs {
        let (a, b) = (
            elevation_deg(a.as_ref().unwrap()),
            elevation_deg(b.as_ref().unwrap()),
        );
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() < 0.05, "{a} {b}");
        }
    }
    assert_eq!(truth.frames, found.frames);
    let thigh = &turned.sensors[2].name;
    assert!(
        found
            .calibration
            .turned
            .iter()
            .any(|t| t.contains(thigh.as_str())),
        "{:?}",
        found.calibration.turned
    );
    assert!(straight.calibration.turned.is_empty());
}

#[test]
fn without_standing_the_mean_of_walking_is_upright() {
    let walker = walker(Pattern::Uncompensated, Affected::Right, 5);
    let imu = Imu {
        standing_s: 0.0,
        ..Imu::default().realistic()
    };
    let found = Found::of(&walker, &imu);
    assert_eq!(found.segments.calibration.upright, Upright::WalkingMean);
    let angles = found.truth.angles.as_ref().unwrap();
    let elevation = elevation_deg(found.segments.pelvis.as_ref().unwrap());
    // the constant part is lost, the rest is there and has its sign
    let n = elevation.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (a, b) = (mean(&elevation), mean(&angles.pelvis_obliquity_deg));
    let pairs = elevation.iter().zip(&angles.pelvis_obliquity_deg);
    let rmse = (pairs.map(|(x, y)| (x - a - y + b).powi(2)).sum::<f64>() / n).sqrt();
    assert!(rmse < 0.5, "{rmse}");
    assert!(
        found
            .segments
            .warnings
            .iter()
            .any(|w| w.code == "zero-is-walking")
    );
}

#[test]
fn bows_tell_the_axes_better_than_anything() {
    let walker = walker(Pattern::Healthy, Affected::Right, 6);
    let imu = Imu {
        bows: 3,
        standing_s: 12.0,
        ..Imu::default().realistic()
    };
    let found = Found::of(&walker, &imu);
    assert_eq!(found.axis("pelvis"), AxisSource::Bows);
    assert_eq!(found.axis("sternum"), AxisSource::Bows);
    assert!(found.obliquity().rmse_deg < 0.5 && found.lean().rmse_deg < 0.5);
}

#[test]
fn a_sensor_on_the_lower_back_is_enough_for_the_pelvis() {
    let walker = walker(Pattern::Uncompensated, Affected::Left, 7);
    let imu = Imu {
        sensors: SensorSet::LowerBack,
        ..Imu::default().realistic()
    };
    let found = Found::of(&walker, &imu);
    assert!(found.segments.thorax.is_none());
    let errors = found.obliquity();
    assert!(
        errors.rmse_deg <= 0.5 && errors.range_deg.abs() <= 0.5,
        "{errors:?}"
    );
}

#[test]
fn hip_adduction_follows_the_truth() {
    let walker = walker(Pattern::Healthy, Affected::Right, 8);
    let found = Found::of(&walker, &Imu::default().realistic());
    let angles = found.truth.angles.as_ref().unwrap();
    let pelvis = found.segments.pelvis.as_ref().unwrap();
    for side in Side::BOTH {
        let thigh = found.segments.thighs[side].as_ref().unwrap();
        let adduction: Vec<f64> = (0..found.segments.frames)
            .map(|i| {
                let q = |s: &Segment| {
                    let [w, x, y, z] = s.earth_from_segment[i];
                    UnitQuaternion::new_unchecked(Quaternion::new(w, x, y, z))
                };
                let up = q(pelvis).inverse() * (q(thigh) * Vector3::z());
                (-side.sigma() * (-up.y).asin()).to_degrees()
            })
            .collect();
        let errors = errors(&adduction, &angles.hip[side].frontal_deg, &found.truth);
        println!("{side:?} {errors:?}");
        assert!(errors.rmse_deg < 2.0, "{side:?} {errors:?}");
    }
}

#[test]
fn what_cannot_be_calibrated_is_refused_with_advice() {
    let walker = walker(Pattern::Healthy, Affected::Right, 9);
    let (mut recording, _) = walk_with_sensors(&walker, &Imu::default()).unwrap();
    let settings = InertialSettings::default();
    for sensor in &mut recording.sensors {
        sensor.placement = None;
    }
    let error = segments(&recording, &settings).unwrap_err().to_string();
    assert!(error.contains("lower back"), "{error}");
    let recording = Recording::new("none", hipdrop::recording::Format::Memory, 100.0, 0);
    assert!(segments(&recording, &settings).is_err());
}
