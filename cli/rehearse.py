"""duban rehearse / log：在虚拟时钟上把方案一天一天走一遍；台账里实际走过的同样写成事件。"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cli.capacity import two_counts
from cli.output import Format, a_day, an_instant, faults_said, refuse, settings_of, show
from db.engine import open_engine
from db.event_log import events
from db.planstore import load_plan
from db.schema import migrate
from policy.assumption import assumptions
from policy.events import Event, lines
from policy.plan import Plan
from samples.counted import counted_city
from samples.sheets import write_sheets
from settings import Settings
from tasks.intake import Records, read_records
from tasks.rehearsal.play import play
from tasks.rehearsal.report import page
from tasks.rehearsal.summary import COLUMNS, monthly
from tasks.stateless import asked


class LogFormat(StrEnum):
    JSONL = "jsonl"
    TABLE = "table"
    JSON = "json"


Out = Annotated[Path | None, typer.Option(help="写入文件")]
First = Annotated[str, typer.Option("--from", help="从哪一天起，如 2021-07-01")]
Last = Annotated[str, typer.Option("--to", help="到哪一天为止（含当日）")]


def rehearse(
    plan: Annotated[str, typer.Option(help="方案，如 huizhou")],
    first: First,
    last: Last,
    records: Annotated[Path | None, typer.Option(help="记录：CSV 文件夹或一个工作簿")] = None,
    counts: Annotated[str | None, typer.Option(help="还没有记录时只给两个数：stations=72,supervisors=11")] = None,
    assume: Annotated[
        list[str] | None,
        typer.Option(help="假设怎样办理：on_time、late=3、never 管全部；training=late=5 单管一项；可多次"),
    ] = None,
    known_at: Annotated[str | None, typer.Option(help="只用当时已知的记录；缺省每天用当天已知的")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="临时改一项内部规则")] = None,
    format_: Annotated[
        LogFormat, typer.Option("--format", help="事件日志（jsonl）或按月汇总（table）")
    ] = LogFormat.TABLE,
    out: Out = None,
    report: Annotated[Path | None, typer.Option(help="另写一份图表报告（HTML，可直接打开）")] = None,
) -> None:
    """Plays every day from the first to the last on a virtual clock, from an empty ledger on."""
    start, end = a_day(first), a_day(last)
    if end < start:
        refuse([f"--to {last} 早于 --from {first}，应不早于它"])
    with faults_said():
        loaded = load_plan(plan, settings_of(set_ or []))
        if loaded.amendments:
            refuse([f"方案 {plan} 带有修订，预演还不能按修订前后分别推演"])
        assumed = assumptions(loaded, assume or [])
        read = _read(loaded, records, counts)
        with asked(loaded, read.rows, end) as question:
            known = an_instant(known_at) if known_at else None
            played = play(question.connection, loaded, start, end, known, assumed)
        if format_ is LogFormat.TABLE:
            title = f"{loaded.title} 预演 {start}至{end}"
            show(
                monthly(played),
                COLUMNS,
                Format.TABLE,
                out,
                f"{title}（假设：{assumed.said}）" if assumed.said else title,
            )
        else:
            _write(played.events, format_, out)
        if report:
            report.write_text(page(played), encoding="utf-8")
            typer.echo(f"图表报告已写入 {report}", err=True)
    typer.echo(f"共{len(played.events)}个事件", err=True)


def _read(plan: Plan, records: Path | None, counts: str | None) -> Records:
    """The records, or a city invented from two numbers."""
    if (records is None) == (counts is None):
        refuse(["预演要给 --records（记录）或 --counts（如 stations=72,supervisors=11），二者取一"])
    if records is not None:
        read = read_records(records)
    else:
        with TemporaryDirectory() as folder:
            write_sheets(Path(folder), counted_city(plan.city, plan.issued, *two_counts(counts or "")))
            read = read_records(Path(folder))
    for warning in read.warnings:
        typer.echo(warning, err=True)
    return read


def log(
    first: First,
    last: Last,
    plan: Annotated[str | None, typer.Option("--plan", help="哪个城市；缺省用设置里的")] = None,
    format_: Annotated[LogFormat, typer.Option("--format", help="事件日志")] = LogFormat.JSONL,
    out: Out = None,
) -> None:
    """What the rounds of this installation really did, in the words of a rehearsal."""
    settings = Settings()
    start, end = a_day(first), a_day(last)
    with faults_said():
        city = load_plan(plan or settings.plan).key
        settings.data.mkdir(parents=True, exist_ok=True)
        engine = open_engine(settings.ledger_url)
        migrate(engine)
        with engine.connect() as connection:
            told = list(events(connection, city, start, end))
        _write(told, LogFormat.JSONL if format_ is LogFormat.TABLE else format_, out)


def _write(told: Iterable[Event], format_: LogFormat, out: Path | None) -> None:
    """Canonical lines; as one array where JSON is asked for."""
    said = lines(told)
    text = f"[{','.join(said)}]\n" if format_ is LogFormat.JSON else "".join(f"{line}\n" for line in said)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)
