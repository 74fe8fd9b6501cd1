"""The solver of the capacity question: a month's workload in, the best roster out (HiGHS through scipy).

First an integer programme: how many stations of each kind everybody has, where stations that may be visited by the same
people on the same days are one kind, so that it stays small. Then, person by person, the days: an assignment problem,
which has a solution because the programme counted with the same days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf

from policy.capacity.roster import Roster, Visit
from policy.capacity.workload import Days, Workload, may_visit

SECONDS = 60


class SolverGaveUp(Exception):
    """排班求解超过时限，没有得出结论。"""


@dataclass(frozen=True)
class Kind:
    """Stations that may be visited by the same supervisors on the same days."""

    stations: tuple[str, ...]
    days: Mapping[str, Days]


@dataclass(frozen=True)
class Share:
    """What one supervisor has of one kind: how many stations are his, how many days he is at them."""

    stations: int
    days: int


Shares = Mapping[tuple[int, str], Share]


def is_feasible(work: Workload) -> bool:
    """Whether every station can have what it is owed. Raises SolverGaveUp."""
    return not best_roster(work).missing


def best_roster(work: Workload) -> Roster:
    """The roster that serves the most stations, shared as evenly as can be, everybody's visits as early in the month as
    his days allow. `missing` are the stations left over. Raises SolverGaveUp."""
    if work.reading == "monthly_sum":
        # Sharing stations seldom serves more of them, and that is found out much sooner than how to share.
        undivided = best_roster(replace(work, reading="each_visit"))
        if len(undivided.missing) == _shares(work, _kinds(work))[1]:
            return undivided
    kinds = _kinds(work, one_by_one=work.reading == "monthly_sum")
    shares, _ = _shares(work, kinds)
    days = _days(kinds, shares)
    visits: list[Visit] = []
    carried: set[tuple[str, str]] = set()
    for n, kind in enumerate(kinds):
        left = kind.stations
        for supervisor in sorted(kind.days):
            mine = left[: shares[n, supervisor].stations]
            # Only the hours of a month can be shared; a visit is one person's.
            left = left if work.reading == "monthly_sum" else left[len(mine) :]
            carried.update((supervisor, station) for station in mine)
            visits += _visits(supervisor, mine, days[n, supervisor], work.visit_days)
    served = {station for _, station in carried}
    missing = (station.code for station in work.stations if station.code not in served)
    return Roster(tuple(sorted(visits, key=lambda v: (v.supervisor, v.days))), frozenset(carried), tuple(missing))


def _visits(supervisor: str, stations: Iterable[str], days: list[date], length: int) -> Iterator[Visit]:
    stretches = (tuple(days[n : n + length]) for n in range(0, len(days), length))
    for station, stretch in zip(stations, stretches, strict=False):
        yield Visit(supervisor, station, stretch)


def _kinds(work: Workload, one_by_one: bool = False) -> list[Kind]:
    days: dict[str, dict[str, Days]] = {station.code: {} for station in work.stations}
    for (supervisor, station), allowed in may_visit(work).items():
        days[station][supervisor] = allowed
    alike: dict[object, list[str]] = defaultdict(list)
    for station in sorted(days):
        alone = station if one_by_one else None
        alike[alone, frozenset(days[station].items())].append(station)
    return [Kind(tuple(stations), days[stations[0]]) for stations in alike.values()]


@dataclass
class Programme:
    """An integer programme as it is written down: variables from zero up, rows between bounds; least cost wins."""

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def variable(self, upper: float, cost: float = 0, whole: bool = True) -> int:
        self.costs.append(cost)
        self.uppers.append(upper)
        self.whole.append(whole)
        return len(self.costs) - 1

    def row(self, terms: Mapping[int, float], least: float, most: float) -> None:
        self.rows.append((dict(terms), least, most))

    def solve(self) -> list[int]:
        """Raises SolverGaveUp."""
        # Imported where it is used: no other command should wait for it.
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        cells = [(n, v, c) for n, (terms, _, _) in enumerate(self.rows) for v, c in terms.items()]
        at_rows, at_variables, values = zip(*cells, strict=True)
        matrix = coo_array((values, (at_rows, at_variables)), shape=(len(self.rows), len(self.costs)))
        found = milp(
            self.costs,
            integrality=[int(whole) for whole in self.whole],
            bounds=Bounds(0, self.uppers),
            constraints=LinearConstraint(
                matrix.tocsr(), [least for _, least, _ in self.rows], [most for _, _, most in self.rows]
            ),
            options={"time_limit": SECONDS, "mip_rel_gap": 0},
        )
        if not found.success:
            raise SolverGaveUp
        return [round(value) for value in found.x]


@dataclass(frozen=True)
class Pair:
    """The variables of one supervisor at one kind: his stations, his trips, and the days a trip takes."""

    stations: int
    trips: int
    length: int


def _shares(work: Workload, kinds: list[Kind]) -> tuple[Shares, int]:
    """What everybody has of each kind, and how many stations are left over.

    Where hours are added up over kinds of several stations the number is only a bound: no roster leaves fewer.
    """
    programme, total = Programme(), len(work.stations)
    # One more station served is worth any unevenness: more than all loads together could cost.
    worth = len(work.supervisors) * total * (total + 1)
    pairs = {(n, p): _pair(programme, work, kind) for n, kind in enumerate(kinds) for p in sorted(kind.days)}
    if not pairs:
        return {}, total
    left_over = []
    for n, kind in enumerate(kinds):
        missing = programme.variable(len(kind.stations), cost=worth)
        left_over.append(missing)
        _serve(programme, work, kind, missing, [pairs[n, p] for p in sorted(kind.days)])
    for supervisor in sorted({p for _, p in pairs}):
        own = {n: pair for (n, p), pair in pairs.items() if p == supervisor}
        _spend(programme, own, {n: kinds[n].days[supervisor] for n in own})
        _load(programme, own.values(), _most(work, supervisor))
        if work.reading == "one_for_all":
            _go_once(programme, own.values(), total)
    values = programme.solve()
    shares = {at: Share(values[pair.stations], values[pair.trips] * pair.length) for at, pair in pairs.items()}
    return shares, sum(values[missing] for missing in left_over)


def _pair(programme: Programme, work: Workload, kind: Kind) -> Pair:
    stations = programme.variable(len(kind.stations))
    if work.reading == "each_visit":
        return Pair(stations, stations, work.visit_days)
    if work.reading == "monthly_sum":
        pair = Pair(stations, programme.variable(work.visit_days * len(kind.stations)), 1)
        programme.row({pair.trips: 1, stations: -work.visit_days}, -inf, 0)
    else:
        pair = Pair(stations, programme.variable(1), work.visit_days)
        programme.row({pair.trips: 1, stations: -1}, -inf, 0)
    return pair


def _serve(programme: Programme, work: Workload, kind: Kind, missing: int, pairs: list[Pair]) -> None:
    """Every station is somebody's, or missing; where hours are added up it has its days, from whomever."""
    if work.reading == "monthly_sum":
        days = {pair.trips: 1 for pair in pairs}
        programme.row({**days, missing: work.visit_days}, work.visit_days * len(kind.stations), inf)
    else:
        stations = {pair.stations: 1 for pair in pairs}
        programme.row({**stations, missing: 1}, len(kind.stations), len(kind.stations))


