"""Who is at which station on which days, and the law that any such list must keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policy.capacity.workload import Workload, may_visit


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: the days in order."""

    supervisor: str
    station: str
    days: tuple[date, ...]


@dataclass(frozen=True)
class Roster:
    """`carried` says whose each station is, (supervisor, station); `missing` are the stations nobody could be found
    for."""

    visits: tuple[Visit, ...]
    carried: frozenset[tuple[str, str]]
    missing: tuple[str, ...] = ()


def broken(work: Workload, roster: Roster) -> list[str]:
    """Every rule of the month that the roster does not keep, one Chinese line each; empty when it can be worked."""
    return [*_days(work, roster), *_lengths(work, roster), *_stations(work, roster), *_loads(work, roster)]


def _days(work: Workload, roster: Roster) -> Iterator[str]:
    allowed = may_visit(work)
    for visit in roster.visits:
        for day in visit.days:
            if day not in allowed.get((visit.supervisor, visit.station), ()):
                yield f"{visit.supervisor}{day}不能到{visit.station}"
    busy = Counter((visit.supervisor, day) for visit in roster.visits for day in visit.days)
    for (supervisor, day), times in busy.items():
        if times > 1:
            yield f"{supervisor}{day}排了{times}处"


def _lengths(work: Workload, roster: Roster) -> Iterator[str]:
    if work.reading != "monthly_sum":
        for visit in roster.visits:
            if len(visit.days) < work.visit_days:
                yield f"{visit.supervisor}到{visit.station}只有{len(visit.days)}天，应有{work.visit_days}天"


def _stations(work: Workload, roster: Roster) -> Iterator[str]:
    days: Counter[str] = Counter()
    for visit in roster.visits:
        days[visit.station] += len(visit.days)
        if (visit.supervisor, visit.station) not in roster.carried:
            yield f"{visit.station}不由{visit.supervisor}负责"
    allowed = may_visit(work)
    for pair in sorted(roster.carried - allowed.keys()):
        yield f"{pair[1]}没有分给{pair[0]}"
    busy = {visit.supervisor for visit in roster.visits}
    served = {station for supervisor, station in roster.carried if supervisor in busy}
    for station in work.stations:
        enough = station.code in served if work.reading == "one_for_all" else days[station.code] >= work.visit_days
        if not enough:
            yield f"{station.code}本月没有足够的督导"


def _loads(work: Workload, roster: Roster) -> Iterator[str]:
    """A supervisor has at most so many of the month's stations (HZ-4.2.4-08)."""
    loads = Counter(supervisor for supervisor, _ in roster.carried)
    for supervisor, stations in sorted(loads.items()):
        if work.most is not None and stations > work.most and supervisor not in work.excused:
            yield f"{supervisor}负责{stations}个站，应不超过{work.most}个"
