"""What another calendar moves: days that change, rungs still to come; due days never."""

from __future__ import annotations

from datetime import date

from policy.calendar import WorkCalendar
from policy.replanning import ChangedDay, Replanning, dues
from tests.policy.making import CALENDAR, a_house, a_plan, an_obligation
from tests.policy.sound_plan import sound_plan

DUE = date(2021, 9, 30)


def replanning(today: date, after: WorkCalendar = CALENDAR) -> Replanning:
    return Replanning(a_house(), WorkCalendar(), after, today)


def test_the_days_that_change_are_named_with_what_they_were() -> None:
    found = list(replanning(DUE).days(date(2021, 10, 1), date(2021, 10, 9)))
    assert found[0] == ChangedDay(date(2021, 10, 1), True, False)
    assert found[-1] == ChangedDay(date(2021, 10, 9), False, True)
    assert date(2021, 10, 2) not in {one.day for one in found}, "a Saturday was no working day before either"


def test_rungs_after_the_holidays_move_and_those_before_them_do_not() -> None:
    after = [rung for rung in a_house().ladder if rung.workdays > 0]
    assert replanning(date(2021, 9, 1)).moved_of(DUE) == len(after)
    assert replanning(date(2021, 9, 1)).moved_since(DUE) == len(after) - 1, "a breach is told on the day it is found"


def test_what_has_passed_by_both_calendars_is_not_counted() -> None:
    assert replanning(date(2022, 1, 1)).moved_of(DUE) == 0


def test_the_same_calendar_moves_nothing() -> None:
    same = replanning(date(2021, 9, 1), WorkCalendar())
    assert (same.moved_of(DUE), list(same.days(date(2021, 1, 1), date(2021, 12, 31)))) == (0, [])


def test_due_days_are_those_of_the_plan_within_the_span() -> None:
    plan = sound_plan()
    found = [(o.key, due) for o, due in dues(plan, date(2021, 10, 1), date(2023, 6, 30))]
    assert ("yearly-one", date(2022, 12, 31)) in found
    assert ("filing", date(2021, 10, 31)) in found
    assert ("yearly-one", date(2023, 12, 31)) not in found
    assert list(dues(a_plan(an_obligation(due=DUE)), date(2021, 10, 1), date(2021, 12, 31))) == []
