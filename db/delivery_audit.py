"""What was to be said and what became of it: every notice is in exactly one place, and none is lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from db.delivery_words import GIVEN_UP, IN_HAND, SAID, DeliveryState, NoticeFate
from db.outbox import DELIVERY, NOTICE
from policy.calendar import civil_day
from policy.inhibition import KEPT_BACK

LABELS = {
    "desired": "应说合计",
    "done": "已发出",
    "superseded": "已被取代",
    "suppressed": "不发（有原因）",
    "dead": "无法送达",
    "waiting": "待发",
    "in_flight": "发送中或等待重发",
    "held": "待放行",
    "lost": "去向不明",
}
"""The first is the sum of the others, and the last must be 0."""


@dataclass(frozen=True)
class AuditRow:
    """`oldest` is the civil day on which the oldest of them was to be said."""

    fate: str
    label: str
    notices: int
    oldest: date | None


def delivery_audit(connection: Connection, city: str, now: datetime) -> list[AuditRow]:
    """One row a fate, in the order of LABELS, of what was to be said by `now`."""
    counts = connection.execute(_counted(city, now)).all()
    number = {fate: count for fate, count, _ in counts}
    oldest = {fate: civil_day(since) for fate, _, since in counts}
    if counts:
        passed = _spoken_for(connection, city, now)
        number["desired"], oldest["desired"] = _desired(connection, city, now) + passed, min(oldest.values())
        number["superseded"] = number.get("superseded", 0) + passed
    return [AuditRow(fate, label, number.get(fate, 0), oldest.get(fate)) for fate, label in LABELS.items()]


def conserved(rows: list[AuditRow]) -> bool:
    """Desired = done + superseded + suppressed + dead + waiting + in flight + held."""
    count = {row.fate: row.notices for row in rows}
    return count["lost"] == 0 and count["desired"] == sum(n for fate, n in count.items() if fate != "desired")


def kept_back(connection: Connection, city: str, now: datetime) -> dict[str, int]:
    """How many notices were not said by `now` for the sake of a milestone, by the reason that names it."""
    which = (NOTICE.c.city == city, NOTICE.c.not_before <= now, NOTICE.c.state == NoticeFate.SUPPRESSED)
    counted = select(NOTICE.c.why_not, func.count()).where(*which, NOTICE.c.why_not.startswith(KEPT_BACK))
    rows = connection.execute(counted.group_by(NOTICE.c.why_not).order_by(NOTICE.c.why_not)).tuples()
    return {str(why): number for why, number in rows}


def _desired(connection: Connection, city: str, now: datetime) -> int:
    statement = select(func.count()).select_from(NOTICE).where(NOTICE.c.city == city, NOTICE.c.not_before <= now)
    return connection.scalar(statement) or 0


def _spoken_for(connection: Connection, city: str, now: datetime) -> int:
    """Rungs that passed unsaid, each named by the notice that speaks for it."""
    named = and_(NOTICE.c.city == city, NOTICE.c.not_before <= now, NOTICE.c.supersedes.is_not(None))
    times = select(NOTICE.c.supersedes, func.count()).where(named).group_by(NOTICE.c.supersedes)
    return sum(len(rungs.split()) * number for rungs, number in connection.execute(times))


def _counted(city: str, now: datetime) -> Select[tuple[str, int, datetime]]:
    state = DELIVERY.c.state
    moving = state.notin_([*SAID, *GIVEN_UP, DeliveryState.VOID])
    attached = NOTICE.c.state == NoticeFate.ATTACHED
    fate = case(
        (and_(attached, state.in_(GIVEN_UP)), "dead"),
        (and_(attached, state == DeliveryState.HELD), "held"),
        (and_(attached, moving), "in_flight"),
        (and_(NOTICE.c.state == NoticeFate.DONE, state.in_(SAID)), "done"),
        (NOTICE.c.state == NoticeFate.PLANNED, "waiting"),
        (NOTICE.c.state == NoticeFate.SUPERSEDED, "superseded"),
        (NOTICE.c.state == NoticeFate.SUPPRESSED, "suppressed"),
        else_="lost",
    ).label("fate")
    joined = NOTICE.outerjoin(DELIVERY, DELIVERY.c.id == NOTICE.c.delivery)
    statement = select(fate, func.count(), func.min(NOTICE.c.not_before)).select_from(joined)
    return statement.where(NOTICE.c.city == city, NOTICE.c.not_before <= now).group_by(fate)


def left_lying(connection: Connection, city: str, since: datetime, moving: Collection[str] = ()) -> int:
    """Messages that were to be taken up, or to be settled, before `since`, and that nobody touched; to be taken up on
    channels that are not `moving`."""
    still = DELIVERY.c.channel.not_in(moving)
    due = and_(DELIVERY.c.state == DeliveryState.READY, DELIVERY.c.next_attempt_at <= since, still)
    lost_hold = and_(DELIVERY.c.state.in_(IN_HAND), DELIVERY.c.lease_until <= since)
    statement = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.city == city, or_(due, lost_hold))
    return connection.scalar(statement) or 0
