//! The walker against its own direct computation from markers, against the norms, and its physics.

use super::fourier::{HIP_ADDUCTION, HIP_FLEXION, KNEE_FLEXION};
use super::gait::{Gait, Pose};
use super::markers::mount;
use super::rotation::yxz;
use super::*;
use crate::recording::{PerSide, Side};
use nalgebra::{Matrix3, Vector3};
use std::collections::BTreeMap;

mod running;

type Points = BTreeMap<String, Vector3<f64>>;

/// Exact marker positions of a pose.
fn points(walker: &Walker, gait: &Gait, pose: &Pose) -> Points {
    mount(walker, &gait.physique)
        .into_iter()
        .map(|m| (m.label, m.carrier.segment(pose).point(&m.local)))
        .collect()
}

fn frame_from(x: Vector3<f64>, y: Vector3<f64>, z: Vector3<f64>) -> Matrix3<f64> {
    Matrix3::from_columns(&[x, y, z])
}

/// Pelvis of Davis 1991 / Plug-in Gait from four markers: origin and rotation.
fn pelvis(p: &Points) -> (Vector3<f64>, Matrix3<f64>) {
    let origin = (p["LASI"] + p["RASI"]) * 0.5;
    let back = (p["LPSI"] + p["RPSI"]) * 0.5;
    let y = (p["LASI"] - p["RASI"]).normalize();
    let b = origin - back;
    let x = (b - y * b.dot(&y)).normalize();
    (origin, frame_from(x, y, x.cross(&y)))
}

/// Davis hip centre in millimetres, written out again from the paper's angles.
fn davis(leg_mm: [f64; 2], width_mm: f64, side: Side) -> Vector3<f64> {
    let own = leg_mm[usize::from(side == Side::Right)];
    let c = 0.115 * 0.5 * (leg_mm[0] + leg_mm[1]) - 15.3;
    let d = 0.1288 * own - 48.56 + 7.0;
    let (theta, beta) = (0.500f64, 0.314f64);
    Vector3::new(
        c * theta.cos() * beta.sin() - d * beta.cos(),
        side.sigma() * (c * theta.sin() - width_mm / 2.0).abs(),
        -c * theta.cos() * beta.cos() - d * beta.sin(),
    )
}

/// The joint centre on the circle over the line from `k` to `h`, in the plane of the wand.
fn chord(h: Vector3<f64>, k: Vector3<f64>, wand: Vector3<f64>, distance: f64) -> Vector3<f64> {
    let x = h - k;
    let e = x.cross(&x.cross(&(wand - k))).normalize();
    let share = distance * distance / x.norm_squared();
    k + x * share + e * distance * (1.0 - share).sqrt()
}

/// Thigh or shank: z along the bone, y as near as possible to `left`.
fn bone(top: Vector3<f64>, bottom: Vector3<f64>, left: Vector3<f64>) -> Matrix3<f64> {
    let z = (top - bottom).normalize();
    let x = left.cross(&z).normalize();
    frame_from(x, z.cross(&x), z)
}

