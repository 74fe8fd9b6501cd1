"""Stages of the programme by day."""

from __future__ import annotations

from datetime import date

import pytest

from db.planstore import load_plan
from policy.timeline import begun, phase_on

PLAN = load_plan("huizhou")


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2020, 12, 31), None),
        (date(2021, 1, 1), "integration"),
        (date(2021, 5, 30), "integration"),
        (date(2021, 5, 31), None),  # A12: between two stages, and neither
        (date(2021, 6, 1), "setup"),
        (date(2021, 6, 30), "setup"),
        (date(2021, 7, 1), "operation"),
        (date(2022, 7, 1), "deepening"),
        (date(2023, 12, 31), "branding"),
        (date(2024, 1, 1), None),
    ],
)
def test_a_day_is_in_one_stage_or_in_none(day: date, key: str | None) -> None:
    phase = phase_on(PLAN, day)
    assert (phase.key if phase else None) == key


def test_a_stage_that_ended_has_still_begun() -> None:
    assert [phase.key for phase in begun(PLAN, date(2021, 7, 1))] == ["integration", "setup", "operation"]
    assert begun(PLAN, date(2020, 12, 31)) == ()
    assert len(begun(PLAN, date(2030, 1, 1))) == 5


def test_a_plan_finds_its_obligations_by_stage_and_by_duty() -> None:
    assert "plaques" in {o.key for o in PLAN.of_phase("setup")}
    assert "monthly-supervision" in {o.key for o in PLAN.of_duty("supervision")}
    assert not {o.key for o in PLAN.of_phase("setup")} & {o.key for o in PLAN.of_duty("supervision")}
