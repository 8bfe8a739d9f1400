"""Recordings, analyses, arrays and exceptions."""

import inspect
import re
from pathlib import Path

import hipdrop
import numpy as np
import pytest
from conftest import assert_same_table


def test_a_recording_says_what_it_is(walk):
    recording = hipdrop.read(walk)
    assert recording.name == str(walk)
    assert (recording.format, recording.kind, recording.unit) == ("c3d", "markers", "mm")
    assert recording.rate_hz == 100.0
    assert recording.first_frame == 1
    assert recording.duration_s == recording.frames / 100.0
    assert recording.subjects == ["Synthetic"]
    assert len(recording.content_hash) == 64
    assert "LASI" in recording.markers
    position = recording.position("LASI")
    assert position.shape == (recording.frames, 3)
    assert 0.5 < np.nanmean(position[:, 2]) < 1.3, "metres"
    with pytest.raises(ValueError):
        position[0, 0] = 1.0
    with pytest.raises(KeyError, match="LASI"):
        recording.position("nothing")
    assert "22 markers" in repr(recording)


def test_path_objects_bytes_and_recordings_are_one(walk):
    content = walk.read_bytes()
    path = hipdrop.analyze(walk)
    for source in (str(walk), hipdrop.read(walk)):
        assert hipdrop.analyze(source).strides.to_dict().keys() == path.strides.to_dict().keys()
        assert hipdrop.analyze(source).labels == path.labels
    for source in (content, bytearray(content), memoryview(content)):
        assert hipdrop.read(source).markers == path.recording.markers
        assert hipdrop.analyze(source, name="walk.c3d").labels == path.labels


def test_an_analysis_says_what_it_found(analysis):
    assert analysis.status == "analysed"
    assert analysis.reason == ""
    assert analysis.labels == {"left": "none", "right": "uncompensated"}
    assert analysis.finding.startswith("Right-sided, uncompensated")
    assert analysis.subject == "Synthetic"
    assert {"side", "drop_ss_deg"} <= set(analysis.strides.column_names)
    assert len(analysis.limbs) == 2
    assert len(analysis.curves) == 101 * len(analysis.strides)
    assert "right uncompensated" in repr(analysis)
    assert "rows ×" in repr(analysis.strides)
    with pytest.raises(KeyError, match="there are: recording, subject"):
        analysis.strides["nothing"]


def test_a_standing_trial_is_no_error():
    standing, _ = hipdrop.synth("healthy", standing_s=2.0)
    analysis = hipdrop.analyze(standing)
    assert analysis.status == "standing"
    assert analysis.labels == {}
    assert len(analysis.strides) == len(analysis.limbs) == 0
    assert analysis.limbs.column_names[:2] == ["recording", "subject"]


def test_angle_series_are_views_of_one_block(analysis):
    series = analysis.angle_series
    frames = analysis.recording.frames
    for name, values in series.items():
        assert values.shape == (frames,)
        assert values.dtype == np.float64
        assert not values.flags.owndata and not values.flags.writeable
    again = analysis.angle_series["pelvis_obliquity_deg"]
    assert np.shares_memory(again, series["pelvis_obliquity_deg"]), "no copy"
    first, second = list(series.values())[:2]
    step = second.ctypes.data - first.ctypes.data
    assert step == 8 * frames, "one column after the other in one block"
    rounded = analysis.angles["pelvis_obliquity_deg"]
    np.testing.assert_allclose(again, rounded, rtol=1e-5)
    np.testing.assert_allclose(analysis.time_s, analysis.angles["time_s"], atol=1e-4)


def test_the_truth_of_a_synthetic_walk_is_found():
    recording, truth = hipdrop.synth("uncompensated", "left", strides=5, rate_hz=200.0)
    analysis = hipdrop.analyze(recording)
    found = np.array(analysis.angle_series["pelvis_obliquity_deg"])
    true = np.array(truth["angles"]["pelvis_obliquity_deg"])
    inside = slice(40, -40)
    assert np.nanmax(np.abs(found[inside] - true[inside])) < 0.6
    assert analysis.labels == {"left": "uncompensated", "right": "none"}


