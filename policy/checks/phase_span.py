"""The stages of the programme as rows on the city."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from policy.checks.base import Check
from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Status


class PhaseSpan(Check):
    class Facts(NamedTuple):
        pass

    kind: Literal["phase_span"] = "phase_span"
    asks: str = "city"
    first: date
    last: date

    def rule(self, facts: PhaseSpan.Facts, case: Case) -> Ruling:
        state = "upcoming" if case.as_of < self.first else "current" if case.as_of <= self.last else "ended"
        why = f"本阶段{zh_day(self.first)}至{zh_day(self.last)}，{_STATES[state]}。"
        return Ruling(Status.NOT_APPLICABLE, why, phase_state=state)


_STATES = {"upcoming": "尚未开始", "current": "正在进行", "ended": "已经结束"}
