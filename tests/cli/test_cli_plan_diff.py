"""duban plans diff: what two texts ask otherwise, and what that means for the records; plans show tells amendments."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from given_amendments import amended_huizhou
from given_city import write_city

from db.planstore import PLANS

VISITS = "visit,supervisor,station,starts_at,hours\nA,D1,S1,2021-07-05,8\nB,D1,S1,2021-07-12,8\n"


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    return amended_huizhou(tmp_path)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city", visits=VISITS)


def test_what_changes_is_said_field_by_field_in_words(duban, tmp_path):
    copy = Path(shutil.copytree(PLANS / "huizhou", tmp_path / "elsewhere"))
    assert duban("plans", "diff", "huizhou", copy, "--format", "json").objects == []
    assert duban("plans", "diff", "huizhou", copy).said == ["没有差别"]
    for file, old, new in (
        ("plan.yaml", "due: 2021-12-31", "due: 2021-11-30"),
        ("house.yaml", "yellow_days: 10", "yellow_days: 3"),
    ):
        (copy / file).write_text((copy / file).read_text("utf-8").replace(old, new, 1), "utf-8")
    answer = duban("plans", "diff", "huizhou", copy, "--format", "json")
    assert [tuple(one[k] for k in ("change", "key", "field", "before", "after", "days")) for one in answer.objects] == [
        ("moved", "station-built", "期限", "2021年12月31日", "2021年11月30日", -31),
        ("changed", "house", "亮黄灯的天数", "10", "3", None),
    ]
    assert answer.said == ["改期1处，改变1处"]


def test_the_text_of_a_day_is_compared_with_that_of_another(duban, amended):
    asked = ("plans", "diff", f"{amended}@2022-04-30", f"{amended}@2022-05-01", "--format", "json")
    changes = {one["key"]: one["change"] for one in duban(*asked).objects}
    assert (changes["volunteer-book"], changes["county-liaison"], changes["phase-branding"]) == (
        "added",
        "removed",
        "moved",
    )
    assert duban("plans", "diff", "huizhou", f"{amended}@2022-04-30", "--format", "json").objects == []
    assert len(duban("plans", "diff", "huizhou", amended, "--format", "json").objects) == len(duban(*asked).objects)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("huizhou@2022-13-01", "huizhou@2022-13-01：没有“2022-13-01”这个版本，应写成 huizhou@2022-05-01"),
        ("huizhou@2020-01-01", "huizhou@2020-01-01：方案2021-05-06才印发，没有此前的版本"),
    ],
)
def test_a_version_that_is_not_there_is_refused_in_one_line(duban, name, said):
    answer = duban("plans", "diff", "huizhou", name)
    assert (answer.code, answer.out, answer.said) == (2, "", [said])


@pytest.mark.parametrize("words", [("--as-of", "2022-12-31"), ("--of", "verdicts"), ("--of", "notices")])
def test_what_needs_records_is_refused_without_them(duban, words):
    answer = duban("plans", "diff", "huizhou", "huizhou", *words)
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert "--records" in answer.said[0]


def test_with_records_it_says_how_many_subjects_verdicts_and_notices_are_concerned(duban, amended, city):
    asked = ("plans", "diff", "huizhou", amended, "--records", city, "--as-of", "2021-12-31")
    by_key = {(one["key"], one["field"]): one for one in duban(*asked, "--format", "json").objects}
    visits = by_key["visit-length", "时长"]
    assert (visits["subjects"], visits["verdicts"]) == (2, 2)
    assert by_key["village-covered", "期限"]["subjects"] == 4
    answer = duban(*asked)
    assert "16小时" in answer.out
    assert "未达标" in answer.out
    assert answer.said[-2].startswith("2021-12-31：判定不同")


def test_each_verdict_and_notice_that_differs_is_listed(duban, amended, city, tmp_path):
    asked = ("plans", "diff", "huizhou", amended, "--records", city, "--as-of", "2021-12-31")
    verdicts = duban(*asked, "--of", "verdicts", "--format", "json").objects
    turned = {
        one["subject"]["code"]: (one["before"]["status"], one["after"]["status"])
        for one in verdicts
        if one["duty"] == "visit-length"
    }
    assert turned == {"A": ("not_met", "met"), "B": ("not_met", "met")}
    assert {one["duty"] for one in verdicts if one["after"] is None} == {"county-liaison"}
    duban(*asked, "--of", "verdicts", "--format", "xlsx", "--out", tmp_path / "out.xlsx")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active.max_row == len(verdicts) + 1
    notices = duban(*asked, "--of", "notices", "--format", "json").objects
    assert {"added", "removed"} & {one["change"] for one in notices}
    counted = duban(*asked, "--format", "json").objects
    assert sum(one["verdicts"] for one in counted if one["key"] == "visit-length") == len(turned)


def test_another_city_is_asked_of_the_same_records_as_of_the_end_of_last_year(duban, city):
    answer = duban("plans", "diff", "huizhou", "suzhou", "--records", city, "--format", "json")
    assert answer.code == 0
    assert {one["change"] for one in answer.objects} >= {"added", "removed"}
    assert "-12-31：判定不同" in answer.said[-2]


def test_show_gives_programs_the_amendments_of_each_clause(duban, amended):
    rows = {row["id"]: row for row in duban("plans", "show", amended, "--format", "json").objects}
    assert rows["HZ-3-01"]["amendments"] == []
    (visit,) = rows["HZ-4.2.4-09"]["amendments"]
    assert {name: visit[name] for name in ("amendment", "date", "document", "change", "before", "after")} == {
        "amendment": "HZ-XG1", "date": "2022-05-01", "document": "示例民发〔2022〕12号",
        "change": "changed", "before": "16小时", "after": "8小时",
    }  # fmt: skip
    assert [one["change"] for one in rows["HZ-XG1-03"]["amendments"]] == ["added"]


def test_show_tells_every_amendment_and_what_it_changes(duban, amended):
    out = duban("plans", "show", amended).out
    assert "修订 HZ-XG1（示例民发〔2022〕12号，2022-05-01起施行）：关于督导时长和考核期限的补充通知" in out
    assert "  改变 月度督导到站 时长：16小时 → 8小时" in out
    assert "  改期 村（居）纳入社工点 期限：2022年12月31日 → 2023年6月30日（+181天）" in out
    assert "  新增 志愿服务台账：社工站，2022年12月31日前，由社工站办理" in out
    assert "  取消 县区专职人员：县（区），常年，由县（区）民政局办理" in out
    one = duban("plans", "show", amended, "--clause", "HZ-4.2.4-09").out
    assert "月度督导到站 时长" in one
    assert "志愿服务台账" not in one
    assert "修订" not in duban("plans", "show", amended, "--clause", "HZ-3-01").out
