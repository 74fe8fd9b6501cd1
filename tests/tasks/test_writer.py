"""What many lanes of one process write at once: together where the disk is slow, and each only once it is durable."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from given_notices import CITY, FRIDAY, a_notice, attached, issued, on, rows
from sqlalchemy import Engine

from db import deliveries, outbox
from db.bulk import commit_each
from db.deliveries import LEASE, Ending, Tried
from db.delivery_words import Outcome
from db.frozen import Frozen
from db.schema import create_all
from tasks import writer
from tasks.writer import Writer

NOW = on(FRIDAY)
BODY = Frozen("主题", "正文", "<p>正文</p>", NOW)
LANES = 8


@pytest.fixture
def tried(engine: Engine) -> list[Tried]:
    """So many messages on their way, each to be written down as taken."""
    create_all(engine)
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(LANES)))
    attached(engine)
    with engine.begin() as connection:
        taken = deliveries.claim(connection, CITY, "me", NOW, "email", hours=True, most=LANES, lease=LEASE)
        deliveries.begin(connection, [(one, BODY) for one in taken], "folder", NOW)
    return [Tried(one.id, 1, Ending(Outcome.ACCEPTED, "done"), NOW + timedelta(seconds=1)) for one in taken]


def written(engine: Engine) -> int:
    return sum(row["outcome"] == Outcome.ACCEPTED for row in rows(engine, outbox.ATTEMPT))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    slow = Disk()
    monkeypatch.setattr(writer, "commit_each", slow.commit)
    return slow


class Disk:
    """Takes its time over the first commit, until it is let go on; one of them may fail."""

    def __init__(self) -> None:
        self.commits = 0
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.fails_at = 0

    def commit(self, *what: Any) -> int:
        self.commits += 1
        if self.commits == 1:
            self.reached.set()
            self.go_on.wait()
        if self.commits == self.fails_at:
            raise OSError("磁盘满")
        return commit_each(*what)


def closed_at_once(writing: Writer, disk: Disk, tried: list[Tried]) -> list[Future[None]]:
    """The first is being written while all the others come."""
    with ThreadPoolExecutor(LANES) as pool:
        closing = [pool.submit(writing.close_try, tried[0])]
        disk.reached.wait()
        closing += [pool.submit(writing.close_try, one) for one in tried[1:]]
        while len(writing._waiting) < LANES - 1:
            time.sleep(0.01)
        assert not any(one.done() for one in closing), "nobody goes on before the disk has his own"
        disk.go_on.set()
    writing.close()
    return closing


def test_tries_that_wait_while_the_disk_is_busy_share_the_next_commit(
    engine: Engine, tried: list[Tried], disk: Disk
) -> None:
    closing = closed_at_once(Writer(engine), disk, tried)
    assert [one.exception() for one in closing] == [None] * LANES
    assert disk.commits == 2
    assert written(engine) == LANES


@pytest.mark.parametrize("fails_at", [1, 2])
def test_where_a_commit_fails_whoever_made_it_hears_and_the_others_are_written(
    engine: Engine, tried: list[Tried], disk: Disk, fails_at: int
) -> None:
    disk.fails_at = fails_at
    closing = closed_at_once(Writer(engine), disk, tried)
    assert [str(one.exception()) for one in closing if one.exception()] == ["磁盘满"]
    assert written(engine) == LANES - 1
