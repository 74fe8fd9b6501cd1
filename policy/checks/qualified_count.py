"""Monthly supervision: at least one visit of at least sixteen hours, and the three ways to read that (A35, A39)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands, by_deadline, outcome
from policy.numbers import hours
from policy.verdict import Alternative, Case, Ruling
from policy.words import Status

READINGS = ("each_visit", "monthly_sum", "one_for_all")


class QualifiedCount(Check):
    """A station and a month. `first_on` etc. are the days on which each reading was satisfied, None before."""

    class Facts(NamedTuple):
        whole: bool
        visits: int
        first_on: date | None
        minutes: int
        summed_on: date | None
        elsewhere: int
        elsewhere_on: date | None

    notes: ClassVar[Mapping[str, tuple[str, ...]]] = {"A35": READINGS, "A39": ("none", "full")}

    kind: Literal["qualified_count"] = "qualified_count"
    what: str
    minutes: int

    def rule(self, facts: QualifiedCount.Facts, case: Case) -> Ruling:
        chosen = self._ruling(case.reading("A35"), facts, case)
        others = self._others(case, facts)
        if facts.whole:
            return chosen.weighed(others)
        if case.reading("A39") == "full":
            return chosen.weighed((*others, Alternative("A39", "none", None, None, Status.NOT_APPLICABLE)))
        why = "该站本月未从月初开放至月末，本月不要求督导。"
        full = Alternative("A39", "full", chosen.measured, chosen.required, chosen.status)
        return Ruling(Status.NOT_APPLICABLE, why, case.due).weighed((full,))

    def _others(self, case: Case, facts: QualifiedCount.Facts) -> tuple[Alternative, ...]:
        return tuple(self._other(r, facts, case) for r in READINGS if r != case.reading("A35"))

    def _other(self, reading: str, facts: QualifiedCount.Facts, case: Case) -> Alternative:
        """What another reading says, without the sentence."""
        assert case.due is not None
        have, done_on = self._found(reading, facts)
        return Alternative("A35", reading, str(have), "1", by_deadline(done_on, case.due, case.as_of))

    def _found(self, reading: str, facts: QualifiedCount.Facts) -> tuple[int, date | None]:
        if reading == "monthly_sum":
            return int(facts.summed_on is not None), facts.summed_on
        return (facts.visits, facts.first_on) if reading == "each_visit" else (facts.elsewhere, facts.elsewhere_on)

    def _ruling(self, reading: str, facts: QualifiedCount.Facts, case: Case) -> Ruling:
        assert case.due is not None, "supervision is asked month by month"
        have, done_on = self._found(reading, facts)
        status = by_deadline(done_on, case.due, case.as_of)
        why = (
            f"本月应有不少于{hours(self.minutes)}小时的{self.what}1次，合格{have}次，"
            f"当月督导合计{hours(facts.minutes)}小时；{outcome(status, case.due, done_on)}。"
        )
        return Ruling(status, why, case.due, done_on, str(have), "1", unit="次")


class VisitLength(Check):
    """One visit: its hours; under the monthly sum the hours of all visits to the station that month."""

    class Facts(NamedTuple):
        minutes: int
        month_minutes: int
        before_start: bool

    notes: ClassVar[Mapping[str, tuple[str, ...]]] = {"A35": READINGS}

    kind: Literal["visit_length"] = "visit_length"
    what: str
    minutes: int

    def rule(self, facts: VisitLength.Facts, case: Case) -> Ruling:
        if facts.before_start:
            return Ruling(Status.NOT_APPLICABLE, "督导早于规范化运作开始之日，本条不适用。")
        said = {r: self._ruling(facts.month_minutes if r == "monthly_sum" else facts.minutes, case) for r in READINGS}
        chosen = said.pop(case.reading("A35"))
        return chosen.weighed(tuple(Alternative("A35", r, o.measured, o.required, o.status) for r, o in said.items()))

    def _ruling(self, minutes: int, case: Case) -> Ruling:
        status = as_it_stands(minutes >= self.minutes, case)
        why = f"{self.what}应不少于{hours(self.minutes)}小时，实际{hours(minutes)}小时，{STANDS[status]}。"
        return Ruling(status, why, measured=hours(minutes), required=hours(self.minutes), unit="h")
