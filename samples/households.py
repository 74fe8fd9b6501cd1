"""People who are served: who is on the register of a village and how far the work with them has come."""

from datetime import date
from random import Random
from typing import Final

from samples.days import START, after, between
from samples.places import Town, Village
from samples.world import World

CATEGORIES: Final = (
    ("低保对象", 24),
    ("特困人员", 9),
    ("残疾人", 26),
    ("困境和留守儿童", 13),
    ("特殊困难老年人", 19),
    ("留守妇女", 9),
)
STEPS: Final = ("识别对象", "分析需求", "制定计划", "协调资源", "专业介入", "跟踪问效")
# When somebody came on the register, and how many of a hundred.
_WAVES: Final = (
    (78, date(2021, 3, 1), date(2021, 10, 31)),
    (15, date(2021, 11, 1), date(2022, 8, 31)),
    (7, date(2022, 9, 1), date(2026, 12, 31)),
)
MISSED: Final = 0.02
STEPS_KEPT: Final = 0.3


def write_households(world: World, towns: list[Town]) -> None:
    for town in towns:
        for village in town.villages:
            rng = world.stream("households", village.code)
            home = 0
            for number in range(1, rng.randrange(2, 11)):
                home += number == 1 or rng.random() > 0.25
                _write_one(world, town, village, f"{village.code}R{number:02d}", f"{village.code}H{home:02d}")
            if rng.random() < 0.06:
                on = between(rng, date(2021, 9, 1), date(2022, 12, 20))
                world.add("acts", on, clause="HZ-5.3.1-06", subject=village.code, on=on, by=town.station)


def _write_one(world: World, town: Town, village: Village, code: str, household: str) -> None:
    """Each step follows the one before; from a missing one on, the later dates may still be there."""
    rng = world.stream("beneficiary", code)
    _, first, last = rng.choices(_WAVES, [share for share, *_ in _WAVES])[0]
    registered = between(rng, first, last)
    if registered > world.until:
        return
    visited = after(max(registered, START), rng.randrange(3, 75))
    filed = after(visited, rng.randrange(0, 20))
    planned = after(filed, rng.randrange(3, 45))
    served = after(planned, rng.randrange(7, 120))
    days = [None if rng.random() < MISSED else world.seen(day) for day in (visited, filed, planned, served)]
    removed = after(served, rng.randrange(60, 1200)) if rng.random() < 0.07 else None
    world.add(
        "beneficiaries",
        code=code,
        village=village.code,
        household=household,
        category=rng.choices([name for name, _ in CATEGORIES], [share for _, share in CATEGORIES])[0],
        registered_on=registered,
        removed_on=world.seen(removed),
        visited_on=days[0],
        file_on=days[1],
        plan_on=days[2],
        served_on=days[3],
    )
    # Drawn whether needed or not: what follows must not depend on the day told of.
    kept, on = rng.random() > 0.06, after(served, rng.randrange(25))
    if days[3] and kept:
        world.add("acts", on, clause="HZ-5.3.2-03", subject=code, on=on, by=town.station, document=f"个案-{code}")
    if rng.random() < STEPS_KEPT:
        _write_steps(world, rng, town, code, (filed, served))


def _write_steps(world: World, rng: Random, town: Town, code: str, span: tuple[date, date]) -> None:
    """Six steps in their order; some stop on the way, a few are written down in the wrong one."""
    days = sorted(between(rng, *span) for _ in STEPS)
    if rng.random() < 0.03:
        days[1], days[4] = days[4], days[1]
    done = len(STEPS) if rng.random() > 0.1 else rng.randrange(2, 6)
    for step, on in list(zip(STEPS, days, strict=True))[:done]:
        world.add("acts", on, clause="HZ-5.3.1-03", subject=code, on=on, item=step, by=town.station)
