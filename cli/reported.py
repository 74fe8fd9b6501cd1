"""Reported programmes as `duban plans` lists and shows them, beside the plans that are judged."""

from __future__ import annotations

from typing import Any

from policy.reported import Number, Programme, Target
from policy.words import LABELS

BASIS = "报道口径"


def counted(programme: Programme) -> dict[str, Any]:
    """A row of `plans list`: nothing of it is judged."""
    return {
        "key": programme.key,
        "title": programme.title,
        "document": programme.source,
        "basis": BASIS,
        "clauses": len(programme.clauses),
        "judged": 0,
        "reviewed": 0,
        "not_run": len(programme.clauses),
    }


def clause_row(programme: Programme, clause_id: str) -> dict[str, Any]:
    """A row of `plans show`: the numbers of a clause, or why it has none."""
    clause, numbers = programme.clause_of[clause_id], programme.numbers_of(clause_id)
    said = "；".join(f"{_kind(n)}：{n.title} {n.said}" for n in numbers)
    return {
        **clause.model_dump(mode="json"),
        "force_zh": LABELS[clause.force],
        "placed": said or f"没有数：{programme.narrative[clause_id]}",
        "numbers": [n.model_dump(mode="json") for n in numbers],
    }


def _kind(number: Number) -> str:
    return "报道目标" if isinstance(number, Target) else "报道数"
