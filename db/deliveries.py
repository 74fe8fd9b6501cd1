"""Taking up messages, trying to send them, and what became of each: lease, fence, attempt, settlement.

At least once with a bounded number of copies. A batch is frozen and its attempts are written in one commit before the
first byte leaves, then sent in its order and settled one by one: an acceptance is closed on its try, one page for the
disk, and what follows from it is written for the whole batch at its end. Of a batch that breaks off only the first
message whose try is open may have left; the others surely did not (db/recovery.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, and_, bindparam, delete, func, select, text, update

from db import frozen
from db.bulk import append, run_each
from db.columns import second_of
from db.delivery_words import IN_HAND, Alarm, DeliveryState, NoticeFate, Outcome
from db.frozen import Frozen
from db.outbox import ATTEMPT, DELIVERY, DIGEST, NOTICE, delivery_row, insert_new, withdrawn
from db.outbox_models import DUE

LEASE = timedelta(minutes=20)
"""Longer than a batch is worked on and then the longest wait of any channel (e-mail: 17 minutes)."""
RETRY_MINUTES = (5, 30, 60, 120, 240)
UNKNOWN_WAIT = timedelta(minutes=30)
PARKED_WAIT = timedelta(hours=1)
ASKS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=24), timedelta(hours=72))
"""How long after it was taken a message is asked about, where its other side reports."""
TWICE_UNKNOWN = "两次发出都没有等到回音，可能已经送达；所载事项并入下一封通知"
OF_A_CLAIM = (
    "id", "channel", "recipient", "day", "fence", "body_sha", "listed", "state", "attempts", "seq", "epoch",
)  # fmt: skip
FREE = {"lease_until": None, "lease_owner": None, "place": None}


@dataclass(frozen=True)
class Claimed:
    """A message in our hands until `lease_until`; `fence` proves later that it still was.

    `state` is what it was in before, `attempts` the tries before this one. `lists`: it says what is still open beside
    what is new. `urgent`: no digest, so it is bound to no hours.
    """

    id: str
    channel: str
    recipient: str
    day: date
    fence: int
    lease_until: datetime
    frozen: Frozen | None
    lists: bool = False
    state: DeliveryState = DeliveryState.READY
    attempts: int = 0
    urgent: bool = False
    epoch: int = 0

    @property
    def number(self) -> int:
        """Of the try that follows."""
        return self.attempts + 1

    @property
    def wire_id(self) -> str:
        """Its name outside: the same for every try, another after it was sent again by hand."""
        return wire_id(self.id, self.epoch)


def wire_id(delivery: str, epoch: int) -> str:
    return f"{delivery}.{epoch}" if epoch else delivery


@dataclass(frozen=True)
class Ending:
    """How one try ended; `text` is already masked. `until`: when it is looked at again, None for the schedule.

    `rests`: how long the whole channel has to. `slows`: it is to get less for a while. `reports`: the other side says
    later what became of it.
    """

    outcome: Outcome
    phase: str
    code: str | None = None
    text: str | None = None
    reference: str | None = None
    reports: bool = False
    until: datetime | None = None
    rests: timedelta | None = None
    slows: bool = False


class Tried(NamedTuple):
    """A try of a message by its number, and how it ended at `at`."""

    delivery: str
    number: int
    ending: Ending
    at: datetime


class Taken(NamedTuple):
    """A message whose acceptance at `at` is closed on its try, held under `fence`. `reports` as in Ending."""

    id: str
    fence: int
    at: datetime
    reports: bool


class LeaseLost(Exception):
    """Somebody else has taken over what was in our hands."""


# Put together once: a statement of many parts takes longer to build than to run.
_IS_DUE = and_(DELIVERY.c.city == bindparam("of"), text(DUE), DELIVERY.c.next_attempt_at <= bindparam("now"))
_ON_CHANNEL = and_(_IS_DUE, DELIVERY.c.channel == bindparam("on"))
_CHANNELS = select(DELIVERY.c.channel).where(_IS_DUE).distinct()
_COUNT = select(func.count()).select_from(
    select(DELIVERY.c.id).where(_ON_CHANNEL).limit(bindparam("most", type_=Integer)).subquery()
)
_IN_ORDER = DELIVERY.c.next_attempt_at, DELIVERY.c.precedence, DELIVERY.c.id
_NEXT = (
    select(*(DELIVERY.c[name] for name in OF_A_CLAIM))
    .where(_ON_CHANNEL, DELIVERY.c.seq >= bindparam("from_seq"))
    .order_by(*_IN_ORDER)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_FRESH, _LEFT = _NEXT.where(DELIVERY.c.claims == 0), _NEXT.where(DELIVERY.c.claims > 0)
_TAKE = (
    update(DELIVERY)
    .where(DELIVERY.c.id.in_(bindparam("these", expanding=True)))
    .values(
        state=DeliveryState.LEASED, lease_owner=bindparam("owner"), lease_until=bindparam("until"),
        fence=DELIVERY.c.fence + 1, claims=DELIVERY.c.claims + 1,
    )
)  # fmt: skip
_CARRIED = NOTICE.c.delivery.in_(bindparam("these", expanding=True)), NOTICE.c.state == NoticeFate.ATTACHED
_WITHDRAW = withdrawn(*_CARRIED)
_SAID = update(NOTICE).where(*_CARRIED).values(state=NoticeFate.DONE, why_not=None)


def waiting_channels(connection: Connection, city: str, now: datetime) -> set[str]:
    """The channels on which something is due."""
    return set(connection.scalars(_CHANNELS, {"of": city, "now": now}))


def waiting(connection: Connection, city: str, channel: str, now: datetime, most: int) -> int:
    """How much is due on a channel, counted up to `most`."""
    return connection.scalar(_COUNT, {"of": city, "on": channel, "now": now, "most": most}) or 0


def senders(connection: Connection, city: str, channel: str, now: datetime) -> int:
    """How many have messages of a channel in hand."""
    held = DELIVERY.c.state.in_(IN_HAND), DELIVERY.c.lease_until > now
    statement = select(func.count(DELIVERY.c.lease_owner.distinct()))
    return connection.scalar(statement.where(DELIVERY.c.city == city, DELIVERY.c.channel == channel, *held)) or 0


def claim(
    connection: Connection,
    city: str,
    owner: str,
    now: datetime,
    channel: str,
    *,
    hours: bool,
    most: int,
    lease: timedelta = LEASE,
) -> list[Claimed]:
    """Takes up to `most` messages that are due on a channel; outside its `hours` alarms only.

    Two claimers never hold the same one. What was in the hands of a process that died is taken up last and alone, so
    that what kills its sender kills nobody else's message.
    """
    due = {"of": city, "on": channel, "now": now, "from_seq": DIGEST if hours else DIGEST + 1}
    found = connection.execute(_FRESH, {**due, "most": most}).mappings().all()
    found = found or connection.execute(_LEFT, {**due, "most": 1}).mappings().all()
    if not found:
        return []
    these, until = [row["id"] for row in found], now + lease
    connection.execute(_TAKE, {"these": these, "owner": owner, "until": until})
    words = frozen.kept(connection, [row["id"] for row in found if row["body_sha"]])
    connection.execute(_WITHDRAW, {"these": [row["id"] for row in found if row["id"] not in words]})
    return [claimed(row, row["fence"] + 1, until, words.get(row["id"])) for row in found]


def claimed(row: Mapping[Any, Any], fence: int, until: datetime, words: Frozen | None) -> Claimed:
    """The message of a row, held until an instant, with its bytes where it has any."""
    return Claimed(
        row["id"], row["channel"], row["recipient"], row["day"], fence, until, words, row["listed"] is not None,
        DeliveryState(row["state"]), row["attempts"], row["seq"] > DIGEST, row["epoch"],
    )  # fmt: skip


def alarm(
    connection: Connection,
    city: str,
    channels: Iterable[str],
    recipient: str,
    day: date,
    words: Frozen,
    now: datetime,
    about: int = Alarm.ROUND,
) -> int:
    """A ready-made message to one recipient, outside the daily digest and its hours; once a day, channel and cause."""
    rows = [{**delivery_row(city, channel, recipient, day, about, now), **words.marks} for channel in channels]
    new = insert_new(connection, DELIVERY, rows, "id")
    frozen.keep(connection, [(one, words) for one in new])
    return len(new)


def begin(connection: Connection, batch: Sequence[tuple[Claimed, Frozen]], carrier: str, now: datetime) -> None:
    """Freezes the bytes of a batch in its order and opens an attempt for each. Commit before the first byte leaves.

    Raises LeaseLost where one of them is no longer ours; then none is begun.
    """
    at = second_of(now)
    rows = [
        {"sha": words.sha, "frozen_at": second_of(words.at), "one": one.id, "held": one.fence, "place": place, "at": at}
        for place, (one, words) in enumerate(batch)
    ]
    if run_each(connection, _FREEZE, rows) != len(batch):
        raise LeaseLost
    frozen.keep(connection, ((one.id, words) for one, words in batch if one.frozen is None))
    tries = [(one.id, one.number, carrier, at) for one, _ in batch]
    append(connection, "attempt", ("delivery", "n", "carrier", "started_at"), tries)


def still_ours(connection: Connection, claimed: Claimed, now: datetime) -> bool:
    held = select(DELIVERY.c.id).where(_ours(claimed), DELIVERY.c.lease_until > now)
    return connection.execute(held).first() is not None


def settle(connection: Connection, claimed: Claimed, number: int, ending: Ending, now: datetime) -> DeliveryState:
    """Writes down how the try ended and gives what became of the message. An acceptance is never taken back."""
    lock(connection, claimed.id)
    close(connection, [Tried(claimed.id, number, ending, now)])
    if ending.outcome is Outcome.ACCEPTED:
        accept(connection, [Taken(claimed.id, claimed.fence, now, ending.reports)])
        return DeliveryState.ACCEPTED
    values = _follows(_times(connection, claimed.id, ending.outcome), ending, now)
    holder = and_(_ours(claimed), DELIVERY.c.state == DeliveryState.SENDING)
    ended = connection.execute(update(DELIVERY).where(holder).values(**values, **FREE, claims=0))
    if ended.rowcount and values["reason"] == TWICE_UNKNOWN:
        put_back(connection, claimed.id)
    return DeliveryState(values["state"])


def lock(connection: Connection, delivery: str) -> None:
    """A message before its tries, as everybody has them: of two who waited for each other one would fail (PostgreSQL)."""
    connection.execute(select(DELIVERY.c.id).where(DELIVERY.c.id == delivery).with_for_update())


def close(connection: Connection, tries: Sequence[Tried], run: Callable[..., int] = run_each) -> None:
    """How they ended, on the tries alone, by `run` of db/bulk.py. None accepted is sent again; `accept` has to follow."""
    numbered = any(one.ending.reference for one in tries)  # else its index is not touched
    run(connection, _CLOSE_NUMBERED if numbered else _CLOSE, [_closed(one) for one in tries])


def _closed(one: Tried) -> dict[str, Any]:
    ending = one.ending
    return {
        "one": one.delivery, "number": one.number, "ended_at": second_of(one.at), "outcome": ending.outcome,
        "phase": ending.phase, "code": ending.code, "text": ending.text, "reference": ending.reference,
    }  # fmt: skip


def accept(connection: Connection, taken: Sequence[Taken]) -> None:
    """These were taken, and so what they carry is said."""
    run_each(connection, _ACCEPT, [
        {"one": one.id, "held": one.fence, "at": second_of(one.at), "ask_at": _asked_first(one)} for one in taken
    ])  # fmt: skip
    connection.execute(_SAID, {"these": [one.id for one in taken]})


def _asked_first(one: Taken) -> int | None:
    return second_of(one.at + ASKS[0]) if one.reports else None


_FREEZE = f"""
    UPDATE delivery SET state = '{DeliveryState.SENDING}', attempts = attempts + 1, place = :place,
        body_sha = :sha, frozen_at = :frozen_at
    WHERE id = :one AND fence = :held AND state = '{DeliveryState.LEASED}' AND lease_until > :at
