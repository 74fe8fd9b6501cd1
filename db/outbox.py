"""What is to be said, kept until it is said: issued once, withdrawn when moot, gathered into one message a working day.

Level-triggered: what should be said comes from the policy core each time; here the difference is made to what was
issued. Every notice that is not sent is a row with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, and_, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.delivery_words import UNSENT, DeliveryState, NoticeFate
from policy.calendar import civil_day, end_of
from policy.directory import Addressee
from policy.notices import Notice
from policy.verdict import Subject
from policy.words import NoticeState, Reason, Role, SubjectKind

NOTICE: Table = SQLModel.metadata.tables["notice"]
DELIVERY: Table = SQLModel.metadata.tables["delivery"]
ATTEMPT: Table = SQLModel.metadata.tables["attempt"]

DIGEST = 0
"""`seq` of the one digest of a working day."""
ALARM = 1
"""`seq` of the watchman's word."""

NOBODY = "没有登记责任人或责任单位"
MENDED = "事项已办结、改期或换人，不必再发"
NEWER = "已有更近一级的提醒"
DISSOLVED = "当日未能送出，内容并入下一个工作日的通知"
STALE = "当日未能送出，已经过时"
EMPTY = "内容均已了结，不必再发"

FATE_OF = {
    NoticeState.DUE: NoticeFate.PLANNED,
    NoticeState.SUPERSEDED: NoticeFate.SUPERSEDED,
    NoticeState.SUPPRESSED: NoticeFate.SUPPRESSED,
}


def issue(connection: Connection, city: str, notices: Iterable[Notice], round_id: int | None, now: datetime) -> int:
    """Keeps the notices that were not issued before and gives their number. Issuing twice adds nothing."""
    rows = [_row(city, notice, round_id, now) for notice in notices]
    return len(insert_new(connection, NOTICE, rows, "key"))


def issued_keys(connection: Connection, city: str, duties: Collection[str] | None = None) -> frozenset[str]:
    """The keys of everything issued so far, for these duties or (None) for the whole plan."""
    return frozenset(connection.scalars(select(NOTICE.c.key).where(NOTICE.c.city == city, *_about(duties))))


def cancel_moot(
    connection: Connection, city: str, wanted: Collection[str], duties: Collection[str] | None, now: datetime
) -> int:
    """Withdraws what is pending and no longer wanted, and gives its number.

    `wanted` are the keys of all notices in state due that should exist now for `duties` (None: the whole plan), issued
    before or not. Word that something was put right is an event and is never withdrawn. What is already frozen
    into a message stays.
    """
    keep = wanted if isinstance(wanted, set | frozenset) else set(wanted)
    pending = _pending(connection, city, duties)
    moot = [row for row in pending if row["key"] not in keep]
    followed = {_matter(row) for row in pending if row["key"] in keep}
    held = _hold(connection, {row["delivery"] for row in moot if row["delivery"]})
    moot = [row for row in moot if row["delivery"] is None or row["delivery"] in held]
    if moot:
        statement = update(NOTICE).where(NOTICE.c.id == bindparam("moot"), NOTICE.c.state == bindparam("was"))
        statement = statement.values(state=NoticeFate.SUPERSEDED, why_not=bindparam("why"))
        reasons = ((row, NEWER if _matter(row) in followed else MENDED) for row in moot)
        connection.execute(statement, [{"moot": row["id"], "was": row["state"], "why": why} for row, why in reasons])
        _void_empty(connection, held)
    return len(moot)


def attach(connection: Connection, city: str, day: date, now: datetime, channels: Sequence[str]) -> int:
    """Gathers what is due by `now` into one message per recipient and channel for the working day `day`.

    Whoever has a message of that day already waits for the next. Gives the number of new messages.
    """
    _dissolve(connection, city, now)
    due = _due(connection, city, day, now, channels)
    rows = [delivery_row(city, channel, recipient, day, DIGEST, now) for channel, recipient in due]
    fresh = set(insert_new(connection, DELIVERY, rows, "id"))
    taken = [{"to": row["id"], "over": row["channel"], "whom": row["recipient"]} for row in rows if row["id"] in fresh]
    if taken:
        statement = update(NOTICE).where(*_ready(city, now))
        statement = statement.where(NOTICE.c.channel == bindparam("over"), NOTICE.c.recipient == bindparam("whom"))
        connection.execute(statement.values(state=NoticeFate.ATTACHED, delivery=bindparam("to")), taken)
    return len(taken)


def content(connection: Connection, delivery: str) -> list[Notice]:
    """The notices a message carries, as the policy core spoke them; without those withdrawn since."""
    rows = connection.execute(
        select(NOTICE).where(NOTICE.c.delivery == delivery, NOTICE.c.state.in_([NoticeFate.ATTACHED, NoticeFate.DONE]))
    )
    return [_notice(row) for row in rows.mappings()]


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]], returning: str) -> list[Any]:
    """Inserts the rows that break no uniqueness and gives one column of those really inserted."""
    if not rows:
        return []
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c[returning])
    return list(connection.scalars(statement, rows))


def delivery_id(city: str, channel: str, recipient: str, day: date, seq: int) -> str:
    return hashlib.sha256(f"v1|{city}|{channel}|{recipient}|{day}|{seq}".encode()).hexdigest()[:20]


def delivery_row(city: str, channel: str, recipient: str, day: date, seq: int, now: datetime) -> dict[str, Any]:
    return {
        "id": delivery_id(city, channel, recipient, day, seq),
        "city": city, "channel": channel, "recipient": recipient, "day": day, "seq": seq,
        "state": DeliveryState.READY, "attempts": 0, "fence": 0,
        "next_attempt_at": now, "expires": end_of(max(day, civil_day(now))), "created_at": now,
    }  # fmt: skip


