"""duban ack / snooze / extend / waive / silence / handover / urge / revoke / levers：人的决定，写明谁、何时、为何。"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli.installation import ledger
from cli.output import Format, a_day, faults_said, refuse, show
from cli.sources import KnownAt, past_instant
from db.levers import LEVER_LABELS, SILENT, LeverKind, decided
from db.planstore import load_plan
from policy.calendar import civil_day
from policy.numbers import zh_day
from policy.plan import Plan
from settings import Settings
from tasks import levers
from tasks.levers import Desk, LeverRefused

Named = Annotated[str, typer.Argument(metavar="MATTER", help="条款编号或事项代码，如 HZ-4.2.4-09")]
Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help="对象的编码或名称，如“一镇社工站”")]
Period = Annotated[str, typer.Option(help="期间，如 2021-11 或 2022；没有期间的不写")]
By = Annotated[str, typer.Option(help="谁决定：单位或人员编码")]
Why = Annotated[str, typer.Option(help="理由，一句话")]
Until = Annotated[str, typer.Option(help="到哪一天为止（含当日）")]
Approver = Annotated[str, typer.Option(help="谁批准：上一级单位或人员编码")]
PlanKey = Annotated[str | None, typer.Option("--plan", help="哪个城市；缺省用设置里的")]

LAST_A_DAY = (*SILENT, LeverKind.HANDOVER)
"""Decisions that hold to the end of the day on which they are ended."""


@contextmanager
def _desk(plan: str | None, now: datetime | None = None) -> Iterator[Desk]:
    """One transaction: what is refused changes nothing. A desk of another instant than now is looked at only."""
    settings = Settings()
    with faults_said():
        loaded = load_plan(plan or settings.plan)
        try:
            with ledger(settings) as engine, engine.begin() as connection:
                yield Desk(connection, loaded, now or datetime.now(UTC))
        except LeverRefused as error:
            refuse([error])


def ack(
    matter: Named, subject: Subject, by: By, why: Why = "已签收", period: Period = "", plan: PlanKey = None
) -> None:
    with _desk(plan) as desk:
        number, until = levers.acknowledge(desk, desk.matter(matter, subject, period), by, why)
        typer.echo(f"已签收（决定{number}）：本级通知到{zh_day(until)}为止不再列入未办结清单；下一级通知和逾期上报照常")


def snooze(
    matter: Named, subject: Subject, by: By, until: Until, why: Why, period: Period = "", plan: PlanKey = None
) -> None:
    with _desk(plan) as desk:
        last = a_day(until)
        number = levers.snooze(desk, desk.matter(matter, subject, period), by, last, why)
        typer.echo(f"已暂缓（决定{number}）：到{zh_day(last)}为止不再提醒{by}；到期、逾期和上报照常通知")


def extend(
    matter: Named,
    subject: Subject,
    to: Annotated[str, typer.Option(help="新期限")],
    approver: Approver,
    by: By,
    why: Why,
    period: Period = "",
    plan: PlanKey = None,
) -> None:
    with _desk(plan) as desk:
        number = levers.extend(desk, desk.matter(matter, subject, period), a_day(to), approver, by, why)
        typer.echo(f"已延期（决定{number}）：期限改为{zh_day(a_day(to))}，原期限保留；判定仍按方案原文")


def waive(
    matter: Named,
    subject: Subject,
    until: Until,
    approver: Approver,
    by: By,
    why: Why,
    period: Period = "",
    plan: PlanKey = None,
) -> None:
    with _desk(plan) as desk:
        number = levers.waive(desk, desk.matter(matter, subject, period), a_day(until), approver, by, why)
        typer.echo(f"已免办（决定{number}）：到{zh_day(a_day(until))}为止不催办，之后重新起算")


def silence(
    by: By,
    until: Until,
    why: Why,
    matter: Annotated[str | None, typer.Option(help="条款编号或事项代码")] = None,
    subject: Annotated[str | None, typer.Option(help="对象的编码，或单位的名称；只管它本身，不含下属")] = None,
    plan: PlanKey = None,
) -> None:
    with _desk(plan) as desk:
        numbers = levers.silence(desk, matter, subject, a_day(until), by, why)
        about = "的".join(filter(None, (subject and f"对象{subject}本身", matter or "全部事项")))
        typer.echo(f"已静默（决定{'、'.join(map(str, numbers))}）：{about}到{zh_day(a_day(until))}为止不催办")


def handover(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="本人的人员编码")],
    stand_in: Annotated[str, typer.Argument(metavar="STAND_IN", help="代理人的人员编码")],
    by: By,
    until: Until,
    why: Why,
    starts: Annotated[str | None, typer.Option("--from", help="从哪一天起；缺省今天")] = None,
    plan: PlanKey = None,
) -> None:
    with _desk(plan) as desk:
        first = a_day(starts) if starts else desk.today
        number = levers.hand_over(desk, person, stand_in, first, a_day(until), by, why)
        typer.echo(f"已转办（决定{number}）：{zh_day(first)}至{zh_day(a_day(until))}，给{person}的通知改送{stand_in}")


def urge(matter: Named, subject: Subject, by: By, why: Why, period: Period = "", plan: PlanKey = None) -> None:
    with _desk(plan) as desk:
        number, told = levers.urge(desk, desk.matter(matter, subject, period), by, why)
        typer.echo(f"已催办（决定{number}）：{told}条通知，随最近一次投递发出")


def revoke(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="决定的编号；用 duban levers 查看")],
    by: By,
    why: Why,
    plan: PlanKey = None,
) -> None:
    with _desk(plan) as desk:
        since = "明天" if levers.end(desk, number, by, why) in LAST_A_DAY else "现在"
        typer.echo(f"决定{number}从{since}起不再有效；记录保留")


COLUMNS = {
    "id": "编号",
    "kind_zh": "决定",
    "matter": "事项",
    "subject": "对象",
    "period": "期间",
    "whom": "对谁",
    "until": "到何时",
    "by": "谁",
    "approver": "批准",
    "why": "理由",
    "decided": "何时",
    "state": "状态",
}


def list_(
    plan: PlanKey = None,
    known_at: KnownAt = None,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    with _desk(plan, past_instant(known_at) if known_at else None) as desk:
        rows = [_row(row, desk) for row in decided(desk.connection, desk.plan.key, desk.now)]
        show(rows, COLUMNS, format_, None, f"{desk.plan.title} 人的决定")


def _row(row: Any, desk: Desk) -> dict[str, Any]:
    until = row["due"] or row["until"]
    revoked = row["revoked_at"] is not None and row["revoked_at"] <= desk.now
    over = until and until < desk.today
    swap = f"{row['person']}→{row['stand_in']}" if row["person"] else None
    heard = (row["recipient"] or "").partition(":")[2]
    return {
        "id": row["id"],
        "kind": row["kind"],
        "kind_zh": LEVER_LABELS[LeverKind(row["kind"])],
        "duty": row["duty"],
        "matter": _matter(desk.plan, row["duty"]),
        "subject": row["subject"],
        "period": row["period"],
        "whom": swap or heard or None,
        "until": str(until) if until else None,
        "was": str(row["was"]) if row["was"] else None,
        "by": row["by"],
        "approver": row["approver"],
        "why": row["why"],
        "decided": str(civil_day(row["decided_at"])),
        "state": "撤回" if revoked else "已执行" if row["kind"] in levers.ONCE else "已过" if over else "有效",
    }


def _matter(plan: Plan, duty: str | None) -> str | None:
    known = plan.by_key.get(duty or "")
    return f"{known.clause} {known.title}" if known else duty
