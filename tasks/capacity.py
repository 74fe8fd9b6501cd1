"""The capacity question asked: of records or of two counts, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.capacity import on_file
from policy.capacity.conflict import RATIO, Conflict, conflicts, relaxed, requirements
from policy.capacity.proof import Proof, Reason, may_be_eased
from policy.capacity.workload import OnFile, Terms, Workload
from policy.plan import Plan
from tasks.solver import best_roster, is_feasible
from tasks.stateless import asked

ASKED = ("units", "people", "posts", "assignments", "leaves", "exceptions")


def recorded(plan: Plan, terms: Terms, rows: Mapping[str, Any], known_at: datetime | None = None) -> OnFile:
    """What these records say of supervision, as far as it was known at the instant (everything by default)."""
    needed = {kind: rows[kind] for kind in ASKED if kind in rows}
    with asked(plan, needed, plan.issued, known_at) as question:
        return on_file(question.connection, plan, terms, question.seen)


def prove(terms: Terms, work: Workload) -> Proof:
    """The month's roster, or why there is none. Raises SolverGaveUp."""
    roster = best_roster(work)
    if not roster.missing:
        return Proof(terms, work, roster)
    reasons = tuple(Reason(one, _served(one)) for one in conflicts(work, is_feasible))
    eased = best_roster(relaxed(work, set(requirements(work)) - {RATIO})) if may_be_eased(terms) else roster
    return Proof(terms, work, roster, reasons, eased if len(eased.missing) < len(roster.missing) else None)


def _served(conflict: Conflict) -> int:
    kept = relaxed(conflict.work, conflict.members)
    return len(kept.stations) - len(best_roster(kept).missing)
