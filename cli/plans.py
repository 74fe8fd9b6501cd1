"""duban plans：方案当数据看。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer

from cli import reported
from cli.capacity import Counts, From, Month, Source, To
from cli.new_plan import new
from cli.output import Format, a_day, faults_said, refuse, show
from cli.plan_diff import amendment_lines, amendment_objects, diff
from cli.quotas import against_records
from cli.sources import KnownAt, Records
from db.planstore import findings_of, load_plan, located, plan_folder, plan_keys, reported_folder, reported_keys
from db.reported import load_reported
from policy.amendments import text_on
from policy.calendar import SHANGHAI
from policy.errors import PlanInvalid
from policy.finding import Located
from policy.plan import Obligation, Plan
from policy.plan_words import words
from policy.reported import Programme
from policy.words import LABELS, Grade

plans = typer.Typer(no_args_is_help=True)
plans.command("new", help="照样板新建一个方案。")(new)
LIST = {
    "key": "代码",
    "title": "方案",
    "document": "文号",
    "basis": "口径",
    "clauses": "条款",
    "judged": "判定",
    "reviewed": "审核",
    "not_run": "不判定",
    "fault": "问题",
}
FINDING = {"grade_zh": "等级", "clause": "条款", "where": "位置", "message": "内容"}
CLAUSE = {"id": "条款", "place": "出处", "title": "名称", "force_zh": "力度", "placed": "安排", "summary": "概述"}


@plans.command("list", help="现有方案。")
def list_(format_: Annotated[Format, typer.Option("--format")] = Format.TABLE) -> None:
    with faults_said():
        judged = [_listed(key, lambda key: _counts(load_plan(key))) for key in plan_keys()]
        told = [_listed(key, lambda key: reported.counted(load_reported(key))) for key in reported_keys()]
        show([*judged, *told], LIST, format_, None, "现有方案")


def _listed(key: str, counted: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """A plan that does not load is still one of the plans."""
    try:
        return {**counted(key), "fault": None}
    except PlanInvalid as invalid:
        fault = f"有{len(invalid.findings)}处错误，不能使用；见 duban plans check {key}"
        return {**dict.fromkeys(LIST), "key": key, "fault": fault}


def _counts(plan: Plan) -> dict[str, Any]:
    kinds = {o.clause: o.check.kind for o in plan.obligations}
    reviewed = sum(kind == "reviewed_evidence" for kind in kinds.values())
    return {
        "key": plan.key,
        "title": plan.title,
        "document": plan.document,
        "basis": "方案原文",
        "clauses": len(plan.clauses),
        "judged": len(kinds) - reviewed,
        "reviewed": reviewed,
        "not_run": len(plan.not_run),
    }


@plans.command("check", help="方案是否自洽；有错以 1 退出。")
def check(
    name: Annotated[str | None, typer.Argument(help="方案代码或文件夹；缺省全部")] = None,
    records: Records = None,
    counts: Counts = None,
    month: Month = None,
    from_: From = None,
    to: To = None,
    known_at: KnownAt = None,
    as_of: Annotated[str | None, typer.Option(help="按哪一天看谁在任；缺省今天")] = None,
    format_: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """With records, counts or a month (of the ledger) also whether the quotas can be met by the people there are, and
    whether somebody holds every role."""
    day = a_day(as_of) if as_of else datetime.now(SHANGHAI).date()
    source = Source(records, counts, month, from_, to, known_at)
    every = (*plan_keys(), *reported_keys())
    if name and not reported_folder(name) and not plan_folder(name).is_dir():
        refuse([f"没有名为“{name}”的方案；现有：{'、'.join(every)}"])
    with faults_said():
        found = [finding for key in ([name] if name else every) for finding in _findings(key)]
        if source.is_given:
            found += _by_records(name, found, source, day)
    _show_findings(found, format_)
    if any(finding.grade is Grade.ERROR for finding in found):
        raise typer.Exit(1)


def _findings(key: str) -> list[Located]:
    if reported_folder(key) is None:
        return findings_of(key)
    try:
        load_reported(key)
    except PlanInvalid as invalid:
        return invalid.located
    return []


def _by_records(name: str | None, found: Sequence[Located], source: Source, day: date) -> list[Located]:
    if name is None or reported_folder(name):
        refuse(["对照记录要写明一个按原文判定的方案，例如 duban plans check huizhou --records …"])
    if any(finding.grade is Grade.ERROR for finding in found):
        return []
    return located(name, against_records(load_plan(name), source, day))


def _show_findings(found: Sequence[Located], form: Format) -> None:
    """The gravest first; for people with the place and line where to mend it."""
    ordered = sorted(found, key=lambda finding: list(Grade).index(finding.grade))
    if form is Format.JSON:
        show([finding.plain() for finding in ordered], FINDING, form, None, "方案检查")
    elif ordered or form is not Format.TABLE:
        show(map(_finding_row, ordered), FINDING, form, None, "方案检查")
    counts = Counter(finding.grade for finding in ordered)
    said = "，".join(f"{LABELS[grade]}{counts[grade]}处" for grade in Grade if counts[grade])
    typer.echo(said or "方案自洽，没有发现问题", err=True)


def _finding_row(finding: Located) -> dict[str, Any]:
    line = f"第{finding.line}行" if finding.line else ""
    where = " ".join(part for part in (f"{finding.plan}/{finding.finding.file}", line, finding.finding.path) if part)
    return {**finding.plain(), "grade_zh": LABELS[finding.grade], "where": where}


@plans.command("show", help="一个方案的条款、读法和内部规则。")
def show_(
    city: Annotated[str, typer.Argument(help="方案代码")],
    clause: Annotated[str | None, typer.Option(help="只看这一条")] = None,
    format_: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    with faults_said():
        if reported_folder(city):
            _show_reported(load_reported(city), clause, format_)
            return
        written = load_plan(city)
    plan = text_on(written, date.max)
    if clause and clause not in plan.clause_of:
        refuse([f"方案 {city} 没有条款“{clause}”"])
    changed = amendment_objects(written)
    rows = [
        {**_clause_row(plan, c.id), "amendments": changed.get(c.id, [])} for c in plan.clauses if clause in (None, c.id)
    ]
    show(rows, CLAUSE, format_, None, f"{plan.title}（{plan.document}）")
    if format_ is Format.TABLE:
        _more(plan, clause)
        for line in amendment_lines(written, clause):
            typer.echo(line)


def _show_reported(programme: Programme, clause: str | None, format_: Format) -> None:
    if clause and clause not in programme.clause_of:
        refuse([f"报道口径 {programme.key} 没有条目“{clause}”"])
    rows = [reported.clause_row(programme, c.id) for c in programme.clauses if clause in (None, c.id)]
    show(rows, CLAUSE, format_, None, f"{programme.title}（{programme.source}；{reported.BASIS}）")


def _clause_row(plan: Plan, clause_id: str) -> dict[str, Any]:
    clause = plan.clause_of[clause_id]
    placed = [o for o in plan.obligations if o.clause == clause_id]
    said = "；".join(f"{_how(o)}（{LABELS[o.subject]}）" for o in placed)
    return {
        **clause.model_dump(mode="json"),
        "force_zh": LABELS[clause.force],
        "placed": said or f"不判定：{plan.not_run.get(clause_id, '')}",
        "obligations": [o.model_dump(mode="json", exclude_none=True) for o in placed],
        "readings": [_reading(plan, note) for note in clause.ambiguity if note in plan.house.readings],
    }


def _reading(plan: Plan, note: str) -> dict[str, Any]:
    return {"id": note, "chosen": plan.house.readings[note], "values": plan.house.reading_values[note]}


def _how(obligation: Obligation) -> str:
    return "审核" if obligation.check.kind == "reviewed_evidence" else "判定"


def _more(plan: Plan, clause: str | None) -> None:
    house = plan.house
    asked = plan.clause_of[clause].ambiguity if clause else house.readings
    for note in (note for note in house.readings if note in asked):
        values = "；".join(f"{value}＝{said}" for value, said in house.reading_values[note].items())
        typer.echo(f"读法 {note}（现用 {house.readings[note]}）：{values}")
    for obligation in (o for o in plan.obligations if o.clause == clause):
        who = "、".join(LABELS[role] for role in obligation.who)
        above = " → ".join(LABELS[role] for role in obligation.escalation)
        due = words(obligation.due or obligation.every or "常年")
        before = "、".join(milestone.title for milestone in plan.inhibitors([obligation.key]))
        waits = f"；“{before}”办结以前不提醒" if before else ""
        typer.echo(f"{obligation.title}：期限 {due}；由{who}办理；上报 {above}{waits}")


plans.command("diff", help="两个方案、或一个方案的两个版本相差什么；有记录时看影响多少对象、通知和判定。")(diff)
