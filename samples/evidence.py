"""Dated facts that serve one clause: plaques, registrations, equipment, checks, documents reviewed; and exceptions."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from samples.days import EVER, after, between, working_day_between
from samples.places import CITY, COUNTIES, Point, Town
from samples.world import World

STATION, ASSOCIATION, FEDERATION = "社工站", "社会工作与志愿服务协会", "社会组织联合会"
# Clauses proved by a document that a person reviews: by kind of subject, the first day one is handed in.
REVIEWED: Final[dict[str, dict[date, str]]] = {
    "city": {
        date(2021, 5, 6): "2.3-03 4.2.4-01 6.1-01 6.1-02 6.1-06",
        date(2021, 6, 1): "5.2-13 5.2-18 5.2-20",
        date(2021, 7, 1): "5.3.3-01 5.3.4-01 6.1-04 6.1-05 6.1-08",
        date(2023, 1, 1): "5.5-04 5.5-05",
    },
    "county": {
        date(2021, 5, 6): "0-01 4.1-03 4.3-01 4.3-02 4.3-04 5.1-02 5.1-12 6.1-09 6.2-01",
        date(2021, 7, 1): "4.3-05 5.2-07 5.3.4-01 6.2-02 6.2-03 6.3-01 6.3-04 6.4-01 6.4-02",
    },
    "township": {date(2021, 5, 20): "4.2.2-01 5.1-08", date(2021, 7, 1): "5.1-16 5.3.2-13 5.3.2-14"},
    "station": {
        date(2021, 6, 10): "5.2-03 5.2-04",
        date(2021, 7, 1): "1-01 4.2.2-05 5.3.1-01 6.4-03",
        date(2023, 1, 10): "5.5-03",
    },
    "point": {date(2021, 7, 1): "5.2-10 5.3.1-05"},
}
HANDED_IN: Final = 0.78


def write_evidence(world: World, towns: list[Town]) -> None:
    _write_city_and_counties(world)
    for town in towns:
        _write_station(world, town)
        for point in town.points:
            _write_point(world, town, point)
    for kind, subject, opens in _subjects(towns):
        for first, clauses in REVIEWED[kind].items():
            for clause in clauses.split():
                _write_reviewed(world, f"HZ-{clause}", subject, max(first, opens))
    _write_exceptions(world, towns)


def _act(world: World, clause: str, subject: str, on: date, **cells: object) -> None:
    world.add("acts", on, clause=clause, subject=subject, on=on, **cells)


def _write_city_and_counties(world: World) -> None:
    rng = world.stream("county acts")
    for county in COUNTIES:
        _act(world, "HZ-5.1-03", county, between(rng, date(2021, 5, 17), date(2021, 6, 2)), by=county, item="摸底整合")
        if rng.random() > 0.1:
            _act(
                world, "HZ-5.2-15", county, between(rng, date(2021, 6, 15), date(2021, 6, 30)), by=CITY, item="实地检查"
            )
    _act(world, "HZ-5.4-06", CITY, date(2022, 12, 22), by=CITY, item="站点全覆盖", note="数据截至2022-12-20")
    _act(world, "HZ-5.4-06", CITY, date(2022, 12, 28), by=CITY, item="服务对象全覆盖", note="数据截至2022-12-25")


def _write_station(world: World, town: Town) -> None:
    """Premises, three plaques, two registrations: the bodies are registered months after the station opens."""
    rng = world.stream("station acts", town.code)
    _act(world, "HZ-5.2-02", town.code, town.opens, by=town.code, document=f"设站批复-{town.code}")
    hung = town.opens if rng.random() > 0.1 else after(town.opens, rng.randrange(4, 25))
    _act(world, "HZ-5.2-05", town.station, hung, by=town.code, item=STATION)
    _act(world, "HZ-5.2-14", town.station, hung, by=town.county, item=STATION)
    for clause, item, body in (("HZ-5.3.2-09", "登记", ASSOCIATION), ("HZ-5.3.2-11", "备案", FEDERATION)):
        registered = working_day_between(rng, date(2021, 9, 1), date(2022, 6, 29))
        if rng.random() < 0.08:
            registered = after(date(2022, 7, 1), rng.randrange(10, 240))
        _act(world, clause, town.code, registered, by=town.county, item=item)
        if rng.random() > 0.04:
            late = 0 if rng.random() > 0.15 else rng.randrange(3, 60)
            _act(world, "HZ-5.2-05", town.station, after(registered, late), by=town.code, item=body)


def _write_point(world: World, town: Town, point: Point) -> None:
    rng = world.stream("point acts", point.code)
    for thing, count in (("电脑", rng.randrange(1, 4)), ("打印机", 1)):
        if rng.random() > 0.03:
            _act(
                world,
                "HZ-5.2-11",
                point.code,
                after(point.opens, rng.randrange(40)),
                by=town.code,
                item=thing,
                value=count,
                unit="台",
            )
    if point.opens <= date(2021, 6, 28) and rng.random() > 0.05:
        _act(world, "HZ-5.2-14", point.code, point.opens, by=town.county, item="社工点")
    if len(point.villages) == 4 and rng.random() < 0.6:
        _act(
            world,
            "HZ-5.2-12",
            point.code,
            after(point.opens, rng.randrange(30)),
            by=town.county,
            item="统筹调配",
            note="居住分散",
        )


def _subjects(towns: list[Town]) -> Iterator[tuple[str, str, date]]:
    yield "city", CITY, date.min
    yield from (("county", county, date.min) for county in COUNTIES)
    for town in towns:
        yield "township", town.code, date.min
        yield "station", town.station, town.opens
        yield from (("point", point.code, point.opens) for point in town.points)


def _write_reviewed(world: World, clause: str, subject: str, first: date) -> None:
    """Handed in, looked at, here and there sent back and handed in again; some wait for a reader."""
    rng = world.stream("reviewed", clause, subject)
    if rng.random() > HANDED_IN:
        return
    on = working_day_between(rng, first, after(first, rng.choice((15, 25, 40, 180))))
    verdict = rng.choices(("accepted", "returned", None), (74, 16, 10))[0]
    _act(world, clause, subject, on, by=subject, verdict=verdict, document=f"{clause}-{subject}-1")
    if verdict == "returned" and rng.random() < 0.65:
        _act(
            world,
            clause,
            subject,
            after(on, rng.randrange(20, 90)),
            by=subject,
            verdict="accepted",
            document=f"{clause}-{subject}-2",
        )


def _write_exceptions(world: World, towns: list[Town]) -> None:
    """A handful, a half of them run out."""
    rng = world.stream("exceptions")
    wide = [
        point
        for town in towns
        for point in town.points
        if len(point.villages) > 3 and point.closes == EVER and point.opens < date(2022, 6, 1)
    ]
    chosen = rng.sample(towns, 5)
    rows = [
        ("HZ-5.2-09", point.code, "村（居）分散，四村合设一点", point.opens, at % 2)
        for at, point in enumerate(rng.sample(wide, min(4, len(wide))))
    ]
    rows += [("HZ-5.1-09", town.code, "招聘未满，邻村代管", date(2021, 9, 1), at) for at, town in enumerate(chosen[:2])]
    rows += [("HZ-5.1-04", town.station, "编制待定，暂缺一人", date(2021, 8, 2), 0) for town in chosen[2:4]]
    rows += [("HZ-5.1-05", chosen[4].station, "残疾人专员调整中", date(2021, 8, 2), 1)]
    rows += [("HZ-4.2.4-08", CITY, "督导员更替期间代管", date(2022, 9, 1), 0)]
    for number, (clause, subject, reason, on, long) in enumerate(rows, 1):
        world.add(
            "exceptions",
            on,
            code=f"LW{number:03d}",
            clause=clause,
            subject=subject,
            reason=reason,
            approver=CITY,
            approved_on=on,
            expires_on=date(2026, 12, 31) if long else after(on, 180),
        )
