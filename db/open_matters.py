"""What was said and stands open: closed once it is no longer the last word, listed once a week until then.

The ladder ends; what nobody mends does not. Without the list it would be forgotten after its last rung.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, text, update

from db.delivery_words import DeliveryState, NoticeFate
from db.levers import put_off
from db.on_file import OnFile
from db.outbox import DELIVERY, NOTICE, notice_of
from db.outbox_models import LATE, LATE_AND_OPEN
from db.precedence import Whom
from policy.calendar import at
from policy.notices import Call, Notice
from policy.position import STOCK

LISTED_AGAIN = timedelta(days=28)
"""A list that has not changed is sent again after this time."""


def close_settled(
    connection: Connection, filed: OnFile, calls: Iterable[Call], still: Collection[str], now: datetime
) -> int:
    """Notes of what was said, or is on the books, that it is no longer the last word: mended, waived or climbed on.

    `still` are the keys of what stands open now; `filed` is what was on file before `calls` were issued. Gives the
    number of notices closed.
    """
    waived = (call.key for call in calls if call.word.why_not and call.word.reason in LATE)
    settled = filed.standing.union(waived).difference(still)
    if settled:
        close = update(NOTICE).where(NOTICE.c.key == bindparam("one")).values(closed_at=now)
        connection.execute(close, [{"one": one} for one in settled])
    return len(settled)


def still_open(
    connection: Connection, city: str, channel: str, recipient: str, day: date, milestones: Collection[str] = ()
) -> list[Notice]:
    """What the recipient was told of before, or is on the books since an earlier day, and stands open; put off is left
    out.

    Of `milestones` whoever acts is reminded no more once a level above was told: it is for that level now.
    """
    theirs = and_(NOTICE.c.channel == channel, NOTICE.c.recipient == recipient)
    wanted = select(NOTICE).where(*_open(city, day, milestones), theirs)
    return [notice_of(row) for row in connection.execute(wanted).mappings()]


def _open(city: str, day: date, milestones: Collection[str]) -> tuple[Any, ...]:
    on_the_books = and_(NOTICE.c.why_not == STOCK, NOTICE.c.created_at < at(day, time.min))
    known = or_(NOTICE.c.state == NoticeFate.DONE, on_the_books)
    late = and_(NOTICE.c.city == city, text(LATE_AND_OPEN), known)
    theirs_now = and_(NOTICE.c.level == 0, NOTICE.c.duty.in_(milestones), _climbed())
    return late, NOTICE.c.recipient.is_not(None), ~put_off(NOTICE, day), ~theirs_now


def _climbed() -> Any:
    """SQL: a level above was told of the same matter, and it is still for that level."""
    above = NOTICE.alias("above")
    same = and_(*(above.c[name] == NOTICE.c[name] for name in ("city", "duty", "subject")))
    told = and_(above.c.level > 0, above.c.state == NoticeFate.DONE, above.c.closed_at.is_(None))
    period = above.c.period.is_not_distinct_from(NOTICE.c.period)
    return select(above.c.id).where(same, told, period).correlate(NOTICE).exists()


def lists(
    connection: Connection, city: str, day: date, channels: Sequence[str], milestones: Collection[str] = ()
) -> dict[Whom, str]:
    """Who is to be sent the list of open matters, with its hash: where it has changed, or was last sent weeks ago."""
    members: dict[Whom, list[str]] = defaultdict(list)
    wanted = select(NOTICE.c.channel, NOTICE.c.recipient, NOTICE.c.key).where(*_open(city, day, milestones))
    for channel, recipient, key in connection.execute(
        wanted.where(NOTICE.c.channel.in_(channels)).order_by(NOTICE.c.key)
    ):
        members[channel, recipient].append(key)
    hashes = {whom: hashlib.sha256("|".join(keys).encode()).hexdigest()[:16] for whom, keys in members.items()}
    recent = and_(DELIVERY.c.city == city, DELIVERY.c.day > day - LISTED_AGAIN, DELIVERY.c.listed.is_not(None))
    told = DELIVERY.c.state.notin_([DeliveryState.VOID, DeliveryState.DEAD])
    sent = select(DELIVERY.c.channel, DELIVERY.c.recipient, DELIVERY.c.listed).where(recent, told)
    last = {
        (channel, recipient): listed for channel, recipient, listed in connection.execute(sent.order_by(DELIVERY.c.day))
    }
    return {whom: listed for whom, listed in hashes.items() if last.get(whom) != listed}
