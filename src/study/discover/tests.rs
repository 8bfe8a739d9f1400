//! What is found, and under which name.

use super::*;

const ANY: &str = "the extension alone makes it a candidate";

fn names(discovery: &Discovery) -> Vec<&str> {
    discovery.found.iter().map(|f| &*f.recording).collect()
}

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn recordings_are_found_in_name_order() {
    let folder = folder_with(&[
        ("b/walk.c3d", ANY),
        ("a/walk.c3d", ANY),
        ("a/notes.csv", "name,age\nx,3\n"),
        ("a/.hidden.c3d", ANY),
        ("broken.c3d", "garbage"),
        ("old-run/study.sqlite", ""),
        ("old-run/walk.c3d", ANY),
        ("out/walk.c3d", ANY),
    ]);
    let out = folder.path().join("out");
    let found = discover(&[folder.path().to_owned()], Some(&out), &Map::default()).unwrap();
    assert_eq!(names(&found), ["a/walk.c3d", "b/walk.c3d", "broken.c3d"]);
    assert_eq!(found.skipped, 1);
    assert_eq!(found.found[0].folders, ["a"]);
}

#[test]
fn a_named_file_is_always_taken() {
    let folder = folder_with(&[("notes.txt", "nothing")]);
    let found = discover(&[folder.path().join("notes.txt")], None, &Map::default()).unwrap();
    assert_eq!(names(&found), ["notes.txt"]);
}

#[test]
fn equal_names_under_two_given_folders_stay_apart() {
    let folder = folder_with(&[("pre/w.c3d", ANY), ("post/w.c3d", ANY)]);
    let found = discover(
        &[folder.path().join("pre"), folder.path().join("post")],
        None,
        &Map::default(),
    )
    .unwrap();
    let names = names(&found);
    assert_eq!(names.len(), 2);
    assert!(names[0].ends_with("post/w.c3d") && names[1].ends_with("pre/w.c3d"));
}

#[test]
fn given_paths_keep_the_folders_that_tell_them_apart() {
    let folder = folder_with(&[("P1/pre/w.c3d", ANY), ("P2/pre/x/v.c3d", ANY)]);
    let at = |name: &str| folder.path().join(name);
    let folders = |paths: &[PathBuf]| -> Vec<String> {
        let found = discover(paths, None, &Map::default()).unwrap().found;
        found.iter().map(|f| f.folders.join("/")).collect()
    };
    assert_eq!(
        folders(&[at("P1/pre"), at("P2/pre")]),
        ["P1/pre", "P2/pre/x"]
    );
    assert_eq!(
        folders(&[at("P1/pre/w.c3d"), at("P2/pre/x/v.c3d")]),
        ["P2/pre/x", "P1/pre"]
    );
    let one = discover(&[at("P1/pre/w.c3d")], None, &Map::default())
        .unwrap()
        .found;
    assert_eq!((&*one[0].root, one[0].folders.len()), ("pre", 0));
    assert_eq!(one[0].above.last().unwrap(), "P1");
}

#[test]
fn the_same_file_given_twice_counts_once() {
    let folder = folder_with(&[("w.c3d", ANY)]);
    let path = folder.path().to_owned();
    let found = discover(&[path.clone(), path], None, &Map::default()).unwrap();
    assert_eq!(found.found.len(), 1);
}

#[test]
#[cfg(unix)]
fn loops_of_links_are_survived() {
    let folder = folder_with(&[("a/w.c3d", ANY), ("b/v.c3d", ANY)]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("b"), folder.path().join("a/0-link")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling.c3d")).unwrap();
    let found = discover(&[folder.path().to_owned()], None, &Map::default()).unwrap();
    assert_eq!(names(&found), ["a/w.c3d", "b/v.c3d", "dangling.c3d"]);
}

#[test]
fn a_missing_path_is_an_error_that_names_it() {
    let error = discover(&[PathBuf::from("no/such")], None, &Map::default()).unwrap_err();
    assert!(error.to_string().contains("no/such"), "{error}");
}

#[test]
fn folders_that_are_not_searched_are_named_and_may_hold_anything() {
    let folder = tempfile::tempdir().unwrap();
    let mut deep = folder.path().to_owned();
    for i in 0..=DEPTH_MAX {
        deep.push(i.to_string());
    }
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("w.c3d"), ANY).unwrap();
    let found = discover(&[folder.path().to_owned()], None, &Map::default()).unwrap();
    let [one] = found.found.as_slice() else {
        panic!("{:?}", names(&found));
    };
    assert!(one.is_unsearched() && one.recording.ends_with("/63/64/"));
    assert!(one.why_unsearched().contains("64 folders deep"));
    let names = found.names();
    assert!(names.contain(&format!("{}w.c3d", one.recording)));
    assert!(names.contain(&one.recording) && !names.contain("0/1/w.c3d"));
}
