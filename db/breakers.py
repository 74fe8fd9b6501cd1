"""Whether a provider is spoken to at all: kept in the ledger, so that two dispatchers leave it alone together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Table, and_, func, or_, select, update
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.deliveries import LEASE, PARKED_WAIT, Ending
from db.delivery_words import Outcome
from db.outbox import ATTEMPT, insert_new

BREAKER: Table = SQLModel.metadata.tables["breaker"]
OPEN_WAIT = timedelta(minutes=5)
SLOWED, MINUTE, COUNTED = timedelta(minutes=10), timedelta(minutes=1), 10_000
LONG_AGO = datetime.fromtimestamp(0, UTC)
WINDOW, FAILED = 20, (Outcome.TEMPORARY, Outcome.UNKNOWN)


@dataclass(frozen=True)
class Opened:
    """From now on nothing leaves by this provider. `ours`: login, quota or template, so somebody has to see to it."""

    carrier: str
    reason: str
    until: datetime
    ours: bool


class Allowed(NamedTuple):
    """`a_minute`: so many by all senders together, None for as many as can be."""

    most: int
    probe: bool = False
    a_minute: int | None = None


def allowed(connection: Connection, carrier: str, now: datetime, most: int) -> Allowed:
    """How many messages may be taken up: `most`, one as a probe, or none."""
    row = connection.execute(select(BREAKER).where(BREAKER.c.carrier == carrier).with_for_update()).first()
    if row is None or row.open_until is None:
        slowed = row is not None and row.slow_until is not None and row.slow_until > now
        return Allowed(most, a_minute=row.a_minute if row and slowed else None)
    shut = row.open_until > now or (row.probe_until and row.probe_until > now)
    return Allowed(0 if shut else 1, probe=True)


def probing(connection: Connection, carrier: str, now: datetime) -> None:
    """The one message just taken up is the probe; nobody else sends one until its lease ends."""
    half = and_(BREAKER.c.carrier == carrier, BREAKER.c.open_until.is_not(None))
    connection.execute(update(BREAKER).where(half).values(probe_until=now + LEASE))


def learn(connection: Connection, carrier: str, ending: Ending, now: datetime, *, probe: bool) -> Opened | None:
    """Takes note of how a try ended: a good probe closes, a bad one, a fault of ours or many failures open.

    A provider that asks for less gets, for ten minutes, half of what it got in the minute before; asked again, half of
    that.
    """
    if ending.slows:
        half = max(1, _of_the_last_minute(connection, carrier, now) // 2)
        _write(connection, carrier, LONG_AGO, slow_until=now + SLOWED, a_minute=half)
    opened = _opens(connection, carrier, ending, now, probe)
    if opened:
        _write(connection, carrier, now, open_until=opened.until, probe_until=None, reason=opened.reason)
    elif probe:
        _write(connection, carrier, now, open_until=None, probe_until=None, reason=None, since=now)
    return opened


def _opens(connection: Connection, carrier: str, ending: Ending, now: datetime, probe: bool) -> Opened | None:
    reason = ending.text or ending.code or "对方暂时不能受理"
    if ending.outcome is Outcome.HALTED:
        return Opened(carrier, reason, now + PARKED_WAIT, ours=True)
    if ending.outcome is Outcome.THROTTLED and ending.rests:
        return Opened(carrier, reason, now + ending.rests, ours=False)
    if ending.outcome in FAILED and (probe or _mostly_failed(connection, carrier)):
        return Opened(carrier, reason, now + OPEN_WAIT, ours=False)
    return None


def _mostly_failed(connection: Connection, carrier: str) -> bool:
    """At least half of the last twenty tries since it was last closed."""
    since = select(BREAKER.c.since).where(BREAKER.c.carrier == carrier).scalar_subquery()
    ended = and_(ATTEMPT.c.carrier == carrier, ATTEMPT.c.outcome.is_not(None))
    counted = or_(since.is_(None), ATTEMPT.c.started_at >= since)
    last = select(ATTEMPT.c.outcome).where(ended, counted).order_by(ATTEMPT.c.id.desc()).limit(WINDOW)
    return sum(outcome in FAILED for outcome in connection.scalars(last)) * 2 >= WINDOW


def _of_the_last_minute(connection: Connection, carrier: str, now: datetime) -> int:
    newest = select(ATTEMPT.c.ended_at).where(ATTEMPT.c.carrier == carrier).order_by(ATTEMPT.c.id.desc()).limit(COUNTED)
    ended = newest.subquery().c.ended_at
    return connection.scalar(select(func.count()).where(ended > now - MINUTE)) or 0


def _write(connection: Connection, carrier: str, first: datetime, /, **values: object) -> None:
    """`first` is `since` of a carrier that nothing is known of."""
    insert_new(connection, BREAKER, [{"carrier": carrier, "since": first}], "carrier")
    connection.execute(update(BREAKER).where(BREAKER.c.carrier == carrier).values(**values))
