"""The capacity question answered by trying everything; for months of a few days, stations and people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations, product

from policy.capacity.workload import Workload

Day = tuple[str, date]


def can_be_worked(work: Workload) -> bool:
    """Whether every station can have what it is owed."""
    if work.reading == "one_for_all":
        return _one_for_all(work)
    return _stations(work, [station.code for station in work.stations], frozenset(), Counter())


def free(work: Workload, supervisor: str, station: str) -> list[date]:
    """The days on which this supervisor may be at this station, told from the records one by one."""
    person = next(one for one in work.supervisors if one.code == supervisor)
    place = next(one for one in work.stations if one.code == station)
    return [day for day in sorted(person.days & place.days) if _there(work, supervisor, station, day)]


def _there(work: Workload, supervisor: str, station: str, day: date) -> bool:
    away = any(one.person == supervisor and one.starts <= day <= one.ends for one in work.leaves)
    his = work.ties is None or any(
        (tie.supervisor, tie.station) == (supervisor, station) and tie.starts <= day <= tie.ends for tie in work.ties
    )
    return his and not away


def _stations(work: Workload, left: list[str], taken: frozenset[Day], loads: Counter[str]) -> bool:
    if not left:
        return True
    for days in _ways(work, left[0], taken):
        people = {supervisor for supervisor, _ in days}
        loaded = loads + Counter(people)
        if all(_allowed(work, one, loaded[one]) for one in people) and _stations(work, left[1:], taken | days, loaded):
            return True
    return False


def _ways(work: Workload, station: str, taken: frozenset[Day]) -> Iterator[frozenset[Day]]:
    """Every choice of supervisors' days that serves the station: one person's, unless hours are added up."""
    each = [
        [(one.code, day) for day in free(work, one.code, station) if (one.code, day) not in taken]
        for one in work.supervisors
    ]
    pools = [[day for own in each for day in own]] if work.reading == "monthly_sum" else each
    for pool in pools:
        yield from map(frozenset, combinations(pool, work.visit_days))


def _allowed(work: Workload, supervisor: str, stations: int) -> bool:
    return work.most is None or stations <= work.most or supervisor in work.excused


def _one_for_all(work: Workload) -> bool:
    people = [one.code for one in work.supervisors]
    return any(_carried(work, chosen) for chosen in product(people, repeat=len(work.stations)))


def _carried(work: Workload, chosen: tuple[str, ...]) -> bool:
    held = {one: [s.code for s, p in zip(work.stations, chosen, strict=True) if p == one] for one in chosen}
    return all(
        _allowed(work, one, len(stations))
        and all(free(work, one, station) for station in stations)
        and any(len(free(work, one, station)) >= work.visit_days for station in stations)
        for one, stations in held.items()
    )
