"""Taking up a message, trying to send it, and what became of it: lease, fence, attempt, settlement.

At least once with a bounded number of copies. The attempt is a committed row before the first byte leaves; a message
whose attempt has no end is `unknown` and tried once more with the same bytes and the same Message-ID.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select, update

from db.delivery_words import WAITING, Alarm, DeliveryState, NoticeFate
from db.outbox import ATTEMPT, DELIVERY, DIGEST, EMPTY, NOTICE, delivery_row, insert_new

LEASE = timedelta(minutes=15)
"""Longer than the longest wait of any channel (the final dot of SMTP: 10 minutes)."""
RETRY_MINUTES = (5, 30, 60, 120, 240)
UNKNOWN_WAIT = timedelta(minutes=30)
PARKED_WAIT = timedelta(hours=1)
ASKS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=24), timedelta(hours=72))
"""How long after it was taken a message is asked about, where its other side reports."""
TWICE_UNKNOWN = "两次发出都没有等到回音，可能已经送达"


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    HALTED = "halted"


@dataclass(frozen=True)
class Claimed:
    """A message in our hands until `lease_until`; `fence` proves later that it still was.

    `lists`: it says what is still open beside what is new.
    """

    id: str
    channel: str
    recipient: str
    day: date
    fence: int
    lease_until: datetime
    frozen: Frozen | None
    lists: bool = False
    epoch: int = 0

    @property
    def wire_id(self) -> str:
        """Its name outside: the same for every try, another after it was sent again by hand."""
        return wire_id(self.id, self.epoch)


def wire_id(delivery: str, epoch: int) -> str:
    return f"{delivery}.{epoch}" if epoch else delivery


@dataclass(frozen=True)
class Frozen:
    subject: str
    text: str
    html: str
    at: datetime

    @property
    def sha(self) -> str:
        return hashlib.sha256("\0".join((self.subject, self.text, self.html)).encode()).hexdigest()


@dataclass(frozen=True)
class Ending:
    """How one try ended; `text` is already masked. `reports`: the other side says later what became of it."""

    outcome: Outcome
    phase: str
    code: str | None = None
    text: str | None = None
    reference: str | None = None
    reports: bool = False


def claim(
    connection: Connection,
    city: str,
    owner: str,
    now: datetime,
    channels: Collection[str],
    barred: Collection[str] = (),
) -> Claimed | None:
    """Takes up one message that is due, or None. Two claimers never hold the same one: compare and swap.

    Digests only of `channels` (those that may speak now), alarms of any, nothing of the `barred`.
    """
    speaks = or_(DELIVERY.c.channel.in_(channels), DELIVERY.c.seq > DIGEST)
    due = and_(DELIVERY.c.city == city, DELIVERY.c.state.in_(WAITING), DELIVERY.c.next_attempt_at <= now)
    statement = select(DELIVERY).where(due, speaks, DELIVERY.c.channel.notin_(barred))
    found = connection.execute(statement.order_by(DELIVERY.c.next_attempt_at, DELIVERY.c.id).limit(20))
    return next((taken for row in found.mappings().all() if (taken := _take(connection, row, owner, now))), None)


def _take(connection: Connection, row: RowMapping, owner: str, now: datetime) -> Claimed | None:
    unchanged = and_(DELIVERY.c.id == row["id"], DELIVERY.c.state == row["state"], DELIVERY.c.fence == row["fence"])
    fence, until = row["fence"] + 1, now + LEASE
    leased = {"state": DeliveryState.LEASED, "lease_owner": owner, "lease_until": until, "fence": fence}
    if not connection.execute(update(DELIVERY).where(unchanged).values(**leased)).rowcount:
        return None
    frozen = None
    if row["body_sha"]:
        frozen = Frozen(row["subject"], row["body_text"], row["body_html"], row["frozen_at"])
    lists = row["listed"] is not None
    return Claimed(row["id"], row["channel"], row["recipient"], row["day"], fence, until, frozen, lists, row["epoch"])


def alarm(
    connection: Connection,
    city: str,
    channels: Iterable[str],
    recipient: str,
    day: date,
    frozen: Frozen,
    now: datetime,
    about: Alarm = Alarm.ROUND,
) -> int:
    """A ready-made message to one recipient, outside the daily digest and its hours; once a day, channel and cause."""
    rows = [{**delivery_row(city, channel, recipient, day, about, now), **_body(frozen)} for channel in channels]
    return len(insert_new(connection, DELIVERY, rows, "id"))


def begin(connection: Connection, claimed: Claimed, frozen: Frozen, carrier: str, now: datetime) -> int:
    """Freezes the bytes and opens an attempt; its number. Commit before the first byte leaves.

    Raises NoResultFound where the lease was lost meanwhile.
    """
    ours = and_(_ours(claimed), DELIVERY.c.state == DeliveryState.LEASED, DELIVERY.c.lease_until > now)
    started = (
        update(DELIVERY)
        .where(ours)
        .values(
            state=DeliveryState.SENDING, attempts=DELIVERY.c.attempts + 1, **({} if claimed.frozen else _body(frozen))
        )
    )
    number: int = connection.execute(started.returning(DELIVERY.c.attempts)).scalar_one()
    connection.execute(insert(ATTEMPT).values(delivery=claimed.id, n=number, carrier=carrier, started_at=now))
    return number


def settle(connection: Connection, claimed: Claimed, number: int, ending: Ending, now: datetime) -> DeliveryState:
    """Writes down how the try ended and gives what became of the message. An acceptance is never taken back."""
    closed = {"outcome": ending.outcome, "phase": ending.phase, "code": ending.code, "text": ending.text}
    closed["reference"] = ending.reference
    one = and_(ATTEMPT.c.delivery == claimed.id, ATTEMPT.c.n == number)
    connection.execute(update(ATTEMPT).where(one).values(**closed, ended_at=now))
    values = _follows(_times(connection, claimed.id, ending.outcome), ending, now)
    holder = and_(_ours(claimed), DELIVERY.c.state == DeliveryState.SENDING)
    if ending.outcome is Outcome.ACCEPTED:
        # A lease that ran out during a slow acceptance has been called unknown meanwhile; now it is known.
        holder = or_(holder, and_(DELIVERY.c.id == claimed.id, DELIVERY.c.state == DeliveryState.UNKNOWN))
    connection.execute(update(DELIVERY).where(holder).values(**values, lease_until=None, lease_owner=None))
    if ending.outcome is Outcome.ACCEPTED:
        said = and_(NOTICE.c.delivery == claimed.id, NOTICE.c.state == NoticeFate.ATTACHED)
        connection.execute(update(NOTICE).where(said).values(state=NoticeFate.DONE))
    return DeliveryState(values["state"])


def give_back(connection: Connection, claimed: Claimed, state: DeliveryState, reason: str, until: datetime) -> None:
    """Ends a lease without a try: parked until an instant, dead, or void where nothing was left to say."""
    values = {"state": state, "reason": reason, "next_attempt_at": until, "lease_until": None, "lease_owner": None}
    leased = and_(_ours(claimed), DELIVERY.c.state == DeliveryState.LEASED)
    connection.execute(update(DELIVERY).where(leased).values(**values))


def void(connection: Connection, claimed: Claimed, now: datetime) -> None:
    give_back(connection, claimed, DeliveryState.VOID, EMPTY, now)


def recover(connection: Connection, city: str, now: datetime) -> int:
    """After a crash: a lease that ran out goes back where no try had begun; a try without an end is unknown."""
    expired = and_(DELIVERY.c.city == city, DELIVERY.c.lease_until <= now)
    free = {"lease_until": None, "lease_owner": None}
    back = update(DELIVERY).where(expired, DELIVERY.c.state == DeliveryState.LEASED)
    # To the end of the queue: a message that kills its sender must not stand in front of the others again.
    count = connection.execute(back.values(state=DeliveryState.READY, next_attempt_at=now, **free)).rowcount
    lost = select(DELIVERY.c.id, DELIVERY.c.attempts, DELIVERY.c.fence)
    lost = lost.where(expired, DELIVERY.c.state == DeliveryState.SENDING)
    for row in connection.execute(lost).all():
        ending = Ending(Outcome.UNKNOWN, "lease", "crash", "发送途中中断，不知道是否送出")
        claimed = Claimed(row.id, "", "", now.date(), row.fence, now, None)
        settle(connection, claimed, row.attempts, ending, now)
        count += 1
    return count


def _body(frozen: Frozen) -> dict[str, Any]:
    return {
        "subject": frozen.subject, "body_text": frozen.text, "body_html": frozen.html,
        "body_sha": frozen.sha, "frozen_at": frozen.at,
    }  # fmt: skip


def _ours(claimed: Claimed) -> Any:
    return and_(DELIVERY.c.id == claimed.id, DELIVERY.c.fence == claimed.fence)


def _times(connection: Connection, delivery: str, outcome: Outcome) -> int:
    statement = select(func.count()).where(ATTEMPT.c.delivery == delivery, ATTEMPT.c.outcome == outcome)
    return connection.scalar(statement) or 0


def _follows(times: int, ending: Ending, now: datetime) -> dict[str, Any]:
    """What an ending means for the message that ended this way `times` times, this one included."""
    reason = ending.text or ending.code
    match ending.outcome:
        case Outcome.ACCEPTED:
            asked = {"ask_at": now + ASKS[0] if ending.reports else None, "asked": 0}
            return {"state": DeliveryState.ACCEPTED, "accepted_at": now, "reason": None, **asked}
        case Outcome.PERMANENT:
            return {"state": DeliveryState.DEAD, "reason": reason or "被拒收"}
        case Outcome.HALTED:
            return {"state": DeliveryState.PARKED, "reason": reason or "通道暂停", "next_attempt_at": now + PARKED_WAIT}
        case Outcome.UNKNOWN if times > 1:
            return {"state": DeliveryState.DEAD, "reason": TWICE_UNKNOWN}
        case Outcome.UNKNOWN:
            return {"state": DeliveryState.UNKNOWN, "reason": reason, "next_attempt_at": now + UNKNOWN_WAIT}
        case Outcome.TEMPORARY:
            wait = timedelta(minutes=RETRY_MINUTES[min(times, len(RETRY_MINUTES)) - 1])
            return {"state": DeliveryState.RETRY_WAIT, "reason": reason, "next_attempt_at": now + wait}
