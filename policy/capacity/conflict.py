"""The smallest set of requirements that cannot all be kept.

A requirement is what somebody could give up: a clause, or the leave of one person. Dropping it from a month gives
another month (`relaxed`), so that one question, "can this month be worked?", answers for every set of them. The answer
must be monotone: what can be kept together can be kept with less.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from policy.capacity.workload import Leave, Workload, parts

Kept = frozenset["Requirement"]
Feasible = Callable[[Workload], bool]


@dataclass(frozen=True, slots=True)
class Requirement:
    kind: Literal["visits", "length", "ratio", "assigned", "leave"]
    leave: Leave | None = None


VISITS, LENGTH, RATIO, ASSIGNED = (
    Requirement("visits"),
    Requirement("length"),
    Requirement("ratio"),
    Requirement("assigned"),
)


@dataclass(frozen=True)
class Conflict:
    """`members` cannot all be kept for the stations of `work`; without any one of them the others can."""

    work: Workload
    members: tuple[Requirement, ...]


def requirements(work: Workload) -> tuple[Requirement, ...]:
    """All that stands in the way of an easy month."""
    names = [VISITS]
    names += [LENGTH] if work.visit_days > 1 else []
    names += [RATIO] if work.most is not None else []
    names += [ASSIGNED] if work.ties is not None else []
    concerned = {one.code for one in work.supervisors}
    return (*names, *(Requirement("leave", leave) for leave in work.leaves if leave.person in concerned))


def relaxed(work: Workload, kept: Collection[Requirement]) -> Workload:
    """The month with nothing asked beyond `kept`: a visit of any length takes a day; nobody assigned means anybody."""
    return replace(
        work,
        stations=work.stations if VISITS in kept else (),
        visit_days=work.visit_days if LENGTH in kept else 1,
        most=work.most if RATIO in kept else None,
        ties=work.ties if ASSIGNED in kept else None,
        leaves=tuple(leave for leave in work.leaves if Requirement("leave", leave) in kept),
    )


def smallest(work: Workload, feasible: Feasible) -> tuple[Requirement, ...]:
    """A smallest set of requirements that cannot all be kept; empty when all of them can.

    Sets are tried by size. One that lies within a set known to be feasible need not be asked for; each that is found
    feasible is grown as far as it goes, so that few are asked for at all.
    """
    names = requirements(work)
    if feasible(work):
        return ()
    possible: list[Kept] = []
    for size in range(1, len(names)):
        for chosen in combinations(names, size):
            if any(known.issuperset(chosen) for known in possible):
                continue
            if not feasible(relaxed(work, chosen)):
                return chosen
            possible.append(_grown(work, frozenset(chosen), names, feasible))
    return names


def _grown(work: Workload, kept: Kept, names: tuple[Requirement, ...], feasible: Feasible) -> Kept:
    for name in names:
        if name not in kept and feasible(relaxed(work, kept | {name})):
            kept |= {name}
    return kept


def conflicts(work: Workload, feasible: Feasible) -> list[Conflict]:
    """Why the month cannot be worked, smallest first: in each group of stations that has its own trouble, and in the
    city as a whole where that is another one. The first has as few members as any conflict of the month."""
    groups: dict[tuple[Requirement, ...], list[Workload]] = {}
    for part in parts(work):
        if members := smallest(part, feasible):
            groups.setdefault(members, []).append(part)
    if not groups:
        return []
    whole = smallest(work, feasible)
    found = [conflict for members, alike in groups.items() for conflict in _together(work, members, alike, feasible)]
    found += [Conflict(work, whole)] if whole not in groups else []
    return sorted(found, key=lambda conflict: len(conflict.members))


def _together(
    work: Workload, members: tuple[Requirement, ...], alike: list[Workload], feasible: Feasible
) -> list[Conflict]:
    """Groups with the same trouble as one, unless together they have a smaller one."""
    codes = {station.code for part in alike for station in part.stations}
    union = replace(work, stations=tuple(station for station in work.stations if station.code in codes))
    if all(feasible(relaxed(union, set(members) - {one})) for one in members):
        return [Conflict(union, members)]
    return [Conflict(part, members) for part in alike]
