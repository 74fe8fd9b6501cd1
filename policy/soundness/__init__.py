"""What a plan must satisfy beyond its shape, one family of rules a file; each rule takes the plan and yields findings.

An error keeps the plan from loading. Warnings and notes are for `duban plans check`: what wants an answer, and what one
should know of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from policy.finding import Finding
from policy.plan import Plan
from policy.soundness import bearers, chains, conflicts, dates, house, names, phases, readings, wording
from policy.words import Grade

Rule = Callable[[Plan], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *phases.RULES,
    *dates.RULES,
    *wording.RULES,
    *bearers.RULES,
    *chains.RULES,
    *readings.RULES,
    *house.RULES,
    *conflicts.RULES,
)
GRADES = list(Grade)


def findings(plan: Plan) -> list[Finding]:
    """Everything that can be said of the plan, the gravest first, else in the order of the rules."""
    found = [finding for rule in RULES for finding in rule(plan)]
    return sorted(found, key=lambda finding: GRADES.index(finding.grade))


def errors(plan: Plan) -> list[Finding]:
    """What keeps the plan from loading."""
    return [finding for finding in findings(plan) if finding.grade is Grade.ERROR]
