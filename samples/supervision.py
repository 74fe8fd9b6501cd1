"""The thirteen who supervise: their posts, the stations each has at a time, and the monthly visits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from samples.days import EVER, START, after, month_end, working_day_between
from samples.places import Town
from samples.world import World

SUPERVISORS: Final = 12
# Hours of the sessions of a month's visits, and how often of a thousand; one tuple a visit.
_MONTHS: Final = (
    (((8, 8),), 800),
    (((6, 6, 4),), 50),
    (((8.5, 8),), 40),
    ((), 30),
    (((8, 7.5),), 25),
    (((8,), (8,)), 25),
    (((8, 4),), 15),
    (((8, 8), (4,)), 15),
)
REMOTE_PER_CENT: Final = 1


@dataclass
class Team:
    """Members as (code, first day, last day); `spans` holds (supervisor, station, first day, last day)."""

    members: list[tuple[str, date, date]]
    spans: list[tuple[str, str, date, date]]

    def of_station(self, station: str) -> list[tuple[str, date, date]]:
        return [(who, first, last) for who, where, first, last in self.spans if where == station]


def team(world: World, towns: list[Town]) -> Team:
    """Twelve with six stations each and a monitor; two are replaced, two change stations, one has a seventh."""
    rng = world.stream("team")
    leaver, second, left, right, light = rng.sample(range(SUPERVISORS), 5)
    codes = [f"D{number:02d}" for number in range(1, SUPERVISORS + 4)]
    members = [(code, date(2021, 5, 6) if at < 5 else START, EVER) for at, code in enumerate(codes[:13])]
    members[leaver] = (codes[leaver], members[leaver][1], date(2022, 8, 31))
    members[second] = (codes[second], members[second][1], date(2024, 3, 31))
    members += [(codes[13], date(2022, 9, 13), EVER), (codes[14], date(2024, 4, 1), EVER)]
    shifts = {
        date(2022, 3, 1): {6 * light: left},
        date(2022, 6, 1): {6 * light: light},
        date(2022, 9, 1): {6 * leaver + at: None for at in range(6)},
        date(2022, 9, 13): {6 * leaver + at: 13 for at in range(6)},
        date(2023, 7, 1): {6 * left: right, 6 * right: left},
        date(2024, 4, 1): {6 * second + at: 14 for at in range(6)},
    }
    spans = [span for at, town in enumerate(towns) for span in _spans(town, at, codes, shifts)]
    return Team([member for member in members if world.planned(member[1])], spans)


def _spans(
    town: Town,
    at: int,
    codes: list[str],
    shifts: dict[date, dict[int, int | None]],
) -> Iterator[tuple[str, str, date, date]]:
    starts, holder = START, codes[at // 6]
    for day, moved in shifts.items():
        if at in moved:
            if holder:
                yield holder, town.station, starts, after(day, -1)
            new = moved[at]
            starts, holder = day, "" if new is None else codes[new]
    if holder:
        yield holder, town.station, starts, EVER


def write_supervision(world: World, supervision: Team, towns: list[Town]) -> None:
    for who, station, first, last in supervision.spans:
        if world.planned(first):
            world.add("assignments", supervisor=who, station=station, starts_on=first, ends_on=world.planned(last))
    for code, *_ in supervision.members:
        for level, issued in (("social_worker", date(2018, 9, 30)), ("supervisor", date(2020, 11, 20))):
            if level == "social_worker" or int(code[1:]) % 3:
                world.add("certificates", issued, person=code, level=level, issued_on=issued)
    for town in towns:
        _write_visits(world, supervision, town)
    _write_substitution(world, supervision)


def _write_substitution(world: World, supervision: Team) -> None:
    """One supervisor was away for some weeks and a colleague carried the stations."""
    there = [code for code, _, ends in supervision.members[:SUPERVISORS] if ends >= date(2023, 12, 1)]
    if len(there) < 2:
        return
    away, stand_in = world.stream("substitution").sample(there, 2)
    world.add(
        "leaves", date(2023, 10, 9), person=away, starts_on="2023-10-09", ends_on="2023-12-01", substitute=stand_in
    )


def _write_visits(world: World, supervision: Team, town: Town) -> None:
    spans = supervision.of_station(town.station)
    first = max(START, town.opens.replace(day=1))
    while first <= world.until:
        rng, last = world.stream("visits", town.code, first), month_end(first)
        who = next((code for code, starts, ends in spans if starts <= last <= ends), None)
        plan = rng.choices([visits for visits, _ in _MONTHS], [share for _, share in _MONTHS])[0]
        for number, sessions in enumerate(plan if who else (), 1):
            visit = f"V{town.code[:9]}-{first:%y%m}-{number}"
            _write_sessions(world, rng, town, (visit, who or ""), (max(first, town.opens), last), sessions, number)
        first = after(last, 1)


def _write_sessions(
    world: World,
    rng: Random,
    town: Town,
    visit: tuple[str, str],
    within: tuple[date, date],
    sessions: tuple[float, ...],
    number: int,
) -> None:
    """The days of one visit follow each other closely; the second visit of a month lies in its second half."""
    first, last = within
    middle = after(first, (last - first).days // 2)
    start = working_day_between(rng, first if number == 1 else middle, max(first, after(last, -3)))
    for at, hours in enumerate(sessions):
        day = min(working_day_between(rng, start, after(start, 1)) if at else start, last)
        start = min(after(day, 1), last)
        points = [point.code for point in town.points if point.open_on(day)]
        world.add(
            "visits",
            day,
            visit=visit[0],
            supervisor=visit[1],
            station=town.station,
            starts_at=f"{day}T{8 if hours > 8 else 9:02d}:00",
            hours=hours,
            point=rng.choice(points) if points and rng.random() < 0.4 else None,
            remote="yes" if rng.random() < REMOTE_PER_CENT / 100 else "no",
        )
