"""A made-up city for the Suzhou plan, built up by what a test adds to it. No name or number belongs to anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine

from db.engine import open_engine
from db.intake import import_rows
from db.measures import known, proof
from db.planstore import load_plan
from db.schema import create_all
from policy.judge import judge
from policy.records import KINDS
from policy.verdict import Ruling

END_OF_TIME = 2**60
NOW = datetime(2027, 1, 1, tzinfo=UTC)
JULY = date(2022, 7, 1)
Rulings = dict[tuple[str, str, str | None], Ruling]


class City:
    """One city C with a county K and whatever is added; every record kind of the plan is kept, though empty."""

    def __init__(self) -> None:
        kinds = ("units", "people", "posts", "certificates", "contracts", "acts", "funds", "assignments")
        self.rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        self.numbers: dict[str, int] = defaultdict(int)
        self.unit("C", "city")
        self.unit("K", "county", "C")

    def add(self, record: str, /, **values: Any) -> City:
        self.numbers[record] += 1
        key = values.get("code") if KINDS[record].coded else self.numbers[record]
        self.rows.setdefault(record, []).append({"ref": f"{record}:{key}", **values})
        return self

    def unit(self, code: str, kind: str, parent: str | None = None, opened_on: date | None = None, **more: Any) -> City:
        return self.add("units", code=code, name=code, kind=kind, parent=parent, opened_on=opened_on, **more)

    def towns(self, *opened: date | None) -> City:
        """Towns T0, T1 …, each with a station opened on the day given, or with none."""
        for number, day in enumerate(opened):
            self.unit(f"T{number}", "township", "K")
            if day:
                self.unit(f"S{number}", "station", f"T{number}", day, mode="purchase")
        return self

    def person(self, code: str, unit: str, post: str = "professional", starts_on: date = JULY, **more: Any) -> City:
        """A person with one post; `ends_on` goes to the post, everything else to the person."""
        self.add("posts", person=code, unit=unit, post=post, starts_on=starts_on, ends_on=more.pop("ends_on", None))
        return self.add("people", code=code, name=code, **more)

    def certificate(self, person: str, issued_on: date, valid_to: date | None = None, level: str = "assistant") -> City:
        return self.add("certificates", person=person, level=level, issued_on=issued_on, valid_to=valid_to)

    def act(self, clause: str, subject: str, on: date, code: str | None = None, **more: Any) -> City:
        code = code or f"a{len(self.rows['acts'])}"
        return self.add("acts", code=code, clause=clause, subject=subject, on=on, **more)

    def fund(self, kind: str, amount: int, year: int = 2022, unit: str = "K", **more: Any) -> City:
        """`amount` in cents."""
        code = f"f{len(self.rows['funds'])}"
        return self.add("funds", code=code, unit=unit, year=year, kind=kind, amount=amount, **more)

    def rulings(self, day: date, *duties: str, readings: Mapping[str, str] | None = None) -> Rulings:
        """The rulings at the end of `day`, of the duties named or of all."""
        plan = load_plan("suzhou", {f"readings.{note}": value for note, value in (readings or {}).items()})
        asked = [plan.by_key[duty] for duty in duties] or list(plan.obligations)
        with self.ledger() as connection:
            counted = known(connection, plan, asked, day, END_OF_TIME)
            return {(v.duty, v.subject, v.period and v.period.label): v.ruling for v in judge(plan, counted, day)}

    def ruling(self, duty: str, subject: str, day: date, period: str | None = None, **readings: str) -> Ruling:
        return self.rulings(day, duty, readings=readings)[duty, subject, period]

    def proofs(self, duty: str, day: date) -> set[tuple[str, str | None]]:
        """The records shown for a duty, and why refused."""
        plan = load_plan("suzhou")
        with self.ledger() as connection:
            return {(ref, why) for _, _, ref, why in proof(connection, plan, plan.by_key[duty], day, END_OF_TIME)}

    @contextmanager
    def ledger(self) -> Iterator[Connection]:
        """The city in a ledger for the time of one question; nothing of it stays."""
        with empty_ledger().connect() as connection, connection.begin() as transaction:
            import_rows(connection, "suzhou", self.rows, "test", NOW)
            yield connection
            transaction.rollback()


@cache
def empty_ledger() -> Engine:
    engine = open_engine()
    create_all(engine)
    return engine
