"""Something that starts together on a day and not earlier: the recruits of one round."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from policy.checks.base import Check
from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Status


class NotBefore(Check):
    class Facts(NamedTuple):
        on: date | None

    kind: Literal["not_before"] = "not_before"
    what: str
    day: date

    def rule(self, facts: NotBefore.Facts, case: Case) -> Ruling:
        day = zh_day(self.day)
        if facts.on is None or facts.on > case.as_of:
            status = Status.NOT_YET_DUE if case.as_of <= self.day or facts.on else Status.NOT_MET
            seen = f"计划{zh_day(facts.on)}" if facts.on else "目前没有记录"
            return Ruling(status, f"{self.what}应自{day}起，{seen}。", self.day, None, "0", "1", unit="项")
        status = Status.MET if facts.on >= self.day else Status.NOT_MET
        why = f"{self.what}应自{day}起，实际{zh_day(facts.on)}，{'符合' if status is Status.MET else '早于统一时间'}。"
        return Ruling(status, why, self.day, facts.on, str(int(facts.on >= self.day)), "1", unit="项")
