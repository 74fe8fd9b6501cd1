"""What a whole set of records must satisfy, and what comes of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from policy.calendar import SHANGHAI
from policy.records import KINDS, Fault, RawTable, Validated, validate
from policy.records.headings import heading, headings, kind_named
from policy.records.tables import rows_of


def table(kind: str, *rows: dict[str, object], file: str = "") -> RawTable:
    header = list(dict.fromkeys(name for row in rows for name in row))
    cells = [(number, [row.get(name, "") for name in header]) for number, row in enumerate(rows, 2)]
    return RawTable(kind, file or f"{kind}.csv", header, cells)


def unit(code: str, kind: str, parent: str = "", **more: object) -> dict[str, object]:
    return {"code": code, "name": f"名{code}", "kind": kind, "parent": parent, **more}


def person(code: str, **more: object) -> dict[str, object]:
    return {"code": code, "name": f"甲{code}", **more}


UNITS = (
    unit("C", "city"),
    unit("X", "county", "C"),
    unit("T", "township", "X"),
    unit("S", "station", "T"),
    unit("P", "point", "S"),
    unit("V", "village", "T", point="P"),
)
CITY = (table("units", *UNITS), table("people", person("W1"), person("W2")))


def said(result: Validated) -> list[str]:
    return [str(fault) for fault in result.faults]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_heading_of_a_kind_names_one_column(kind):
    words = [(heading(word), field.name) for field in kind.fields for word in {field.name, field.zh, *field.aliases}]
    assert len({word for word, _ in words}) == len(set(words))
    assert {headings(kind.name)[word] for word, _ in words} == {field.name for field in kind.fields}
    assert {"recorded_on", "source", *kind.key} <= {field.name for field in kind.fields}


def test_a_sheet_is_known_by_both_names_of_its_kind():
    assert [kind_named(title) for title in ("visits", "Visits ", "督导记录", "杂项")] == [
        "visits",
        "visits",
        "visits",
        None,
    ]


def test_a_heading_in_another_unit_is_not_taken_for_ours():
    assert heading("★金额（元）") == heading("金额")
    assert heading("金额（万元）") not in headings("funds")


def test_a_fault_is_one_line_with_its_place():
    assert str(Fault("people.csv", 7, "born_on", "看不懂")) == "people.csv 第7行 born_on：看不懂"
    assert str(Fault("people.csv", None, None, "空")) == "people.csv：空"


def test_a_row_comes_back_with_every_column_and_its_reference():
    rows = validate(
        [
            *CITY,
            table(
                "visits",
                {
                    "visit": "V7",
                    "supervisor": "W1",
                    "station": "S",
                    "starts_at": "2021-07-03T09:00",
                    "hours": "8",
                    "remote": "否",
                },
            ),
        ]
    ).rows
    assert rows["visits"] == [
        {
            "visit": "V7",
            "supervisor": "W1",
            "station": "S",
            "starts_at": datetime(2021, 7, 3, 9, tzinfo=SHANGHAI),
            "hours": 480,
            "point": None,
            "remote": False,
            "recorded_on": None,
            "source": None,
            "ref": "visits:V7@2021-07-03T09:00",
        }
    ]


POST = {"person": "W1", "unit": "S", "post": "affairs", "starts_on": "2021-07-01"}
TRAINING = {"person": "W1", "starts_at": "2021-08-01T09:00:30", "hours": "3", "category": "prejob"}
CONTRACT = {"code": "K1", "person": "W1", "employer": "T", "starts_on": "2021-07-01", "ends_on": "2024-06-30"}
ACT = {"code": "A1", "clause": "HZ-5.1-03", "subject": "X", "on": "2021-05-01"}
EXCEPTION = {
    "code": "E1",
    "clause": "HZ-5.1-04",
    "subject": "S",
    "reason": "招聘中",
    "approver": "X",
    "approved_on": "2021-07-01",
    "expires_on": "2021-12-31",
}
BENEFICIARY = {"code": "B1", "village": "V", "category": "低保", "household": "H1"}
FUND = {"code": "F1", "unit": "X", "year": "2021", "kind": "worker_transfer", "amount": "50000"}
ASSESSMENT = {"code": "Q1", "kind": "worker", "subject": "W1", "held_on": "2021-10-01"}
REPORT = {"code": "R1", "clause": "HZ-5.1-20", "from_unit": "X", "to_unit": "C"}
COURSE = {"code": "L1", "category": "prejob", "held_on": "2021-08-01"}
CANDIDATE = {"code": "Y1", "name": "乙", "applied_on": "2021-06-01"}


@pytest.mark.parametrize(
    ("kind", "row", "ref"),
    [
        ("contracts", CONTRACT, "contracts:K1"),
        ("posts", POST, "posts:W1/S/affairs@2021-07-01"),
        ("posts", {**POST, "starts_on": ""}, "posts:W1/S/affairs"),
        ("trainings", TRAINING, "trainings:W1@2021-08-01T09:00:30/prejob"),
        ("trainings", {**TRAINING, "course": "外训"}, "trainings:W1@2021-08-01T09:00:30/prejob/外训"),
    ],
)
def test_a_reference_says_the_key(kind, row, ref):
    assert validate([*CITY, table(kind, row)]).rows[kind][0]["ref"] == ref


@pytest.mark.parametrize(
    ("kind", "row", "line"),
    [
        (
            "people",
            person("W3", born_on="2021-13-1"),
            "people.csv 第2行 born_on：日期“2021-13-1”看不懂，应写成 2021-07-01",
        ),
        ("people", {"code": "W3", "name": ""}, "people.csv 第2行 name：必填，应填写姓名"),
        ("people", {"code": "W3"}, "people.csv name：缺少必填列，应有“姓名”或“name”列"),
        ("people", {"code": "", "name": "丁"}, "people.csv 第2行 code：必填，应填写人员编码"),
        ("posts", {**POST, "person": "W9"}, "posts.csv 第2行 person：“W9”在“人员”里找不到，应先登记或改正编码"),
        ("posts", {**POST, "unit": "W1"}, "posts.csv 第2行 unit：“W1”在“机构”里找不到"),
        ("posts", {**POST, "post": "班长"}, "posts.csv 第2行 post：“班长”不在可选值内"),
        (
            "posts",
            {**POST, "ends_on": "2021-06-30"},
            "posts.csv 第2行 ends_on：2021-06-30早于任职起始日期2021-07-01，应不早于它",
        ),
        ("contracts", {**CONTRACT, "renews": "K0"}, "contracts.csv 第2行 renews：“K0”在“合同”里找不到"),
        ("funds", {**FUND, "act": "A9"}, "funds.csv 第2行 act：“A9”在“事项”里找不到"),
        ("funds", {**FUND, "amount": "1.001"}, "funds.csv 第2行 amount：金额“1.001”超过两位小数"),
        ("candidates", {**CANDIDATE, "person": "W9"}, "candidates.csv 第2行 person：“W9”"),
        ("beneficiaries", {**BENEFICIARY, "village": "V9"}, "beneficiaries.csv 第2行 village：“V9”"),
        ("assessments", {**ASSESSMENT, "subject": "K1"}, "assessments.csv 第2行 subject：“K1”在“人员”、“机构”里找不到"),
        (
            "acts",
            {**ACT, "subject": "H9"},
            "第2行 subject：“H9”在“机构”、“人员”、“合同”、“服务对象”、“家庭编码”、“应聘”里找不到",
        ),
        (
            "exceptions",
            {**EXCEPTION, "approver": "局长"},
            "exceptions.csv 第2行 approver：“局长”在“机构”、“人员”里找不到",
        ),
        ("units", unit("S2", "station", "X"), "units.csv 第2行 parent：“X”是县（区），社工站的上级应是乡镇（街道）"),
        ("units", unit("V2", "village", "T9"), "units.csv 第2行 parent：“T9”在“机构”里找不到"),
        ("units", unit("G", "agency", "G"), "units.csv 第2行 parent：“G”经上级又回到自己，应改正上级编码"),
        ("units", unit("S2", "station", "S2"), "units.csv 第2行 parent：“S2”是社工站，社工站的上级应是乡镇（街道）"),
        (
            "units",
            unit("S2", "station", "T", opened_on="2021-07-01", closed_on="2021-06-01"),
            "units.csv 第2行 closed_on：2021-06-01早于",
        ),
        (
            "units",
            unit("V2", "village", "T", covered_from="2021-07-01", covered_to="2021-06-01"),
            "units.csv 第2行 covered_to：2021-06-01早于",
        ),
        ("units", unit("Z", "驿站"), "units.csv 第2行 kind：“驿站”不在可选值内"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(kind, row, line):
    faults = said(validate([*CITY, table(kind, row)]))
    assert len(faults) == 1
    assert line in faults[0]


def test_every_fault_is_listed_in_the_order_of_the_rows():
    rows = [person("W3", born_on="x"), person("", born_on="x"), person("W4", born_on="2001-01-01")]
    assert [(fault.row, fault.column) for fault in validate([table("people", *rows)]).faults] == [
        (2, "born_on"),
        (3, "code"),
        (3, "born_on"),
    ]


def test_only_the_rows_that_refer_to_nothing_are_named():
    faults = validate([*CITY, table("posts", POST, {**POST, "person": "W9"}, {**POST, "person": "W2"})]).faults
    assert [fault.row for fault in faults] == [3]


def test_a_code_stands_although_another_cell_of_its_row_is_wrong():
    faults = said(validate([table("people", person("W1", born_on="x")), table("units", *UNITS), table("posts", POST)]))
    assert [line.split("：")[0] for line in faults] == ["people.csv 第2行 born_on"]


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("acts", {**ACT, "subject": "H1"}),
        ("acts", {**ACT, "subject": "B1", "by": "W1"}),
        ("acts", {**ACT, "subject": "Y1"}),
        ("exceptions", {**EXCEPTION, "subject": "H1"}),
        ("exceptions", {**EXCEPTION, "subject": "V7", "approver": "W2"}),
        ("reports", {**REPORT, "subject": "W1"}),
        ("funds", {**FUND, "act": "A0", "person": "W1"}),
        ("assessments", {**ASSESSMENT, "subject": "S", "third_party": "某评估中心"}),
        ("trainings", {**TRAINING, "provider": "某学院", "course": "L1"}),
        ("units", unit("G2", "agency", "C")),
        ("units", unit("G3", "government")),
        ("leaves", {"person": "W1", "starts_on": "2021-08-01", "ends_on": "2021-08-01", "substitute": "W2"}),
    ],
)
def test_references_to_what_is_recorded_hold(kind, row):
    visit = {"visit": "V7", "supervisor": "W1", "station": "S", "starts_at": "2021-07-03", "hours": "8"}
    others = [
        table("beneficiaries", BENEFICIARY),
        table("candidates", CANDIDATE),
        table("visits", visit),
        table("courses", COURSE),
        table("acts", {**ACT, "code": "A0"}),
    ]
    assert said(validate([*CITY, *others, table(kind, row)])) == []


def test_a_course_must_exist_only_where_courses_are_kept():
    lost = table("trainings", {**TRAINING, "course": "外训"})
    assert said(validate([*CITY, lost])) == []
    assert said(validate([*CITY, lost], known={"courses": []})) == []
    for kept in (validate([*CITY, table("courses", COURSE), lost]), validate([*CITY, lost], known={"courses": {"L1"}})):
        assert said(kept) == ["trainings.csv 第2行 course：“外训”在“培训班”里找不到，应先登记或改正编码"]


def test_an_organiser_without_a_code_is_kept_with_a_warning():
    result = validate([*CITY, table("courses", {**COURSE, "organiser": "某学院"})])
    assert result.warnings == ["courses.csv organiser：“某学院”在“机构”里找不到，按文字保留"]
    assert (result.faults, result.rows["courses"][0]["organiser"]) == ([], "某学院")


def test_records_may_refer_to_what_the_ledger_knows():
    result = validate([table("trainings", TRAINING)], known={"people": {"W1"}})
    assert (said(result), list(result.rows)) == ([], ["trainings"])
    assert len(validate([table("trainings", TRAINING)], known={"people": {"W2"}}).faults) == 1


def test_a_new_unit_hangs_under_the_right_kind_of_known_unit():
    assert said(validate([table("units", unit("S2", "station", "T"))], known={"units": {"T": "township"}})) == []
    assert said(validate([table("units", unit("S2", "station", "T"))], known={"units": {"T"}})) == []
    assert said(validate([table("units", unit("S2", "station", "X"))], known={"units": {"X": "county"}})) == [
        "units.csv 第2行 parent：“X”是县（区），社工站的上级应是乡镇（街道）"
    ]


def test_units_above_each_other_in_a_ring_are_all_named():
    ring = [
        unit("G1", "agency", "G2"),
        unit("G2", "agency", "G3"),
        unit("G3", "agency", "G1"),
        unit("G4", "agency", "G1"),
    ]
    assert [fault.row for fault in validate([table("units", *ring)]).faults] == [2, 3, 4]


def test_an_unknown_column_is_a_warning_with_its_name():
    result = validate([table("people", person("W1", 星座="", **{" ": ""}))])
    assert (result.faults, result.warnings) == ([], ["people.csv 星座：不认识这一列，未读入"])


def test_a_column_given_twice_is_a_fault():
    result = validate([table("people", person("W1", 姓名="甲"))])
    assert said(result) == ["people.csv 姓名：这一列出现两次，应只留一列"]


def test_faults_name_the_column_as_the_file_does():
    result = validate([table("people", {"★人员 编码": "W1", "姓名*": ""})])
    assert said(result) == ["people.csv 第2行 姓名：必填，应填写姓名"]


def test_cells_beyond_the_header_are_a_fault_and_short_rows_are_none():
    rows = [(2, ["W1", "甲", "", ""]), (3, ["W2", "乙", "多"]), (4, ["W3", "丙"])]
    result = validate([RawTable("people", "people.csv", ["code", "name", "email"][:2], rows)])
    assert said(result) == ["people.csv 第3行：单元格多于表头，应为2列（内容里的逗号须加引号）"]
    short = validate([RawTable("people", "people.csv", ["code", "name", "email"], rows[2:])])
    assert [row["email"] for row in short.rows["people"]] == [None]


def test_an_empty_table_is_kept_and_an_absent_one_is_not():
    rows = validate([RawTable("people", "people.csv", ["code", "name"], [])]).rows
    assert rows == {"people": []}


def test_true_and_one_in_one_column_stay_apart():
    rows = validate([table("people", person("W1", phone=True), person("W2", phone=1))]).rows["people"]
    assert [row["phone"] for row in rows] == ["是", "1"]


def test_rows_with_equal_lists_do_not_share_them():
    full = {**ASSESSMENT, "departments": "民政;财政"}
    first, second = validate([*CITY, table("assessments", full, {**full, "code": "Q2"})]).rows["assessments"]
    assert first["departments"] == second["departments"] == ["民政", "财政"]
    assert first["departments"] is not second["departments"]


def test_the_same_row_again_counts_once_with_a_warning():
    result = validate([*CITY, table("trainings", TRAINING, TRAINING, {**TRAINING, "hours": "3:00"})])
    assert len(result.rows["trainings"]) == 1
    assert result.warnings == ["trainings.csv 第3、4行：与前面的行完全相同，只算一次"]


def test_many_rows_said_again_are_counted_not_listed():
    result = validate([*CITY, table("trainings", *[TRAINING] * 13)])
    assert result.warnings == ["trainings.csv 第3、4、5、6、7、8、9、10、11、12等12行：与前面的行完全相同，只算一次"]


def test_one_code_with_two_contents_is_a_fault_in_whatever_file_it_stands():
    result = validate([table("people", person("W1")), table("people", person("W1", phone="1"), file="人员.csv")])
    assert said(result) == ["人员.csv 第2行 code：“W1”已有内容不同的一行，应只留一行，或分别填写登记时间"]


def test_missing_codes_are_not_also_called_contradictions():
    result = validate([table("people", person("", phone="1"), person("", phone="2"))])
    assert [fault.message for fault in result.faults] == ["必填，应填写人员编码"] * 2


def test_rows_known_at_different_instants_are_versions_of_one_record():
    result = validate([table("people", person("W1"), person("W1", phone="1", recorded_on="2021-08-01"))])
    assert (said(result), [row["ref"] for row in result.rows["people"]]) == ([], ["people:W1", "people:W1"])


def test_two_trainings_of_one_key_are_two_records_named_by_content_and_not_by_order():
    rows = [{**TRAINING, "hours": "3"}, {**TRAINING, "hours": "2"}]
    for given_rows in (rows, rows[::-1]):
        result = validate([*CITY, table("trainings", *given_rows)])
        named = {row["hours"]: row["ref"] for row in result.rows["trainings"]}
        assert (said(result), len(set(named.values()))) == ([], 2)
        assert named == {
            120: "trainings:W1@2021-08-01T09:00:30/prejob",
            180: "trainings:W1@2021-08-01T09:00:30/prejob#2",
        }


def test_the_rows_that_speak_of_a_record_are_found_again_also_where_records_of_one_key_are_told_apart():
    hours = [{"person": "W1", "starts_at": "2021-08-01 09:00", "hours": h, "category": "岗前"} for h in ("3", "4", "3")]
    checked = validate([*CITY, table("trainings", *hours), table("trainings", hours[0], file="more.csv")])
    first, second = (row["ref"] for row in checked.rows["trainings"])
    places = [("trainings.csv", 2), ("trainings.csv", 3), ("trainings.csv", 4), ("more.csv", 2)]
    found = rows_of(checked.lines, [first, second, "people:W2", "people:W9"])
    assert {ref: [(one["file"], one["row"]) for one in rows] for ref, rows in found.items()} == {
        first: places,
        second: places,
        "people:W2": [("people.csv", 3)],
    }