"""
_CLOSE = """
    UPDATE attempt SET ended_at = :ended_at, outcome = :outcome, phase = :phase, code = :code, text = :text
    WHERE delivery = :one AND n = :number
"""
_CLOSE_NUMBERED = _CLOSE.replace("SET", "SET reference = :reference,")
# A lease that ran out during a slow acceptance has been called unknown meanwhile; now it is known.
_ACCEPT = f"""
    UPDATE delivery SET state = '{DeliveryState.ACCEPTED}', accepted_at = :at, ask_at = :ask_at, asked = 0,
        reason = NULL, claims = 0, lease_until = NULL, lease_owner = NULL, place = NULL
    WHERE id = :one
        AND (fence = :held AND state = '{DeliveryState.SENDING}' OR state = '{DeliveryState.UNKNOWN}')
"""


def put_back(connection: Connection, delivery: str, **changes: Any) -> None:
    """The notices of a message that will not be sent again go into the person's next one."""
    theirs = and_(NOTICE.c.delivery == delivery, NOTICE.c.state == NoticeFate.ATTACHED)
    connection.execute(update(NOTICE).where(theirs).values(state=NoticeFate.PLANNED, delivery=None, **changes))


def release(
    connection: Connection,
    batch: Iterable[Claimed],
    state: DeliveryState | None = None,
    reason: str | None = None,
    until: datetime | None = None,
) -> None:
    """Ends leases without a try: back to what each was in, or parked until an instant, or void, or quarantined.

    What may have arrived stays unknown. Words nobody has tried to send are thawed: they may be withdrawn meanwhile.
    """
    for claimed in batch:
        stays = state is None or claimed.state is DeliveryState.UNKNOWN
        values: dict[str, Any] = {"state": claimed.state if stays else state, "reason": reason, "claims": 0, **FREE}
        values |= {"attempts": claimed.attempts, **({"next_attempt_at": until} if until else {})}
        if claimed.frozen is None:
            values |= frozen.THAWED
        held = and_(_ours(claimed), DELIVERY.c.state.in_(IN_HAND))
        if connection.execute(update(DELIVERY).where(held).values(**values)).rowcount:
            unbegun = and_(ATTEMPT.c.delivery == claimed.id, ATTEMPT.c.n == claimed.number, ATTEMPT.c.outcome.is_(None))
            connection.execute(delete(ATTEMPT).where(unbegun))
            if claimed.frozen is None:
                frozen.thaw(connection, claimed.id)


