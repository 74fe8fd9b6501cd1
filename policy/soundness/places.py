"""Places in the files of a plan, written alike by every rule."""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches

from policy.finding import Finding, note, warning
from policy.plan import Clause, Obligation, Phase, Plan

PLAN, CLAUSES, HOUSE = "plan.yaml", "clauses.yaml", "house.yaml"
Place = tuple[str, ...]


def of_clause(clause: Clause, *path: str) -> Place:
    return (CLAUSES, clause.id, *path)


def of_phase(phase: Phase, *path: str) -> Place:
    return (PLAN, "phases", phase.key, *path)


def of_obligation(obligation: Obligation, *path: str) -> Place:
    return (PLAN, "obligations", obligation.key, *path)


def no_such(key: str, known: Collection[str]) -> str:
    """That there is no such obligation, and which it may have been meant to be."""
    alike = [other for other in known if other.split("-")[0] == key.split("-")[0]] or get_close_matches(key, known)
    near = sorted(alike)[:5]
    return f"没有名为“{key}”的事项，" + (f"相近的有：{'、'.join(near)}" if near else "应为 obligations 中的 key")


def as_noted(plan: Plan, reading_note: str, *clauses: str) -> tuple[Callable[..., Finding], str]:
    """A warning, and how to say that the text really has it so; a note where one of the clauses says that already."""
    if any(reading_note in plan.clause_of[name].ambiguity for name in clauses if name in plan.clause_of):
        return note, f"原文如此（{reading_note}），不必改"
    return warning, f"请核对；原文如此的，在 clauses.yaml 本条的 ambiguity 写上 {reading_note}"
