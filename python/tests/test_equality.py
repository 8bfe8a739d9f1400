"""The tables are those of the command line, to the last bit."""

import hipdrop
import pytest
from conftest import SAMPLES, assert_same_table, rows_of

WALKS = [
    "drop-right/visit-1/walk.csv",
    "waddle/visit-1/walk.c3d",
    "drop-without-trunk/visit-1/walk.c3d",
    "there-and-back/visit-1/walk.c3d",
    "too-short/visit-1/walk.csv",
    "short-leg/visit-1/walk.c3d",
    "walkway-session/visit-1/standing.c3d",
]


@pytest.mark.parametrize("name", WALKS)
def test_every_table_of_a_file(name, cli, tmp_path):
    path = SAMPLES / name
    cli("analyze", path, "--out", tmp_path / "study", "--no-report", "--quiet")
    analysis = hipdrop.analyze(path)
    for name in ("recordings", "limbs", "strides", "curves"):
        assert_same_table(getattr(analysis, name), rows_of(tmp_path / "study" / f"{name}.csv"))
    assert_same_table(analysis.events, rows_of(cli("events", path)))
    assert_same_table(analysis.angles, rows_of(cli("angles", path)))


def test_angles_of_other_conventions(walk, analysis, cli):
    pig = rows_of(cli("angles", walk, "--sequence", "pig"))
    assert_same_table(analysis.angle_table("pig"), pig)
    raw = rows_of(cli("angles", walk, "--raw"))
    assert_same_table(analysis.angle_table(raw=True), raw)
    assert raw != rows_of(cli("angles", walk))


def test_inertial_sensors(cli, tmp_path):
    recording, _ = hipdrop.synth("uncompensated", "left", sensors="trunk", strides=4)
    path = tmp_path / "sensors.csv"
    recording.write(path)
    cli("analyze", path, "--out", tmp_path / "study", "--no-report", "--quiet")
    analysis = hipdrop.analyze(path)
    assert analysis.recording.kind == "inertial"
    assert len(analysis.strides) > 0
    for name in ("recordings", "limbs", "strides", "curves"):
        assert_same_table(getattr(analysis, name), rows_of(tmp_path / "study" / f"{name}.csv"))
    assert_same_table(analysis.angles, rows_of(cli("angles", path, "--quiet")))


def test_settings_tables_and_static_trial(walk, cli, tmp_path):
    standing = tmp_path / "standing.c3d"
    hipdrop.synth("uncompensated", "right", realistic=True, standing_s=2.0)[0].write(standing)
    subjects = tmp_path / "subjects.csv"
    subjects.write_text("subject,session,aid,leg_length_left_m,leg_length_right_m\nSynthetic,pre,none,0.9,0.9\n")
    settings = tmp_path / "settings.toml"
    settings.write_text("[signal]\ncutoff_hz = 8.0\n")
    study = tmp_path / "study"
    options = ["--static", standing, "--subjects", subjects, "--config", settings]
    cli("analyze", walk, "--out", study, "--no-report", "--quiet", *options)
    for given in (settings, {"signal": {"cutoff_hz": 8.0}}, settings.read_text()):
        analysis = hipdrop.analyze(walk, static=standing, subjects=subjects, settings=given)
        for name in ("recordings", "limbs", "strides"):
            assert_same_table(getattr(analysis, name), rows_of(study / f"{name}.csv"))
    plain = hipdrop.analyze(walk)
    assert plain.limbs["drop_level"] == ["stride", "stride"]
    assert analysis.limbs["drop_level"] == ["standing", "standing"]


def test_corrected_events(walk, cli, tmp_path):
    events = tmp_path / "events.csv"
    cli("events", walk, "-o", events)
    lines = events.read_text().splitlines()
    events.write_text("\n".join(lines[:-4]) + "\n")
    cli("analyze", walk, "--events-from", events, "--out", tmp_path / "study", "--no-report", "--quiet")
    analysis = hipdrop.analyze(walk, events=events)
    assert_same_table(analysis.strides, rows_of(tmp_path / "study" / "strides.csv"))
    assert len(analysis.strides) < len(hipdrop.analyze(walk).strides)


def test_bytes_are_the_recording_on_standard_input(walk, cli, tmp_path):
    study = tmp_path / "study"
    import subprocess

    from conftest import program

    done = subprocess.run(
        [program(), "analyze", "-", "--stdin-name", "walk.c3d", "--out", str(study), "--no-report", "--quiet"],
        stdin=walk.open("rb"),
        check=False,
    )
    assert done.returncode == 0
    analysis = hipdrop.analyze(walk.read_bytes(), name="walk.c3d")
    for name in ("recordings", "limbs", "strides", "curves"):
        assert_same_table(getattr(analysis, name), rows_of(study / f"{name}.csv"))