def park(
    connection: Connection,
    city: str,
    channel: str,
    reason: str,
    until: datetime,
    *,
    digests: bool = False,
    spread: timedelta = timedelta(),
) -> None:
    """What waits on a channel waits until an instant and says why; with a `spread`, each a little longer than that."""
    idle = and_(DELIVERY.c.city == city, DELIVERY.c.channel == channel, DELIVERY.c.next_attempt_at < until)
    states = DELIVERY.c.state.in_([DeliveryState.READY, DeliveryState.RETRY_WAIT, DeliveryState.PARKED])
    which = (DELIVERY.c.seq == DIGEST,) if digests else ()
    ordered = select(DELIVERY.c.id).where(idle, states, *which).order_by(*_IN_ORDER)
    waiting = connection.scalars(ordered.with_for_update()).all()
    if waiting:
        parked = update(DELIVERY).where(DELIVERY.c.id == bindparam("one"))
        parked = parked.values(state=DeliveryState.PARKED, reason=reason)
        gap = spread / len(waiting)
        later = [{"one": one, "next_attempt_at": until + gap * before} for before, one in enumerate(waiting)]
        connection.execute(parked, later)


def _ours(claimed: Claimed) -> Any:
    return and_(DELIVERY.c.id == claimed.id, DELIVERY.c.fence == claimed.fence)


