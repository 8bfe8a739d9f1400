//! Names and order of the columns, guards of cells, exports.

use super::support::{TABLES, made, ok, rows, run_with, table};
use std::fs;

const METRICS: &str = "speed_m_s,cadence_steps_min,stride_length_m,step_length_m,step_width_m,\
stance_pct,single_support_pct,drop_peak_deg,drop_peak_pct,drop_ss_deg,drop_mid_deg,drop_late_deg,\
drop_ss_offset_free_deg,pelvis_range_deg,lean_peak_deg,lean_ss_deg,lean_late_deg,\
lean_ss_offset_free_deg,lean_range_deg,lean_on_pelvis_ss_deg,hip_adduction_peak_deg,\
hip_adduction_ss_deg,knee_valgus_peak_deg,knee_valgus_ss_deg,fppa_peak_deg";

const FINDING: &str = "label,p_none,p_uncompensated,p_compensated,p_mixed,severity,consistency,\
drop_excess_deg,drop_excess_low_deg,drop_excess_high_deg,lean_excess_deg,lean_excess_low_deg,\
lean_excess_high_deg,flags";

/// Columns of `limbs.csv` and `sessions.csv` that came after the metrics.
const LATER: &str = "drop_strides_share,drop_strides_low,drop_strides_high,lean_strides_share,\
                     lean_strides_low,lean_strides_high,pattern_strides_share,pattern_strides_low,\
                     pattern_strides_high,drop_level,knee_trust,knee_cross_talk_r2,knee_valgus_range_deg,\
                     knee_valgus_peak_corrected_deg,knee_valgus_ss_corrected_deg";

#[test]
fn columns_have_their_names_and_order() {
    let folder = made();
    ok(folder.path(), "analyze in --no-report");
    let out = folder.path().join("hipdrop-out");
    let summaries: Vec<String> = METRICS
        .split(',')
        .map(|m| format!("{m}_mean,{m}_sd"))
        .collect();
    let summaries = summaries.join(",");
    let expected = [
        (
            "recordings.csv",
            "recording,subject,session,status,reason,format,kind,rate_hz,frames,duration_s,\
             strides_left,strides_right,label_left,label_right,finding,flags,content_hash,part_of,\
             start_s"
                .to_owned(),
        ),
        (
            "limbs.csv",
            format!("recording,subject,session,side,strides,{FINDING},{summaries},{LATER}"),
        ),
        (
            "sessions.csv",
            format!(
                "subject,session,condition,side,recordings,strides,{FINDING},{summaries},{LATER}"
            ),
        ),
        (
            "strides.csv",
            format!(
                "recording,subject,session,side,stride,start_s,end_s,opposite_off_s,\
                 opposite_strike_s,off_s,used,excluded_because,events_source,filled_pct,{METRICS},\
                 knee_cross_talk_r2,knee_valgus_range_deg,knee_valgus_peak_corrected_deg,\
                 knee_valgus_ss_corrected_deg"
            ),
        ),
        (
            "curves.csv",
            "recording,side,stride,pct,pelvis_drop_deg,trunk_lean_deg,hip_adduction_deg,\
             knee_valgus_deg,hip_flexion_deg,knee_flexion_deg"
                .to_owned(),
        ),
    ];
    for (name, header) in expected {
        let text = table(&out, name);
        assert_eq!(text.lines().next().unwrap(), header, "{name}");
        assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
    }
}

#[test]
fn cells_are_what_the_documents_say() {
    let folder = made();
    ok(folder.path(), "analyze in --no-report");
    let out = folder.path().join("hipdrop-out");
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, d)| d.len());
    let mut used = 0;
    for row in rows(&out, "strides.csv") {
        assert!(["left", "right"].contains(&&*row["side"]));
        assert!(["true", "false"].contains(&&*row["used"]));
        assert_eq!(
            row["used"] == "true",
            row["excluded_because"].is_empty(),
            "{row:?}"
        );
        assert_eq!(decimals(&row["start_s"]), 4, "{row:?}");
        let digits = row["drop_peak_deg"].trim_start_matches(['-', '0', '.']);
        assert!(digits.len() <= 7, "{row:?}");
        used += usize::from(row["used"] == "true");
    }
    assert!(used >= 16, "{used} strides used");
    let curves = rows(&out, "curves.csv");
    assert_eq!(curves.len() % 101, 0);
    let pct: Vec<&str> = curves.iter().take(101).map(|r| &*r["pct"]).collect();
    assert_eq!((pct[0], pct[100]), ("0", "100"));
}

