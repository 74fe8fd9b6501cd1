"""The storm brake: messages kept back because there are far more of them than was forecast, until somebody lets them go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table, and_, func, insert, select, text, update
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.delivery_words import DeliveryState
from db.outbox import DELIVERY, NOTICE
from db.outbox_models import DIGESTS
from policy.calendar import civil_day

HOLD: Table = SQLModel.metadata.tables["hold"]
TIMES, SLACK = (3, 2), 20
"""More than 1.5 times the forecast and twenty."""


@dataclass(frozen=True)
class Hold:
    id: int
    since: datetime


@dataclass(frozen=True)
class Surge:
    """On a channel and day: messages expected, and those there are."""

    channel: str
    expected: int
    messages: int


def open_hold(connection: Connection, city: str) -> Hold | None:
    row = connection.execute(select(HOLD).where(HOLD.c.city == city, HOLD.c.released_at.is_(None))).first()
    return Hold(row.id, row.since) if row else None


def released_on(connection: Connection, city: str, day: date) -> bool:
    """Somebody has let go on this day: it is not braked any more."""
    freed = select(HOLD.c.released_at).where(HOLD.c.city == city, HOLD.c.released_at.is_not(None))
    newest = connection.scalar(freed.order_by(HOLD.c.released_at.desc()).limit(1))
    return newest is not None and civil_day(newest) == day


def surges(connection: Connection, city: str, day: date, expected: Mapping[str, int]) -> list[Surge]:
    """The forecast channels on which the day has far more digests than expected."""
    counted = _digests(connection, city, day)
    found = [Surge(channel, number, counted.get(channel, 0)) for channel, number in expected.items()]
    return [s for s in found if s.messages * TIMES[1] > s.expected * TIMES[0] + SLACK * TIMES[1]]


def messages_of(connection: Connection, city: str, day: date) -> int:
    return sum(_digests(connection, city, day).values())


def _digests(connection: Connection, city: str, day: date) -> dict[str, int]:
    of_day = and_(DELIVERY.c.city == city, DELIVERY.c.day == day, text(DIGESTS))
    said = select(DELIVERY.c.channel, func.count()).where(of_day, DELIVERY.c.state != DeliveryState.VOID)
    return dict(connection.execute(said.group_by(DELIVERY.c.channel)).tuples().all())


def hold_back(connection: Connection, city: str, day: date, channels: Collection[str], why: str) -> int:
    """Keeps back what nobody has begun to send, and gives its number."""
    waiting = and_(DELIVERY.c.city == city, DELIVERY.c.day == day, text(DIGESTS))
    fresh = and_(waiting, DELIVERY.c.state == DeliveryState.READY, DELIVERY.c.attempts == 0)
    kept = update(DELIVERY).where(fresh, DELIVERY.c.channel.in_(channels))
    return connection.execute(kept.values(state=DeliveryState.HELD, reason=why)).rowcount


def begin(connection: Connection, city: str, why: str, now: datetime) -> None:
    connection.execute(insert(HOLD).values(city=city, why=why, since=now))


def let_go(connection: Connection, city: str, now: datetime, duties: Collection[str] | None = None) -> int:
    """Held messages may be sent: all of them, or those that speak of one of these duties. Gives their number."""
    held = and_(DELIVERY.c.city == city, DELIVERY.c.state == DeliveryState.HELD)
    if duties is not None:
        speaks = and_(NOTICE.c.delivery == DELIVERY.c.id, NOTICE.c.duty.in_(duties))
        held = and_(held, select(NOTICE.c.id).where(speaks).exists())
    freed = {"state": DeliveryState.READY, "reason": None, "next_attempt_at": now}
    return connection.execute(update(DELIVERY).where(held).values(**freed)).rowcount


def end(connection: Connection, city: str, by: str, why: str, now: datetime) -> None:
    still = and_(HOLD.c.city == city, HOLD.c.released_at.is_(None))
    connection.execute(update(HOLD).where(still).values(released_at=now, released_by=by, released_why=why))
