"""Seats and the spells served on them: who works where, from which day, until when."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final, Literal

from samples.days import EVER, START, after, between, month_end, workday
from samples.places import Town, Village
from samples.world import World

Origin = Literal["integrated", "2021", "2022", "later"]
AFFAIRS: Final = ("deputy_head", "professional", "disability_specialist")
SERVICE_SEATS: Final = 1274
"""For 1,349 villages: some townships are short of hands."""
NEW_IN_2022, SPARE_AT_POINTS, SHORT_TOWNS, AFFAIRS_UNFILLED = 20, 12, 18, 10
MEAN_STAY_DAYS: Final = 5200
ROUND_2022: Final = date(2022, 7, 1)
RECRUITING_DAYS: Final = 120
"""How long before the first day somebody may already be a candidate."""


@dataclass(eq=False)
class Seat:
    """A post to be filled; `places` are the units it is held at, each from a day on."""

    key: str
    town: Town
    post: str
    opens: date
    places: list[tuple[date, str]]
    also: Village | None = None

    def place_on(self, day: date) -> str:
        return [unit for since, unit in self.places if since <= day][-1]


@dataclass(eq=False)
class Spell:
    """One person's time on one seat; `ends` is the last day and may be EVER."""

    seat: Seat
    starts: date
    ends: date
    origin: Origin
    before: date | None = None
    """First day as integrated clerk (or as disability specialist of the township), if there was one."""
    code: str = ""

    @property
    def first_day(self) -> date:
        return self.before or self.starts

    def serves(self, day: date) -> bool:
        return self.starts <= day <= self.ends


@dataclass(eq=False)
class Staff:
    """`spells` are on record; those only in recruitment are in `coming` besides them."""

    seats: list[Seat]
    spells: list[Spell]
    coming: list[Spell]
    by_town: dict[str, list[Spell]] = field(default_factory=lambda: defaultdict(list))


def staff(world: World, towns: list[Town]) -> Staff:
    """Everybody hired, announced or in recruitment by the day of the world, numbered in the order of coming."""
    seats = _affairs_seats(world, towns) + _service_seats(world, towns) + _spare_seats(world, towns)
    spells = [spell for seat in seats for spell in _spells(world, seat)]
    spells.sort(key=lambda spell: (spell.first_day, spell.seat.key))
    for number, spell in enumerate(spells, 1):
        spell.code = f"W{number:05d}"
    known = [spell for spell in spells if world.planned(spell.first_day)]
    made = Staff(seats, known, spells[len(known) :])
    for spell in known:
        made.by_town[spell.seat.town.code].append(spell)
    return made


def _affairs_seats(world: World, towns: list[Town]) -> list[Seat]:
    seats = [
        Seat(f"{town.code}/{post}", town, post, max(START, town.opens), [(date.min, town.station)])
        for town in towns
        for post in AFFAIRS
    ]
    missing = set(
        world.stream("unfilled affairs").sample(
            [seat.key for seat in seats if seat.post != "deputy_head"], AFFAIRS_UNFILLED
        )
    )
    return [seat for seat in seats if seat.key not in missing]


def _service_seats(world: World, towns: list[Town]) -> list[Seat]:
    """One a village, but for the gaps; a part of the gaps is carried by the neighbour."""
    rng = world.stream("service seats")
    gaps = _gaps(rng, towns)
    seats: list[Seat] = []
    for town in towns:
        for village in town.villages:
            if village not in gaps:
                seats.append(Seat(f"{village.code}/service", town, "service", START, [(date.min, village.code)]))
            elif seats and seats[-1].town is town and not seats[-1].also and rng.random() < 0.35:
                seats[-1].also = village
    for seat in rng.sample(seats, NEW_IN_2022):
        seat.opens = ROUND_2022
    for town in towns:
        _swap_places(world, town, [seat for seat in seats if seat.town is town and not seat.also])
    return seats


def _gaps(rng: Random, towns: list[Town]) -> set[Village]:
    large = [town for town in towns if len(town.villages) > 9]
    pool = [village for town in rng.sample(large, SHORT_TOWNS) for village in town.villages]
    return set(rng.sample(pool, sum(len(town.villages) for town in towns) - SERVICE_SEATS))


def _swap_places(world: World, town: Town, seats: list[Seat]) -> None:
    """Now and then two workers of a township change villages."""
    for year in range(2022, world.ahead.year + 1):
        rng = world.stream("swap", town.code, year)
        if rng.random() < 0.3 and len(seats) > 1:
            first, second = rng.sample(seats, 2)
            day = date(year, rng.randrange(1, 13), 1)
            here, there = first.place_on(day), second.place_on(day)
            first.places.append((day, there))
            second.places.append((day, here))


def _spare_seats(world: World, towns: list[Town]) -> list[Seat]:
    """Townships with more people place a second worker at a point."""
    points = [
        (town, point)
        for town in towns
        for point in town.points[:1]
        if point.opens < ROUND_2022 and point.closes == EVER
    ]
    chosen = world.stream("spare seats").sample(points, SPARE_AT_POINTS)
    return [
        Seat(f"{point.code}/service", town, "service", max(START, point.opens), [(date.min, point.code)])
        for town, point in chosen
    ]


def _spells(world: World, seat: Seat) -> list[Spell]:
    """The holders of a seat one after the other, as far as the world knows ahead."""
    rng = world.stream("seat", seat.key)
    spells, horizon = [_first_spell(rng, seat)], after(world.until, RECRUITING_DAYS)
    while (left := spells[-1].ends) <= horizon:
        starts, origin = _taken_over(rng, left)
        spells.append(Spell(seat, starts, _leaving(rng, starts), origin))
    return [spell for spell in spells if spell.first_day <= horizon]


def _first_spell(rng: Random, seat: Seat) -> Spell:
    if seat.opens == ROUND_2022:
        starts = after(ROUND_2022, rng.choices((-12, 0, 10), (2, 95, 3))[0])
        return Spell(seat, starts, _leaving(rng, starts), "2022")
    if rng.random() < (0.95 if seat.post == "disability_specialist" else 0.42):
        before = workday(between(rng, date(2021, 1, 4), date(2021, 5, 28)))
        return Spell(seat, seat.opens, _leaving(rng, seat.opens), "integrated", before)
    starts = max(seat.opens, rng.choices((START, date(2021, 7, 15), date(2021, 9, 1)), (96, 3, 1))[0])
    return Spell(seat, starts, _leaving(rng, starts), "2021")


def _leaving(rng: Random, starts: date) -> date:
    stay = round(rng.expovariate(1 / MEAN_STAY_DAYS)) + 60
    return month_end(after(starts, stay)) if stay < 9000 else EVER


def _taken_over(rng: Random, left: date) -> tuple[date, Origin]:
    """When the next one comes: at once, after some weeks, or with the round of 2022."""
    day = workday(after(left, rng.choice((1, 1, 1, 15, 15, 32, 46, 93))))
    if date(2022, 4, 20) <= day <= date(2022, 8, 15) and left < ROUND_2022:
        return ROUND_2022, "2022"
    return day, "later"
