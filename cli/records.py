"""duban import / undo / sample / template：记录的进出。"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Engine

from cli.differences import show_verdicts
from cli.installation import ledger
from cli.output import Format, a_day, faults_said, refuse
from cli.turned import show_turned, today, turned_by
from db.columns import second_of
from db.engine import reading
from db.intake import Brought, codes_known, has_records, import_rows, newest_event, take_records_turn
from db.planstore import plan_keys
from db.undo import BatchBuried
from db.undo import undo as take_back
from policy.calendar import SHANGHAI
from policy.records import KINDS
from samples.city import write_city
from settings import Settings
from tasks.intake import Records, read_records
from tasks.workbook import write_template

MANY = 20
"""More verdicts than this are counted by clause when records come or go; `duban turned` lists them."""


class Shown(StrEnum):
    TABLE = "table"
    JSON = "json"


def import_(
    path: Annotated[Path, typer.Argument(help="CSV 文件夹、一个 CSV 或一个工作簿")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会改什么，不写入")] = False,
    plan: Annotated[str | None, typer.Option(help="哪个城市的台账；缺省用设置里的")] = None,
    as_of: Annotated[str | None, typer.Option(help="按哪一天看哪些判定改变；缺省今天")] = None,
    format_: Annotated[Shown, typer.Option("--format", help="json 只把改变的判定写成一个数组")] = Shown.TABLE,
) -> None:
    """Takes records into the ledger as one batch, or says what that would change; and which verdicts turn by it."""
    settings = Settings()
    city, day = _city(plan or settings.plan), a_day(as_of) if as_of else today()
    with faults_said(), ledger(settings) as engine:
        read, brought, turned = _taken_in(engine, city, path, day, dry_run)
    to_programs = format_ is Shown.JSON
    for warning in read.warnings:
        typer.echo(warning, err=True)
    rows = "，".join(f"{KINDS[kind].zh}{len(kind_rows)}行" for kind, kind_rows in read.rows.items())
    typer.echo(f"读到：{rows}", err=to_programs)
    title, see = ("会使", "加 --format json") if dry_run else ("使", f"duban turned {brought.batch}")
    _say_turned(turned, f"{title}{{}}项判定改变（{day}）", see, format_)
    typer.echo(_brought(brought, dry_run), err=to_programs)


def _taken_in(
    engine: Engine, city: str, path: Path, day: date, dry_run: bool
) -> tuple[Records, Brought, list[dict[str, Any]]]:
    """What was read, what it changed, what it turned; a city's first records turn nothing."""
    with engine.connect() as connection, connection.begin() as transaction:
        now = _turn(connection, city)
        read = read_records(path, codes_known(connection, city))
        stood = has_records(connection, city)
        brought = import_rows(connection, city, read.rows, path.name, now)
        batch = brought.batch if stood else None
        if dry_run:
            turned = turned_by(connection, city, day, batch, read.lines) if batch else []
            transaction.rollback()
            return read, brought, turned
    with reading(engine) as connection:
        return read, brought, turned_by(connection, city, day, batch, read.lines) if batch else []


def _turn(connection: Connection, city: str) -> datetime:
    """Waits for the turn of this city's records, and for a second of its own: the ledger knows instants by the second,
    and what two imports turn could not be told apart within one."""
    take_records_turn(connection, city)
    newest = newest_event(connection, city)
    while newest and second_of(datetime.now(SHANGHAI)) == second_of(newest):
        time.sleep(0.05)
    return datetime.now(SHANGHAI)


def _brought(brought: Brought, dry_run: bool) -> str:
    said = f"新增{brought.added}条，更正{brought.corrected}条，没有变化{brought.unchanged}条"
    if brought.stale:
        said += f"，登记早于台账现有内容而未采用{brought.stale}条"
    if dry_run:
        return f"试导入（没有写入）：{said}"
    if brought.batch is None:
        return f"{said}；台账没有改变"
    return f"{said}；批次 {brought.batch}，撤回用 duban undo {brought.batch}"


def _say_turned(turned: list[dict[str, Any]], title: str, see: str, form: Shown) -> None:
    """Each verdict with its records; of many only how many of each clause, and where to `see` all."""
    title = title.format(len(turned))
    if form is Shown.JSON:
        show_turned(turned, Format.JSON, None, title)
    elif len(turned) > MANY:
        show_verdicts(turned, Format.TABLE, None, title)
        typer.echo(f"逐项和因何记录：{see}")
    elif turned:
        show_turned(turned, Format.TABLE, None, title)


def _city(key: str) -> str:
    if key not in plan_keys():
        refuse([f"没有名为“{key}”的方案；现有：{'、'.join(plan_keys())}"])
    return key


def undo(
    batch: Annotated[int, typer.Argument(help="批次号")],
    plan: Annotated[str | None, typer.Option(help="哪个城市的台账")] = None,
    as_of: Annotated[str | None, typer.Option(help="按哪一天看哪些判定改变；缺省今天")] = None,
    format_: Annotated[Shown, typer.Option("--format", help="json 只把改变的判定写成一个数组")] = Shown.TABLE,
) -> None:
    """Takes one import back whole, and says which verdicts turn by it."""
    settings = Settings()
    city, day = _city(plan or settings.plan), a_day(as_of) if as_of else today()
    with faults_said(), ledger(settings) as engine:
        with engine.begin() as connection:
            now = _turn(connection, city)
            taken = _taken_back(connection, city, batch, now)
        with reading(engine) as connection:
            turned = turned_by(connection, city, day, batch)
    since = f"duban turned --since {now - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"
    _say_turned(turned, f"使{{}}项判定改变（{day}）", since, format_)
    typer.echo(f"批次 {batch} 已撤回，共{taken}条记录不再计入", err=format_ is Shown.JSON)


def _taken_back(connection: Connection, city: str, batch: int, now: datetime) -> int:
    try:
        return take_back(connection, city, batch, now)
    except LookupError:
        refuse([f"没有可撤回的批次 {batch}（不存在，或已经撤回）"])
    except BatchBuried:
        refuse([f"批次 {batch} 的记录已被后来的批次更正或引用，应先撤回后来的批次"])


def sample(
    out: Annotated[Path, typer.Option(help="写到哪个文件夹")] = Path("sample"),
    seed: Annotated[int, typer.Option(help="种子：同样的种子给出同样的城市")] = 7,
    until: Annotated[str | None, typer.Option(help="记录到哪一天；缺省今天")] = None,
) -> None:
    """Writes the sample city as CSV files."""
    day = a_day(until) if until else datetime.now(SHANGHAI).date()
    with faults_said():
        write_city(out, seed=seed, until=day)
    typer.echo(f"样例城市已写入 {out}（人物全属虚构）")


def template(out: Annotated[Path, typer.Argument(help="写到哪个文件")] = Path("填报模板.xlsx")) -> None:
    """Writes the workbook that offices fill in."""
    with faults_said():
        write_template(out)
    typer.echo(f"模板已写入 {out}")