#[test]
fn plug_in_gait_formulas_recover_the_truth() {
    for (hip, pattern, kind) in [
        (
            HipRegression::Davis,
            Pattern::Uncompensated,
            GaitKind::Walking,
        ),
        (HipRegression::Harrington, Pattern::Mixed, GaitKind::Walking),
        (HipRegression::Hara, Pattern::KneeValgus, GaitKind::Walking),
        (HipRegression::Harrington, Pattern::Mixed, GaitKind::Running),
    ] {
        let walker = Walker {
            gait: kind,
            hip,
            strides: 2,
            direction_rad: 0.7,
            ..Walker::new(pattern, Affected::Left)
        };
        let gait = Gait::new(&walker);
        let measures = gait.physique.measures();
        let leg = measures.limbs.left.leg_length_m.unwrap() * 1000.0;
        let width = 240.0;
        for i in 0..250 {
            let pose = gait.at(i as f64 / 100.0);
            let p = points(&walker, &gait, &pose);
            let (origin, r) = pelvis(&p);
            let a = pose.angles;
            let near = |found: f64, truth: f64| {
                assert!(
                    (found - truth).abs().to_degrees() < 1e-9,
                    "{hip} frame {i}: {found} {truth}"
                )
            };
            near(r[(2, 1)].asin(), a.pelvis_obliquity);
            near((-r[(2, 0)]).atan2(r[(2, 2)]), a.pelvis_tilt);
            near((-r[(0, 1)]).atan2(r[(1, 1)]) - 0.7, a.pelvis_rotation);
            let up = (p["CLAV"] + p["C7"] - p["STRN"] - p["T10"]).normalize();
            let front = p["CLAV"] + p["STRN"] - p["C7"] - p["T10"];
            near(up.cross(&front).normalize().z.asin(), a.thorax_lean);
            for side in Side::BOTH {
                let hip_local = match hip {
                    HipRegression::Davis => davis([leg, leg], width, side),
                    HipRegression::Harrington => Vector3::new(
                        -0.24 * 160.0 - 9.9 - 7.0,
                        side.sigma() * (0.33 * width + 7.3),
                        -0.30 * width - 10.9,
                    ),
                    HipRegression::Hara => Vector3::new(
                        11.0 - 0.063 * leg - 7.0,
                        side.sigma() * (8.0 + 0.086 * leg),
                        -9.0 - 0.078 * leg,
                    ),
                };
                let truth = &pose.legs[side];
                let l = side.letter();
                let get = |stem: &str| p[&format!("{l}{stem}")];
                let hjc = origin + r * hip_local / 1000.0;
                assert!((hjc - truth.hip).norm() < 1e-12, "{hip} {side:?}");
                let kjc = chord(hjc, get("KNE"), get("THI"), 0.5 * (0.100 + 0.014));
                assert!((kjc - truth.knee).norm() < 1e-12, "{hip} {side:?}");
                let ajc = chord(kjc, get("ANK"), get("TIB"), 0.5 * (0.070 + 0.014));
                assert!((ajc - truth.ankle).norm() < 1e-12, "{hip} {side:?}");
                let thigh = bone(hjc, kjc, (get("KNE") - kjc) * side.sigma());
                let shank = bone(kjc, ajc, thigh.column(1).into());
                let found = yxz(&(r.transpose() * thigh));
                let exact = yxz(&(pose.pelvis.rotation.transpose() * truth.thigh));
                let knee = yxz(&(thigh.transpose() * shank));
                let exact_knee = yxz(&(truth.thigh.transpose() * truth.shank));
                for k in 0..3 {
                    near(found[k], exact[k]);
                    near(knee[k], exact_knee[k]);
                }
            }
        }
    }
}

fn rms(values: &[f64]) -> f64 {
    (values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64).sqrt()
}

/// RMS of (knee flexion, hip flexion without its mean, hip adduction) against the norm, degrees.
fn distance_to_norm(walker: &Walker) -> [f64; 3] {
    let gait = Gait::new(walker);
    let (mut knee, mut hip, mut adduction) = (Vec::new(), Vec::new(), Vec::new());
    let period = gait.clock.time_s(2.0) - gait.clock.time_s(1.0);
    for i in 0..200 {
        let pose = gait.at(gait.clock.time_s(1.0) + period * i as f64 / 200.0);
        let leg = &pose.legs.right;
        let p = pose.phase.right;
        let [k, _, _] = yxz(&(leg.thigh.transpose() * leg.shank)).map(f64::to_degrees);
        let [h, a, _] = yxz(&(pose.pelvis.rotation.transpose() * leg.thigh)).map(f64::to_degrees);
        knee.push(k - KNEE_FLEXION.at_deg(p));
        hip.push(-h - HIP_FLEXION.at_deg(p));
        adduction.push(a - HIP_ADDUCTION.at_deg(p));
    }
    let mean = hip.iter().sum::<f64>() / hip.len() as f64;
    hip.iter_mut().for_each(|v| *v -= mean);
    [rms(&knee), rms(&hip), rms(&adduction)]
}

