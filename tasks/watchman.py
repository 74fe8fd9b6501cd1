"""The watchman outside Prefect: where the daily round is not complete in time, says so and holds it himself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, Engine, select
from sqlmodel import SQLModel

from db.delivery_words import Alarm as Cause
from db.planstore import load_plan
from notifications.render import Alarm
from notifications.template_check import renderer
from policy.calendar import SHANGHAI, civil_day
from policy.plan import Plan
from settings import Settings
from tasks.alarms import tell_office

ROUND = SQLModel.metadata.tables["round"]
BY = time(9, 30)


@dataclass(frozen=True)
class WatchReport:
    """`missing` are the keys of the parts of the round that were not recorded, `told` new messages to the office."""

    missing: tuple[str, ...] = ()
    told: int = 0
    sent: int = 0


def watch(
    engine: Engine,
    settings: Settings,
    now: datetime,
    expected: Mapping[str, str],
    hold: Callable[[tuple[str, ...]], object],
) -> WatchReport:
    """From 09:30 on, any day: tells the office on every channel, once a day, and holds what is missing by `hold`.

    `expected` are the parts of today's round, key to Chinese title; `hold` is given the missing keys, and what it
    raises is raised after the telling.
    """
    plan, day = load_plan(settings.plan), civil_day(now)
    if now.astimezone(SHANGHAI).time() < BY:
        return WatchReport()
    with engine.begin() as connection:
        held = _held(connection, plan.key, day)
    missing = {key: title for key, title in expected.items() if key not in held}
    if not missing:
        return WatchReport()
    told, sent = _tell(engine, plan, settings, now, tuple(missing.values()))
    hold(tuple(missing))
    return WatchReport(tuple(missing), told, sent)


def _held(connection: Connection, city: str, day: date) -> set[str]:
    return set(connection.scalars(select(ROUND.c.part).where(ROUND.c.city == city, ROUND.c.as_of == day)))


def _tell(engine: Engine, plan: Plan, settings: Settings, now: datetime, missing: tuple[str, ...]) -> tuple[int, int]:
    clock = f"{now.astimezone(SHANGHAI):%H:%M}"
    made = renderer().alarm(Alarm(civil_day(now), clock, plan.title, f"{plan.city}民政局", missing))
    return tell_office(engine, plan, settings, now, Cause.ROUND, made)