def _row(city: str, notice: Notice, round_id: int | None, now: datetime) -> dict[str, Any]:
    recipient = recipient_of(notice.to)
    fate, why_not = FATE_OF[notice.state], notice.why_not
    if recipient is None and fate is NoticeFate.PLANNED:
        fate, why_not = NoticeFate.SUPPRESSED, NOBODY
    return {
        "city": city, "key": notice.key, "state": fate, "why_not": why_not,
        "reason": notice.reason, "rung": notice.rung, "clause": notice.clause, "duty": notice.duty,
        "kind": notice.subject.kind, "subject": notice.subject.code, "subject_name": notice.subject.name,
        "subject_unit": notice.subject.unit, "period": notice.period, "due": notice.due,
        "role": notice.to.role, "unit": notice.to.unit, "person": notice.to.person, "recipient": recipient,
        "channel": notice.channel, "not_before": notice.not_before, "text": notice.text,
        "round": round_id, "created_at": now,
    }  # fmt: skip


def recipient_of(to: Addressee) -> str | None:
    """A person before an institution; None where neither is known."""
    if to.person:
        return f"person:{to.person}"
    return f"unit:{to.unit}" if to.unit else None


def _notice(row: RowMapping) -> Notice:
    return Notice(
        key=row["key"],
        reason=Reason(row["reason"]),
        rung=row["rung"],
        clause=row["clause"],
        duty=row["duty"],
        subject=Subject(SubjectKind(row["kind"]), row["subject"], row["subject_name"], row["subject_unit"]),
        period=row["period"],
        due=row["due"],
        to=Addressee(Role(row["role"]), row["unit"], row["person"]),
        channel=row["channel"],
        not_before=row["not_before"],
        text=row["text"],
    )


def _pending(connection: Connection, city: str, duties: Collection[str] | None) -> Sequence[RowMapping]:
    """Planned, or attached to a message that nobody has begun to send."""
    unfrozen = exists().where(DELIVERY.c.id == NOTICE.c.delivery, *_untouched())
    wanted = ("id", "key", "state", "delivery", "duty", "subject", "period", "recipient")
    statement = select(*(NOTICE.c[name] for name in wanted)).where(
        NOTICE.c.city == city,
        *_about(duties),
        NOTICE.c.reason != Reason.RESOLVED,
        (NOTICE.c.state == NoticeFate.PLANNED) | and_(NOTICE.c.state == NoticeFate.ATTACHED, unfrozen),
    )
    return connection.execute(statement).mappings().all()


def _about(duties: Collection[str] | None) -> tuple[Any, ...]:
    return () if duties is None else (NOTICE.c.duty.in_(duties),)


def _matter(row: RowMapping) -> tuple[str, ...]:
    return row["duty"], row["subject"], row["period"], row["recipient"]


def _untouched() -> tuple[Any, ...]:
    return DELIVERY.c.body_sha.is_(None), DELIVERY.c.state == DeliveryState.READY


def _hold(connection: Connection, deliveries: Collection[str]) -> set[str]:
    """Locks the messages nobody has taken up, so that none is frozen while its notices are withdrawn."""
    statement = select(DELIVERY.c.id).where(DELIVERY.c.id.in_(deliveries), *_untouched()).with_for_update()
    return set(connection.scalars(statement)) if deliveries else set()


def _void_empty(connection: Connection, deliveries: Iterable[str]) -> None:
    left = exists().where(NOTICE.c.delivery == DELIVERY.c.id, NOTICE.c.state == NoticeFate.ATTACHED)
    for delivery in deliveries:
        connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.id == delivery, DELIVERY.c.state == DeliveryState.READY, ~left)
            .values(state=DeliveryState.VOID, reason=EMPTY)
        )


def _dissolve(connection: Connection, city: str, now: datetime) -> None:
    """What surely reached nobody on its day is said in the next day's message instead: one message a day stays true."""
    perhaps = exists().where(ATTEMPT.c.delivery == DELIVERY.c.id, ATTEMPT.c.outcome == "unknown")
    late = and_(DELIVERY.c.city == city, DELIVERY.c.expires <= now, DELIVERY.c.state.in_(UNSENT), ~perhaps)
    stale = update(DELIVERY).where(late, DELIVERY.c.seq > DIGEST)
    connection.execute(stale.values(state=DeliveryState.DEAD, reason=STALE))
    digests = update(DELIVERY).where(late, DELIVERY.c.seq == DIGEST)
    voided = digests.values(state=DeliveryState.VOID, reason=DISSOLVED).returning(DELIVERY.c.id)
    expired = connection.scalars(voided).all()
    if expired:
        back = update(NOTICE).where(NOTICE.c.delivery == bindparam("old"), NOTICE.c.state == NoticeFate.ATTACHED)
        connection.execute(back.values(state=NoticeFate.PLANNED, delivery=None), [{"old": one} for one in expired])


def _ready(city: str, now: datetime) -> tuple[Any, ...]:
    return NOTICE.c.city == city, NOTICE.c.state == NoticeFate.PLANNED, NOTICE.c.not_before <= now


def _due(connection: Connection, city: str, day: date, now: datetime, channels: Sequence[str]) -> list[tuple[str, str]]:
    had = exists().where(
        DELIVERY.c.city == city,
        DELIVERY.c.channel == NOTICE.c.channel,
        DELIVERY.c.recipient == NOTICE.c.recipient,
        DELIVERY.c.day == day,
        DELIVERY.c.seq == DIGEST,
    )
    statement = select(NOTICE.c.channel, NOTICE.c.recipient).distinct()
    statement = statement.where(*_ready(city, now), NOTICE.c.channel.in_(channels), ~had)
    return [(channel, recipient) for channel, recipient in connection.execute(statement)]
