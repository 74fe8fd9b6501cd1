"""On which day each rung stands."""

from __future__ import annotations

from datetime import date

from policy.calendar import WorkCalendar
from policy.ladder import climb, climb_from_breach
from policy.plan import Rung
from policy.words import Reason
from tests.policy.making import CALENDAR, a_house

SUNDAY = date(2021, 10, 31)


def days(steps: object) -> dict[str, date]:
    return {step.name: step.day for step in steps}  # type: ignore[attr-defined]


def test_rungs_before_a_rest_day_deadline_count_from_the_last_working_day_and_those_after_from_the_printed_day() -> (
    None
):
    assert days(climb(a_house(), CALENDAR, SUNDAY, None)) == {
        "D-20": date(2021, 9, 27),
        "D-10": date(2021, 10, 15),
        "D-5": date(2021, 10, 22),
        "D+0": date(2021, 10, 29),
        "D+1": date(2021, 11, 1),
        "E1": date(2021, 11, 3),
        "E2": date(2021, 11, 10),
    }


def test_nothing_stands_before_a_duty_opens_and_the_assignment_waits_for_it() -> None:
    opens = date(2021, 10, 16)  # a Saturday
    found = days(climb(a_house(), CALENDAR, SUNDAY, opens))
    assert found["D-20"] == date(2021, 10, 18)
    assert "D-10" not in found
    assert found["D-5"] == date(2021, 10, 22)


def test_an_assignment_after_the_opening_keeps_its_own_day() -> None:
    assert days(climb(a_house(), CALENDAR, SUNDAY, date(2021, 7, 1)))["D-20"] == date(2021, 9, 27)


def test_a_standing_breach_is_told_on_the_next_working_day_and_climbs_from_the_day_it_was_found() -> None:
    found = days(climb_from_breach(a_house(), CALENDAR, date(2021, 10, 16)))
    assert found == {"D+1": date(2021, 10, 18), "E1": date(2021, 10, 20), "E2": date(2021, 10, 27)}
    assert days(climb_from_breach(a_house(), CALENDAR, date(2021, 10, 18)))["D+1"] == date(2021, 10, 18)


def test_a_second_word_to_who_acts_keeps_its_own_day_in_a_standing_breach() -> None:
    again = a_house(ladder=(Rung(reason=Reason.OVERDUE, workdays=1), Rung(reason=Reason.REMINDER, workdays=5)))
    assert days(climb_from_breach(again, CALENDAR, date(2021, 10, 18))) == {
        "D+1": date(2021, 10, 18),
        "D+5": date(2021, 10, 25),
    }


def test_a_rung_in_an_unpublished_year_says_so_and_one_before_it_does_not() -> None:
    calendar = WorkCalendar({}, frozenset({2022}))
    steps = {s.name: s.provisional for s in climb(a_house(), calendar, date(2022, 12, 30), None)}
    assert steps == {"D-20": False, "D-10": False, "D-5": False, "D+0": False, "D+1": True, "E1": True, "E2": True}
