# ruff: noqa: PERF401 - plain loops on purpose
"""Stations, points and villages: what must stand by when."""

from datetime import date

from .verdicts import deviation, done, milestone, row, rule

PLAN_ISSUED = date(2021, 5, 6)
PHASE_TWO = date(2021, 6, 1)
PHASE_FOUR = date(2022, 7, 1)
END_2022 = date(2022, 12, 31)


def judge(city):
    yield from towns_with_stations(city)
    yield from villages_in_points(city)
    yield from whole_city(city)
    yield from size_of_points(city)
    yield from more_points(city)


def opening_days(units):
    # A station whose opening nobody recorded has not been set up: contract 3, what is not recorded was not done.
    return [unit["opened_on"] for unit in units if unit["opened_on"]]


def towns_with_stations(city):
    for town in city.subjects("township"):
        subject = ("township", town["code"])
        standing = opening_days(city.open_in_town("station", town["code"]))
        ever = opening_days(city.in_town("station", town["code"]))
        yield done(city, "HZ-3-01", subject, PLAN_ISSUED, date(2021, 12, 31), standing, ("units",))
        yield done(city, "HZ-5.2-02", subject, PHASE_TWO, date(2021, 6, 30), ever, ("units",))
        yield done(city, "HZ-5.3-02", subject, date(2021, 7, 1), date(2021, 7, 1), ever, ("units",))


def covered_on(city, village):
    """Since when the village lies in the area of an open point; None when it does not."""
    point = city.unit(city.point_of(village))
    if point["kind"] != "point" or not city.is_open(point, city.as_of):
        return None
    return max(point["opened_on"] or date.min, village["covered_from"] or date.min)


def villages_in_points(city):
    for village in city.subjects("village"):
        since = covered_on(city, village)
        days = [] if since is None else [since]
        yield done(city, "HZ-3-02", ("village", village["code"]), PLAN_ISSUED, END_2022, days, ("units",))


def whole_city(city):
    """HZ-3-03: towns with a station and villages with a point, counted together."""
    since = []
    for town in city.subjects("township"):
        since.append(min(opening_days(city.open_in_town("station", town["code"])), default=None))
    for village in city.subjects("village"):
        since.append(covered_on(city, village))
    have = [day for day in since if day is not None]
    done_on = max(have) if since and len(have) == len(since) else None
    for unit in city.subjects("city"):
        if since:
            share = f"{len(have)}/{len(since)}"
            yield milestone(
                city, "HZ-3-03", ("city", unit["code"]), PLAN_ISSUED, END_2022, done_on, share, 1, ("units",)
            )


def size_of_points(city):
    """HZ-5.2-09: three villages; the rest of the division by three, once a town; or a reason."""
    clause = "HZ-5.2-09"
    for point in city.subjects("point"):
        code = point["code"]
        size = len(city.villages_of_point(code))
        subject = ("point", code)
        ok = size == 3 or is_remainder(city, code, size) or bool(city.acts("HZ-5.2-12", code))
        if city.as_of >= PHASE_TWO and not ok and city.excused(clause, code):
            yield row(clause, subject, deviation(city, clause, code), measured=size, required=3)
        else:
            yield rule(city, clause, subject, PHASE_TWO, ok, size, 3)


def is_remainder(city, code, size):
    town = city.town_of(code)
    same = [unit for unit in city.open_in_town("point", town) if len(city.villages_of_point(unit["code"])) == size]
    return size > 0 and size == len(city.open_in_town("village", town)) % 3 and len(same) == 1


def more_points(city):
    """HZ-5.4-02: more points than at mid-2022, unless every village is covered."""
    before = date(2022, 6, 30)
    for town in city.subjects("township"):
        then = city.open_in_town("point", town["code"], before)
        now = city.open_in_town("point", town["code"])
        days = []
        days += sorted(point["opened_on"] or date.min for point in now)[len(then) : len(then) + 1]
        covered = [covered_on(city, village) for village in city.open_in_town("village", town["code"])]
        if covered and None not in covered:
            days.append(max(covered))
        done_on = min(days, default=None)
        subject = ("township", town["code"])
        yield milestone(city, "HZ-5.4-02", subject, PHASE_FOUR, END_2022, done_on, len(now), len(then) + 1, ("units",))
