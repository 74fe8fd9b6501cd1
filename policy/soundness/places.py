"""Places in the files of a plan, written alike by every rule."""

from __future__ import annotations

from policy.plan import Clause, Obligation, Phase

PLAN, CLAUSES, HOUSE = "plan.yaml", "clauses.yaml", "house.yaml"
Place = tuple[str, ...]


def of_clause(clause: Clause, *path: str) -> Place:
    return (CLAUSES, clause.id, *path)


def of_phase(phase: Phase, *path: str) -> Place:
    return (PLAN, "phases", phase.key, *path)


def of_obligation(obligation: Obligation, *path: str) -> Place:
    return (PLAN, "obligations", obligation.key, *path)
