"""duban forecast：今后各天各通道会有多少封通知。Played ahead from the ledger; nothing is written."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import Connection

from cli.output import Format, faults_said, refuse, show
from cli.sources import on_file, past_instant
from db.forecast import Expected, written
from db.planstore import load_plan
from notifications.channel import label_of
from policy.assumption import assumptions
from policy.calendar import civil_day
from policy.numbers import zh_day
from policy.plan import Plan
from settings import Settings
from tasks.forecast import DAYS, NOBODY_ACTS, forecast_of

MOST = 366
COLUMNS = {"day": "日期", "channel_label": "通道", "messages": "通知（封）", "notices": "事项（条）"}


def forecast(
    days: Annotated[int, typer.Option(help="推算多少天，从明天起")] = DAYS,
    assume: Annotated[
        list[str] | None,
        typer.Option(help="假设怎样办理：on_time、late=3、never，或 training=late=5 单管一项；缺省为没有新的办理"),
    ] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="哪个城市；缺省用设置里的")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="看当时写下的推算（每天送达核对时写一次），如 2021-10-31；只写日期指当天结束")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    """By what the ledger holds now, or as it was written down then; the assumption stands in the heading and every object."""
    settings, now = Settings(), datetime.now(UTC)
    if not 1 <= days <= MOST:
        refuse([f"--days {days}：应在1到{MOST}之间"])
    if known_at and assume:
        refuse(["--assume 不能与 --known-at 一起用：当时的推算已经写定，不能另作假设"])
    known = past_instant(known_at) if known_at else None
    with faults_said():
        loaded = load_plan(plan or settings.plan)
        assumed = assumptions(loaded, assume or [])
        said = assumed.said or NOBODY_ACTS
        with on_file(loaded.key) as connection:
            if known:
                made_on, expected = _written(connection, loaded, known, days)
            else:
                made_on, expected = civil_day(now), forecast_of(connection, loaded, now, days, assumed)
        objects = [_object(one, made_on, said) for one in expected]
        show(objects, COLUMNS, format_, None, f"{loaded.title} {zh_day(made_on)}以后{days}天的通知（{said}）")


def _written(connection: Connection, plan: Plan, known: datetime, days: int) -> tuple[date, list[Expected]]:
    """Ends the call where nothing had been written down."""
    found = written(connection, plan.key, known)
    if found is None:
        refuse([f"{known:%Y-%m-%d %H:%M}以前没有写下过推算：每天送达核对（duban run delivery_audit）时写一次"])
    made_on, expected = found
    return made_on, [one for one in expected if one.day <= made_on + timedelta(days=days)]


def _object(one: Expected, made_on: date, assumed: str) -> dict[str, object]:
    plain = {**asdict(one), "day": one.day.isoformat(), "channel_label": label_of(one.channel)}
    return {"made_on": made_on.isoformat(), **plain, "assumed": assumed}
