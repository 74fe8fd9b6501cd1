"""What a director asks of a rehearsal, counted: how much is said, to whom, how far it climbs, what gets out of hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from policy.directory import Directory
from policy.events import Event, Happening
from policy.verdict import Verdict
from policy.words import BROKEN, Light, Reason, SubjectKind
from policy.workload import Load
from tasks.rehearsal.load import called
from tasks.rehearsal.play import Played

CITY = "（市级）"
IN_ONE = ((1, 1), (2, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 10**9))
MOST_ROWS = 15
LONG = 18
"""Months beyond which quarters are counted instead."""


@dataclass(frozen=True)
class Messages:
    """Every message of the stretch. `daily` by day; `repeats` by channel: how many messages one recipient had on one
    day, and on how many such days; `in_one` how many notices one message bears."""

    total: int
    daily: Counter[date]
    repeats: dict[str, Counter[int]]
    in_one: Counter[int]

    @property
    def busiest(self) -> tuple[date, int] | None:
        return max(self.daily.items(), key=lambda one: (one[1], -one[0].toordinal()), default=None)

    @property
    def most_a_day(self) -> int:
        return max((n for counts in self.repeats.values() for n in counts), default=0)

    def distribution(self) -> Iterator[tuple[str, int]]:
        """By so many notices in one message: how many messages."""
        most = max(self.in_one, default=0)
        for low, high in IN_ONE:
            if low <= most:
                name = f"{low}条" if low == high else f"{low}至{min(high, most)}条"
                yield name, sum(n for size, n in self.in_one.items() if low <= size <= high)


def messages(played: Played) -> Messages:
    daily: Counter[date] = Counter()
    each: Counter[tuple[str, str, date]] = Counter()
    in_one: Counter[int] = Counter()
    for event in _of(played, Happening.DIGEST):
        daily[event.day] += 1
        each[str(event.said["channel"]), str(event.said["recipient"]), event.day] += 1
        in_one[int(str(event.said["notices"] or 0))] += 1
    repeats: dict[str, Counter[int]] = defaultdict(Counter)
    for (channel, _, _), times in each.items():
        repeats[channel][times] += 1
    return Messages(sum(daily.values()), daily, dict(repeats), in_one)


def _of(played: Played, happening: Happening) -> Iterator[Event]:
    return (event for event in played.events if event.happening is happening)


def _climbed(played: Played) -> Iterator[tuple[Event, int]]:
    for event in _of(played, Happening.NOTICE):
        if event.said["reason"] == Reason.ESCALATED and event.said["fate"] == "done":
            yield event, int(str(event.said["rung"])[1:])


def climbed_by_county(played: Played) -> list[tuple[str, list[int]]]:
    """Notices said to the first, the second, the third level or beyond, by the county of the matter."""
    cards, counted = played.cards, defaultdict[str, list[int]](lambda: [0, 0, 0])
    for event, level in _climbed(played):
        subject = cards.subject(SubjectKind(str(event.said["kind"])), str(event.said["subject"]))
        county = cards.enclosing(subject.unit, "county")
        counted[cards.units[county].name if county else CITY][min(level, 3) - 1] += 1
    return sorted(counted.items(), key=lambda one: (-sum(one[1]), one[0]))


def runaway(played: Played) -> list[dict[str, Any]]:
    """By obligation what climbed to the third level or further, or stands red at the end; the most of it first."""
    far: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for event, level in _climbed(played):
        if level >= 3:
            far[str(event.said["duty"])].add((event.said["subject"], event.said["period"]))
    broken: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in played.verdicts:
        if verdict.ruling.status in BROKEN and verdict.ruling.light(played.last) is Light.RED:
            broken[verdict.duty].append(verdict)
    rows = [_runaway(played, duty, len(far[duty]), broken[duty]) for duty in far.keys() | broken.keys()]
    return sorted(rows, key=lambda row: (-row["red"], -row["far"], row["clause"], row["title"]))


def _runaway(played: Played, duty: str, far: int, red: Sequence[Verdict]) -> dict[str, Any]:
    obligation = played.plan.by_key[duty]
    late = max((verdict.ruling.days_late(played.last) for verdict in red), default=0)
    cards, places = played.cards, Counter[str]()
    for verdict in red:
        county = cards.enclosing(cards.subject(verdict.kind, verdict.subject).unit, "county")
        places[cards.units[county].name if county else CITY] += 1
    where = "、".join(f"{name}{number}" for name, number in places.most_common(3))
    return {
        "clause": obligation.clause,
        "title": obligation.title,
        "far": far,
        "red": len(red),
        "late": late,
        "where": where,
    }


class Cell(NamedTuple):
    """`share` of the darkest in percent; `over` where it is more than there can be."""

    words: str
    share: int
    over: bool


@dataclass(frozen=True)
class Heat:
    """A table of numbers, the darker the more; one row for each who."""

    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


def visiting(played: Played) -> Heat:
    """The working days that a supervisor's visits take, in percent of those the month has."""

    def share(loads: list[Load]) -> int:
        days = sum(load.workdays for load in loads)
        return sum(load.visit_days for load in loads) * 100 // days if days else 0

    theirs = [load for load in played.loads if load.recipient.startswith("person:")]
    return _heat(played.cards, theirs, share, "%", 100)


def occupied(played: Played, kind: str) -> Heat:
    """Matters newly brought to somebody of a kind (`unit:` or `person:`), or those falling due where they are more."""
    theirs = [load for load in played.loads if load.recipient.startswith(kind)]
    return _heat(played.cards, theirs, lambda loads: sum(max(one.matters, one.due) for one in loads), "", None)


def _heat(
    cards: Directory, loads: Sequence[Load], number: Callable[[list[Load]], int], unit: str, darkest: int | None
) -> Heat:
    """The heaviest first; by quarters where the months would be too many."""
    months = sorted({load.month for load in loads})
    column = _quarter if len(months) > LONG else str
    cells: dict[str, dict[str, list[Load]]] = defaultdict(lambda: defaultdict(list))
    for load in loads:
        cells[load.recipient][column(load.month)].append(load)
    columns = sorted({column(month) for month in months})
    numbers = {who: [number(each[name]) for name in columns] for who, each in cells.items()}
    heaviest = sorted(numbers, key=lambda who: (-max(numbers[who]), -sum(numbers[who]), who))[:MOST_ROWS]
    most = darkest or max((max(numbers[who]) for who in heaviest), default=0) or 1
    rows = [(who, numbers[who]) for who in heaviest if any(numbers[who])]
    over = darkest or most
    return Heat(columns, [(called(cards, who), [_cell(n, unit, most, n > over) for n in row]) for who, row in rows])


def _cell(number: int, unit: str, most: int, over: bool) -> Cell:
    return Cell(f"{number}{unit}" if number else "", min(number * 100 // most, 100), over)


def _quarter(month: str) -> str:
    return f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"
