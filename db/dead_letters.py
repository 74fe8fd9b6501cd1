"""Messages that reached nobody and will not be tried again: which, why, what they carried, and sending one by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, Table, and_, func, insert, select, update
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.delivery_words import GIVEN_UP, DeliveryState, NoticeFate
from db.outbox import ATTEMPT, DELIVERY, NOTICE
from db.receipts import RECEIPT, Heard
from policy.calendar import end_of

RESEND: Table = SQLModel.metadata.tables["resend"]


@dataclass(frozen=True)
class Death:
    """A dead message with its last try and, where one came, the report that ended it.

    `said` is what the other side or our own house said of it, masked. `tried_at` is None where it was never tried.
    """

    id: str
    state: str
    channel: str
    recipient: str
    day: date
    epoch: int
    attempts: int
    said: str
    cause: str | None
    tried_at: datetime | None
    carrier: str | None
    outcome: str | None
    phase: str | None
    code: str | None
    text: str | None
    reported: str | None


def dead(connection: Connection, city: str, *, unexamined: bool = False) -> list[Death]:
    """Oldest first; `unexamined`: only those whose cause nobody has worked out yet."""
    last = and_(ATTEMPT.c.delivery == DELIVERY.c.id, ATTEMPT.c.n == DELIVERY.c.attempts)
    reported = (
        select(func.max(func.coalesce(RECEIPT.c.code, "")))
        .where(
            RECEIPT.c.delivery == DELIVERY.c.id,
            RECEIPT.c.attempt == DELIVERY.c.attempts,
            RECEIPT.c.status == Heard.FAILED,
        )
        .scalar_subquery()
    )
    columns = (
        DELIVERY.c.id, DELIVERY.c.state, DELIVERY.c.channel, DELIVERY.c.recipient, DELIVERY.c.day, DELIVERY.c.epoch, DELIVERY.c.attempts,
        DELIVERY.c.reason, DELIVERY.c.cause, ATTEMPT.c.started_at, ATTEMPT.c.carrier, ATTEMPT.c.outcome,
        ATTEMPT.c.phase, ATTEMPT.c.code, ATTEMPT.c.text, reported,
    )  # fmt: skip
    wanted = and_(DELIVERY.c.city == city, DELIVERY.c.state.in_(GIVEN_UP))
    if unexamined:
        wanted = and_(wanted, DELIVERY.c.cause.is_(None))
    statement = select(*columns).select_from(DELIVERY.outerjoin(ATTEMPT, last)).where(wanted)
    return [Death(*row) for row in connection.execute(statement.order_by(DELIVERY.c.day, DELIVERY.c.id))]


def by_cause(connection: Connection, city: str) -> dict[str | None, int]:
    """How many messages were given up for each cause; None where nobody has looked yet."""
    given_up = and_(DELIVERY.c.city == city, DELIVERY.c.state.in_(GIVEN_UP))
    counted = select(DELIVERY.c.cause, func.count()).where(given_up).group_by(DELIVERY.c.cause)
    return {cause: number for cause, number in connection.execute(counted)}  # noqa: C416 - rows are no pairs for dict()


def put_aside(connection: Connection, city: str, since: date) -> int:
    """Messages of a day from `since` on that are in quarantine."""
    poison = and_(DELIVERY.c.city == city, DELIVERY.c.state == DeliveryState.POISON, DELIVERY.c.day >= since)
    return connection.scalar(select(func.count()).where(poison)) or 0


def examined(connection: Connection, delivery: str, cause: str) -> None:
    one = and_(DELIVERY.c.id == delivery, DELIVERY.c.state.in_(GIVEN_UP))
    connection.execute(update(DELIVERY).where(one).values(cause=cause))


def carried(connection: Connection, delivery: str) -> list[RowMapping]:
    """The notices that went down with it; those said otherwise since are not among them."""
    theirs = and_(NOTICE.c.delivery == delivery, NOTICE.c.state == NoticeFate.ATTACHED)
    return list(connection.execute(select(NOTICE).where(theirs).order_by(NOTICE.c.id)).mappings())


def resend(connection: Connection, city: str, death: Death, by: str, why: str, until: date, now: datetime) -> int:
    """Puts a dead message back under a new epoch, to be sent on the day `until` at the latest, and gives the epoch.

    0 where it is dead no more.
    """
    still = and_(DELIVERY.c.id == death.id, DELIVERY.c.state.in_(GIVEN_UP), DELIVERY.c.epoch == death.epoch)
    fresh = {"state": DeliveryState.READY, "reason": None, "cause": None, "epoch": death.epoch + 1, "claims": 0}
    times = {"next_attempt_at": now, "expires": end_of(until), "ask_at": None, "asked": 0}
    if not connection.execute(update(DELIVERY).where(still).values(**fresh, **times)).rowcount:
        return 0
    row = {"city": city, "delivery": death.id, "epoch": death.epoch + 1, "by": by, "why": why, "was": death.said}
    connection.execute(insert(RESEND).values(**row, decided_at=now))
    return death.epoch + 1


def resends(connection: Connection, delivery: str) -> list[RowMapping]:
    statement = select(RESEND).where(RESEND.c.delivery == delivery).order_by(RESEND.c.epoch)
    return list(connection.execute(statement).mappings())
