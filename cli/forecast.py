"""duban forecast：今后各天各通道会有多少封通知。Played ahead from the ledger; nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.installation import ledger
from cli.output import Format, faults_said, refuse, show
from db.planstore import load_plan
from policy.assumption import assumptions
from settings import Settings
from tasks.forecast import DAYS, NOBODY_ACTS, forecast_of

MOST = 366
COLUMNS = {"day": "日期", "channel": "通道", "messages": "通知（封）", "notices": "事项（条）"}


def forecast(
    days: Annotated[int, typer.Option(help="推算多少天，从明天起")] = DAYS,
    assume: Annotated[
        list[str] | None,
        typer.Option(help="假设怎样办理：on_time、late=3、never，或 training=late=5 单管一项；缺省为没有新的办理"),
    ] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="哪个城市；缺省用设置里的")] = None,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    """By what the ledger holds now; the assumption stands in the heading and in every object."""
    settings, now = Settings(), datetime.now(UTC)
    if not 1 <= days <= MOST:
        refuse([f"--days {days}：应在1到{MOST}之间"])
    with faults_said():
        loaded = load_plan(plan or settings.plan)
        assumed = assumptions(loaded, assume or [])
        said = assumed.said or NOBODY_ACTS
        with ledger(settings).connect().execution_options(readonly=True) as connection, connection.begin():
            rows = forecast_of(connection, loaded, now, days, assumed)
        objects = [
            {
                "day": e.day.isoformat(),
                "channel": e.channel,
                "messages": e.messages,
                "notices": e.notices,
                "assumed": said,
            }
            for e in rows
        ]
        show(objects, COLUMNS, format_, None, f"{loaded.title} 今后{days}天的通知（{said}）")
