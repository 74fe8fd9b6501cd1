"""A plan is strict: what it does not know it refuses when it is read."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

from policy.checks.done_by import DoneBy
from policy.plan import House, Obligation, Plan, Rung, Window
from tests.policy.making import MONTHLY, a_clause, a_house, a_plan, an_obligation


def plain(model: Any) -> dict[str, Any]:
    return model.model_dump(mode="json")  # type: ignore[no-any-return]


def test_what_a_plan_says_can_be_written_down_and_read_again() -> None:
    plan = a_plan()
    assert Plan.model_validate(plain(plan)) == plan


def test_the_office_is_the_bureau_of_its_city() -> None:
    assert a_plan().office == f"{a_plan().city}民政局"


def test_a_place_is_called_by_its_office_and_an_office_by_its_own_name() -> None:
    plan = a_plan(offices={"甲高新区": "甲高新区社会事务局", "centre": "服务指导中心"})
    called = [
        plan.called(kind, name)
        for kind, name in (
            ("county", "甲县"),
            ("county", "甲县民政局"),
            ("county", "甲高新区"),
            ("township", "甲镇"),
            ("centre", "乙县"),
            (None, "甲区"),
        )
    ]
    assert called == ["甲县民政局", "甲县民政局", "甲高新区社会事务局", "甲镇", "乙县服务指导中心", "甲区"]


def test_a_plan_finds_its_parts_by_their_names() -> None:
    plan = a_plan(an_obligation(), an_obligation(key="yearly-one", phase=None, duty="yearly"))
    assert plan.by_key["filing"].title == "报送总结"
    assert plan.clause_of["T-1"].place == "一"
    assert [o.key for o in plan.of_duty("yearly")] == ["yearly-one"]
    assert [o.key for o in plan.of_phase("run")] == ["filing"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"dueday": "2021-10-31"}, "extra_forbidden"),
        ({"due": "2021-02-30"}, "date_from_datetime_parsing"),
        ({"who": ["mayor"]}, "enum"),
        ({"escalation": ["boss"]}, "enum"),
        ({"subject": "planet"}, "enum"),
        ({"force": "maybe"}, "enum"),
        ({"check": {"kind": "done_bye", "asks": "x", "what": "x"}}, "union_tag_invalid"),
        ({"check": {"kind": "done_by", "asks": "x"}}, "missing"),
        ({"check": {"kind": "done_by", "asks": "x", "what": "x", "grace": 3}}, "extra_forbidden"),
    ],
)
def test_an_obligation_with_an_unknown_word_or_an_impossible_day_is_refused(change: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Obligation.model_validate({**plain(an_obligation()), **change})
    assert kind in {fault["type"] for fault in refused.value.errors()}


def test_a_clock_without_quotes_is_a_number_to_yaml_and_is_refused_with_the_cure() -> None:
    with pytest.raises(ValidationError, match="时刻要加引号"):
        Window.model_validate({"opens": 510, "closes": "18:00"})
    assert Window.model_validate({"opens": "08:30", "closes": time(18)}).opens == time(8, 30)


def test_a_rung_with_a_reason_nobody_knows_is_refused_and_not_met_on_the_morning_it_is_due() -> None:
    with pytest.raises(ValidationError):
        Rung.model_validate({"reason": "remind", "workdays": -5})


def test_a_house_without_a_choice_it_must_make_is_refused() -> None:
    values = plain(a_house())
    del values["yellow_days"]
    with pytest.raises(ValidationError, match="yellow_days"):
        House.model_validate(values)


def test_a_plan_cannot_be_changed_after_it_was_read() -> None:
    for model, name in (
        (a_plan(), "title"),
        (an_obligation(), "due"),
        (a_clause(), "summary"),
        (DoneBy(asks="x", what="x"), "what"),
    ):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, name, "…")


def test_what_is_done_once_by_a_day_of_the_text_is_a_milestone() -> None:
    monthly = an_obligation(key="monthly", every=MONTHLY, due=None)
    standing = an_obligation(key="standing", due=None)
    once = an_obligation(key="once", due=date(2021, 12, 31))
    assert a_plan(monthly, standing, once).milestones == {"once"}
