"""Hours of training against the days there are: whether everybody on post can still be given what the plan asks.

The working days of a year, from the day a person came or the duty began to the day he leaves, have to hold the hours of
the year and, for those who owe them within it, the hours before the post (B11, B12).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from policy.calendar import WorkCalendar
from policy.checks.sum_by import SumBy
from policy.checks.sum_in_period import SumInPeriod
from policy.finding import Finding, note, warning
from policy.numbers import hours, percent
from policy.plan import Obligation, Plan
from policy.recurrence import Period
from policy.soundness.places import of_obligation

NAMED = 3


class Learner(NamedTuple):
    """Somebody on a worker's post from the first to the last day of all his posts."""

    code: str
    name: str
    starts: date
    ends: date


class Course(NamedTuple):
    """Days of organised training, both inclusive."""

    category: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Learning:
    """What a plan asks of training, and of whom. `courses` is None where none are kept."""

    yearly: Obligation
    hours: SumInPeriod
    before: Obligation | None
    before_hours: SumBy | None
    workday_minutes: int
    reading: str
    learners: tuple[Learner, ...] = ()
    courses: tuple[Course, ...] | None = None


def learning_of(plan: Plan) -> Learning | None:
    """None where the plan asks for no hours a year, or the house gives no working day."""
    yearly = next((o for o in plan.obligations if isinstance(o.check, SumInPeriod) and o.every), None)
    before = next((o for o in plan.obligations if isinstance(o.check, SumBy)), None)
    if yearly is None or plan.house.workday_minutes is None:
        return None
    assert isinstance(yearly.check, SumInPeriod)
    before_hours = before.check if before and isinstance(before.check, SumBy) else None
    reading = plan.house.readings.get("A37", "none")
    return Learning(yearly, yearly.check, before, before_hours, plan.house.workday_minutes, reading)


def balance(asks: Learning, calendar: WorkCalendar, last: date) -> Iterator[str]:
    """Year by year, in one line: what one person and all together have to learn, and the working days there are."""
    for period in _periods(asks, last):
        begun = _begins(asks, period)
        days = _workdays(calendar, begun, period.last)
        needed = _needed(asks, period, Learner("", "", begun, period.last))
        there = sum(1 for one in asks.learners if one.starts <= period.last and one.ends >= begun)
        together = f"；{there}名社工共{hours(there * needed)}小时" if there else ""
        yield (
            f"{period.label}年每名社工应学{hours(needed)}小时，自{begun}起有{days}个工作日"
            f"（{hours(days * asks.workday_minutes)}小时，占{percent(needed, days * asks.workday_minutes or 1)}%）{together}"
        )


def findings(asks: Learning, calendar: WorkCalendar, last: date) -> Iterator[Finding]:
    """Those whose days do not hold their hours, and years whose courses do not."""
    for period in _periods(asks, last):
        yield from _too_short(asks, calendar, period)
        yield from _too_few_courses(asks, calendar, period)


def _too_short(asks: Learning, calendar: WorkCalendar, period: Period) -> Iterator[Finding]:
    short: dict[tuple[int, int], list[Learner]] = defaultdict(list)
    begun = _begins(asks, period)
    for one in asks.learners:
        first, end = max(one.starts, begun), min(one.ends, period.last)
        if first <= end and (days := _workdays(calendar, first, end)) * asks.workday_minutes < _needed(
            asks, period, one
        ):
            short[days, _needed(asks, period, one)].append(one)
    for (days, needed), these in sorted(short.items()):
        named = "、".join(one.name for one in these[:NAMED]) + (f"等{len(these)}人" if len(these) > NAMED else "")
        said = (
            f"{period.label}年不能做到：{named}当年在岗只有{days}个工作日（{hours(days * asks.workday_minutes)}小时），"
            f"不够学完{_asked(asks, needed)}"
        )
        yield warning("capacity", of_obligation(asks.yearly), said, asks.yearly.clause)


def _too_few_courses(asks: Learning, calendar: WorkCalendar, period: Period) -> Iterator[Finding]:
    """Only noted: hours may be had elsewhere, and the courses of a year to come are not on file yet."""
    if asks.courses is None:
        return
    days = {
        course.starts + timedelta(days=n)
        for course in asks.courses
        if course.category == asks.hours.category
        for n in range((course.ends - course.starts).days + 1)
    }
    own = sum(period.first <= day <= period.last for day in days)
    if own * asks.workday_minutes < asks.hours.minutes:
        said = (
            f"{period.label}年登记的{asks.hours.what}课程共{own}天，至多{hours(own * asks.workday_minutes)}小时，"
            f"不够每人{hours(asks.hours.minutes)}小时，其余要另有来源"
        )
        yield note("capacity", of_obligation(asks.yearly), said, asks.yearly.clause)


def _periods(asks: Learning, last: date) -> Iterator[Period]:
    assert asks.yearly.every is not None
    return asks.yearly.every.begun_by(last)


def _begins(asks: Learning, period: Period) -> date:
    return max(period.first, asks.yearly.starts or period.first)


def _workdays(calendar: WorkCalendar, first: date, last: date) -> int:
    return calendar.workdays_between(first - timedelta(days=1), last)


def _needed(asks: Learning, period: Period, one: Learner) -> int:
    """Minutes owed within the year: those of the year as A37 is read, and those before the post while they are not
    over; who came after the first cohort had them before his first day (A38)."""
    days = (period.last - period.first).days + 1
    served = (min(one.ends, period.last) - max(one.starts, period.first)).days + 1
    own = -(-asks.hours.minutes * served // days) if asks.reading == "pro_rata" else asks.hours.minutes
    if asks.reading == "with_prejob" or asks.before_hours is None:
        return own
    cohort = asks.before_hours.cohort
    return own + (asks.before_hours.minutes if one.starts <= cohort and period.first <= cohort <= period.last else 0)


def _asked(asks: Learning, needed: int) -> str:
    own = f"{asks.yearly.clause}{asks.yearly.title}"
    if asks.before is None or needed <= asks.hours.minutes:
        return f"{own}的{hours(needed)}小时"
    return f"{own}和{asks.before.clause}{asks.before.title}合计的{hours(needed)}小时"
