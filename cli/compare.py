"""duban compare：报道的数与一个方案的规定对照，只作对照，不是判定。"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import Format, faults_said, show
from db.planstore import load_plan, reported_keys
from db.reported import load_reported
from policy.comparison import Line, compare
from policy.reported import Programme
from policy.rulebook import rules_of

COLUMNS = {
    "city": "报道",
    "topic": "类别",
    "what": "项目",
    "reading": "读法",
    "said": "数",
    "how": "算式",
    "rule": "若按规定",
    "note": "说明",
    "clauses": "报道条目",
}
EXTRA = {
    "programme": "报道代码",
    "bound": "界限",
    "value": "数值",
    "exact": "精确值",
    "unit": "单位",
    "rule_plan": "规定的方案",
    "rule_clauses": "规定的条款",
    "label": "口径",
}


def compare_(
    programmes: Annotated[list[str] | None, typer.Argument(help="报道代码；缺省全部")] = None,
    plan: Annotated[str, typer.Option(help="按哪个方案的规定对照")] = "huizhou",
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
) -> None:
    """Prints what was reported elsewhere and what it would come to under the rules of a plan."""
    with faults_said():
        ruling = load_plan(plan)
        rules = rules_of(ruling)
        told = [load_reported(key) for key in programmes or reported_keys()]
        label = f"若按{ruling.city.removesuffix('市')}规定"
        rows = [_row(one, line, ruling.key, label) for one in told for line in compare(one, rules)]
        columns = {**COLUMNS, "rule": label} if format_ is Format.TABLE else {**COLUMNS, **EXTRA}
        show(rows, columns, format_, out, f"报道数对照（{label}；只作对照，不是判定）")
    if not rules:
        typer.echo(f"方案 {plan} 没有可以对照的规定，只列报道的数", err=True)
    typer.echo(f"{label}，共{len(rows)}行。报道不是文件，只作对照，不作判定", err=True)


def _row(programme: Programme, line: Line, plan: str, label: str) -> dict[str, Any]:
    number = line.number
    return {
        "programme": programme.key,
        "city": programme.city,
        "topic": line.topic,
        "what": line.what,
        "reading": line.reading,
        "said": line.said,
        "bound": number.bound.value if number else None,
        "value": line.decimal or None,
        "exact": str(number.value) if number else None,
        "unit": line.unit,
        "how": number.how if number else "",
        "rule": "；".join(f"{rule.said}（{rule.clause}）" for rule in line.rules),
        "rule_plan": plan if line.rules else None,
        "rule_clauses": [rule.clause for rule in line.rules],
        "clauses": list(line.clauses),
        "note": line.note,
        "label": label if line.rules else "报道",
    }
