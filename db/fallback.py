"""Who waits on which channel, whom it serves, and where a message died before; what is said on another instead.

That an address is wrong stands nowhere as such. It follows from a message that died of it, until the record of the
contact says something else than it did then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, literal, or_, select, text, update

from db.columns import second_of
from db.contacts import TABLES
from db.delivery_words import DeliveryState, NoticeFate
from db.outbox import ATTEMPT, DELIVERY, NOTICE
from db.outbox_models import PLANNED
from db.precedence import Whom


@dataclass(frozen=True)
class Broken:
    """A message died on this channel; `tried_at` is None where it was never tried."""

    channel: str
    recipient: str
    cause: str
    day: date
    carrier: str | None
    tried_at: datetime | None


def waiting(connection: Connection, city: str, now: datetime) -> list[Whom]:
    """Who has something to be told by `now` that is in no message yet, and on which channel."""
    planned = and_(NOTICE.c.city == city, text(PLANNED), NOTICE.c.not_before <= now)
    statement = select(NOTICE.c.channel, NOTICE.c.recipient).where(planned, NOTICE.c.recipient.is_not(None)).distinct()
    return [(channel, recipient) for channel, recipient in connection.execute(statement)]


def served(connection: Connection, city: str, needs: str, now: datetime) -> set[str]:
    """Everybody of whom that is on record which a channel asks for, and no wish for another channel."""
    found: set[str] = set()
    seen = second_of(now)
    for kind, table in TABLES.items():
        known = table.c.city == city, table.c.known_from <= seen, table.c.known_to > seen
        has = (table.c[needs] != "",) if needs else ()
        wanted = select(literal(f"{kind}:") + table.c.code).where(*known, *has, table.c.channels.is_(None))
        found.update(connection.scalars(wanted))
    return found


def broken(connection: Connection, city: str, since: date) -> list[Broken]:
    """Messages that died: of a wrong address however long ago, of anything else since that day."""
    last = and_(ATTEMPT.c.delivery == DELIVERY.c.id, ATTEMPT.c.n == DELIVERY.c.attempts)
    dead = and_(
        DELIVERY.c.city == city,
        DELIVERY.c.state == DeliveryState.DEAD,
        DELIVERY.c.cause.is_not(None),
        or_(DELIVERY.c.cause == "address", DELIVERY.c.day >= since),
    )
    columns = (
        DELIVERY.c.channel, DELIVERY.c.recipient, DELIVERY.c.cause, DELIVERY.c.day, ATTEMPT.c.carrier,
        ATTEMPT.c.started_at,
    )  # fmt: skip
    statement = select(*columns).select_from(DELIVERY.outerjoin(ATTEMPT, last)).where(dead)
    return [Broken(*row) for row in connection.execute(statement)]


def move(connection: Connection, city: str, whom: Whom, channel: str, now: datetime) -> int:
    """What waits for somebody on one channel waits on another instead."""
    was, recipient = whom
    planned = and_(NOTICE.c.city == city, text(PLANNED), NOTICE.c.not_before <= now)
    theirs = and_(planned, NOTICE.c.recipient == recipient, NOTICE.c.channel == was)
    return connection.execute(update(NOTICE).where(theirs).values(channel=channel)).rowcount


def fall_back(connection: Connection, delivery: str, channel: str, said: str) -> int:
    """What went down with a dead message is said on another channel; `said` is added to the reason it is dead."""
    held = exists().where(DELIVERY.c.id == NOTICE.c.delivery, DELIVERY.c.state == DeliveryState.DEAD)
    theirs = and_(NOTICE.c.delivery == delivery, NOTICE.c.state == NoticeFate.ATTACHED, held)
    values: dict[str, Any] = {"state": NoticeFate.PLANNED, "delivery": None, "channel": channel}
    count = connection.execute(update(NOTICE).where(theirs).values(**values)).rowcount
    if count:
        one = update(DELIVERY).where(DELIVERY.c.id == delivery)
        connection.execute(one.values(reason=DELIVERY.c.reason + said))
    return count
