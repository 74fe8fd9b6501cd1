"""The core: what changed, what is to be said, what is moot."""

from __future__ import annotations

from datetime import date

from policy.decide import Decisions, decide
from policy.judge import Known, Measured, Row
from policy.words import Reason, Status
from tests.policy.making import a_plan, an_obligation, an_office, morning, said

OFFICE = an_office(a_plan(phases=()))
KEY = ("filing", "K", 0)
OPEN, DONE, LATE = (None, 1, 0, None), (None, 1, 1, 20211031), (None, 1, 1, 20211105)


def on(
    day: date, facts: tuple[object, ...] = OPEN, before: Status | None = None, issued: frozenset[str] = frozenset()
) -> Decisions:
    standing = {KEY: before} if before else {}
    return decide(OFFICE, Known({"filing": Measured([Row("K", 0, facts)])}, standing), morning(day), issued)


def test_a_first_verdict_is_news() -> None:
    (change,) = on(date(2021, 8, 2)).transitions
    assert (change.before, change.verdict.ruling.status) == (None, Status.NOT_YET_DUE)


def test_a_first_verdict_that_does_not_apply_is_none() -> None:
    assert on(date(2021, 8, 2), (None, 0, 0, None)).transitions == ()


def test_what_no_longer_applies_is_news_again() -> None:
    (change,) = on(date(2021, 8, 2), (None, 0, 0, None), Status.NOT_YET_DUE).transitions
    assert change.verdict.ruling.status is Status.NOT_APPLICABLE


def test_what_stands_as_it_stood_is_no_news() -> None:
    assert on(date(2021, 11, 1), OPEN, Status.NOT_MET).transitions == ()


def test_the_same_verdict_on_a_later_day_is_decided_for_that_day() -> None:
    assert [on(day).verdicts[0].ruling.status for day in (date(2021, 10, 31), date(2021, 11, 1))] == [
        Status.NOT_YET_DUE,
        Status.NOT_MET,
    ]


def test_what_was_said_already_is_not_said_again() -> None:
    first = on(date(2021, 11, 1))
    issued = frozenset(n.key for n in first.notices)
    assert on(date(2021, 11, 1), OPEN, Status.NOT_MET, issued).notices == ()
    assert said(on(date(2021, 11, 3), OPEN, Status.NOT_MET, issued).notices) == [("E1", "city_bureau", "C")]


def test_what_should_stand_now_stays_wanted_after_it_was_said() -> None:
    first = on(date(2021, 11, 1))
    again = on(date(2021, 11, 1), OPEN, Status.NOT_MET, frozenset(n.key for n in first.notices))
    assert again.wanted == first.wanted
    assert len(first.wanted) == 1
    assert not on(date(2021, 11, 1), DONE).wanted


def test_a_late_completion_is_resolved_for_all_who_had_heard() -> None:
    told = on(date(2021, 11, 5), LATE, Status.NOT_MET).notices
    assert said(told) == [("R0", "county_bureau", "K"), ("R1", "city_bureau", "C")]


def test_a_timely_completion_is_simply_silent() -> None:
    assert on(date(2021, 11, 5), DONE, Status.NOT_YET_DUE).notices == ()


def test_one_kind_of_broken_is_not_mended_by_another() -> None:
    told = on(date(2021, 11, 1), OPEN, Status.DEVIATION_UNJUSTIFIED).notices
    assert Reason.RESOLVED not in {n.reason for n in told}


def test_an_extension_resolves_for_all_who_had_heard_and_the_reminders_begin_anew() -> None:
    extended = an_office(a_plan(an_obligation(due=date(2021, 12, 31)), phases=()), owed={KEY: date(2021, 10, 31)})
    known = Known({"filing": Measured([Row("K", 0, OPEN)])}, {KEY: Status.NOT_MET})
    told = decide(extended, known, morning(date(2021, 11, 8))).notices
    assert said(told) == [("R0", "county_bureau", "K"), ("R1", "city_bureau", "C")]
    later = decide(extended, known, morning(date(2021, 12, 3))).notices
    assert ("D-20", "county_bureau", "K") in said(later)


def test_obligations_nobody_measured_are_left_alone() -> None:
    assert decide(OFFICE, Known({}), morning(date(2021, 11, 1))).verdicts == ()
