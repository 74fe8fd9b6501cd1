"""Charts as shapes on a plane of whole units, to be drawn as SVG: bars, rules and words, nothing that runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

WIDTH, TOP, FOOT = 960, 26, 30
TALL = 220
LABEL_WIDE = 72
"""What a label of an axis takes up, its gap included."""


class Series(NamedTuple):
    key: str
    label: str
    colour: str


class Bar(NamedTuple):
    x: int
    y: int
    width: int
    height: int
    colour: str
    title: str = ""


class Rule(NamedTuple):
    x1: int
    y1: int
    x2: int
    y2: int


class Words(NamedTuple):
    x: int
    y: int
    said: str
    anchor: str = "start"
    kind: str = "axis"


@dataclass
class Chart:
    """`label` says what it shows to who cannot see it."""

    label: str
    height: int
    width: int = WIDTH
    series: Sequence[Series] = ()
    bars: list[Bar] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)


def ticks(most: int) -> list[int]:
    """Round numbers from 0 to beyond `most`, five or so."""
    step = 1
    while step * 5 < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return list(range(0, max(most, 1) + step, step))


def stacked(
    label: str, unit: str, across: str, columns: Sequence[tuple[str, Sequence[int]]], series: Sequence[Series]
) -> Chart:
    """One column for each name, its numbers one on the other in the order of the series."""
    chart = Chart(label, TOP + TALL + FOOT + 16, series=series)
    scale = ticks(max((sum(numbers) for _, numbers in columns), default=0))
    left = 24 + 8 * len(str(scale[-1]))
    floor, step = TOP + TALL, max((WIDTH - left) * 100 // max(len(columns), 1), 1)
    for tick in scale:
        y = floor - tick * TALL // scale[-1]
        chart.rules.append(Rule(left, y, WIDTH, y))
        chart.words.append(Words(left - 6, y + 4, str(tick), "end"))
    every = -(-LABEL_WIDE * 100 // step)
    for n, (name, numbers) in enumerate(columns):
        x, wide = left + n * step // 100, max(step * 4 // 500, 1)
        chart.bars += _pile(x + (step // 100 - wide) // 2, wide, floor, name, unit, numbers, series, scale[-1])
        middle = x + step // 200
        if n % every == 0 and middle + LABEL_WIDE // 2 <= WIDTH:
            chart.words.append(Words(middle, floor + 18, name, "middle"))
    chart.words += [Words(left, 14, f"（{unit}）"), Words(WIDTH, floor + 40, across, "end")]
    return chart


def _pile(
    x: int, wide: int, floor: int, name: str, unit: str, numbers: Sequence[int], series: Sequence[Series], most: int
) -> Iterator[Bar]:
    below = 0
    for number, one in zip(numbers, series, strict=True):
        foot, below = floor - below * TALL // most, below + number
        head = floor - below * TALL // most
        if number:
            yield Bar(x, head, wide, max(foot - head, 1), one.colour, f"{name} {one.label} {number}{unit}")


ROW = 28


def sideways(label: str, unit: str, rows: Sequence[tuple[str, Sequence[int]]], series: Sequence[Series]) -> Chart:
    """One bar for each name from left to right, with the sum at its end."""
    left = 24 + 14 * max((len(name) for name, _ in rows), default=0)
    most = max((sum(numbers) for _, numbers in rows), default=0) or 1
    room = WIDTH - left - 24 - 9 * len(f"{most}{unit}")
    chart = Chart(label, len(rows) * ROW + 8, series=series)
    for n, (name, numbers) in enumerate(rows):
        y, along = n * ROW + 4, 0
        chart.words.append(Words(left - 10, y + 15, name, "end", "name"))
        for number, one in zip(numbers, series, strict=True):
            x, along = left + along * room // most, along + number
            wide = left + along * room // most - x
            if number:
                chart.bars.append(Bar(x, y, max(wide, 1), ROW - 8, one.colour, f"{name} {one.label} {number}{unit}"))
        chart.words.append(Words(left + along * room // most + 8, y + 15, f"{along}{unit}"))
    return chart


class Span(NamedTuple):
    """A stretch of days on a line of its own, both inclusive, with what happened on it: (day, colour, words)."""

    name: str
    note: str
    starts: date
    ends: date
    marks: Sequence[tuple[date, str, str]]


LINE, MARGIN = 40, 210


def timeline(label: str, first: date, last: date, spans: Sequence[Span], series: Sequence[Series]) -> Chart:
    """The spans below each other on one line of days from `first` to `last`; what lies beside them is cut off."""
    chart = Chart(label, TOP + len(spans) * LINE + 8, series=series)
    days, foot = (last - first).days + 1, TOP + len(spans) * LINE

    def at(day: date) -> int:
        return MARGIN + min(max((day - first).days, 0), days) * (WIDTH - MARGIN) // days

    free = 0
    for month in _months(first, last):
        x = at(month)
        if free <= x <= WIDTH - LABEL_WIDE:
            chart.rules.append(Rule(x, TOP - 6, x, foot))
            chart.words.append(Words(x + 3, TOP - 8, f"{month:%Y-%m}"))
            free = x + LABEL_WIDE
    for n, span in enumerate(spans):
        y = TOP + n * LINE
        chart.words += [Words(0, y + 16, span.name, kind="name"), Words(0, y + 32, span.note)]
        chart.bars.append(Bar(MARGIN, y + 6, WIDTH - MARGIN, LINE - 14, "#eef1f6"))
        if span.starts <= last and span.ends >= first:
            wide = at(span.ends + timedelta(days=1)) - at(span.starts)
            chart.bars.append(
                Bar(at(span.starts), y + 6, max(wide, 2), LINE - 14, "#9db8f5", f"{span.name} {span.note}")
            )
        chart.bars += _marks(span, first, last, y, at)
    return chart


def _marks(span: Span, first: date, last: date, y: int, at: Callable[[date], int]) -> Iterator[Bar]:
    """Beside each other where they fall on one day."""
    free = MARGIN
    for day, colour, said in sorted(span.marks, key=lambda mark: mark[0]):
        if first <= day <= last:
            x = max(at(day), free)
            free = x + 8
            yield Bar(min(x, WIDTH - 7), y + 3, 7, LINE - 8, colour, said)


def _months(first: date, last: date) -> Iterable[date]:
    """The first day of the month of `first` and of every month after it up to `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield max(month, first)
        month = (month + timedelta(days=31)).replace(day=1)
