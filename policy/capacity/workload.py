"""One month of supervision as a question of capacity: who may be at which station on which working day.

Counted in whole working days. A supervisor is at one station a day; a visit is one person's and takes as many of his
days, not necessarily one after the other, as its hours fill (A35: several sessions, one visit). The hours of a working
day are the house's `workday_minutes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from policy.calendar import WorkCalendar
from policy.checks.qualified_count import QualifiedCount
from policy.checks.standing import Standing
from policy.plan import Obligation, Plan

Days = frozenset[date]


@dataclass(frozen=True, slots=True)
class Tie:
    """A supervisor looks after a station; both days inclusive."""

    supervisor: str
    station: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Leave:
    person: str
    starts: date
    ends: date
    substitute: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody or something is there from `starts` to `ends`: a post held, a station open, an exception in force."""

    code: str
    starts: date
    ends: date


@dataclass(frozen=True)
class OnFile:
    """What the records say of supervision. `ties` is None where assignments are not kept: then anybody may go anywhere.

    `excused` are the supervisors with an exception to the limit, while it lasts.
    """

    stations: tuple[Stay, ...]
    posts: tuple[Stay, ...]
    ties: tuple[Tie, ...] | None
    leaves: tuple[Leave, ...]
    excused: tuple[Stay, ...]
    names: dict[str, str]


