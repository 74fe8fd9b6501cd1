"""What a worker's file holds: contracts in a chain, certificates, days away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from samples.days import START, after, between, years_on
from samples.places import AGENCIES
from samples.staffing import Spell, Staff
from samples.world import World

CERTIFIED_AT_HIRE: Final = {"integrated": 0.28, "2021": 0.36, "2022": 0.6, "later": 0.5}
PASSES_A_YEAR: Final = 0.2


@dataclass(frozen=True)
class Contract:
    employer: str
    starts: date
    ends: date
    ended: date | None = None
    integrated: bool = False


def write_employment(world: World, staff: Staff) -> None:
    for spell in staff.spells:
        _write_contracts(world, spell)
        _write_certificates(world, spell)
        _write_leaves(world, spell, staff)


def _write_contracts(world: World, spell: Spell) -> None:
    rng = world.stream("contracts", spell.code)
    if rng.random() < 0.01:
        return
    lines = rng.choices((5, 4, 3, None), (960, 20, 10, 10))[0]
    former = None
    for number, signed in enumerate(_chain(rng, spell), 1):
        if signed.starts > min(world.ahead, spell.ends):
            return
        code = f"HT{spell.code[1:]}-{number}"
        world.add(
            "contracts",
            code=code,
            person=spell.code,
            employer=signed.employer,
            starts_on=signed.starts,
            ends_on=signed.ends,
            renews=former,
            insurance_lines=lines,
            ended_on=world.planned(signed.ended or (spell.ends if spell.ends < signed.ends else None)),
            integrated="yes" if signed.integrated else "no",
        )
        former = code


def _chain(rng: Random, spell: Spell) -> Iterator[Contract]:
    """Without end: the reader stops where the service or the known future stops."""
    starts = spell.starts
    if spell.before:
        old = _integrated(rng, spell)
        yield old
        starts = after(old.ended or old.ends, 1)
    elif rng.random() < 0.02:
        starts = after(starts, rng.randrange(8, 40))
    while True:
        ends = _term(rng, starts)
        employer = spell.seat.town.code if rng.random() > 0.006 else rng.choice(list(AGENCIES))
        yield Contract(employer, starts, ends)
        starts = after(ends, 1 if rng.random() > 0.02 else rng.randrange(15, 70))


def _integrated(rng: Random, spell: Spell) -> Contract:
    """The contract somebody brought along: with an agency or already with the township, of any length."""
    employer = rng.choice(list(AGENCIES)) if rng.random() < 0.45 else spell.seat.town.code
    began = date(rng.randrange(2018, 2021), rng.choice((1, 4, 7, 10)), 1)
    ends = rng.choices(
        (date(2021, 6, 30), date(2021, 12, 31), date(2022, 6, 30), date(2022, 12, 31)), (20, 35, 33, 12)
    )[0]
    if rng.random() < 0.02:
        began = after(spell.first_day, rng.randrange(5, 30))
    early = date(2021, 6, 30) if rng.random() < 0.12 and ends > START else None
    return Contract(employer, began, ends, early, True)


def _term(rng: Random, starts: date) -> date:
    """Three years to the day before; seldom one or two years, or a day too long."""
    years, extra = rng.choices(((3, -1), (1, -1), (2, -1), (3, 0)), (945, 25, 15, 15))[0]
    return after(years_on(starts, years), extra)


def _write_certificates(world: World, spell: Spell) -> None:
    rng = world.stream("certificates", spell.code)
    level, held = "assistant", 0
    if rng.random() < CERTIFIED_AT_HIRE[spell.origin]:
        held = spell.first_day.year - rng.randrange(1, 7)
        _certificate(world, rng, spell, "social_worker" if rng.random() < 0.2 else level, date(held, 10, 8))
    for year in range(spell.first_day.year, world.until.year + 1):
        passes = rng.random() < (PASSES_A_YEAR if not held else 0.06)
        issued = between(rng, date(year, 9, 15), date(year, 12, 10))
        if passes and spell.ends >= issued >= spell.first_day:
            _certificate(world, rng, spell, "social_worker" if held else level, issued)
            held = held or year


def _certificate(world: World, rng: Random, spell: Spell, level: str, issued: date) -> None:
    lasts = after(years_on(issued, 3), -1) if rng.random() < 0.04 else None
    world.add("certificates", issued, person=spell.code, level=level, issued_on=issued, valid_to=lasts)


def _write_leaves(world: World, spell: Spell, staff: Staff) -> None:
    """Some thirty a year; for three in five a colleague of the township stands in."""
    for year in world.years:
        rng = world.stream("leave", spell.code, year)
        if rng.random() > 0.022:
            continue
        first = between(rng, date(year, 1, 1), date(year, 12, 31))
        last = after(first, rng.choices((12, 30, 60, 178), (40, 30, 10, 20))[0])
        if spell.starts <= first and last <= spell.ends:
            stand_in = _colleague(rng, staff.by_town[spell.seat.town.code], first, last, spell)
            world.add(
                "leaves",
                first,
                person=spell.code,
                starts_on=first,
                ends_on=last,
                substitute=stand_in.code if stand_in and rng.random() < 0.6 else None,
            )


def _colleague(rng: Random, spells: list[Spell], first: date, last: date, absent: Spell) -> Spell | None:
    free = [spell for spell in spells if spell is not absent and spell.starts <= first and last <= spell.ends]
    return rng.choice(free) if free else None
