//! Synthetic recordings as files.

use hipdrop::analysis::{Options, analyze};
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{EventKind, Recording, Side};
use hipdrop::synth::{
    Affected, FileAxes, FileFormat, FileUnit, MarkerSet, Noise, Pattern, Walker, sample_data,
    samples, store_events, walk, write,
};

fn read_back(path: &std::path::Path) -> Recording {
    read::open(path, &ReadOptions::default()).unwrap()
}

#[test]
fn csv_and_c3d_hold_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let walker = Walker {
        strides: 1,
        noise: Noise {
            gaps_per_s: 3.0,
            ..Noise::default()
        },
        ..Walker::default()
    }
    .realistic();
    let (recording, truth) = walk(&walker).unwrap();
    let csv = write(&recording, &truth, folder.path(), "walk", FileFormat::Csv).unwrap();
    let c3d = write(&recording, &truth, folder.path(), "walk", FileFormat::C3d).unwrap();
    let (csv, c3d) = (read_back(&csv), read_back(&c3d));
    assert_eq!(csv.rate_hz, 100.0);
    assert_eq!(
        (csv.frames, c3d.frames),
        (recording.frames, recording.frames)
    );
    assert_eq!(
        (csv.markers.len(), c3d.markers.len()),
        (recording.markers.len(), recording.markers.len())
    );
    let bits = |v: &[f64]| {
        v.iter()
            .map(|x| if x.is_nan() { 0 } else { x.to_bits() })
            .collect::<Vec<_>>()
    };
    for ((a, b), original) in csv.markers.iter().zip(&c3d.markers).zip(&recording.markers) {
        assert_eq!((&a.label, &b.label), (&original.label, &original.label));
        for k in 0..3 {
            assert_eq!(
                bits(a.position.columns()[k]),
                bits(b.position.columns()[k]),
                "{}",
                a.label
            );
            assert_eq!(
                bits(a.position.columns()[k]),
                bits(original.position.columns()[k]),
                "{}",
                a.label
            );
        }
    }
    let (kept, made) = (&c3d.body, &recording.body);
    for side in Side::BOTH {
        let (kept, made) = (kept.limbs[side], made.limbs[side]);
        assert!((kept.leg_length_m.unwrap() - made.leg_length_m.unwrap()).abs() < 1e-6);
        assert!((kept.knee_width_m.unwrap() - made.knee_width_m.unwrap()).abs() < 1e-6);
    }
    let json = std::fs::read_to_string(folder.path().join("walk.truth.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["synthetic"], true);
    assert_eq!(json["labels"]["right"], "none");
    let obliquity = json["angles"]["pelvis_obliquity_deg"].as_array().unwrap();
    assert_eq!(obliquity.len(), recording.frames);
    let again: Walker = serde_json::from_value(json["walker"].clone()).unwrap();
    assert_eq!(again, walker);
}

#[test]
fn stored_events_come_back_at_their_times() {
    let folder = tempfile::tempdir().unwrap();
    let (mut recording, truth) = walk(&Walker {
        strides: 2,
        ..Walker::default()
    })
    .unwrap();
    assert!(recording.events.is_empty());
    store_events(&mut recording, &truth);
    let path = write(&recording, &truth, folder.path(), "walk", FileFormat::C3d).unwrap();
    let back = read_back(&path);
    assert_eq!(back.events.len(), truth.events.len());
    for (stored, true_one) in back.events.iter().zip(&truth.events) {
        assert_eq!(stored.side, Some(true_one.side));
        assert_eq!(stored.kind, Some(true_one.event));
        assert!((stored.time_s - true_one.time_s).abs() < 1e-5);
    }
    assert!(truth.events.iter().any(|e| e.event == EventKind::FootOff));
}

/// Bytes of a file, or of the files of a folder.
fn size(path: &std::path::Path) -> u64 {
    match std::fs::read_dir(path) {
        Ok(files) => files.map(|f| f.unwrap().metadata().unwrap().len()).sum(),
        Err(_) => std::fs::metadata(path).unwrap().len(),
    }
}

#[test]
fn the_sample_files_are_those_that_the_program_makes() {
    let folder = tempfile::tempdir().unwrap();
    sample_data(folder.path()).unwrap();
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let mut bytes = 0;
    for name in ["truth.csv", "subjects.csv"] {
        let read = |root: &std::path::Path| std::fs::read_to_string(root.join(name)).unwrap();
        assert_eq!(read(&kept), read(folder.path()), "{name}");
    }
    for sample in samples() {
        let (kept, made) = (kept.join(sample.path()), folder.path().join(sample.path()));
        bytes += size(&kept);
        let (kept, made) = (read_back(&kept), read_back(&made));
        assert_eq!((kept.frames, kept.rate_hz), (made.frames, made.rate_hz));
        assert_eq!(kept.subjects, made.subjects);
        assert_eq!(kept.sensors.len(), made.sensors.len());
        for (a, b) in kept.sensors.iter().zip(&made.sensors) {
            assert_eq!(a.name, b.name);
            for i in (0..kept.frames).filter(|i| !a.acc_m_s2.is_missing(*i)) {
                let apart = (a.acc_m_s2.at(i) - b.acc_m_s2.at(i)).amax();
                assert!(apart < 2e-4, "{} {} {i}: {apart}", sample.path(), a.name);
            }
        }
        for (a, b) in kept.markers.iter().zip(&made.markers) {
            assert_eq!(a.label, b.label);
            for i in 0..kept.frames {
                // a sine may differ in its last bit between platforms: one step of resolution
                let apart = (a.position.at(i) - b.position.at(i)).amax();
                assert!(apart < 2e-5, "{} {} {i}", sample.path(), a.label);
            }
        }
    }
    assert!(bytes < 6_000_000, "{bytes} bytes");
    // what lies beside the recordings is not taken for one
    for name in [
        "README.md",
        "truth.csv",
        "subjects.csv",
        "waddle/visit-1/walk.truth.json",
    ] {
        let text = std::fs::read(kept.join(name)).unwrap();
        assert!(!read::looks_like_recording(&text), "{name}");
    }
}

#[test]
fn twins_in_both_formats_give_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    for markers in [MarkerSet::PlugInGait, MarkerSet::Medial] {
        let walker = Walker {
            markers,
            body_measures: false,
            ..Walker::new(Pattern::Uncompensated, Affected::Left)
        }
        .realistic();
        let (recording, truth) = walk(&walker).unwrap();
        let result = |format| {
            let path = write(&recording, &truth, folder.path(), "twin", format).unwrap();
            let analysis = analyze(&read_back(&path), &Options::default()).unwrap();
            assert_eq!(analysis.limbs.left.label.name(), "uncompensated");
            let curves: Vec<_> = analysis.strides.iter().map(|s| s.curves.clone()).collect();
            format!("{:?} {:?} {curves:?}", analysis.strides, analysis.limbs)
        };
        assert_eq!(result(FileFormat::Csv), result(FileFormat::C3d));
    }
}

