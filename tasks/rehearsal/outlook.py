"""A rehearsal that goes on from what the ledger holds: who would be told what in the days to come.

Nothing more is learned: what is on file counts when its day comes, and otherwise nobody acts, or acts as assumed.
Every message is taken to arrive; what people have decided holds until its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, or_, select

from db import ledger
from db.delivery_words import DeliveryState, NoticeFate
from db.levers import period_number
from db.measures.reading import Touched
from db.on_file import URGED, issued_keys
from db.open_matters import LISTED_AGAIN
from db.outbox import DELIVERY, NOTICE, notice_of
from db.outbox_models import LATE
from policy.amendments import plan_on
from policy.assumption import Assumptions
from policy.calendar import WorkCalendar, civil_day
from policy.events import Event
from policy.notices import Call
from policy.office import Office
from policy.plan import Plan
from tasks.rehearsal.levers import Pulled
from tasks.rehearsal.play import Rehearsal
from tasks.rehearsal.post import Post
from tasks.rehearsal.rulings import NOTHING, Stretch, rulings
from tasks.rehearsal.said import Said

REMEMBERED = timedelta(days=60)
"""How far back what was said can still hold up the next level."""


def outlook(
    connection: Connection, plan: Plan, now: datetime, first: date, last: date, assumed: Assumptions = NOTHING
) -> Iterator[Event]:
    """The messages of each day from `first` to `last`, by all that is known at `now`."""
    stretch = Stretch(plan, first, last, now, assumed)
    ahead = Outlook(connection, stretch, now)
    for ruled in rulings(connection, stretch):
        ahead.hold(ruled)
    yield from ahead.post.digests


class Outlook(Rehearsal):
    def __init__(self, connection: Connection, stretch: Stretch, now: datetime) -> None:
        super().__init__(connection, stretch)
        plan = stretch.plan
        self.standing = ledger.standing(connection, plan.key, plan_on(plan, stretch.last).obligations)
        self.post = _recalled(connection, plan, self.calendar, now, self.pulled)
        self.stages = []
        self._live_from = ledger.live_from(connection, plan.key) or stretch.first

    def _office(self, day: date, touched: Touched) -> Office:
        return replace(super()._office(day, touched), live_from=self._live_from)


def _recalled(connection: Connection, plan: Plan, calendar: WorkCalendar, now: datetime, pulled: Pulled) -> Post:
    """What was said, what waits, and which lists were sent; what is on its way has arrived."""
    post = Post(plan, calendar, pulled)
    post.issued.update(issued_keys(connection, plan.key))
    for said, closed in _said(connection, plan.key, now):
        post.recall(said, closed)
    sent = select(DELIVERY.c.channel, DELIVERY.c.recipient, DELIVERY.c.day, DELIVERY.c.listed)
    sent = sent.where(DELIVERY.c.city == plan.key, DELIVERY.c.listed.is_not(None))
    told = DELIVERY.c.state.notin_([DeliveryState.VOID, DeliveryState.DEAD])
    for channel, recipient, day, listed in connection.execute(
        sent.where(told, DELIVERY.c.day > civil_day(now) - LISTED_AGAIN).order_by(DELIVERY.c.day)
    ):
        post.listed[channel, recipient] = (day, listed)
    return post


def _said(connection: Connection, city: str, now: datetime) -> Iterator[tuple[Said, bool]]:
    recent = DELIVERY.c.accepted_at > now - REMEMBERED
    stands = and_(NOTICE.c.reason.in_(LATE), or_(NOTICE.c.closed_at.is_(None), recent))
    moving = NOTICE.c.state.in_([NoticeFate.PLANNED, NoticeFate.ATTACHED])
    joined = NOTICE.outerjoin(DELIVERY, DELIVERY.c.id == NOTICE.c.delivery)
    wanted = select(NOTICE, DELIVERY.c.day).select_from(joined).where(NOTICE.c.city == city, or_(moving, stands))
    for row in connection.execute(wanted.order_by(NOTICE.c.id)).mappings():
        waits = row["state"] == NoticeFate.PLANNED
        fate = NoticeFate.DONE if row["state"] == NoticeFate.ATTACHED else NoticeFate(row["state"])
        alone = row["duty"].startswith("phase-") or row["rung"].startswith(URGED)
        key = None if alone else (row["duty"], row["subject"], period_number(row["period"] or ""))
        notice, on = notice_of(row), civil_day(row["created_at"])
        told_on = None if waits or fate is not NoticeFate.DONE else row["day"]
        yield (
            Said(Call.of(notice), key, on, row["recipient"], fate, row["why_not"], told_on),
            row["closed_at"] is not None,
        )
