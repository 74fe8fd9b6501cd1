"""duban run：立即执行一项定时任务，不需要 Prefect 服务器。"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from cli.output import FAILED_OUTSIDE, a_day, faults_said, refuse
from cli.sources import consulted, past_instant
from db.schema import migrate
from policy.calendar import civil_day
from policy.plan import Plan
from settings import Settings
from tasks import clock, jobs
from tasks.judging import counted
from tasks.stateless import verdicts


def run(
    name: Annotated[str, typer.Argument(help="任务名，如 daily_round、supervision、compliance")],
    as_of: Annotated[str | None, typer.Option(help="哪一天；缺省今天（北京时间）")] = None,
    plan: Annotated[str | None, typer.Option(help="哪个城市的方案")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="只看不记：按当时已知的记录判定，如 2021-10-31T18:00；只写日期指当天结束")
    ] = None,
) -> None:
    """The same steps as the flow of that name; a part that fails does not keep the others from running."""
    settings, now = Settings(), datetime.now(UTC)
    known = past_instant(known_at) if known_at else None
    day = a_day(as_of) if as_of else civil_day(known or now)
    with faults_said():
        settings.data.mkdir(parents=True, exist_ok=True)
        at = jobs.office(plan or settings.plan, settings)
        migrate(at.engine)
        if name not in jobs.names(at.plan):
            refuse([f"没有名为“{name}”的任务；可用：{'、'.join(jobs.names(at.plan))}"])
        if known_at:
            _look(at.plan, name, day, known_at)
            return
        if said := clock.asked(at.engine, at.plan.house, settings, now):
            refuse([said], FAILED_OUTSIDE)
        failed = [key for key in jobs.parts_of(at.plan, name, day) if not _played(at, key, day, now)]
        if name == jobs.ROUND:
            pages = jobs.summarised(at, day, now, tuple(jobs.title_of(at.plan.key, key) for key in failed))
            typer.echo(pages[0].text)
    if failed:
        refuse([f"没有完成：{'、'.join(failed)}"], FAILED_OUTSIDE)


def _look(plan: Plan, name: str, day: date, known_at: str) -> None:
    """What a round would find by what was known then. Nothing is recorded, handed out or filed."""
    if name == jobs.DELIVERY_AUDIT:
        refuse(["送达核对看的是通知现在的去向，没有“当时”可言；当时发出的通知用 duban log --known-at 查看"])
    with consulted(plan, None, day, known_at) as question:
        for key in jobs.parts_of(plan, name, day):
            part = jobs.part_of(question.plan, key, day)
            counts = Counter(verdict.ruling.status for verdict in verdicts(question, part.obligations))
            typer.echo(f"【{part.title}】\n  按{known_at}已知，只看不记。{counted(counts)}")


def _played(at: jobs.Office, key: str, day: date, now: datetime) -> bool:
    part = jobs.part_of(at.plan, key, day)
    typer.echo(f"【{part.title}】", err=True)
    try:
        for step, done in jobs.played(at, part, day, now):
            typer.echo(f"  {step.title}：{done.note}", err=True)
    except Exception as error:  # noqa: BLE001 - the edge of a part: said here, the others still run, exit 3
        typer.echo(f"  失败：{type(error).__name__}：{error}", err=True)
        return False
    return True
