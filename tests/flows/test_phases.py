"""What a stage does from its opening to its end, step by step, without a server."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db import phase_events
from db.planstore import load_plan
from db.schema import migrate
from db.work_calendar import work_calendar
from policy.plan import Phase
from settings import Settings
from tasks import jobs
from tasks.phases import PHASE_STEPS, steps_of_phase
from tasks.phases.lifecycle import closing_rung, handed_to, is_running
from tasks.steps import Done
from tests.flows.installation import PROGRAM, environment, import_mini

NOW = datetime(2024, 1, 2, tzinfo=UTC)


def phase(key: str) -> Phase:
    return next(p for p in load_plan("huizhou").phases if p.key == key)


def play(settings: Settings, name: str, day: date) -> dict[str, Done]:
    """One part on one day; what was done, by step."""
    at = jobs.office("huizhou", settings)
    return {step.key: done for step, done in jobs.played(at, jobs.part_of(at.plan, name, day), day, NOW)}


def events(settings: Settings, name: str, *kinds: str) -> list[phase_events.Event]:
    with jobs.office("huizhou", settings).engine.begin() as connection:
        return phase_events.of_phase(connection, "huizhou", name, kinds or None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return import_mini(tmp_path)


def test_nothing_is_handed_out_before_the_document_was_issued_or_after_the_end() -> None:
    plan = load_plan("huizhou")
    days = {date(2021, 5, 5): False, date(2021, 5, 6): True, date(2021, 5, 30): True, date(2021, 5, 31): False}
    assert {day: is_running(phase("integration"), plan, day) for day in days} == days


def test_what_is_asked_of_a_worker_is_handed_out_to_her_station() -> None:
    asked = handed_to(phase("operation"), load_plan("huizhou"))
    assert "home-visit" in {o.key for o in asked["station"]}
    assert "association" in {o.key for o in asked["township"]}


@pytest.mark.parametrize(
    ("day", "rung"),
    [
        (date(2021, 11, 2), None),
        (date(2022, 5, 31), None),
        (date(2022, 6, 1), 20),
        (date(2022, 6, 22), 20),
        (date(2022, 6, 23), 5),
        (date(2022, 6, 30), 5),
        (date(2022, 7, 1), None),
    ],
)
def test_a_stage_warns_from_so_many_working_days_before_its_end(day: date, rung: int | None) -> None:
    calendar = work_calendar(load_plan("huizhou").house)
    assert closing_rung(phase("operation"), (20, 5), calendar, day) == rung


def test_a_stage_hands_out_once_to_every_unit_it_asks(settings: Settings) -> None:
    first = play(settings, "setup", date(2021, 6, 2))["handout"]
    again = play(settings, "setup", date(2021, 6, 3))["handout"]
    assert first.note == "交办3个单位，本次新增3个"
    assert again.note == "交办3个单位，本次新增0个"
    assert {e.subject for e in events(settings, "setup", "handed_out")} == {"C", "X", "T"}


def test_the_dossier_is_written_once_after_the_last_day_and_its_hash_is_kept(settings: Settings) -> None:
    play(settings, "setup", date(2021, 6, 30))
    assert events(settings, "setup", "dossier") == []
    play(settings, "setup", date(2021, 7, 1))
    (archived,) = events(settings, "setup", "dossier")
    content = (settings.data / archived.detail["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == archived.detail["sha256"]
    play(settings, "setup", date(2021, 7, 2))
    assert (settings.data / archived.detail["path"]).read_bytes() == content
    assert (
        (settings.data / archived.detail["path"]).with_suffix(".html").read_text("utf-8").startswith("<!doctype html>")
    )


def test_a_round_before_the_first_records_leaves_no_dossier_that_would_stand_for_ever(tmp_path: Path) -> None:
    empty = Settings(data=tmp_path / "empty")
    empty.data.mkdir()
    migrate(jobs.office("huizhou", empty).engine)
    done = play(empty, "setup", date(2021, 7, 1))
    assert done["dossier"].note == "台账里还没有本阶段的记录，暂不整理验收档案"
    assert done["rectification"].note == "验收档案还没有整理，没有结转整改"
    assert events(empty, "setup") == []


def test_every_obligation_of_the_stage_is_in_the_dossier_and_nobody_by_name(settings: Settings) -> None:
    play(settings, "setup", date(2021, 7, 1))
    content = (settings.data / "dossiers/huizhou/setup/dossier.json").read_text("utf-8")
    assert [o["duty"] for o in json.loads(content)["obligations"]] == [
        o.key for o in load_plan("huizhou").of_phase("setup")
    ]
    assert "张甲" not in content


def test_what_is_open_at_the_end_is_carried_over_with_a_new_date_in_working_days(settings: Settings) -> None:
    play(settings, "setup", date(2021, 7, 1))
    over = {e.subject: e.due for e in events(settings, "setup", "carried_over")}
    # twenty working days after 30 June 2021
    assert over["county-inspected/X/0"] == date(2021, 7, 28)
    # its own date lies after the stage: it keeps that
    assert "station-built/T/0" not in over
    assert "station-plaque/S/0" not in over


def test_what_is_put_right_later_is_ticked_off_and_a_signed_stage_with_nothing_left_closes(tmp_path: Path) -> None:
    signed = "A2,HZ-5.5-01,C,2024-01-01,签认,accepted,C\n"
    settings = import_mini(tmp_path, {"acts": signed})
    at = play(settings, "branding", date(2024, 1, 1))
    assert at["rectification"].note.endswith("2024年1月1日已签认")
    (sign,) = events(settings, "branding", "signed_off")
    assert sign.detail["by"] == "C"
    left = {e.subject for e in events(settings, "branding", "carried_over")}
    done = {e.subject for e in events(settings, "branding", "rectified")}
    assert bool(events(settings, "branding", "closed")) == (left <= done)


def test_the_five_kinds_of_stage_are_not_five_copies() -> None:
    own = {kind: tuple(step.key for step in steps) for kind, steps in PHASE_STEPS.items()}
    assert len(set(own.values())) == len(own) == 6
    assert steps_of_phase("no such kind") == PHASE_STEPS["standard"]


def test_every_job_plays_without_a_server_and_twice_changes_nothing(settings: Settings) -> None:
    plan = load_plan("huizhou")
    for name in jobs.names(plan)[1:]:
        play(settings, name, date(2024, 1, 1))
    again = [play(settings, name, date(2024, 1, 1)) for name in jobs.names(plan)[1:]]
    judged = [done["judge"].note for done in again if "judge" in done]
    assert all("变化0项" in note for note in judged)


def test_two_rounds_at_once_leave_what_one_leaves(tmp_path: Path) -> None:
    alone, together = import_mini(tmp_path / "alone"), import_mini(tmp_path / "together")
    command = [*PROGRAM, "run", "daily_round", "--as-of", "2021-07-01"]
    both = [
        subprocess.Popen(command, env=environment(together), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    one = subprocess.run(command, env=environment(alone), capture_output=True, check=False)
    assert [p.wait() for p in both] == [0, 0]
    assert one.returncode == 0
    assert kept(together) == kept(alone)


def kept(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    queries = {
        "verdicts": "SELECT duty, subject, period, ruling FROM verdict ORDER BY 1, 2, 3, 4",
        "notices": 'SELECT "key" FROM notice ORDER BY 1',
        "events": "SELECT phase, event, subject FROM phase_event ORDER BY 1, 2, 3",
    }
    with jobs.office("huizhou", settings).engine.begin() as connection:
        return {name: [tuple(row) for row in connection.exec_driver_sql(query)] for name, query in queries.items()}


def test_an_unknown_job_is_refused_with_the_names_that_exist(settings: Settings) -> None:
    ended = subprocess.run(
        [*PROGRAM, "run", "weekly_round"], env=environment(settings), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("没有名为“weekly_round”的任务；可用：daily_round、integration")


def test_a_data_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = subprocess.run(
        [*PROGRAM, "up"], env=environment(Settings(data=tmp_path / "file")), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "不能写入" in ended.stderr