/// SHA-256 of a file, hex.
fn fingerprint(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(bytes);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// A walker that uses every source of numbers.
fn everything() -> Walker {
    Walker {
        strides: 2,
        passes: 2,
        prevalence: 0.7,
        rebound: 0.2,
        height_m: 1.62,
        speed_m_s: Some(1.05),
        direction_rad: 0.3,
        noise: Noise {
            white_mm: 0.4,
            wobble_mm: 0.5,
            soft_tissue: 1.0,
            gaps_per_s: 1.0,
            swaps: 2,
            ghosts: 2,
            dropped_share: 0.01,
            sides_swapped: false,
        },
        ..Walker::new(Pattern::Mixed, Affected::Left)
    }
    .realistic()
}

#[test]
fn the_same_bytes_on_every_machine() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, truth) = walk(&everything()).unwrap();
    // made on x86-64 Linux; a machine that makes other bytes does not compute the same walk
    let expected = [
        "322c5d9bfd64e952cde6b1c687b21a82c41e1dd52c25ce1697eb2c5ac7558159",
        "ece9d3af9f58fbf279a2a336c78d876ca5fac209be862c9d100a676dac5f7a1e",
        "9a7a6f19e8445d64665438f0c5117f307939ace7bb3941c449cc759678b7e10f",
    ];
    let found = [FileFormat::Csv, FileFormat::C3d, FileFormat::Trc].map(|format| {
        let path = write(&recording, &truth, folder.path(), "walk", format).unwrap();
        fingerprint(&std::fs::read(&path).unwrap())
    });
    assert_eq!(found, expected, "csv, c3d, trc");
}

