"""From the lines of a sheet to a table: titles above the header, blank lines, totals and notes below the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import python_calamine as calamine

from policy.records import KINDS, RawTable
from policy.records.headings import heading, headings
from policy.records.text import bare

Lines = Sequence[tuple[int, Sequence[object]]]

HEADER_WITHIN = 15
TAIL_WITHIN = 15
TOTALS = ("合计", "总计", "共计", "小计")
NOTES = ("填表说明", "填报说明", "说明:", "注:", "备注:", "填报人", "填表人", "制表", "审核人", "联系人")
OWN_SHEETS = ("字典", "列名对照", "填写说明")


class SheetUnreadable(Exception):
    """The sheet or workbook cannot be read; the text is the sentence for the clerk."""


def own_sheet(title: str) -> bool:
    """Whether the template workbook itself brings this sheet."""
    return title in OWN_SHEETS


def workbook_sheets(path: Path) -> Iterator[tuple[str, Lines]]:
    """Title and lines of every sheet, in order. Raises SheetUnreadable."""
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        for title in book.sheet_names:
            yield title, list(enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False), 1))
    except calamine.PasswordError as refused:
        raise SheetUnreadable("工作簿有密码，应去掉密码后再导入") from refused
    except (calamine.CalamineError, OSError) as refused:
        raise SheetUnreadable("工作簿打不开或已损坏，应用表格软件另存为 .xlsx 后再导入") from refused


def table_of(kind: str, file: str, lines: Lines) -> tuple[RawTable, list[str]]:
    """The table in a sheet, and what was left out of it. Raises SheetUnreadable where no header is found."""
    filled = [line for line in lines if not _blank(line[1])]
    at = _header_at(kind, filled)
    header = _joined_header(kind, filled, at)
    rows, notes = _without_tail(filled[at + 1 :])
    warnings = [f"{file} 第{notes[0][0]}行起：是合计或说明，未读入"] if notes else []
    if not rows:
        warnings.append(f"{file}：只有表头，按“已登记、没有记录”判定；如不登记此类，请去掉这张表")
    return RawTable(kind, file, header, rows), warnings


def _empty(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


def _blank(cells: Sequence[object]) -> bool:
    return not (cells and cells[0] and not _empty(cells[0])) and all(map(_empty, cells))


def _header_at(kind: str, filled: Lines) -> int:
    known = headings(kind)
    hits = [sum(heading(cell) in known for cell in cells) for _, cells in filled[:HEADER_WITHIN]]
    if not any(hits):
        wanted = "、".join(field.zh for field in KINDS[kind].fields if field.required)
        raise SheetUnreadable(f"找不到表头，应有一行列名：{wanted}")
    return hits.index(max(hits))


def _joined_header(kind: str, filled: Lines, at: int) -> list[str]:
    """The header; where it is empty because the heading above was merged over two lines, that one."""
    header = [str(cell or "") for cell in filled[at][1]]
    if at == 0:
        return header
    above = [str(cell or "") for cell in filled[at - 1][1]]
    return [
        own or (over if heading(over) in headings(kind) else "")
        for own, over in zip_longest(header, above[: len(header)])
    ]


def _without_tail(rows: Lines) -> tuple[Lines, Lines]:
    """The rows of records, and the totals and notes that close the sheet."""
    first = max(0, len(rows) - TAIL_WITHIN)
    for at in range(first, len(rows)):
        if _closes(rows[at][1]) and all(_closes(cells) or _filled(cells) == 1 for _, cells in rows[at:]):
            return rows[:at], rows[at:]
    return rows, []


def _closes(cells: Sequence[object]) -> bool:
    text = bare(next(cell for cell in cells if not _empty(cell)))
    return text in TOTALS or text.startswith(NOTES) or text.rstrip(":") in TOTALS


def _filled(cells: Sequence[object]) -> int:
    return sum(not _empty(cell) for cell in cells)
