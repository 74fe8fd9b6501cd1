"""duban plans roster, and the capacity proof of duban plans check: from records or from two numbers."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from given_amendments import amended_huizhou
from given_city import write_city
from openpyxl import load_workbook

from db.planstore import PLANS
from tasks import solver

POSTS = "person,unit,post,starts_on,ends_on\nH1,S1,station_head,2021-06-15,\nD1,C,supervisor,2021-07-01,\n"
ASSIGNED = "supervisor,station,starts_on,ends_on\nD1,S1,2021-07-01,\n"
ON_LEAVE = "person,starts_on,ends_on,substitute\nD1,2022-02-01,2022-02-28,\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city", posts=POSTS, assignments=ASSIGNED)


@pytest.fixture
def away(tmp_path: Path) -> Path:
    return write_city(tmp_path / "away", posts=POSTS, assignments=ASSIGNED, leaves=ON_LEAVE)


def test_a_month_that_can_be_worked_has_its_roster(duban, city):
    answer = duban("plans", "roster", "huizhou", "--records", city, "--month", "2022-02", "--format", "json")
    assert answer.code == 0
    (month,) = answer.objects
    assert (month["month"], month["feasible"], month["missing"], month["conflicts"]) == ("2022-02", True, [], [])
    assert month["visits"] == [
        {
            "supervisor": {"code": "D1", "name": "督导某"},
            "station": {"code": "S1", "name": "一镇社工站"},
            "days": ["2022-02-07", "2022-02-08"],
        }
    ]
    assert answer.said[-1].endswith("排得开，每名督导员1个站。")


def test_a_month_that_cannot_be_worked_names_what_clashes_and_ends_with_one(duban, away):
    answer = duban("plans", "roster", "huizhou", "--records", away, "--month", "2022-02", "--format", "json")
    assert answer.code == 1
    (month,) = answer.objects
    (conflict,) = month["conflicts"]
    assert [one["clause"] or one["person"] for one in conflict["members"]] == ["HZ-4.2.4-09", "D1"]
    assert month["missing"] == [{"code": "S1", "name": "一镇社工站"}]
    assert "督导某请假（2022-02-01至2022-02-28，无人代班）" in answer.said[-2]
    assert answer.said[-1] == "排不下的站：一镇社工站"


def test_the_table_has_a_day_a_row_and_a_supervisor_a_column(duban, city):
    answer = duban("plans", "roster", "huizhou", "--records", city, "--month", "2022-02")
    assert "督导某" in answer.out
    assert "一镇社工站" in next(line for line in answer.out.splitlines() if "2022-02-07" in line)
    assert answer.out.count("2022-02-") == 16


def test_csv_and_a_workbook_hold_the_same_roster(duban, city, tmp_path):
    call = ("plans", "roster", "huizhou", "--records", city, "--month", "2022-02")
    rows = list(csv.reader(io.StringIO(duban(*call, "--format", "csv").out)))
    assert rows[:2] == [["day", "weekday", "D1"], ["2022-02-07", "一", "一镇社工站"]]
    assert duban(*call, "--format", "xlsx", "--out", tmp_path / "roster.xlsx").code == 0
    sheet = load_workbook(tmp_path / "roster.xlsx").active
    assert [cell.value for cell in sheet[1]] == ["日期", "星期", "督导某"]
    assert sheet.max_row == len(rows) == 17


def test_many_months_are_a_line_each(duban, away):
    answer = duban("plans", "roster", "huizhou", "--records", away, "--from", "2022-01", "--to", "2022-03")
    assert answer.code == 1
    assert [line.split("│")[1:3] + line.split("│")[7:8] for line in answer.out.splitlines() if "2022-" in line] == [
        [" 2022-01 ", " 21     ", " 排得开 "],
        [" 2022-02 ", " 16     ", " 排不开 "],
        [" 2022-03 ", " 23     ", " 排得开 "],
    ]


def test_two_numbers_alone_are_enough(duban):
    answer = duban("plans", "roster", "huizhou", "--counts", "stations=2,supervisors=1", "--month", "2022-02")
    assert answer.code == 0
    assert "站1" in answer.out


def test_names_on_paper_lose_what_all_of_them_end_with(duban, tmp_path):
    units = (
        "code,name,kind,parent,opened_on\nC,样例市,city,,\nK,东县,county,C,\nT,一镇,township,K,\n"
        "S1,一镇社工站,station,T,2021-06-15\nS2,二镇社工站,station,T,2021-06-15\n"
    )
    both = f"{ASSIGNED}D1,S2,2021-07-01,\n"
    city = write_city(tmp_path / "two", units=units, posts=POSTS, assignments=both)
    call = ("plans", "roster", "huizhou", "--records", city, "--month", "2022-02")
    assert "社工站" not in duban(*call).out
    assert "二镇社工站" in duban(*call, "--format", "csv").out


def test_a_setting_of_the_house_changes_the_sum(duban):
    call = (
        "plans",
        "roster",
        "huizhou",
        "--counts",
        "stations=6,supervisors=1",
        "--month",
        "2022-02",
        "--format",
        "json",
    )
    assert duban(*call).code == 0
    short = duban(*call, "--set", "workday_minutes=300")
    assert short.code == 1
    assert short.objects[0]["conflicts"][0]["members"][1]["clause"] == "HZ-4.2.4-10"
    assert duban(*call, "--set", "workday_minutes=300", "--set", "readings.A35=one_for_all").code == 0


def test_each_month_is_under_the_text_in_force_when_it_begins(duban, tmp_path):
    amended = amended_huizhou(tmp_path)
    call = ("--counts", "stations=6,supervisors=1", "--from", "2022-04", "--to", "2022-05", "--format", "json")
    months = duban("plans", "roster", amended, *call).objects
    assert [(one["month"], one["needed_hours"]) for one in months] == [("2022-04", "96"), ("2022-05", "48")]


def test_months_without_the_duty_have_nothing_to_count(duban, tmp_path):
    ended = "\namendments:\n  - {key: HZ-XG2, date: 2022-05-01, document: 示例, ends: [monthly-supervision]}\n"
    amended = amended_huizhou(tmp_path, ended, "")
    answer = duban("plans", "roster", amended, "--counts", "stations=6,supervisors=1", "--month", "2022-06")
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert "没有月度督导到站的要求" in answer.said[0]


def test_what_was_known_before_the_leave_was_on_file_still_had_a_roster(duban, tmp_path):
    leaves = "person,starts_on,ends_on,recorded_on\nD1,2022-02-01,2022-02-28,2022-02-10T09:00\n"
    city = write_city(tmp_path / "later", posts=POSTS, assignments=ASSIGNED, leaves=leaves)
    call = ("plans", "roster", "huizhou", "--records", city, "--month", "2022-02")
    assert duban(*call, "--known-at", "2022-02-09").code == 0
    assert duban(*call, "--known-at", "2022-02-10").code == 1


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--month", "2022-02"), "--records"),
        (("--counts", "stations=72,supervisors=11", "--records", "x"), "不看记录"),
        (("--counts", "stations=72"), "应写成 stations=72,supervisors=11"),
        (("--counts", "stations=72,supervisors=十一"), "应写成"),
        (("--counts", "stations=72,supervisors=99999"), "不超过"),
        (("--counts", "stations=7,supervisors=1", "--month", "2022年2月"), "月份应写成 2022-02"),
        (("--counts", "stations=7,supervisors=1", "--month", "2022-13"), "月份应写成 2022-02"),
        (("--counts", "stations=7,supervisors=1", "--month", "2021-06"), "从2021-07起"),
        (("--counts", "stations=7,supervisors=1", "--from", "2022-03", "--to", "2022-02"), "早于"),
        (("--counts", "stations=7,supervisors=1", "--month", "2022-03", "--to", "2022-04"), "只能用一种"),
        (("--records", "nosuch"), "路径不存在"),
    ],
)
@pytest.mark.parametrize("command", ["roster", "check"])
def test_a_wrong_call_is_one_line_and_ends_with_two(duban, command, words, fault):
    answer = duban("plans", command, "huizhou", *words)
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert fault in answer.said[0]


def test_a_plan_without_visits_has_no_roster(duban):
    answer = duban("plans", "roster", "jiaxing", "--counts", "stations=7,supervisors=1")
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert "没有每月督导到站的要求" in answer.said[0]


def test_a_solver_out_of_time_ends_with_three(duban, monkeypatch):
    monkeypatch.setattr(solver, "SECONDS", 0)
    call = ("--counts", "stations=72,supervisors=8", "--month", "2022-02", "--set", "readings.A35=monthly_sum")
    answer = duban("plans", "roster", "huizhou", *call)
    assert (answer.code, answer.out, answer.said) == (3, "", ["排班求解超过时限，没有得出结论。"])


def test_check_with_records_warns_of_the_months_that_cannot_be_worked(duban, away):
    answer = duban("plans", "check", "huizhou", "--records", away, "--format", "json")
    assert answer.code == 0
    found = [one for one in answer.objects if one["rule"] == "capacity"]
    assert [(one["grade"], one["clause"], one["place"]) for one in found] == [
        ("warning", "HZ-4.2.4-09", "obligations.monthly-supervision"),
        ("note", "HZ-5.2-15", "obligations.county-inspected.due"),
    ]
    assert found[0]["message"].startswith("2022年2月不能同时做到：")
    assert found[0]["line"] > 1
    assert "督导运力：2021年7月至2023年12月共30个月，1个月排不开（2022-02）；排班表用 duban plans roster" in answer.said


def test_check_with_two_numbers_says_where_they_suffice(duban):
    answer = duban("plans", "check", "huizhou", "--counts", "stations=72,supervisors=12", "--month", "2022-02")
    assert answer.code == 0
    assert "督导运力：2022年2月，排得开；排班表用 duban plans roster" in answer.said


def test_check_with_two_numbers_gives_the_hours_of_training_and_the_days_of_inspection(duban):
    """B12 and B17: 63 hours in 128 working days, 24 stations a day."""
    counts = "stations=72,supervisors=12"
    answer = duban("plans", "check", "huizhou", "--counts", counts, "--month", "2022-02", "--format", "json")
    said = "培训学时：2021年每名社工应学63小时，自2021-07-01起有128个工作日（1024小时，占6.1%）"
    assert said in answer.said
    (window,) = [one["message"] for one in answer.objects if one["rule"] == "capacity"]
    assert window == (
        "前提HZ-5.2-14在2021-06-28到期，本条在2021-06-30到期：其间3个工作日，72个社工站平均每个工作日24个，请核对人手"
    )


TRAINED = "code,category,held_on,ends_on\nK1,continuing,2021-08-02,2021-08-06\nK2,continuing,2022-08-01,2022-08-12\n"
LATE = POSTS + "W1,S1,professional,2021-12-29,\n"


def test_check_with_records_names_who_cannot_learn_in_time_and_which_roles_nobody_holds(duban, tmp_path):
    city = write_city(tmp_path / "late", posts=LATE, assignments=ASSIGNED, courses=TRAINED)
    words = ("huizhou", "--records", city, "--month", "2022-02", "--as-of", "2022-02-28", "--format", "json")
    found = duban("plans", "check", *words).objects
    asked = [one["message"] for one in found if one["clause"] == "HZ-5.3.3-04" and one["rule"] == "capacity"]
    assert asked == [
        "2021年不能做到：社工某当年在岗只有3个工作日（24小时），不够学完HZ-5.3.3-04年度培训学时的48小时",
        "2021年登记的继续培训课程共5天，至多40小时，不够每人48小时，其余要另有来源",
        "2023年登记的继续培训课程共0天，至多0小时，不够每人48小时，其余要另有来源",
    ]
    roles = {one["message"].split("：")[0]: one for one in found if one["rule"] == "role-without-holder"}
    assert roles["副站长"]["message"].startswith(
        "副站长：2022-02-28记录里一镇社工站没有在任的人，通知将送到机构；涉及HZ-"
    )
    assert "station_head" not in str(roles.get("站长"))
    assert roles["省民政厅"]["grade"] == "warning"
    assert roles["省民政厅"]["line"] > 1
    assert "督导员" not in roles, "S1 has its supervisor"


def test_a_plan_without_supervision_is_checked_against_the_records_all_the_same(duban, city):
    answer = duban("plans", "check", "suzhou", "--records", city, "--format", "json")
    assert answer.code == 0
    assert answer.said[0].endswith("不核算督导运力")
    assert "role-without-holder" in {one["rule"] for one in answer.objects}


def test_check_of_every_plan_at_once_has_no_one_sum(duban):
    answer = duban("plans", "check", "--counts", "stations=72,supervisors=12")
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)


def test_check_of_a_plan_that_does_not_load_says_that_alone(duban, tmp_path):
    copy = Path(shutil.copytree(PLANS / "huizhou", tmp_path / "elsewhere"))
    house = copy / "house.yaml"
    house.write_text(house.read_text("utf-8").replace("yellow_days: 10", "yellow_days: 十"), "utf-8")
    answer = duban("plans", "check", copy, "--counts", "stations=72,supervisors=11", "--format", "json")
    assert answer.code == 1
    assert {one["grade"] for one in answer.objects} == {"error"}
