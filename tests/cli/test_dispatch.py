"""The dispatcher as a process: it starts on an empty folder and ends cleanly when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_the_process_stops_cleanly_when_told_to(tmp_path: Path, sent: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from cli.dispatch import dispatch; dispatch(once=False)"],
        env={**os.environ, "DUBAN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    started = any("已启动" in line for line in process.stderr)
    process.send_signal(sent)
    _, rest = process.communicate(timeout=30)
    assert started
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    assert (tmp_path / "ledger.db").exists()
