"""duban plans: plans as data, what they hold and whether they hold together."""

from __future__ import annotations

import shutil
import sys
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


def test_a_plan_that_does_not_load_is_listed_with_the_others(duban, copy, monkeypatch):
    edited(copy, "house.yaml", "yellow_days: 10", "yellow_days: 十")
    shell = sys.modules["cli.plans"]
    monkeypatch.setattr(shell, "plan_keys", lambda: (str(copy), "suzhou"))
    answer = duban("plans", "list", "--format", "json")
    broken, sound, *_ = answer.objects
    assert (broken["key"], broken["title"]) == (str(copy), None)
    assert broken["fault"] == f"有1处错误，不能使用；见 duban plans check {copy}"
    assert (sound["key"], sound["clauses"], sound["fault"]) == ("suzhou", 111, None)


@pytest.mark.parametrize("name", ["huizhou", PLANS / "huizhou"])
def test_check_of_a_sound_plan_ends_with_zero_whatever_it_warns_of(duban, name):
    answer = duban("plans", "check", name, "--format", "json")
    assert answer.code == 0
    grades = [found["grade"] for found in answer.objects]
    assert set(grades) == {"note"}, "what the text itself has out of order is noted, not warned of"
    (gap,) = [found for found in answer.objects if found["rule"] == "phase-gap"]
    line = (PLANS / "huizhou" / "plan.yaml").read_text("utf-8").splitlines()[gap["line"] - 1]
    assert "key: setup" in line
    assert (gap["plan"], gap["clause"], gap["file"]) == ("huizhou", "HZ-5.2-01", "plan.yaml")
    assert "2021-05-31" in gap["message"]


def test_check_shows_people_a_table_with_the_place_to_mend(duban):
    answer = duban("plans", "check", "suzhou")
    assert answer.code == 0
    assert all(heading in answer.out for heading in ("等级", "条款", "位置", "内容"))
    assert "suzhou/plan.yaml 第" in answer.out
    warnings, notes = answer.out.count("│ 警告"), answer.out.count("│ 提示")
    assert answer.said == [f"警告{warnings}处，提示{notes}处"]
    assert warnings
    assert notes


@pytest.mark.parametrize("here", [False, True])
def test_check_of_a_plan_with_a_fault_ends_with_one(duban, copy, monkeypatch, here):
    edited(copy, "house.yaml", "yellow_days: 10", "yellow_days: 十")
    if here:
        monkeypatch.chdir(copy.parent)
    answer = duban("plans", "check", "./elsewhere" if here else copy, "--format", "json")
    assert answer.code == 1
    (found,) = answer.objects
    line = (copy / "house.yaml").read_text("utf-8").splitlines().index("yellow_days: 十") + 1
    assert found == {
        "plan": "elsewhere",
        "grade": "error",
        "rule": "value",
        "clause": None,
        "file": "house.yaml",
        "line": line,
        "place": "yellow_days",
        "message": "应为整数（写的是“十”）",
    }
    assert answer.said == ["错误1处"]


def test_a_question_that_nobody_can_answer_is_a_fault(duban, copy):
    edited(copy, "plan.yaml", "asks: station_opened", "asks: station_closed")
    answer = duban("plans", "check", copy, "--format", "json")
    assert answer.code == 1
    (found,) = [found for found in answer.objects if found["grade"] == "error"]
    assert (found["clause"], found["place"]) == ("HZ-3-01", "obligations.station-built.check.asks")
    assert "station_closed" in found["message"]
    assert duban("judge", "--plan", copy, "--records", copy, "--as-of", "2022-01-01").code == 2


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
    said = duban("plans", "show", "huizhou", "--clause", "HZ-4.2.4-09").out
    assert "读法 A35（现用 each_visit）" in said
    assert "读法 A41" not in said
    assert "月度督导到站：期限 每月最后一日前（自2021年7月起）；由督导员办理" in said
    assert "读法 A41" in duban("plans", "show", "huizhou").out
