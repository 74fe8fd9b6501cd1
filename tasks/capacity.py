"""The capacity question asked: of records or of two counts, month by month."""

from __future__ import annotations

from policy.capacity.conflict import RATIO, Conflict, conflicts, relaxed, requirements
from policy.capacity.proof import Proof, Reason, may_be_eased
from policy.capacity.workload import Terms, Workload
from tasks.solver import best_roster, is_feasible


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
