"""prefect.yaml and the flows belong together, and say the same."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from cronsim import CronSim

from db.planstore import load_plan
from flows.duties import DUTY_FLOWS
from flows.phases import PHASE_FLOWS
from tasks.jobs import names

FILE = Path(__file__).resolve().parents[2] / "prefect.yaml"
DEPLOYMENTS = {d["name"]: d for d in yaml.safe_load(FILE.read_text(encoding="utf-8"))["deployments"]}
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_entrypoint_is_a_flow_that_takes_its_parameters(name: str) -> None:
    from prefect.flows import load_flow_from_entrypoint

    flow = load_flow_from_entrypoint(DEPLOYMENTS[name]["entrypoint"], use_placeholder_flow=False)
    assert flow.isasync
    assert flow.description
    assert set(DEPLOYMENTS[name]["parameters"]) <= set(flow.parameters.properties)


def test_every_job_of_the_plan_is_deployed() -> None:
    assert set(DEPLOYMENTS) == set(names(load_plan("huizhou")))


def test_another_city_is_given_the_jobs_it_has_and_never_those_of_huizhou() -> None:
    from cli.deployments import of_plan

    given = of_plan(list(DEPLOYMENTS.values()), load_plan("suzhou"))
    assert {d["name"] for d in given} == {"daily_round", "compliance", "delivery_audit"}
    assert {d["parameters"]["plan"] for d in given} == {"suzhou"}
    assert all("宿州" in d["tags"] and "惠州" not in d["tags"] for d in given)
    assert of_plan(list(DEPLOYMENTS.values()), load_plan("huizhou")) == list(DEPLOYMENTS.values())


def test_every_stage_and_duty_of_the_plan_has_a_flow_of_its_own() -> None:
    plan = load_plan("huizhou")
    assert {p.kind for p in plan.phases} == set(PHASE_FLOWS)
    assert {d.key for d in plan.duties} == set(DUTY_FLOWS)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_missed_runs_are_not_all_made_up_for(name: str) -> None:
    assert DEPLOYMENTS[name]["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert DEPLOYMENTS[name]["work_pool"] == {"name": "duban"}
    assert DEPLOYMENTS[name]["tags"]


@pytest.mark.parametrize("name", [name for name, d in DEPLOYMENTS.items() if "schedules" in d])
def test_every_schedule_speaks_beijing_time_and_has_a_name(name: str) -> None:
    schedules = DEPLOYMENTS[name]["schedules"]
    assert {s["timezone"] for s in schedules} == {"Asia/Shanghai"}
    assert len({s["slug"] for s in schedules}) == len(schedules)


def fired(name: str, year: int, month: int) -> list[int]:
    """The days of a month on which a deployment fires."""
    days: set[int] = set()
    for schedule in DEPLOYMENTS[name]["schedules"]:
        runs = CronSim(schedule["cron"], datetime(year, month, 1, tzinfo=SHANGHAI))
        days.update(at.day for at in takewhile(lambda at: (at.year, at.month) == (year, month), runs))
    return sorted(days)


@pytest.mark.parametrize(
    ("name", "month", "days"),
    [
        ("staff_assessment", 8, []),
        ("staff_assessment", 9, [6, 13, 20, 27]),
        ("staff_assessment", 10, list(range(1, 32))),
        ("station_evaluation", 11, [1, 8, 15, 22, 29]),
        ("station_evaluation", 12, [1, 8, *range(15, 32)]),
        ("supervision", 11, [1, 10, 20, *range(25, 31)]),
        ("supervision", 2, [1, 10, 20, *range(25, 29)]),
        ("training", 3, [1]),
        ("training", 10, [1, 4, 11, 18, 25]),
        ("compliance", 7, [1]),
        ("daily_round", 2, list(range(1, 29))),
    ],
)
def test_duties_fire_on_the_days_of_their_season(name: str, month: int, days: list[int]) -> None:
    assert fired(name, 2021, month) == days
