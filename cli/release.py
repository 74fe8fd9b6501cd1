"""duban release：解除暂停。Somebody has looked at what was kept back, and answers for going on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.installation import ledger
from cli.output import answered_for, faults_said, refuse
from db.planstore import load_plan
from policy.calendar import SHANGHAI
from settings import Settings
from tasks import brake, clock


def release(
    by: Annotated[str, typer.Option(help="谁决定：单位或人员编码")],
    why: Annotated[str, typer.Option(help="理由，一句话")],
    clock_: Annotated[bool, typer.Option("--clock", help="本机时钟是对的")] = False,
    plan: Annotated[str | None, typer.Option("--plan", help="哪个城市；缺省用设置里的")] = None,
) -> None:
    settings, now = Settings(), datetime.now(UTC)
    by, why = answered_for(by, why)
    with faults_said(), ledger(settings) as engine:
        loaded = load_plan(plan or settings.plan)
        if clock_:
            clock.confirm(engine, loaded, by, why, now)
            typer.echo(f"已确认本机时钟：{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
            return
        freed = brake.release(engine, loaded, by, why, now)
        if freed is None:
            refuse(["没有待放行的通知"])
    typer.echo(f"已放行{freed}封，随最近一次投递发出；当天不再暂停")
