"""Years of notices, messages and decisions cost a tick nothing: it finds what is due without looking at them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from given_notices import CITY, FRIDAY, MONDAY, TOWN, a_notice, a_person, a_unit, issued, on
from sqlalchemy import Engine, event, update

from db.engine import open_engine
from db.levers import LeverKind, pull
from db.outbox import NOTICE
from db.schema import migrate
from policy.verdict import Subject
from policy.words import SubjectKind
from settings import Settings
from tasks.send import TickReport, drain, tick

LAST_WEEK = FRIDAY - timedelta(days=7)
PEOPLE, FEW, MANY = 5, 2, 50
LITTLE_MORE = (11, 10)
"""A tree of an index is a level deeper where there is much in it."""
INSTRUCTIONS = 20


def ticked(engine: Engine, settings: Settings, day: date, clock: str = "09:00") -> TickReport:
    return tick(engine, settings, on(day, clock), elapsed=lambda: 0.0)


def aged(folder: Path, mornings: int) -> tuple[Engine, Settings]:
    """On so many mornings people were told of something that is mended now, and had acknowledged it; one matter is open."""
    engine, settings = open_engine(f"sqlite:///{folder / 'ledger.db'}"), Settings(data=folder)
    migrate(engine)
    with engine.begin() as connection:
        a_unit(connection, email="town@example.invalid")
        for n in range(PEOPLE):
            a_person(connection, f"P{n}", f"人{n}", f"p{n}@example.invalid")
    for day in (LAST_WEEK - timedelta(days=ago) for ago in range(mornings, 0, -1)):
        mended(engine, settings, day)
    issued(engine, a_notice("open"))
    assert ticked(engine, settings, FRIDAY).sent == 1
    issued(engine, a_notice("new", duty="station-head", due=None))
    return engine, settings


def mended(engine: Engine, settings: Settings, day: date) -> None:
    whom = {f"P{n}": f"{day}-{n}" for n in range(PEOPLE)}
    about = Subject(SubjectKind.TOWNSHIP, f"{day}", "桥东街道", TOWN)
    said = {"subject": about, "not_before": on(day, "08:30")}
    issued(engine, *(a_notice(key, person=code, **said) for code, key in whom.items()))
    assert drain(engine, settings, on(day)).sent == PEOPLE
    with engine.begin() as connection:
        connection.execute(update(NOTICE).values(closed_at=on(day)))
        for code, key in whom.items():
            values = {"recipient": f"person:{code}", "notice": key, "until": day, "by": code, "why": "已收到"}
            pull(connection, CITY, LeverKind.ACK, on(day), **values)


class Steps:
    """What SQLite does for all connections of an engine, in its own instructions."""

    def __init__(self, engine: Engine) -> None:
        self.done = 0
        engine.dispose()
        event.listen(engine, "connect", self._watch)

    def _watch(self, connection: Any, record: Any) -> None:
        connection.set_progress_handler(self._step, INSTRUCTIONS)

    def _step(self) -> None:
        self.done += INSTRUCTIONS


def steps_of(folder: Path, mornings: int, sent: int, *before: str) -> int:
    folder.mkdir()
    engine, settings = aged(folder, mornings)
    for clock in before:
        ticked(engine, settings, MONDAY, clock)
    steps = Steps(engine)
    assert ticked(engine, settings, MONDAY, "09:30").sent == sent
    engine.dispose()
    return steps.done


@pytest.mark.parametrize(("sent", "before"), [(1, ()), (0, ("09:00",))], ids=["a week begins", "nothing is due"])
def test_a_tick_takes_as_many_steps_in_an_old_ledger_as_in_a_young_one(
    tmp_path: Path, sent: int, before: tuple[str, ...]
) -> None:
    young, old = (steps_of(tmp_path / str(mornings), mornings, sent, *before) for mornings in (FEW, MANY))
    times, of = LITTLE_MORE
    assert old * of <= young * times, f"{old} steps after {MANY} mornings, {young} after {FEW}"
