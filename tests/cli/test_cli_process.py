"""The program as a process of its own: what stands on stdout is for programs, whatever the machine's language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from given_city import write_city

PROGRAM = [sys.executable, "-c", "import cli; cli.main()"]
ROOT = Path(__file__).resolve().parents[2]


def run(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([*PROGRAM, *map(str, words)], env=env, capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
def test_json_is_utf8_on_stdout_and_the_summary_on_stderr(tmp_path: Path, language: str) -> None:
    city = write_city(tmp_path / "city")
    words = ("judge", "--plan", "huizhou", "--records", city, "--as-of", "2022-01-01", "--clause", "HZ-3-01")
    done = run(*words, "--format", "json", "--fail-on", "not_met", LC_ALL=language)
    assert done.returncode == 1
    objects = json.loads(done.stdout.decode("utf-8"))
    assert {one["subject"]["name"] for one in objects} == {"一镇", "二镇"}
    assert "未达标1" in done.stderr.decode("utf-8")


def test_a_wrong_call_ends_with_two_and_says_nothing_on_stdout(tmp_path: Path) -> None:
    done = run("judge", "--plan", "huizhou", "--records", tmp_path, "--as-of", "2022-13-01")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode("utf-8") == "日期“2022-13-01”看不懂，应写成 2021-07-01\n"


def test_help_speaks_of_every_command_of_the_contract() -> None:
    done = run("--help")
    assert done.returncode == 0
    said = done.stdout.decode("utf-8")
    assert all(command in said for command in ("up", "judge", "notices", "plans", "import", "undo", "run"))
