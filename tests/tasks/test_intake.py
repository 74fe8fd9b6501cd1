"""Records come in from folders and workbooks as people keep them, and are refused with a line for every fault."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.calendar import SHANGHAI
from policy.records import KINDS, Field
from tasks.intake import RecordsInvalid, read_records
from tasks.workbook import write_template

UNITS = "code,name,kind\nC,某市,city\n"
PEOPLE = "code,name\nW1,甲\nW2,乙\n"
SHEET = [["人员编码", "姓名", "手机", "出生日期"], ["W1", "甲", 19900000001.0, date(1990, 1, 2)]]


def refusal(path: Path) -> list[str]:
    with pytest.raises(RecordsInvalid) as refused:
        read_records(path)
    return [str(fault) for fault in refused.value.faults]


def write_book(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["people.csv", "人员.csv", "People.CSV"])
def test_a_file_is_read_in_each_encoding_under_each_name(tmp_path, encoding, name):
    (tmp_path / name).write_text(PEOPLE.replace("code,name", "人员编码,★姓名"), encoding)
    records = read_records(tmp_path)
    assert [row["name"] for row in records.rows["people"]] == ["甲", "乙"]
    assert records.warnings == []


def test_one_csv_file_may_refer_to_what_the_ledger_knows(tmp_path):
    path = tmp_path / "trainings.csv"
    path.write_text("person,starts_at,hours,category\nW1,2021-08-01 09:00,3,岗前\n", "utf-8")
    assert read_records(path, known={"people": {"W1"}}).rows["trainings"][0]["hours"] == 180
    assert refusal(path) == ["trainings.csv 第2行 person：“W1”在“人员”里找不到，应先登记或改正编码"]


def test_files_of_other_names_are_passed_over_with_a_warning(tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    for name in ("花名册.csv", "readme.txt", ".DS_Store", "~$人员.xlsx"):
        (tmp_path / name).write_bytes(b"\xff\x00")
    assert read_records(tmp_path).warnings == [
        "readme.txt：不认识这个名字，未读入",
        "花名册.csv：不认识这个名字，未读入",
    ]


def test_a_file_with_a_header_alone_is_kept_and_says_what_that_means(tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "visits.csv").write_text("visit,supervisor,station,starts_at,hours\n", "utf-8")
    records = read_records(tmp_path)
    assert records.rows["visits"] == []
    assert records.warnings == ["visits.csv：只有表头，按“已登记、没有记录”判定；如不登记此类，请去掉这张表"]


def test_faults_of_all_files_are_listed_at_once(tmp_path):
    (tmp_path / "people.csv").write_text("code,name,born_on\nW1,甲,2021-13-1\n,乙,\n", "utf-8")
    (tmp_path / "posts.csv").write_text("person,unit,post\nW1,S,站长\n", "utf-8")
    (tmp_path / "units.csv").write_text("\n\n", "utf-8")
    assert refusal(tmp_path) == [
        "units.csv：找不到表头，应有一行列名：机构编码、机构名称、机构类型",
        "people.csv 第2行 born_on：日期“2021-13-1”看不懂，应写成 2021-07-01",
        "people.csv 第3行 code：必填，应填写人员编码",
        "posts.csv 第2行 unit：“S”在“机构”里找不到，应先登记或改正编码",
    ]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("people.csv", b"", "people.csv：找不到表头，应有一行列名：人员编码、姓名"),
        ("people.csv", b"\x81\x20\xff\xff", "people.csv：编码看不懂，应为 UTF-8 或 GB18030 的 CSV"),
        (
            "people.csv",
            b'code,name\nW1,"open\n',
            "people.csv：不是完好的 CSV，应检查引号是否成对",
        ),
        ("记录.xlsx", b"PK\x03\x04 nothing", "记录.xlsx：工作簿打不开或已损坏，应用表格软件另存为 .xlsx 后再导入"),
        ("记录.xls", b"", "记录.xls：工作簿打不开或已损坏，应用表格软件另存为 .xlsx 后再导入"),
        ("记录.pdf", b"%PDF", "记录.pdf：不认识这种文件，应为 CSV 文件夹或 .xlsx 工作簿"),
        ("花名册.csv", b"a,b", "花名册.csv：没有可读的记录，文件或工作表应以机构、人员、任职等命名"),
    ],
    ids=["no bytes", "no encoding", "open quote", "broken xlsx", "empty xls", "pdf", "no kind"],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, name, content, line):
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name) == [line]


def test_a_missing_path_and_an_empty_folder_are_refused_in_one_line(tmp_path):
    assert refusal(tmp_path / "无") == [f"{tmp_path / '无'}：路径不存在，应为记录文件夹或工作簿"]
    assert refusal(tmp_path) == [f"{tmp_path.name}：文件夹里没有 CSV 文件，应有 units.csv（机构.csv）等"]


def test_an_encrypted_book_is_refused_in_one_line(tmp_path):
    """A protected .xlsx is a compound file that holds the stream EncryptionInfo; this is the smallest one."""
    path = tmp_path / "记录.xlsx"
    path.write_bytes(compound_file("EncryptedPackage", "EncryptionInfo"))
    assert refusal(path) == ["记录.xlsx：工作簿有密码，应去掉密码后再导入"]


def compound_file(*streams: str) -> bytes:
    """A compound (OLE2) file of empty streams: header, one sector of allocation table, one of directory."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + numbers(2, 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += numbers(4, 0, 1, 1, 0, 4096, end, 0, end, 0, 0, *[free] * 108)
    names = ("Root Entry", *streams)
    entries = b"".join(directory_entry(name, 5 if at == 0 else 1, names, at) for at, name in enumerate(names))
    entries += bytes(512 - len(entries))
    return header + numbers(4, fat, end, *[free] * 126) + entries


