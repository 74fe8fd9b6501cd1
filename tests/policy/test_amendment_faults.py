"""What is wrong with an amendment is said with its place, before anything is judged by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policy.amendment_faults import amendment_faults
from policy.plan import Amendment, PhaseDates, Plan
from tests.policy.making import MONTHLY, a_clause, a_phase, a_plan, an_obligation

MAY = date(2022, 5, 1)
MONTH = an_obligation(key="filing-monthly", due=None, every=MONTHLY, phase=None, duty="yearly")
CLAUSES = (a_clause("T-1"), a_clause("T-2"))
STAGES = (a_phase(), a_phase(key="deep", starts=date(2022, 1, 1), ends=date(2022, 12, 31)))


def an_amendment(day: date = MAY, key: str = "X1", **parts: Any) -> Amendment:
    return Amendment(key=key, date=day, document=f"{key}号文", **parts)


def a_plan_with(*amendments: Amendment, **changes: Any) -> Plan:
    return a_plan(an_obligation(), MONTH, amendments=amendments, phases=STAGES, **changes)


def faults(*amendments: Amendment, **changes: Any) -> list[tuple[str, str]]:
    found = amendment_faults(a_plan_with(*amendments, **changes))
    return [(".".join(str(part) for part in fault["loc"]), fault["msg"]) for fault in found]


def test_a_sound_amendment_has_no_fault() -> None:
    added = an_obligation(key="new", clause="T-2", starts=MAY, due=date(2022, 12, 31))
    changes = {"filing": {"title": "另报"}, "filing-monthly": {"check": {"need": 2}}}
    first = an_amendment(changes=changes, adds=(added,), phases={"deep": PhaseDates(ends=date(2023, 3, 31))})
    second = an_amendment(date(2022, 6, 1), "X2", ends=("new",), changes={"filing": {"due": date(2023, 1, 1)}})
    assert faults(second, first, clauses=CLAUSES) == []


CHANGE: dict[str, Any] = {"changes": {"filing": {"title": "另报"}}}


@pytest.mark.parametrize(
    ("amendments", "place", "says"),
    [
        ([an_amendment(**CHANGE), an_amendment(date(2022, 6, 1), ends=("filing",))], "amendments.0.key", "编号“X1”写了2次"),
        ([an_amendment(key="T-1", **CHANGE)], "amendments.0.key", "编号“T-1”与条款重复"),
        ([an_amendment(date(2021, 5, 5), **CHANGE)], "amendments.0.date", "修订不能早于方案印发（2021-05-06）（写的是“2021-05-05”）"),
        ([an_amendment()], "amendments.0", "没有写修订了什么"),
        ([an_amendment(changes={"filing": {}})], "amendments.0.changes.filing", "没有写改什么"),
        (
            [an_amendment(changes={"filing-yearly": {"title": "另报"}})],
            "amendments.0.changes.filing-yearly",
            "当时没有名为“filing-yearly”的事项，相近的有：filing、filing-monthly",
        ),
        ([an_amendment(ends=("nosuch",))], "amendments.0.ends.0", "当时没有名为“nosuch”的事项，应为 obligations 中的 key"),
        ([an_amendment(phases={"rest": PhaseDates(ends=MAY)})], "amendments.0.phases.rest", "没有名为“rest”的阶段，应为：deep、run"),
        ([an_amendment(adds=(an_obligation(),))], "amendments.0.adds.0.key", "已有或曾有名为“filing”的事项"),
        (
            [an_amendment(adds=(an_obligation(key="new", starts=date(2022, 4, 30)),))],
            "amendments.0.adds.0.starts",
            "起算不能早于修订施行日（2022-05-01）",
        ),
        (
            [an_amendment(changes={"filing": {"due": date(2022, 4, 30)}})],
            "amendments.0.changes.filing.due",
            "新的期限不能早于修订施行日",
        ),
        ([an_amendment(changes={"filing": {"subject": "station"}})], "amendments.0.changes.filing.subject", "对象类别不能改"),
        ([an_amendment(changes={"filing": {"key": "other"}})], "amendments.0.changes.filing.key", "编号不能改"),
        ([an_amendment(changes={"filing": {"dew": MAY}})], "amendments.0.changes.filing.dew", "Extra inputs"),
        (
            [an_amendment(**CHANGE), an_amendment(key="X2", changes={"filing": {"title": "又报"}})],
            "amendments.1.changes.filing.title",
            "与同日施行的“X1”（X1号文）说法不同",
        ),
        (
            [
                an_amendment(changes={"filing": {"check": {"need": 2}}}),
                an_amendment(key="X2", changes={"filing": {"check": {"need": 3}}}),
            ],
            "amendments.1.changes.filing.check.need",
            "与同日施行的“X1”",
        ),
        (
            [
                an_amendment(phases={"deep": PhaseDates(ends=date(2023, 1, 31))}),
                an_amendment(key="X2", phases={"deep": PhaseDates(ends=date(2023, 2, 28))}),
            ],
            "amendments.1.phases.deep.ends",
            "与同日施行的“X1”",
        ),
        ([an_amendment(ends=("filing",)), an_amendment(key="X2", **CHANGE)], "amendments.1.changes.filing", "与同日施行的“X1”"),
        (
            [an_amendment(adds=(an_obligation(key="new", clause="T-7"),))],
            "amendments.0",
            "施行后不自洽：plan.yaml obligations.new.clause：没有条款T-7",
        ),
        ([an_amendment(phases={"deep": PhaseDates(ends=date(2021, 12, 1))})], "amendments.0", "施行后不自洽：plan.yaml phases.deep"),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_its_place_and_what_would_be_right(
    amendments: list[Amendment], place: str, says: str
) -> None:
    found = faults(*amendments)
    assert any(says in said for at, said in found if at == place)


def test_two_amendments_of_one_day_may_say_the_same_or_speak_of_different_fields() -> None:
    same = an_amendment(key="X2", changes={"filing": {"title": "另报", "due": date(2022, 12, 31)}})
    assert faults(an_amendment(**CHANGE), same) == []


def test_what_was_ended_can_be_neither_changed_nor_ended_again_nor_added_under_its_old_name() -> None:
    ended, later = an_amendment(ends=("filing-monthly",)), date(2022, 6, 1)
    assert faults(ended, an_amendment(later, "X2", adds=(MONTH,)))
    assert faults(an_amendment(ends=("filing",), **CHANGE))
    assert faults(ended, an_amendment(later, "X2", changes={"filing-monthly": {"title": "另报"}}))
    assert faults(ended, an_amendment(later, "X2", ends=("filing-monthly",)))


def test_each_fault_of_a_text_is_said_of_the_amendment_that_brings_it() -> None:
    wrong = an_amendment(changes={"filing": {"clause": "T-7"}})
    found = faults(an_amendment(date(2022, 6, 1), "X2", **CHANGE), wrong)
    assert {place for place, _ in found} == {"amendments.1"}
