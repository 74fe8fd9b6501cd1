"""The watchman outside Prefect: where the daily round is not complete in time, says so and holds it himself.

He also asks for the next year's holidays while they are wanting in December, and names decisions that will soon be over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Engine, RowMapping, select
from sqlmodel import SQLModel

from db.delivery_words import Alarm
from db.heartbeat import last_beat
from db.levers import LEVER_LABELS, SILENT, LeverKind, running
from db.outbox import DELIVERY
from db.planstore import load_plan
from db.work_calendar import work_calendar
from notifications.masking import mask
from notifications.render import RoundMissing
from notifications.template_check import renderer
from policy.calendar import SHANGHAI, civil_day
from policy.numbers import zh_day
from policy.plan import Plan
from settings import Settings
from tasks.alarms import tell_office, warn

ROUND = SQLModel.metadata.tables["round"]
BY = time(9, 30)
DECEMBER = (12, 1)
AHEAD_WORKDAYS = 10
"""Said once a week, a waiver or silence is named at least five working days before its end."""
ENDING_ADVICE = (
    "到期次日起恢复催办，重新起算。需要继续的，请在到期以前由上一级批准后重新登记（duban waive 或 duban silence）。"
)
AUDIT_PATIENCE = timedelta(minutes=105)
"""The audit runs every hour (prefect.yaml): it is missed within two of its periods."""
AUDIT_ADVICE = "核对应在每天9时至18时每小时一次。请在流程界面查看“送达核对”为什么失败，或 Prefect 服务是否停了；也可以执行 duban run delivery_audit。"
AUDIT_BY = time(10, 50)
"""The first of the day runs at 09:05."""


@dataclass(frozen=True)
class WatchReport:
    """`missing` are the keys of the parts of the round that were not recorded, `told` new messages to the office of
    them, `asked` new messages that ask for the holidays of a year, `ending` those that name decisions soon over."""

    missing: tuple[str, ...] = ()
    told: int = 0
    sent: int = 0
    asked: int = 0
    ending: int = 0


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
    asked = _ask_for_holidays(engine, plan, settings, now)
    ending = _tell_of_ends(engine, plan, settings, now)
    with engine.begin() as connection:
        held = _held(connection, plan.key, day)
    missing = {key: title for key, title in expected.items() if key not in held}
    if not missing:
        return WatchReport(asked=asked, ending=ending)
    told, sent = _tell(engine, plan, settings, now, tuple(missing.values()))
    hold(tuple(missing))
    return WatchReport(tuple(missing), told, sent, asked, ending)


def _ask_for_holidays(engine: Engine, plan: Plan, settings: Settings, now: datetime) -> int:
    """From 1 December on and on the first working day of each week, while the next year has no published holidays."""
    calendar, day = work_calendar(plan.house), civil_day(now)
    year, begins = calendar.missing_year(day, DECEMBER), calendar.on_or_after(date(day.year, *DECEMBER))
    if year is None or not (calendar.begins_week(day) or day == begins):
        return 0
    told, _ = warn(engine, plan, settings, now, Alarm.CALENDAR, f"{year}年的放假安排还没有录入", _what_to_do(year))
    return told


def _what_to_do(year: int) -> tuple[str, ...]:
    return (
        f"{year}年的工作日暂按周一至周五计，涉及的提醒和上报都注明“放假安排未公布”。",
        f"请把国务院办公厅关于{year}年部分节假日安排的通知全文存成文本文件，先用 duban calendar adopt 文件 --dry-run 看会改哪些日子，"
        "再用 duban calendar adopt 文件 --by 录入人 录入；已经发出的通知不重发。",
    )


def _tell_of_ends(engine: Engine, plan: Plan, settings: Settings, now: datetime) -> int:
    """On the first working day of a week on which he watches."""
    calendar, day = work_calendar(plan.house), civil_day(now)
    if not calendar.is_workday(day):
        return 0
    last, _ = calendar.step(day, AHEAD_WORKDAYS)
    with engine.begin() as connection:
        if _told_since(connection, plan.key, Alarm.ENDING, day - timedelta(days=day.weekday())):
            return 0
        ending = [row for kind in SILENT for row in running(connection, plan.key, kind, day) if row["until"] <= last]
    if not ending:
        return 0
    lines = [_ends(plan, row) for row in sorted(ending, key=lambda row: (row["until"], row["id"]))]
    told, _ = warn(engine, plan, settings, now, Alarm.ENDING, "有免办或静默将要到期", [*lines, ENDING_ADVICE])
    return told


def _told_since(connection: Connection, city: str, about: Alarm, day: date) -> bool:
    this = select(DELIVERY.c.id).where(DELIVERY.c.city == city, DELIVERY.c.seq == about, DELIVERY.c.day >= day)
    return connection.scalar(this.limit(1)) is not None


def _ends(plan: Plan, row: RowMapping) -> str:
    """By codes, like the list of decisions."""
    obligation = plan.by_key.get(row["duty"] or "")
    matter = f"{obligation.clause} {obligation.title}" if obligation else row["duty"] or "全部事项"
    about = "，".join(filter(None, (matter, row["subject"], row["period"])))
    label = LEVER_LABELS[LeverKind(row["kind"])]
    return f"决定{row['id']}（{label}）到{zh_day(row['until'])}为止：{about}。理由：{mask(row['why'])}。"


def _held(connection: Connection, city: str, day: date) -> set[str]:
    return set(connection.scalars(select(ROUND.c.part).where(ROUND.c.city == city, ROUND.c.as_of == day)))


def audit_missed(connection: Connection, city: str, now: datetime) -> str | None:
    """The hourly audit left no heartbeat for nearly two of its periods: one Chinese line, or None.

    A ledger on which no round was held before today is not expected to have one.
    """
    if now.astimezone(SHANGHAI).time() < AUDIT_BY:
        return None
    last = last_beat(connection, city)
    if last is None:
        live = connection.scalar(select(ROUND.c.as_of).where(ROUND.c.city == city).order_by(ROUND.c.as_of).limit(1))
        return "送达核对还没有成功过一次" if live and live < civil_day(now) else None
    if now - last < AUDIT_PATIENCE:
        return None
    return f"送达核对最近一次成功是{zh_day(civil_day(last))} {last.astimezone(SHANGHAI):%H:%M}"


def tell_audit_missed(engine: Engine, plan: Plan, settings: Settings, now: datetime) -> str | None:
    """Tells the office, once a day, on every channel; gives what was found, told before or not."""
    with engine.connect() as connection, connection.begin():
        said = audit_missed(connection, plan.key, now)
    if said:
        warn(engine, plan, settings, now, Alarm.AUDIT, "送达核对没有按时完成", [f"{said}。", AUDIT_ADVICE])
    return said


def _tell(engine: Engine, plan: Plan, settings: Settings, now: datetime, missing: tuple[str, ...]) -> tuple[int, int]:
    clock = f"{now.astimezone(SHANGHAI):%H:%M}"
    made = renderer().alarm(RoundMissing(civil_day(now), clock, plan.title, plan.office, missing))
    return tell_office(engine, plan, settings, now, Alarm.ROUND, made)
