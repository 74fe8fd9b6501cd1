"""duban notices：此刻应有的通知，不用数据库。"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import Format, an_instant, faults_said, refuse, settings_of, show
from db.planstore import load_plan
from policy.calendar import civil_day
from policy.objects import notice_object
from policy.words import LABELS, NoticeState, Reason, Role
from tasks.intake import read_records
from tasks.stateless import asked, notice_list

COLUMNS = {
    "not_before": "何时",
    "reason_zh": "缘由",
    "to.role_zh": "对谁",
    "to.unit": "单位",
    "to.person": "人员",
    "state_zh": "状态",
    "text": "内容",
}
EXTRA = {
    "key": "编号",
    "reason": "缘由代码",
    "rung": "层级",
    "clause": "条款",
    "duty": "事项代码",
    "subject.kind": "对象类别",
    "subject.code": "对象编码",
    "period.label": "期间",
    "due": "期限",
    "to.role": "角色代码",
    "channel": "渠道",
    "state": "状态代码",
    "why_not": "不发原因",
}


def notices(
    plan: Annotated[str, typer.Option(help="方案，如 huizhou")],
    records: Annotated[Path, typer.Option(help="记录：CSV 文件夹或一个工作簿")],
    as_of: Annotated[str, typer.Option(help="时刻，如 2021-07-26T09:00；只写日期指当天结束")],
    since: Annotated[str | None, typer.Option(help="只看此后到点的通知")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="临时改一项内部规则")] = None,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
) -> None:
    """Prints the notices that should exist at the instant, or that became due since another."""
    now, after = an_instant(as_of), an_instant(since) if since else None
    if after and after > now:
        refuse(["--since 晚于 --as-of，应早于它"])
    with faults_said():
        loaded = load_plan(plan, settings_of(set_ or []))
        read = read_records(records)
        for warning in read.warnings:
            typer.echo(warning, err=True)
        with asked(loaded, read.rows, civil_day(now)) as question:
            objects = [notice_object(n) for n in notice_list(question, now, after)]
        for one in objects:
            one["reason_zh"] = LABELS[Reason(one["reason"])]
            one["state_zh"] = LABELS[NoticeState(one["state"])]
            one["to"]["role_zh"] = LABELS[Role(one["to"]["role"])]
        columns = COLUMNS if format_ is Format.TABLE else {**COLUMNS, **EXTRA}
        show(objects, columns, format_, out, f"{loaded.title} 通知 {now:%Y-%m-%d %H:%M}")
    typer.echo(f"共{len(objects)}条", err=True)
