//! A folder of Parquet files holds what a study holds.
#![cfg(feature = "parquet")]

use hipdrop::read::write_c3d;
use hipdrop::settings::Settings;
use hipdrop::study::Store;
use hipdrop::study::batch::{Progress, Request, provenance, run};
use hipdrop::study::discover::discover;
use hipdrop::study::export::{Format, table_files, write_tables};
use hipdrop::study::one::Steering;
use hipdrop::study::parquet_folder::{MANIFEST_NAME, Manifest, is_one, open, parts};
use hipdrop::study::rows::Provenance;
use hipdrop::synth::{Affected, Pattern, Walker, stand, walk};
use std::fs;
use std::path::Path;

struct Quiet;
impl Progress for Quiet {
    fn begin(&self, _: usize) {}
    fn step(&self, _: &str) {}
    fn end(&self) {}
}

/// Two walks and the standing trial of one session, and a file that cannot be read.
fn archive(folder: &Path) {
    let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
    walker.strides = 2;
    walker.body_measures = false;
    let write = |name: &str, recording| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_c3d(&recording, &mut fs::File::create(path).unwrap()).unwrap();
    };
    write("P 01/pre/standing.c3d", stand(&walker, 1.0).unwrap().0);
    for trial in 1..=2 {
        walker.trial = trial;
        walker.first_phase = 0.3 * trial as f64;
        write(
            &format!("P 01/pre/walk-{trial}.c3d"),
            walk(&walker).unwrap().0,
        );
    }
    fs::write(folder.join("broken.c3d"), "garbage").unwrap();
}

/// Writes the archive as Parquet files, every recording twice; gives the manifest.
fn as_parquet(archive: &Path, out: &Path) -> Manifest {
    let steering = Steering {
        settings_hash: Settings::default().hash(),
        ..Steering::default()
    };
    let found = discover(&[archive.to_owned()], None, &Default::default()).unwrap();
    let mut files = Vec::new();
    for found in found.found.iter().chain(&found.found) {
        let read = parts::read(found, &steering);
        let part = parts::analyse(&read, &steering).unwrap();
        assert_eq!(part.file, read.file);
        for (table, bytes) in [("recordings", &part.recordings), ("strides", &part.strides)] {
            let folder = out.join(table).join(&part.subject_folder);
            fs::create_dir_all(&folder).unwrap();
            let path = folder.join(&part.file);
            if let Ok(before) = fs::read(&path) {
                assert_eq!(
                    &before, bytes,
                    "a task that is run again writes the same bytes"
                );
            }
            fs::write(path, bytes).unwrap();
        }
        let name = format!("recordings/{}/{}", part.subject_folder, part.file);
        let file = fs::read(out.join(&name)).unwrap();
        assert_eq!(parts::brief(file, Path::new(&name)).unwrap(), part.brief);
        files.push(name);
    }
    Manifest::new(provenance(&steering.settings, &steering.norms), None, files)
}

fn tables(study: &Store, folder: &Path) -> Vec<Vec<u8>> {
    fs::create_dir_all(folder).unwrap();
    write_tables(study, folder, Format::Csv).unwrap();
    table_files(folder, Format::Csv)
        .map(|file| fs::read(file).unwrap())
        .collect()
}

#[test]
fn the_tables_are_those_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let (recordings, out) = (folder.path().join("archive"), folder.path().join("parquet"));
    archive(&recordings);
    let manifest = as_parquet(&recordings, &out);
    assert_eq!(manifest.files.len(), 4);
    assert!(
        manifest
            .files
            .iter()
            .any(|f| f.starts_with("recordings/subject=Synthetic/"))
    );
    let error = open(&out).err().unwrap().to_string();
    assert!(error.contains("not finished"), "{error}");
    fs::write(out.join(MANIFEST_NAME), manifest.to_json().unwrap()).unwrap();
    assert!(is_one(&out) && !is_one(&recordings));

    let request = Request {
        paths: vec![recordings],
        out: folder.path().join("study"),
        ..Request::default()
    };
    run(&request, &Quiet, |_, _| Ok(())).unwrap();
    let study = hipdrop::study::open(&request.out).unwrap();
    let parquet = hipdrop::study::open(&out).unwrap();
    let tables = |study, name| tables(study, &folder.path().join(name));
    assert_eq!(tables(&study, "a"), tables(&parquet, "b"));
}

#[test]
fn what_is_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let manifest = Manifest::new(Provenance::default(), None, Vec::new());
    for (text, problem) in [
        (String::new(), "is damaged"),
        ("{\"store_version\": 99}".into(), "another version"),
        ("{\"store_version\": 1e999}".into(), "is damaged"),
    ] {
        fs::write(out.join(MANIFEST_NAME), text).unwrap();
        let error = open(out).err().unwrap().to_string();
        assert!(error.contains(problem), "{error}");
    }
    for (name, problem) in [
        ("recordings/subject=P01/none.parquet", "cannot be read"),
        ("recordings/../../etc/passwd", "no name of a file"),
        ("/etc/passwd", "no name of a file"),
        ("recordings/damaged.parquet", "is damaged"),
    ] {
        fs::create_dir_all(out.join("recordings")).unwrap();
        fs::write(out.join("recordings/damaged.parquet"), "PAR1 nonsense PAR1").unwrap();
        let files = vec![name.to_owned()];
        let manifest = Manifest {
            files,
            ..manifest.clone()
        };
        fs::write(out.join(MANIFEST_NAME), manifest.to_json().unwrap()).unwrap();
        let error = open(out).err().unwrap().to_string();
        assert!(error.contains(problem), "{error}");
    }
}
