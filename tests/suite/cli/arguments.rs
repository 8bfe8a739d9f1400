//! Help, wrong usage, settings.

use super::support::{hipdrop, made, ok, run, table};
use std::fs;

const COMMANDS: [&str; 11] = [
    "analyze",
    "inspect",
    "angles",
    "events",
    "report",
    "export",
    "merge",
    "watch",
    "synth",
    "completions",
    "man",
];

#[test]
fn help_lists_every_command_and_every_command_has_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let help = ok(folder.path(), "--help");
    for command in COMMANDS {
        assert!(
            help.contains(&format!("hipdrop {command}")),
            "{command}\n{help}"
        );
        let own = ok(folder.path(), &format!("{command} --help"));
        assert!(own.contains("Example"), "{own}");
        assert!(own.contains(&format!("hipdrop {command} ")), "{own}");
        assert!(own.contains("--quiet"), "{own}");
    }
}

#[test]
fn wrong_usage_is_exit_2_with_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("empty")).unwrap();
    fs::create_dir(path.join("notes")).unwrap();
    fs::write(path.join("notes/readme.txt"), "nothing here").unwrap();
    for (arguments, said) in [
        ("analyze", "PATH"),
        ("analyze nowhere", "nowhere"),
        ("analyze empty", "no recordings under empty"),
        ("analyze notes", "1 other file"),
        ("analyze notes --jobs 0", "--jobs"),
        ("analyze notes --mode strict", "strict"),
        ("analyze notes --rate -3", "--rate"),
        ("inspect nowhere", "nowhere"),
        ("angles notes", "is a folder"),
        ("angles nowhere.c3d", "nowhere.c3d"),
        ("events nowhere.c3d --sequence pig", "--sequence"),
        ("report empty", "no study here"),
        ("export empty", "no study here"),
        ("export empty --to xlsx", "xlsx"),
        ("synth --pattern limping", "limping"),
        ("synth --strides 0", "strides"),
        ("walk", "walk"),
    ] {
        let ran = run(path, arguments);
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.stderr);
        assert!(
            ran.stderr.starts_with("error: "),
            "{arguments}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains(said), "{arguments}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{arguments}: {}", ran.stdout);
    }
    assert!(
        !path.join("hipdrop-out").exists(),
        "wrong usage left a folder"
    );
}

#[test]
fn printed_settings_read_back_as_the_defaults() {
    let folder = made();
    let path = folder.path();
    let config = ok(path, "analyze --print-config");
    assert!(
        config.contains("[classify]") && config.contains("[P]"),
        "{config}"
    );
    fs::write(path.join("settings.toml"), config).unwrap();
    ok(path, "analyze in/A --config settings.toml --no-report");
    assert!(table(&path.join("hipdrop-out"), "run.json").contains("\"changed_settings\": []"));
    let sensitive = ok(
        path,
        "analyze --print-config --mode sensitive --events detect",
    );
    assert!(sensitive.contains("mode = \"sensitive\""), "{sensitive}");
    assert!(sensitive.contains("source = \"detect\""), "{sensitive}");
}

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let folder = made();
    let path = folder.path();
    fs::write(path.join("s.toml"), "[classify]\nzed = 3\n").unwrap();
    let ran = run(path, "analyze in --config s.toml");
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("s.toml") && ran.stderr.contains("zed"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("--print-config"), "{}", ran.stderr);
    let missing = run(path, "analyze in --config none.toml");
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("none.toml"), "{}", missing.stderr);
}

#[test]
fn a_changed_setting_is_in_run_json_and_changes_the_hash() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in/A --no-report --out a");
    ok(path, "analyze in/A --no-report --out b --mode sensitive");
    let [a, b] = ["a", "b"].map(|out| {
        let text = table(&path.join(out), "run.json");
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    });
    assert_ne!(a["settings_hash"], b["settings_hash"]);
    assert_eq!(b["changed_settings"][0]["setting"], "classify.mode");
    assert_eq!(b["changed_settings"][0]["default"], "\"clinical\"");
}

#[test]
fn quiet_says_nothing() {
    let folder = made();
    for arguments in [
        "analyze in --quiet",
        "report hipdrop-out -q",
        "export hipdrop-out -q",
        "inspect in -q",
        "synth --strides 1 -q",
    ] {
        let ran = run(folder.path(), arguments);
        assert_eq!(
            (ran.code, &*ran.stdout, &*ran.stderr),
            (0, "", ""),
            "{arguments}"
        );
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = made();
    let recording = folder.path().join("in/A/pre/healthy-1.csv");
    let program = hipdrop::<&str>([]).get_program().to_owned();
    let mut child = std::process::Command::new(program)
        .arg("angles")
        .arg(recording)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""));
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let help = ok(path, "--help");
    let (_, commands) = help.split_once("Commands:").unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() >= 9, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = ok(path, &format!("completions {shell}"));
        for command in commands.iter().chain(&["--max-memory", "--landmarks"]) {
            let bare = command.trim_start_matches('-');
            assert!(script.contains(bare), "{shell}: {command}");
        }
    }
    ok(path, "man -o pages");
    for command in &commands {
        let page =
            std::fs::read_to_string(path.join(format!("pages/hipdrop-{command}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
        assert!(page.contains(&format!("hipdrop\\-{command}")), "{page}");
    }
    let page = ok(path, "man");
    assert_eq!(
        page,
        std::fs::read_to_string(path.join("pages/hipdrop.1")).unwrap()
    );
    assert!(page.contains("130 = stopped"), "{page}");
    assert_eq!(run(path, "completions tcsh").code, 2);
}
