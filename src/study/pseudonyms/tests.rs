use super::*;

fn found(recording: &str) -> Found {
    let mut folders: Vec<String> = recording.split('/').map(str::to_owned).collect();
    folders.pop();
    Found {
        path: PathBuf::from("/mnt/Kowalska archive").join(recording),
        recording: recording.to_owned(),
        root: "archive".to_owned(),
        folders,
        above: vec!["mnt".into(), "Kowalska archive".into()],
        ..Found::default()
    }
}

fn opened(folder: &tempfile::TempDir) -> Pseudonyms {
    Pseudonyms::open(&folder.path().join("key.json"), &[]).unwrap()
}

#[test]
fn the_same_key_gives_the_same_pseudonyms_and_another_key_others() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = opened(&one);
    let files = ["Ada Byron/pre/w.c3d", "Ada Byron/post/w.c3d"].map(found);
    first.prepare(&files, &Subjects::default()).unwrap();
    let names = |p: &Pseudonyms| {
        (
            p.subject("Ada Byron"),
            p.session("Ada Byron/pre"),
            p.recording("Ada Byron/pre/w.c3d"),
        )
    };
    let made = names(&first);
    first.save().unwrap();
    assert_eq!(made, names(&opened(&one)));
    assert_ne!(made.0, opened(&two).subject("Ada Byron"));
    assert_ne!(first.fingerprint(), opened(&two).fingerprint());
    assert_eq!(first.subject(" ada byron"), made.0, "spelling and blanks");
    assert!(made.2.starts_with("R-") && made.2.ends_with(".c3d"));
    assert!(
        first.session("pre") < first.session("post"),
        "in the order that the names tell"
    );
    assert_eq!(opened(&one).reveal(&made.0).unwrap(), "Ada Byron");
    assert_eq!(first.subject(""), "");
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_key_and_it_lies_apart() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::os::unix::fs::symlink(&out, folder.path().join("link")).unwrap();
    for inside in [
        "out/key.json",
        "link/key.json",
        "out/new/key.json",
        "out/../out/k",
    ] {
        let error = Pseudonyms::open(&folder.path().join(inside), &[&out]).unwrap_err();
        assert!(error.to_string().contains("must not lie in"), "{error}");
    }
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
    let path = folder.path().join("key.json");
    Pseudonyms::open(&path, &[&out]).unwrap().save().unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::write(&path, "subject,session\n").unwrap();
    let error = Pseudonyms::open(&path, &[&out]).unwrap_err();
    assert!(error.to_string().contains("is not a key"), "{error}");
}

#[test]
fn two_runs_at_a_time_learn_from_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (opened(&folder), opened(&folder));
    one.number(["a", "b"].into_iter()).unwrap();
    two.number(["c", "b"].into_iter()).unwrap();
    assert_eq!(one.session("b"), two.session("b"));
    two.subject("Ada");
    two.save().unwrap();
    one.subject("Ben");
    one.save().unwrap();
    let later = opened(&folder);
    for name in ["Ada", "Ben"] {
        assert_eq!(later.reveal(&later.subject(name)).as_deref(), Some(name));
    }
}

#[test]
fn names_leave_texts_and_usual_words_stay() {
    let folder = tempfile::tempdir().unwrap();
    let pseudonyms = opened(&folder);
    let file = found("Byron_Ada/pre/lovelace-1815.walk 3.c3d");
    let mut cleaner = Cleaner::of(&file, &pseudonyms);
    cleaner.subject("Müller, Eva");
    let clean = |text: &str| cleaner.clean(text);
    let recording = pseudonyms.recording(&file.recording);
    assert_eq!(
        clean(&format!("{} is cut short", file.recording)),
        format!("{recording} is cut short")
    );
    assert_eq!(clean(&file.path.display().to_string()), recording);
    for secret in [
        "BYRON_ADA/other",
        "lovelace",
        "Lovelace-1815",
        "Kowalska",
        "müller:LASI",
        "EVA MÜLLER",
        "Byron",
        "ada",
    ] {
        let cleaned = clean(&format!("of {secret}: odd")).to_lowercase();
        for part in ["byron", "ada", "lovelace", "kowalska", "müller", "eva"] {
            assert!(!cleaned.contains(part), "{secret}: {cleaned}");
        }
    }
    let usual = "the walk is slower than the norm: 3 of 12 strides before the turn, evaluated";
    assert_eq!(clean(usual), usual);
}