#[test]
fn healthy_legs_move_like_the_norm() {
    for height_m in [1.10, 1.70, 1.95] {
        for hip in [HipRegression::Harrington, HipRegression::Davis] {
            let walker = Walker {
                height_m,
                hip,
                ..Walker::default()
            };
            let [knee, hip_shape, adduction] = distance_to_norm(&walker);
            println!(
                "{height_m} {hip}: knee {knee:.2} hip {hip_shape:.2} adduction {adduction:.2}"
            );
            // 4.4°, 1.8° and 1.3° in the prototype that the design names
            assert!(knee < 2.0 && hip_shape < 1.5 && adduction < 1.0);
        }
    }
    // the norm is of free speed: other speeds may differ, but stay a walk
    for speed in [0.7, 1.0, 1.6] {
        let walker = Walker {
            speed_m_s: Some(speed),
            ..Walker::default()
        };
        let [knee, hip, adduction] = distance_to_norm(&walker);
        println!("{speed} m/s: knee {knee:.2} hip {hip:.2} adduction {adduction:.2}");
        assert!(knee < 7.0 && hip < 7.0 && adduction < 2.0);
    }
}

#[test]
fn healthy_posture_sits_at_the_norms_of_the_decision_model() {
    let (_, truth) = walk(&Walker::default()).unwrap();
    for s in &truth.strides {
        println!(
            "{:?} drop {:.3} lean {:.3}",
            s.side, s.drop_ss_deg, s.lean_ss_deg
        );
        assert!((s.drop_ss_deg - 1.1).abs() < 0.1, "{}", s.drop_ss_deg);
        assert!((s.lean_ss_deg - 0.75).abs() < 0.01, "{}", s.lean_ss_deg);
    }
    let walker = Walker {
        healthy_lean: HealthyLean::Fourier,
        ..Walker::default()
    };
    let (_, truth) = walk(&walker).unwrap();
    println!("fourier lean {:.3}", truth.strides[0].lean_ss_deg);
    assert!((truth.strides[0].lean_ss_deg - 0.1).abs() < 0.1);
}

#[test]
fn every_leg_reaches_its_ankle_in_every_pattern() {
    for &pattern in Pattern::ALL {
        for affected in [Affected::Left, Affected::Both] {
            let walker = Walker {
                strides: 3,
                passes: 2,
                stride_jitter: true,
                between_subject: true,
                ..Walker::new(pattern, affected)
            };
            let gait = Gait::new(&walker);
            let end = gait.clock.time_s(gait.clock.last_phase);
            for i in 0..=(end * 100.0) as usize {
                let pose = gait.at(i as f64 / 100.0);
                for side in Side::BOTH {
                    let error = (pose.legs[side].ankle - pose.feet[side].origin).norm();
                    assert!(
                        error < 1e-9,
                        "{pattern} {side:?} frame {i}: {error} m short"
                    );
                }
            }
        }
    }
}

#[test]
fn a_turn_does_not_make_the_walker_crouch() {
    let straight = Gait::new(&Walker::default());
    let turning = Gait::new(&Walker {
        passes: 2,
        ..Walker::default()
    });
    let lower = straight.at(1.0).pelvis.origin.z - turning.at(1.0).pelvis.origin.z;
    println!("lower by {lower} m");
    assert!(lower.abs() < 0.01);
}

#[test]
fn feet_rest_on_the_ground_in_stance() {
    let walker = Walker {
        strides: 4,
        ..Walker::default()
    };
    let (recording, truth) = walk(&walker).unwrap();
    let heel = |side: Side| {
        let label = format!("{}HEE", side.letter());
        recording.markers.iter().find(|m| m.label == label).unwrap()
    };
    for stride in &truth.strides {
        // flat foot: 10–28 % of the stride
        let at = |share: f64| {
            let t = stride.start_s + share * (stride.end_s - stride.start_s);
            (t * truth.rate_hz).round() as usize
        };
        let (from, to) = (at(0.11), at(0.26));
        let series = &heel(stride.side).position;
        for i in from..=to {
            let moved = (series.at(i) - series.at(from)).norm();
            assert!(moved < 5e-5, "{:?} {i}: {moved}", stride.side);
        }
    }
}

