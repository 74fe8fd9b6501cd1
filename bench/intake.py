"""A workbook of trainings into the ledger, against reading it with calamine and inserting it in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import python_calamine as calamine
import xlsxwriter
from sqlalchemy import Engine, text

from bench.machine import Spent, Watch, peak_mib
from db.bulk import append
from db.columns import FOR_EVER
from db.intake import import_rows
from tasks.intake import read_records

PEOPLE = 5000
HEADER = ("人员编码", "开始时间", "时长（小时）", "培训类别", "培训班编号", "培训主题", "举办单位")
COLUMNS = ("city", "ref", "known_from", "known_to", "person", "starts_at", "day", "minutes", "category", "course",
           "topic", "provider", "academic")  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """`bare` reads and inserts; `reading` validates; `storing` compares with the ledger; `again` brings nothing new."""

    engine: str
    rows: int
    bare: Spent
    reading: Spent
    storing: Spent
    again: Spent
    peak_mib: int


def write_workbook(path: Path, rows: int, seed: int = 7) -> None:
    """People and their trainings; times differ, most other cells repeat, as in an office's workbook."""
    draw = Random(seed)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        people, trainings = book.add_worksheet("人员"), book.add_worksheet("培训")
        people.write_row(0, 0, ("人员编码", "姓名"))
        for number in range(PEOPLE):
            people.write_row(number + 1, 0, (f"W{number}", f"社工{number}"))
        trainings.write_row(0, 0, HEADER)
        for number in range(rows):
            held = datetime(
                draw.randrange(2021, 2025), draw.randrange(1, 13), draw.randrange(1, 29), draw.randrange(8, 18)
            )
            trainings.write(number + 1, 0, f"W{draw.randrange(PEOPLE)}")
            trainings.write_datetime(number + 1, 1, held, day)
            trainings.write(number + 1, 2, draw.choice((1.5, 2, 3, 4)))
            rest = (draw.choice(("岗前培训", "继续教育")), f"K{draw.randrange(300)}", "政策解读", "市民政局")
            trainings.write_row(number + 1, 3, rest)


def measure(engine: Engine, workbook: Path, rows: int) -> Imported:
    """`engine` holds a migrated, empty ledger."""
    watch = Watch(engine)
    _insert_barely(engine, _sheets(workbook)[1])
    bare = watch.spent
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM training"))
    watch = Watch(engine)
    records = read_records(workbook)
    reading, watch = watch.spent, Watch(engine)
    brought = _taken(engine, records.rows)
    storing, watch = watch.spent, Watch(engine)
    assert brought == rows + PEOPLE, brought
    assert _taken(engine, records.rows) == 0
    return Imported(engine.dialect.name, rows, bare, reading, storing, watch.spent, peak_mib())


def _taken(engine: Engine, rows: dict[str, list[dict[str, object]]]) -> int:
    with engine.begin() as connection:
        return import_rows(connection, "huizhou", rows, "bench", datetime(2026, 1, 1, tzinfo=UTC)).added


def _sheets(workbook: Path) -> list[list[list[object]]]:
    book = calamine.CalamineWorkbook.from_path(workbook)
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def _insert_barely(engine: Engine, lines: list[list[object]]) -> None:
    """The cells as they are, but for the time, which the columns want as numbers."""
    rows = [
        ("huizhou", f"trainings:{n}", 0, FOR_EVER, person, int(held.timestamp()), held.year * 10000 + held.month * 100
         + held.day, int(hours * 60), category, course, topic, provider, False)
        for n, (person, held, hours, category, course, topic, provider) in enumerate(lines[1:])
    ]  # fmt: skip
    with engine.begin() as connection:
        append(connection, "training", COLUMNS, rows)
