"""Each kind of check: facts in, status, numbers and dates out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.checks import Check
from policy.checks.done_by import DoneBy, Share
from policy.checks.hung_after import HungAfter
from policy.checks.not_before import NotBefore
from policy.checks.order_of_steps import OrderOfSteps
from policy.checks.qualified_count import QualifiedCount, VisitLength
from policy.checks.ratio import Ratio
from policy.checks.renewal import Renewal
from policy.checks.reviewed_evidence import ReviewedEvidence
from policy.checks.standing import Standing
from policy.checks.sum_by import SumBy
from policy.checks.sum_in_period import SumInPeriod
from policy.checks.term import Term, years_of
from policy.recurrence import Period
from policy.verdict import Case, Ruling
from policy.words import Flag, Force, Status
from tests.policy.making import READINGS, a_case

DUE = date(2021, 10, 31)
BEFORE, AFTER = date(2021, 10, 30), date(2021, 11, 1)
S = Status


def rule(check: Check, facts: tuple[object, ...], case: Case) -> Ruling:
    return check.rule(check.read(facts), case)


def reading(**chosen: str) -> dict[str, object]:
    return {"readings": {**READINGS, **chosen}}


# done by

REPORT = DoneBy(asks="report", what="总结报送")


@pytest.mark.parametrize(
    ("done_on", "as_of", "status", "days_late"),
    [
        (None, BEFORE, S.NOT_YET_DUE, 0),
        (None, DUE, S.NOT_YET_DUE, 0),  # A09: the day itself counts to its last second
        (None, AFTER, S.NOT_MET, 1),
        (20211030, AFTER, S.MET, 0),
        (20211031, AFTER, S.MET, 0),
        (20211101, AFTER, S.MET_LATE, 1),
    ],
)
def test_something_due_by_a_day_is_judged_on_that_day_and_the_next(
    done_on: int | None, as_of: date, status: Status, days_late: int
) -> None:
    ruling = rule(REPORT, (None, 1, int(done_on is not None), done_on), a_case(as_of, due=DUE))
    assert (ruling.status, ruling.days_late(as_of), ruling.required) == (status, days_late, "1")
    assert "2021年10月31日（截止日当天计入）" in ruling.why


def test_a_measure_may_bring_its_own_day() -> None:
    ruling = rule(REPORT, (20211115, 1, 0, None), a_case(AFTER, due=DUE))
    assert (ruling.status, ruling.due) == (S.NOT_YET_DUE, date(2021, 11, 15))


@pytest.mark.parametrize(("need", "due"), [(0, DUE), (1, None)])
def test_what_nothing_or_no_day_is_wanted_of_does_not_apply(need: int, due: date | None) -> None:
    assert rule(REPORT, (None, need, 0, None), a_case(due=due)).status is S.NOT_APPLICABLE


def test_a_share_is_printed_as_its_exact_fraction() -> None:
    ruling = rule(Share(asks="covered", what="覆盖"), (None, 52, 31, None), a_case(AFTER, due=DUE))
    assert (ruling.status, ruling.measured, ruling.required, ruling.percent) == (S.NOT_MET, "31/52", "1", "59.6")


def test_sums_that_a_database_gives_as_decimals_are_read_as_whole_numbers() -> None:
    assert rule(REPORT, (None, Decimal(1), Decimal(0), None), a_case(due=DUE)).measured == "0"


# plaques

PLAQUES = HungAfter(asks="plaques", what="牌匾", items=("社工站", "协会", "联合会"), after=("A", "B"))
JUNE30 = date(2021, 6, 30)
HUNG, OCT1, OCT5 = 20210628, 20211001, 20211005


@pytest.mark.parametrize(
    ("facts", "as_of", "status", "due", "done_on"),
    [
        ((None, None, None, None, None), JUNE30, S.NOT_YET_DUE, JUNE30, None),
        ((None, None, None, None, None), date(2021, 7, 1), S.NOT_MET, JUNE30, None),
        ((HUNG, None, None, None, None), date(2021, 7, 1), S.BLOCKED_BY_UPSTREAM, JUNE30, None),
        ((HUNG, None, None, OCT1, None), date(2021, 10, 1), S.NOT_YET_DUE, date(2021, 10, 1), None),
        ((HUNG, None, None, OCT1, None), date(2021, 10, 2), S.NOT_MET, date(2021, 10, 1), None),
        ((HUNG, OCT1, None, OCT1, None), date(2021, 10, 2), S.BLOCKED_BY_UPSTREAM, JUNE30, None),
        ((HUNG, HUNG, HUNG, 20210601, 20210615), date(2021, 7, 1), S.MET, JUNE30, date(2021, 6, 28)),
        ((HUNG, OCT1, OCT5, OCT1, OCT5), date(2021, 11, 1), S.MET, date(2021, 10, 5), date(2021, 10, 5)),
        ((HUNG, OCT5, OCT5, OCT1, OCT5), date(2021, 11, 1), S.MET_LATE, date(2021, 10, 1), date(2021, 10, 5)),
    ],
)
def test_a_plaque_waits_for_its_body_and_then_for_nothing(
    facts: tuple[int | None, ...], as_of: date, status: Status, due: date, done_on: date | None
) -> None:
    ruling = rule(PLAQUES, facts, a_case(as_of, due=JUNE30))
    assert (ruling.status, ruling.due, ruling.done_on) == (status, due, done_on)
    assert (ruling.measured, ruling.required) == (str(sum(day is not None for day in facts[:3])), "3")


def test_a_blocked_plaque_says_what_it_waits_for() -> None:
    assert "联合会尚未登记" in rule(PLAQUES, (HUNG, OCT1, None, OCT1, None), a_case(AFTER, due=JUNE30)).why


def test_days_the_office_grants_after_registration_are_flagged_as_its_own() -> None:
    ruling = rule(PLAQUES, (HUNG, None, None, OCT1, None), a_case(date(2021, 10, 2), due=JUNE30, plaque_days=15))
    assert (ruling.status, ruling.due, ruling.flags) == (S.NOT_YET_DUE, date(2021, 10, 16), (Flag.HOUSE_RULE,))
    first = rule(PLAQUES, (None,) * 5, a_case(date(2021, 7, 1), due=JUNE30, plaque_days=15))
    assert (first.due, first.flags) == (JUNE30, ())


# not before

START = NotBefore(asks="first_post", what="新招人员上岗", day=date(2022, 7, 1))


@pytest.mark.parametrize(
    ("on", "as_of", "status", "measured"),
    [
        (None, date(2022, 7, 1), S.NOT_YET_DUE, "0"),
        (None, date(2022, 7, 2), S.NOT_MET, "0"),
        (20220901, date(2022, 8, 1), S.NOT_YET_DUE, "0"),
        (20220630, date(2022, 6, 30), S.NOT_MET, "0"),
        (20220701, date(2022, 7, 1), S.MET, "1"),
        (20220901, date(2022, 9, 1), S.MET, "1"),
    ],
)
def test_starting_together_is_judged_by_the_first_day(
    on: int | None, as_of: date, status: Status, measured: str
) -> None:
    ruling = rule(START, (on,), a_case(as_of))
    assert (ruling.status, ruling.measured) == (status, measured)


# order of steps

STEPS = OrderOfSteps(asks="steps", what="招聘程序", steps=("报名", "笔试", "录用"))
EARLY = OrderOfSteps(asks="steps", what="服务程序", steps=("识别", "计划", "跟踪"), early=True)


@pytest.mark.parametrize(
    ("check", "facts", "status"),
    [
        (STEPS, (0, 0, 0), S.NOT_YET_DUE),
        (STEPS, (2, 1, 0), S.NOT_YET_DUE),  # a wrong order is judged at the end
        (EARLY, (2, 1, 0), S.NOT_MET),  # or as soon as it is seen
        (STEPS, (3, 0, 1), S.MET),
        (STEPS, (3, 1, 1), S.NOT_MET),
        (STEPS, (2, 0, 1), S.NOT_MET),  # the last step without one before it
    ],
)
def test_steps_are_judged_when_the_last_one_is_there(
    check: OrderOfSteps, facts: tuple[int, ...], status: Status
) -> None:
    ruling = rule(check, facts, a_case())
    assert (ruling.status, ruling.measured, ruling.required) == (status, str(facts[0]), "3")


# monthly supervision

VISITS = QualifiedCount(asks="visits", what="督导", minutes=960)
NOV30 = date(2021, 11, 30)
NONE = (1, 0, None, 0, None, 0, None)
TWO_SHORT = (1, 0, None, 960, 20211120, 0, None)  # two visits of eight hours
LONG = (1, 1, 20211112, 960, 20211112, 1, 20211112)
ELSEWHERE = (1, 0, None, 0, None, 1, 20211105)


@pytest.mark.parametrize(
    ("facts", "chosen", "status", "done_on", "others"),
    [
        (NONE, "each_visit", S.NOT_MET, None, {}),
        (LONG, "each_visit", S.MET, date(2021, 11, 12), {}),
        (TWO_SHORT, "each_visit", S.NOT_MET, None, {"monthly_sum": S.MET, "one_for_all": S.NOT_MET}),
        (TWO_SHORT, "monthly_sum", S.MET, date(2021, 11, 20), {"each_visit": S.NOT_MET, "one_for_all": S.NOT_MET}),
        (ELSEWHERE, "one_for_all", S.MET, date(2021, 11, 5), {"each_visit": S.NOT_MET, "monthly_sum": S.NOT_MET}),
        (ELSEWHERE, "each_visit", S.NOT_MET, None, {"monthly_sum": S.NOT_MET, "one_for_all": S.MET}),
    ],
)
def test_two_visits_of_eight_hours_are_one_of_sixteen_only_under_another_reading(
    facts: tuple[object, ...], chosen: str, status: Status, done_on: date | None, others: dict[str, Status]
) -> None:
    ruling = rule(VISITS, facts, a_case(date(2021, 12, 1), due=NOV30, **reading(A35=chosen)))
    assert (ruling.status, ruling.done_on) == (status, done_on)
    assert {a.reading: a.status for a in ruling.alternatives} == others
    assert ruling.flags == ((Flag.NEEDS_RULING,) if others else ())


@pytest.mark.parametrize(
    ("chosen", "status", "others"),
    [
        ("none", S.NOT_APPLICABLE, {"full": S.NOT_MET}),
        ("full", S.NOT_MET, {"none": S.NOT_APPLICABLE}),
    ],
)
def test_a_month_a_station_was_open_only_in_part_is_asked_only_where_the_office_says_so(
    chosen: str, status: Status, others: dict[str, Status]
) -> None:
    ruling = rule(VISITS, (0, *NONE[1:]), a_case(date(2021, 12, 1), due=NOV30, **reading(A39=chosen)))
    assert ruling.status is status
    assert {a.reading: a.status for a in ruling.alternatives if a.note == "A39"} == others


LENGTH = VisitLength(asks="hours", what="单次督导", minutes=960)


@pytest.mark.parametrize(
    ("facts", "chosen", "status", "measured"),
    [
        ((960, 960, 0), "each_visit", S.MET, "16"),
        ((959, 959, 0), "each_visit", S.NOT_MET, "15.98"),
        ((480, 960, 0), "each_visit", S.NOT_MET, "8"),
        ((480, 960, 0), "monthly_sum", S.MET, "16"),
        ((480, 480, 0), "one_for_all", S.NOT_MET, "8"),
        ((480, 480, 1), "each_visit", S.NOT_APPLICABLE, None),
    ],
)
def test_one_visit_is_as_long_as_its_sessions_together(
    facts: tuple[int, ...], chosen: str, status: Status, measured: str | None
) -> None:
    ruling = rule(LENGTH, facts, a_case(NOV30, **reading(A35=chosen)))
    assert (ruling.status, ruling.measured) == (status, measured)


# ratio

RATIO = Ratio(asks="ratio", what="社工站", per="督导员", most=6)


@pytest.mark.parametrize(
    ("have", "per", "excused", "status"),
    [
        (72, 12, False, S.MET),  # A28: exactly six each
        (73, 12, False, S.DEVIATION_UNJUSTIFIED),
        (73, 12, True, S.DEVIATION_JUSTIFIED),
        (1, 0, False, S.DEVIATION_UNJUSTIFIED),
        (0, 0, False, S.MET),
    ],
)
def test_so_many_for_each_is_counted_over_all(have: int, per: int, excused: bool, status: Status) -> None:
    ruling = rule(RATIO, (have, per), a_case(force=Force.IN_PRINCIPLE, excused=excused))
    assert (ruling.status, ruling.measured, ruling.required) == (status, f"{have}/{per}", "6")


# renewal

RENEWAL = Renewal(asks="renewals", what="续聘条件", since=date(2022, 7, 1), grades=("优秀", "合格"))


@pytest.mark.parametrize(
    ("facts", "status", "measured"),
    [
        ((20220630, 1, "合格"), S.NOT_APPLICABLE, None),
        ((20220701, 1, "合格"), S.MET, "2"),
        ((20220701, 1, "优秀"), S.MET, "2"),
        ((20220701, 0, "合格"), S.DEVIATION_UNJUSTIFIED, "1"),
        ((20220701, 1, "不合格"), S.DEVIATION_UNJUSTIFIED, "1"),
        ((20220701, 1, None), S.NEEDS_RULING, "1"),  # A42: no assessment yet
        ((20220701, 0, None), S.DEVIATION_UNJUSTIFIED, "0"),
        ((20230701, 1, "合格"), S.NOT_YET_DUE, "2"),
    ],
)
def test_a_renewal_wants_a_certificate_and_a_passing_grade(
    facts: tuple[object, ...], status: Status, measured: str | None
) -> None:
    ruling = rule(RENEWAL, facts, a_case(date(2022, 12, 31), force=Force.IN_PRINCIPLE))
    assert (ruling.status, ruling.measured) == (status, measured)


# reviewed evidence


@pytest.mark.parametrize(
    ("facts", "due", "as_of", "unscheduled", "status"),
    [
        ((0, None, None), DUE, DUE, False, S.NOT_YET_DUE),
        ((0, None, None), DUE, AFTER, False, S.NO_EVIDENCE),
        ((0, None, None), None, AFTER, False, S.NO_EVIDENCE),
        ((0, None, None), None, AFTER, True, S.UNSCHEDULED),
        ((0, None, None), DUE, AFTER, True, S.NO_EVIDENCE),
        ((2, None, None), DUE, DUE, False, S.NOT_YET_DUE),  # uploaded, not reviewed, and still time
        ((2, None, None), DUE, AFTER, False, S.NO_EVIDENCE),
        ((2, None, None), None, AFTER, True, S.NO_EVIDENCE),
        ((1, 20211031, None), DUE, AFTER, False, S.MET),
        ((1, 20211101, None), DUE, AFTER, False, S.MET_LATE),
        ((1, 20211101, None), None, AFTER, True, S.MET),
        ((1, None, 20211015), DUE, DUE, False, S.NOT_YET_DUE),  # returned, and still time
        ((1, None, 20211015), DUE, AFTER, False, S.NOT_MET),
        ((1, None, 20211015), None, AFTER, True, S.NOT_MET),
    ],
)
def test_a_person_judges_the_content_and_the_program_the_date(
    facts: tuple[int | None, ...], due: date | None, as_of: date, unscheduled: bool, status: Status
) -> None:
    assert rule(ReviewedEvidence(unscheduled=unscheduled), facts, a_case(as_of, due=due)).status is status


# standing

HEADS = Standing(asks="holders", what="站长")


@pytest.mark.parametrize(
    ("facts", "status", "required", "words"),
    [
        ((1, 1, 1), S.MET, "1", "应为1人"),
        ((0, 1, 1), S.NOT_MET, "1", "应为1人"),
        ((2, 1, 1), S.NOT_MET, "1", "应为1人"),
        ((3, 1, 2), S.NOT_MET, "2", "应为1至2人"),
        ((0, 1, 2), S.NOT_MET, "1", "应为1至2人"),
        ((2, 1, 2), S.MET, "1", "应为1至2人"),
        ((7, 0, 6), S.NOT_MET, "6", "应不超过6人"),
        ((6, 0, 6), S.MET, "6", "应不超过6人"),
        ((5, 4, None), S.MET, "4", "应不少于4人"),
        ((1, 3, 3, 1), S.NOT_YET_DUE, "3", "应为3人"),
        ((1, 3, 3, 0, 1), S.MET, "3", "应为3人"),
    ],
)
def test_a_number_stands_between_its_bounds(
    facts: tuple[int | None, ...], status: Status, required: str, words: str
) -> None:
    ruling = rule(HEADS, facts, a_case())
    assert (ruling.status, ruling.measured, ruling.required) == (status, str(facts[0]), required)
    assert words in ruling.why


def test_a_rule_without_an_occasion_does_not_apply() -> None:
    assert rule(HEADS, (0, None, None), a_case()).status is S.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("force", "excused", "excused_by", "status"),
    [
        (Force.SHOULD, True, None, S.NOT_MET),
        (Force.SHOULD, True, "T-9", S.DEVIATION_JUSTIFIED),  # A27: the text itself allows a reason
        (Force.SHOULD, False, "T-9", S.NOT_MET),
        (Force.IN_PRINCIPLE, False, None, S.DEVIATION_UNJUSTIFIED),
        (Force.IN_PRINCIPLE, True, None, S.DEVIATION_JUSTIFIED),
        (Force.MUST, True, None, S.NOT_MET),
    ],
)
def test_only_what_holds_in_principle_can_be_excused(
    force: Force, excused: bool, excused_by: str | None, status: Status
) -> None:
    check = Standing(asks="x", what="村（居）", excused_by=excused_by)
    assert rule(check, (1, 3, 3), a_case(force=force, excused=excused)).status is status


# hours by a day

PREJOB = SumBy(asks="hours", what="岗前培训", minutes=900, category="prejob", cohort=date(2021, 9, 30))


@pytest.mark.parametrize(
    ("facts", "as_of", "status", "due", "measured"),
    [
        ((20210701, 99991231, 870, None), date(2021, 9, 30), S.NOT_YET_DUE, date(2021, 9, 30), "14.5"),
        ((20210701, 99991231, 870, None), date(2021, 10, 1), S.NOT_MET, date(2021, 9, 30), "14.5"),
        ((20210930, 99991231, 900, 20210930), date(2021, 10, 1), S.MET, date(2021, 9, 30), "15"),
        ((20211001, 99991231, 900, 20211001), date(2021, 10, 1), S.MET_LATE, date(2021, 9, 30), "15"),
        ((20220701, 99991231, 900, 20220630), date(2022, 7, 1), S.MET, date(2022, 6, 30), "15"),
        ((20220701, 99991231, 900, 20220701), date(2022, 7, 1), S.MET_LATE, date(2022, 6, 30), "15"),
        ((20210701, 20210831, 0, None), date(2021, 10, 1), S.NOT_APPLICABLE, date(2021, 9, 30), None),
        ((20210701, 20210831, 900, 20210820), date(2021, 10, 1), S.MET, date(2021, 9, 30), "15"),
    ],
)
def test_hours_before_the_post_are_due_by_the_cohorts_day_or_the_day_before_the_first(
    facts: tuple[int | None, ...], as_of: date, status: Status, due: date, measured: str | None
) -> None:
    ruling = rule(PREJOB, facts, a_case(as_of))
    assert (ruling.status, ruling.due, ruling.measured) == (status, due, measured)


# hours in a year

YEAR = Period(2022, "2022", date(2022, 1, 1), date(2022, 12, 31), date(2022, 12, 31))
YEARLY = SumInPeriod(asks="hours", what="继续培训", minutes=2880, category="continuing")


def year(facts: tuple[int, ...], as_of: date = date(2023, 1, 1), **chosen: str) -> Ruling:
    return rule(YEARLY, facts, a_case(as_of, due=YEAR.due, period=YEAR, **reading(**chosen)))


@pytest.mark.parametrize(
    ("minutes", "as_of", "status", "measured"),
    [
        (2880, date(2022, 6, 1), S.MET, "48"),
        (2879, date(2022, 12, 31), S.NOT_YET_DUE, "47.98"),
        (2879, date(2023, 1, 1), S.NOT_MET, "47.98"),
    ],
)
def test_forty_eight_hours_are_forty_eight_and_not_one_minute_less(
    minutes: int, as_of: date, status: Status, measured: str
) -> None:
    ruling = year((minutes, 0, 365, 0), as_of)
    assert (ruling.status, ruling.measured, ruling.required, ruling.flags) == (status, measured, "48", ())


def test_part_of_a_year_is_not_met_and_goes_to_a_human_with_what_every_reading_says() -> None:
    ruling = year((1440, 900, 184, 0))
    assert (ruling.status, ruling.flags) == (S.NOT_MET, (Flag.NEEDS_RULING,))
    assert {(a.reading, a.measured, a.required, a.status) for a in ruling.alternatives} == {
        ("pro_rata", "24", "24.19", S.NOT_MET),
        ("with_prejob", "39", "48", S.NOT_MET),
    }
    assert "当年在岗184天" in ruling.why


def test_pro_rata_is_compared_in_whole_minutes_and_never_in_rounded_hours() -> None:
    assert year((1451, 0, 184, 0), A37="pro_rata").status is S.NOT_MET  # 184 of 365 days: 1451.8 minutes
    assert year((1452, 0, 184, 0), A37="pro_rata").status is S.MET


def test_a_long_leave_makes_a_part_of_a_year_and_a_short_one_does_not() -> None:
    assert year((2880, 0, 365, 30)).flags == ()
    assert year((2880, 0, 365, 31)).flags == (Flag.NEEDS_RULING,)


def test_another_reading_with_another_result_goes_to_a_human_also_after_a_full_year() -> None:
    ruling = year((2100, 900, 365, 0))
    assert ruling.flags == (Flag.NEEDS_RULING,)
    assert {a.reading: a.status for a in ruling.alternatives}["with_prejob"] is S.MET
    assert year((2100, 900, 365, 0), A37="with_prejob").status is S.MET


# term

TERM = Term(asks="terms", what="聘期", years=3, reading="A41")


@pytest.mark.parametrize(
    ("facts", "status", "measured", "others"),
    [
        ((20210701, 20240630, 1), S.MET, "3", {}),
        ((20210701, 20240629, 1), S.NOT_MET, "2.99", {}),
        ((20210701, 20240701, 1), S.NOT_MET, "3", {"minimum": S.MET}),
        ((20210701, 20260630, 1), S.NOT_MET, "5", {"minimum": S.MET}),
        ((20210701, 20211231, 1), S.NOT_MET, "0.5", {}),
        ((20210630, 20210701, 0), S.NOT_APPLICABLE, None, {}),
        ((20230101, 20251231, 1), S.NOT_YET_DUE, "3", {}),
    ],
)
def test_a_term_is_three_calendar_years_to_the_day(
    facts: tuple[int, ...], status: Status, measured: str | None, others: dict[str, Status]
) -> None:
    ruling = rule(TERM, facts, a_case(date(2022, 1, 1)))
    assert (ruling.status, ruling.measured) == (status, measured)
    assert {a.reading: a.status for a in ruling.alternatives} == others


def test_under_the_other_reading_a_longer_term_is_enough() -> None:
    ruling = rule(TERM, (20210701, 20260630, 1), a_case(date(2022, 1, 1), **reading(A41="minimum")))
    assert (ruling.status, ruling.flags) == (S.MET, (Flag.NEEDS_RULING,))


def test_a_term_nobody_reads_otherwise_is_a_minimum() -> None:
    ruling = rule(Term(asks="terms", what="聘期", years=3), (20210701, 20260630, 1), a_case(date(2022, 1, 1)))
    assert (ruling.status, ruling.flags) == (S.MET, ())


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (date(2024, 2, 29), date(2027, 2, 28), "3"),
        (date(2021, 7, 1), date(2021, 7, 1), "0"),
        (date(2024, 1, 1), date(2024, 12, 30), "0.99"),  # one day short of a leap year is not a year
        (date(2021, 7, 1), date(2023, 12, 31), "2.5"),
    ],
)
def test_years_are_cut_like_hours(starts: date, ends: date, said: str) -> None:
    assert years_of(starts, ends) == said
