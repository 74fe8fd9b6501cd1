"""Builders for notices and the ledger they go to; every default can be overridden."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlmodel import SQLModel

from db import outbox
from db.delivery_words import DeliveryState
from db.on_file import OnFile, on_file
from db.planstore import load_plan
from policy.calendar import at
from policy.directory import Addressee
from policy.notices import Notice
from policy.verdict import Subject
from policy.words import LABELS, Reason, Role, SubjectKind

CITY = "huizhou"
FRIDAY, MONDAY, TUESDAY = date(2021, 7, 30), date(2021, 8, 2), date(2021, 8, 3)
TOWN = "441302001000"


def on(day: date, clock: str = "09:00") -> datetime:
    return at(day, time.fromisoformat(clock))


def a_notice(key: str = "k1", **changes: Any) -> Notice:
    """A township told on Friday that its station is overdue."""
    reason = changes.get("reason", Reason.OVERDUE)
    duty = changes.get("duty", "station-built")
    obligation = load_plan(CITY).by_key[duty]
    subject = changes.pop("subject", Subject(SubjectKind.TOWNSHIP, TOWN, "桥东街道", TOWN))
    due = changes.get("due", date(2021, 7, 29))
    deadline = f"期限{due.year}年{due.month}月{due.day}日。" if due else ""
    role, unit, person = (changes.pop(n, d) for n, d in (("role", Role.TOWNSHIP), ("unit", TOWN), ("person", None)))
    values: dict[str, Any] = {
        "key": key, "reason": reason, "rung": "D+1", "clause": obligation.clause, "duty": duty, "subject": subject,
        "period": None, "due": due, "to": Addressee(role, unit, person), "channel": "email",
        "not_before": on(FRIDAY, "08:30"),
        "text": f"{LABELS[reason]}：{subject.name} {obligation.title}。{deadline}尚未建成社工站。",
    }  # fmt: skip
    return Notice(**{**values, **changes})


def issued(engine: Engine, *notices: Notice, now: datetime | None = None) -> int:
    with engine.begin() as connection:
        return outbox.issue(connection, CITY, notices, 1, now or on(FRIDAY))


def filed(connection: Connection, duties: Collection[str] | None = None) -> OnFile:
    return on_file(connection, CITY, duties, on(FRIDAY))


def attached(engine: Engine, now: datetime | None = None, channel: str = "email") -> int:
    now = now or on(FRIDAY)
    with engine.begin() as connection:
        return outbox.attach(connection, CITY, now.date(), now, [channel])


def a_unit(connection: Connection, code: str = TOWN, **changes: Any) -> None:
    values = {"city": CITY, "ref": code, "code": code, "name": "桥东街道", "kind": "township", "known_from": 0}
    table = SQLModel.metadata.tables["unit"]
    connection.execute(insert(table).values(**{**values, "known_to": 2**62, **changes}))


def a_person(connection: Connection, code: str, name: str, email: str | None = None, phone: str | None = None) -> None:
    table = SQLModel.metadata.tables["person"]
    values = {"city": CITY, "ref": code, "code": code, "name": name, "email": email, "phone": phone, "known_from": 0}
    connection.execute(insert(table).values(**values, known_to=2**62))


def addressed(engine: Engine, number: int, **changes: Any) -> None:
    """So many people with mail and mobile, each with one notice."""
    with engine.begin() as connection:
        for n in range(number):
            a_person(connection, f"P{n:04d}", f"人{n}", f"p{n}@example.invalid", f"1990000{n:04d}")
    issued(engine, *(a_notice(f"k{n}", person=f"P{n:04d}", **changes) for n in range(number)))


def fates(engine: Engine) -> dict[str, str]:
    """Every notice's key and fate."""
    with engine.begin() as connection:
        found = connection.execute(select(outbox.NOTICE.c.key, outbox.NOTICE.c.state)).all()
        return {key: state for key, state in found}  # noqa: C416 - rows are no pairs for dict()


def states(engine: Engine) -> list[DeliveryState]:
    with engine.begin() as connection:
        found = connection.scalars(select(outbox.DELIVERY.c.state).order_by(outbox.DELIVERY.c.day))
        return [DeliveryState(state) for state in found]


def rows(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with engine.begin() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]
