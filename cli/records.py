"""duban import / undo / sample / template：记录的进出。"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.installation import ledger
from cli.output import a_day, faults_said, refuse
from db.intake import codes_known, import_rows
from db.planstore import plan_keys
from db.undo import BatchBuried
from db.undo import undo as take_back
from policy.calendar import SHANGHAI
from policy.records import KINDS
from samples.city import write_city
from settings import Settings
from tasks.intake import read_records
from tasks.workbook import write_template


def import_(
    path: Annotated[Path, typer.Argument(help="CSV 文件夹、一个 CSV 或一个工作簿")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会改什么，不写入")] = False,
    plan: Annotated[str | None, typer.Option(help="哪个城市的台账；缺省用设置里的")] = None,
) -> None:
    """Takes records into the ledger as one batch, or says what that would change."""
    settings = Settings()
    city, now = _city(plan or settings.plan), datetime.now(SHANGHAI)
    with faults_said():
        engine = ledger(settings)
        with engine.connect() as connection, connection.begin() as transaction:
            read = read_records(path, codes_known(connection, city))
            brought = import_rows(connection, city, read.rows, path.name, now)
            if dry_run:
                transaction.rollback()
    for warning in read.warnings:
        typer.echo(warning, err=True)
    rows = "，".join(f"{KINDS[kind].zh}{len(kind_rows)}行" for kind, kind_rows in read.rows.items())
    typer.echo(f"读到：{rows}")
    said = f"新增{brought.added}条，更正{brought.corrected}条，没有变化{brought.unchanged}条"
    if brought.stale:
        said += f"，登记早于台账现有内容而未采用{brought.stale}条"
    if dry_run:
        typer.echo(f"试导入（没有写入）：{said}")
    elif brought.batch is None:
        typer.echo(f"{said}；台账没有改变")
    else:
        typer.echo(f"{said}；批次 {brought.batch}，撤回用 duban undo {brought.batch}")


def _city(key: str) -> str:
    if key not in plan_keys():
        refuse([f"没有名为“{key}”的方案；现有：{'、'.join(plan_keys())}"])
    return key


def undo(
    batch: Annotated[int, typer.Argument(help="批次号")],
    plan: Annotated[str | None, typer.Option(help="哪个城市的台账")] = None,
) -> None:
    """Takes one import back whole."""
    settings = Settings()
    city = _city(plan or settings.plan)
    with faults_said():
        engine = ledger(settings)
        try:
            with engine.begin() as connection:
                taken = take_back(connection, city, batch, datetime.now(SHANGHAI))
        except LookupError:
            refuse([f"没有可撤回的批次 {batch}（不存在，或已经撤回）"])
        except BatchBuried:
            refuse([f"批次 {batch} 的记录已被后来的批次更正或引用，应先撤回后来的批次"])
    typer.echo(f"批次 {batch} 已撤回，共{taken}条记录不再计入")


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
