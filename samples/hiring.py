"""The two recruitment rounds, candidate by candidate and step by step; and the few sums of money on record."""

from datetime import date
from typing import Final

from samples.days import after, workday
from samples.names import Face, face
from samples.places import CITY, COUNTIES
from samples.staffing import Spell, Staff
from samples.world import World

STEPS: Final = ("报名", "笔试", "面试", "体检", "公示", "录用")
# First day of each step in a round; the last is the decision to hire.
ROUNDS: Final = {
    "2021": (
        date(2021, 5, 17),
        date(2021, 5, 29),
        date(2021, 6, 5),
        date(2021, 6, 11),
        date(2021, 6, 16),
        date(2021, 6, 25),
    ),
    "2022": (
        date(2022, 4, 18),
        date(2022, 5, 14),
        date(2022, 5, 28),
        date(2022, 6, 6),
        date(2022, 6, 10),
        date(2022, 6, 17),
    ),
}
REJECTED: Final = {"2021": 900, "2022": 160}


def write_candidates(world: World, staff: Staff) -> None:
    for spell in staff.spells + staff.coming:
        if spell.origin in ROUNDS:
            _write_hired(world, spell)
    for name in ROUNDS:
        for number in range(1, REJECTED[name] + 1):
            rng = world.stream("rejected", name, number)
            code, steps = f"Y{name}N{number:04d}", rng.choices((1, 2, 3, 4), (25, 50, 20, 5))[0]
            _write_steps(world, code, name, face(rng, ROUNDS[name][0]), list(range(steps)))


def _write_hired(world: World, spell: Spell) -> None:
    rng = world.stream("hired", spell.code)
    steps = list(range(6))
    if rng.random() < 0.01:
        steps.remove(rng.choice((3, 4)))
    # The same draw as in posts.write_person: candidate and worker are one person.
    who = face(world.stream("face", spell.code), spell.first_day)
    _write_steps(world, f"Y{spell.code}", spell.origin, who, steps, spell)


def _write_steps(world: World, code: str, name: str, who: Face, steps: list[int], hired: Spell | None = None) -> None:
    rng = world.stream("steps", code)
    first = ROUNDS[name]
    applied = after(first[0], rng.randrange(9))
    needy = "yes" if rng.random() < 0.03 else "no"
    for at in steps:
        on = applied if at == 0 else after(first[at], rng.randrange(2))
        world.add(
            "candidates",
            on,
            code=code,
            name=who.name,
            applied_on=applied,
            born_on=who.born_on,
            education=who.education,
            household_city=who.household_city,
            work_started_on=who.work_started_on,
            family_in_need=needy,
            step=STEPS[at],
            step_on=on,
            round=name,
            deadline_on=after(first[0], 9),
            person=hired.code if hired and at == 5 and world.planned(hired.first_day) else None,
        )


def write_funds(world: World) -> None:
    """Yearly budgets of the counties, the assistance totals beside them, the city's evaluation reserve."""
    for year in world.years:
        for county in COUNTIES:
            rng = world.stream("funds", county, year)
            total = rng.randrange(30_000_000, 90_000_000)
            for kind, day, yuan in (
                ("budget_approved", date(year, 3, 1), rng.randrange(9_000_000, 26_000_000)),
                ("assistance_charged", date(year, 11, 15), round(total * rng.uniform(0.01, 0.025))),
                ("assistance_local_total", date(year, 12, 20), total),
            ):
                _fund(world, county, year, kind, workday(day), yuan)
        _fund(world, CITY, year, "evaluation_reserve", workday(date(year, 4, 6)), 860_000)


def _fund(world: World, unit: str, year: int, kind: str, on: date, yuan: int) -> None:
    world.add("funds", on, code=f"JF{year}-{unit}-{kind}", unit=unit, year=year, kind=kind, amount=f"{yuan}.00", on=on)