#[test]
fn segments_are_rigid_and_nothing_jumps() {
    let (recording, _) = walk(&Walker {
        strides: 3,
        ..Walker::default()
    })
    .unwrap();
    let find = |label: &str| {
        &recording
            .markers
            .iter()
            .find(|m| m.label == label)
            .unwrap()
            .position
    };
    let pairs = [
        ("LASI", "RPSI"),
        ("C7", "STRN"),
        ("LTHI", "LKNE"),
        ("RTIB", "RANK"),
        ("LHEE", "LTOE"),
    ];
    for (a, b) in pairs {
        let length = |i| (find(a).at(i) - find(b).at(i)).norm();
        for i in 0..recording.frames {
            assert!((length(i) - length(0)).abs() < 5e-5, "{a}-{b} {i}");
        }
    }
    for m in &recording.markers {
        for i in 1..recording.frames {
            let speed = (m.position.at(i) - m.position.at(i - 1)).norm() * recording.rate_hz;
            assert!(speed < 6.0, "{} {i}: {speed} m/s", m.label);
        }
    }
}

#[test]
fn the_same_seeds_give_the_same_recording_and_others_another() {
    let walker = Walker {
        strides: 2,
        ..Walker::default()
    }
    .realistic();
    let (a, truth) = walk(&walker).unwrap();
    let (b, again) = walk(&walker).unwrap();
    assert_eq!(a, b);
    assert_eq!(truth, again);
    for change in 0..3 {
        let mut other = walker.clone();
        match change {
            0 => other.seed = 2,
            1 => other.session = 2,
            _ => other.trial = 2,
        }
        assert_ne!(a.markers, walk(&other).unwrap().0.markers, "{change}");
    }
}

#[test]
fn coordinates_are_whole_64ths_of_a_millimetre() {
    let walker = Walker {
        strides: 1,
        ..Walker::default()
    }
    .realistic();
    let (recording, _) = walk(&walker).unwrap();
    for m in &recording.markers {
        for value in m.position.x.iter().chain(&m.position.z) {
            let mm = value * 1000.0;
            assert!((mm * 64.0 - (mm * 64.0).round()).abs() < 1e-6);
            assert_eq!(
                f64::from((mm * 64.0).round() as f32) / 64.0,
                (mm * 64.0).round() / 64.0
            );
        }
    }
}

#[test]
fn patterns_change_what_they_say_and_only_there() {
    let features = |pattern, magnitude_deg, affected| {
        let walker = Walker {
            magnitude_deg,
            strides: 2,
            ..Walker::new(pattern, affected)
        };
        let (_, truth) = walk(&walker).unwrap();
        PerSide::from_fn(|side| {
            let s = truth.strides.iter().find(|s| s.side == side).unwrap();
            (s.drop_ss_deg, s.lean_ss_deg)
        })
    };
    let healthy = features(Pattern::Healthy, None, Affected::Right);
    let dropped = features(Pattern::Uncompensated, Some(8.0), Affected::Right);
    let share = (dropped.right.0 - healthy.right.0) / 8.0;
    println!("share of the drop amplitude in single support {share:.3}");
    assert!((0.85..1.0).contains(&share));
    assert!((dropped.left.0 - healthy.left.0).abs() < 0.5);
    let lurched = features(Pattern::Compensated, Some(8.0), Affected::Left);
    let share = (lurched.left.1 - healthy.left.1) / 8.0;
    println!("share of the lean amplitude in single support {share:.3}");
    assert!((0.7..1.0).contains(&share));
    assert!(lurched.left.0 < healthy.left.0 - 2.0);
    assert!((lurched.right.1 - healthy.right.1).abs() < 0.5);
}
#[test]
fn a_hiking_limb_swings_stiffly_and_clears_the_ground() {
    let walker = Walker {
        strides: 2,
        ..Walker::new(Pattern::HipHike, Affected::Right)
    };
    let gait = Gait::new(&walker);
    let mut knee_peak = f64::MIN;
    for i in 0..300 {
        let pose = gait.at(i as f64 / 100.0);
        let leg = &pose.legs.right;
        knee_peak = knee_peak.max(yxz(&(leg.thigh.transpose() * leg.shank))[0].to_degrees());
        for (x, radius) in [(-0.055, 0.03), (0.13, 0.06)] {
            let centre = Vector3::new(x, 0.0, radius - gait.physique.ankle_height_m);
            let lowest = pose.feet.right.point(&centre).z - radius;
            assert!(lowest > -0.005, "frame {i}: {lowest} m");
        }
    }
    // the sign of a stiff knee that the mimic rule looks for (science §6.5)
    assert!(knee_peak < 45.0, "{knee_peak}");
}

