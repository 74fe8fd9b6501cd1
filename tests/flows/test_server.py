"""The whole way through a real Prefect server and worker, as `duban up` starts them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from policy.calendar import civil_day
from tests.flows.installation import Running, import_mini, started

INTERVAL = 15


def test_a_scheduled_run_appears_is_run_by_the_worker_and_is_recorded(office: Running) -> None:
    deployment = office.deployment("supervision")["id"]
    soon = datetime.now(UTC) + timedelta(seconds=5)  # noqa: TID251 - the server keeps its own clock
    schedule = {"interval": INTERVAL, "anchor_date": soon.isoformat(), "timezone": "Asia/Shanghai"}
    (added,) = office.post(f"deployments/{deployment}/schedules", [{"schedule": schedule, "active": True}])
    # a deployment touched just now is looked at within five seconds, any other within a minute
    office.call("PATCH", f"deployments/{deployment}", {"tags": ["职责", "惠州"]})
    run = _scheduled(office, deployment)
    office.call("DELETE", f"deployments/{deployment}/schedules/{added['id']}")
    run = office.ended(run["id"])
    assert run["auto_scheduled"]
    assert run["state_type"] == "COMPLETED"
    # nobody gave a day: it is the one the run was scheduled for
    assert run["name"] == f"月度督导 {civil_day(soon):%Y-%m}"
    tasks = _recorded(office, run["id"], 4)
    assert {t["name"]: t["state_type"] for t in tasks} == dict.fromkeys(
        ("判定", "当月到站督导", "督导力量", "逾期与临期清单"), "COMPLETED"
    )


def _scheduled(office: Running, deployment: str) -> dict[str, Any]:
    """The first run that the schedule brought forth and the worker has taken up."""
    taken = {"type": {"any_": ["PENDING", "RUNNING", "COMPLETED", "FAILED"]}}
    wanted = {"deployments": {"id": {"any_": [deployment]}}, "flow_runs": {"state": taken}}
    until = time.monotonic() + 70
    while time.monotonic() < until:
        if found := [r for r in office.post("flow_runs/filter", wanted) if r["auto_scheduled"]]:
            return dict(found[0])
        time.sleep(0.5)
    raise AssertionError("no scheduled run appeared")


def _recorded(office: Running, run: str, number: int) -> list[dict[str, Any]]:
    """Task runs reach the server as events, a moment after their flow has ended."""
    until = time.monotonic() + 20
    while True:
        found = office.post("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
        if sum(t["state_type"] == "COMPLETED" for t in found) >= number or time.monotonic() > until:
            return list(found)
        time.sleep(0.3)


@pytest.fixture(scope="module")
def held(office: Running) -> dict[str, Any]:
    """A round of one day, as the office finds it in the flow UI."""
    return office.ended(office.ask("daily_round", {"as_of": "2021-06-29"}))


def test_the_daily_round_shows_every_stage_and_duty_and_leaves_pages_to_read(
    office: Running, held: dict[str, Any]
) -> None:
    assert held["name"] == "日常巡检 惠州 2021-06-29"
    assert held["state"]["message"] == "惠州市 2021-06-29 巡检完成"
    assert office.sub_runs(held["id"]) == dict.fromkeys(
        (
            "阶段一·先期整合 2021-06-29",
            "阶段二·建站保障 2021-06-29",
            "社工年度考核 2021-06-29",
            "第三方评估 2021-06-29",
            "月度督导 2021-06",
            "社工培训 2021-06-29",
        ),
        "COMPLETED",
    )
    pages = {a["key"]: a for a in office.post("artifacts/latest/filter", {"limit": 200})}
    assert {"huizhou-daily-round-summary", "huizhou-daily-round-overdue", "huizhou-setup-countdown"} <= set(pages)
    assert pages["huizhou-daily-round-summary"]["data"].startswith("# 惠州市兜底民生服务社会工作双百工程 每日摘要")


def test_no_name_of_a_person_reaches_the_flow_ui(office: Running, held: dict[str, Any]) -> None:
    pages = office.post("artifacts/filter", {"limit": 200})
    logs = office.post("logs/filter", {"limit": 200})
    assert pages
    assert logs
    assert "张甲" not in str([pages, logs])


def test_a_part_that_fails_makes_the_round_fail_and_the_others_still_run(office: Running, tmp_path: Path) -> None:
    broken = import_mini(tmp_path)
    # where the dossiers should go stands a file: the stage that has ended cannot archive
    (broken.data / "dossiers").write_text("")
    env = {"DUBAN_DATA": str(broken.data), "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "0"}
    run = office.ended(office.ask("daily_round", {"as_of": "2021-06-02"}, job_variables={"env": env}))
    assert run["state_type"] == "FAILED"
    assert run["state"]["message"] == "1个部分没有完成：阶段一·先期整合"
    states = office.sub_runs(run["id"])
    assert states.pop("阶段一·先期整合 2021-06-02") == "FAILED"
    assert set(states.values()) == {"COMPLETED"}
    assert len(states) == 5


def test_of_two_runs_of_one_job_at_once_the_second_is_cancelled(office: Running) -> None:
    runs = [office.ask("compliance", {"as_of": "2021-06-29"}) for _ in range(2)]
    assert sorted(office.ended(run)["state_type"] for run in runs) == ["CANCELLED", "COMPLETED"]


def test_a_run_that_is_silent_for_ten_minutes_will_be_marked_crashed(office: Running) -> None:
    (found,) = office.post("automations/filter", {})
    assert found["enabled"]
    assert found["trigger"]["within"] == 600
    assert [a["state"] for a in found["actions"]] == ["CRASHED"]


def test_the_server_answers_nobody_without_the_password(office: Running) -> None:
    assert httpx.get(f"{office.settings.prefect_api}/work_pools/duban").status_code == 401
    assert httpx.get(f"{office.settings.prefect_api}/health").status_code == 200


def test_a_second_instance_on_the_same_data_says_so_in_one_line(office: Running) -> None:
    ended = started(office.settings)
    assert ended.returncode == 3
    assert ended.stderr.splitlines() == [
        f"数据目录 {office.settings.data} 已有一个督办在运行（进程 {office.process.pid}）："
        "请先停掉它，或用 DUBAN_DATA 另指一个目录"
    ]


def test_a_busy_port_is_said_in_one_line(office: Running, tmp_path: Path) -> None:
    ended = started(office.settings.model_copy(update={"data": tmp_path}))
    assert ended.returncode == 3
    assert len(ended.stderr.splitlines()) == 1
    assert f"端口 {office.settings.prefect_port} 不能用" in ended.stderr


def test_the_flow_ui_names_no_outside_host_it_would_call(office: Running) -> None:
    scripts = list((office.settings.data / "prefect" / "ui").rglob("*.js"))
    assert scripts
    assert not [script.name for script in scripts if b"https://sr-client-cfg" in script.read_bytes()]
