"""What is to be said, kept until it is said: issued once, withdrawn when moot, gathered into one message a working day.

Level-triggered: what should be said comes from the policy core each time; here the difference is made to what was
issued. Every notice that is not sent is a row with its reason.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, Update, and_, bindparam, exists, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.bulk import append_new, batches, run_each, staged
from db.columns import day_number, second_of
from db.delivery_words import UNSENT, DeliveryState, NoticeFate
from db.levers import put_off
from db.on_file import PENDING_NOW, OnFile
from db.outbox_models import PLANNED
from db.pace import Pace, below_unheard, is_lowest
from db.precedence import NO_DEADLINE, Oldest, Whom, in_order
from policy.calendar import civil_day, end_of
from policy.directory import Addressee
from policy.notices import Call, Notice
from policy.verdict import Subject
from policy.word import Word
from policy.words import NoticeState, Reason, Role, SubjectKind

NOTICE: Table = SQLModel.metadata.tables["notice"]
DELIVERY: Table = SQLModel.metadata.tables["delivery"]
ATTEMPT: Table = SQLModel.metadata.tables["attempt"]

DIGEST = 0
"""`seq` of the one digest of a working day; alarms have others (db.delivery_words.Alarm)."""

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
MANY, CHUNK = 200, 20_000
"""Rows from which on they are copied in, and rows put in at once."""


def issue(
    connection: Connection, city: str, notices: Iterable[Notice | Call], round_id: int | None, now: datetime
) -> int:
    """Keeps the notices that were not issued before and gives their number. Issuing twice adds nothing."""
    rows = _rows(city, notices, round_id, now)
    return sum(append_new(connection, "notice", COLUMNS, some) for some in batches(rows, CHUNK))


def cancel_moot(connection: Connection, city: str, filed: OnFile, wanted: Collection[str]) -> int:
    """Withdraws what is pending and no longer wanted, and gives its number.

    `wanted` are the keys of all notices in state due that should exist now, issued before or not; `filed` is what was on
    file for the same duties. Word that something was put right is an event and is never
    withdrawn. What is in a message that somebody has in hand, or that was tried, is only marked: it is withdrawn if it
    comes back.
    """
    keep = wanted if isinstance(wanted, Set) else set(wanted)
    concerned = filed.pending.difference(keep) | filed.marked
    if not concerned:
        return 0
    about_them = list(_about_the_same(connection, city, concerned))
    moot = [row for row in about_them if row["key"] not in keep]
    followed = {_matter(row) for row in about_them if row["key"] in keep}
    held = _hold(connection, {row["delivery"] for row in moot if row["delivery"]})
    free = [row for row in moot if _free(row, held)]
    becomes = [_becomes(row, NoticeFate.SUPERSEDED, why_moot(_matter(row), followed)) for row in free]
    in_hand = [row for row in moot if not (_free(row, held) or row["why_not"])]
    becomes += [_becomes(row, row["state"], why_moot(_matter(row), followed)) for row in in_hand]
    becomes += [_becomes(row, row["state"], None) for row in about_them if row["why_not"] and row["key"] in keep]
    if becomes:
        connection.execute(_BECOMES, becomes)
        _void_empty(connection, held)
    return len(free)


def _free(row: RowMapping, held: Collection[str]) -> bool:
    return row["delivery"] is None or row["delivery"] in held


def _becomes(row: RowMapping, state: str, why_not: str | None) -> dict[str, Any]:
    return {"one": row["id"], "was": row["state"], "becomes": state, "why": why_not}


_BECOMES = (
    update(NOTICE)
    .where(NOTICE.c.id == bindparam("one"), NOTICE.c.state == bindparam("was"))
    .values(state=bindparam("becomes"), why_not=bindparam("why"))
)


def attach(
    connection: Connection,
    city: str,
    day: date,
    now: datetime,
    channels: Sequence[str],
    pace: Pace | None = None,
    lists: Mapping[Whom, str] | None = None,
) -> int:
    """Gathers what is due by `now` into one message per recipient and channel for the working day `day`.

    What came back of a message that was not sent, and was moot meanwhile, is withdrawn.
    Whoever has a message of that day already waits for the next. Without a pace every level hears at once. `lists` are
    those who are also sent what is still open (db/open_matters.py). Gives the number of new messages.
    """
    _dissolve(connection, city, now)
    connection.execute(withdrawn(NOTICE.c.city == city, text(PLANNED)))
    due, oldest = _due(connection, city, day, now, channels, pace)
    listed = lists or {}
    ordered = in_order(connection, city, now, {**dict.fromkeys(listed, NO_DEADLINE), **oldest})
    # put in as they are claimed: a batch then lies side by side on the disk
    rows = (
        {**delivery_row(city, *whom, day, DIGEST, now), "listed": listed.get(whom), "precedence": place}
        for place, whom in enumerate(ordered, start=1)
    )
    message: dict[Whom, str] = {}
    for some in batches(rows):
        fresh = set(insert_new(connection, DELIVERY, some, "id"))
        message |= {(row["channel"], row["recipient"]): row["id"] for row in some if row["id"] in fresh}
    taken = ({"one": one, "to": to} for whom, to in message.items() for one in due.get(whom, ()))
    for each in batches(taken):
        run_each(connection, _ATTACH, each)
    return len(message)


_ATTACH = f"""
    UPDATE notice SET state = '{NoticeFate.ATTACHED}', delivery = :to
    WHERE id = :one AND state = '{NoticeFate.PLANNED}'
