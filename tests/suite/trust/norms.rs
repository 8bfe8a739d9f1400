//! Norms of one's own: made from healthy recordings, used, and refused when they do not fit.

use crate::cli::support::{ok, rows, run};
use hipdrop::synth::{Affected, FileFormat, Pattern, Walker, walk, write};
use std::path::Path;

/// Six healthy people, one walk each, and one with a right-sided drop.
fn record(folder: &Path) {
    for seed in 1..=6 {
        save(folder, &format!("healthy/H{seed}"), Pattern::Healthy, seed);
    }
    save(folder, "patients/P1", Pattern::Uncompensated, 7);
}

fn save(folder: &Path, name: &str, pattern: Pattern, seed: u64) {
    let mut walker = Walker::new(pattern, Affected::Right).realistic();
    walker.magnitude_deg = (pattern != Pattern::Healthy).then_some(9.0);
    walker.strides = 5;
    walker.seed = seed;
    walker.session = seed;
    walker.subject = name.to_owned();
    let (recording, truth) = walk(&walker).unwrap();
    let folder = folder.join(name);
    write(&recording, &truth, &folder, "walk", FileFormat::C3d).unwrap();
}

#[test]
fn a_laboratory_makes_its_own_norms_and_uses_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    record(path);
    let said = ok(
        path,
        "norms build healthy -o own.csv --population volunteers",
    );
    assert!(
        said.contains("speed group free: 6 subjects, 12 limbs"),
        "{said}"
    );
    let table = std::fs::read_to_string(path.join("own.csv")).unwrap();
    assert!(table.contains("# population: volunteers\n"));
    let field = |name: &str, column: usize| -> f64 {
        let line = table.lines().find(|line| line.starts_with(name)).unwrap();
        line.split(',').nth(column).unwrap().parse().unwrap()
    };
    // the synthetic population: single-support drop 1.07°, between-limb SD 1.0°, speed 0.428
    assert!((field("drop_ss_offset_free,rot", 6) - 1.07).abs() < 0.8);
    assert!((0.4..2.0).contains(&field("drop_ss_offset_free,rot", 7)));
    assert!((field("drop_ss,rot", 3) - 0.428).abs() < 0.02);
    assert!(ok(path, "norms show own.csv").contains("pelvis_drop (rot): volunteers"));

    ok(path, "analyze healthy patients --norms own.csv");
    let out = path.join("hipdrop-out");
    let limbs = rows(&out, "limbs.csv");
    let healthy: Vec<f64> = limbs
        .iter()
        .filter(|row| row["subject"].contains('H'))
        .map(|row| row["drop_excess_deg"].parse().unwrap())
        .collect();
    assert_eq!(healthy.len(), 12);
    // their own mean is the norm now
    let mean = healthy.iter().sum::<f64>() / 12.0;
    assert!(mean.abs() < 0.01, "{mean}");
    let patient = |row: &&std::collections::BTreeMap<String, String>| {
        row["subject"].contains("P1") && row["side"] == "right"
    };
    assert_eq!(
        limbs.iter().find(patient).unwrap()["label"],
        "uncompensated"
    );
    let provenance = std::fs::read_to_string(out.join("run.json")).unwrap();
    assert!(
        provenance.contains("own recordings (volunteers)"),
        "{provenance}"
    );
    // the pages can be made again without the table
    std::fs::remove_file(path.join("own.csv")).unwrap();
    ok(path, "report hipdrop-out -o again");
    // other norms, other results: everything is compared anew
    ok(path, "analyze healthy patients --no-report");
    let again = rows(&out, "limbs.csv");
    assert_ne!(again[0]["drop_excess_deg"], limbs[0]["drop_excess_deg"]);
}

#[test]
fn norms_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    save(path, "healthy/H1", Pattern::Healthy, 1);
    let few = run(path, "norms build healthy -o own.csv");
    assert_eq!(few.code, 2);
    assert!(
        few.stderr
            .contains("has 1 subject: a norm needs at least 5"),
        "{}",
        few.stderr
    );
    assert!(!path.join("own.csv").exists());
    let table = "curve,sequence,speed_group,speed_dimensionless,n,pct,mean_deg,sd_deg\n\
                 pelvis_drop,pig,free,,9,0,1,2\npelvis_drop,pig,free,,9,100,1,2\n";
    std::fs::write(path.join("pig.csv"), table).unwrap();
    let pig = run(path, "analyze healthy --norms pig.csv");
    assert_eq!(pig.code, 2);
    assert!(
        pig.stderr
            .contains("pig.csv: pelvis_drop is in tilt–obliquity–rotation"),
        "{}",
        pig.stderr
    );
    assert!(!path.join("hipdrop-out").exists());
}
