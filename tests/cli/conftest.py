"""The program as it is called, in this process; test_cli_process.py calls it as a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli import main


@dataclass(frozen=True)
class Answer:
    """`said` are the lines on stderr."""

    code: int
    out: str
    said: list[str]

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What stands on stdout: one JSON array and nothing else."""
        found = json.loads(self.out)
        assert isinstance(found, list)
        assert self.out.count("\n") == 1
        return found


Duban = Callable[..., Answer]


@pytest.fixture
def duban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Duban:
    """Calls the program with a data folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)

    def call(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["duban", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Answer(int(ended.value.code or 0), out, err.splitlines())

    return call
