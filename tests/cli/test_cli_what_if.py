"""What another setting of the house would change: --set beside the house's own, in one table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from given_city import write_city

VISITS = "visit,supervisor,station,starts_at,hours\nA,D1,S1,2021-07-05,8\nB,D1,S1,2021-07-12,8\n"
JUDGE = ("judge", "--plan", "huizhou", "--as-of", "2021-12-31")
NOTICES = ("notices", "--plan", "huizhou", "--as-of", "2022-01-05T09:00")
SUMMED = ("--set", "readings.A35=monthly_sum")
EARLIER = ("--set", "ladder=[{reason: overdue, workdays: 1}, {reason: escalated, workdays: 2, level: 1}]")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city", visits=VISITS)


def test_only_the_verdicts_that_another_reading_turns_are_given(duban, city):
    answer = duban(*JUDGE, "--records", city, *SUMMED, "--against-house", "--format", "json")
    assert answer.code == 0
    turned = {
        (one["clause"], one["subject"]["code"], one["before"]["status"], one["after"]["status"])
        for one in answer.objects
        if "status" in one["differs"]
    }
    assert turned == {
        ("HZ-4.2.4-09", "S1", "not_met", "met"),
        ("HZ-4.2.4-10", "A", "not_met", "met"),
        ("HZ-4.2.4-10", "B", "not_met", "met"),
    }
    monthly = next(one for one in answer.objects if one["clause"] == "HZ-4.2.4-09")
    assert (monthly["period"]["label"], monthly["before"]["measured"], monthly["after"]["measured"]) == (
        "2021-07",
        "0",
        "1",
    )


def test_clause_and_subject_narrow_what_is_compared(duban, city):
    asked = (*JUDGE, "--records", city, *SUMMED, "--against-house", "--format", "json")
    assert {one["clause"] for one in duban(*asked, "--clause", "HZ-4.2.4-09").objects} == {"HZ-4.2.4-09"}
    assert {one["subject"]["code"] for one in duban(*asked, "--subject", "B").objects} == {"B"}
    assert duban(*asked, "--subject", "nobody").objects == []


def test_the_table_counts_by_clause_from_which_verdict_to_which(duban, city):
    out = duban(*JUDGE, "--records", city, *SUMMED, "--against-house").out
    assert "与内部规则相比" in out
    assert "月度督导到站" in out
    assert "未达标" in out
    assert "2021-07" in out


def test_csv_and_workbook_hold_every_verdict_that_differs(duban, city, tmp_path):
    asked = (*JUDGE, "--records", city, *SUMMED, "--against-house", "--format")
    objects = duban(*asked, "json").objects
    rows = list(csv.DictReader(io.StringIO(duban(*asked, "csv").out)))
    assert [(row["clause"], row["subject.code"]) for row in rows] == [
        (one["clause"], one["subject"]["code"]) for one in objects
    ]
    assert {"未达标", "已达标"} <= {row["before_zh"] for row in rows} | {row["after_zh"] for row in rows}
    duban(*asked, "xlsx", "--out", tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet.max_row == len(objects) + 1


def test_with_a_setting_the_verdicts_stay_as_they_are_and_the_table_says_how_many_differ(duban, city):
    plain = duban(*JUDGE, "--records", city, *SUMMED, "--format", "json")
    assert {"status", "why", "counted"} <= plain.objects[0].keys()
    assert not any("与内部规则相比" in line for line in plain.said)
    differing = len(duban(*JUDGE, "--records", city, *SUMMED, "--against-house", "--format", "json").objects)
    said = duban(*JUDGE, "--records", city, *SUMMED).said
    assert f"与内部规则相比，有{differing}项判定不同；加 --against-house 看是哪些" in said
    same = duban(*JUDGE, "--records", city, "--set", "readings.A35=each_visit").said
    assert "与内部规则相比，有0项判定不同" in same
    assert not any("与内部规则相比" in line for line in duban(*JUDGE, "--records", city).said)


@pytest.mark.parametrize(("status", "code"), [("met", 1), ("no_evidence", 0)])
def test_fail_on_looks_at_what_the_verdicts_become(duban, city, status, code):
    asked = (*JUDGE, "--records", city, *SUMMED, "--against-house", "--fail-on", status)
    assert duban(*asked).code == code


@pytest.mark.parametrize("call", [JUDGE, NOTICES])
def test_against_the_house_needs_a_setting(duban, city, call):
    answer = duban(*call, "--records", city, "--against-house")
    assert (answer.code, answer.out) == (2, "")
    assert answer.said == ["--against-house 要与 --set 一起用：没有改动就没有可比的"]


def test_an_unknown_clause_is_refused_in_one_line(duban, city):
    answer = duban(*JUDGE, "--records", city, *SUMMED, "--against-house", "--clause", "HZ-9")
    assert (answer.code, answer.out) == (2, "")
    assert answer.said == ["方案 huizhou 没有条款“HZ-9”；用 duban plans show huizhou 查看"]


def test_notices_are_added_fall_away_and_move(duban, city):
    answer = duban(*NOTICES, "--records", city, *EARLIER, "--against-house", "--format", "json")
    built = [one for one in answer.objects if (one["after"] or one["before"])["duty"] == "station-built"]
    assert {one["change"] for one in built} == {"added", "removed", "changed"}  # who is told more, is told once
    (added,) = (one for one in built if one["change"] == "added")
    assert (added["after"]["reason"], added["after"]["not_before"][:10]) == ("escalated", "2022-01-05")
    assert added["before"] is None
    moved = [one for one in answer.objects if one["change"] == "moved"]
    assert all(one["after"]["not_before"] < one["before"]["not_before"] for one in moved)
    assert moved


def test_the_table_of_notices_counts_what_changes(duban, city):
    answer = duban(*NOTICES, "--records", city, *EARLIER, "--against-house")
    assert "改期" in answer.out
    assert answer.said[-1].startswith("与内部规则相比：")
    rows = duban(*NOTICES, "--records", city, *EARLIER, "--against-house", "--format", "csv").out.splitlines()
    assert rows[0].startswith("change_zh,notice.clause")
    assert len(rows) > 1


def test_with_a_setting_the_notices_stay_as_they_are_and_the_table_says_how_many_differ(duban, city):
    asked = (*NOTICES, "--records", city)
    assert duban(*asked, *EARLIER).said[-1].startswith("与内部规则相比：")
    assert duban(*asked, *EARLIER, "--format", "json").said == [
        f"共{len(duban(*asked, *EARLIER, '--format', 'json').objects)}条"
    ]
    assert duban(*asked, "--set", "yellow_days=3").said[-1] == "与内部规则相比：通知没有不同"
