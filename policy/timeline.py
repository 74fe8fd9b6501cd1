"""Which stage a programme is in on a day."""

from __future__ import annotations

from datetime import date

from policy.plan import Phase, Plan


def phase_on(plan: Plan, day: date) -> Phase | None:
    """The stage of `day`; None between stages (2021-05-31 is in none, A12), before the first and after the last."""
    return next((phase for phase in plan.phases if phase.starts <= day <= phase.ends), None)


def begun(plan: Plan, day: date) -> tuple[Phase, ...]:
    """Stages that have begun: what they asked stays asked after they end (A14)."""
    return tuple(phase for phase in plan.phases if phase.starts <= day)
