"""duban plans：方案当数据看。"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import reported
from cli.output import Format, faults_said, refuse, show
from db.measures import QUESTIONS
from db.planstore import load_plan, plan_folder, plan_keys, reported_folder, reported_keys
from db.reported import load_reported
from policy.errors import PlanInvalid
from policy.plan import House, Obligation, Plan
from policy.reported import Programme
from policy.words import LABELS

plans = typer.Typer(no_args_is_help=True)
LIST = {
    "key": "代码",
    "title": "方案",
    "document": "文号",
    "basis": "口径",
    "clauses": "条款",
    "judged": "判定",
    "reviewed": "审核",
    "not_run": "不判定",
}
CLAUSE = {"id": "条款", "place": "出处", "title": "名称", "force_zh": "力度", "placed": "安排", "summary": "概述"}


@plans.command("list", help="现有方案。")
def list_(format_: Annotated[Format, typer.Option("--format")] = Format.TABLE) -> None:
    with faults_said():
        judged = [_counts(load_plan(key)) for key in plan_keys()]
        told = [reported.counted(load_reported(key)) for key in reported_keys()]
        show([*judged, *told], LIST, format_, None, "现有方案")


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
    format_: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    every = (*plan_keys(), *reported_keys())
    if name and not reported_folder(name) and not plan_folder(name).is_dir():
        refuse([f"没有名为“{name}”的方案；现有：{'、'.join(every)}"])
    found = [finding for key in ([name] if name else every) for finding in _findings(key)]
    if format_ is Format.JSON:
        typer.echo(json.dumps(found, ensure_ascii=False))
    for finding in found:
        typer.echo(f"{finding['plan']}：{finding['message']}", err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("方案自洽，没有发现问题", err=True)


def _findings(key: str) -> list[dict[str, str]]:
    try:
        if reported_folder(key):
            load_reported(key)
            return []
        plan = load_plan(key)
    except PlanInvalid as error:
        return [{"plan": Path(key).name, "grade": "error", "message": finding} for finding in error.findings]
    unasked = [o for o in plan.obligations if o.check.asks not in QUESTIONS]
    return [
        {
            "plan": plan.key,
            "grade": "error",
            "message": f"plan.yaml obligations.{o.key}.check.asks：没有名为“{o.check.asks}”的问法",
        }
        for o in unasked
    ]


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
        plan = load_plan(city)
    if clause and clause not in plan.clause_of:
        refuse([f"方案 {city} 没有条款“{clause}”"])
    rows = [_clause_row(plan, c.id) for c in plan.clauses if clause in (None, c.id)]
    show(rows, CLAUSE, format_, None, f"{plan.title}（{plan.document}）")
    if format_ is Format.TABLE:
        _more(plan, clause)


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
    for note, chosen in plan.house.readings.items():
        values = "；".join(f"{value}＝{said}" for value, said in plan.house.reading_values[note].items())
        typer.echo(f"读法 {note}（现用 {chosen}）：{values}")
    for obligation in (o for o in plan.obligations if o.clause == clause):
        who = "、".join(LABELS[role] for role in obligation.who)
        above = " → ".join(LABELS[role] for role in obligation.escalation)
        due = obligation.due or (obligation.every.rule if obligation.every else "常年")
        typer.echo(f"{obligation.title}：期限 {due}；由{who}办理；上报 {above}")


@plans.command("diff", help="两个方案（或两个版本）相差什么。")
def diff(
    a: Annotated[str, typer.Argument(help="方案代码或文件夹")],
    b: Annotated[str, typer.Argument(help="方案代码或文件夹")],
    format_: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    with faults_said():
        before, after = load_plan(a), load_plan(b)
    rows = [*_differences(before, after), *_house_differences(before, after)]
    show(rows, {"change": "变化", "duty": "事项", "clause": "条款", "what": "内容"}, format_, None, f"{a} 与 {b}")
    typer.echo("，".join(f"{k}{n}项" for k, n in Counter(r["change"] for r in rows).items()) or "没有差别", err=True)


def _differences(before: Plan, after: Plan) -> list[dict[str, str]]:
    rows = []
    for key in sorted(before.by_key.keys() | after.by_key.keys()):
        old, new = before.by_key.get(key), after.by_key.get(key)
        if old and new:
            rows += [_row("改变", new, f"{field}：{a} → {b}") for field, a, b in _changed(old, new)]
        elif new:
            rows.append(_row("新增", new, new.title))
        elif old:
            rows.append(_row("删除", old, old.title))
    return rows


def _changed(old: Obligation | House, new: Obligation | House) -> list[tuple[str, Any, Any]]:
    a, b = old.model_dump(mode="json"), new.model_dump(mode="json")
    return [(field, a[field], b[field]) for field in a if a[field] != b[field]]


def _house_differences(before: Plan, after: Plan) -> list[dict[str, str]]:
    return [
        {"change": "改变", "duty": "house", "clause": "", "what": f"{field}：{old} → {new}"}
        for field, old, new in _changed(before.house, after.house)
    ]


def _row(change: str, obligation: Obligation, what: str) -> dict[str, str]:
    return {"change": change, "duty": obligation.key, "clause": obligation.clause, "what": what}
