"""duban judge: records in, verdicts out, in the words of the contract."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from given_city import CITY, PEOPLE, POSTS, UNITS, write_city

from policy.records import KINDS

CALL = ("judge", "--plan", "huizhou", "--as-of", "2021-12-31")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city")


def test_json_is_one_array_with_nothing_beside_it_on_stdout(duban, city):
    answer = duban(*CALL, "--records", city, "--format", "json")
    assert answer.code == 0
    assert {one["plan"] for one in answer.objects} == {"huizhou"}
    assert answer.said[-1].startswith(f"共{len(answer.objects)}项：")


def test_a_call_that_finds_nothing_gives_an_empty_array(duban, city):
    nobody = duban(*CALL, "--records", city, "--format", "json", "--subject", "nobody")
    assert (nobody.code, nobody.objects) == (0, [])
    assert nobody.said[-1] == "“nobody”没有这样的判定；--subject 要写对象的编码"


def test_a_verdict_says_every_field_of_the_contract(duban, city):
    (one,) = duban(
        *CALL[:-1], "2022-01-10", "--records", city, "--format", "json", "--clause", "HZ-3-01", "--subject", "T2"
    ).objects
    expected = {
        "plan": "huizhou",
        "clause": "HZ-3-01",
        "duty": "station-built",
        "subject": {"kind": "township", "code": "T2", "name": "二镇", "unit": "T2"},
        "period": None,
        "due": "2021-12-31",
        "status": "not_met",
        "days_late": 10,
        "flags": [],
        "measured": "0",
        "required": "1",
        "unit": "项",
        "percent": None,
        "alternatives": [],
        "counted": [],
        "refused": [],
        "responsible": [
            {"role": "township", "unit": "T2", "person": None},
            {"role": "county_bureau", "unit": "K", "person": None},
            {"role": "city_bureau", "unit": "C", "person": None},
        ],
        "escalation": ["city_bureau", "joint_conference", "city_government"],
        "light": "red",
    }
    assert {field: one[field] for field in expected} == expected
    assert "2021年12月31日" in one["why"]
    assert one["why"].endswith("。")


def test_a_verdict_of_a_month_says_its_period_its_alternatives_and_its_proof(duban, city):
    visits = "visit,supervisor,station,starts_at,hours\nA,D1,S1,2021-07-05,8\nB,D1,S1,2021-07-12,8\n"
    write_city(city, {}, visits=visits)
    (one,) = duban(*CALL, "--records", city, "--format", "json", "--clause", "HZ-4.2.4-09", "--subject", "S1").objects[
        :1
    ]
    assert one["period"] == {"label": "2021-07", "from": "2021-07-01", "to": "2021-07-31"}
    assert (one["due"], one["status"], one["days_late"]) == ("2021-07-31", "not_met", 153)
    assert (one["measured"], one["required"]) == ("0", "1")
    assert "needs_ruling" in one["flags"]
    other = {other["reading"]: other for other in one["alternatives"]}["monthly_sum"]
    assert {other["status"], other["measured"], other["required"]} == {"met", "1"}
    assert [refused["record"] for refused in one["refused"]] == [
        "visits:A@2021-07-05T00:00",
        "visits:B@2021-07-12T00:00",
    ]
    assert all(refused["why"] for refused in one["refused"])


def test_a_stage_is_a_row_of_the_city_with_its_state(duban, city):
    (one,) = duban(*CALL, "--records", city, "--format", "json", "--clause", "HZ-5.3-01").objects
    assert one["subject"]["kind"] == "city"
    assert one["period"] == {"label": None, "from": "2021-07-01", "to": "2022-06-30"}
    assert (one["status"], one["phase_state"]) == ("not_applicable", "current")


def test_clause_and_subject_narrow(duban, city):
    both = duban(
        *CALL, "--records", city, "--format", "json", "--clause", "HZ-3-01", "--clause", "HZ-3-02", "--subject", "T1"
    )
    assert [(one["clause"], one["subject"]["code"]) for one in both.objects] == [("HZ-3-01", "T1")]
    clauses = duban(*CALL, "--records", city, "--format", "json", "--clause", "HZ-3-01", "--clause", "HZ-3-02").objects
    assert {one["clause"] for one in clauses} == {"HZ-3-01", "HZ-3-02"}


def test_set_overrides_a_reading_for_this_call(duban, city):
    visits = "visit,supervisor,station,starts_at,hours\nA,D1,S1,2021-07-05,8\nB,D1,S1,2021-07-12,8\n"
    write_city(city, {}, visits=visits)
    july = (*CALL, "--records", city, "--format", "json", "--clause", "HZ-4.2.4-09")
    assert duban(*july).objects[0]["status"] == "not_met"
    assert duban(*july, "--set", "readings.A35=monthly_sum").objects[0]["status"] == "met"
    assert duban(*july).objects[0]["status"] == "not_met"


def test_known_at_leaves_out_what_was_not_known_yet(duban, city):
    heading, rest = UNITS.split("\n", 1)
    told = f"{heading},recorded_on\n{rest}S2,二镇社工站,station,T2,2021-12-01,,,2022-03-01T12:00\n"
    write_city(city, {}, units=told)
    late = (*CALL[:-1], "2022-04-01", "--records", city, "--format", "json", "--clause", "HZ-3-01", "--subject", "T2")
    assert duban(*late).objects[0]["status"] == "met"
    assert duban(*late, "--known-at", "2022-03-01T11:59:59").objects[0]["status"] == "not_met"
    assert duban(*late, "--known-at", "2022-03-01T12:00:00").objects[0]["status"] == "met"
    assert duban(*late, "--known-at", "2022-03-01T04:00:00Z").objects[0]["status"] == "met"
    assert duban(*late, "--known-at", "2022-02-28").objects[0]["status"] == "not_met"


def test_fail_on_ends_with_one_only_where_that_was_found(duban, city):
    wanted = ("--records", city, "--clause", "HZ-3-01", "--fail-on", "not_met", "--format", "json")
    assert duban(*CALL, *wanted).code == 0
    late = duban(*CALL[:-1], "2022-01-01", *wanted)
    assert late.code == 1
    assert len(late.objects) == 2


WRONG = {
    "a day that is none": (("--as-of", "2021-02-30"), "日期“2021-02-30”看不懂，应写成 2021-07-01"),
    "an instant that is none": (("--known-at", "gestern"), "时刻“gestern”看不懂"),
    "a setting without a value": (("--set", "readings.A35"), "--set readings.A35：应写成 键=值"),
    "a setting that is not there": (("--set", "readings.A99=none"), "--set readings.A99：house.yaml 里没有这一项"),
    "a reading that is not there": (("--set", "readings.A35=often"), "“often”不是可选的读法"),
    "a plan that is not there": (("--plan", "nosuch"), "没有名为“nosuch”的方案；现有："),
    "a clause that is not there": (("--clause", "HZ-9-99"), "方案 huizhou 没有条款“HZ-9-99”"),
    "records that are not there": (("--records", "nowhere"), "nowhere：路径不存在"),
    "a word that is no status": (("--fail-on", "bad"), "--fail-on bad：没有这个判定"),
    "a form that is not there": (("--format", "pdf"), "--format 的值不对"),
    "an option that is not there": (("--nosuch", "1"), "没有选项 --nosuch"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_call_is_one_line_and_ends_with_two(duban, city, words, said):
    answer = duban(*CALL, "--records", city, "--format", "json", *words)
    assert (answer.code, answer.out) == (2, "")
    (line,) = answer.said
    assert said in line


@pytest.mark.parametrize("left_out", ["--plan", "--as-of"])
def test_what_is_left_out_is_named(duban, city, left_out):
    options = {"--plan": "huizhou", "--records": city, "--as-of": "2021-12-31"}
    answer = duban("judge", *(word for name, value in options.items() if name != left_out for word in (name, value)))
    assert (answer.code, answer.said) == (2, [f"缺少 {left_out}；用法见 duban judge --help"])


def test_every_fault_of_the_records_is_one_line_with_file_row_column_and_cure(duban, city):
    write_city(city, {}, units=UNITS.replace("2021-06-15", "2021-06-31"), posts=POSTS + "W9,S1,sheriff,,\n")
    answer = duban(*CALL, "--records", city)
    assert (answer.code, answer.out) == (2, "")
    places = {"posts.csv 第5行 person", "posts.csv 第5行 post", "units.csv 第6行 opened_on"}
    assert {line.split("：")[0] for line in answer.said} == places
    assert len(answer.said) == len(places)
    assert all("应" in line for line in answer.said)


def test_warnings_of_the_records_are_said_but_do_not_stop(duban, city):
    write_city(city, {}, people=PEOPLE.replace("code,name", "code,name,星座").replace("某\n", "某,\n"))
    answer = duban(*CALL, "--records", city, "--format", "json")
    assert answer.code == 0
    assert answer.said[0] == "people.csv 星座：不认识这一列，未读入"


def test_csv_opens_again_with_the_same_verdicts(duban, city, tmp_path):
    asked = (*CALL, "--records", city, "--clause", "HZ-3-01")
    objects = duban(*asked, "--format", "json").objects
    rows = list(csv.DictReader(io.StringIO(duban(*asked, "--format", "csv").out, newline="")))
    assert [row["status"] for row in rows] == [one["status"] for one in objects]
    assert [row["subject.code"] for row in rows] == [one["subject"]["code"] for one in objects]
    assert [row["why"] for row in rows] == [one["why"] for one in objects]
    out = tmp_path / "out.csv"
    assert duban(*asked, "--format", "csv", "--out", out).out == ""
    assert list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline=""))) == rows


def test_a_workbook_opens_again_with_chinese_headings(duban, city, tmp_path):
    out = tmp_path / "out.xlsx"
    asked = (*CALL, "--records", city, "--clause", "HZ-3-01", "--format", "xlsx")
    assert duban(*asked, "--out", out).code == 0
    heading, *rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
    assert heading[:3] == ("条款", "事项", "对象")
    assert [row[2] for row in rows] == ["一镇", "二镇"]
    assert [row[heading.index("判定")] for row in rows] == ["已达标", "未到期"]


def test_a_workbook_without_a_name_is_put_beside_the_caller(duban, city, tmp_path):
    answer = duban(*CALL, "--records", city, "--clause", "HZ-3-01", "--format", "xlsx")
    (written,) = tmp_path.glob("*.xlsx")
    assert f"已写入 {written.name}" in answer.said[0]


def test_a_table_is_for_people_and_goes_to_a_file_when_asked(duban, city, tmp_path):
    asked = (*CALL, "--records", city, "--clause", "HZ-3-01")
    assert "未到期" in duban(*asked).out
    assert duban(*asked, "--out", tmp_path / "out.txt").out == ""
    assert "未到期" in (tmp_path / "out.txt").read_text("utf-8")


EVIL = ['=HYPERLINK("http://example.invalid")', "+1+1", "@SUM(A1)", "-2+3", "＝1+1"]


@pytest.mark.parametrize("name", EVIL)
def test_a_name_that_would_be_a_formula_is_text_in_csv_and_workbook(duban, city, tmp_path, name):
    quoted = '"' + name.replace('"', '""') + '"'
    write_city(city, {}, units=UNITS.replace("二镇,", f"{quoted},"))
    asked = (*CALL, "--records", city, "--clause", "HZ-3-01", "--subject", "T2")
    (row,) = csv.DictReader(io.StringIO(duban(*asked, "--format", "csv").out, newline=""))
    assert row["subject.name"] == f"'{name}"
    duban(*asked, "--format", "xlsx", "--out", tmp_path / "out.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx").active["C2"]
    assert (cell.value, cell.data_type) == (name, "s")
    assert duban(*asked, "--format", "json").objects[0]["subject"]["name"] == name


def test_numbers_are_not_guarded_as_formulas(duban, city):
    rows = csv.DictReader(io.StringIO(duban(*CALL, "--records", city, "--format", "csv").out, newline=""))
    assert not [row for row in rows if row["measured"].startswith("'") or row["days_late"].startswith("'")]


def test_square_brackets_in_a_name_are_no_markup(duban, city):
    write_city(city, {}, units=UNITS.replace("二镇,", "二镇[/red],"))
    answer = duban(*CALL, "--records", city, "--clause", "HZ-3-01")
    assert answer.code == 0
    assert "[/red]" in answer.out


def test_a_workbook_of_chinese_sheets_gives_the_same_verdicts_as_the_folder(duban, city, tmp_path):
    book = tmp_path / "records.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        for kind, text in CITY.items():
            sheet = workbook.add_worksheet(KINDS[kind].zh)
            for number, cells in enumerate(csv.reader(io.StringIO(text))):
                heading = [KINDS[kind].field(cell).zh for cell in cells] if number == 0 else cells
                sheet.write_row(number, 0, heading)
    from_book = duban(*CALL, "--records", book, "--format", "json")
    assert from_book.code == 0
    assert from_book.objects == duban(*CALL, "--records", city, "--format", "json").objects


def test_a_kind_nobody_keeps_is_no_evidence_and_an_empty_one_is_not_met(duban, city):
    asked = (*CALL, "--records", city, "--format", "json", "--clause", "HZ-4.2.4-09", "--subject", "S1")
    assert duban(*asked).objects[0]["status"] == "no_evidence"
    write_city(city, {}, visits="visit,supervisor,station,starts_at,hours\n")
    assert duban(*asked).objects[0]["status"] == "not_met"


def test_judging_writes_nothing(duban, city, tmp_path):
    duban(*CALL, "--records", city)
    assert not (tmp_path / "data").exists()


def test_a_day_far_away_is_judged_for_every_month_until_then_and_one_that_nobody_believes_is_refused(duban, city):
    months = ("judge", "--plan", "huizhou", "--records", city, "--clause", "HZ-4.2.4-09", "--format", "json", "--as-of")
    found = duban(*months, "2100-12-31").objects
    assert (found[0]["period"]["label"], found[-1]["period"]["label"]) == ("2021-07", "2100-12")
    assert len(found) == 6 + 12 * 79
    answer = duban(*months, "2202-12-31")
    assert (answer.code, answer.said) == (2, ["“2202-12-31”的年份不可信，应在1900年至2100年之间"])
