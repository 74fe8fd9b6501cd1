"""Three years of the sample city played day by day, every notice among them, and what cannot be had for less.

The floor: all the questions of the plan asked once of everybody for the last day, and as many rows as there were
events written to a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, text

from bench.machine import Spent, Watch
from db import measures
from db.planstore import load_plan
from policy.events import lines
from policy.judge import judge
from samples.city import write_city
from tasks.intake import read_records, uncollected
from tasks.rehearsal.ahead import standing_by
from tasks.rehearsal.play import play
from tasks.stateless import LAST_KNOWN, asked

PLAN, FIRST = "huizhou", date(2021, 5, 1)


@dataclass(frozen=True)
class Played:
    """`ours` is `duban rehearse` from the files on: reading, playing, writing the log."""

    ours: Spent
    bare: Spent
    records: int
    events: int
    last: date


def measure(folder: Path, years: int) -> Played:
    """Plays from May 2021 on, so many years."""
    plan, last = load_plan(PLAN), date(FIRST.year + years, 4, 30)
    write_city(folder / "records", until=last)
    watch = Watch()
    with uncollected(), standing_by(FIRST, last) as ahead:
        rows = read_records(folder / "records").rows
        with asked(plan, rows, last) as question:
            told = lines(play(question.connection, plan, FIRST, last, ahead=ahead).events)
            (folder / "events.jsonl").write_text("\n".join(told), encoding="utf-8")
            ours = watch.spent
            watch = Watch()
            known = measures.known(question.connection, plan, plan.obligations, last, LAST_KNOWN)
            sum(1 for _ in judge(plan, known, last))
            _write(question.connection, told)
    return Played(ours, watch.spent, sum(map(len, rows.values())), len(told), last)


def _write(connection: Connection, told: list[str]) -> None:
    connection.execute(text("CREATE TEMPORARY TABLE told (line TEXT)"))
    connection.execute(text("INSERT INTO told VALUES (:line)"), [{"line": line} for line in told])
