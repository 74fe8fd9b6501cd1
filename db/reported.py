"""Reads plans/reported/: programmes known from newspapers, for comparison only; strict like a plan."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from db.plan_lines import Sheets
from db.planfile import parsed, refused, text_of
from db.planstore import PLANS, reported_folder, reported_keys
from policy.errors import PlanInvalid
from policy.finding import error
from policy.reported import Programme, findings

FILES = ("reported.yaml", "clauses.yaml")


def load_reported(key: str, root: Path = PLANS) -> Programme:
    """Raises PlanInvalid with one Chinese line per fault, naming file and line."""
    folder = reported_folder(key, root)
    if folder is None:
        raise PlanInvalid([f"没有名为“{key}”的报道口径；现有：{'、'.join(reported_keys(root))}"])
    texts = {name: text_of(folder / name) for name in FILES}
    sheets = Sheets(folder.name, texts)
    assembled = _assembled(folder, *(parsed(folder / name, text) for name, text in texts.items()))
    try:
        revision = hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:12]
        programme = Programme.model_validate({**assembled, "revision": revision})
    except ValidationError as wrong:
        raise PlanInvalid(sheets.of_faults(wrong.errors())) from wrong
    if faults := [error("reported", _place(path), said) for path, said in findings(programme)]:
        raise PlanInvalid([sheets.located(fault) for fault in faults])
    return programme


def _assembled(folder: Path, head: Any, clauses: Any) -> dict[str, Any]:
    """The force of each number comes from its clause: a reported fact, or something asked for that was reported."""
    if not isinstance(head, dict) or not isinstance(clauses, list):
        raise refused(folder.name, "shape", FILES[0], "reported.yaml 应为键值，clauses.yaml 应为列表")
    facts = {clause.get("id") for clause in clauses if isinstance(clause, dict) and clause.get("force") == "fact"}
    numbers = {kind: _forced(head[kind], facts) for kind in ("figures", "targets") if kind in head}
    return {**head, **numbers, "clauses": clauses}


def _forced(rows: Any, facts: set[Any]) -> Any:
    if not isinstance(rows, list):
        return rows
    return [
        {"force": "fact" if row.get("clause") in facts else "reported", **row} if isinstance(row, dict) else row
        for row in rows
    ]


def _place(path: Sequence[object]) -> tuple[str, ...]:
    names = tuple(map(str, path))
    return ("clauses.yaml", *names[1:]) if names[0] == "clauses" else (FILES[0], *names)
