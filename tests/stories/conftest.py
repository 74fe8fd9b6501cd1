"""A story: a small town, a calendar, and what people are told as the days pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from sqlalchemy import Connection

from cli.output import Format
from cli.turned import show_turned
from db.columns import second_of
from db.directory import directory
from db.engine import open_engine
from db.intake import codes_known, import_rows
from db.ledger import Standing
from db.measures import known
from db.news import origins
from db.planstore import load_plan
from db.schema import create_all
from db.undo import undo
from db.work_calendar import work_calendar
from policy.calendar import at, end_of
from policy.decide import decide
from policy.judge import Known, judge
from policy.notices import Notice
from policy.objects import Plain
from policy.office import Office
from policy.records import KINDS, RawTable, validate
from policy.verdict import Ruling
from policy.words import BROKEN, LABELS, NoticeState, Status
from tasks.stateless import opened, verdict_objects
from tasks.turned import turned, turned_objects

Key = tuple[str, str, int]
TOWN = {
    "units": [
        {"code": "C", "name": "某市", "kind": "市"},
        {"code": "K", "name": "甲县", "kind": "县（区）", "parent": "C"},
        {"code": "T", "name": "东镇", "kind": "乡镇（街道）", "parent": "K"},
        {"code": "S", "name": "东镇社工站", "kind": "社工站", "parent": "T", "opened_on": "2021-05-20"},
        {"code": "ZF", "name": "市政府", "kind": "政府部门"},
        {"code": "MZT", "name": "省民政厅", "kind": "政府部门"},
    ],
    "people": [{"code": code, "name": f"人员{code}"} for code in ("U1", "U2", "W", "D", "H1", "H2")],
}


class Story:
    """Plays some obligations of Huizhou forward, a round each morning; what the office remembers is kept here."""

    def __init__(self, connection: Connection, day: date = date(2021, 5, 6)) -> None:
        self.connection, self.day = connection, day
        self.plan = load_plan("huizhou")
        self.calendar = work_calendar(self.plan.house)
        self.standing: dict[Key, Status] = {}
        self.breached: dict[Key, date] = {}
        self.owed: dict[Key, date] = {}
        self.issued: frozenset[str] = frozenset()
        self.heard: list[Notice] = []
        for kind in KINDS:
            self.learn(kind, *TOWN.get(kind, ()))

    def begin(self, day: str, *duties: str, **before: tuple[str, ...]) -> None:
        """The story is about these obligations and starts on this day; `before` some of them milestones stand."""
        house = self.plan.house.model_copy(update={"inhibited_by": before})
        self.plan = self.plan.model_copy(
            update={"obligations": tuple(self.plan.by_key[duty] for duty in duties), "phases": (), "house": house}
        )
        self.day = date.fromisoformat(day)
        self.round()

    def learn(self, kind: str, *rows: dict[str, str]) -> int | None:
        """The office takes rows into its records today; a row of the same key corrects what stood. Gives the batch."""
        header = list(
            dict.fromkeys([*(f.name for f in KINDS[kind].fields if f.required), *(n for r in rows for n in r)])
        )
        cells = [(number, [row.get(name) for name in header]) for number, row in enumerate(rows, 2)]
        checked = validate([RawTable(kind, kind, header, cells)], codes_known(self.connection, self.plan.key))
        assert not checked.faults, checked.faults
        return import_rows(self.connection, self.plan.key, checked.rows, f"{kind} {self.day}", self.now).batch

    def take_back(self, batch: int | None) -> None:
        assert batch
        undo(self.connection, self.plan.key, batch, self.now)

    def known_at(self, day: str, as_of: str) -> list[Plain]:
        """What this office would answer, today, of a day as it was known at the end of another."""
        question = opened(self.connection, self.plan, date.fromisoformat(as_of), end_of(date.fromisoformat(day)))
        return list(verdict_objects(question, self.plan.obligations))

    def turned_since(self, day: str, as_of: str) -> str:
        """What a clerk reads of `duban turned --since DAY --as-of DAY`."""
        question = opened(self.connection, self.plan, date.fromisoformat(as_of), self.now)
        found = turned(question, second_of(end_of(date.fromisoformat(day))))
        objects = turned_objects(question, found, origins(self.connection, self.plan.key))
        with redirect_stdout(StringIO()) as page:
            show_turned(objects, Format.TABLE, None, f"{as_of} 判定的改变")
        return page.getvalue()

    @property
    def now(self) -> datetime:
        return at(self.day, time(9))

    def round(self) -> None:
        cards = directory(self.connection, self.plan.key, self.day, second_of(self.now))
        duties = [obligation.key for obligation in self.plan.obligations]
        counted = known(self.connection, self.plan, self.plan.obligations, self.day, second_of(self.now))
        before = known(self.connection, self.plan, self.plan.inhibitors(duties), self.day, second_of(self.now))
        stand = Standing().milestones(self.plan, judge(self.plan, before, self.day))
        office = Office(self.plan, self.calendar, cards, self.breached, self.owed, milestones=stand)
        made = decide(office, Known(counted.measured, self.standing), self.now, self.issued)
        self.heard += [n for n in made.notices if n.state is NoticeState.DUE]
        self.issued |= {n.key for n in made.notices}
        for verdict in made.verdicts:
            self._follow(verdict.key, verdict.ruling)

    def _follow(self, key: Key, ruling: Ruling) -> None:
        if ruling.status not in BROKEN:
            self.breached.pop(key, None)
            self.owed.pop(key, None)
        elif self.standing.get(key) not in BROKEN:
            self.breached[key] = self.day
        if ruling.status in BROKEN and ruling.due:
            self.owed[key] = ruling.due
        self.standing[key] = ruling.status

    def advance_to(self, day: str) -> None:
        while self.day < date.fromisoformat(day):
            self.day += timedelta(days=1)
            self.round()

    def status(self, duty: str, subject: str, period: int = 0) -> str:
        return self.standing[duty, subject, period].value

    def expect(self, *told: str) -> None:
        """Exactly this was said since the last time one asked: `交办 督导员 U1`, in any order."""
        said = sorted(f"{LABELS[n.reason]} {LABELS[n.to.role]} {n.to.person or n.to.unit}" for n in self.heard)
        assert said == sorted(told)
        self.heard = []

    def expect_nothing_until(self, day: str) -> None:
        self.advance_to(day)
        self.expect()


@pytest.fixture
def story() -> Iterator[Story]:
    engine = open_engine()
    create_all(engine)
    with engine.begin() as connection:
        yield Story(connection)
    engine.dispose()