"""


OF_WHAT_IS_DUE = "id", "channel", "recipient", "due", "unit"
OF_A_NOTICE = (
    "delivery", "key", "reason", "rung", "clause", "duty", "kind", "subject", "subject_name", "subject_unit", "period", "due",
    "role", "unit", "person", "channel", "not_before", "text", "supersedes",
)  # fmt: skip
_CARRIED = select(*(NOTICE.c[name] for name in OF_A_NOTICE)).where(
    NOTICE.c.delivery.in_(bindparam("these", expanding=True)),
    NOTICE.c.state.in_([NoticeFate.ATTACHED, NoticeFate.DONE]),
)


def contents(connection: Connection, deliveries: Collection[str]) -> dict[str, list[Notice]]:
    """The notices each message carries, as the policy core spoke them; without those withdrawn since."""
    found: dict[str, list[Notice]] = {delivery: [] for delivery in deliveries}
    for row in connection.execute(_CARRIED, {"these": list(deliveries)}).mappings():
        found[row["delivery"]].append(notice_of(row))
    return found


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]], returning: str) -> list[Any]:
    """Inserts the rows that break no uniqueness and gives one column of those really inserted."""
    if not rows:
        return []
    if connection.dialect.name == "postgresql" and len(rows) > MANY:
        return _copied_in(connection, table, rows, returning)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c[returning])
    return list(connection.scalars(statement, rows))


def _copied_in(connection: Connection, table: Table, rows: list[dict[str, Any]], returning: str) -> list[Any]:
    names = list(rows[0])
    bound = [(name, table.c[name].type.bind_processor(connection.dialect)) for name in names]
    plain = [tuple(bind(row[n]) if bind else row[n] for n, bind in bound) for row in rows]
    moved = staged(connection, table.name, names, plain)
    return list(connection.scalars(text(f'{moved} ON CONFLICT DO NOTHING RETURNING "{returning}"')))


def delivery_id(city: str, channel: str, recipient: str, day: date, seq: int) -> str:
    return hashlib.sha256(f"v1|{city}|{channel}|{recipient}|{day}|{seq}".encode()).hexdigest()[:20]


def delivery_row(city: str, channel: str, recipient: str, day: date, seq: int, now: datetime) -> dict[str, Any]:
    return {
        "id": delivery_id(city, channel, recipient, day, seq),
        "city": city, "channel": channel, "recipient": recipient, "day": day, "seq": seq,
        "state": DeliveryState.READY, "attempts": 0, "fence": 0,
        "next_attempt_at": now, "expires": end_of(max(day, civil_day(now))), "created_at": now,
    }  # fmt: skip


COLUMNS = (
    "key", "state", "why_not", "kind", "subject", "subject_name", "subject_unit", "role", "unit", "person", "recipient",
    "text", "reason", "rung", "level", "clause", "duty", "period", "due", "channel", "not_before", "supersedes",
    "city", "round", "created_at",
)  # fmt: skip


def _rows(
    city: str, notices: Iterable[Notice | Call], round_id: int | None, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """As the drivers take them. What thousands share is made plain once."""
    common = (city, round_id, second_of(now))
    shared: dict[int, tuple[Word | Notice, tuple[Any, ...]]] = {}
    for one in notices:
        word = one if isinstance(one, Notice) else one.word
        if id(word) not in shared:
            # Held beside, so that an id() is never used twice.
            shared[id(word)] = (word, (*_plain(word), *common))
        recipient, fate, why_not = fate_of(one.to, word.state, word.why_not)
        subject, to = one.subject, one.to
        yield (
            one.key, fate.value, why_not, subject.kind.value, subject.code, subject.name, subject.unit,
            to.role.value, to.unit, to.person, recipient, one.text, *shared[id(word)][1],
        )  # fmt: skip


def _plain(word: Word | Notice) -> tuple[Any, ...]:
    return (
        word.reason.value, word.rung, word.level, word.clause, word.duty, word.period,
        day_number(word.due) if word.due else None, word.channel, second_of(word.not_before),
        " ".join(word.supersedes) or None,
    )  # fmt: skip


def fate_of(to: Addressee, state: NoticeState, why_not: str | None) -> tuple[str | None, NoticeFate, str | None]:
    """The recipient, what is to become of a notice, and why it is not to be said."""
    recipient, fate = recipient_of(to), FATE_OF[state]
    if recipient is None and fate is NoticeFate.PLANNED:
        return None, NoticeFate.SUPPRESSED, NOBODY
    return recipient, fate, why_not


def recipient_of(to: Addressee) -> str | None:
    """A person before an institution; None where neither is known."""
    if to.person:
        return f"person:{to.person}"
    return f"unit:{to.unit}" if to.unit else None


def notice_of(row: RowMapping) -> Notice:
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
        supersedes=tuple((row["supersedes"] or "").split()),
    )


def _about_the_same(connection: Connection, city: str, keys: Collection[str]) -> Iterator[RowMapping]:
    """What is pending of the duties of these notices about their subjects."""
    names = ("id", "key", "state", "why_not", "delivery", "duty", "subject", "period", "recipient")
    subjects: dict[str, set[str]] = defaultdict(set)
    for some in batches(keys):
        for duty, subject in connection.execute(select(NOTICE.c.duty, NOTICE.c.subject).where(NOTICE.c.key.in_(some))):
            subjects[duty].add(subject)
    for duty, theirs in subjects.items():
        pending = NOTICE.c.city == city, NOTICE.c.duty == duty, *PENDING_NOW
        for some in batches(theirs):
            statement = select(*(NOTICE.c[name] for name in names)).where(*pending, NOTICE.c.subject.in_(some))
            yield from connection.execute(statement).mappings()


def _matter(row: RowMapping) -> tuple[str | None, ...]:
    return matter_of(row["duty"], row["subject"], row["period"], row["recipient"])


def matter_of(duty: str, subject: str, period: str | None, recipient: str | None) -> tuple[str | None, ...]:
    """What is told to whom, on whatever rung."""
    return duty, subject, period, recipient


def why_moot(matter: tuple[str | None, ...], followed: Collection[tuple[str | None, ...]]) -> str:
    """Why a notice is withdrawn: a nearer one follows it, or there is nothing left to say."""
    return NEWER if matter in followed else MENDED


def _untouched() -> tuple[Any, ...]:
    return DELIVERY.c.body_sha.is_(None), DELIVERY.c.state.in_([DeliveryState.READY, DeliveryState.PARKED])


def _hold(connection: Connection, deliveries: Collection[str]) -> set[str]:
    """Locks the messages nobody has taken up, so that none is frozen while its notices are withdrawn."""
    statement = select(DELIVERY.c.id).where(DELIVERY.c.id.in_(deliveries), *_untouched()).with_for_update()
    return set(connection.scalars(statement)) if deliveries else set()


def withdrawn(*which: Any) -> Update:
    """SQL: of notices that came back with a message that was not sent those that were moot meanwhile."""
    return update(NOTICE).where(*which, NOTICE.c.why_not.is_not(None)).values(state=NoticeFate.SUPERSEDED)


def _void_empty(connection: Connection, deliveries: Iterable[str]) -> None:
    left = exists().where(NOTICE.c.delivery == DELIVERY.c.id, NOTICE.c.state == NoticeFate.ATTACHED)
    for delivery in deliveries:
        connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.id == delivery, *_untouched(), DELIVERY.c.listed.is_(None), ~left)
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


def _due(
    connection: Connection, city: str, day: date, now: datetime, channels: Sequence[str], pace: Pace | None
) -> tuple[dict[Whom, list[int]], dict[Whom, Oldest]]:
    """The ids of what may be said now to each who has no message of the day yet, and the oldest of it."""
    had = exists().where(
        DELIVERY.c.city == city,
        DELIVERY.c.channel == NOTICE.c.channel,
        DELIVERY.c.recipient == NOTICE.c.recipient,
        DELIVERY.c.day == day,
        DELIVERY.c.seq == DIGEST,
    )
    planned = NOTICE.c.city == city, text(PLANNED), NOTICE.c.not_before <= now
    paced = (~below_unheard(pace),) if pace else ()
    ready = select(*(NOTICE.c[name] for name in OF_WHAT_IS_DUE), is_lowest().label("lowest"))
    ready = ready.where(*planned, NOTICE.c.channel.in_(channels), ~had, ~put_off(NOTICE, day), *paced)
    each = ready.subquery()
    found = select(*(each.c[name] for name in OF_WHAT_IS_DUE)).where(*((each.c.lowest,) if pace else ()))
    due: dict[Whom, list[int]] = defaultdict(list)
    oldest: dict[Whom, Oldest] = {}
    for one, channel, recipient, until, unit in connection.execute(found):
        whom = channel, recipient
        due[whom].append(one)
        if whom not in oldest or (until or date.max) < oldest[whom].due:
            oldest[whom] = Oldest(until or date.max, unit)
    return due, oldest