#[test]
fn gaps_come_at_the_rate_that_was_asked_for() {
    let walker = Walker {
        strides: 40,
        noise: Noise {
            gaps_per_s: 2.0,
            ..Noise::default()
        },
        ..Walker::default()
    };
    let (recording, _) = walk(&walker).unwrap();
    let missing: usize = recording
        .markers
        .iter()
        .map(|m| recording.frames - m.position.present())
        .sum();
    // 2 gaps a second of 12 frames on average (2 % of them 50)
    let per_second = missing as f64 / recording.duration_s();
    assert!((15.0..40.0).contains(&per_second), "{per_second}");
    // every other walker of the same seeds keeps its coordinates: gaps only take away
    let (whole, _) = walk(&Walker {
        noise: Noise::default(),
        ..walker
    })
    .unwrap();
    for (a, b) in recording.markers.iter().zip(&whole.markers) {
        for i in 0..recording.frames {
            assert!(a.position.is_missing(i) || a.position.at(i) == b.position.at(i));
        }
    }
}

#[test]
fn exchanged_labels_exchange_positions_and_nothing_else() {
    let clean = Walker {
        strides: 2,
        ..Walker::default()
    };
    let (whole, _) = walk(&clean).unwrap();
    let (swapped, _) = walk(&Walker {
        noise: Noise {
            swaps: 1,
            ..Noise::default()
        },
        ..clean.clone()
    })
    .unwrap();
    let touched: Vec<usize> = (0..whole.markers.len())
        .filter(|&m| whole.markers[m] != swapped.markers[m])
        .collect();
    assert_eq!(touched.len(), 2);
    let [a, b] = [touched[0], touched[1]];
    let changed: Vec<usize> = (0..whole.frames)
        .filter(|&i| whole.markers[a].position.at(i) != swapped.markers[a].position.at(i))
        .collect();
    assert!((5..=40).contains(&changed.len()));
    for i in changed {
        assert_eq!(
            swapped.markers[a].position.at(i),
            whole.markers[b].position.at(i)
        );
        assert_eq!(
            swapped.markers[b].position.at(i),
            whole.markers[a].position.at(i)
        );
    }
    let (mirrored, _) = walk(&Walker {
        noise: Noise {
            sides_swapped: true,
            ..Noise::default()
        },
        ..clean
    })
    .unwrap();
    assert_eq!(mirrored.markers[0].label, "RASI");
    assert_eq!(mirrored.markers[0].position, whole.markers[0].position);
}

#[test]
fn impossible_walkers_are_refused_with_the_reason() {
    let refused = |walker: Walker| walk(&walker).unwrap_err().to_string();
    let message = refused(Walker {
        rate_hz: f64::NAN,
        ..Walker::default()
    });
    assert_eq!(message, "rate_hz = NaN: expected 20 to 2000 Hz");
    assert!(
        refused(Walker {
            strides: 0,
            ..Walker::default()
        })
        .contains("strides")
    );
    assert!(
        refused(Walker {
            treadmill: true,
            passes: 2,
            ..Walker::default()
        })
        .contains("treadmill")
    );
    let misspelt = "healty".parse::<Pattern>().unwrap_err().to_string();
    assert!(
        misspelt.starts_with("'healty' is not a pattern; expected one of: healthy"),
        "{misspelt}"
    );
    for &pattern in Pattern::ALL {
        assert_eq!(pattern.to_string().parse::<Pattern>(), Ok(pattern));
    }
}
