"""What can be wrong before anything is judged.

PolicyError
 ├─ PlanInvalid        a plan does not load; carries every finding
 └─ CalendarTooShort   a working-day question reaches beyond what can be counted
"""

from __future__ import annotations


class PolicyError(Exception):
    """The policy core cannot answer."""


class PlanInvalid(PolicyError):
    """One or more lines of a plan are wrong; `findings` holds one Chinese line each, naming file, place and cure."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class CalendarTooShort(PolicyError):
    """工作日推算超出可计算的范围。"""
