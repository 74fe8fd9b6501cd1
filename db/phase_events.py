"""What the stages did, as an append-only list: each event once for its subject."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select, text
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.columns import day_number, day_of, second_of
from db.measures.current import SEEN
from db.outbox import insert_new

EVENT: Table = SQLModel.metadata.tables["phase_event"]


@dataclass(frozen=True)
class Event:
    """`on` is the day the round spoke of; `due` the new date of what is carried over."""

    event: str
    subject: str
    on: date
    due: date | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SignOff:
    """The named acceptance of a stage, as an act of the records says it."""

    by: str | None
    on: date
    document: str | None


def append(connection: Connection, city: str, phase: str, events: Iterable[Event], now: datetime) -> int:
    """Keeps the events that are new and gives their number; what is there already stays as it is."""
    rows = [
        {
            "city": city,
            "phase": phase,
            "event": e.event,
            "subject": e.subject,
            "on": e.on,
            "due": e.due,
            "detail": json.dumps(e.detail, ensure_ascii=False, sort_keys=True),
            "created_at": now,
        }
        for e in events
    ]
    return len(insert_new(connection, EVENT, rows, "id"))


def of_phase(connection: Connection, city: str, phase: str, kinds: Collection[str] | None = None) -> list[Event]:
    """The events of a stage, oldest first; `kinds` narrows."""
    query = select(EVENT).where(EVENT.c.city == city, EVENT.c.phase == phase).order_by(EVENT.c.id)
    if kinds is not None:
        query = query.where(EVENT.c.event.in_(kinds))
    return [
        Event(row["event"], row["subject"], row["on"], row["due"], json.loads(row["detail"]))
        for row in connection.execute(query).mappings()
    ]


def sign_off(connection: Connection, city: str, clause: str, as_of: date, now: datetime) -> SignOff | None:
    """The first act by which somebody named has signed a stage off, or None while nobody has."""
    query = (
        f"SELECT a.by, a.\"on\", a.document FROM act a WHERE {SEEN} AND a.clause = :clause AND a.item = '签认' "
        "AND a.verdict = 'accepted' AND a.by IS NOT NULL AND a.\"on\" <= :as_of "
        "AND a.subject IN (SELECT code FROM unit WHERE city = :city AND kind = 'city') "
        'ORDER BY a."on", a.ref'
    )
    values = {"city": city, "known": second_of(now), "clause": clause, "as_of": day_number(as_of)}
    row = connection.execute(text(query), values).first()
    return SignOff(row[0], day_of(row[1]), row[2]) if row else None
