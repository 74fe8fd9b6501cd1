"""What the send journal is made of, and what it means when it is brought back: messages taken since a backup.

The journal itself is a file outside the database (tasks/journal.py); a line of it is an Entry, ids only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, func, select, update
from sqlmodel import SQLModel

from db.delivery_words import DeliveryState, NoticeFate
from db.outbox import ATTEMPT, DELIVERY, NOTICE, delivery_row, insert_new

SAID: Table = SQLModel.metadata.tables["said_before"]
CHUNK = 500
OF_THE_MESSAGE = (
    "id", "city", "channel", "recipient", "day", "seq", "epoch", "accepted_at", "body_sha", "listed",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A message that was taken at `at`, `reference` being the taker's own number of it. `epoch` counts the times somebody had it sent anew, `sha` is the hash of its
    bytes, `notices` the keys it carried."""

    delivery: str
    city: str
    channel: str
    recipient: str
    day: date
    seq: int
    epoch: int
    at: datetime
    sha: str
    carrier: str
    reference: str | None
    listed: str | None
    notices: tuple[str, ...]


_THESE: BindParameter[Any] = bindparam("these", expanding=True)
_NEXT = (
    select(*(DELIVERY.c[name] for name in OF_THE_MESSAGE))
    .where(DELIVERY.c.accepted_at.is_not(None), DELIVERY.c.journaled_at.is_(None))
    .order_by(DELIVERY.c.accepted_at, DELIVERY.c.id)
    .limit(CHUNK)
)
_CARRIED = (
    select(NOTICE.c.delivery, NOTICE.c.key)
    .where(NOTICE.c.delivery.in_(_THESE), NOTICE.c.state == NoticeFate.DONE)
    .order_by(NOTICE.c.id)
)
_TRIES = (
    select(ATTEMPT.c.delivery, ATTEMPT.c.carrier, ATTEMPT.c.reference)
    .where(ATTEMPT.c.delivery.in_(_THESE))
    .order_by(ATTEMPT.c.n)
)
_MARK = update(DELIVERY).where(DELIVERY.c.id.in_(_THESE)).values(journaled_at=bindparam("at"))
_TAKEN = select(DELIVERY.c.id).where(DELIVERY.c.id.in_(_THESE), DELIVERY.c.accepted_at.is_not(None))


def unjournaled(connection: Connection) -> list[Entry]:
    """The next messages that were taken and that the journal does not have."""
    rows = connection.execute(_NEXT).mappings().all()
    ids = [row["id"] for row in rows]
    carried, carriers = _carried(connection, ids), _carriers(connection, ids)
    return [
        Entry(
            row["id"], row["city"], row["channel"], row["recipient"], row["day"], row["seq"], row["epoch"], row["accepted_at"],
            row["body_sha"], *carriers.get(row["id"], ("", None)), row["listed"], tuple(carried[row["id"]]),
        )
        for row in rows
    ]  # fmt: skip


def _carried(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for delivery, key in connection.execute(_CARRIED, {"these": ids}):
        found[delivery].append(key)
    return found


def _carriers(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """The channel that really took each, by its last try, and the provider's own number of it."""
    found = connection.execute(_TRIES, {"these": ids}).tuples()
    return {delivery: (carrier, reference) for delivery, carrier, reference in found}


def mark(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """The journal has them."""
    connection.execute(_MARK, {"these": [entry.delivery for entry in entries], "at": now})


def newest(connection: Connection) -> str | None:
    """A message of those that were written into the journal last, as far as the ledger knows."""
    written = select(DELIVERY.c.id).where(DELIVERY.c.journaled_at.is_not(None))
    found: str | None = connection.scalar(written.order_by(DELIVERY.c.journaled_at.desc()).limit(1))
    return found


def taken(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of these messages that the ledger knows to have been taken."""
    return set(connection.scalars(_TAKEN, {"these": list(ids)}))


def forget(connection: Connection) -> None:
    """There is no journal any more: the next one has to hold everything."""
    connection.execute(update(DELIVERY).values(journaled_at=None))


def any_taken(connection: Connection) -> bool:
    return connection.scalar(select(func.max(DELIVERY.c.accepted_at))) is not None


def bring_in(connection: Connection, entries: Sequence[Entry], now: datetime) -> int:
    """Takes over what the ledger does not know to have been taken, and gives its number: none of it goes out again.

    A notice the ledger does not hold yet is done as soon as a round issues it (settle_said).
    """
    fresh = list(_unknown(connection, entries))
    if not fresh:
        return 0
    insert_new(connection, DELIVERY, [_row(entry, now) for entry in fresh], "id")
    taken_up = (
        "state",
        "epoch",
        "accepted_at",
        "body_sha",
        "listed",
        "journaled_at",
        "reason",
        "lease_until",
        "lease_owner",
    )
    one = update(DELIVERY).where(DELIVERY.c.id == bindparam("one"))
    values: dict[str, Any] = {name: bindparam(f"its_{name}") for name in taken_up}
    rows = [{**_row(entry, now), "lease_until": None, "lease_owner": None, "reason": None} for entry in fresh]
    connection.execute(
        one.values(**values), [{"one": row["id"], **{f"its_{n}": row[n] for n in taken_up}} for row in rows]
    )
    loose = update(NOTICE).where(NOTICE.c.delivery == bindparam("one"), NOTICE.c.state == NoticeFate.ATTACHED)
    connection.execute(loose.values(state=NoticeFate.PLANNED, delivery=None), [{"one": row["id"]} for row in rows])
    said = [{"key": key, "delivery": entry.delivery} for entry in fresh for key in entry.notices]
    insert_new(connection, SAID, said, "key")
    settle_said(connection)
    return len(fresh)


def _unknown(connection: Connection, entries: Sequence[Entry]) -> Iterator[Entry]:
    for first in range(0, len(entries), CHUNK):
        some = entries[first : first + CHUNK]
        known = taken(connection, [entry.delivery for entry in some])
        yield from {entry.delivery: entry for entry in some if entry.delivery not in known}.values()


def _row(entry: Entry, now: datetime) -> dict[str, Any]:
    row = delivery_row(entry.city, entry.channel, entry.recipient, entry.day, entry.seq, entry.at)
    return {
        **row, "id": entry.delivery, "state": DeliveryState.ACCEPTED, "accepted_at": entry.at, "body_sha": entry.sha,
        "listed": entry.listed, "journaled_at": now, "epoch": entry.epoch,
    }  # fmt: skip


def settle_said(connection: Connection) -> None:
    """What a journal says was said is done, as soon as the ledger holds it."""
    if connection.scalar(select(SAID.c.key).limit(1)) is None:
        return
    message = select(SAID.c.delivery).where(SAID.c.key == NOTICE.c.key).scalar_subquery()
    said = update(NOTICE).where(NOTICE.c.key.in_(select(SAID.c.key)))
    connection.execute(said.values(state=NoticeFate.DONE, delivery=message, why_not=None))
    connection.execute(delete(SAID).where(SAID.c.key.in_(select(NOTICE.c.key))))
