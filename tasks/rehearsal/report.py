"""A rehearsal as one page that a director opens in a browser: no script, nothing fetched, prints as it looks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from policy.numbers import zh_day
from policy.plan import Phase
from policy.words import BROKEN, LABELS, Light
from policy.workload import Load
from tasks.rehearsal.play import Played
from tasks.rehearsal.summary import MONTHS, monthly

WIDTH, HEIGHT, LEFT = 960, 220, 56
SERIES = (("reminders", "交办提醒", "#5b8ff9"), ("overdue", "逾期催办", "#f6bd16"), ("climbed", "逐级上报", "#e8684a"))
BUSIEST = 10


@dataclass(frozen=True)
class Bar:
    """A rectangle of a chart, in the units of its SVG."""

    x: int
    y: int
    width: int
    height: int
    colour: str
    title: str


def page(played: Played) -> str:
    """The whole HTML; recipients by code, no names of persons."""
    rows = monthly(played)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    environment.filters["zh"] = zh_day
    return environment.get_template("report.html.j2").render(
        plan=played.plan, assumed=played.assumed.said, first=played.first, last=played.last, rows=rows, columns=MONTHS, series=SERIES,
        width=WIDTH, height=HEIGHT, left=LEFT, bars=_bars(rows), ticks=_ticks(rows), labels=_labels(rows),
        phases=[_span(played, phase) for phase in played.plan.phases], red=_red(played),
        busiest=_busiest(played), messages=sum(row["messages"] for row in rows),
        peak=max(rows, key=lambda row: row["busiest_day"], default=None),
    )  # fmt: skip


def _parts(row: dict[str, Any]) -> dict[str, int]:
    return {**row, "climbed": row["climbed_1"] + row["climbed_2"] + row["climbed_3"]}


def _most(rows: list[dict[str, Any]]) -> int:
    return max((sum(_parts(row)[name] for name, _, _ in SERIES) for row in rows), default=0) or 1


def _bars(rows: list[dict[str, Any]]) -> list[Bar]:
    most, step = _most(rows), (WIDTH - LEFT) // max(len(rows), 1)
    bars = []
    for n, row in enumerate(rows):
        floor = HEIGHT
        for name, label, colour in SERIES:
            count = _parts(row)[name]
            tall = count * (HEIGHT - 20) // most
            floor -= tall
            bars.append(
                Bar(LEFT + n * step + 2, floor, max(step - 4, 1), tall, colour, f"{row['month']} {label} {count}条")
            )
    return bars


def _ticks(rows: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """(y, number) of the lines across the chart."""
    most = _most(rows)
    return [(HEIGHT - share * (HEIGHT - 20) // 4, most * share // 4) for share in range(5)]


def _labels(rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """(x, month) for as many months as can be read beside each other."""
    step, every = (WIDTH - LEFT) // max(len(rows), 1), max(1, len(rows) // 12)
    return [(LEFT + n * step + 2, row["month"]) for n, row in enumerate(rows) if n % every == 0]


def _span(played: Played, phase: Phase) -> dict[str, Any]:
    """Where a stage lies in the days played; None beside them."""
    days = (played.last - played.first).days + 1
    starts, ends = max(phase.starts, played.first), min(phase.ends, played.last)
    inside = ends >= starts
    x = (starts - played.first).days * WIDTH // days if inside else 0
    width = max(((ends - starts).days + 1) * WIDTH // days, 2) if inside else 0
    return {"title": phase.title, "starts": phase.starts, "ends": phase.ends, "x": x, "width": width}


def _red(played: Played) -> list[dict[str, Any]]:
    """What stands broken at the end, by clause, the most frequent first."""
    broken = [v for v in played.verdicts if v.ruling.status in BROKEN and v.ruling.light(played.last) is Light.RED]
    counted = Counter((v.clause, v.duty, v.ruling.status) for v in broken)
    titles = {o.key: o.title for o in played.plan.obligations}
    return [
        {"clause": clause, "title": titles[duty], "status": LABELS[status], "number": number}
        for (clause, duty, status), number in counted.most_common(BUSIEST * 2)
    ]


def _busiest(played: Played) -> list[Load]:
    loads = [load for load in played.loads if load.messages]
    return sorted(loads, key=lambda load: (-load.matters, -load.messages, load.month, load.recipient))[:BUSIEST]
