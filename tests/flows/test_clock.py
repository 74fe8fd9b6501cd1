"""A run whose clock is not to be believed fails before it has done anything, and says why."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import clock
from db.schema import migrate
from flows.parts import doubted
from settings import Settings
from tasks import jobs


def test_a_run_at_a_time_before_the_last_one_fails_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path))
    at = jobs.office("huizhou", Settings())
    migrate(at.engine)
    believed, back = datetime(2022, 3, 1, 9, tzinfo=UTC), datetime(2022, 3, 1, 6, tzinfo=UTC)
    assert asyncio.run(doubted(at, believed)) is None
    failed = asyncio.run(doubted(at, back))
    assert failed
    assert failed.is_failed()
    assert "早180分钟" in str(failed.message)
    with at.engine.begin() as connection:
        stood = clock.seen(connection)
    assert stood
    assert stood.at == believed
    at.engine.dispose()
