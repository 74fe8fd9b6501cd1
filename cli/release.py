"""duban release：解除暂停。Somebody has looked at what was kept back, and answers for going on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.installation import ledger
from cli.output import faults_said, refuse
from db.planstore import load_plan
from settings import Settings
from tasks import clock


def release(
    by: Annotated[str, typer.Option(help="谁决定：单位或人员编码")],
    why: Annotated[str, typer.Option(help="理由，一句话")],
    clock_: Annotated[bool, typer.Option("--clock", help="本机时钟是对的")] = False,
) -> None:
    settings, now = Settings(), datetime.now(UTC)
    if not by.strip() or not why.strip():
        refuse(["--by 和 --why 不能空着：要写明谁决定、为什么"])
    if not clock_:
        refuse(["没有写明解除什么；本机时钟无误用 --clock"])
    with faults_said():
        engine = ledger(settings)
        clock.doubt(engine, load_plan(settings.plan).house, now, confirmed=True)
    typer.echo(f"已确认本机时钟：{now.astimezone():%Y-%m-%d %H:%M}")
