//! Healthy people's real walks: no definite pathological label, alone or pooled; turns stay out.

use super::support::{rows, run};
use crate::common::shared;
use std::collections::BTreeMap;
use std::path::Path;

const PATHOLOGICAL: [&str; 4] = ["uncompensated", "compensated", "mixed", "drop-unspecified"];

fn analysed(folder: &str, out: &Path) -> [Vec<BTreeMap<String, String>>; 3] {
    let ran = run(out, &format!("analyze {folder} --no-report"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let study = out.join("hipdrop-out");
    ["recordings.csv", "sessions.csv", "strides.csv"].map(|table| rows(&study, table))
}

#[test]
fn healthy_walks_get_no_pathological_label() {
    let Some(shared) = shared("healthy_walks_get_no_pathological_label") else {
        return;
    };
    let out = tempfile::tempdir().unwrap();
    let folder = shared.join("recordings/plug-in-gait");
    let [recordings, sessions, strides] = analysed(folder.to_str().unwrap(), out.path());
    // the twelve people of the seven laboratories, and both of their limbs
    assert!(sessions.len() >= 24, "{} session limbs", sessions.len());
    for row in &sessions {
        assert!(!PATHOLOGICAL.contains(&row["label"].as_str()), "{row:?}");
    }
    for row in &recordings {
        for side in ["label_left", "label_right"] {
            assert!(!PATHOLOGICAL.contains(&row[side].as_str()), "{row:?}");
        }
        // one walkway crossing of a child holds one or two strides a limb: it must abstain
        if row["recording"].contains("mcgill") && row["status"] == "analysed" {
            assert_eq!(row["label_left"], "indeterminate", "{row:?}");
            assert_eq!(row["label_right"], "indeterminate", "{row:?}");
        }
    }
    let turned = |row: &&BTreeMap<String, String>| row["excluded_because"] == "turn";
    let turns: Vec<_> = strides.iter().filter(turned).collect();
    assert!(turns.len() >= 8, "{} strides in turns", turns.len());
    for row in turns {
        assert!(row["recording"].contains("turn"), "{row:?}");
        assert_eq!(row["used"], "false");
    }
}
