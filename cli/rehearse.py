"""duban rehearse / log：在虚拟时钟上把方案一天一天走一遍；台账里实际走过的同样写成事件。"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cli.capacity import two_counts
from cli.differences import show_tallies
from cli.installation import ledger
from cli.output import Format, a_day, an_instant, faults_said, refuse, settings_of, show
from cli.sources import Records, consulted, past_instant
from db.engine import reading
from db.event_log import events
from db.planstore import load_plan
from policy.assumption import assumptions
from policy.events import lines
from policy.plan import Plan
from policy.tally import tally_differences
from samples.counted import counted_city
from samples.sheets import write_sheets
from settings import Settings
from tasks.intake import uncollected
from tasks.rehearsal.ahead import standing_by
from tasks.rehearsal.load import called
from tasks.rehearsal.play import Played, play
from tasks.rehearsal.report import page
from tasks.rehearsal.summary import LOADS, MONTHS, monthly, personal


class LogFormat(StrEnum):
    JSONL = "jsonl"
    TABLE = "table"
    JSON = "json"


class Of(StrEnum):
    DAYS = "days"
    LOAD = "load"


Out = Annotated[Path | None, typer.Option(help="写入文件")]
First = Annotated[str, typer.Option("--from", help="从哪一天起，如 2021-07-01")]
Last = Annotated[str, typer.Option("--to", help="到哪一天为止（含当日）")]


def rehearse(
    plan: Annotated[str, typer.Option(help="方案，如 huizhou")],
    first: First,
    last: Last,
    records: Records = None,
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
    of: Annotated[Of, typer.Option("--of", help="列什么：days 逐日（按月汇总），load 每人每月要办多少")] = Of.DAYS,
    against_house: Annotated[bool, typer.Option("--against-house", help="只列 --set 使哪些数目不同")] = False,
    out: Out = None,
    report: Annotated[Path | None, typer.Option(help="另写一份图表报告（HTML，可直接打开）")] = None,
) -> None:
    """Plays every day from the first to the last on a virtual clock, from an empty ledger on."""
    start, end = _stretch(first, last)
    for path in (out, report):
        if path and not path.absolute().parent.is_dir():
            refuse([f"{path}：没有 {path.parent} 这个文件夹，先建好再写"])
    settings = settings_of(set_ or [])
    if against_house and not settings:
        refuse(["--against-house 要与 --set 一起用：没有改动就没有可比的"])
    with uncollected(), faults_said():
        house, loaded = load_plan(plan), load_plan(plan, settings)
        assumed = assumptions(loaded, assume or [])
        known = an_instant(known_at) if known_at else None
        with (
            _source(loaded, records, counts) as path,
            standing_by(start, end if path else start) as ahead,
            consulted(loaded, path, end, known_at) as question,
        ):
            played = play(question.connection, loaded, start, end, known, assumed, ahead)
            was = play(question.connection, house, start, end, known, assumed) if against_house else None
        if was:
            _compare(was, played, format_, out)
        else:
            _show(played, of, format_, out)
        if report:
            report.write_text(page(played), encoding="utf-8")
            typer.echo(f"图表报告已写入 {report}", err=True)
    typer.echo(_busiest(played), err=True)
    typer.echo(f"共{len(played.events)}个事件", err=True)


def _stretch(first: str, last: str) -> tuple[date, date]:
    start, end = a_day(first), a_day(last)
    if end < start:
        refuse([f"--to {last} 早于 --from {first}，应不早于它"])
    return start, end


def _show(played: Played, of: Of, format_: LogFormat, out: Path | None) -> None:
    if format_ is LogFormat.TABLE:
        rows, columns = (monthly(played), MONTHS) if of is Of.DAYS else (personal(played), LOADS)
        show(rows, columns, Format.TABLE, out, _title(played))
    elif of is Of.LOAD:
        _write([json.dumps(row, ensure_ascii=False, sort_keys=True) for row in personal(played)], format_, out)
    else:
        _write(lines(played.events), format_, out)


def _compare(was: Played, played: Played, format_: LogFormat, out: Path | None) -> None:
    found = tally_differences(was.events, played.events)
    form = Format.TABLE if format_ is LogFormat.TABLE else Format.JSON
    show_tallies(found, form, out, f"{_title(played)} 与内部规则相比")
    typer.echo(f"与内部规则相比，有{len(found)}个数目不同" if found else "与内部规则相比没有差别", err=True)


def _title(played: Played) -> str:
    title = f"{played.plan.title} 预演 {played.first}至{played.last}"
    return f"{title}（假设：{played.assumed.said}）" if played.assumed.said else title


def _busiest(played: Played) -> str:
    """Who has most to do in which month, and who cannot do it."""
    over = [load for load in played.loads if load.is_overloaded]
    worst = max(over or played.loads, key=lambda load: (load.visit_days - load.workdays, load.due), default=None)
    if worst is None:
        return "没有要办的事"
    name = called(played.cards, worst.recipient)
    if over:
        days = f"督导要{worst.visit_days}个工作日，当月只有{worst.workdays}个"
        return f"有{len(over)}人次的月份排不开，最重的是{name} {worst.month}：{days}；用 --of load 看每人每月"
    return "督导站次各月都排得开；用 --of load 看每人每月"


@contextmanager
def _source(plan: Plan, records: Path | None, counts: str | None) -> Iterator[Path | None]:
    """The path of the records, or of a city invented from two numbers; None is the ledger."""
    if counts is None:
        yield records
        return
    if records is not None:
        refuse(["--counts（如 stations=72,supervisors=11）不看记录，不能与 --records 一起用"])
    with TemporaryDirectory() as folder:
        write_sheets(Path(folder), counted_city(plan.city, plan.issued, *two_counts(counts)))
        yield Path(folder)


def log(
    first: First,
    last: Last,
    plan: Annotated[str | None, typer.Option("--plan", help="哪个城市；缺省用设置里的")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="只列到这一时刻已经记下的；通知只列当时发出的内容，不列后来的去向")
    ] = None,
    format_: Annotated[LogFormat, typer.Option("--format", help="事件日志")] = LogFormat.JSONL,
    out: Out = None,
) -> None:
    """What the rounds of this installation really did, in the words of a rehearsal."""
    settings = Settings()
    start, end = _stretch(first, last)
    known = past_instant(known_at) if known_at else None
    with faults_said():
        city = load_plan(plan or settings.plan).key
        with ledger(settings) as engine, reading(engine) as connection:
            told = list(events(connection, city, start, end, known))
        _write(lines(told), LogFormat.JSONL if format_ is LogFormat.TABLE else format_, out)
    typer.echo(f"共{len(told)}个事件", err=True)


def _write(said: Sequence[str], format_: LogFormat, out: Path | None) -> None:
    """JSON objects, one a line; as one array where JSON is asked for."""
    text = f"[{','.join(said)}]\n" if format_ is LogFormat.JSON else "".join(f"{line}\n" for line in said)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)
