"""What the other sides report later: kept as it came, matched with its message, and what it means for that message.

Nothing overrides delivered. The same report twice, or reports in another order, end the same. A report of a message
nobody knows yet waits for it a day: it can be here before the try that caused it is written down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Connection, Table, and_, case, func, or_, select, type_coerce, update
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.deliveries import ASKS
from db.delivery_words import IN_HAND, DeliveryState, NoticeFate
from db.frozen import Frozen, kept
from db.outbox import ATTEMPT, DELIVERY, MENDED, NOTICE, insert_new

RECEIPT: Table = SQLModel.metadata.tables["receipt"]
BUFFERED = timedelta(hours=24)
"""How long a report waits for its message."""
SKEW = 600
"""Seconds that the other side's clock may be behind ours; no try follows another so soon after a failed report."""
RETRY = timedelta(minutes=60)
NO_INSTANT = datetime.fromtimestamp(0, UTC)
ID_LENGTH = 20


class Heard(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"
    DELAYED = "delayed"
    GARBLED = "garbled"


@dataclass(frozen=True)
class Reported:
    """One report of `provider`; `text` and `raw` are masked already. See ReceiptRow."""

    provider: str
    status: Heard
    reference: str = ""
    message: str = ""
    segment: int = 0
    code: str | None = None
    text: str | None = None
    raw: str = ""
    reported_at: datetime = NO_INSTANT


@dataclass(frozen=True)
class Ask:
    """A message whose other side is to be asked about it; `tried_at` is when it was taken up for the newest try."""

    delivery: str
    recipient: str
    carrier: str
    words: Frozen
    tried_at: datetime
    accepted_at: datetime
    asked: int
    epoch: int


def keep(connection: Connection, reports: Iterable[Reported], now: datetime) -> int:
    """Appends the reports not heard before and gives their number."""
    return len(insert_new(connection, RECEIPT, [{**asdict(report), "heard_at": now} for report in reports], "id"))


def apply(
    connection: Connection, city: str, now: datetime, again: Callable[[str | None], bool]
) -> Counter[DeliveryState]:
    """Gives every report that has found its message its effect; how many messages came to which state.

    `again` says of the code of a failed report whether one more try could help.
    """
    came: Counter[DeliveryState] = Counter()
    while found := {row["delivery"]: row for row in reversed(_found(connection, city, now))}:
        # of one message one report a turn: the next meets what this one has made of it
        if not sum(_given(connection, row, now, again, came) for row in found.values()):
            break
    return came


def _given(
    connection: Connection,
    found: dict[str, Any],
    now: datetime,
    again: Callable[[str | None], bool],
    came: Counter[DeliveryState],
) -> bool:
    """Whether one report had its effect; not where somebody else has just taken up the message."""
    values = _meaning(connection, found, DeliveryState(found["state"]), now, again)
    if values and not _moved(connection, found, values):
        return False
    known = {"delivery": found["delivery"], "attempt": found["attempt"]}
    connection.execute(update(RECEIPT).where(RECEIPT.c.id == found["id"]).values(**known))
    if values:
        came[values["state"]] += 1
        _tell_notices(connection, found["delivery"], values["state"])
    return True


def _found(connection: Connection, city: str, now: datetime) -> list[dict[str, Any]]:
    """Reports with their message: by the provider's number of one try, else by our own. Good news first; none that is in hand just now."""
    by_number = and_(
        RECEIPT.c.reference != "", ATTEMPT.c.carrier == RECEIPT.c.provider, ATTEMPT.c.reference == RECEIPT.c.reference
    )
    newest = ATTEMPT.alias("newest")
    # a name of ours may bear the number of a sending by hand behind it
    ours = func.coalesce(ATTEMPT.c.delivery, func.substr(RECEIPT.c.message, 1, ID_LENGTH))
    single, recent = DELIVERY.c.attempts == 1, _seconds(RECEIPT.c.reported_at) >= _seconds(newest.c.started_at) - SKEW
    attempt = func.coalesce(ATTEMPT.c.n, case((or_(single, recent), DELIVERY.c.attempts))).label("attempt")
    joined = (
        RECEIPT.outerjoin(ATTEMPT, by_number)
        .join(DELIVERY, DELIVERY.c.id == ours)
        .join(newest, and_(newest.c.delivery == DELIVERY.c.id, newest.c.n == DELIVERY.c.attempts))
    )
    columns = (
        RECEIPT.c.id, RECEIPT.c.status, RECEIPT.c.code, RECEIPT.c.text, DELIVERY.c.id.label("delivery"),
        DELIVERY.c.state, DELIVERY.c.fence, DELIVERY.c.attempts, DELIVERY.c.accepted_at, attempt,
    )  # fmt: skip
    waiting = RECEIPT.c.delivery.is_(None), RECEIPT.c.heard_at > now - BUFFERED, DELIVERY.c.city == city
    free = DELIVERY.c.state.notin_(IN_HAND)
    first = case((RECEIPT.c.status == Heard.DELIVERED, 0), else_=1)
    found = connection.execute(select(*columns).select_from(joined).where(*waiting, free).order_by(first, RECEIPT.c.id))
    return [dict(row) for row in found.mappings()]


def _seconds(column: Any) -> Any:
    return type_coerce(column, BigInteger)


def _meaning(
    connection: Connection,
    found: dict[str, Any],
    state: DeliveryState,
    now: datetime,
    again: Callable[[str | None], bool],
) -> dict[str, Any] | None:
    """What becomes of the message, or None where the report changes nothing."""
    if found["status"] == Heard.DELAYED:
        return None
    if found["status"] == Heard.DELIVERED:
        if state in (DeliveryState.DELIVERED, DeliveryState.VOID):
            return None
        accepted_at = found["accepted_at"] or now
        return {"state": DeliveryState.DELIVERED, "accepted_at": accepted_at, "reason": None, "ask_at": None}
    # a failure speaks of the newest try alone, and only while nothing better is known of it
    if state not in (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN) or found["attempt"] != found["attempts"]:
        return None
    reason = "：".join(filter(None, ("回执失败", found["code"] or found["text"])))
    if again(found["code"]) and not _failed_before(connection, found):
        return {"state": DeliveryState.RETRY_WAIT, "reason": reason, "next_attempt_at": now + RETRY, "ask_at": None}
    return {"state": DeliveryState.DEAD, "reason": reason, "ask_at": None}


def _failed_before(connection: Connection, found: dict[str, Any]) -> bool:
    earlier = and_(
        RECEIPT.c.delivery == found["delivery"],
        RECEIPT.c.status == Heard.FAILED,
        RECEIPT.c.attempt < found["attempts"],
    )
    return connection.scalar(select(RECEIPT.c.id).where(earlier).limit(1)) is not None


def _moved(connection: Connection, found: dict[str, Any], values: dict[str, Any]) -> bool:
    unchanged = and_(
        DELIVERY.c.id == found["delivery"], DELIVERY.c.state == found["state"], DELIVERY.c.fence == found["fence"]
    )
    return bool(connection.execute(update(DELIVERY).where(unchanged).values(**values)).rowcount)


def _tell_notices(connection: Connection, delivery: str, state: DeliveryState) -> None:
    """What it carries is said where it arrived, and not said where it did not; then what is settled is moot."""
    theirs = NOTICE.c.delivery == delivery
    if state is DeliveryState.DELIVERED:
        attached = and_(theirs, NOTICE.c.state == NoticeFate.ATTACHED)
        connection.execute(update(NOTICE).where(attached).values(state=NoticeFate.DONE, why_not=None))
        return
    done = and_(theirs, NOTICE.c.state == NoticeFate.DONE)
    moot = {"state": NoticeFate.SUPERSEDED, "why_not": MENDED}
    connection.execute(update(NOTICE).where(done, NOTICE.c.closed_at.is_not(None)).values(**moot))
    connection.execute(update(NOTICE).where(done).values(state=NoticeFate.ATTACHED))


def due(connection: Connection, city: str, now: datetime) -> list[Ask]:
    """The messages to be asked about now, longest waiting first."""
    newest = and_(ATTEMPT.c.delivery == DELIVERY.c.id, ATTEMPT.c.n == DELIVERY.c.attempts)
    waiting = and_(DELIVERY.c.city == city, DELIVERY.c.state == DeliveryState.ACCEPTED, DELIVERY.c.ask_at <= now)
    columns = (
        DELIVERY.c.id, DELIVERY.c.recipient, ATTEMPT.c.carrier, ATTEMPT.c.started_at, DELIVERY.c.accepted_at,
        DELIVERY.c.asked, DELIVERY.c.epoch,
    )  # fmt: skip
    statement = select(*columns).select_from(DELIVERY.join(ATTEMPT, newest)).where(waiting)
    rows = connection.execute(statement.order_by(DELIVERY.c.ask_at, DELIVERY.c.id)).all()
    words = kept(connection, [row.id for row in rows])
    return [Ask(row[0], row[1], row[2], words[row.id], *row[3:]) for row in rows]


def asked(connection: Connection, ask: Ask, now: datetime) -> None:
    """Sets when to ask next; those an outage has missed count as asked. After the last the message is unconfirmed."""
    to_come = [n for n, wait in enumerate(ASKS) if n > ask.asked and ask.accepted_at + wait > now]
    number = to_come[0] if to_come else len(ASKS)
    ask_at = ask.accepted_at + ASKS[number] if to_come else None
    one = and_(DELIVERY.c.id == ask.delivery, DELIVERY.c.state == DeliveryState.ACCEPTED)
    connection.execute(update(DELIVERY).where(one).values(asked=number, ask_at=ask_at))


def counts(connection: Connection, city: str, now: datetime) -> dict[str, int]:
    """How many messages arrived, wait for their report or never got one; how many reports belong to nothing of ours."""
    state = DELIVERY.c.state
    standing = case(
        (state == DeliveryState.DELIVERED, "delivered"),
        (and_(state == DeliveryState.ACCEPTED, DELIVERY.c.ask_at.is_not(None)), "awaited"),
        (and_(state == DeliveryState.ACCEPTED, DELIVERY.c.asked >= len(ASKS)), "unconfirmed"),
    ).label("standing")
    known = select(standing, func.count()).where(DELIVERY.c.city == city, standing.is_not(None)).group_by(standing)
    found = {name: number for name, number in connection.execute(known)}  # noqa: C416 - rows are no pairs for dict()
    astray = and_(RECEIPT.c.delivery.is_(None), RECEIPT.c.status != Heard.GARBLED)
    for name, which in {
        "buffered": and_(astray, RECEIPT.c.heard_at > now - BUFFERED),
        "strange": and_(astray, RECEIPT.c.heard_at <= now - BUFFERED),
        "delayed": RECEIPT.c.status == Heard.DELAYED,
        "garbled": RECEIPT.c.status == Heard.GARBLED,
    }.items():
        found[name] = connection.scalar(select(func.count()).select_from(RECEIPT).where(which)) or 0
    return found
