"""The city's map: counties, townships, stations, villages and the points that cover them."""

import csv
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from random import Random

from samples.days import EVER, after, between, workday
from samples.names import mail
from samples.world import World

CITY = "4413"
PROVINCE, GOVERNMENT = "GD-MZT", "HZ-ZF"
MEMBERS = {"财政": "HZ-CZJ", "人社": "HZ-RSJ", "妇联": "HZ-FL", "残联": "HZ-CL"}
_OFFICES = {
    PROVINCE: "广东省民政厅",
    GOVERNMENT: "惠州市人民政府",
    "HZ-CZJ": "惠州市财政局",
    "HZ-RSJ": "惠州市人力资源和社会保障局",
    "HZ-FL": "惠州市妇女联合会",
    "HZ-CL": "惠州市残疾人联合会",
}
AGENCIES = {
    "AG01": "启明社会工作服务中心（虚构）",
    "AG02": "同行社会工作服务中心（虚构）",
    "AG03": "暖阳社会工作服务中心（虚构）",
    "AG04": "互助社会工作服务中心（虚构）",
}
EVALUATORS = {"AG11": "衡正评估中心（虚构）", "AG12": "明察评估中心（虚构）"}
TRAINERS = {"AG21": "南雁培训中心（虚构）", "AG22": "东山培训中心（虚构）"}
COUNTIES = {
    "441302": "惠城区",
    "441303": "惠阳区",
    "441323": "惠东县",
    "441322": "博罗县",
    "441324": "龙门县",
    "4413DY": "大亚湾开发区",
    "4413ZK": "仲恺高新区",
}
"""In statutory order; the two zones have no county code of their own."""

SEVENTY_SECOND = "441324570000"
LATE_OPENINGS = (
    date(2021, 7, 14),
    date(2021, 7, 28),
    date(2021, 8, 9),
    date(2021, 8, 30),
    date(2021, 10, 18),
    date(2022, 1, 10),
)
# How many of a hundred points open in which stretch; the last stretch is after the term.
_POINT_WAVES = (
    (16, date(2021, 6, 10), date(2021, 6, 28)),
    (30, date(2021, 7, 1), date(2021, 12, 20)),
    (25, date(2022, 1, 5), date(2022, 6, 29)),
    (24, date(2022, 7, 4), date(2022, 12, 28)),
    (5, date(2023, 1, 9), date(2023, 11, 20)),
)


@dataclass(eq=False)
class Village:
    code: str
    name: str
    point: "Point | None" = None
    covered_from: date | None = None


@dataclass(eq=False)
class Point:
    code: str
    name: str
    villages: list[Village]
    opens: date
    closes: date = EVER

    def open_on(self, day: date) -> bool:
        return self.opens <= day < self.closes


@dataclass(eq=False)
class Town:
    code: str
    name: str
    county: str
    opens: date
    villages: list[Village]
    points: list[Point] = field(default_factory=list)

    @property
    def station(self) -> str:
        return f"{self.code}S"


def towns(world: World) -> list[Town]:
    """The 72, by county in statutory order and then by code, with villages and points."""
    rows = sorted(_divisions(), key=lambda row: (list(COUNTIES).index(_county(row)), row["code12"]))
    late = world.stream("late stations").sample([row["code12"] for row in rows], len(LATE_OPENINGS))
    openings = dict(zip(late, LATE_OPENINGS, strict=True))
    return [_town(world, row, openings.get(row["code12"])) for row in rows]