@dataclass(frozen=True)
class Terms:
    """What a plan asks of supervision: a visit a month, its length, the limit of stations, who is to go."""

    visits: Obligation
    length: Obligation | None
    ratio: Obligation | None
    assigned: Obligation | None
    minutes: int
    most: int | None
    workday_minutes: int
    reading: str
    partly_open: bool

    @property
    def visit_days(self) -> int:
        return -(-self.minutes // self.workday_minutes)


@dataclass(frozen=True, slots=True)
class Station:
    """`days` are the working days of the month on which it is open."""

    code: str
    name: str
    days: Days


@dataclass(frozen=True, slots=True)
class Supervisor:
    """`days` are his working days of the month, leave not taken off."""

    code: str
    name: str
    days: Days


@dataclass(frozen=True)
class Workload:
    """The stations owed a visit in one month, and the people for it.

    `ties` hold those who stand in for somebody on leave; None: anybody may go anywhere. Nobody has more than `most`
    stations in the month (None: no limit) but the `excused`. `reading` is the reading of A35.
    """

    month: date
    workdays: tuple[date, ...]
    provisional: bool
    stations: tuple[Station, ...]
    supervisors: tuple[Supervisor, ...]
    ties: tuple[Tie, ...] | None
    leaves: tuple[Leave, ...]
    excused: frozenset[str]
    visit_days: int
    most: int | None
    reading: str


def terms_of(plan: Plan) -> Terms | None:
    """What the plan asks of monthly supervision; None where it asks for none, or the house gives no working day."""
    asked = {o.check.asks: o for o in plan.obligations}
    visits, ratio = asked.get("visits_by_month"), asked.get("stations_of_supervisor")
    if visits is None or plan.house.workday_minutes is None:
        return None
    assert isinstance(visits.check, QualifiedCount)
    most = ratio.check.most if ratio and isinstance(ratio.check, Standing) else None
    return Terms(
        visits,
        asked.get("visit_hours"),
        ratio,
        asked.get("supervised"),
        visits.check.minutes,
        most,
        plan.house.workday_minutes,
        plan.house.readings["A35"],
        plan.house.readings["A39"] == "full",
    )


def months(first: date, last: date) -> Iterator[date]:
    """The first day of every month from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def workload(terms: Terms, on_file: OnFile, calendar: WorkCalendar, month: date) -> Workload:
    """The month as the records have it. A station not open from the first day to the last owes no visit unless A39
    says so."""
    last = _next(month) - timedelta(days=1)
    days = [month + timedelta(days=n) for n in range(last.day)]
    workdays = tuple(day for day in days if calendar.is_workday(day))
    owed = (stay for stay in on_file.stations if _owed(stay, month, last, terms.partly_open))
    stations = tuple(Station(s.code, on_file.names.get(s.code, s.code), _within(workdays, [s])) for s in owed)
    open_now = {station.code for station in stations}
    ties = None if on_file.ties is None else _turns(on_file, terms.reading, open_now, month, last)
    return Workload(
        month,
        workdays,
        any(map(calendar.is_provisional, days)),
        stations,
        tuple(_supervisors(on_file, ties or (), workdays)),
        ties,
        tuple(leave for leave in on_file.leaves if leave.starts <= last and leave.ends >= month),
        frozenset(stay.code for stay in on_file.excused if stay.starts <= last and stay.ends >= month),
        terms.visit_days,
        terms.most,
        terms.reading,
    )


def counted(terms: Terms, stations: int, supervisors: int, calendar: WorkCalendar, month: date) -> Workload:
    """The month of a city of which only two numbers are known: everybody there from the first day to the last."""
    for_ever = date.min, date.max
    spots = tuple(Stay(f"站{n:0{len(str(stations))}}", *for_ever) for n in range(1, stations + 1))
    people = tuple(Stay(f"督导员{n:0{len(str(supervisors))}}", *for_ever) for n in range(1, supervisors + 1))
    return workload(terms, OnFile(spots, people, None, (), (), {}), calendar, month)


def _owed(stay: Stay, month: date, last: date, partly_open: bool) -> bool:
    if partly_open:
        return stay.starts <= last and stay.ends >= month
    return stay.starts <= month and stay.ends >= last


def _within(workdays: Iterable[date], stays: Iterable[Stay | Tie | Leave]) -> Days:
    spans = [(stay.starts, stay.ends) for stay in stays]
    return frozenset(day for day in workdays if any(starts <= day <= ends for starts, ends in spans))


def _turns(on_file: OnFile, reading: str, stations: set[str], month: date, last: date) -> tuple[Tie, ...]:
    """Whose the stations are this month. Where one visit serves for all, it is the one who has them at its end."""
    own = [t for t in on_file.ties or () if t.station in stations and t.starts <= last and t.ends >= month]
    if reading == "one_for_all":
        return tuple(tie for tie in own if tie.starts <= last <= tie.ends)
    stood_in = (
        Tie(leave.substitute, tie.station, max(tie.starts, leave.starts), min(tie.ends, leave.ends))
        for leave in on_file.leaves
        if leave.substitute
        for tie in own
        if tie.supervisor == leave.person
    )
    return (*own, *(tie for tie in stood_in if tie.starts <= tie.ends and tie.starts <= last and tie.ends >= month))


def _supervisors(on_file: OnFile, ties: Iterable[Tie], workdays: tuple[date, ...]) -> Iterator[Supervisor]:
    """Those on post, and those who look after a station without a post on file, on the days they do."""
    held: dict[str, list[Stay | Tie]] = {}
    for post in on_file.posts:
        held.setdefault(post.code, []).append(post)
    on_post = set(held)
    for tie in ties:
        if tie.supervisor not in on_post:
            held.setdefault(tie.supervisor, []).append(tie)
    for code in sorted(held):
        days = _within(workdays, held[code])
        if days:
            yield Supervisor(code, on_file.names.get(code, code), days)


def present(work: Workload) -> dict[str, Days]:
    """The working days on which each supervisor is there: in post and not on leave."""
    away: dict[str, list[Leave]] = {}
    for leave in work.leaves:
        away.setdefault(leave.person, []).append(leave)
    return {one.code: one.days - _within(one.days, away.get(one.code, ())) for one in work.supervisors}


def may_visit(work: Workload) -> dict[tuple[str, str], Days]:
    """(supervisor, station): the days on which he may be there. A pair without a day is left out."""
    there = present(work)
    if work.ties is None:
        pairs = {(p, s.code): there[p] & s.days for p in there for s in work.stations}
    else:
        stations = {station.code: station.days for station in work.stations}
        pairs = {}
        for tie in work.ties:
            if tie.supervisor in there and tie.station in stations:
                days = _within(there[tie.supervisor] & stations[tie.station], [tie])
                pair = tie.supervisor, tie.station
                pairs[pair] = pairs.get(pair, frozenset()) | days
    return {pair: days for pair, days in pairs.items() if days}


def parts(work: Workload) -> list[Workload]:
    """The month cut into groups of stations that share no supervisor: what cannot be done in one of them is its own
    trouble. Everybody stays on the list, for whoever asks what somebody else could do."""
    if work.ties is None:
        return [work]
    groups: list[tuple[set[str], set[str]]] = [({s.code}, set()) for s in work.stations]
    for supervisor, station in sorted(may_visit(work)):
        mine = [group for group in groups if station in group[0] or supervisor in group[1]]
        merged = set().union(*(g[0] for g in mine)), {supervisor}.union(*(g[1] for g in mine))
        groups = [group for group in groups if group not in mine] + [merged]
    groups.sort(key=lambda group: min(group[0]))
    return [replace(work, stations=tuple(s for s in work.stations if s.code in group)) for group, _ in groups]
