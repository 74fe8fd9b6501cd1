"""Reading records: a folder of CSV files or one workbook in, validated rows by kind out (contract 3).

RecordsInvalid is the only refusal; it carries one line per fault and nothing was read.
"""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from db.fault_words import refusal
from policy.records import Fault, RawTable, validate
from policy.records.checks import Known, Rows
from policy.records.headings import kind_named
from policy.records.tables import Lines as RecordLines
from tasks.sheets import Lines, SheetUnreadable, own_sheet, table_of, workbook_sheets

WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".et"}


@dataclass
class Records:
    """`rows` has a key for every kind that is kept, also where nothing is recorded yet."""

    rows: Rows
    warnings: list[str] = field(default_factory=list)
    lines: list[RecordLines] = field(default_factory=list)


class RecordsInvalid(Exception):
    """The records cannot be taken; `faults` holds every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = list(faults)


def read_records(path: Path, known: Known | None = None) -> Records:
    """The records under `path`: a folder of CSV files, one CSV file, or one workbook.

    `known`: codes already in the ledger, by kind, to which these records may refer.
    Raises RecordsInvalid with every fault at once.
    """
    with uncollected():
        return _read(Path(path), known)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: it would walk a million objects, which all stay, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(path: Path, known: Known | None) -> Records:
    warnings: list[str] = []
    faults: list[Fault] = []
    tables: list[RawTable] = []
    for file, title, lines in _sources(path):
        _take(file, title, lines, tables, warnings, faults)
    if not tables and not faults:
        faults.append(Fault(path.name, None, None, "没有可读的记录，文件或工作表应以机构、人员、任职等命名"))
    checked = validate(tables, known)
    if faults or checked.faults:
        raise RecordsInvalid([*faults, *checked.faults])
    return Records(checked.rows, warnings + checked.warnings, checked.lines)


def _take(
    file: str,
    title: str,
    lines: Lines | SheetUnreadable,
    tables: list[RawTable],
    warnings: list[str],
    faults: list[Fault],
) -> None:
    kind = kind_named(title)
    if kind is None:
        warnings.append(f"{file}：不认识这个名字，未读入")
        return
    try:
        if isinstance(lines, SheetUnreadable):
            raise lines
        table, said = table_of(kind, file, lines)
    except SheetUnreadable as refused:
        faults.append(Fault(file, None, None, str(refused)))
        return
    tables.append(table)
    warnings += said


def _sources(path: Path) -> Iterator[tuple[str, str, Lines | SheetUnreadable]]:
    """(name for people, title that says the kind, lines) of every file or sheet."""
    if not path.exists():
        raise RecordsInvalid([Fault(str(path), None, None, "路径不存在，应为记录文件夹或工作簿")])
    if path.is_dir():
        yield from _folder(path)
    elif path.suffix.lower() == ".csv":
        yield path.name, path.stem, _csv_lines(path)
    elif path.suffix.lower() in WORKBOOKS:
        yield from _workbook(path)
    else:
        raise RecordsInvalid([Fault(path.name, None, None, "不认识这种文件，应为 CSV 文件夹或 .xlsx 工作簿")])


def _folder(path: Path) -> Iterator[tuple[str, str, Lines | SheetUnreadable]]:
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith((".", "~$")))
    if not any(file.suffix.lower() == ".csv" for file in files):
        raise RecordsInvalid([Fault(path.name, None, None, "文件夹里没有 CSV 文件，应有 units.csv（机构.csv）等")])
    for file in files:
        if file.suffix.lower() == ".csv":
            yield file.name, file.stem, _csv_lines(file)
        else:
            yield file.name, "", []


def _workbook(path: Path) -> Iterator[tuple[str, str, Lines | SheetUnreadable]]:
    try:
        for title, lines in workbook_sheets(path):
            if not own_sheet(title):
                yield f"{path.name}「{title}」", title, lines
    except SheetUnreadable as refused:
        raise RecordsInvalid([Fault(path.name, None, None, str(refused))]) from refused


def _csv_lines(path: Path) -> Lines | SheetUnreadable:
    if kind_named(path.stem) is None:
        return []
    try:
        text = _decoded(path.read_bytes())
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1))
    except OSError as refused:
        return SheetUnreadable(f"文件读不了（{refusal(refused)}），应检查文件和权限")
    except csv.Error:
        return SheetUnreadable("不是完好的 CSV，应检查引号是否成对")
    except UnicodeDecodeError:
        return SheetUnreadable("编码看不懂，应为 UTF-8 或 GB18030 的 CSV")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
