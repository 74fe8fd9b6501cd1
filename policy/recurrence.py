"""Recurring duties: an RRULE over the plan's dates becomes dated periods.

A period is the calendar year or month in which its due day lies (contract 2, Rows). Due days are always computed from
the rule and the first due day, never from the previous occurrence, so the end of October stays the end of October.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice, takewhile
from typing import Literal

from dateutil.rrule import rrulestr
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

Span = Literal["year", "month"]
SPAN_ZH = {"year": "年", "month": "月"}
FREQUENCY = re.compile(r"FREQ=(YEARLY|MONTHLY)(;[^\s;]+)*\Z")
TWO_YEARS_OF_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Period:
    """One dated instance of a recurring duty; dates inclusive. `number` is 2021 or 202107, as in the records."""

    number: int
    label: str
    first: date
    last: date
    due: date


class Recurrence(BaseModel):
    """`rule` is an RRULE without UNTIL or COUNT (A17); `first_due` is its DTSTART."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    first_due: date
    span: Span

    @field_validator("rule")
    @classmethod
    def _reads(cls, rule: str) -> str:
        rule = rule.strip().upper()
        if "UNTIL" in rule or "COUNT" in rule:
            raise ValueError("“每年”“每月”没有终点，rule 里不写 UNTIL 或 COUNT")
        short = "FREQ=MONTHLY" in rule or "BYMONTH=2" in rule.split(";")
        if short and _days(rule) & {"29", "30", "31"}:
            raise ValueError("月底写 BYMONTHDAY=-1；29、30、31 会漏掉没有这一天的月份")
        if not FREQUENCY.match(rule):
            raise ValueError("看不懂的重复规则：应写成一行，以 FREQ=YEARLY 或 FREQ=MONTHLY 开头")
        try:
            rrulestr(rule, dtstart=datetime(2021, 1, 1))
        except ValueError as error:
            raise ValueError(f"看不懂的重复规则：{error}") from error
        return rule

    @model_validator(mode="after")
    def _starts_on_the_rule(self) -> Recurrence:
        first = datetime.combine(self.first_due, time())
        dues = list(islice(rrulestr(self.rule, dtstart=first), TWO_YEARS_OF_MONTHS))
        if dues[:1] != [first]:
            raise ValueError(f"first_due {self.first_due} 不在规则 {self.rule} 上")
        if len({_period(self.span, due.date()).number for due in dues}) < len(dues):
            raise ValueError(
                f"规则 {self.rule} 在同一{SPAN_ZH[self.span]}里有几个期限，每{SPAN_ZH[self.span]}应只有一个"
            )
        return self

    def begun_by(self, day: date) -> Iterator[Period]:
        """Every period that has begun by `day`, oldest first."""
        years = range(self.first_due.year, day.year + 1)
        periods = (period for year in years for period in _in_year(self.rule, self.first_due, self.span, year))
        return takewhile(lambda period: period.first <= day, periods)

    def first_from(self, day: date) -> date | None:
        """The first due day of the rule on or after `day`; None where only `first_due` says which day it is."""
        if "BY" not in self.rule:
            return None
        return next(iter(rrulestr(self.rule, dtstart=datetime.combine(day, time())))).date()


def _days(rule: str) -> set[str]:
    lists = (part.removeprefix("BYMONTHDAY=") for part in rule.split(";") if part.startswith("BYMONTHDAY="))
    return {day for days in lists for day in days.split(",")}


@lru_cache(maxsize=1024)
def _in_year(rule: str, first_due: date, span: Span, year: int) -> tuple[Period, ...]:
    """The periods whose due days lie in a year: they begin in it as well."""
    dues = rrulestr(rule, dtstart=datetime.combine(first_due, time()))
    found = dues.between(datetime(year, 1, 1), datetime(year, 12, 31), inc=True)
    return tuple(_period(span, due.date()) for due in found)


def _period(span: Span, due: date) -> Period:
    if span == "year":
        return Period(due.year, str(due.year), date(due.year, 1, 1), date(due.year, 12, 31), due)
    last = calendar.monthrange(due.year, due.month)[1]
    return Period(
        due.year * 100 + due.month,
        f"{due.year}-{due.month:02d}",
        due.replace(day=1),
        due.replace(day=last),
        due,
    )
