"""duban judge：记录进，判定出。"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from cli.output import Format, a_day, an_instant, faults_said, refuse, settings_of, show
from db.planstore import load_plan
from policy.words import LABELS, Light, Status
from tasks.intake import read_records
from tasks.stateless import asked, chosen, verdict_objects

COLUMNS = {
    "clause": "条款",
    "title": "事项",
    "subject.name": "对象",
    "period.label": "期间",
    "due": "期限",
    "status_zh": "判定",
    "measured": "实际",
    "required": "要求",
    "days_late": "逾期天数",
    "why": "理由",
}
EXTRA = {
    "subject.kind": "对象类别",
    "subject.code": "对象编码",
    "subject.unit": "所属单位",
    "status": "判定代码",
    "unit": "计量",
    "percent": "百分比",
    "flags": "标记",
    "light": "亮灯",
    "counted": "计入记录",
    "refused": "未计入记录",
    "responsible": "责任方",
    "escalation": "上报",
}


def judge(
    plan: Annotated[str, typer.Option(help="方案，如 huizhou")],
    records: Annotated[Path, typer.Option(help="记录：CSV 文件夹或一个工作簿")],
    as_of: Annotated[str, typer.Option(help="判定日，如 2022-12-31")],
    known_at: Annotated[str | None, typer.Option(help="只用当时已知的记录")] = None,
    clause: Annotated[list[str] | None, typer.Option(help="只看这些条款")] = None,
    subject: Annotated[list[str] | None, typer.Option(help="只看这些对象")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="临时改一项，如 readings.A35=monthly_sum")] = None,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
    fail_on: Annotated[list[str] | None, typer.Option(help="出现这种判定时以 1 退出，如 not_met")] = None,
) -> None:
    """Judges the records at the end of the day and prints one row per obligation, subject and period."""
    day, known = a_day(as_of), an_instant(known_at) if known_at else None
    unwanted = _statuses(fail_on or [])
    with faults_said():
        loaded = load_plan(plan, settings_of(set_ or []))
        try:
            obligations = chosen(loaded, clause or [])
        except LookupError as error:
            refuse([f"方案 {plan} 没有条款“{error.args[0]}”；用 duban plans show {plan} 查看"])
        read = read_records(records)
        for warning in read.warnings:
            typer.echo(warning, err=True)
        with asked(loaded, read.rows, day, known) as question:
            objects = list(verdict_objects(question, obligations, subject or ()))
        for one in objects:
            one["status_zh"] = LABELS[Status(one["status"])]
        columns = COLUMNS if format_ is Format.TABLE else {**COLUMNS, **EXTRA}
        show(objects, columns, format_, out, f"{loaded.title} {day}")
    _summarize(objects, unwanted)


def _statuses(words: list[str]) -> set[str]:
    unknown = [word for word in words if word not in set(Status)]
    if unknown:
        refuse([f"--fail-on {word}：没有这个判定，应为：{'、'.join(Status)}" for word in unknown])
    return set(words)


def _summarize(objects: list[dict[str, object]], unwanted: set[str]) -> None:
    counts = Counter(str(one["status"]) for one in objects)
    said = "，".join(f"{LABELS[Status(s)]}{n}" for s, n in counts.most_common())
    reds = sum(one["light"] == Light.RED for one in objects)
    typer.echo(f"共{len(objects)}项：{said or '没有需要判定的事项'}；红灯{reds}项", err=True)
    if unwanted & counts.keys():
        raise typer.Exit(1)
