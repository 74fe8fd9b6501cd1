"""Small months to be worked out by hand: a few days, stations and people, half of them impossible."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from policy.capacity.workload import Leave, Station, Supervisor, Tie, Workload

MONTH = date(2022, 2, 1)
READINGS = ("each_visit", "monthly_sum", "one_for_all")


def a_workload(stations: int, supervisors: int, days: int = 4, /, **changes: object) -> Workload:
    """Everybody there every day, nobody assigned; S0, S1 … and D0, D1 …"""
    workdays = tuple(MONTH + timedelta(days=n) for n in range(days))
    values: dict[str, object] = {
        "month": MONTH,
        "workdays": workdays,
        "provisional": False,
        "stations": tuple(Station(f"S{n}", f"{n}号站", frozenset(workdays)) for n in range(stations)),
        "supervisors": tuple(Supervisor(f"D{n}", f"督导{n}", frozenset(workdays)) for n in range(supervisors)),
        "ties": None,
        "leaves": (),
        "excused": frozenset(),
        "visit_days": 2,
        "most": 2,
        "reading": "each_visit",
    }
    return Workload(**{**values, **changes})  # type: ignore[arg-type]


def random_workload(seed: int) -> Workload:
    random = Random(seed)
    base = a_workload(random.randint(1, 4), random.randint(1, 3), random.randint(2, 5))
    return a_workload(
        len(base.stations),
        len(base.supervisors),
        len(base.workdays),
        stations=tuple(Station(s.code, s.name, _some(random, base.workdays)) for s in base.stations),
        supervisors=tuple(Supervisor(p.code, p.name, _some(random, base.workdays)) for p in base.supervisors),
        ties=random.choice((None, _ties(random, base), _ties(random, base))),
        leaves=tuple(_leave(random, base) for _ in range(random.choice((0, 0, 1, 2)))),
        excused=frozenset({"D0"} if random.random() < 0.2 else ()),
        visit_days=random.choice((1, 2, 2)),
        most=random.choice((None, 1, 2, 3)),
        reading=random.choice(READINGS),
    )


def _some(random: Random, days: tuple[date, ...]) -> frozenset[date]:
    return frozenset(day for day in days if random.random() < 0.9)


def _span(random: Random, days: tuple[date, ...]) -> tuple[date, date]:
    first, last = sorted((random.choice(days), random.choice(days)))
    return (days[0], days[-1]) if random.random() < 0.6 else (first, last)


def _ties(random: Random, work: Workload) -> tuple[Tie, ...]:
    return tuple(
        Tie(random.choice(work.supervisors).code, station.code, *_span(random, work.workdays))
        for station in work.stations
        for _ in range(random.choice((0, 1, 1, 2)))
    )


def _leave(random: Random, work: Workload) -> Leave:
    return Leave(random.choice(work.supervisors).code, *_span(random, work.workdays))