def directory_entry(name: str, kind: int, names: tuple[str, ...], at: int) -> bytes:
    free = 0xFFFFFFFF
    right = at + 1 if 0 < at < len(names) - 1 else free
    text = name.encode("utf-16-le")
    entry = text.ljust(64, b"\0") + numbers(2, len(text) + 2) + bytes([kind, 1])
    return entry + numbers(4, free, right, 1 if at == 0 else free) + bytes(36) + numbers(4, 0xFFFFFFFE, 0, 0)


def numbers(width: int, *values: int) -> bytes:
    return b"".join(value.to_bytes(width, "little") for value in values)


def test_a_sheet_is_read_below_its_titles_and_above_its_totals(tmp_path):
    rows = [
        ["花名册"],
        [],
        ["填报单位：某县", "", "2021年"],
        *SHEET,
        [],
        ["W2", "乙", "", "1991.2"],
        ["合计", 2],
        ["填表说明："],
        ["1. 据实填写"],
    ]
    records = read_records(write_book(tmp_path / "记录.xlsx", 人员=rows, 其他=[["无"]]))
    assert [(row["code"], row["phone"], row["born_on"]) for row in records.rows["people"]] == [
        ("W1", "19900000001", date(1990, 1, 2)),
        ("W2", None, date(1991, 2, 1)),
    ]
    assert sorted(records.warnings) == [
        "记录.xlsx「人员」 第8行起：是合计或说明，未读入",
        "记录.xlsx「其他」：不认识这个名字，未读入",
    ]


def test_a_fault_in_a_sheet_counts_rows_as_the_sheet_does(tmp_path):
    rows = [["花名册"], [], *SHEET, [], ["W2", "", "", "去年"]]
    assert refusal(write_book(tmp_path / "记录.xlsx", people=rows)) == [
        "记录.xlsx「people」 第6行 姓名：必填，应填写姓名",
        "记录.xlsx「people」 第6行 出生日期：日期“去年”看不懂，应写成 2021-07-01",
    ]


def test_a_heading_merged_over_two_lines_is_found(tmp_path):
    rows = [["人员编码", "基本信息", ""], ["", "姓名", "手机"], ["W1", "甲", "1"]]
    assert read_records(write_book(tmp_path / "记录.xlsx", 人员=rows)).rows["people"][0]["phone"] == "1"


def test_a_total_among_the_rows_is_not_taken_for_the_end(tmp_path):
    rows = [SHEET[0], ["合计", 1, ""], *SHEET[1:]]
    assert [row["code"] for row in read_records(write_book(tmp_path / "记录.xlsx", 人员=rows)).rows["people"]] == [
        "合计",
        "W1",
    ]


FILLED: dict[str, dict[str, object]] = {
    "units": {"code": "C", "name": "某市", "kind": "市"},
    "people": {"code": "W1", "name": "甲", "born_on": date(1990, 1, 2), "phone": "19900000001"},
    "posts": {"person": "W1", "unit": "C", "post": "督导", "starts_on": "2021年7月", "full_time": "是"},
    "visits": {"visit": 7, "supervisor": "W1", "station": "C", "starts_at": datetime(2021, 7, 3, 9), "hours": 8.5},
    "funds": {"code": "F1", "unit": "C", "year": 2021, "kind": "专职社工转移支付", "amount": 50000.25},
    "assessments": {
        "code": "Q1",
        "kind": "督导考核",
        "subject": "W1",
        "held_on": "2021.12.1",
        "departments": "民政；财政",
    },
}


