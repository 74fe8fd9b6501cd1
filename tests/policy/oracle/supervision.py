"""Monthly supervision of every station, and how many stations a supervisor carries."""

from datetime import date, timedelta

from .facts import covers, day_of
from .verdicts import add_alternatives, by_deadline, hours, milestone, row, rule

START = date(2021, 7, 1)
ENOUGH = 16 * 60
VISITS = ("visits",)


def judge(city):
    yield from assigned_stations(city)
    yield from load_of_supervisors(city)
    yield from load_of_city(city)
    for station in city.of_kind("station"):
        for first in months(city.as_of):
            yield from station_month(city, station, first)
    for visit in visits(city):
        yield from length_of_visit(city, visit)


def month_end(first):
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months(as_of):
    first = START
    while first <= as_of:
        yield first
        first = month_end(first) + timedelta(days=1)


def visits(city):
    """One entry a visit: it is done on the day of its first session; remote sessions bring no minutes."""
    sessions = {}
    for session in city.rows("visits"):
        if day_of(session["starts_at"]) <= city.as_of:
            sessions.setdefault(session["visit"], []).append(session)
    found = []
    for code, rows in sessions.items():
        rows.sort(key=lambda session: session["starts_at"])
        minutes = sum(session["hours"] for session in rows if not session["remote"])
        first = rows[0]
        found.append(
            {
                "code": code,
                "day": day_of(first["starts_at"]),
                "station": first["station"],
                "supervisor": first["supervisor"],
                "minutes": minutes,
            }
        )
    return sorted(found, key=lambda visit: visit["day"])


def of_month(city, first):
    return [visit for visit in visits(city) if first <= visit["day"] <= month_end(first)]


def each_visit(city, station, first):
    """(how many visits of 16 hours, the day of the first)"""
    days = [v["day"] for v in of_month(city, first) if v["station"] == station and v["minutes"] >= ENOUGH]
    return len(days), min(days, default=None)


def monthly_sum(city, station, first):
    minutes = 0
    for visit in of_month(city, first):
        if visit["station"] == station:
            minutes += visit["minutes"]
            if minutes >= ENOUGH:
                return 1, visit["day"]
    return 0, None


def one_for_all(city, station, first):
    """A visit of 16 hours by the station's supervisor at any station that is his."""
    his = {(a["supervisor"], a["station"]) for a in city.rows("assignments") if covers(a, month_end(first))}
    days = []
    for visit in of_month(city, first):
        place = (visit["supervisor"], visit["station"])
        if (visit["supervisor"], station) in his and place in his and visit["minutes"] >= ENOUGH:
            days.append(visit["day"])
    return len(days), min(days, default=None)


READINGS = {"each_visit": each_visit, "monthly_sum": monthly_sum, "one_for_all": one_for_all}


def station_month(city, station, first):
    """HZ-4.2.4-09; a month the station was not open throughout counts only under A39 full."""
    last = month_end(first)
    opened, closed = station["opened_on"] or date.min, station["closed_on"] or date.max
    whole = opened <= first and closed > last
    partly = opened <= min(last, city.as_of) and closed > first
    if not partly or (not whole and city.readings["A39"] == "none"):
        return
    chosen = city.readings["A35"]
    count, done_on = READINGS[chosen](city, station["code"], first)
    subject, label = ("station", station["code"]), first.strftime("%Y-%m")
    verdict = milestone(city, "HZ-4.2.4-09", subject, START, last, done_on, count, 1, VISITS, label)
    if not city.lacks(VISITS):
        answers = {reading: answer(city, count_for, station, first) for reading, count_for in READINGS.items()}
        add_alternatives(verdict, answers, chosen)
        if not whole:
            add_alternatives(verdict, {"none": (count, 1, "not_applicable")}, "full")
    yield verdict


def answer(city, count_for, station, first):
    count, done_on = count_for(city, station["code"], first)
    return count, 1, by_deadline(city.as_of, month_end(first), done_on)[0]


def length_of_visit(city, visit):
    """HZ-4.2.4-10; only the monthly sum reads it otherwise."""
    if visit["day"] < START:
        return
    month = of_month(city, visit["day"].replace(day=1))
    together = sum(other["minutes"] for other in month if other["station"] == visit["station"])
    minutes = {"each_visit": visit["minutes"], "monthly_sum": together, "one_for_all": visit["minutes"]}
    answers = {r: (hours(m), 16, "met" if m >= ENOUGH else "not_met") for r, m in minutes.items()}
    chosen = city.readings["A35"]
    measured, required, status = answers[chosen]
    verdict = row("HZ-4.2.4-10", ("visit", visit["code"]), status, measured=measured, required=required)
    yield add_alternatives(verdict, answers, chosen)


def assigned_stations(city):
    for station in city.subjects("station"):
        code = station["code"]
        rows = [a for a in city.rows("assignments") if a["station"] == code and covers(a, city.as_of)]
        count = len({assignment["supervisor"] for assignment in rows})
        yield rule(city, "HZ-4.2.4-02", ("station", code), START, count >= 1, count, 1, ("assignments",))


def stations_of(city, supervisor):
    rows = [a for a in city.rows("assignments") if a["supervisor"] == supervisor and covers(a, city.as_of)]
    open_stations = {station["code"] for station in city.subjects("station")}
    return {assignment["station"] for assignment in rows} & open_stations


def load_of_supervisors(city):
    for person in sorted(city.holders(("supervisor",))):
        carried = set() if city.substitutes_of(person) else stations_of(city, person)
        for other in city.stood_in_for_by(person):
            carried |= stations_of(city, other)
        count = len(carried)
        fed_by = ("posts", "assignments")
        yield rule(city, "HZ-4.2.4-08", ("person", person), START, count <= 6, count, 6, fed_by, in_principle=True)


def load_of_city(city):
    stations = len(city.subjects("station"))
    present = len([person for person in city.holders(("supervisor",)) if not city.on_leave(person)])
    for unit in city.subjects("city"):
        ok = stations <= 6 * present
        share = f"{stations}/{present}"
        subject = ("city", unit["code"])
        yield rule(city, "HZ-4.2.4-08", subject, START, ok, share, 6, ("posts",), in_principle=True)
