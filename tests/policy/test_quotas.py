"""What a plan asks against the days and people there are: hours of training, days of inspection, roles nobody holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policy.calendar import WorkCalendar
from policy.capacity import holders, learning, window
from policy.capacity.learning import Course, Learner, Learning, learning_of
from policy.checks.done_by import DoneBy
from policy.checks.sum_by import SumBy
from policy.checks.sum_in_period import SumInPeriod
from policy.directory import Directory, Turn, UnitCard
from policy.finding import Finding
from policy.plan import Obligation, Plan
from policy.words import Role, SubjectKind
from tests.policy.making import a_house, a_plan, an_obligation
from tests.policy.sound_plan import DECEMBER, clause

PLAIN = WorkCalendar({}, frozenset({2021, 2022}))
LAST = date(2022, 12, 31)
JULY, EVER = date(2021, 7, 1), date(9999, 12, 31)
BEFORE = an_obligation(
    key="before", clause="T-3", title="岗前学时", due=None,
    check=SumBy(asks="x", what="岗前培训", minutes=900, category="prejob", cohort=date(2021, 9, 30)),
)  # fmt: skip


def yearly(starts: date | None = JULY) -> Obligation:
    check = SumInPeriod(asks="x", what="继续培训", minutes=2880, category="continuing")
    return an_obligation(
        key="yearly", clause="T-2", title="年度学时", due=None, every=DECEMBER, starts=starts, check=check
    )


def asking(*obligations: Obligation, reading: str = "none", **more: Any) -> Learning:
    house = a_house(workday_minutes=480, readings={"A37": reading}, reading_values={"A37": {reading: "…"}})
    asks = learning_of(a_plan(*(obligations or (yearly(), BEFORE)), house=house))
    assert asks
    return replace(asks, **more)


def said(found: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(one.grade.value, one.message) for one in found]


def short(asks: Learning) -> list[tuple[str, str]]:
    return said(learning.findings(asks, PLAIN, LAST))


def test_a_plan_without_hours_a_year_or_a_working_day_asks_nothing() -> None:
    assert learning_of(a_plan(an_obligation(due=date(2021, 10, 31)))) is None
    assert learning_of(a_plan(yearly())) is None, "the house has no working day"


def test_the_first_year_asks_both_hours_in_the_days_that_are_left() -> None:
    asks = asking(learners=(Learner("a", "甲", JULY, EVER), Learner("b", "乙", date(2022, 3, 1), EVER)))
    first, second = learning.balance(asks, PLAIN, LAST)
    assert first == "2021年每名社工应学63小时，自2021-07-01起有132个工作日（1056小时，占5.9%）；1名社工共63小时"
    assert second == "2022年每名社工应学48小时，自2022-01-01起有260个工作日（2080小时，占2.3%）；2名社工共96小时"


def test_without_learners_the_sum_of_one_is_said() -> None:
    line = next(iter(learning.balance(asking(yearly(starts=None)), PLAIN, LAST)))
    assert line == "2021年每名社工应学48小时，自2021-01-01起有261个工作日（2088小时，占2.2%）"


def test_who_came_too_late_in_the_year_is_named_with_the_days_he_has() -> None:
    late = [Learner(f"p{n}", f"人{n}", date(2021, 12, 28), EVER) for n in range(4)]
    asks = asking(learners=(*late, Learner("q", "早", JULY, EVER)))
    assert short(asks) == [
        ("warning", "2021年不能做到：人0、人1、人2等4人当年在岗只有4个工作日（32小时），不够学完T-2年度学时的48小时")
    ]


def test_who_leaves_soon_after_coming_has_both_hours_to_fit_in() -> None:
    brief = Learner("a", "甲", date(2021, 9, 24), date(2021, 10, 1))
    assert short(asking(learners=(brief,))) == [
        ("warning", "2021年不能做到：甲当年在岗只有6个工作日（48小时），不够学完T-2年度学时和T-3岗前学时合计的63小时")
    ]
    assert short(asking(yearly(), learners=(brief,))) == [], "48 hours alone fit"


@pytest.mark.parametrize("reading", ["pro_rata", "with_prejob"])
def test_another_reading_asks_less(reading: str) -> None:
    brief = Learner("a", "甲", date(2021, 9, 24), date(2021, 10, 1))
    assert short(asking(reading=reading, learners=(brief,))) == []


def test_who_has_gone_before_the_duty_began_is_asked_nothing() -> None:
    assert short(asking(learners=(Learner("a", "甲", date(2021, 6, 28), date(2021, 6, 30)),))) == []


def test_courses_that_hold_too_few_hours_are_noted_and_only_where_courses_are_kept() -> None:
    two_days = Course("continuing", date(2022, 5, 9), date(2022, 5, 10))
    twice = (two_days, two_days, Course("prejob", date(2022, 6, 1), date(2022, 6, 30)))
    assert short(asking(courses=twice))[1] == (
        "note", "2022年登记的继续培训课程共2天，至多16小时，不够每人48小时，其余要另有来源",
    )  # fmt: skip
    enough = tuple(Course("continuing", date(year, 8, 2), date(year, 8, 9)) for year in (2021, 2022))
    assert short(asking(courses=enough)) == short(asking(courses=None)) == []


def inspected(due: date, first: date = date(2021, 6, 28), subject: SubjectKind = SubjectKind.COUNTY) -> Plan:
    done = DoneBy(asks="act", what="一事")
    hung = an_obligation(key="hung", clause="T-1", subject=SubjectKind.STATION, due=first, check=done)
    seen = an_obligation(key="seen", clause="T-2", subject=subject, due=due, after=("T-1",), check=done)
    return a_plan(hung, seen, clauses=(clause("T-1"), clause("T-2")))


@pytest.mark.parametrize(
    ("due", "first", "each"),
    [
        (date(2021, 6, 30), date(2021, 6, 28), "其间3个工作日，72个社工站平均每个工作日24个，请核对人手"),
        (date(2021, 6, 27), date(2021, 6, 26), "其间0个工作日，72个社工站其间没有工作日，请核对人手"),
    ],
)
def test_the_days_left_for_an_inspection_are_counted_per_station(due: date, first: date, each: str) -> None:
    ((grade, message),) = said(window.findings(inspected(due, first), PLAIN, 72))
    assert (grade, message) == ("note", f"前提T-1在{first}到期，本条在{due}到期：{each}")


@pytest.mark.parametrize(
    "plan",
    [
        inspected(date(2021, 6, 28)),
        inspected(date(2021, 9, 30)),
        inspected(date(2021, 6, 30), subject=SubjectKind.STATION),
    ],
)
def test_the_same_day_a_long_time_or_the_stations_own_duty_is_no_window(plan: Plan) -> None:
    assert said(window.findings(plan, PLAIN, 72)) == []


DAY = date(2022, 1, 31)
CITY_CARDS = {
    card.code: card
    for card in (
        UnitCard("C", "某市", "city", None),
        UnitCard("K", "甲县", "county", "C"),
        UnitCard("T", "东镇", "township", "K"),
        *(UnitCard(f"S{n}", f"{n}站", "station", "T") for n in range(1, 6)),
        UnitCard("S9", "旧站", "station", "T", open=False),
        UnitCard("Z", "某市人民政府", "government", None),
    )
}


def naming(*roles: Role, **fields: tuple[Role, ...]) -> Plan:
    return a_plan(an_obligation(who=roles, **{"escalation": (), **fields}))


def missing(plan: Plan, **directory: Any) -> list[str]:
    return [one.message for one in holders.findings(plan, Directory(CITY_CARDS, **directory), DAY)]


def test_stations_without_a_holder_are_one_line_with_the_clauses() -> None:
    held = {("station_head", f"S{n}"): ("p",) for n in range(1, 5)}
    assert missing(naming(Role.STATION_HEAD), holders=held) == [
        "站长：2022-01-31记录里5站没有在任的人，通知将送到机构；涉及T-1"
    ]
    (many,) = missing(naming(Role.STATION_HEAD))
    assert "1站、2站、3站等5个社工站没有在任的人" in many, "the closed one is not missed"


def test_a_supervisor_is_there_while_his_turn_lasts() -> None:
    turns = {f"S{n}": (Turn("p", date(2021, 7, 1), EVER),) for n in range(1, 6)}
    assert missing(naming(Role.SUPERVISOR), supervisors=turns) == []
    over = {**turns, "S2": (Turn("p", date(2021, 7, 1), date(2021, 12, 31)),)}
    assert missing(naming(Role.SUPERVISOR), supervisors=over) == [
        "督导员：2022-01-31记录里2站没有在任的人，通知将送到机构；涉及T-1"
    ]


def test_points_are_asked_for_their_contact_only_where_there_are_points() -> None:
    assert missing(naming(Role.POINT_CONTACT)) == []


@pytest.mark.parametrize(
    ("role", "line"),
    [
        (Role.CITY_GOVERNMENT, None),
        (Role.PROVINCIAL_DEPARTMENT, "省民政厅：记录里没有名称以“民政厅”结尾的政府部门，通知将送到市民政局；涉及T-1"),
        (Role.CONTRACTOR, "承接机构：记录里没有机构这一类机构，没有人会收到；涉及T-1"),
        (Role.COUNTY_BUREAU, None),
        (Role.LEADING_GROUP, None),
        (Role.WORKER, None),
    ],
)
def test_institutions_have_to_be_on_file(role: Role, line: str | None) -> None:
    assert missing(naming(role)) == ([line] if line else [])


def test_a_city_that_is_not_on_file_hears_nothing() -> None:
    found = [one.message for one in holders.findings(naming(Role.CITY_BUREAU), Directory({}), DAY)]
    assert found == ["市民政局：记录里没有市这一类机构，没有人会收到；涉及T-1"]


def test_a_role_is_placed_where_the_plan_names_it_and_many_clauses_are_counted() -> None:
    plan = a_plan(
        *(an_obligation(key=f"o{n}", clause=f"T-{n}", escalation=(Role.PROVINCIAL_DEPARTMENT,)) for n in range(5))
    )
    (found,) = holders.findings(plan, Directory(CITY_CARDS), DAY)
    assert found.place == ("plan.yaml", "obligations", "o0", "escalation")
    assert found.message.endswith("涉及T-0、T-1、T-2等5条")