def _times(connection: Connection, delivery: str, outcome: Outcome) -> int:
    statement = select(func.count()).where(ATTEMPT.c.delivery == delivery, ATTEMPT.c.outcome == outcome)
    return connection.scalar(statement) or 0


def _follows(times: int, ending: Ending, now: datetime) -> dict[str, Any]:
    """What an ending means for the message that ended this way `times` times, this one included."""
    reason = ending.text or ending.code
    match ending.outcome:
        case Outcome.PERMANENT:
            return {"state": DeliveryState.DEAD, "reason": reason or "被拒收"}
        case Outcome.UNKNOWN if times > 1:
            return {"state": DeliveryState.DEAD, "reason": TWICE_UNKNOWN}
        case Outcome.UNKNOWN:
            later = {"state": DeliveryState.UNKNOWN, "reason": reason}
            return {**later, "next_attempt_at": ending.until or now + UNKNOWN_WAIT}
        case Outcome.TEMPORARY:
            wait = timedelta(minutes=RETRY_MINUTES[min(times, len(RETRY_MINUTES)) - 1])
            return {"state": DeliveryState.RETRY_WAIT, "reason": reason, "next_attempt_at": now + wait}
        case _:
            parked = {"state": DeliveryState.PARKED, "reason": reason or "通道暂停"}
            return {**parked, "next_attempt_at": ending.until or now + PARKED_WAIT}
