"""Each thing a plan that loads can still get wrong: one line, with file, place and cure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policy.checks.phase_span import PhaseSpan
from policy.plan import Obligation, Plan
from policy.soundness import findings
from policy.words import Role
from tests.policy.making import OCTOBER, a_clause, a_house, a_phase, a_plan, an_obligation


def with_one(**changes: Any) -> Plan:
    return a_plan(an_obligation(**changes))


def two_stages(**second: Any) -> tuple[Any, ...]:
    values = {"key": "next", "starts": date(2022, 1, 1), "ends": date(2022, 12, 31), **second}
    return (a_phase(), a_phase(**values))


SPAN = PhaseSpan(first=date(2021, 7, 1), last=date(2021, 12, 31))


def test_a_sound_plan_has_no_findings() -> None:
    yearly: Obligation = an_obligation(key="yearly-one", due=None, every=OCTOBER, phase=None, duty="yearly")
    span = an_obligation(key="span", check=SPAN, who=(), due=None)
    assert findings(a_plan(an_obligation(starts=date(2021, 10, 31)), yearly, span, phases=two_stages())) == []


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (a_plan(an_obligation(), an_obligation()), "plan.yaml obligations.filing：写了2次，应只写一次"),
        (
            a_plan(phases=(a_phase(), a_phase(starts=date(2022, 1, 1), ends=date(2022, 2, 1)))),
            "plan.yaml phases.run：写了2次",
        ),
        (a_plan(clauses=(a_clause(), a_clause())), "clauses.yaml clauses.T-1：写了2次"),
        (
            a_plan(clauses=(a_clause(), a_clause("T-2"))),
            "clauses.yaml T-2：没有安排，应写一条 obligation 或在 not_run 写明原因",
        ),
        (a_plan(not_run={"T-1": "不判"}), "plan.yaml not_run.T-1：已有 obligation 判定本条，应删去其一"),
        (a_plan(not_run={"T-9": "不判"}), "plan.yaml not_run.T-9：clauses.yaml 里没有这个条款"),
        (
            a_plan(phases=two_stages(ends=date(2021, 12, 31))),
            "plan.yaml phases.next：结束（2021-12-31）早于开始（2022-01-01）",
        ),
        (
            a_plan(phases=two_stages(starts=date(2021, 12, 31))),
            "plan.yaml phases.next：与上一阶段重叠，应在2021-12-31之后开始",
        ),
        (a_plan(phases=two_stages(clause="T-9")), "plan.yaml phases.next.clause：没有条款T-9"),
        (
            a_plan(phases=two_stages(assigns=("worker",))),
            "plan.yaml phases.next.assigns：不能交办给“worker”，应为：city_bureau",
        ),
        (with_one(clause="T-9"), "plan.yaml obligations.filing.clause：没有条款T-9，应为 clauses.yaml 中的编号"),
        (with_one(phase=None), "plan.yaml obligations.filing：phase 与 duty 应恰好写一个"),
        (with_one(duty="yearly"), "plan.yaml obligations.filing：phase 与 duty 应恰好写一个"),
        (with_one(phase="ran"), "plan.yaml obligations.filing：没有名为“ran”的阶段或业务"),
        (with_one(who=()), "plan.yaml obligations.filing：没有写由谁办理（who）"),
        (with_one(records=("report",)), "plan.yaml obligations.filing：records：没有“report”这种记录，应为：units"),
        (with_one(every=OCTOBER), "plan.yaml obligations.filing：due 与 every 只能写一个"),
        (with_one(starts=date(2021, 11, 1)), "plan.yaml obligations.filing：截止（2021-10-31）早于开始（2021-11-01）"),
        (
            with_one(escalation=(Role.COUNTY_BUREAU,)),
            "plan.yaml obligations.filing：上报链上只有未办的人自己，应另有上级",
        ),
        (
            with_one(escalation=(Role.CITY_BUREAU, Role.CITY_GOVERNMENT, Role.CITY_BUREAU)),
            "plan.yaml obligations.filing：上报链里有重复的角色，会绕圈",
        ),
        (a_plan(house=a_house(readings={"A99": "x"})), "house.yaml reading_values.A99：没有列出这一读法的可选值"),
        (
            a_plan(house=a_house(readings={"A41": "about"})),
            "house.yaml readings.A41：“about”不是可选的读法，应为：exact、other",
        ),
        (a_plan(house=a_house(channel="fax")), "house.yaml channel：没有“fax”的发送时段，应为：email"),
    ],
)
def test_each_fault_is_one_line_with_its_place_and_its_cure(plan: Plan, says: str) -> None:
    assert [line for line in findings(plan) if line.startswith(says)], findings(plan)


def test_every_fault_is_named_at_once() -> None:
    found = findings(
        a_plan(an_obligation(who=(), records=("x",), escalation=(Role.TOWNSHIP, Role.TOWNSHIP)), not_run={"T-9": "…"})
    )
    assert len(found) == 4
