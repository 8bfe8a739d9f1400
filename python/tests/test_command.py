"""The wheel brings the command line."""

import subprocess
import sys

from conftest import rows_of


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "hipdrop", *map(str, arguments)], capture_output=True, text=True)


def test_the_command_line_is_there(walk, cli, tmp_path):
    done = run("analyze", walk, "--out", tmp_path / "a", "--no-report", "--quiet")
    assert done.returncode == 0, done.stderr
    cli("analyze", walk, "--out", tmp_path / "b", "--no-report", "--quiet")
    for name in ("recordings", "sessions", "strides"):
        assert rows_of(tmp_path / "a" / f"{name}.csv") == rows_of(tmp_path / "b" / f"{name}.csv")


def test_exit_codes(tmp_path):
    assert run("--version").returncode == 0
    wrong = run("analyze", tmp_path / "nothing")
    assert wrong.returncode == 2
    assert "nothing" in wrong.stderr
