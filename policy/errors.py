"""What can be wrong before anything is judged.

PolicyError
 ├─ PlanInvalid        a plan does not load; carries every finding
 ├─ AssumptionInvalid  a rehearsal is to assume what cannot be; carries every fault
 └─ CalendarTooShort   a working-day question reaches beyond what can be counted
"""

from __future__ import annotations

from collections.abc import Sequence

from policy.finding import Located


class PolicyError(Exception):
    """The policy core cannot answer."""


class PlanInvalid(PolicyError):
    """One or more lines of a plan, or the call that names it, are wrong.

    `findings` holds one Chinese line each, naming file, place and cure; `located` those that speak of a place.
    """

    def __init__(self, findings: Sequence[Located | str]) -> None:
        self.findings = [str(finding) for finding in findings]
        self.located = [finding for finding in findings if isinstance(finding, Located)]
        super().__init__("\n".join(self.findings))


class AssumptionInvalid(PolicyError):
    """`findings` holds one Chinese line for each word that is wrong, with what would be right."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(self.findings))


class CalendarTooShort(PolicyError):
    """工作日推算超出可计算的范围。"""
