"""How fast word climbs: no level hears of a matter before the one below it has, and has had time for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, case, func, or_, select
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.delivery_words import DeliveryState, NoticeFate
from db.outbox_models import LATE

NOTICE: Table = SQLModel.metadata.tables["notice"]
DELIVERY: Table = SQLModel.metadata.tables["delivery"]

PENDING = (NoticeFate.PLANNED, NoticeFate.ATTACHED)
ABOUT_TO_BE_TRIED = (DeliveryState.READY, DeliveryState.LEASED, DeliveryState.SENDING)


@dataclass(frozen=True)
class Pace:
    """How fast word climbs. A level may hear once the one below was told by `dwelt`, or was tried for since `patience`."""

    dwelt: datetime
    patience: datetime


def below_unheard(pace: Pace) -> Any:
    """SQL: the level below has not been told of this matter, or one further down only just or in a moment.

    A level that cannot be reached holds nothing up, nor does one that has been tried for long enough.
    """
    below, message = NOTICE.alias("below"), DELIVERY.alias("message")
    same = and_(
        below.c.city == NOTICE.c.city,
        below.c.duty == NOTICE.c.duty,
        below.c.subject == NOTICE.c.subject,
        below.c.period.is_not_distinct_from(NOTICE.c.period),
        below.c.level < NOTICE.c.level,
        below.c.reason.in_(LATE),
    )
    pending = and_(below.c.state.in_(PENDING), message.c.state.is_distinct_from(DeliveryState.DEAD))
    trying = and_(pending, below.c.level == NOTICE.c.level - 1, below.c.created_at > pace.patience)
    in_a_moment = and_(pending, message.c.state.in_(ABOUT_TO_BE_TRIED))
    just_told = and_(below.c.state == NoticeFate.DONE, message.c.accepted_at > pace.dwelt)
    joined = below.outerjoin(message, message.c.id == below.c.delivery)
    return and_(
        NOTICE.c.level > 0,
        select(below.c.id)
        .select_from(joined)
        .where(same, or_(trying, in_a_moment, just_told))
        .correlate(NOTICE)
        .exists(),
    )


def is_lowest() -> Any:
    """SQL: of the levels of this matter that are selected none lower hears that it is late. Of several that are due the
    lowest hears first; whether it was reached shows at the next look."""
    late = func.min(case((NOTICE.c.reason.in_(LATE), NOTICE.c.level)))
    lowest = late.over(partition_by=(NOTICE.c.duty, NOTICE.c.subject, NOTICE.c.period))
    return NOTICE.c.level <= func.coalesce(lowest, NOTICE.c.level)
