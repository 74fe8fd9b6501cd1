"""Reads plans/reported/: programmes known from newspapers, for comparison only; strict like a plan."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from db.planfile import fault_line, line_of, parsed, text_of
from db.planstore import PLANS, reported_folder, reported_keys
from policy.errors import PlanInvalid
from policy.reported import Programme, findings

FILES = ("reported.yaml", "clauses.yaml")


def load_reported(key: str, root: Path = PLANS) -> Programme:
    """Raises PlanInvalid with one Chinese line per fault, naming file and line."""
    folder = reported_folder(key, root)
    if folder is None:
        raise PlanInvalid([f"没有名为“{key}”的报道口径；现有：{'、'.join(reported_keys(root))}"])
    texts = {name: text_of(folder / name) for name in FILES}
    assembled = _assembled(folder, *(parsed(folder / name, text) for name, text in texts.items()))
    try:
        revision = hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:12]
        programme = Programme.model_validate({**assembled, "revision": revision})
    except ValidationError as error:
        raise PlanInvalid([fault_line(folder, texts, assembled, fault) for fault in error.errors()]) from error
    faults = [_line(folder, texts, list(path), said) for path, said in findings(programme)]
    if faults:
        raise PlanInvalid(faults)
    return programme


def _assembled(folder: Path, head: Any, clauses: Any) -> dict[str, Any]:
    """The force of each number comes from its clause: a reported fact, or something asked for that was reported."""
    if not isinstance(head, dict) or not isinstance(clauses, list):
        raise PlanInvalid([f"{folder.name}：reported.yaml 应为键值，clauses.yaml 应为列表"])
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


def _line(folder: Path, texts: dict[str, str], path: list[Any], said: str) -> str:
    file = "clauses.yaml" if path[0] == "clauses" else FILES[0]
    line = line_of(texts[file], path[1:] if path[0] == "clauses" else path)
    return f"{folder.name}/{file} 第{line}行 {'.'.join(map(str, path))}：{said}"