#[test]
fn units_and_axes_of_a_file_change_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    let walker = Walker {
        strides: 5,
        ..Walker::new(Pattern::Uncompensated, Affected::Right)
    };
    let label_and_excess = |walker: &Walker, name: &str| {
        let (recording, truth) = walk(walker).unwrap();
        let path = write(&recording, &truth, folder.path(), name, FileFormat::Trc).unwrap();
        let mut recording = read_back(&path);
        recording.body = hipdrop::synth::walk(&Walker::default()).unwrap().0.body;
        let analysis = analyze(&recording, &Options::default()).unwrap();
        let limb = &analysis.limbs.right;
        (limb.label, limb.drop_excess_deg.unwrap().mean)
    };
    let (label, excess) = label_and_excess(&walker, "plain");
    for axes in FileAxes::ALL {
        for unit in FileUnit::ALL {
            let other = Walker {
                axes: *axes,
                unit: *unit,
                ..walker.clone()
            };
            let (found, measured) = label_and_excess(&other, &format!("{axes}-{unit}"));
            assert_eq!(found, label, "{axes} {unit}");
            assert!(
                (measured - excess).abs() < 1e-6,
                "{axes} {unit}: {measured} {excess}"
            );
        }
    }
}

#[test]
fn dropped_frames_and_ghosts_come_as_often_as_asked_for() {
    let walker = Walker {
        strides: 20,
        noise: Noise {
            dropped_share: 0.05,
            ..Noise::default()
        },
        ..Walker::default()
    };
    let (recording, _) = walk(&walker).unwrap();
    let blind = |i: &usize| recording.markers.iter().all(|m| m.position.is_missing(*i));
    let share = (0..recording.frames).filter(blind).count() as f64 / recording.frames as f64;
    assert!((0.03..0.07).contains(&share), "{share}");
    let (clean, _) = walk(&Walker {
        strides: 4,
        ..Walker::default()
    })
    .unwrap();
    let (haunted, _) = walk(&Walker {
        strides: 4,
        noise: Noise {
            ghosts: 5,
            ..Noise::default()
        },
        ..Walker::default()
    })
    .unwrap();
    let mut jumps = 0;
    for (a, b) in clean.markers.iter().zip(&haunted.markers) {
        for i in 0..clean.frames {
            let away = (a.position.at(i) - b.position.at(i)).norm();
            assert!(away == 0.0 || (0.029..0.3).contains(&away), "{away}");
            jumps += usize::from(away > 0.0);
        }
    }
    assert!((10..=40).contains(&jumps), "{jumps}");
}

#[test]
fn an_intermittent_pattern_is_in_some_strides_and_a_rebound_on_the_other_limb() {
    let walker = Walker {
        strides: 40,
        prevalence: 0.5,
        ..Walker::new(Pattern::Uncompensated, Affected::Right)
    };
    let (_, truth) = walk(&walker).unwrap();
    let drops: Vec<f64> = truth
        .strides
        .iter()
        .filter(|s| s.side == Side::Right)
        .map(|s| s.drop_ss_deg)
        .collect();
    let dropping = drops.iter().filter(|d| **d > 5.0).count();
    assert!(
        (12..=28).contains(&dropping),
        "{dropping} of {}",
        drops.len()
    );
    assert!(drops.iter().all(|d| *d < 2.0 || *d > 8.0), "{drops:?}");
    let lean_left = |rebound| {
        let walker = Walker {
            strides: 2,
            rebound,
            ..Walker::new(Pattern::Compensated, Affected::Right)
        };
        let (_, truth) = walk(&walker).unwrap();
        let left = truth.strides.iter().find(|s| s.side == Side::Left);
        left.unwrap().lean_ss_deg
    };
    // a quarter of 8 degrees, 0.93 of it in the mean
    assert!((lean_left(0.25) - lean_left(0.0) - 0.25 * 8.0 * 0.93).abs() < 0.1);
}
