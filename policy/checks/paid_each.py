"""So much money for each worker and year, from a county's purse (A64: nothing is said of part of a year)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from policy.checks.base import Check, by_deadline, outcome
from policy.numbers import cut
from policy.verdict import Alternative, Case, Ruling
from policy.words import Status

READINGS = ("none", "pro_rata")


class PaidEach(Check):
    """Amounts in cents. A county and a year are judged by the worker who got least of what was due to him.

    `done_on` is the day the last worker had the full amount, `prorated_on` the day each had it for his days on post;
    `least` is the smallest amount paid, `short` and `short_days` are the amount and days of the worker furthest from
    his share; `part` counts who served a part of the year.
    """

    class Facts(NamedTuple):
        workers: int
        enough: int
        total: int
        part: int
        least: int
        short: int
        short_days: int
        done_on: date | None
        prorated_on: date | None

    notes: ClassVar[Mapping[str, tuple[str, ...]]] = {"A64": READINGS}

    kind: Literal["paid_each"] = "paid_each"
    what: str
    cents: int
    fund: str

    def rule(self, facts: PaidEach.Facts, case: Case) -> Ruling:
        assert case.due is not None, "transfers are asked year by year"
        assert case.period is not None
        if facts.workers == 0:
            return Ruling(Status.NOT_APPLICABLE, f"{case.period.label}年没有在岗的救助专职社工，本条不适用。", case.due)
        said = {reading: self._ruling(reading, facts, case) for reading in READINGS}
        chosen = said.pop(case.reading("A64"))
        others = tuple(Alternative("A64", r, o.measured, o.required, o.status) for r, o in said.items())
        return chosen.weighed(others, always=facts.part > 0)

    def _ruling(self, reading: str, facts: PaidEach.Facts, case: Case) -> Ruling:
        assert case.due is not None
        assert case.period is not None
        days = (case.period.last - case.period.first).days + 1
        prorated = reading == "pro_rata"
        done_on = facts.prorated_on if prorated else facts.done_on
        paid = facts.short if prorated else facts.least
        required = cut(self.cents * facts.short_days // days if prorated else self.cents)
        status = by_deadline(done_on, case.due, case.as_of)
        part = f"；其中{facts.part}人当年在岗不满一年，方案未说明是否折算" if facts.part else ""
        why = (
            f"{case.period.label}年{self.what}{facts.workers}人，每人应不少于{required}元，足额{facts.enough}人，"
            f"最少的一人{cut(paid)}元，合计{cut(facts.total)}元；{outcome(status, case.due, done_on)}{part}。"
        )
        return Ruling(status, why, case.due, done_on, cut(paid), required, unit="CNY")
