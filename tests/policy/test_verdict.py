"""Days late, lights, and readings weighed against each other."""

from __future__ import annotations

from datetime import date

import pytest

from policy.verdict import Alternative, Ruling
from policy.words import Flag, Light, Status

DUE = date(2021, 10, 31)


@pytest.mark.parametrize(
    ("status", "done_on", "as_of", "days"),
    [
        (Status.NOT_YET_DUE, None, DUE, 0),
        (Status.NOT_MET, None, date(2021, 11, 1), 1),
        (Status.NOT_MET, None, date(2022, 10, 31), 365),
        (Status.NOT_MET, date(2021, 10, 1), date(2021, 10, 10), 0),  # begun too early: wrong, not late
        (Status.MET_LATE, date(2021, 11, 3), date(2023, 1, 1), 3),
        (Status.MET, DUE, date(2023, 1, 1), 0),
        (Status.NO_EVIDENCE, None, date(2023, 1, 1), 0),
    ],
)
def test_days_late_count_whole_days_after_the_due_day(
    status: Status, done_on: date | None, as_of: date, days: int
) -> None:
    assert Ruling(status, "……", DUE, done_on).days_late(as_of) == days


def test_without_a_due_day_nothing_is_late() -> None:
    assert Ruling(Status.NOT_MET, "……").days_late(DUE) == 0


@pytest.mark.parametrize(
    ("status", "as_of", "light"),
    [
        (Status.NOT_YET_DUE, date(2021, 10, 25), Light.GREEN),
        (Status.NOT_YET_DUE, date(2021, 10, 26), Light.YELLOW),
        (Status.NOT_YET_DUE, DUE, Light.YELLOW),
        (Status.NOT_MET, DUE, Light.RED),
        (Status.NO_EVIDENCE, DUE, Light.GREY),
        (Status.DEVIATION_JUSTIFIED, DUE, Light.YELLOW),
    ],
)
def test_an_open_duty_turns_yellow_shortly_before_its_day(status: Status, as_of: date, light: Light) -> None:
    assert Ruling(status, "……", DUE).light(as_of) is light


def test_an_open_duty_without_a_day_is_green() -> None:
    assert Ruling(Status.NOT_YET_DUE, "……").light(DUE) is Light.GREEN


def test_a_reading_that_says_the_same_needs_no_ruling() -> None:
    same = Alternative("A35", "monthly_sum", "1", "1", Status.MET)
    assert Ruling(Status.MET, "……").weighed((same,)) == Ruling(Status.MET, "……")


def test_a_reading_that_says_something_else_is_put_before_a_human_once() -> None:
    other = Alternative("A35", "monthly_sum", "0", "1", Status.NOT_MET)
    weighed = Ruling(Status.MET, "……", flags=(Flag.NEEDS_RULING,)).weighed((other,))
    assert weighed.flags == (Flag.NEEDS_RULING,)
    assert weighed.alternatives == (other,)


def test_flags_are_a_set_in_order() -> None:
    ruling = Ruling(Status.MET, "……").flagged(Flag.RECOMMENDED).flagged(Flag.HOUSE_RULE, Flag.RECOMMENDED)
    assert ruling.flags == (Flag.HOUSE_RULE, Flag.RECOMMENDED)