def test_arrays_give_what_the_file_gives(walk):
    recording = hipdrop.read(walk)
    scaled = {label: 1000.0 * recording.position(label) for label in recording.markers}
    again = hipdrop.Recording.from_arrays(scaled, rate_hz=100, unit="mm", subject="Synthetic", name="walk")
    assert again.format == "memory"
    np.testing.assert_allclose(again.position("LASI"), recording.position("LASI"), rtol=1e-12)
    bare = hipdrop.Recording.from_arrays(
        {label: recording.position(label) for label in recording.markers}, rate_hz=100
    )
    undeclared = hipdrop.Recording.from_arrays(scaled, rate_hz=100, unit=None)
    for other in (bare, undeclared):
        analysis = hipdrop.analyze(other)
        assert analysis.labels == {"left": "none", "right": "uncompensated"}
        np.testing.assert_allclose(
            analysis.angle_series["pelvis_obliquity_deg"],
            hipdrop.analyze(again).angle_series["pelvis_obliquity_deg"],
            atol=1e-9,
        )


def test_arrays_with_events_and_body_measures():
    recording, truth = hipdrop.synth("healthy", strides=4)
    events = [(e["side"], e["event"], e["time_s"]) for e in truth["events"]]
    markers = {label: recording.position(label) for label in recording.markers}
    body = {"leg_length_left_m": 0.9, "leg_length_right_m": 0.9, "height_m": 1.7}
    given = hipdrop.Recording.from_arrays(markers, rate_hz=100, events=events, body=body)
    analysis = hipdrop.analyze(given)
    assert set(analysis.events["source"]) == {"stored"}
    assert set(hipdrop.analyze(hipdrop.Recording.from_arrays(markers, rate_hz=100)).events["source"]) != {"stored"}


def test_sensors_from_arrays():
    recording, _ = hipdrop.synth("healthy", sensors="trunk", strides=4)
    sensors = {
        name: (recording.acceleration(name), recording.angular_velocity(name)) for name in recording.sensors
    }
    again = hipdrop.Recording.from_arrays(sensors=sensors, rate_hz=recording.rate_hz)
    assert again.kind == "inertial"
    first, second = hipdrop.analyze(recording), hipdrop.analyze(again)
    assert first.status == second.status == "analysed"
    assert_equal_tables(first.events, second.events)


def assert_equal_tables(a, b):
    assert a.column_names == b.column_names
    for name in a.column_names:
        np.testing.assert_array_equal(a[name], b[name])


def test_a_recording_is_written_and_read_back(tmp_path):
    recording, _ = hipdrop.synth("healthy", strides=3)
    for ending in ("c3d", "csv", "trc"):
        path = tmp_path / f"walk.{ending}"
        recording.write(path)
        again = hipdrop.read(path)
        np.testing.assert_allclose(again.position("LASI"), recording.position("LASI"), atol=1e-5)
    with pytest.raises(ValueError, match="expected .c3d, .trc or .csv"):
        recording.write(tmp_path / "walk.txt")
    with pytest.raises(OSError):
        recording.write(tmp_path / "walk.csv" / "below-a-file.c3d")


# ---------------------------------------------------------------- exceptions


