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
    assert page.count("<svg") == 2
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


def test_a_stretch_that_ends_before_it_begins_is_one_line(duban, city):
    answer = duban("rehearse", "--plan", "huizhou", "--records", city, "--from", "2021-08-01", "--to", "2021-07-01")
    assert (answer.code, answer.said) == (2, ["--to 2021-07-01 早于 --from 2021-08-01，应不早于它"])


def test_what_this_installation_did_is_told_in_the_same_words(duban, city):
    duban("import", city)
    duban("run", "supervision", "--as-of", "2021-08-02")
    answer = duban("log", "--from", "2021-08-01", "--to", "2021-08-31")
    assert {json.loads(line)["event"] for line in answer.out.splitlines()} == {"turned", "notice"}