def _spend(programme: Programme, own: Mapping[int, Pair], allowed: Mapping[int, Days]) -> None:
    """A supervisor's trips find their days, and on no day is he at two places."""
    places: dict[date, list[int]] = defaultdict(list)
    for n, pair in own.items():
        days = {day: programme.variable(1, whole=False) for day in allowed[n]}
        for day, variable in days.items():
            places[day].append(variable)
        programme.row({**dict.fromkeys(days.values(), 1), pair.trips: -pair.length}, 0, 0)
    for variables in places.values():
        programme.row(dict.fromkeys(variables, 1), -inf, 1)


def _load(programme: Programme, own: Iterable[Pair], most: int) -> None:
    """At most so many stations, and each costs more than the one before: so the fullest give to the emptiest."""
    steps = [programme.variable(1, cost=n + 1, whole=False) for n in range(most)]
    programme.row({**dict.fromkeys(steps, 1), **{pair.stations: -1 for pair in own}}, 0, 0)


def _most(work: Workload, supervisor: str) -> int:
    free = work.most is None or supervisor in work.excused
    return len(work.stations) if free else min(work.most or 0, len(work.stations))


def _go_once(programme: Programme, own: Iterable[Pair], total: int) -> None:
    """One trip serves all that are his (A35, one_for_all); without it none is."""
    trips = {pair.trips: 1 for pair in own}
    programme.row(trips, 0, 1)
    programme.row({**dict.fromkeys(trips, -total), **{pair.stations: 1 for pair in own}}, -inf, 0)


def _days(kinds: list[Kind], shares: Shares) -> dict[tuple[int, str], list[date]]:
    """The days everybody spends at each kind, in order."""
    trips: dict[str, list[int]] = defaultdict(list)
    for (n, supervisor), share in shares.items():
        trips[supervisor] += [n] * share.days
    days: dict[tuple[int, str], list[date]] = {at: [] for at in shares}
    for supervisor, wanted in trips.items():
        for n, day in _placed(wanted, {n: kinds[n].days[supervisor] for n in wanted}):
            days[n, supervisor].append(day)
    return {at: sorted(own) for at, own in days.items()}


def _placed(wanted: list[int], allowed: Mapping[int, Days]) -> Iterator[tuple[int, date]]:
    """A day for each of these trips: the earliest there are, those of one kind together."""
    from scipy.optimize import linear_sum_assignment

    calendar = sorted(set().union(*allowed.values()))
    # A day costs more the later it is, for the first kinds the most: they take the first days.
    rank = {n: len(allowed) - place for place, n in enumerate(sorted(allowed))}
    cost = [[rank[n] * (place + 1) if day in allowed[n] else inf for place, day in enumerate(calendar)] for n in wanted]
    if wanted:
        for trip, place in zip(*linear_sum_assignment(cost), strict=True):
            yield wanted[trip], calendar[place]
