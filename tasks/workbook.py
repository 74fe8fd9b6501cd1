"""The template workbook: one sheet a kind, Chinese headings, lists to choose from. What it asks, intake reads back."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.records import KINDS, Field, RecordKind

LAST_ROW = 20000  # how far down the lists and checks reach
FORMATS = {
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
    "minutes": "0.##",
    "cents": "0.00",
    "integer": "0",
    "flag": "General",
    "choice": "General",
}
HINTS = {
    "text": "文字",
    "code": "编码，文本格式",
    "id": "18位，文本格式",
    "day": "如 2021-07-01",
    "instant": "如 2021-07-01 09:00",
    "minutes": "小时数，如 14.5 或 14:30",
    "cents": "元，至多两位小数",
    "integer": "整数",
    "period": "如 2022 或 2021-11",
    "flag": "是 / 否",
    "choice": "从列表中选",
    "list": "多个之间用 ; 分隔",
}
DAYS = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": 20000,
    "maximum": 80000,
    "error_type": "warning",
    "error_message": "应填日期，如 2021-07-01",
}  # the serials that intake takes for days, 1954 to 2119
NOTES = (
    "每张表登记一类记录，第一行是列名；带★的列必填，其余可空。",
    "不登记的类别请删去整张表：留着空表表示“已登记、没有记录”，有关条款会判为未达标。",
    "日期写成 2021-07-01；时间写成 2021-07-01 09:00，均按北京时间。",
    "“登记时间”是办公室得知此事的时间；更正已登记的记录时，另写一行并填新的登记时间。",
    "列名中英文均可，见“列名对照”。",
)


def write_template(path: Path) -> None:
    """Write the empty template workbook to `path`."""
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        heads = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1})
        must = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1, "font_color": "#B00020"})
        _write_notes(book)
        sheets = [(kind, book.add_worksheet(kind.zh)) for kind in KINDS.values()]
        lists = _write_dictionary(book)
        for kind, sheet in sheets:
            _write_kind(book, sheet, kind, lists, heads, must)
        _write_aliases(book, heads)


def _write_notes(book: Workbook) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 100)
    for row, note in enumerate(NOTES):
        sheet.write_string(row, 0, note)


def _write_dictionary(book: Workbook) -> dict[tuple[str, str], str]:
    """The hidden sheet of choices, a column each; the range of each by (kind, column)."""
    sheet = book.add_worksheet("字典")
    sheet.hide()
    ranges = {}
    chosen = [(kind, field) for kind in KINDS.values() for field in kind.fields if field.kind == "choice"]
    for column, (kind, field) in enumerate(chosen):
        words = [aliases[0] for aliases in field.choices.values()]
        sheet.write_string(0, column, f"{kind.zh}.{field.zh}")
        sheet.write_column(1, column, words)
        letters = xl_col_to_name(column, True)
        ranges[kind.name, field.name] = f"=字典!{letters}$2:{letters}${len(words) + 1}"
    return ranges


def _write_kind(
    book: Workbook, sheet: Worksheet, kind: RecordKind, lists: dict[tuple[str, str], str], heads: Format, must: Format
) -> None:
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(kind.fields):
        shown = book.add_format({"num_format": FORMATS.get(field.kind, "@")})
        sheet.set_column(column, column, 18, shown)
        sheet.write_string(0, column, f"★{field.zh}" if field.required else field.zh, must if field.required else heads)
        rule = _rule(field, lists.get((kind.name, field.name)))
        sheet.data_validation(1, column, LAST_ROW, column, rule)


def _rule(field: Field, words: str | None) -> dict[str, object]:
    """What the spreadsheet checks while typing. It warns only where intake would take other forms as well."""
    rule: dict[str, object] = {"input_title": field.zh[:32], "input_message": HINTS[field.kind], "validate": "any"}
    if field.kind == "flag":
        rule |= {"validate": "list", "source": ["是", "否"], "error_message": "应填 是 或 否"}
    elif words:
        rule |= {
            "validate": "list",
            "source": words,
            "error_message": "应从列表中选",
            "error_type": "stop" if field.closed else "warning",
        }
    elif field.kind in ("day", "instant"):
        rule |= DAYS
    elif field.kind == "id":
        rule |= {"validate": "length", "criteria": "==", "value": 18, "error_message": "身份证号应为18位"}
    elif field.kind == "integer":
        rule |= {"validate": "integer", "criteria": ">=", "value": 0, "error_message": "应是不小于0的整数"}
    elif field.kind == "cents":
        rule |= {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "应以元为单位填数字"}
    return rule


def _write_aliases(book: Workbook, heads: Format) -> None:
    sheet = book.add_worksheet("列名对照")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 6, 20)
    sheet.write_row(
        0, 0, ["文件或工作表", "表名（英文）", "列名", "列名（英文）", "也认作", "必填", "填法", "可选值"], heads
    )
    row = 1
    for kind in KINDS.values():
        for field in kind.fields:
            values = "；".join(f"{words[0]} = {value}" for value, words in field.choices.items())
            cells = [
                kind.zh,
                kind.name,
                field.zh,
                field.name,
                "、".join(field.aliases),
                "★" if field.required else "",
                HINTS[field.kind],
                values,
            ]
            sheet.write_row(row, 0, cells)
            row += 1
