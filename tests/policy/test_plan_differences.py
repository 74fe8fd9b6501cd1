"""Two texts beside each other, in the words of a clerk."""

from __future__ import annotations

from datetime import date, time
from typing import Any, get_args

import pytest

from policy.checks import AnyCheck
from policy.checks.certified import QualifiedStaff
from policy.checks.done_by import Share
from policy.checks.money import AmountAtLeast
from policy.checks.standing import Standing
from policy.checks.sum_in_period import SumInPeriod
from policy.objects import plan_difference_object
from policy.plan import House, Obligation, PublishedYear, Rung, Window
from policy.plan_differences import PlanDifference, plan_differences
from policy.plan_words import CHECKS, FIELDS, NOTHING, RULES, house_words, obligation_words, words
from policy.recurrence import Recurrence
from policy.words import Change, Reason, Role
from tests.policy.making import MONTHLY, OCTOBER, a_house, a_phase, a_plan, an_obligation

NOVEMBER = Recurrence(rule="FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=-1", first_due=date(2021, 11, 30), span="year")
TAKEN_OVER = PublishedYear(
    year=2027, document="", adopted_by="科员甲", adopted_on=date(2026, 11, 20), rest=(date(2027, 1, 1),), work=()
)
NEXT = Recurrence(rule="FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31", first_due=date(2022, 10, 31), span="year")


def test_every_field_of_a_plan_has_a_chinese_name_and_those_of_one_obligation_differ() -> None:
    assert FIELDS.keys() | {"key", "check"} == set(Obligation.model_fields)
    assert RULES.keys() == set(House.model_fields)
    for check in get_args(get_args(AnyCheck)[0]):
        labels = [*FIELDS.values(), *(CHECKS[name] for name in check.model_fields)]
        assert len(set(labels)) == len(labels), check


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, NOTHING),
        ((), NOTHING),
        (True, "是"),
        (False, "否"),
        (date(2021, 10, 31), "2021年10月31日"),
        (time(8, 30), "08:30"),
        ((Role.TOWNSHIP, Role.STATION), "乡镇（街道）、社工站"),
        (Rung(reason=Reason.REMINDER, workdays=-5), "临期提醒-5"),
        (Rung(reason=Reason.ESCALATED, workdays=3, level=1), "逾期上报+3（第1级）"),
        (Window(opens=time(8, 30), closes=time(18)), "08:30 18:00"),
        (TAKEN_OVER, "2027年（无文号，放假1天，上班0天）"),
        ({"none": "不折算"}, "none：不折算"),
        ("visits", "督导记录"),
        ("其他", "其他"),
        (3, "3"),
        (OCTOBER, "每年10月31日前（自2021年起）"),
        (NOVEMBER, "每年11月最后一日前（自2021年起）"),
        (MONTHLY, "每月最后一日前（自2021年7月起）"),
        (
            Recurrence(rule="FREQ=MONTHLY;BYMONTHDAY=5", first_due=date(2021, 7, 5), span="month"),
            "每月5日前（自2021年7月起）",
        ),
    ],
)
def test_a_value_is_said_as_people_write_it(value: Any, said: str) -> None:
    assert words(value) == said


def test_hours_money_and_shares_are_said_with_their_unit() -> None:
    def said(check: Any) -> dict[str, str]:
        return obligation_words(an_obligation(check=check))

    assert said(SumInPeriod(asks="x", what="培训", minutes=2880, category="continuing"))["时长"] == "48小时"
    assert said(AmountAtLeast(asks="x", what="经费", cents=5_000_050))["金额"] == "50000.5元"
    assert said(Share(asks="x", what="建站", least=(3, 5)))["至少"] == "3/5"
    assert said(Standing(asks="x", what="站长", least=2))["至少"] == "2"


def test_tables_of_the_house_are_said_line_by_line() -> None:
    said = house_words(a_house(review_dates={"T-1": date(2022, 1, 1)}))
    assert said["读法 A35"] == "each_visit"
    assert said["审核日期 T-1"] == "2022年1月1日"
    assert said["亮黄灯的天数"] == "10"


def told(found: list[PlanDifference]) -> list[tuple[str, str, str, str, str, int | None]]:
    return [(d.change.value, d.key, d.field, d.before, d.after, d.days) for d in found]


def test_the_same_text_makes_no_difference() -> None:
    assert plan_differences(a_plan(), a_plan()) == []


def test_obligations_are_added_removed_and_changed_field_by_field_with_the_days_moved() -> None:
    before = a_plan(an_obligation(), an_obligation(key="gone", due=None, who=(Role.TOWNSHIP,)))
    after = a_plan(
        an_obligation(key="new", due=None, every=OCTOBER, phase=None, duty="yearly"),
        an_obligation(due=date(2021, 11, 30), starts=date(2021, 7, 1), who=(Role.TOWNSHIP,)),
    )
    assert told(plan_differences(before, after)) == [
        ("added", "new", "事项", NOTHING, "县（区），每年10月31日前（自2021年起），由县（区）民政局办理", None),
        ("changed", "filing", "起算", NOTHING, "2021年7月1日", None),
        ("moved", "filing", "期限", "2021年10月31日", "2021年11月30日", 30),
        ("changed", "filing", "由谁办理", "县（区）民政局", "乡镇（街道）", None),
        ("removed", "gone", "事项", "县（区），常年，由乡镇（街道）办理", NOTHING, None),
    ]
    assert (
        plan_differences(a_plan(), a_plan(an_obligation(key="new")))[0].after
        == "县（区），2021年10月31日前，由县（区）民政局办理"
    )


@pytest.mark.parametrize(("every", "days"), [(NOVEMBER, 30), (NEXT, None), (MONTHLY, None)])
def test_a_day_of_the_year_moves_by_days_and_another_year_or_span_is_a_change(every: Any, days: int | None) -> None:
    before, after = (a_plan(an_obligation(due=None, every=one)) for one in (OCTOBER, every))
    (found,) = plan_differences(before, after)
    assert (found.field, found.days, found.change) == ("周期", days, Change.MOVED if days else Change.CHANGED)


def test_of_another_kind_of_check_the_fields_that_come_and_go_are_said() -> None:
    after = a_plan(an_obligation(check=QualifiedStaff(asks="staff", what="持证人员", least=2, reading="A58")))
    found = {d.field: (d.before, d.after) for d in plan_differences(a_plan(), after)}
    assert found["判定方式"] == ("done_by", "qualified_staff")
    assert found["至少"] == (NOTHING, "2")
    assert found["需要几项"] == ("1", NOTHING)


def test_stages_are_added_removed_renamed_and_moved() -> None:
    kept = a_phase(ends=date(2022, 1, 31), title="阶段一·试行")
    before = a_plan(phases=(a_phase(), a_phase(key="gone")))
    after = a_plan(phases=(kept, a_phase(key="new")))
    assert told(plan_differences(before, after)) == [
        ("moved", "phase-run", "结束", "2021年12月31日", "2022年1月31日", 31),
        ("changed", "phase-run", "名称", "阶段一·运作", "阶段一·试行", None),
        ("added", "phase-new", "阶段", NOTHING, "2021年7月1日至2021年12月31日", None),
        ("removed", "phase-gone", "阶段", "2021年7月1日至2021年12月31日", NOTHING, None),
    ]


def test_the_rules_of_the_house_are_compared_by_their_names() -> None:
    found = plan_differences(a_plan(), a_plan(house=a_house(yellow_days=3)))
    assert told(found) == [("changed", "house", "亮黄灯的天数", "10", "3", None)]
    assert plan_difference_object(found[0])["change"] == "changed"