def _divisions() -> list[dict[str, str]]:
    text = files("samples").joinpath("data/huizhou_divisions.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(text.splitlines())
    return [row for row in rows if row["statutory_township"] == "1" or row["code12"] == SEVENTY_SECOND]


def _county(row: dict[str, str]) -> str:
    return next(code for code, name in COUNTIES.items() if name == row["programme_district"])


def _town(world: World, row: dict[str, str], late: date | None) -> Town:
    rng, code = world.stream("town", row["code12"]), row["code12"]
    opens = late or workday(between(rng, date(2021, 6, 7), date(2021, 6, 25)))
    names = [f"{row['name']}第{number}村（居）" for number in range(1, int(row["village_units_2023"]) + 1)]
    villages = [Village(f"{code}V{number:02d}", name) for number, name in enumerate(names, 1)]
    town = Town(code, row["name"], _county(row), opens, villages)
    town.points = _points(rng, town)
    return town


def _points(rng: Random, town: Town) -> list[Point]:
    """Groups of three neighbours, of four where people live far apart; some villages stay uncovered."""
    size = 4 if rng.random() < 0.2 else 3
    groups = [town.villages[at : at + size] for at in range(0, len(town.villages), size)]
    if len(groups) > 1 and len(groups[-1]) == 1 and rng.random() < 0.6:
        groups[-2:] = [groups[-2] + groups[-1]]
    made = [_point(rng, town, number, group) for number, group in enumerate(groups, 1) if rng.random() > 0.09]
    if len(made) > 4 and rng.random() < 0.1:
        _close(rng, made)
    return made


def _point(rng: Random, town: Town, number: int, group: list[Village]) -> Point:
    _, first, last = rng.choices(_POINT_WAVES, [share for share, *_ in _POINT_WAVES])[0]
    opens = max(workday(between(rng, first, last)), town.opens)
    point = Point(f"{town.code}P{number:02d}", f"{town.name}第{number}社工点", group, opens)
    for village in group:
        village.point, village.covered_from = point, opens
        if rng.random() < 0.12:
            village.covered_from = after(opens, rng.randrange(20, 150))
    return point


def _close(rng: Random, points: list[Point]) -> None:
    """One point of the town is given up and its villages are left without."""
    point = rng.choice(points[1:])
    point.closes = after(max(point.opens, date(2022, 10, 1)), rng.randrange(90, 600))


def write_units(world: World, towns: list[Town]) -> None:
    world.add("units", code=CITY, name="惠州市", kind="city", email=mail(f"shi-{CITY}"))
    for code, name in _OFFICES.items():
        world.add("units", code=code, name=name, kind="government", email=mail(f"bumen-{code}"))
    for code, name in (AGENCIES | EVALUATORS | TRAINERS).items():
        world.add("units", code=code, name=name, kind="agency", parent=CITY)
    for code, name in COUNTIES.items():
        note = "county" if code.isdigit() else "functional_zone"
        world.add("units", code=code, name=name, kind="county", parent=CITY, kind_note=note, email=mail(f"xian-{code}"))
    for town in towns:
        _write_town(world, town)


def _write_town(world: World, town: Town) -> None:
    world.add(
        "units", code=town.code, name=town.name, kind="township", parent=town.county, email=mail(f"zhen-{town.code}")
    )
    # All 72 stations were named at the start: one that opens later bears its planned day.
    world.add(
        "units",
        code=town.station,
        name=f"{town.name}社会工作服务站",
        kind="station",
        parent=town.code,
        opened_on=town.opens,
        mode="direct",
        email=mail(f"zhan-{town.code}"),
    )
    for point in town.points:
        if world.planned(point.opens):
            world.add(
                "units",
                code=point.code,
                name=point.name,
                kind="point",
                parent=town.station,
                opened_on=point.opens,
                closed_on=world.seen(point.closes),
            )
    for village in town.villages:
        point_known = village.point is not None and world.planned(village.point.opens)
        world.add(
            "units",
            code=village.code,
            name=village.name,
            kind="village",
            parent=town.code,
            point=village.point.code if village.point and point_known else None,
            covered_from=world.planned(village.covered_from) if point_known else None,
            covered_to=_covered_to(world, village),
        )


def _covered_to(world: World, village: Village) -> date | None:
    if village.point is None or world.seen(village.point.closes) is None:
        return None
    return village.point.closes
