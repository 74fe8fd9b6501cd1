"""Working days with 调休, what is provisional, and terms in calendar years."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from db.work_calendar import work_calendar
from policy.calendar import WorkCalendar, at, civil_day, end_of, last_day_of_term
from policy.errors import CalendarTooShort, PlanInvalid
from policy.plan import PublishedYear
from tests.policy.making import CALENDAR, a_house

PUBLISHED = work_calendar(a_house())


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2021, 10, 9), True, "国庆调休的星期六上班"),
        (date(2021, 9, 26), True, "国庆调休的星期日上班"),
        (date(2021, 10, 7), False, "国庆假期的星期四休息"),
        (date(2021, 10, 16), False, "普通星期六休息"),
        (date(2021, 10, 15), True, "普通星期五上班"),
        (date(2022, 12, 31), False, "元旦前的星期六休息"),
    ],
)
def test_the_published_year_knows_its_make_up_days(day: date, works: bool, why: str) -> None:
    assert PUBLISHED.is_workday(day) is works, why
    assert not PUBLISHED.is_provisional(day)


def test_a_year_nobody_published_is_counted_monday_to_friday_and_says_so() -> None:
    friday, saturday = date(2032, 10, 1), date(2032, 10, 2)
    assert (PUBLISHED.is_workday(friday), PUBLISHED.is_workday(saturday)) == (True, False)
    assert PUBLISHED.is_provisional(friday)


def test_a_day_the_office_entered_itself_is_known_also_in_an_unpublished_year() -> None:
    calendar = work_calendar(a_house(holidays={date(2032, 10, 1): False}))
    assert not calendar.is_workday(date(2032, 10, 1))
    assert not calendar.is_provisional(date(2032, 10, 1))
    assert calendar.is_provisional(date(2032, 10, 4))


def test_the_offices_own_day_wins_over_the_published_one() -> None:
    assert not work_calendar(a_house(holidays={date(2021, 10, 9): False})).is_workday(date(2021, 10, 9))


def of_notice(year: int, *rest: date, work: tuple[date, ...] = ()) -> PublishedYear:
    return PublishedYear(year=year, document="", adopted_by="u", adopted_on=date(2026, 11, 5), rest=rest, work=work)


def test_a_notice_taken_over_speaks_for_its_whole_year_and_for_days_of_the_december_before() -> None:
    own = of_notice(2032, date(2032, 10, 1), date(2031, 12, 31), work=(date(2032, 10, 9),))
    calendar = work_calendar(a_house(published=(own,)))
    days = (date(2032, 10, 1), date(2031, 12, 31), date(2032, 10, 9))
    assert [calendar.is_workday(day) for day in days] == [False, False, True]
    assert not calendar.is_provisional(date(2032, 7, 1))
    assert calendar.is_provisional(date(2031, 7, 1)), "one day of December does not publish its year"


def test_of_two_notices_of_a_year_the_last_counts_and_the_offices_own_day_wins_over_both() -> None:
    first, second = of_notice(2032, date(2032, 5, 3)), of_notice(2032, date(2032, 5, 4), date(2032, 5, 5))
    calendar = work_calendar(a_house(published=(first, second), holidays={date(2032, 5, 5): True}))
    assert [calendar.is_workday(date(2032, 5, day)) for day in (3, 4, 5)] == [True, False, True]


def test_a_notice_taken_over_replaces_the_packaged_year() -> None:
    calendar = work_calendar(a_house(published=(of_notice(2021, date(2021, 10, 1)),)))
    assert calendar.is_workday(date(2021, 10, 4))
    assert not calendar.is_workday(date(2022, 10, 4))


@pytest.mark.parametrize(
    ("start", "workdays", "arrives"),
    [
        (date(2021, 10, 8), 1, date(2021, 10, 9)),  # the make-up Saturday counts
        (date(2021, 10, 9), 1, date(2021, 10, 11)),
        (date(2021, 9, 30), 1, date(2021, 10, 8)),  # across a chain of seven holidays
        (date(2021, 10, 8), -1, date(2021, 9, 30)),
        (date(2021, 10, 3), 1, date(2021, 10, 8)),  # from inside the holidays
        (date(2021, 10, 11), -2, date(2021, 10, 8)),
        (date(2021, 10, 15), 5, date(2021, 10, 22)),
        (date(2021, 10, 3), 0, date(2021, 10, 3)),  # zero moves nothing, rest day or not
    ],
)
def test_a_step_counts_working_days_and_never_the_day_it_starts_from(start: date, workdays: int, arrives: date) -> None:
    assert CALENDAR.step(start, workdays) == (arrives, False)


def test_one_working_day_is_one_day_and_not_twenty_four_hours_of_office_time() -> None:
    assert CALENDAR.step(date(2022, 3, 1), 1)[0] == date(2022, 3, 2)


def test_a_step_into_an_unpublished_year_is_provisional_also_when_it_only_passes_through() -> None:
    calendar = WorkCalendar({}, frozenset({2021, 2023}))
    assert calendar.step(date(2021, 12, 30), 1) == (date(2021, 12, 31), False)
    assert calendar.step(date(2021, 12, 30), 2) == (date(2022, 1, 3), True)
    assert calendar.step(date(2021, 12, 30), 270)[1]
    assert calendar.step(date(2023, 1, 10), -300)[1]


def test_counting_beyond_eleven_years_is_refused_and_not_done() -> None:
    with pytest.raises(CalendarTooShort):
        CALENDAR.step(date(2021, 1, 1), 4001)


def test_the_reminder_for_a_rest_day_deadline_stands_on_the_last_working_day_before_it() -> None:
    assert PUBLISHED.on_or_before(date(2021, 10, 31)) == date(2021, 10, 29)  # A18: a Sunday
    assert PUBLISHED.on_or_before(date(2022, 12, 31)) == date(2022, 12, 30)
    assert PUBLISHED.on_or_before(date(2021, 10, 7)) == date(2021, 9, 30)
    assert PUBLISHED.on_or_before(date(2021, 10, 9)) == date(2021, 10, 9)


def test_a_week_begins_on_its_first_working_day() -> None:
    days = [date(2021, 10, 4) + timedelta(days=n) for n in range(14)]  # the holiday ends on Thursday the 7th
    assert [day for day in days if CALENDAR.begins_week(day)] == [date(2021, 10, 8), date(2021, 10, 11)]


def test_on_or_after_waits_for_the_next_working_day() -> None:
    assert CALENDAR.on_or_after(date(2021, 10, 1)) == date(2021, 10, 8)
    assert CALENDAR.on_or_after(date(2021, 10, 9)) == date(2021, 10, 9)


def test_working_days_between_counts_the_last_day_and_not_the_first() -> None:
    assert CALENDAR.workdays_between(date(2021, 9, 30), date(2021, 10, 11)) == 3
    assert CALENDAR.workdays_between(date(2021, 10, 11), date(2021, 10, 11)) == 0
    assert CALENDAR.workdays_between(date(2021, 10, 11), date(2021, 9, 30)) == 0


def test_an_instant_belongs_to_its_shanghai_day() -> None:
    assert civil_day(datetime(2021, 10, 31, 15, 59, 59, tzinfo=UTC)) == date(2021, 10, 31)
    assert civil_day(datetime(2021, 10, 31, 16, 0, tzinfo=UTC)) == date(2021, 11, 1)
    assert civil_day(end_of(date(2021, 10, 31))) == date(2021, 10, 31)
    assert at(date(2021, 10, 31), time(8, 30)).astimezone(UTC).hour == 0


@pytest.mark.parametrize(
    ("starts", "years", "last"),
    [
        (date(2021, 7, 1), 3, date(2024, 6, 30)),  # A41: never 3 x 365 days
        (date(2021, 1, 1), 3, date(2023, 12, 31)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2021, 3, 1), 3, date(2024, 2, 29)),
        (date(2021, 2, 28), 3, date(2024, 2, 27)),
    ],
)
def test_a_term_of_whole_years_ends_on_the_day_before_its_anniversary(starts: date, years: int, last: date) -> None:
    assert last_day_of_term(starts, years) == last


def test_an_invalid_plan_says_every_finding() -> None:
    error = PlanInvalid(["甲：错", "乙：错"])
    assert error.findings == ["甲：错", "乙：错"]
    assert str(error) == "甲：错\n乙：错"


def test_working_time_runs_in_the_hours_of_working_days_alone() -> None:
    plain, opens, closes = WorkCalendar({}, frozenset({2021})), time(8, 30), time(18)
    friday, monday = date(2021, 7, 30), date(2021, 8, 2)

    def worked(since: datetime, until: datetime) -> float:
        return plain.worked(since, until, opens, closes) / timedelta(hours=1)

    assert worked(at(friday, time(17)), at(monday, time(9, 30))) == 2
    assert worked(at(friday, time(20)), at(monday, time(7))) == 0
    assert worked(at(friday, time(9)), at(friday, time(9, 30))) == 0.5
    assert worked(at(monday, time(9)), at(friday, time(9))) == 0


@pytest.mark.parametrize(
    ("day", "wanting"),
    [(date(2022, 10, 31), None), (date(2022, 11, 1), 2023), (date(2023, 1, 1), 2023), (date(2021, 12, 31), None)],
)
def test_the_next_year_is_wanting_from_november_on_and_its_own_at_once(day: date, wanting: int | None) -> None:
    assert CALENDAR.missing_year(day, (11, 1)) == wanting
