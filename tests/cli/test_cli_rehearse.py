"""duban rehearse: every day of a stretch, as events, by month, and as a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from given_city import write_city

DAYS = ("--from", "2021-07-01", "--to", "2021-07-16")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city")


def test_the_event_log_is_one_json_object_a_line_in_order_of_days(duban, city):
    answer = duban("rehearse", "--plan", "huizhou", "--records", city, *DAYS, "--format", "jsonl")
    assert answer.code == 0
    told = [json.loads(line) for line in answer.out.splitlines()]
    assert {one["event"] for one in told} == {"stage", "turned", "notice", "digest"}
    assert [one["day"] for one in told] == sorted(one["day"] for one in told)
    assert answer.said[-1] == f"共{len(told)}个事件"


def test_the_same_rehearsal_gives_the_same_bytes(duban, city, tmp_path):
    for name in ("a", "b"):
        out = ("--format", "jsonl", "--out", tmp_path / name)
        assert duban("rehearse", "--plan", "huizhou", "--records", city, *DAYS, *out).code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_table_has_a_row_a_month_and_the_report_stands_by_itself(duban, city, tmp_path):
    report = tmp_path / "report.html"
    answer = duban("rehearse", "--plan", "huizhou", "--records", city, *DAYS, "--report", report)
    assert answer.code == 0
    assert "2021-07" in answer.out
    page = report.read_text("utf-8")
    assert page.count("<svg") >= 4
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


def test_a_stretch_that_ends_before_it_begins_is_one_line(duban, city):
    answer = duban("rehearse", "--plan", "huizhou", "--records", city, "--from", "2021-08-01", "--to", "2021-07-01")
    assert (answer.code, answer.said) == (2, ["--to 2021-07-01 早于 --from 2021-08-01，应不早于它"])


@pytest.mark.parametrize("option", ["--report", "--out"])
def test_a_folder_that_is_not_there_is_said_before_anything_is_played(duban, city, option):
    answer = duban("rehearse", "--plan", "huizhou", "--records", city, *DAYS, option, "nowhere/a.html")
    assert (answer.code, answer.out, answer.said) == (2, "", ["nowhere/a.html：没有 nowhere 这个文件夹，先建好再写"])


def test_what_this_installation_did_is_told_in_the_same_words(duban, city):
    duban("import", city)
    duban("run", "supervision", "--as-of", "2021-08-02")
    answer = duban("log", "--from", "2021-08-01", "--to", "2021-08-31")
    assert {json.loads(line)["event"] for line in answer.out.splitlines()} == {"turned", "notice"}


COUNTED = ("--plan", "huizhou", "--counts", "stations=3,supervisors=1", *DAYS)


def test_a_plan_without_records_is_played_on_two_numbers_and_says_what_it_assumes(duban, tmp_path):
    report = tmp_path / "report.html"
    assume = ("--assume", "on_time", "--assume", "supervision=never")
    answer = duban("rehearse", *COUNTED, *assume, "--report", report)
    assert answer.code == 0
    assert "假设：各项按时办理；月度督导一直不办" in answer.out
    assert "假设：各项按时办理；月度督导一直不办" in report.read_text("utf-8")
    told = duban("rehearse", *COUNTED, *assume, "--format", "json").objects
    assert {one["assumed"] for one in told if one.get("duty") == "monthly-supervision"} == {"never"}
    assert {one["subject"] for one in told if one.get("duty") == "monthly-supervision"} == {"S1", "S2", "S3"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["supervison=never"],
            "--assume supervison=never：方案 huizhou 没有名为“supervison”的业务，应为staff_assessment",
        ),
        (["supervision=sometimes"], "--assume supervision=sometimes：应为 on_time（按时）、late=N"),
    ],
)
def test_an_assumption_that_cannot_be_is_one_line(duban, words, said):
    answer = duban("rehearse", *COUNTED, *(part for word in words for part in ("--assume", word)))
    assert (answer.code, len(answer.said)) == (2, 1)
    assert answer.said[0].startswith(said)


def test_records_and_counts_are_not_given_together(duban, city):
    answer = duban("rehearse", *COUNTED, "--records", city)
    assert (answer.code, len(answer.said)) == (2, 1)
    assert "不看记录" in answer.said[0]


def test_the_ledger_is_rehearsed_where_no_records_are_given(duban, city):
    duban("import", city)
    call = ("rehearse", "--plan", "huizhou", *DAYS, "--format", "jsonl")
    for known in ((), ("--known-at", "2021-07-10")):
        assert duban(*call, *known).out == duban(*call, *known, "--records", city).out != ""
    (line,) = duban(*call, "--known-at", "2099-01-01").said
    assert "还没有过去" in line


def test_every_person_and_month_can_be_listed_and_who_cannot_keep_up_is_said(duban):
    many = ("--plan", "huizhou", "--counts", "stations=12,supervisors=1", "--from", "2021-07-01", "--to", "2021-07-31")
    answer = duban("rehearse", *many, "--of", "load", "--format", "json")
    (hers,) = [one for one in answer.objects if one["recipient"] == "person:D1"]
    assert (hers["visits_due"], hers["visit_days"], hers["overloaded_zh"]) == (12, 24, "排不开")
    assert answer.said[-2].startswith(
        "有1人次的月份排不开，最重的是1号督导员（D1） 2021-07：督导要24个工作日，当月只有22个"
    )
    assert "排不开" in duban("rehearse", *many, "--of", "load").out


def test_another_setting_is_set_beside_the_house_in_one_table_of_numbers(duban, city):
    long = ("rehearse", "--plan", "huizhou", "--records", city, "--from", "2021-07-01", "--to", "2021-08-05")
    changed = ("--set", "patience_workdays=30", "--set", "dwell_workdays=30", "--against-house")
    answer = duban(*long, *changed, "--format", "json")
    assert answer.code == 0
    found = {(one["what"], one["which"], one["month"]): one for one in answer.objects}
    climbed = found["climbed", "1", None]
    assert climbed["after"] < climbed["before"]
    assert climbed["more"] == climbed["after"] - climbed["before"]
    assert {one["what"] for one in answer.objects} <= {"notice", "climbed", "digest"}
    assert f"与内部规则相比，有{len(answer.objects)}个数目不同" in answer.said
    table = duban(*long, *changed).out
    assert "逐级上报" in table
    assert "第1级" in table
    assert "没有差别" in duban(*long, "--set", "dwell_workdays=2", "--against-house").said[-3]
    refused = duban(*long, "--against-house")
    assert (refused.code, refused.said) == (2, ["--against-house 要与 --set 一起用：没有改动就没有可比的"])
