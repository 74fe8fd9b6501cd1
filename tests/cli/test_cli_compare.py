"""duban compare: reported figures beside a plan's rules, and that a report is never judged."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from policy.words import LABELS, Status

SNAPSHOTS = Path(__file__).parent / "snapshots"


def same_as(snapshot: str, text: str) -> None:
    """A missing snapshot is written and fails once: delete the file to renew it."""
    path = SNAPSHOTS / snapshot
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path} was written; read it")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["gansu", "jiaozuo", "maoming"])
def test_the_table_reads_as_agreed(duban, key):
    answer = duban("compare", key)
    assert answer.code == 0
    same_as(f"compare_{key}.txt", answer.out)


def test_all_three_are_compared_when_none_is_named(duban):
    objects = duban("compare", "--format", "json").objects
    assert {one["programme"] for one in objects} == {"gansu", "jiaozuo", "maoming"}


def test_no_line_bears_a_status_or_speaks_of_a_breach(duban):
    said = duban("compare").out
    assert [label for status in Status if (label := LABELS[status]) in said] == []
    assert "违" not in said
    for one in duban("compare", "--format", "json").objects:
        assert one.keys().isdisjoint({"status", "light", "days_late", "responsible", "escalation"})
        assert one["label"] == ("若按惠州规定" if one["rule_clauses"] else "报道")


def test_numbers_for_programs_are_exact_and_name_their_rule(duban):
    found = {(one["what"], one["reading"]): one for one in duban("compare", "maoming", "--format", "json").objects}
    each = found["每名督导员负责", ""]
    assert (each["bound"], each["exact"], each["value"], each["how"]) == ("exact", "111/14", "7.93", "111÷14")
    assert (each["rule_plan"], each["rule_clauses"], each["clauses"]) == (
        "huizhou",
        ["HZ-4.2.4-08"],
        ["MM-09", "MM-12"],
    )
    hours = found["防疫协助时长，按参加防疫的社工平均", ""]
    assert (hours["bound"], Fraction(hours["exact"])) == (">", Fraction(50_000, 468))


def test_csv_and_workbook_hold_the_same_lines(duban, tmp_path):
    lines = list(csv.DictReader(io.StringIO(duban("compare", "--format", "csv").out)))
    assert duban("compare", "--format", "xlsx", "--out", "对照.xlsx").code == 0
    sheet = load_workbook(tmp_path / "对照.xlsx").active
    assert sheet.max_row == len(lines) + 1
    assert [cell.value for cell in sheet[2]][:3] == [lines[0]["city"], lines[0]["topic"], lines[0]["what"]]


def test_another_plan_without_such_rules_leaves_the_figures_alone(duban):
    answer = duban("compare", "maoming", "--plan", "suzhou", "--format", "json")
    assert not any(one["rule_clauses"] for one in answer.objects)
    assert answer.said[0] == "方案 suzhou 没有可以对照的规定，只列报道的数"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("compare", "atlantis"), "没有名为“atlantis”的报道口径；现有：gansu、jiaozuo、maoming"),
        (("compare", "--plan", "atlantis"), "没有名为“atlantis”的方案"),
        (("compare", "--plan", "gansu"), "“gansu”是报道口径，只作对照，不判定也不通知"),
        (("judge", "--plan", "maoming", "--records", ".", "--as-of", "2022-12-31"), "请用 duban compare maoming"),
        (("notices", "--plan", "maoming", "--records", ".", "--as-of", "2022-12-31"), "请用 duban compare maoming"),
        (("run", "daily_round", "--plan", "maoming"), "请用 duban compare maoming"),
        (("plans", "diff", "huizhou", "maoming"), "请用 duban compare maoming"),
        (("plans", "show", "maoming", "--clause", "MM-99"), "报道口径 maoming 没有条目“MM-99”"),
    ],
)
def test_what_cannot_be_compared_or_judged_is_refused_in_one_line(duban, words, says):
    answer = duban(*words)
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert says in answer.said[0]


def test_plans_know_the_reports(duban):
    listed = {one["key"]: one for one in duban("plans", "list", "--format", "json").objects}
    assert (listed["maoming"]["basis"], listed["maoming"]["clauses"], listed["maoming"]["judged"]) == (
        "报道口径",
        25,
        0,
    )
    assert listed["huizhou"]["basis"] == "方案原文"
    assert duban("plans", "check", "jiaozuo").code == 0
    shown = {one["id"]: one for one in duban("plans", "show", "jiaozuo", "--format", "json").objects}
    assert len(shown) == 24
    assert shown["JZ-22"]["placed"] == "报道数：专项档案 ＞320份"
    assert shown["JZ-07"]["placed"] == "报道目标：每个镇街的社工站 1个"
    assert shown["JZ-12"]["placed"].startswith("没有数：")
    assert "报道口径" in duban("plans", "show", "gansu", "--clause", "GS-12").out


def test_a_report_with_a_fault_is_a_finding_of_the_check(duban, tmp_path):
    folder = tmp_path / "somewhere"
    folder.mkdir()
    (folder / "reported.yaml").write_text("key: x\n", "utf-8")
    (folder / "clauses.yaml").write_text("[]\n", "utf-8")
    answer = duban("plans", "check", folder, "--format", "json")
    assert answer.code == 1
    assert {(found["plan"], found["file"], found["grade"]) for found in answer.objects} == {
        ("somewhere", "reported.yaml", "error")
    }
    assert any("缺少这一项" in found["message"] for found in answer.objects)
