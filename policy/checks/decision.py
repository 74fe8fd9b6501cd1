"""A decision somebody has to take once a result is there. The system asks for it and never takes it."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from policy.checks.base import Check
from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Flag, Status


class Decision(Check):
    """Triggered by `times` results in a row; the text gives no day for the decision, so neither do we.

    `unclear`: the results stand in a row, but not of one and the same group of people (A63).
    """

    class Facts(NamedTuple):
        times: int
        last_on: date | None
        decided_on: date | None
        unclear: bool = False

    kind: Literal["decision"] = "decision"
    what: str
    decision: str
    times: int = 1
    grade: str | None = None

    def rule(self, facts: Decision.Facts, case: Case) -> Ruling:
        ruling = self._ruling(facts)
        if self.times == 1:
            return ruling
        return ruling._replace(measured=str(facts.times), required=str(self.times), unit="年")

    def _ruling(self, facts: Decision.Facts) -> Ruling:
        if facts.times < self.times or facts.last_on is None:
            return Ruling(Status.NOT_APPLICABLE, f"没有{self.what}，本条不适用。")
        found = f"{self.what}（{zh_day(facts.last_on)}的考核）"
        if facts.decided_on:
            why = f"{found}，{zh_day(facts.decided_on)}已作出{self.decision}决定。"
            return Ruling(Status.MET, why, done_on=facts.decided_on)
        if facts.unclear:
            why = f"{found}，但各年不是同一考核单位排名，是否算作连续需裁定。"
            return Ruling(Status.NEEDS_RULING, why).flagged(Flag.NEEDS_RULING)
        why = f"{found}，尚无{self.decision}决定，待用人单位作出；系统不自动处理。"
        return Ruling(Status.NOT_MET, why)
