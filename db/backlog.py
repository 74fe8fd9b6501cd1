"""What is still to leave on each channel today, and how much of it left lately."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, select, text

from db.delivery_words import IN_HAND, DeliveryState
from db.outbox import DELIVERY
from db.outbox_models import DIGESTS
from policy.calendar import civil_day

TO_LEAVE = (*IN_HAND, DeliveryState.READY, DeliveryState.RETRY_WAIT, DeliveryState.PARKED)


class Backlog(NamedTuple):
    """Digests of today on a channel: those that `wait` or are in hand, and those `taken` since an instant."""

    channel: str
    wait: int
    taken: int


def backlogs(connection: Connection, city: str, now: datetime, since: datetime) -> list[Backlog]:
    """Of all channels that have a digest today."""
    of_today = and_(DELIVERY.c.city == city, DELIVERY.c.day == civil_day(now), text(DIGESTS))
    due = and_(DELIVERY.c.state.in_(TO_LEAVE), DELIVERY.c.next_attempt_at <= now)
    counted = (func.count().filter(which) for which in (due, DELIVERY.c.accepted_at > since))
    found = select(DELIVERY.c.channel, *counted).where(of_today).group_by(DELIVERY.c.channel)
    return [Backlog(*row) for row in connection.execute(found.order_by(DELIVERY.c.channel))]