def test_errors_have_the_text_of_the_command_line(cli, tmp_path):
    for name, content in [
        ("garbage.c3d", b"garbage\n"),
        ("empty.csv", b""),
        ("cut.trc", b"PathFileType\t4\n"),
        ("binary.c3d", bytes(range(256)) * 4),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        printed = cli("inspect", path, code=1)
        with pytest.raises(hipdrop.ReadError) as caught:
            hipdrop.read(path)
        assert printed.splitlines()[0] == f"error: {caught.value}"
        assert caught.value.file == str(path)
        assert caught.value.found
        with pytest.raises(hipdrop.ReadError) as bytewise:
            hipdrop.read(content, name=str(path))
        assert str(bytewise.value) == str(caught.value)
    with pytest.raises(hipdrop.ReadError, match="there is no such file or folder"):
        hipdrop.read(tmp_path / "nothing.c3d")
    with pytest.raises(hipdrop.ReadError, match="folder"):
        hipdrop.read(tmp_path)


def test_a_recording_that_cannot_be_analysed(cli, tmp_path):
    rng = np.random.default_rng(1)
    collapsed = {label: np.zeros((200, 3)) for label in ("LASI", "RASI", "LPSI", "RPSI", "LHEE", "RHEE")}
    noise = {label: rng.normal(size=(200, 3)) for label in collapsed}
    for markers in (collapsed, noise):
        recording = hipdrop.Recording.from_arrays(markers, rate_hz=100, unit="mm", name="bad")
        path = tmp_path / "bad.csv"
        recording.write(path)
        try:
            analysis = hipdrop.analyze(path)
        except hipdrop.AnalysisError as error:
            assert cli("angles", path, code=1).splitlines()[0] == f"error: {error}"
        else:
            assert analysis.status in ("no-gait", "insufficient", "standing")
    with pytest.raises(hipdrop.AnalysisError, match="bad: "):
        hipdrop.analyze(hipdrop.Recording.from_arrays(collapsed, rate_hz=100, name="bad"))


def test_settings_are_checked():
    recording, _ = hipdrop.synth("healthy", strides=3)
    for settings, text in [
        ({"signal": {"cut_off": 8.0}}, "cut_off"),
        ({"nothing": {}}, "nothing"),
        ({"signal": {"cutoff_hz": -1.0}}, "above 0"),
        ({"signal": {"cutoff_hz": "six"}}, "six"),
        ({"signal": {"cutoff_hz": float("nan")}}, "settings"),
        ({"signal": {"cutoff_hz": object()}}, "settings"),
        ("[signal]\ncutoff_hz = \n", "settings"),
        ("/no/such/settings.toml", "cannot be read"),
    ]:
        with pytest.raises(hipdrop.SettingsError, match=re.escape(text)):
            hipdrop.analyze(recording, settings=settings)
    with pytest.raises(TypeError, match="settings"):
        hipdrop.analyze(recording, settings=3)
    with pytest.raises(hipdrop.SettingsError, match="static trial"):
        hipdrop.analyze(recording, static="/no/such.c3d")
    assert "cutoff_hz = 6.0" in hipdrop.default_settings()


@pytest.mark.parametrize("source", [None, 3, 1.5, object(), [b"x"], {"path": "x"}])
def test_wrong_sources(source):
    with pytest.raises(TypeError):
        hipdrop.read(source)
    with pytest.raises(TypeError):
        hipdrop.analyze(source)


@pytest.mark.parametrize(
    "arguments, error, text",
    [
        (dict(), ValueError, "needs markers or sensors"),
        (dict(markers={}), ValueError, "needs markers or sensors"),
        (dict(markers=[1, 2]), TypeError, "expected a mapping"),
        (dict(markers={"LASI": np.zeros((0, 3))}), ValueError, "no frames"),
        (dict(markers={"LASI": np.zeros((5, 2))}), ValueError, "expected (frames, 3)"),
        (dict(markers={"LASI": np.zeros(15)}), ValueError, "expected (frames, 3)"),
        (dict(markers={"LASI": np.zeros((3, 5))}), ValueError, "expected (frames, 3)"),
        (dict(markers={"A": np.zeros((5, 3)), "B": np.zeros((6, 3))}), ValueError, "6 frames"),
        (dict(markers={"LASI": np.full((5, 3), np.inf)}), ValueError, "infinite at index 0"),
        (dict(markers={"LASI": [["a", "b", "c"]]}), TypeError, "array of numbers"),
        (dict(markers={"LASI": [[1, 2, 3], [1]]}), TypeError, "array of numbers"),
        (dict(markers={"LASI": np.zeros((5, 3), dtype=complex)}), TypeError, "array of numbers"),
        (dict(markers={3: np.zeros((5, 3))}), TypeError, "expected a name"),
        (dict(markers={"LASI": np.zeros((5, 3))}, unit="inch"), ValueError, "unit"),
        (dict(markers={"LASI": np.zeros((5, 3))}, rate_hz=0), ValueError, "rate_hz"),
        (dict(markers={"LASI": np.zeros((5, 3))}, rate_hz=float("nan")), ValueError, "rate_hz"),
        (dict(markers={"LASI": np.zeros((5, 3))}, first_frame=-1), ValueError, "first_frame"),
        (dict(markers={"LASI": np.zeros((5, 3))}, events=[("up", "foot_strike", 1.0)]), ValueError, "event"),
        (dict(markers={"LASI": np.zeros((5, 3))}, events=["x"]), ValueError, "event"),
        (dict(markers={"LASI": np.zeros((5, 3))}, body={"leg_m": 1}), ValueError, "leg_length_left_m"),
        (dict(markers={"LASI": np.zeros((5, 3))}, body={"height_m": -1}), ValueError, "above 0"),
        (dict(sensors={"pelvis": np.zeros((5, 3))}), ValueError, "acceleration"),
        (dict(markers={"LASI": np.zeros((5, 3))}, rate_hz="fast"), TypeError, "rate_hz = 'fast'"),
        (dict(markers={"LASI": np.zeros((5, 3))}, rate_hz=None), TypeError, "rate_hz = None"),
        (dict(markers={"LASI": np.zeros((5, 3))}, unit=3), TypeError, "unit = 3"),
        (dict(markers={"LASI": np.zeros((5, 3))}, subject=5), TypeError, "subject = 5"),
        (dict(markers={"LASI": np.zeros((5, 3))}, body=[1]), TypeError, "body: expected a mapping"),
        (dict(markers={"LASI": np.zeros((5, 3))}, body={"height_m": "tall"}), TypeError, "height_m = 'tall'"),
    ],
)
def test_wrong_arrays(arguments, error, text):
    with pytest.raises(error, match=re.escape(text)):
        hipdrop.Recording.from_arrays(**{"rate_hz": 100, **arguments})


@pytest.mark.parametrize("value", [np.nan, 1e300, -1e300, 5e-324])
def test_absurd_numbers_do_no_harm(value):
    recording, _ = hipdrop.synth("healthy", strides=3)
    markers = {label: np.full((recording.frames, 3), value) for label in recording.markers}
    given = hipdrop.Recording.from_arrays(markers, rate_hz=100)
    try:
        assert hipdrop.analyze(given).labels.get("left") in (None, "indeterminate")
    except hipdrop.AnalysisError as error:
        assert "internal error" not in str(error)


def test_what_is_masked_is_missing():
    values = np.ma.masked_equal(np.array([[1.0, 2.0, 3.0], [9.0, 9.0, 9.0]]), 9.0)
    recording = hipdrop.Recording.from_arrays({"LASI": values}, rate_hz=100)
    assert np.isnan(recording.position("LASI")[1]).all()
    assert recording.position("LASI")[0].tolist() == [1.0, 2.0, 3.0]


def test_engines_are_there_without_an_import_of_their_own():
    assert hipdrop.dask.analyze and hipdrop.ray.analyze
    with pytest.raises(AttributeError, match="nothing"):
        hipdrop.nothing


def test_synth_is_checked():
    for arguments in [dict(pattern=None), dict(side=3), dict(noise=3)]:
        with pytest.raises(TypeError):
            hipdrop.synth(**arguments)
    with pytest.raises(hipdrop.SettingsError, match="part of the walk"):
        hipdrop.synth("healthy", sensors="full", standing_s=2.0)
    for arguments in [
        {"pattern": "moonwalk"},
        {"side": "up"},
        {"rate_hz": 1e9},
        {"nothing": 1},
        {"sensors": "everywhere"},
        {"strides": -1},
        {"height_m": float("nan")},
    ]:
        with pytest.raises(hipdrop.SettingsError):
            hipdrop.synth(**arguments)


# ---------------------------------------------------------------- documentation


def test_everything_public_is_documented_and_typed():
    stubs = (Path(hipdrop.__file__).parent / "_hipdrop.pyi").read_text()
    for kind in (hipdrop.Recording, hipdrop.Analysis, hipdrop.Table):
        body = stubs.split(f"class {kind.__name__}:")[1].split("\nclass ")[0]
        for name in dir(kind):
            if name.startswith("_") and name not in ("__arrow_c_stream__", "__getitem__"):
                continue
            assert inspect.getdoc(getattr(kind, name)), f"{kind.__name__}.{name} has no docstring"
            assert f"def {name}(" in body, f"{kind.__name__}.{name} is not in the stubs"
    stubs = (Path(hipdrop.__file__).parent / "__init__.pyi").read_text()
    for name in hipdrop.__all__:
        assert name in stubs
        assert name == "__version__" or inspect.getdoc(getattr(hipdrop, name)), name
    for function in (hipdrop.read, hipdrop.analyze, hipdrop.synth, hipdrop.Recording.from_arrays):
        for parameter in inspect.signature(function).parameters:
            assert parameter in function.__doc__, f"{function.__name__}: {parameter}"
