"""Yearly judgements and what is reported of them: staff in October, stations and supervisors in December."""

from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Final

from samples.days import after, working_day_between
from samples.places import CITY, COUNTIES, GOVERNMENT, MEMBERS, PROVINCE, Town
from samples.posts import liaisons
from samples.staffing import Spell, Staff
from samples.supervision import Team
from samples.world import World

FIVE: Final = ("民政", *MEMBERS)
GRADES: Final = (("优秀", 12), ("合格", 82), ("基本合格", 4), ("不合格", 2))


def write_reviews(world: World, staff: Staff, supervision: Team, towns: list[Town]) -> None:
    for year in world.years:
        for town in towns:
            _write_staff_review(world, town, year, staff.by_town[town.code])
            _write_station_review(world, town, year)
        _write_team_review(world, supervision, year)
        _write_city_reports(world, year)
    _write_county_reports(world)


def _grade(rng: Random) -> str:
    return rng.choices([name for name, _ in GRADES], [share for _, share in GRADES])[0]


def _write_staff_review(world: World, town: Town, year: int, spells: Iterable[Spell]) -> None:
    """One date a township, most in October; a few people come later or not at all, a few departments are missing."""
    rng = world.stream("staff review", town.code, year)
    held = working_day_between(rng, date(year, 10, 11), date(year, 10, 27))
    how = rng.random()
    if how < 0.03:
        held = working_day_between(rng, date(year, 11, 3), date(year, 11, 22))
    present = FIVE if rng.random() > 0.05 else tuple(rng.sample(FIVE, rng.choice((3, 4))))
    if how > 0.99:
        return
    for spell in spells:
        if spell.serves(held) and (draw := world.stream("review", spell.code, year)).random() > 0.015:
            day = held if draw.random() > 0.015 else working_day_between(draw, after(held, 7), after(held, 30))
            if spell.serves(day):
                _assess(
                    world, "worker", spell.code, day, year, town.code, grade=_grade(draw), departments=";".join(present)
                )
    sent = after(held, rng.choices((1, 2, 3, 12), (40, 35, 20, 5))[0])
    if rng.random() > 0.03:
        _report(world, "HZ-4.2.3-04", town.code, CITY, year, sent, after(sent, rng.randrange(2)))


def _assess(world: World, kind: str, subject: str, held: date, year: int, assessor: str, **cells: object) -> None:
    begins = "07-01" if year == 2021 else "01-01"
    ends = "10-31" if kind == "worker" else "12-31"
    world.add(
        "assessments",
        held,
        code=f"KH{year}-{subject}",
        kind=kind,
        subject=subject,
        held_on=held,
        period_from=f"{year}-{begins}",
        period_to=f"{year}-{ends}",
        assessor=assessor,
        **cells,
    )


def _write_station_review(world: World, town: Town, year: int) -> None:
    rng, end = world.stream("station review", town.code, year), date(year, 12, 31)
    held = working_day_between(rng, date(year, 12, 1), date(year, 12, 24))
    for unit, opens in [(town.station, town.opens), *((p.code, p.opens) for p in town.points if p.open_on(end))]:
        draw = rng.random()
        day = after(held, 30) if draw < 0.02 else held
        if opens <= day and draw < 0.975:
            _assess(
                world,
                "station",
                unit,
                day,
                year,
                CITY,
                grade=_grade(rng),
                third_party="AG11",
                qualified="no" if rng.random() < 0.02 else "yes",
            )


def _write_team_review(world: World, supervision: Team, year: int) -> None:
    """Supervisors and liaisons in mid-December; one of them is forgotten now and then."""
    rng = world.stream("team review", year)
    held = working_day_between(rng, date(year, 12, 10), date(year, 12, 24))
    people = [("supervisor", *member) for member in supervision.members]
    people += [("liaison", code, starts, ends) for code, _, starts, ends in liaisons(world)]
    for kind, code, starts, ends in people:
        forgotten = world.stream("team review", code, year).random() < 0.04
        if starts <= held <= ends and not forgotten:
            _assess(
                world,
                kind,
                code,
                held,
                year,
                CITY,
                grade="优秀" if rng.random() < 0.2 else "合格",
                third_party="AG12",
                qualified="yes",
            )


def _report(
    world: World,
    clause: str,
    sender: str,
    receiver: str,
    period: object,
    sent: date,
    received: date | None = None,
    document: str = "",
) -> None:
    code = f"BS-{clause}-{sender}-{receiver}-{period}".rstrip("-")
    world.add(
        "reports",
        sent,
        code=code,
        clause=clause,
        from_unit=sender,
        to_unit=receiver,
        period=period,
        sent_on=sent,
        received_on=world.seen(received or sent),
        document=document,
    )


def _write_city_reports(world: World, year: int) -> None:
    """Results go to the province and to the five members; some years one of them, or the day, is missed."""
    for to_province, to_members in (("HZ-4.2.3-08", "HZ-4.2.3-09"), ("HZ-5.3.4-07", "HZ-5.3.4-08")):
        rng = world.stream("city reports", to_province, year)
        sent = date(year, 12, 28) if rng.random() > 0.2 else date(year + 1, 1, 12)
        _report(world, to_province, CITY, PROVINCE, year, sent, document=f"评估情况报告-{year}")
        told = [CITY, *MEMBERS.values()]
        for unit in told if rng.random() > 0.2 else told[:4]:
            _report(world, to_members, CITY, unit, year, sent)


def _write_county_reports(world: World) -> None:
    rng = world.stream("county reports")
    late, missing = rng.sample(list(COUNTIES), 2)
    for county in COUNTIES:
        filed = date(2021, 7, 9) if county == late else working_day_between(rng, date(2021, 6, 7), date(2021, 6, 29))
        if county != missing:
            _report(world, "HZ-5.1-20", county, CITY, "", filed, after(filed, 1), f"薪酬待遇管理办法-{county}")
        _report(world, "HZ-5.4-07", CITY, county, "", date(2022, 12, 29))
    _report(world, "HZ-5.4-08", CITY, PROVINCE, "", date(2022, 12, 30), document="阶段实施情况报告")
    _report(world, "HZ-5.4-09", CITY, GOVERNMENT, "", date(2023, 1, 9), document="阶段实施情况报告")