def test_the_template_filled_in_is_read_back(tmp_path):
    path = tmp_path / "模板.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    for kind in KINDS.values():
        if kind.name not in FILLED:
            del book[kind.zh]
            continue
        for column, field in enumerate(kind.fields, 1):
            book[kind.zh].cell(2, column, FILLED[kind.name].get(field.name))
    book.save(path)
    records = read_records(path)
    assert records.warnings == []
    assert {name: rows[0]["ref"] for name, rows in records.rows.items()} == {
        "units": "units:C",
        "people": "people:W1",
        "posts": "posts:W1/C/supervisor@2021-07-01",
        "visits": "visits:7@2021-07-03T09:00",
        "funds": "funds:F1",
        "assessments": "assessments:Q1",
    }
    assert (records.rows["visits"][0]["hours"], records.rows["funds"][0]["amount"]) == (510, 5000025)


def test_the_template_asks_for_every_column_and_marks_what_is_required(tmp_path):
    write_template(tmp_path / "模板.xlsx")
    book = openpyxl.load_workbook(tmp_path / "模板.xlsx")
    assert book["字典"].sheet_state == "hidden"
    for kind in KINDS.values():
        sheet = book[kind.zh]
        assert [cell.value for cell in sheet[1]] == [
            ("★" if field.required else "") + field.zh for field in kind.fields
        ]
        rules = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        lists = {cells.min_col for rule in rules for cells in rule.sqref.ranges}
        assert lists == {at for at, field in enumerate(kind.fields, 1) if field.kind in ("choice", "flag")}
    aliases = [(row[1].value, row[3].value) for row in book["列名对照"].iter_rows(min_row=2)]
    assert aliases == [(kind.name, field.name) for kind in KINDS.values() for field in kind.fields]


DAYS = st.dates(date(1955, 1, 1), date(2099, 12, 31))
WORDS = st.text("甲乙丙AB ,;\"'12.", min_size=1, max_size=6).map(lambda word: f"词{word}词")
WRITTEN = {
    "day": DAYS.map(lambda day: (day.isoformat(), day)),
    "instant": st.datetimes(datetime(1955, 1, 1), datetime(2099, 1, 1)).map(
        lambda at: (f"{at:%Y-%m-%d %H:%M}", at.replace(second=0, microsecond=0, tzinfo=SHANGHAI))
    ),
    "list": st.just(("短信；邮件", ["sms", "email"])),
    "flag": st.sampled_from([("yes", True), ("否", False)]),
    "text": WORDS.map(lambda word: (word, word)),
    "code": st.integers(0, 99).map(lambda number: (f"N{number}", f"N{number}")),
    "id": st.just(("11010519491231002X", "11010519491231002X")),
    "minutes": st.integers(0, 44640).map(lambda minutes: (f"{minutes // 60}:{minutes % 60:02}", minutes)),
}


def written(field: Field) -> st.SearchStrategy[tuple[str, object]]:
    if field.kind == "choice":
        return st.sampled_from([(words[0], value) for value, words in field.choices.items()])
    return WRITTEN[field.kind] if field.required else st.one_of(st.just(("", None)), WRITTEN[field.kind])


PERSON = st.fixed_dictionaries({field.name: written(field) for field in KINDS["people"].fields})
TRAINING = st.fixed_dictionaries({field.name: written(field) for field in KINDS["trainings"].fields})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(PERSON, min_size=1, max_size=8, unique_by=lambda row: row["code"]),
    st.lists(TRAINING, max_size=8),
    st.booleans(),
)
def test_a_folder_written_from_any_rows_gives_those_rows(tmp_path, people, trainings, in_chinese):
    for row in trainings:
        row["person"] = people[0]["code"]
    for name, rows in (("people", people), ("trainings", trainings)):
        with (tmp_path / f"{name}.csv").open("w", encoding="gb18030" if in_chinese else "utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([field.zh if in_chinese else field.name for field in KINDS[name].fields])
            writer.writerows([row[field.name][0] for field in KINDS[name].fields] for row in rows)
    read = read_records(tmp_path).rows
    for name, rows in (("people", people), ("trainings", trainings)):
        expected = [{column: value for column, (_, value) in row.items()} for row in rows]
        got = [{column: value for column, value in row.items() if column != "ref"} for row in read[name]]
        assert got == [row for at, row in enumerate(expected) if row not in expected[:at]]
    versions = [(row["ref"], row["recorded_on"]) for row in read["trainings"]]
    assert len(set(versions)) == len(versions)
