"""duban plans: plans as data, what they hold and whether they hold together."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from db.planstore import PLANS


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PLANS / "huizhou", tmp_path / "elsewhere"))


def edited(copy: Path, file: str, old: str, new: str) -> None:
    text = (copy / file).read_text("utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), "utf-8")


def test_list_counts_what_is_judged_reviewed_and_not_run(duban):
    huizhou = {one["key"]: one for one in duban("plans", "list", "--format", "json").objects}["huizhou"]
    assert huizhou["clauses"] == 176
    assert huizhou["judged"] + huizhou["reviewed"] + huizhou["not_run"] == 176
    assert "惠民发" in duban("plans", "list").out


@pytest.mark.parametrize("name", ["huizhou", PLANS / "huizhou"])
def test_check_of_a_sound_plan_is_silent_on_stdout(duban, name):
    answer = duban("plans", "check", name)
    assert (answer.code, answer.out, answer.said) == (0, "", ["方案自洽，没有发现问题"])
    assert duban("plans", "check", name, "--format", "json").objects == []


@pytest.mark.parametrize("here", [False, True])
def test_check_of_a_plan_with_a_fault_ends_with_one(duban, copy, monkeypatch, here):
    edited(copy, "house.yaml", "yellow_days: 10", "yellow_days: 十")
    if here:
        monkeypatch.chdir(copy.parent)
    answer = duban("plans", "check", "./elsewhere" if here else copy, "--format", "json")
    assert answer.code == 1
    (found,) = answer.objects
    assert (found["plan"], found["grade"]) == ("elsewhere", "error")
    assert "house.yaml 第" in found["message"]
    assert answer.said == [f"elsewhere：{found['message']}"]


def test_a_question_that_nobody_can_answer_is_a_fault(duban, copy):
    edited(copy, "plan.yaml", "asks: station_opened", "asks: station_closed")
    answer = duban("plans", "check", copy)
    assert answer.code == 1
    assert any("station_closed" in line for line in answer.said)


@pytest.mark.parametrize(
    "words",
    [("check", "nosuch"), ("show", "nosuch"), ("diff", "huizhou", "nosuch"), ("show", "huizhou", "--clause", "HZ-9")],
)
def test_what_is_not_there_ends_with_two(duban, words):
    answer = duban("plans", *words)
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert "没有" in answer.said[0]


def test_show_gives_every_clause_with_where_it_is_placed(duban):
    objects = duban("plans", "show", "huizhou", "--format", "json").objects
    assert len(objects) == 176
    assert all(one["placed"] and one["title"] and one["place"] for one in objects)


def test_show_of_one_clause_gives_its_reading_with_the_values(duban):
    (one,) = duban("plans", "show", "huizhou", "--clause", "HZ-4.2.4-09", "--format", "json").objects
    readings = {reading["id"]: reading for reading in one["readings"]}
    assert readings["A35"]["chosen"] == "each_visit"
    assert list(readings["A35"]["values"]) == ["each_visit", "monthly_sum", "one_for_all"]
    assert "读法 A35（现用 each_visit）" in duban("plans", "show", "huizhou", "--clause", "HZ-4.2.4-09").out


def test_diff_says_what_a_change_would_mean(duban, copy):
    assert duban("plans", "diff", "huizhou", copy, "--format", "json").objects == []
    edited(copy, "plan.yaml", "due: 2021-12-31", "due: 2021-11-30")
    edited(copy, "house.yaml", "yellow_days: 10", "yellow_days: 3")
    found = duban("plans", "diff", "huizhou", copy, "--format", "json").objects
    assert [(one["change"], one["duty"], one["what"]) for one in found] == [
        ("改变", "station-built", "due：2021-12-31 → 2021-11-30"),
        ("改变", "house", "yellow_days：10 → 3"),
    ]
