"""duban notices：某一时刻应有的通知；不给记录就问台账。"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.differences import show_notices
from cli.output import Format, an_instant, faults_said, refuse, settings_of, show
from cli.sources import KnownAt, Records, consulted
from db.planstore import load_plan
from policy.calendar import civil_day
from policy.objects import notice_difference_object, notice_object
from policy.words import LABELS, Change, NoticeState, Reason, Role
from tasks.stateless import notice_list
from tasks.what_if import notices_differing

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
    "channel": "通道",
    "state": "状态代码",
    "why_not": "不发原因",
}


def notices(
    plan: Annotated[str, typer.Option(help="方案，如 huizhou")],
    as_of: Annotated[str, typer.Option(help="时刻，如 2021-07-26T09:00；只写日期指当天结束")],
    records: Records = None,
    known_at: KnownAt = None,
    since: Annotated[str | None, typer.Option(help="只看此后到点的通知")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="临时改一项内部规则")] = None,
    against_house: Annotated[bool, typer.Option("--against-house", help="只列 --set 使哪些通知不同")] = False,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
) -> None:
    """Prints the notices that should exist at the instant, or that became due since another."""
    now, after = an_instant(as_of), an_instant(since) if since else None
    if after and after > now:
        refuse(["--since 晚于 --as-of，应早于它"])
    settings = settings_of(set_ or [])
    if against_house and not settings:
        refuse(["--against-house 要与 --set 一起用：没有改动就没有可比的"])
    with faults_said():
        house, loaded = load_plan(plan), load_plan(plan, settings)
        title = f"{loaded.title} 通知 {now:%Y-%m-%d %H:%M}"
        with consulted(loaded, records, civil_day(now), known_at) as question:
            compared = against_house or (settings and format_ is Format.TABLE)
            differing = notices_differing(question, house, now, after) if compared else []
            objects = [] if against_house else [notice_object(n) for n in notice_list(question, now, after)]
        if against_house:
            show_notices([notice_difference_object(one) for one in differing], format_, out, f"{title} 与内部规则相比")
        else:
            rows = map(_labelled, objects)
            if format_ is Format.TABLE:
                show(map(_with_reason, rows), COLUMNS, format_, out, title)
            else:
                show(rows, {**COLUMNS, **EXTRA}, format_, out, title)
            typer.echo(f"共{len(objects)}条", err=True)
    if compared:
        _compare([one.change for one in differing])


def _labelled(one: dict[str, Any]) -> dict[str, Any]:
    one["reason_zh"] = LABELS[Reason(one["reason"])]
    one["state_zh"] = LABELS[NoticeState(one["state"])]
    one["to"]["role_zh"] = LABELS[Role(one["to"]["role"])]
    return one


def _with_reason(one: dict[str, Any]) -> dict[str, Any]:
    """A table has no column for it: nearly everything is said."""
    said = f"{one['state_zh']}：{one['why_not']}" if one["state"] == NoticeState.SUPPRESSED else one["state_zh"]
    return {**one, "state_zh": said}


def _compare(changes: list[Change]) -> None:
    said = "，".join(f"{LABELS[change]}{times}条" for change, times in Counter(changes).items())
    typer.echo(f"与内部规则相比：{said or '通知没有不同'}", err=True)
