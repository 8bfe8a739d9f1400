//! Synthetic recordings as files.

use hipdrop::analysis::{Options, analyze};
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{EventKind, Recording, Side};
use hipdrop::synth::{
    Affected, FileFormat, MarkerSet, Noise, Pattern, Walker, sample_data, samples, store_events,
    walk, write,
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
        bytes += std::fs::metadata(&kept).unwrap().len();
        let (kept, made) = (read_back(&kept), read_back(&made));
        assert_eq!((kept.frames, kept.rate_hz), (made.frames, made.rate_hz));
        assert_eq!(kept.subjects, made.subjects);
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
