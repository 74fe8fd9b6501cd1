"""The dispatcher as a process: it starts on an empty folder and ends cleanly when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from cli.dispatch import Dispatcher
from db import clock
from db.engine import open_engine
from db.schema import migrate
from settings import Settings

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


def test_a_clock_in_doubt_is_told_to_the_office_and_nothing_else_leaves(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    engine = open_engine(settings.ledger_url)
    migrate(engine)
    with engine.begin() as connection:
        clock.note(connection, datetime(2099, 1, 1, tzinfo=UTC))
    dispatcher = Dispatcher(engine, settings)
    assert "本机时钟比上次运行早" in (dispatcher.tick().refused or "")
    assert dispatcher.watch().missing == ()
    dispatcher.tick()
    (letter,) = settings.mail_folder.rglob("*.eml")
    assert "本机时钟不对" in str(message_from_bytes(letter.read_bytes(), policy=default)["Subject"])
    engine.dispose()
