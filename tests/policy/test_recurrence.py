"""Periods of recurring duties; the traps that other systems fell into (anchors 2b, items 1-4 and 17)."""

from __future__ import annotations

import calendar
from datetime import date
from itertools import pairwise

import pytest
from pydantic import ValidationError

from policy.recurrence import Recurrence
from tests.policy.making import MONTHLY, OCTOBER


def dues(rule: Recurrence, until: date) -> list[date]:
    return [period.due for period in rule.begun_by(until)]


def test_october_stays_the_thirty_first_every_year() -> None:
    found = dues(OCTOBER, date(2040, 1, 1))
    assert found == [date(year, 10, 31) for year in range(2021, 2041)]


def test_the_end_of_the_month_never_drifts() -> None:
    found = dues(MONTHLY, date(2029, 12, 31))
    assert all(day.day == calendar.monthrange(day.year, day.month)[1] for day in found)
    assert date(2024, 2, 29) in found
    assert date(2024, 3, 31) in found
    assert len(found) == 6 + 8 * 12


def test_a_duty_of_the_end_of_february_is_on_the_29th_again_in_the_next_leap_year() -> None:
    rule = Recurrence(rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", first_due=date(2024, 2, 29), span="year")
    assert dues(rule, date(2028, 1, 1)) == [
        date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29),
    ]  # fmt: skip


def test_there_is_no_horizon_after_which_periods_stop() -> None:
    assert dues(MONTHLY, date(2099, 12, 1))[-1] == date(2099, 12, 31)


def test_what_is_asked_later_contains_what_was_asked_before() -> None:
    earlier, later = dues(MONTHLY, date(2022, 6, 1)), dues(MONTHLY, date(2023, 6, 1))
    assert later[: len(earlier)] == earlier


def test_a_period_is_there_from_its_first_day_and_not_before() -> None:
    assert dues(OCTOBER, date(2021, 12, 31)) == [date(2021, 10, 31)]
    assert dues(OCTOBER, date(2022, 1, 1)) == [date(2021, 10, 31), date(2022, 10, 31)]
    assert dues(MONTHLY, date(2021, 6, 30)) == []
    assert dues(MONTHLY, date(2021, 7, 1)) == [date(2021, 7, 31)]


def test_a_year_and_a_month_carry_number_label_and_inclusive_dates() -> None:
    year = next(OCTOBER.begun_by(date(2021, 5, 1)))
    assert (year.number, year.label, year.first, year.last) == (2021, "2021", date(2021, 1, 1), date(2021, 12, 31))
    month = next(MONTHLY.begun_by(date(2021, 8, 1)))
    assert (month.number, month.label, month.first, month.last) == (
        202107,
        "2021-07",
        date(2021, 7, 1),
        date(2021, 7, 31),
    )


def test_months_lie_side_by_side_without_gap_or_overlap() -> None:
    for before, after in pairwise(MONTHLY.begun_by(date(2025, 1, 1))):
        assert (after.first - before.last).days == 1


@pytest.mark.parametrize(
    ("rule", "first_due", "span", "says"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(2021, 7, 31), "month", "BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=29", date(2021, 7, 29), "month", "BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,31", date(2021, 7, 15), "month", "BYMONTHDAY=-1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2024, 2, 29), "year", "BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20231231", date(2021, 7, 31), "month", "没有终点"),
        ("freq=monthly;bymonthday=-1;until=20231231", date(2021, 7, 31), "month", "没有终点"),
        ("FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31;COUNT=3", date(2021, 10, 31), "year", "没有终点"),
        ("FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31", date(2021, 10, 30), "year", "first_due 2021-10-30"),
        ("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31", date(2021, 4, 30), "year", "first_due 2021-04-30"),  # no such day, ever
        ("BYMONTHDAY=-1", date(2021, 7, 31), "month", "FREQ=YEARLY"),
        ("FREQ=DAILY", date(2021, 7, 31), "month", "FREQ=YEARLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1\nEXDATE:20210831", date(2021, 7, 31), "month", "写成一行"),
        ("", date(2021, 7, 31), "month", "看不懂"),
        ("FREQ=MONTHLY;BYMONTHDAY=末", date(2021, 7, 31), "month", "看不懂"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", date(2021, 7, 1), "month", "同一月里有几个期限"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2021, 7, 31), "year", "同一年里有几个期限"),
    ],
)
def test_a_rule_that_would_lose_or_double_a_day_is_refused_when_it_is_read(
    rule: str, first_due: date, span: str, says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        Recurrence(rule=rule, first_due=first_due, span=span)  # type: ignore[arg-type]


def test_every_second_month_is_one_period_each() -> None:
    rule = Recurrence(rule="FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1", first_due=date(2021, 7, 31), span="month")
    assert dues(rule, date(2021, 12, 31)) == [date(2021, 7, 31), date(2021, 9, 30), date(2021, 11, 30)]
