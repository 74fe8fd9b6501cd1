"""A second process rules what the first would have, and what goes wrong there is said here."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import date, timedelta
from multiprocessing import active_children

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from db.planstore import load_plan
from policy.levers import Key
from policy.verdict import Verdict
from tasks.rehearsal.ahead import LONG, rulings_ahead, standing_by
from tasks.rehearsal.rulings import Ruled, Stretch, rulings
from tasks.stateless import asked
from tests.policy.random_city import random_records, with_refs

PLAN = load_plan("huizhou")
FIRST = date(2022, 2, 1)
STRETCH = Stretch(PLAN, FIRST, FIRST + timedelta(days=LONG))


@pytest.fixture
def records() -> Iterator[Connection]:
    with asked(PLAN, with_refs(random_records(3)), STRETCH.last) as question:
        yield question.connection


def told(days: Iterator[Ruled]) -> list[tuple[date, dict[Key, Verdict], set[Key]]]:
    return [(ruled.day, {v.key: v for v in ruled.verdicts}, set(ruled.gone)) for ruled in days]


def test_a_process_of_its_own_rules_every_day_the_same(records: Connection) -> None:
    with rulings_ahead(records, STRETCH, None) as ahead:
        first = next(ahead)
        assert active_children(), "nobody runs ahead"
        assert [*told(iter([first])), *told(ahead)] == told(rulings(records, STRETCH))
    assert not active_children()


def test_who_takes_no_more_leaves_no_process_behind(records: Connection) -> None:
    with rulings_ahead(records, STRETCH, None) as ahead:
        next(ahead)
    with rulings_ahead(records, STRETCH, None):
        pass
    assert not active_children()


def test_what_goes_wrong_in_the_other_process_is_raised_here(records: Connection) -> None:
    records.exec_driver_sql("DROP TABLE visit")
    records.exec_driver_sql("CREATE TABLE visit (city TEXT)")
    with rulings_ahead(records, STRETCH, None) as ahead, pytest.raises(SQLAlchemyError):
        list(ahead)


def test_a_process_that_is_killed_is_said_to_be_gone(records: Connection) -> None:
    with rulings_ahead(records, STRETCH, None) as ahead:
        next(ahead)
        (worker,) = active_children()
        os.kill(worker.pid or 0, signal.SIGKILL)
        with pytest.raises(ChildProcessError, match="中途退出"):
            list(ahead)


def test_a_process_that_stood_by_rules_and_one_that_nobody_needed_is_gone(records: Connection) -> None:
    with standing_by(STRETCH.first, STRETCH.last) as ahead, rulings_ahead(records, STRETCH, ahead) as mornings:
        assert len(active_children()) == 1
        assert told(mornings) == told(rulings(records, STRETCH))
    with standing_by(STRETCH.first, STRETCH.last):
        pass
    with standing_by(STRETCH.first, STRETCH.first) as ahead:
        assert ahead is None
    assert not active_children()
