"""Both clocks against a naive ledger that plays everything again: every question of (as_of, known_at, clause, subject)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from db import measures
from db.columns import second_of
from db.engine import open_engine, reading
from db.intake import import_rows
from db.planstore import load_plan
from db.schema import create_all
from db.undo import BatchBuried, undo
from policy.judge import judge
from tests.policy.oracle.replay import Replay, name_of
from tests.policy.random_city import RandomCity, judging_days
from tests.policy.random_history import ALWAYS, RandomHistory
from tests.policy.random_staff import KINDS
from tests.policy.two_judges import READINGS, said_by_product, said_naively

QUESTIONS = int(os.environ.get("DUBAN_QUESTIONS", "10000"))
"""How many (as_of, known_at, clause, subject) are asked at least; `make clocks` asks more."""
GREW_IN_TIME = 63
"""A town that had grown in time and grew again after the deadline, of which the ledger once said it was late."""
DAY = date(2023, 1, 15)
PROVES_NOTHING = ("candidates", "exceptions", "funds")
"""Kinds without which every subject of Huizhou's plan that is there can still be judged."""
OPENING = datetime(2024, 1, 1, tzinfo=UTC)
FAR = datetime(2040, 1, 1, tzinfo=UTC)
Said = dict[Any, Any]
Moment = tuple[date, datetime]


@dataclass
class Office:
    """One history as it happens: what the ledger was told, the naive ledger beside it, and what was answered."""

    engine: Engine
    seed: int
    replay: Replay = field(default_factory=Replay)
    batches: dict[int, int] = field(default_factory=dict)
    answered: dict[Moment, Said] = field(default_factory=dict)
    now: datetime = datetime(2021, 1, 1, tzinfo=UTC)

    @property
    def readings(self) -> dict[str, str]:
        return READINGS[self.seed % len(READINGS)]

    def happens(self, what: str, number: int, now: datetime, rows: Any) -> None:
        if what == "import":
            self._bring(number, now, rows)
        elif number in self.batches:
            self._take_back(self.batches[number], now)

    def _bring(self, number: int, now: datetime, records: Mapping[str, list[dict[str, Any]]]) -> None:
        rows = {kind: [{**row, "ref": "/".join(name_of(kind, row))} for row in records[kind]] for kind in records}
        with self.engine.begin() as connection:
            brought = import_rows(connection, "huizhou", rows, str(number), now)
        if brought.batch:
            self.now = max(self.now, now)
            self.batches[number] = brought.batch
            self.replay.brought(brought.batch, now, {kind: list(records[kind]) for kind in records})

    def _take_back(self, batch: int, now: datetime) -> None:
        tried = Replay()
        tried.events = [*self.replay.events, ("undo", batch, now, None)]
        try:
            with self.engine.begin() as connection:
                undo(connection, "huizhou", batch, now)
        except (LookupError, BatchBuried):
            return
        tried.records(FAR)  # raises Buried where the ledger should have refused
        self.now, self.replay = max(self.now, now), tried

    def asks(self, draw: Random, questions: int) -> None:
        """Some days, seen from some instants that have passed: the edges of what happened, and between them."""
        edges = [self.now, *(instant for _, _, instant, _ in self.replay.events)]
        shifts = (timedelta(0), timedelta(seconds=-1), timedelta(days=-40), timedelta(days=-400))
        for day in draw.sample(judging_days(self.seed, 12), questions):
            known_at = min(draw.choice(edges) + draw.choice(shifts), self.now - timedelta(seconds=1))
            self.answered[day, known_at] = self.answer(day, known_at)

    def answer(self, day: date, known_at: datetime) -> Said:
        plan = load_plan("huizhou", {f"readings.{note}": value for note, value in self.readings.items()})
        with reading(self.engine) as connection:
            counted = measures.known(connection, plan, plan.obligations, day, second_of(known_at))
            return said_by_product(plan, judge(plan, counted, day), day)


def played(engine: Engine, seed: int) -> Office:
    """A history with questions asked as it goes on: of a ledger of today about instants of the past."""
    office, draw = Office(engine, seed), Random(seed)
    for event in RandomHistory(seed).events():
        office.happens(*event)
        office.asks(draw, 2)
    return office


def differences(one: Said, other: Said) -> dict[Any, Any]:
    return {key: (one.get(key), other.get(key)) for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def asked_of(office: Office) -> int:
    """Compares every answer with the naive one and with what the same question gives at the end; how many there were."""
    questions = 0
    for (day, known_at), said in office.answered.items():
        expected = said_naively(office.replay.records(known_at), day, office.readings)
        where = f"history {office.seed}, as of {day}, known at {known_at}"
        assert not differences(said, expected), f"{where}: {list(differences(said, expected).items())[:3]}"
        assert office.answer(day, known_at) == said, f"{where}: another answer than the first time"
        questions += len({key[:3] for key in said})
    return questions


def test_every_question_is_answered_as_by_playing_everything_again() -> None:
    questions, dark = 0, set[str]()
    for seed in chain([GREW_IN_TIME], count()):
        if questions >= QUESTIONS:
            break
        engine = open_engine()
        create_all(engine)
        office = played(engine, seed)
        questions += asked_of(office)
        dark |= {key[0] for said in office.answered.values() for key, told in said.items() if told[0] == "no_evidence"}
        engine.dispose()
    assert len(dark) > 20, "so many clauses were asked about where nobody kept their records"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(ALWAYS)))
def test_a_kind_that_nobody_kept_at_an_instant_is_absent_at_that_instant_for_ever(kind: str) -> None:
    """Also after it was brought, and after that was taken back: each time the naive ledger says the same."""
    engine = open_engine()
    create_all(engine)
    office = Office(engine, seed=0)
    records = RandomCity(Random(2), 0).records()
    for number, rows in enumerate(({k: v for k, v in records.items() if k != kind}, {kind: records.get(kind, [])})):
        office.happens("import", number, OPENING + timedelta(days=number), rows)
    office.happens("undo", 1, OPENING + timedelta(days=2), None)
    unseen: list[set[Any]] = []
    for day in range(3):
        known_at = OPENING + timedelta(days=day)
        said = office.answer(DAY, known_at)
        assert not differences(said, said_naively(office.replay.records(known_at), DAY, office.readings))
        unseen.append({key for key, told in said.items() if told[0] == "no_evidence"})
    absent, brought, taken_back = unseen
    assert bool(absent - brought) == (kind not in PROVES_NOTHING)
    assert taken_back == (brought if kind in office.replay.records(FAR) else absent)
    engine.dispose()


@pytest.mark.parametrize("seed", [101])
def test_both_engines_answer_so(engine: Engine, seed: int) -> None:
    assert asked_of(played(engine, seed)) > 500