#[test]
fn the_means_of_a_limb_are_those_of_its_used_strides() {
    let folder = made();
    ok(folder.path(), "analyze in --no-report");
    let out = folder.path().join("hipdrop-out");
    let strides = rows(&out, "strides.csv");
    let limbs = rows(&out, "limbs.csv");
    assert_eq!(limbs.len(), 6);
    for limb in limbs {
        let drops: Vec<f64> = strides
            .iter()
            .filter(|s| s["recording"] == limb["recording"] && s["side"] == limb["side"])
            .filter(|s| s["used"] == "true")
            .map(|s| s["drop_ss_deg"].parse().unwrap())
            .collect();
        assert_eq!(drops.len().to_string(), limb["strides"]);
        let mean = drops.iter().sum::<f64>() / drops.len() as f64;
        let listed: f64 = limb["drop_ss_deg_mean"].parse().unwrap();
        assert!((mean - listed).abs() < 1e-4, "{mean} {listed}");
    }
}

#[test]
fn names_cannot_become_formulas_or_lines() {
    let folder = made();
    let path = folder.path();
    let recording = path.join("in/A/pre/healthy-1.csv");
    fs::create_dir(path.join("names")).unwrap();
    let names = [
        "=cmd()|x.csv",
        "+1.csv",
        "-1.csv",
        "@sum.csv",
        "two\nlines.csv",
    ];
    for name in names {
        fs::copy(&recording, path.join("names").join(name)).unwrap();
    }
    let ran = run_with(path, ["analyze", "names", "--no-report"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stdout.contains("two\nlines"), "{}", ran.stdout);
    let out = path.join("hipdrop-out");
    let expected = [
        "'+1.csv",
        "'-1.csv",
        "'=cmd()|x.csv",
        "'@sum.csv",
        "two\\nlines.csv",
    ];
    for name in ["recordings.csv", "strides.csv", "limbs.csv", "curves.csv"] {
        let mut found: Vec<String> = rows(&out, name)
            .into_iter()
            .map(|mut row| row.remove("recording").unwrap())
            .collect();
        found.dedup();
        assert_eq!(found, expected, "{name}");
    }
    // JSON keeps the exact text
    ok(path, "export hipdrop-out --to json -o json");
    let json: serde_json::Value =
        serde_json::from_str(&table(&path.join("json"), "recordings.json")).unwrap();
    let exact: Vec<&str> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["recording"].as_str().unwrap())
        .collect();
    assert_eq!(
        exact,
        [
            "+1.csv",
            "-1.csv",
            "=cmd()|x.csv",
            "@sum.csv",
            "two\nlines.csv"
        ]
    );
}

#[test]
fn exports_repeat_the_tables() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in --no-report");
    ok(path, "export hipdrop-out -o again");
    for name in TABLES.iter().filter(|n| n.ends_with(".csv")) {
        let [first, again] = ["hipdrop-out", "again"].map(|d| table(&path.join(d), name));
        assert_eq!(first, again, "{name}");
    }
    ok(path, "export hipdrop-out/study.sqlite --to json -o json");
    for name in ["recordings", "limbs", "sessions", "strides", "curves"] {
        let json: serde_json::Value =
            serde_json::from_str(&table(&path.join("json"), &format!("{name}.json"))).unwrap();
        let csv = rows(&path.join("again"), &format!("{name}.csv"));
        let json = json.as_array().unwrap();
        assert_eq!(json.len(), csv.len(), "{name}");
        for (column, text) in &csv[0] {
            let value = match &json[0][column] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            // 1.5000 in CSV is 1.5 in JSON
            let same = value == *text || value.parse::<f64>().ok() == text.parse().ok();
            assert!(same, "{name}.{column}: {value} {text}");
        }
    }
}

#[test]
fn the_report_can_be_made_again_from_the_study() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in");
    let page = path.join("hipdrop-out/report/index.html");
    let before = fs::read(&page).unwrap();
    fs::remove_dir_all(path.join("hipdrop-out/report")).unwrap();
    fs::remove_dir_all(path.join("in")).unwrap();
    let said = ok(path, "report hipdrop-out");
    assert!(said.contains("index.html"), "{said}");
    assert_eq!(fs::read(&page).unwrap(), before);
    ok(path, "report hipdrop-out -o pages");
    assert_eq!(fs::read(path.join("pages/index.html")).unwrap(), before);
}
