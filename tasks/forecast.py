"""The messages of the days to come, by day and channel: played ahead by the same core that speaks today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import forecast
from db.forecast import Expected
from notifications.channel import label_of
from policy.assumption import Assumptions
from policy.calendar import civil_day
from policy.numbers import zh_day
from policy.plan import Plan
from tasks.rehearsal.outlook import outlook
from tasks.rehearsal.rulings import NOTHING
from tasks.steps import Done, Page, Step, Work

DAYS = 30
NOBODY_ACTS = "按台账现有记录推算，假设今后没有新的办理"


def forecast_of(
    connection: Connection, plan: Plan, now: datetime, days: int = DAYS, assumed: Assumptions = NOTHING
) -> list[Expected]:
    """From tomorrow on, a row for every day and channel, also where nothing is to be said."""
    first = civil_day(now) + timedelta(days=1)
    messages: dict[tuple[date, str], list[int]] = defaultdict(list)
    for event in outlook(connection, plan, now, first, first + timedelta(days=days - 1), assumed):
        messages[event.day, str(event.said["channel"])].append(int(str(event.said["notices"] or 0)))
    channels = sorted({plan.house.channel, *(channel for _, channel in messages)})
    every = [(first + timedelta(days=n), channel) for n in range(days) for channel in channels]
    return [Expected(*one, len(messages[one]), sum(messages[one])) for one in every]


def kept(work: Work) -> Done:
    """Once a day: later on the day the same would be said."""
    with work.engine.connect() as connection, connection.begin():
        on = civil_day(work.now)
        if forecast.made(connection, work.plan.key, on):
            return Done("今天已经推算过")
        expected = forecast_of(connection, work.plan, work.now)
        forecast.keep(connection, work.plan.key, on, expected)
    total = sum(e.messages for e in expected)
    page = Page("forecast", f"今后{DAYS}天的通知（{NOBODY_ACTS}）", rows=list(_rows(expected)))
    return Done(f"今后{DAYS}天约{total}封", (page,))


def _rows(expected: list[Expected]) -> Iterator[dict[str, str | int]]:
    for e in expected:
        if e.messages:
            yield {"日期": zh_day(e.day), "通道": label_of(e.channel), "通知": e.messages, "事项": e.notices}


FORECAST = Step("forecast", "推算今后的通知", kept)
