"""Posts and persons: what each seat, station, county and the supervision team shows in the two sheets."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from samples.days import EVER, after, between, month_end
from samples.names import face, mail, phone
from samples.places import CITY, COUNTIES, Point, Town
from samples.staffing import AFFAIRS, Spell, Staff
from samples.supervision import SUPERVISORS, Team
from samples.world import World

HEADS: Final = ("station_head", "executive_deputy_head")


def write_staff(world: World, team: Staff, towns: list[Town]) -> None:
    for number, spell in enumerate(team.spells, 1):
        write_person(world, spell.code, spell.first_day, 1, number)
        _write_spell(world, spell)
    holders = _holders(team)
    for town in towns:
        for point in town.points:
            _write_contacts(world, point, holders)
    _write_waiting_specialists(world, team, towns)


def write_person(world: World, code: str, hired: date, series: int, number: int, grown: int = 23) -> None:
    """The person's face is drawn from the code alone, so every sheet that needs it draws the same."""
    who = face(world.stream("face", code), hired, grown)
    social = max(who.work_started_on, date(hired.year - 1, 3, 1)) if number % 3 else None
    world.add(
        "people",
        code=code,
        name=who.name,
        born_on=who.born_on,
        education=who.education,
        household_city=who.household_city,
        work_started_on=who.work_started_on,
        social_work_started_on=social,
        graduated_on=who.graduated_on,
        phone=phone(series, number),
        email=mail(code),
    )


def _post(world: World, person: str, unit: str, post: str, starts: date, ends: date, full_time: str = "yes") -> None:
    """A post that is held or announced; its end is shown once it is known."""
    if starts <= ends and world.planned(starts):
        world.add(
            "posts",
            person=person,
            unit=unit,
            post=post,
            starts_on=starts,
            ends_on=world.planned(ends),
            full_time=full_time,
        )


def _write_spell(world: World, spell: Spell) -> None:
    seat = spell.seat
    if spell.before:
        early = "disability_specialist" if seat.post == "disability_specialist" else "integrated_clerk"
        _post(world, spell.code, seat.town.code, early, spell.before, after(spell.starts, -1))
    for unit, starts, ends in _stretches(spell):
        _post(world, spell.code, unit, seat.post, starts, ends)
    if seat.also:
        _post(world, spell.code, seat.also.code, seat.post, spell.starts, spell.ends)


def _stretches(spell: Spell) -> Iterator[tuple[str, date, date]]:
    """The places of a spell, each with its first and last day."""
    places = spell.seat.places
    leaving = [after(since, -1) for since, _ in places[1:]] + [EVER]
    for (since, unit), last in zip(places, leaving, strict=True):
        starts, ends = max(since, spell.starts), min(last, spell.ends)
        if starts <= ends:
            yield unit, starts, ends


def _holders(team: Staff) -> dict[str, list[tuple[str, date, date]]]:
    """Who serves each village, in time."""
    holders: dict[str, list[tuple[str, date, date]]] = {}
    for spell in team.spells:
        if spell.seat.post not in AFFAIRS:
            for unit, starts, ends in _stretches(spell):
                holders.setdefault(unit, []).append((spell.code, starts, ends))
    return holders


def _write_contacts(world: World, point: Point, holders: dict[str, list[tuple[str, date, date]]]) -> None:
    """The worker of the first village is the contact; a few points have none or two."""
    count = world.stream("contacts", point.code).choices((0, 1, 2), (3, 95, 2))[0]
    served = [village for village in point.villages if village.code in holders]
    for village in served[:count]:
        for person, starts, ends in holders[village.code]:
            _post(
                world,
                person,
                point.code,
                "point_contact",
                max(starts, point.opens),
                min(ends, after(point.closes, -1) if point.closes < EVER else EVER),
            )


def _write_waiting_specialists(world: World, team: Staff, towns: list[Town]) -> None:
    """Where the seat is missing, the township's specialist has not been taken into the station."""
    seated = {seat.town.code for seat in team.seats if seat.post == "disability_specialist"}
    for number, town in enumerate((town for town in towns if town.code not in seated), 1):
        code = f"T{number:03d}"
        write_person(world, code, date(2019, 9, 2), 2, number, grown=30)
        _post(world, code, town.code, "disability_specialist", date(2019, 9, 2), EVER)


def write_heads(world: World, towns: list[Town]) -> None:
    terms = sorted(
        (term for town in towns for post in HEADS for term in _terms(world, town, post)),
        key=lambda term: (term[0], term[2], term[3]),
    )
    for number, (starts, ends, station, post) in enumerate(terms, 1):
        code = f"H{number:04d}"
        write_person(world, code, starts, 3, number, grown=33)
        _post(world, code, station, post, starts, ends, "no")


def _terms(world: World, town: Town, post: str) -> Iterator[tuple[date, date, str, str]]:
    """Officials follow one another; now and then the chair is empty for some weeks."""
    rng, starts = world.stream("term", town.code, post), town.opens
    while starts <= world.ahead:
        ends = month_end(after(starts, rng.randrange(500, 2600)))
        yield starts, ends, town.station, post
        starts = after(ends, 1 if rng.random() < 0.8 else rng.randrange(10, 60))


def write_team(world: World, team: Team) -> None:
    for number, (code, starts, ends) in enumerate(team.members, 1):
        write_person(world, code, starts, 4, number, grown=30)
        post = "supervision_monitor" if number == SUPERVISORS + 1 else "supervisor"
        _post(world, code, CITY, post, starts, ends)


def liaisons(world: World) -> list[tuple[str, str, date, date]]:
    """(person, county, first day, last day): one or two a county, one county late, one change."""
    rng = world.stream("liaisons")
    late, changing = rng.sample(list(COUNTIES), 2)
    found = []
    for county in COUNTIES:
        starts = date(2021, 9, 13) if county == late else between(rng, date(2021, 5, 10), date(2021, 6, 18))
        ends = date(2023, 3, 31) if county == changing else EVER
        found.append((county, starts, ends))
        if county == changing:
            found.append((county, date(2023, 5, 4), EVER))
        elif rng.random() < 0.5:
            found.append((county, date(2022, 1, 4), EVER))
    return [(f"L{number:02d}", *term) for number, term in enumerate(found, 1)]


def write_liaisons(world: World) -> None:
    for number, (code, county, starts, ends) in enumerate(liaisons(world), 1):
        if world.planned(starts):
            write_person(world, code, starts, 5, number, grown=27)
            _post(world, code, county, "county_liaison", starts, ends, "no" if number == 2 else "yes")
            level = world.stream("liaison", code).choices((None, "assistant", "social_worker"), (1, 6, 3))[0]
            if level:
                world.add("certificates", date(2020, 12, 15), person=code, level=level, issued_on="2020-12-15")
