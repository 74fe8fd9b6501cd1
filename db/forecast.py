"""How many messages a day was expected to bring, as it was written down before that day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table, func, insert, select
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from policy.calendar import civil_day, end_of

FORECAST: Table = SQLModel.metadata.tables["forecast"]


@dataclass(frozen=True)
class Expected:
    """`messages` on one channel and civil day, with so many notices in them."""

    day: date
    channel: str
    messages: int
    notices: int


def made(connection: Connection, city: str, on: date) -> bool:
    return connection.scalar(select(FORECAST.c.id).where(FORECAST.c.city == city, FORECAST.c.made_on == on)) is not None


def keep(connection: Connection, city: str, on: date, expected: Iterable[Expected]) -> None:
    """Written once a day; what was expected earlier stays."""
    rows = [
        {"city": city, "made_on": on, "day": e.day, "channel": e.channel, "messages": e.messages, "notices": e.notices}
        for e in expected
    ]
    connection.execute(insert(FORECAST), rows)


def written(connection: Connection, city: str, known_at: datetime) -> tuple[date, list[Expected]] | None:
    """The newest forecast of a day that was over at the instant, with that day; None where there was none yet."""
    of_city = FORECAST.c.city == city
    today = civil_day(known_at)
    over = FORECAST.c.made_on <= today if known_at >= end_of(today) else FORECAST.c.made_on < today
    newest = connection.scalar(select(func.max(FORECAST.c.made_on)).where(of_city, over))
    if newest is None:
        return None
    columns = (FORECAST.c.day, FORECAST.c.channel, FORECAST.c.messages, FORECAST.c.notices)
    rows = select(*columns).where(of_city, FORECAST.c.made_on == newest).order_by(FORECAST.c.day, FORECAST.c.channel)
    return newest, [Expected(*row) for row in connection.execute(rows)]


def expected_on(connection: Connection, city: str, day: date) -> dict[str, int]:
    """Messages by channel: as forecast last before the day, or where that did not reach so far, its busiest day.

    Empty where nothing was ever forecast.
    """
    of_city = FORECAST.c.city == city
    newest = connection.scalar(select(func.max(FORECAST.c.made_on)).where(of_city, FORECAST.c.made_on < day))
    if newest is None:
        return {}
    rows = select(FORECAST.c.channel, FORECAST.c.day, FORECAST.c.messages).where(of_city, FORECAST.c.made_on == newest)
    busiest: dict[str, int] = {}
    that_day: dict[str, int] = {}
    for channel, on, messages in connection.execute(rows):
        busiest[channel] = max(busiest.get(channel, 0), messages)
        if on == day:
            that_day[channel] = messages
    return that_day or busiest
