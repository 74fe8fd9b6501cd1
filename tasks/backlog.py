"""Whether what waits still fits into the hours of today, by how fast the other side took messages lately.

A government relay may take one message a second: a province needs more than a day then, and the office has to know.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from db.backlog import Backlog, backlogs
from db.delivery_words import Alarm
from db.work_calendar import work_calendar
from notifications.channel import label_of
from policy.calendar import at, civil_day
from policy.plan import Plan
from settings import Settings
from tasks.alarms import warn

LATELY = timedelta(hours=1)
ADVICE = (
    "没有丢失，不必另行操作：发不完的下一个工作日接着发，期限最早的先发，同一期限的各县（市、区）轮流。",
    "如果常常发不完，请与服务商商量提高每分钟的限额，或者多用一个通道。",
)


def open_lately(plan: Plan, channel: str, now: datetime) -> bool:
    """The channel has been open for so long, and is."""
    day, window = civil_day(now), plan.house.windows.get(channel)
    if window is None or not work_calendar(plan.house).is_workday(day):
        return False
    return at(day, window.opens) + LATELY <= now < at(day, window.closes)


def moving(connection: Connection, plan: Plan, now: datetime) -> set[str]:
    """The channels on which something left lately."""
    return {one.channel for one in backlogs(connection, plan.key, now, now - LATELY) if one.taken}


def too_much(connection: Connection, plan: Plan, now: datetime) -> list[Backlog]:
    """The channels that will not be through when their hours end, as fast as in the last hour."""
    found = backlogs(connection, plan.key, now, now - LATELY)
    return [one for one in found if open_lately(plan, one.channel, now) and _stays(plan, one, now)]


def still(one: Backlog) -> str:
    """How long it takes as fast as that, to the minute that begins."""
    minutes = -(-one.wait * (LATELY // timedelta(minutes=1)) // one.taken)
    return f"{minutes // 60}小时{minutes % 60}分"


def _stays(plan: Plan, one: Backlog, now: datetime) -> bool:
    left = at(civil_day(now), plan.house.windows[one.channel].closes) - now
    return one.taken > 0 and LATELY * one.wait > left * one.taken


def _said(plan: Plan, one: Backlog) -> str:
    closes = plan.house.windows[one.channel].closes
    return (
        f"{label_of(one.channel)}：还有{one.wait}封待发，近一小时发出{one.taken}封，照这样还要{still(one)}，"
        f"今天{closes:%H:%M}停止发送。"
    )


def tell_of_backlog(engine: Engine, plan: Plan, settings: Settings, now: datetime) -> list[Backlog]:
    """Tells the office, once a day, on every channel; gives what was found, told before or not."""
    with engine.connect() as connection, connection.begin():
        found = too_much(connection, plan, now)
    if found:
        lines = [*(_said(plan, one) for one in found), *ADVICE]
        warn(engine, plan, settings, now, Alarm.BACKLOG, "今天的通知发不完", lines)
    return found
