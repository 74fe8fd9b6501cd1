"""So many hours within each year: continuing training, and what the text leaves open about part of a year (A37)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from policy.checks.base import Check
from policy.numbers import cut, hours, zh_day
from policy.recurrence import Period
from policy.verdict import Alternative, Case, Ruling
from policy.words import Status

READINGS = ("none", "pro_rata", "with_prejob")


class SumInPeriod(Check):
    """`served` counts the days of the period on post; `away` the days of it on leave (long leave is part service)."""

    class Facts(NamedTuple):
        minutes: int
        prejob: int
        served: int
        away: int

    notes: ClassVar[Mapping[str, tuple[str, ...]]] = {"A37": READINGS}

    kind: Literal["sum_in_period"] = "sum_in_period"
    what: str
    minutes: int
    category: str
    long_leave_days: int = 30

    def rule(self, facts: SumInPeriod.Facts, case: Case) -> Ruling:
        period = case.period
        assert period is not None, "a sum in a period is asked period by period"
        said = {reading: self._read(reading, facts, period, case.as_of) for reading in READINGS}
        chosen = said[case.reading("A37")]
        others = tuple(said[r] for r in READINGS if r != chosen.reading)
        part = facts.served < _days(period) or facts.away > self.long_leave_days
        why = (
            f"{period.label}年{self.what}应满{chosen.required}小时，已有{chosen.measured}小时，"
            f"截止{zh_day(period.due)}（截止日当天计入），{_SAYS[chosen.status]}"
            + (f"；当年在岗{facts.served}天，方案未说明是否折算。" if part else "。")
        )
        ruling = Ruling(
            chosen.status, why, period.due, None, measured=chosen.measured, required=chosen.required, unit="h"
        )
        return ruling.weighed(others, always=part)

    def _read(self, reading: str, facts: SumInPeriod.Facts, period: Period, as_of: date) -> Alternative:
        days, served, minutes = _days(period), _days(period), facts.minutes
        if reading == "pro_rata":
            served = facts.served
        if reading == "with_prejob":
            minutes += facts.prejob
        enough = minutes * days >= self.minutes * served
        open_still = Status.NOT_YET_DUE if as_of <= period.due else Status.NOT_MET
        required = cut(self.minutes * served * 100 // (60 * days))
        return Alternative("A37", reading, hours(minutes), required, Status.MET if enough else open_still)


_SAYS = {Status.MET: "已达标", Status.NOT_YET_DUE: "尚未达标", Status.NOT_MET: "到期未达标"}


def _days(period: Period) -> int:
    return (period.last - period.first).days + 1
