"""The records a question is asked of: those at a path, or the ledger of this installation where no path is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from cli.installation import ledger
from cli.output import an_instant, refuse
from db.columns import second_of
from db.engine import reading
from db.intake import has_records, settle
from policy.plan import Plan
from policy.records import KINDS
from settings import Settings
from tasks.intake import read_records
from tasks.stateless import Question, asked, opened

Records = Annotated[Path | None, typer.Option("--records", help="记录：CSV 文件夹或一个工作簿；不写则用本机台账")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="只用当时已知的记录，如 2021-10-31T18:00；只写日期指当天结束")
]


@contextmanager
def consulted(
    plan: Plan, records: Path | None, as_of: date, known_at: str | None = None, kinds: Collection[str] = KINDS
) -> Iterator[Question]:
    """A question open for as long as the block lasts. Of a path only `kinds` are read into memory.

    Ends the call for an instant that cannot be read or, of a ledger, has not passed: what was known then is not yet
    settled. Raises RecordsInvalid.
    """
    if records is None:
        known = past_instant(known_at) if known_at else None
        with on_file(plan.key, settled=known is not None, instead="，或用 --records 给出记录") as connection:
            yield opened(connection, plan, as_of, known)
        return
    known = an_instant(known_at) if known_at else None
    read = read_records(records)
    for warning in read.warnings:
        typer.echo(warning, err=True)
    with asked(plan, {kind: rows for kind, rows in read.rows.items() if kind in kinds}, as_of, known) as question:
        yield replace(question, lines=read.lines)


def past_instant(value: str) -> datetime:
    """An instant of which the ledger's answer is settled. Ends the call for any other."""
    known = an_instant(value)
    if second_of(known) >= second_of(datetime.now(UTC)):
        refuse([f"--known-at {known:%Y-%m-%dT%H:%M} 还没有过去，应早于现在：台账只能回答已经过去的时刻"])
    return known


@contextmanager
def on_file(city: str, settled: bool = False, instead: str = "") -> Iterator[Connection]:
    """A look into the ledger; `settled` waits for an import under way. Ends the call where nothing of the city is on file."""
    with ledger(Settings()) as engine:
        if settled:
            settle(engine, city)
        with reading(engine) as connection:
            if not has_records(connection, city):
                refuse([f"台账里没有 {city} 的记录：先用 duban import 导入{instead}"])
            yield connection
