"""How answers are printed: a table for people, JSON, CSV or a workbook for programs; faults one line each."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

import typer
import xlsxwriter
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError
from xlsxwriter.exceptions import FileCreateError

from db.fault_words import refusal, said
from policy.calendar import SHANGHAI
from policy.errors import AssumptionInvalid, PlanInvalid
from policy.levers import fault_of_reason
from policy.records.dates import YEARS
from tasks.intake import RecordsInvalid

PAPER = 200
"""Columns of a table that goes into a file or another program."""
WRONG_INPUT, FAILED_OUTSIDE = 2, 3


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def refuse(lines: Iterable[object], code: int = WRONG_INPUT) -> NoReturn:
    """Says each fault in one line on stderr and ends; nothing was changed."""
    for line in lines:
        typer.echo(str(line), err=True)
    raise typer.Exit(code)


def variables(wrong: ValidationError, begins: str) -> Iterator[str]:
    """What is wrong with which environment variable; their names begin so."""
    for fault in wrong.errors():
        given = None if fault["type"] == "value_error" else fault["input"]  # an address may hold a password
        yield f"环境变量 {begins}{str(fault['loc'][0]).upper()}：{said({**fault, 'input': given})}"


@contextmanager
def faults_said() -> Iterator[None]:
    """Turns what can be wrong with a call's input or surroundings into one line each and the right exit code."""
    try:
        yield
    except PlanInvalid as error:
        refuse(error.findings)
    except AssumptionInvalid as error:
        refuse(error.findings)
    except RecordsInvalid as error:
        refuse(error.faults)
    except BrokenPipeError:
        raise  # whoever read our output has seen enough
    except SQLAlchemyError as error:
        refuse([f"数据库出错：{str(error.__cause__ or error).splitlines()[0]}"], FAILED_OUTSIDE)
    except CommandError as error:
        refuse([f"数据库的版本与本程序不符，应先更新程序：{error}"], FAILED_OUTSIDE)
    except (OSError, FileCreateError) as error:
        # a workbook that cannot be written carries what the machine said as its first word
        fault = error if isinstance(error, OSError) else error.args[0]
        refuse([f"{fault.filename or ''}：{refusal(fault)}"], FAILED_OUTSIDE)


def a_day(value: str) -> date:
    """A day of the command line. Ends the call for anything but 2021-07-01, in a year that records may bear."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        refuse([f"日期“{value}”看不懂，应写成 2021-07-01"])
    _believed(value, day)
    return day


def _believed(value: str, day: date) -> None:
    if day.year not in YEARS:
        refuse([f"“{value}”的年份不可信，应在{YEARS[0]}年至{YEARS[-1]}年之间"])


def an_instant(value: str) -> datetime:
    """An instant; without an offset Shanghai time, a bare day means its end."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        refuse([f"时刻“{value}”看不懂，应写成 2021-07-01T08:30:00+08:00"])
    _believed(value, instant.date())
    if len(value) == 10:
        instant = datetime.combine(instant, time(23, 59, 59))
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


def answered_for(by: str, why: str) -> tuple[str, str]:
    """Who decides something about this machine, and why. Ends the call where either is not said, or cannot be kept so."""
    if not by.strip():
        refuse(["没有写明谁决定（--by）"])
    if fault := fault_of_reason(why):
        refuse([fault])
    return by.strip(), why.strip()


def settings_of(pairs: Sequence[str]) -> dict[str, str]:
    """`--set KEY=VALUE` pairs. Ends the call for one without an equals sign."""
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        refuse([f"--set {pair}：应写成 键=值，例如 readings.A35=monthly_sum" for pair in wrong])
    return dict(pair.split("=", 1) for pair in pairs)


def show(
    objects: Iterable[dict[str, Any]], columns: dict[str, str], form: Format, out: Path | None, title: str
) -> None:
    """Prints objects. `columns` maps dotted fields, the headings of CSV, to the Chinese ones of table and workbook."""
    if form is Format.JSON:
        _write(json.dumps(list(objects), ensure_ascii=False, indent=None), out)
    elif form is Format.TABLE:
        _table(objects, columns, out, title)
    elif form is Format.CSV:
        _csv(objects, columns, out)
    else:
        _xlsx(objects, columns, out or Path(f"{title}.xlsx"))
    # What is said afterwards on stderr stands after it also where both go into one pipe.
    sys.stdout.flush()


def _write(text: str, out: Path | None) -> None:
    if out:
        out.write_text(text + "\n", encoding="utf-8")
    else:
        sys.stdout.write(text + "\n")


def _cells(one: dict[str, Any], columns: dict[str, str]) -> list[str]:
    return [_plain(_dig(one, dotted)) for dotted in columns]


def _dig(value: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(_plain(item) for item in value)
    if isinstance(value, dict):
        return " ".join(str(v) for v in value.values() if v)
    return "" if value is None else str(value)


def _table(objects: Iterable[dict[str, Any]], columns: dict[str, str], out: Path | None, title: str) -> None:
    table = Table(title=Text(title), show_lines=False)
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for one in objects:
        # As Text: a name with square brackets is no markup.
        table.add_row(*map(Text, _cells(one, columns)))
    if out:
        with out.open("w", encoding="utf-8") as stream:
            Console(file=stream, width=PAPER).print(table)
    else:
        (Console() if sys.stdout.isatty() else Console(width=PAPER)).print(table)


FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def _guarded(cell: str) -> str:
    # A cell that begins like a formula would be one when the file is opened in Excel or WPS.
    return f"'{cell}" if cell[:1] in FORMULA and not cell.lstrip("+-").replace(".", "", 1).isdigit() else cell


def _csv(objects: Iterable[dict[str, Any]], columns: dict[str, str], out: Path | None) -> None:
    stream = out.open("w", encoding="utf-8-sig", newline="") if out else sys.stdout
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows([_guarded(cell) for cell in _cells(one, columns)] for one in objects)
    if out:
        stream.close()


def _xlsx(objects: Iterable[dict[str, Any]], columns: dict[str, str], out: Path) -> None:
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        # Else the file would say when it was written, and the same answer be other bytes.
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet, bold = book.add_worksheet("结果"), book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns.values(), bold)
        rows = 0
        for rows, one in enumerate(objects, 1):
            sheet.write_row(rows, 0, _cells(one, columns))
        sheet.autofilter(0, 0, rows, len(columns) - 1)
        sheet.autofit()
    typer.echo(f"已写入 {out}", err=True)
