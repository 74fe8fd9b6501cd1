"""duban judge：记录进，判定出；不给记录就问台账。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.differences import show_verdicts
from cli.output import Format, a_day, faults_said, refuse, settings_of, show
from cli.sources import KnownAt, Records, consulted
from db.planstore import load_plan
from policy.plan import Plan
from policy.words import LABELS, Light, Status
from tasks.intake import uncollected
from tasks.judging import counted
from tasks.stateless import Question, chosen, verdict_objects
from tasks.what_if import difference_objects, verdict_differences

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
    as_of: Annotated[str, typer.Option(help="判定日，如 2022-12-31")],
    records: Records = None,
    known_at: KnownAt = None,
    clause: Annotated[list[str] | None, typer.Option(help="只看这些条款")] = None,
    subject: Annotated[list[str] | None, typer.Option(help="只看这些对象")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="临时改一项，如 readings.A35=monthly_sum")] = None,
    against_house: Annotated[bool, typer.Option("--against-house", help="只列 --set 使哪些判定不同")] = False,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
    fail_on: Annotated[list[str] | None, typer.Option(help="出现这种判定时以 1 退出，如 not_met")] = None,
) -> None:
    """Judges the records at the end of the day and prints one row per obligation, subject and period."""
    day, unwanted, settings = a_day(as_of), _statuses(fail_on or []), settings_of(set_ or [])
    if against_house and not settings:
        refuse(["--against-house 要与 --set 一起用：没有改动就没有可比的"])
    clauses, subjects = clause or [], subject or []
    with faults_said(), uncollected():
        house, loaded = load_plan(plan), load_plan(plan, settings)
        _known(house, clauses)
        with consulted(loaded, records, day, known_at) as question:
            if against_house:
                objects = _against(question, house, clauses, subjects)
                show_verdicts(objects, format_, out, f"{loaded.title} {day} 与内部规则相比")
            else:
                objects = _judged(question, clauses, subjects)
                columns = COLUMNS if format_ is Format.TABLE else {**COLUMNS, **EXTRA}
                show(objects, columns, format_, out, f"{loaded.title} {day}")
                _summarize(objects, subjects)
            if settings and format_ is Format.TABLE and not against_house:
                _compare(_against(question, house, clauses, subjects))
    _ended(unwanted, objects)


def _known(plan: Plan, clauses: Sequence[str]) -> None:
    unknown = [clause for clause in clauses if clause not in plan.clause_of]
    if unknown:
        refuse([f"方案 {plan.key} 没有条款“{unknown[0]}”；用 duban plans show {plan.key} 查看"])


def _judged(question: Question, clauses: Sequence[str], subjects: Sequence[str]) -> list[dict[str, Any]]:
    objects = list(verdict_objects(question, chosen(question.plan, clauses), subjects))
    for one in objects:
        one["status_zh"] = LABELS[Status(one["status"])]
    return objects


def _against(question: Question, house: Plan, clauses: Sequence[str], subjects: Sequence[str]) -> list[dict[str, Any]]:
    return difference_objects(question, house, verdict_differences(question, house, clauses, subjects))


def _compare(differing: list[dict[str, Any]]) -> None:
    more = "；加 --against-house 看是哪些" if differing else ""
    typer.echo(f"与内部规则相比，有{len(differing)}项判定不同{more}", err=True)


def _statuses(words: list[str]) -> set[str]:
    unknown = [word for word in words if word not in set(Status)]
    if unknown:
        refuse([f"--fail-on {word}：没有这个判定，应为：{'、'.join(Status)}" for word in unknown])
    return set(words)


def _summarize(objects: list[dict[str, Any]], subjects: Sequence[str]) -> None:
    counts = Counter(Status(one["status"]) for one in objects)
    reds = sum(one["light"] == Light.RED for one in objects)
    typer.echo(f"共{len(objects)}项：{counted(counts)}；红灯{reds}项", err=True)
    found = {one["subject"]["code"] for one in objects}
    for code in (code for code in subjects if code not in found):
        typer.echo(f"“{code}”没有这样的判定；--subject 要写对象的编码", err=True)


def _ended(unwanted: set[str], objects: list[dict[str, Any]]) -> None:
    """Of differences it is the new status that counts."""
    if any((one if "status" in one else one["after"] or {"status": ""})["status"] in unwanted for one in objects):
        raise typer.Exit(1)
