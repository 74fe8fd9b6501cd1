"""What is said, to whom and from when; the silences matter as much."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from policy.calendar import WorkCalendar, at
from policy.directory import Turn
from policy.notices import Notice, notices, phase_notices, resolutions
from policy.recurrence import Period
from policy.verdict import Ruling, Verdict
from policy.words import BROKEN, NoticeState, Reason, Role, Status, SubjectKind
from tests.policy.making import (
    CALENDAR,
    a_directory,
    a_house,
    a_phase,
    a_plan,
    a_verdict,
    an_obligation,
    an_office,
    morning,
    said,
)  # fmt: skip

DUE = date(2021, 10, 31)  # a Sunday
QUIET = a_plan(phases=())
BROKEN_RULE = a_verdict(Status.NOT_MET, due=None)
OFFICE = an_office(QUIET)


def on(day: date, status: Status = Status.NOT_YET_DUE, **office: object) -> list[Notice]:
    return notices(an_office(QUIET, **office), [a_verdict(status)], morning(day))  # type: ignore[arg-type]


def test_due_today_is_said_as_due_today_and_never_as_overdue() -> None:
    reasons = {n.reason for n in on(date(2021, 10, 29))}
    assert Reason.DUE_TODAY in reasons
    assert not reasons & {Reason.OVERDUE, Reason.ESCALATED}


def test_on_the_printed_rest_day_itself_nothing_is_overdue() -> None:
    assert said(on(DUE)) == [("D+0", "county_bureau", "K")]


def test_the_day_after_it_is_overdue_for_who_acts() -> None:
    assert said(on(date(2021, 11, 1), Status.NOT_MET)) == [("D+1", "county_bureau", "K")]


def test_a_duty_in_progress_is_overdue_like_any_other_that_is_not_done() -> None:
    begun = Verdict(
        "filing", "T-1", SubjectKind.COUNTY, "K", None, Ruling(Status.NOT_MET, "已办一半。", DUE, measured="1")
    )
    assert said(notices(OFFICE, [begun], morning(date(2021, 11, 1)))) == [("D+1", "county_bureau", "K")]


@pytest.mark.parametrize("status", sorted(set(Status) - BROKEN - {Status.NOT_YET_DUE}))
def test_what_is_met_or_cannot_be_asked_is_silent(status: Status) -> None:
    for day in (date(2021, 10, 29), date(2021, 11, 1), date(2022, 3, 1)):
        assert on(day, status) == []


def test_nothing_is_said_before_the_window_opens() -> None:
    early = notices(OFFICE, [a_verdict()], at(date(2021, 9, 27), time(8, 29)))
    assert early == []
    assert said(notices(OFFICE, [a_verdict()], at(date(2021, 9, 27), time(8, 30)))) == [("D-20", "county_bureau", "K")]


def test_the_ladder_climbs_to_each_superior_in_turn_and_the_lower_ones_keep_what_they_were_told() -> None:
    assert said(on(date(2021, 11, 2), Status.NOT_MET)) == [("D+1", "county_bureau", "K")]
    assert said(on(date(2021, 11, 3), Status.NOT_MET)) == [("D+1", "county_bureau", "K"), ("E1", "city_bureau", "C")]
    assert said(on(date(2021, 11, 10), Status.NOT_MET)) == [
        ("D+1", "county_bureau", "K"),
        ("E1", "city_bureau", "C"),
        ("E2", "city_government", "G2"),
    ]


def test_a_ladder_longer_than_the_chain_ends_with_the_chain() -> None:
    short = an_office(a_plan(an_obligation(escalation=(Role.CITY_BUREAU,)), phases=()))
    told = said(notices(short, [a_verdict(Status.NOT_MET)], morning(date(2022, 3, 1))))
    assert told == [("D+1", "county_bureau", "K"), ("E1", "city_bureau", "C")]


def test_of_the_rungs_that_passed_the_newest_speaks_and_the_others_say_by_what_they_were_superseded() -> None:
    found = on(date(2021, 10, 25))
    assert said(found) == [("D-5", "county_bureau", "K")]
    assert said(found, "superseded") == [("D-20", "county_bureau", "K"), ("D-10", "county_bureau", "K")]
    assert {n.why_not for n in found if n.state is NoticeState.SUPERSEDED} == {"已由临期提醒（D-5）取代"}


def test_the_order_in_which_the_office_writes_its_rungs_does_not_matter() -> None:
    backwards = a_house(ladder=tuple(reversed(a_house().ladder)))
    office = an_office(a_plan(phases=(), house=backwards))
    found = notices(office, [a_verdict(Status.NOT_MET)], morning(date(2021, 11, 10)))
    assert sorted(said(found)) == sorted(said(on(date(2021, 11, 10), Status.NOT_MET)))


def test_skipped_mornings_lose_nothing() -> None:
    daily = {n.key for day in range(40) for n in on(date(2021, 9, 25) + timedelta(days=day))}
    assert {n.key for n in on(date(2021, 11, 3))} == daily


def test_a_date_set_five_days_ahead_still_gets_its_newest_reminder_at_once() -> None:
    late = an_office(a_plan(an_obligation(starts=date(2021, 10, 25)), phases=()))
    found = notices(late, [a_verdict()], morning(date(2021, 10, 25)))
    assert said(found) == [("D-20", "county_bureau", "K")]


def test_nothing_is_said_before_a_duty_opens() -> None:
    office = an_office(a_plan(an_obligation(starts=date(2021, 10, 18)), phases=()))
    for day in (date(2021, 9, 27), date(2021, 10, 15), date(2021, 10, 17)):
        assert notices(office, [a_verdict()], morning(day)) == []
    assert said(notices(office, [a_verdict()], morning(date(2021, 10, 18)))) == [("D-20", "county_bureau", "K")]


def test_nothing_is_said_before_the_document_was_issued() -> None:
    office = an_office(a_plan(an_obligation(due=date(2021, 5, 30)), phases=(), issued=date(2021, 5, 6)))
    verdict = a_verdict(due=date(2021, 5, 30))
    assert notices(office, [verdict], morning(date(2021, 5, 5))) == []
    assert said(notices(office, [verdict], morning(date(2021, 5, 6)))) == [("D-20", "county_bureau", "K")]


def test_what_was_broken_before_the_document_was_issued_climbs_only_from_its_issue() -> None:
    office = an_office(QUIET, breached={BROKEN_RULE.key: date(2021, 1, 4)})
    assert notices(office, [BROKEN_RULE], morning(date(2021, 4, 1))) == []
    assert said(notices(office, [BROKEN_RULE], morning(date(2021, 5, 6)))) == [("D+1", "county_bureau", "K")]


def test_a_period_opens_its_own_reminders() -> None:
    period = Period(202111, "2021-11", date(2021, 11, 1), date(2021, 11, 30), date(2021, 11, 30))
    verdict = Verdict("filing", "T-1", SubjectKind.COUNTY, "K", period, Ruling(Status.NOT_YET_DUE, "……", period.due))
    found = notices(OFFICE, [verdict], morning(date(2021, 11, 2)))
    assert [(n.rung, n.not_before.date(), n.period) for n in found] == [("D-20", date(2021, 11, 2), "2021-11")]
    assert found[0].span is period
    assert "（2021-11）" in found[0].text


def test_a_duty_whose_day_had_passed_before_it_opened_still_climbs() -> None:
    office = an_office(a_plan(an_obligation(starts=date(2021, 11, 8)), phases=()))
    told = said(notices(office, [a_verdict(Status.NOT_MET)], morning(date(2021, 11, 8))))
    assert told == [("D+1", "county_bureau", "K"), ("E1", "city_bureau", "C")]


def test_a_rung_whose_day_has_passed_is_held_back_while_nothing_is_late() -> None:
    # Before the due day has ended nobody is told that it has, whatever the calendar says.
    assert not {n.reason for n in on(date(2021, 11, 5), Status.NOT_YET_DUE)} & {Reason.OVERDUE, Reason.ESCALATED}


def test_copies_hear_when_it_is_late_and_not_before() -> None:
    office = an_office(a_plan(an_obligation(copies=(Role.JOINT_CONFERENCE,)), phases=()))
    before = said(notices(office, [a_verdict()], morning(date(2021, 10, 29))))
    after = said(notices(office, [a_verdict(Status.NOT_MET)], morning(date(2021, 11, 1))))
    assert before == [("D+0", "county_bureau", "K")]
    assert after == [("D+1", "county_bureau", "K"), ("D+1", "joint_conference", "C")]


def test_copies_that_heard_it_was_late_hear_that_it_is_resolved() -> None:
    office = an_office(a_plan(an_obligation(copies=(Role.JOINT_CONFERENCE,)), phases=()))
    told = said(resolutions(office, a_verdict(Status.MET_LATE), morning(date(2021, 11, 1))))
    assert told == [("R0", "county_bureau", "K"), ("R0", "joint_conference", "C")]


HEADS = {"who": (Role.STATION_HEAD,), "subject": SubjectKind.STATION}
STATION = a_verdict(kind=SubjectKind.STATION, subject="S")


def test_a_new_person_in_the_chair_gets_the_current_rung_once_and_the_old_one_nothing_more() -> None:
    plan = a_plan(an_obligation(**HEADS), phases=())
    before = an_office(plan, a_directory(holders={("station_head", "S"): ("old",)}))
    after = an_office(plan, a_directory(holders={("station_head", "S"): ("new",)}))
    first = notices(before, [STATION], morning(date(2021, 10, 25)))
    second = notices(after, [STATION], morning(date(2021, 10, 26)))
    assert said(first) == [("D-5", "station_head", "old")]
    assert said(second) == [("D-5", "station_head", "new")]
    assert not {n.key for n in first} & {n.key for n in second}
    again = notices(after, [STATION], morning(date(2021, 10, 27)))
    assert {n.key for n in again} == {n.key for n in second}


def test_two_persons_in_one_chair_are_both_told_and_an_empty_chair_is_told_through_the_unit() -> None:
    plan = a_plan(an_obligation(**HEADS), phases=())
    two = an_office(plan, a_directory(holders={("station_head", "S"): ("a", "b")}))
    day = morning(date(2021, 10, 29))
    assert said(notices(two, [STATION], day)) == [("D+0", "station_head", "a"), ("D+0", "station_head", "b")]
    assert said(notices(an_office(plan), [STATION], day)) == [("D+0", "station_head", "S")]


def test_a_key_is_the_same_whenever_it_is_asked_and_different_for_every_rung_and_listener() -> None:
    first, second = on(date(2021, 11, 10), Status.NOT_MET), on(date(2021, 12, 10), Status.NOT_MET)
    assert {n.key for n in first} == {n.key for n in second}
    assert len({n.key for n in first}) == len(first) == 7


def test_since_gives_only_what_became_due_after_it() -> None:
    verdict = a_verdict(Status.NOT_MET)
    since = notices(OFFICE, [verdict], morning(date(2021, 11, 10)), after=morning(date(2021, 11, 2)))
    assert said(since) == [("E1", "city_bureau", "C"), ("E2", "city_government", "G2")]
    assert notices(OFFICE, [verdict], morning(date(2021, 11, 10)), after=morning(date(2021, 11, 10))) == []


def test_a_standing_rule_found_broken_is_told_at_once_and_climbs_from_that_day() -> None:
    office = an_office(QUIET, breached={BROKEN_RULE.key: date(2021, 10, 18)})
    assert said(notices(office, [BROKEN_RULE], morning(date(2021, 10, 18)))) == [("D+1", "county_bureau", "K")]
    assert said(notices(office, [BROKEN_RULE], morning(date(2021, 10, 21)))) == [
        ("D+1", "county_bureau", "K"),
        ("E1", "city_bureau", "C"),
    ]


def test_a_breach_nobody_has_seen_before_was_found_today() -> None:
    told = notices(OFFICE, [BROKEN_RULE], morning(date(2021, 10, 18)))
    assert said(told) == [("D+1", "county_bureau", "K")]


@pytest.mark.parametrize("found", [date(2021, 10, 16), date(2021, 10, 17)])
def test_a_breach_found_on_a_rest_day_is_told_on_the_next_working_day_and_only_once(found: date) -> None:
    office = an_office(QUIET, breached={BROKEN_RULE.key: found})
    assert notices(office, [BROKEN_RULE], morning(date(2021, 10, 17))) == []
    keys = {n.key for day in (18, 19) for n in notices(office, [BROKEN_RULE], morning(date(2021, 10, day)))}
    assert len(keys) == 1


@pytest.mark.parametrize(
    "verdict", [BROKEN_RULE, a_verdict(Status.NOT_MET, due=date(2021, 9, 30))], ids=["rule", "due"]
)
def test_a_calendar_published_late_moves_what_is_to_come_and_says_nothing_a_second_time(verdict: Verdict) -> None:
    """The golden week is published only on 8 October; till then its days were counted as working days (F34)."""
    plain, published = WorkCalendar(), CALENDAR
    breached = {verdict.key: date(2021, 9, 30)}
    before, after = (an_office(QUIET, breached=breached, calendar=days) for days in (plain, published))
    issued = {n.key: n for n in notices(before, [verdict], morning(date(2021, 10, 8)))}
    wanted = {n.key: n for n in notices(after, [verdict], morning(date(2021, 11, 30)))}
    escalations = [n for n in issued.values() if n.reason is Reason.ESCALATED]
    assert escalations, "one level had heard by the old calendar"
    assert issued.keys() <= wanted.keys(), "what was issued is known again by its key"
    assert {wanted[n.key].not_before for n in escalations} != {n.not_before for n in escalations}, "its day has moved"
    assert len({(n.rung, n.to) for n in wanted.values()}) == len(wanted), "no rung twice"


def test_a_standing_rule_that_is_broken_anew_is_told_anew() -> None:
    first = an_office(QUIET, breached={BROKEN_RULE.key: date(2021, 10, 18)})
    again = an_office(QUIET, breached={BROKEN_RULE.key: date(2021, 12, 6)})
    now = morning(date(2021, 12, 6))
    assert not {n.key for n in notices(first, [BROKEN_RULE], now)} & {n.key for n in notices(again, [BROKEN_RULE], now)}


def test_a_standing_rule_that_is_not_yet_in_force_is_silent() -> None:
    assert notices(OFFICE, [a_verdict(Status.NOT_YET_DUE, due=None)], morning(date(2021, 10, 18))) == []


def test_what_is_mended_is_told_to_who_acts_and_to_every_level_that_had_been_told() -> None:
    mended = a_verdict(Status.MET_LATE)
    early = list(resolutions(OFFICE, mended, morning(date(2021, 11, 1))))
    later = list(resolutions(OFFICE, mended, morning(date(2021, 11, 5))))
    assert said(early) == [("R0", "county_bureau", "K")]
    assert said(later) == [("R0", "county_bureau", "K"), ("R1", "city_bureau", "C")]
    assert {n.reason for n in later} == {Reason.RESOLVED}
    assert all(n.text.startswith("办结销号：甲县 报送总结。") for n in later)


def test_a_standing_rule_that_is_kept_again_is_resolved_from_the_day_it_was_found_broken() -> None:
    kept = a_verdict(Status.MET, due=None)
    office = an_office(QUIET, breached={kept.key: date(2021, 10, 18)})
    assert said(resolutions(office, kept, morning(date(2021, 10, 27)))) == [
        ("R0", "county_bureau", "K"),
        ("R1", "city_bureau", "C"),
    ]
    assert said(resolutions(OFFICE, kept, morning(date(2021, 10, 27)))) == [("R0", "county_bureau", "K")]


def test_what_is_mended_by_another_date_is_told_to_those_who_were_told_by_the_old_one() -> None:
    extended = a_verdict(Status.NOT_YET_DUE, due=date(2021, 12, 31))
    office = an_office(QUIET, owed={extended.key: DUE})
    told = said(resolutions(office, extended, morning(date(2021, 11, 5))))
    assert told == [("R0", "county_bureau", "K"), ("R1", "city_bureau", "C")]
    waiting = a_verdict(Status.BLOCKED_BY_UPSTREAM, due=date(2021, 6, 30))
    told = said(resolutions(office, waiting, morning(date(2021, 11, 1))))
    assert told == [("R0", "county_bureau", "K")]


def test_the_supervisor_who_was_told_late_hears_that_it_is_resolved_although_another_has_the_station_now() -> None:
    turns = {"S": (Turn("new", date(2021, 11, 1), date(2022, 6, 30)), Turn("old", date(2021, 7, 1), DUE))}
    plan = a_plan(an_obligation(who=(Role.SUPERVISOR,), subject=SubjectKind.STATION), phases=())
    office = an_office(plan, a_directory(supervisors=turns))
    late = a_verdict(Status.NOT_MET, kind=SubjectKind.STATION, subject="S")
    mended = a_verdict(Status.MET_LATE, kind=SubjectKind.STATION, subject="S")
    assert said(notices(office, [late], morning(date(2021, 11, 1)))) == [("D+1", "supervisor", "old")]
    assert said(resolutions(office, mended, morning(date(2021, 11, 2)))) == [("R0", "supervisor", "old")]


def test_the_text_names_whom_what_when_and_why_in_one_line() -> None:
    (notice,) = [n for n in on(date(2021, 11, 1), Status.NOT_MET) if n.state is NoticeState.DUE]
    assert notice.text == "逾期催办：甲县 报送总结。期限2021年10月31日。尚未报送。"
    assert (notice.channel, notice.clause, notice.due, notice.period) == ("email", "T-1", DUE, None)
    assert notice.not_before == datetime.combine(date(2021, 11, 1), time(8, 30), notice.not_before.tzinfo)


def test_the_city_is_not_named_in_its_own_notices_and_no_day_is_named_where_there_is_none() -> None:
    verdict = a_verdict(Status.NOT_MET, due=None, kind=SubjectKind.CITY, subject="C")
    office = an_office(a_plan(an_obligation(due=None, who=(Role.CITY_BUREAU,), subject=SubjectKind.CITY), phases=()))
    (notice,) = notices(office, [verdict], morning(date(2021, 10, 18)))
    assert notice.text == "逾期催办：报送总结。尚未报送。"


def test_a_rung_counted_over_an_unpublished_year_says_so() -> None:
    calendar = WorkCalendar({}, frozenset({2021}))
    verdict = a_verdict(Status.NOT_MET, due=date(2021, 12, 31))
    found = notices(an_office(QUIET, calendar=calendar), [verdict], morning(date(2022, 1, 3)))
    assert {n.rung: "放假安排未公布" in n.text for n in found}["D+1"] is True
    assert {n.rung: "放假安排未公布" in n.text for n in found}["D-5"] is False


STAGES = a_plan(phases=(a_phase(assigns=("county_bureau", "township")),))


def stage(day: date) -> list[tuple[str, str, str]]:
    return [(n.rung, n.to.role.value, n.to.unit or "") for n in phase_notices(an_office(STAGES), day)]


def test_a_stage_opens_for_the_city_and_for_everyone_it_is_handed_to() -> None:
    assert [row for row in stage(date(2021, 7, 1)) if row[0] == "P"] == [
        ("P", "city_bureau", "C"),
        ("P", "county_bureau", "K"),
        ("P", "township", "T"),
    ]


def test_a_stage_closes_some_working_days_ahead_and_is_silent_outside_its_days() -> None:
    office = an_office(STAGES)
    days = {n.rung: n.not_before.date() for n in phase_notices(office, date(2021, 12, 31))}
    assert days == {"P": date(2021, 7, 1), "P-20": date(2021, 12, 3), "P-5": date(2021, 12, 24)}
    assert stage(date(2021, 6, 30)) == []
    assert stage(date(2022, 1, 1)) == []


def test_a_stage_begun_before_the_document_opens_with_the_document_and_on_a_working_day() -> None:
    plan = a_plan(phases=(a_phase(starts=date(2021, 1, 1)),), issued=date(2021, 10, 16))
    (opened, *_) = phase_notices(an_office(plan), date(2021, 12, 1))
    assert opened.not_before.date() == date(2021, 10, 18)
    assert opened.text == "阶段启动：阶段一·运作，2021年1月1日至2021年12月31日。"


def test_a_stage_too_short_for_its_warnings_gives_none() -> None:
    plan = a_plan(phases=(a_phase(starts=date(2021, 12, 27)),))
    assert {n.rung for n in phase_notices(an_office(plan), date(2021, 12, 31))} == {"P"}


def test_stage_notices_come_with_the_others_and_wait_for_their_window() -> None:
    found = notices(an_office(STAGES), [], morning(date(2021, 7, 1)))
    assert {n.reason for n in found} == {Reason.PHASE_OPENED}
    assert notices(an_office(STAGES), [], at(date(2021, 7, 1), time(8))) == []


def test_a_stage_is_handed_to_stations_and_to_the_city_by_their_own_roles() -> None:
    plan = a_plan(phases=(a_phase(assigns=("station", "city_bureau")),), house=a_house(phase_closing_workdays=()))
    found = [(n.to.role, n.to.unit) for n in phase_notices(an_office(plan, calendar=CALENDAR), date(2021, 7, 1))]
    assert found == [(Role.CITY_BUREAU, "C"), (Role.STATION, "S")]


def test_a_notice_knows_which_level_it_speaks_to() -> None:
    told = on(date(2021, 11, 12), Status.NOT_MET)
    assert {n.rung: n.level for n in told if n.reason in (Reason.OVERDUE, Reason.ESCALATED)} == {
        "D+1": 0,
        "E1": 1,
        "E2": 2,
    }


def test_what_comes_to_be_due_earlier_climbs_only_five_working_days_after_it_was_found_so() -> None:
    late = a_verdict(Status.NOT_MET)  # due on 31 October
    until_december = an_office(QUIET, owed={late.key: date(2021, 12, 31)})
    found = date(2021, 11, 24)
    assert said(notices(until_december, [late], morning(found))) == [("D+1", "county_bureau", "K")]
    told = replace(until_december, owed={late.key: DUE}, hastened={late.key: found})
    climbed = [
        {n.rung for n in notices(told, [late], morning(date(2021, *day))) if n.level} for day in ((11, 30), (12, 1))
    ]
    assert climbed == [set(), {"E1", "E2"}]


def test_what_comes_to_be_due_later_begins_its_rungs_anew() -> None:
    before, after = a_verdict(Status.NOT_YET_DUE), a_verdict(Status.NOT_YET_DUE, due=date(2021, 11, 30))
    moved = an_office(QUIET, owed={after.key: DUE})
    old, new = (
        {n.key: n.rung for n in notices(office, [verdict], morning(date(2021, 11, 30)))}
        for office, verdict in ((OFFICE, before), (moved, after))
    )
    assert set(old.values()) == set(new.values())
    assert not old.keys() & new.keys()
