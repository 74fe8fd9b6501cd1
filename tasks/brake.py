"""Far more messages than forecast are held until somebody has looked; far fewer are said to be missing.

A statutory duty does not wait for ever: what speaks of one goes out by itself after half a working day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from db import brake, forecast
from notifications.channel import label_of
from policy.calendar import WorkCalendar
from policy.plan import Plan
from policy.words import Force

PATIENCE = timedelta(hours=4)
"""Working time."""
FEWEST = 4
"""Below so many expected, half of them missing says nothing."""


def braked(connection: Connection, plan: Plan, calendar: WorkCalendar, day: date, now: datetime) -> str | None:
    """Holds back the day's new messages where there are far too many. Gives one Chinese line when that begins."""
    standing = brake.open_hold(connection, plan.key)
    surges = brake.surges(connection, plan.key, day, forecast.expected_on(connection, plan.key, day))
    if not surges or brake.released_on(connection, plan.key, day):
        return None
    said = "；".join(f"{label_of(s.channel)}预计{s.expected}封，实有{s.messages}封" for s in surges)
    held = brake.hold_back(connection, plan.key, day, [s.channel for s in surges], f"远多于预测，待放行（{said}）")
    if standing is None and held:
        brake.begin(connection, plan.key, said, now)
        return said
    if standing and _waited(plan, calendar, standing.since, now):
        statutory = [o.key for o in plan.obligations if o.force is Force.MUST]
        brake.let_go(connection, plan.key, now, statutory)
    return None


def _waited(plan: Plan, calendar: WorkCalendar, since: datetime, now: datetime) -> bool:
    window = plan.house.windows[plan.house.channel]
    return calendar.worked(since, now, window.opens, window.closes) >= PATIENCE


def release(engine: Engine, plan: Plan, by: str, why: str, now: datetime) -> int | None:
    """Everything held may go, and this day is not braked again. None where nothing is held back."""
    with engine.begin() as connection:
        if brake.open_hold(connection, plan.key) is None:
            return None
        freed = brake.let_go(connection, plan.key, now)
        brake.end(connection, plan.key, by, why, now)
    return freed


def missing(connection: Connection, plan: Plan, day: date) -> tuple[int, int] | None:
    """The messages expected and those there are, where fewer than half came about; else None."""
    expected = sum(forecast.expected_on(connection, plan.key, day).values())
    messages = brake.messages_of(connection, plan.key, day)
    return (expected, messages) if expected >= FEWEST and messages * 2 < expected else None
