//! Running: flight, speed, patterns.

use super::*;
use crate::recording::EventKind;

fn runner(pattern: Pattern, speed_m_s: Option<f64>) -> Walker {
    Walker {
        gait: GaitKind::Running,
        strides: 3,
        speed_m_s,
        ..Walker::new(pattern, Affected::Right)
    }
}

#[test]
fn both_feet_are_in_the_air_between_the_stances() {
    for speed in [Some(2.0), None, Some(4.5)] {
        let (_, truth) = walk(&runner(Pattern::Healthy, speed)).unwrap();
        let strikes = truth.events.iter().map(|e| match e.event {
            EventKind::FootStrike => 1,
            EventKind::FootOff => -1,
        });
        // from the first strike on, every foot off comes before the other foot's strike
        let (mut on_ground, mut flights) = (0, 0);
        for change in strikes.skip_while(|c| *c < 0) {
            on_ground += change;
            assert!((0..=1).contains(&on_ground), "two feet on the ground");
            flights += usize::from(on_ground == 0);
        }
        assert!(flights >= 5);
        for s in &truth.strides {
            let contact = s.off_s - s.start_s;
            let step = 0.5 * (s.end_s - s.start_s);
            assert!((s.flight_s - (step - contact)).abs() < 1e-9 && s.flight_s > 0.03);
            assert!(s.opposite_off_s < s.start_s && s.opposite_strike_s > s.off_s);
        }
        println!(
            "{speed:?}: {:.2} m/s, flight {:.3} s",
            truth.speed_m_s, truth.strides[0].flight_s
        );
    }
}

#[test]
fn a_walker_has_no_flight() {
    let (_, truth) = walk(&Walker::default()).unwrap();
    assert!(truth.strides.iter().all(|s| s.flight_s == 0.0));
    let json = truth.to_json().unwrap();
    assert!(!json.contains("flight_s") && !json.contains("\"gait\""));
}

#[test]
fn the_truth_of_a_run_holds_flight_events_drop_and_lean() {
    let (_, truth) = walk(&runner(Pattern::Mixed, None)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&truth.to_json().unwrap()).unwrap();
    assert_eq!(json["walker"]["gait"], "running");
    assert_eq!(json["labels"]["right"], "mixed");
    for stride in json["strides"].as_array().unwrap() {
        for key in ["flight_s", "drop_ss_deg", "lean_ss_deg", "off_s"] {
            assert!(stride[key].as_f64().is_some(), "{key}");
        }
    }
    assert!(json["events"].as_array().unwrap().len() > 10);
}

#[test]
fn a_running_leg_moves_as_running_legs_do() {
    for height_m in [1.15, 1.70, 1.95] {
        let walker = Walker {
            height_m,
            ..runner(Pattern::Healthy, None)
        };
        let gait = Gait::new(&walker);
        let knee = |phase: f64| {
            let leg = gait.at(gait.clock.time_s(phase)).legs.right;
            yxz(&(leg.thigh.transpose() * leg.shank))[0].to_degrees()
        };
        let [strike, middle, off, swing] = [1.0, 1.14, 1.34, 1.66].map(knee);
        println!("{height_m} m: knee {strike:.0} {middle:.0} {off:.0} {swing:.0}");
        // Novacheck 1998: about 15, 43, 18, 95
        assert!((8.0..22.0).contains(&strike) && (33.0..50.0).contains(&middle));
        assert!((10.0..28.0).contains(&off) && (85.0..105.0).contains(&swing));
        let rises = (0..100).map(|i| gait.at(gait.clock.time_s(1.0 + 0.01 * f64::from(i))));
        let heights: Vec<f64> = rises.map(|p| p.pelvis.origin.z).collect();
        let (low, high) = heights
            .iter()
            .fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
        assert!((0.03..0.12).contains(&(high - low)), "{}", high - low);
    }
}

#[test]
fn every_running_leg_reaches_its_ankle() {
    for pattern in Pattern::ALL.iter().copied().filter(|p| p.can_run()) {
        for speed in [Some(1.85), None, Some(4.7)] {
            let walker = Walker {
                passes: 2,
                between_subject: true,
                stride_jitter: true,
                ..runner(pattern, speed)
            };
            let gait = Gait::new(&walker);
            let end = gait.clock.time_s(gait.clock.last_phase);
            for i in 0..=(end * 100.0) as usize {
                let pose = gait.at(i as f64 / 100.0);
                for side in Side::BOTH {
                    let error = (pose.legs[side].ankle - pose.feet[side].origin).norm();
                    assert!(error < 1e-9, "{pattern} {speed:?} {i}: {error} m short");
                }
            }
        }
    }
}

#[test]
fn patterns_of_a_runner_change_what_they_say_and_only_there() {
    let stance = |pattern| {
        let (_, truth) = walk(&runner(pattern, None)).unwrap();
        PerSide::from_fn(|side| {
            let s = truth.strides.iter().find(|s| s.side == side).unwrap();
            (s.drop_ss_deg, s.lean_ss_deg)
        })
    };
    let healthy = stance(Pattern::Healthy);
    assert!((2.0..4.0).contains(&healthy.right.0), "{healthy:?}");
    let dropped = stance(Pattern::Uncompensated);
    let share = (dropped.right.0 - healthy.right.0) / 8.0;
    assert!((0.6..1.0).contains(&share), "{share}");
    assert!((dropped.left.0 - healthy.left.0).abs() < 0.5);
    let leaning = stance(Pattern::Compensated);
    let share = (leaning.right.1 - healthy.right.1) / 8.0;
    assert!((0.5..1.0).contains(&share), "{share}");
    assert!((leaning.left.1 - healthy.left.1).abs() < 0.5);
}

#[test]
fn what_cannot_be_run_is_refused_with_what_can() {
    let refused = |walker: Walker| walk(&walker).unwrap_err().to_string();
    let message = refused(runner(Pattern::Antalgic, None));
    assert!(
        message.starts_with("pattern = antalgic: expected one of healthy,"),
        "{message}"
    );
    let message = refused(runner(Pattern::Healthy, Some(1.0)));
    assert_eq!(
        message,
        "speed_m_s = 1: expected 1.80 to 4.79 m/s running, at this height"
    );
    assert!(refused(runner(Pattern::Healthy, Some(f64::NAN))).contains("NaN"));
}
