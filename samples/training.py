"""Courses, and who sat in them for how long: the 15 hours before the post, the 48 hours of a year."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from samples.days import START, after, working_day_between
from samples.places import CITY, COUNTIES, TRAINERS
from samples.staffing import Spell, Staff
from samples.world import World

TOPICS: Final = (
    "社会救助政策与经办",
    "儿童福利与关爱保护",
    "养老服务与长者探访",
    "妇女关爱与家庭支持",
    "残疾人服务与康复链接",
    "社会工作专业实务",
)
PREJOB_TOPIC: Final = "岗位职责与社会工作基础"
FALLS_SHORT: Final = 0.08
# By which month somebody means to be through, and how many of a hundred.
_THROUGH_BY: Final = (((10, 31), 20), ((11, 20), 50), ((12, 31), 30))
_MONTH_WEIGHTS: Final = (0, 0, 3, 3, 4, 4, 4, 4, 6, 7, 9, 6)


@dataclass(frozen=True)
class Course:
    code: str
    held_on: date
    topic: str
    hours: float
    provider: str


def write_training(world: World, staff: Staff) -> None:
    prejob = _write_prejob_courses(world)
    catalogues = {year: _write_catalogue(world, year) for year in world.years}
    for spell in staff.spells:
        _write_prejob(world, spell, prejob)
        for year in range(spell.first_day.year, world.until.year + 1):
            _write_year(world, spell, year, catalogues[year])


def _write_prejob_courses(world: World) -> dict[str, list[tuple[str, date]]]:
    """By county: two courses in the summer of 2021, one late for those who missed them, one in June 2022."""
    found: dict[str, list[tuple[str, date]]] = {}
    windows = (
        (date(2021, 7, 5), date(2021, 7, 29)),
        (date(2021, 9, 1), date(2021, 9, 23)),
        (date(2021, 10, 11), date(2021, 11, 25)),
        (date(2022, 6, 6), date(2022, 6, 23)),
    )
    for at, county in enumerate(COUNTIES, 1):
        for window, (first, last) in enumerate(windows, 1):
            rng = world.stream("prejob course", county, window)
            held, code = working_day_between(rng, first, last), f"GQ{first:%y%m}-{at}"
            found.setdefault(county, []).append((code, held))
            world.add(
                "courses",
                held,
                code=code,
                category="prejob",
                held_on=held,
                organiser=CITY,
                topic=PREJOB_TOPIC,
                ends_on=after(held, 1),
            )
    return found


def _write_catalogue(world: World, year: int) -> list[Course]:
    """Fifty-odd sessions a year, most of them in autumn; every topic comes round."""
    rng = world.stream("catalogue", year)
    first_month = 7 if year == 2021 else 3
    months = rng.choices(range(first_month, 13), _MONTH_WEIGHTS[first_month - 1 :], k=54)
    courses = []
    for number, month in enumerate(sorted(months), 1):
        held = working_day_between(rng, date(year, month, 8), date(year, month, 27))
        hours = rng.choices((2, 3, 3.5, 4, 6), (10, 25, 10, 35, 20))[0]
        courses.append(Course(f"JX{year}-{number:02d}", held, TOPICS[number % 6], hours, rng.choice([CITY, *TRAINERS])))
    for course in courses:
        world.add(
            "courses",
            course.held_on,
            code=course.code,
            category="continuing",
            held_on=course.held_on,
            organiser=CITY,
            topic=course.topic,
            ends_on=course.held_on,
        )
    return courses


def _attend(
    world: World,
    spell: Spell,
    on: date,
    hours: float,
    category: str,
    course: str | None,
    topic: str,
    provider: str,
    unit: str = "clock",
) -> None:
    world.add(
        "trainings",
        on,
        person=spell.code,
        starts_at=f"{on}T{'14:30' if hours <= 3 else '08:30'}",
        hours=f"{hours:g}",
        category=category,
        course=course,
        topic=topic,
        provider=provider,
        unit_of_hours=unit,
    )


def _write_prejob(world: World, spell: Spell, courses: dict[str, list[tuple[str, date]]]) -> None:
    rng, offered = world.stream("prejob", spell.code), courses[spell.seat.town.county]
    code, day = None, after(spell.starts, -rng.randrange(4, 25))
    if spell.starts <= date(2021, 9, 30):
        summer = [course for course in offered[:2] if course[1] >= spell.starts] or offered[1:2]
        code, day = rng.choice(summer) if rng.random() > 0.05 else offered[2]
    elif spell.origin == "2022":
        code, day = offered[3]
    elif rng.random() < 0.12:
        day = after(spell.starts, rng.randrange(3, 40))
    if day <= spell.ends and rng.random() > 0.015:
        _sit_prejob(world, rng, spell, day, code)


def _sit_prejob(world: World, rng: Random, spell: Spell, day: date, course: str | None) -> None:
    """Mostly two full days; sometimes counted in academic hours, sometimes left early."""
    plan, unit = rng.choices(
        (((8, 8), "clock"), ((8, 7), "clock"), ((10, 10), "academic"), ((8, 6.5), "clock"), ((8,), "clock")),
        (70, 12, 10, 4, 4),
    )[0]
    for at, hours in enumerate(plan):
        _attend(world, spell, after(day, at), hours, "prejob", course, PREJOB_TOPIC, "AG21", unit)


def _write_year(world: World, spell: Spell, year: int, catalogue: list[Course]) -> None:
    """Sit in courses until the aim of the year is reached, in an order of one's own."""
    rng = world.stream("training", spell.code, year)
    first, last = max(spell.starts, START, date(year, 1, 1)), min(spell.ends, date(year, 12, 31))
    left = _aim(rng, first, last)
    if (last - first).days > 150:
        through = rng.choices([day for day, _ in _THROUGH_BY], [share for _, share in _THROUGH_BY])[0]
        last = min(last, date(year, *through))
    open_to = [course for course in catalogue if first <= course.held_on <= last]
    for course in rng.sample(open_to, len(open_to)):
        if left <= 0:
            return
        academic = rng.random() < 0.03
        _attend(
            world,
            spell,
            course.held_on,
            course.hours,
            "continuing",
            course.code if rng.random() > 0.04 else None,
            course.topic,
            course.provider,
            "academic" if academic else "clock",
        )
        left -= course.hours * (0.75 if academic else 1)


def _aim(rng: Random, first: date, last: date) -> float:
    """The 48 hours for whoever is there most of the year, a part of them for the others."""
    days = (last - first).days + 1
    full = 48 if days > 150 else 48 * days / 184
    return full * rng.uniform(0.4, 0.9) if rng.random() < FALLS_SHORT else full
