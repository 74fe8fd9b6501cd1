# ruff: noqa: SIM102 - plain loops on purpose
"""The yearly duties: assessments, their reports, 48 hours of training."""

from datetime import date, timedelta

from .facts import CITY_GOVERNMENT, PROVINCE, clock_minutes, covers, day_of
from .verdicts import add_alternatives, by_deadline, done, hours, hundredths, milestone

START = date(2021, 7, 1)
DEPARTMENTS = ("民政", "财政", "人社", "妇联", "残联")
ENOUGH = 48 * 60


def judge(city):
    for year in range(2021, city.as_of.year + 1):
        yield from workers_assessed(city, year)
        yield from towns_report(city, year)
        yield from stations_assessed(city, year)
        yield from supervisors_assessed(city, year)
        yield from city_reports(city, year)
        yield from training_hours(city, year)


def assessments(city, year, kinds, subject):
    found = []
    for assessment in city.rows("assessments"):
        if assessment["kind"] in kinds and assessment["subject"] == subject and city.past(assessment["held_on"]):
            if (assessment["period_to"] or assessment["held_on"]).year == year:
                found.append(assessment)
    return found


def workers_assessed(city, year):
    due, label, fed_by = date(year, 10, 31), str(year), ("assessments",)
    for person in city.workers_on(min(city.as_of, due)):
        subject = ("person", person)
        graded = [a for a in assessments(city, year, ("worker",), person) if a["grade"]]
        days = [assessment["held_on"] for assessment in graded]
        yield done(city, "HZ-4.2.3-01", subject, START, due, days, fed_by, label)
        joined = [(len(set(a["departments"] or ()) & set(DEPARTMENTS)), a["held_on"]) for a in graded]
        most = max((count for count, _ in joined), default=0)
        done_on = min((day for count, day in joined if count == 5), default=None)
        yield milestone(city, "HZ-4.2.3-02", subject, START, due, done_on, most, 5, fed_by, label)


def reports_of_year(city, clause, year, day_field, **fields):
    found = []
    for report in city.reports(clause, **fields):
        day = report[day_field]
        if city.past(day) and (report["period"] or str(day.year)) == str(year):
            found.append(report)
    return found


def towns_report(city, year):
    for town in city.subjects("township"):
        code = town["code"]
        reports = city.got_by(reports_of_year(city, "HZ-4.2.3-04", year, "received_on", from_unit=code), "city")
        days = [report["received_on"] for report in reports]
        due = date(year, 10, 31)
        yield done(city, "HZ-4.2.3-04", ("township", code), START, due, days, ("reports",), str(year))


def stations_assessed(city, year):
    due = date(year, 12, 31)
    for kind in ("station", "point"):
        for unit in city.of_kind(kind):
            if city.is_open(unit, min(city.as_of, due)):
                found = assessments(city, year, ("station",), unit["code"])
                days = [a["held_on"] for a in found if a["qualified"] is not False]
                yield done(city, "HZ-4.2.3-05", (kind, unit["code"]), START, due, days, ("assessments",), str(year))


def supervisors_assessed(city, year):
    due, label, fed_by = date(year, 12, 31), str(year), ("assessments",)
    day = min(city.as_of, due)
    for person in sorted({post["person"] for post in city.posts_on(day, ("county_liaison",))}):
        days = [a["held_on"] for a in assessments(city, year, ("liaison", "supervisor"), person)]
        yield done(city, "HZ-4.2.4-07", ("person", person), date(2021, 5, 6), due, days, fed_by, label)
    for person in sorted({post["person"] for post in city.posts_on(day, ("supervisor", "supervision_monitor"))}):
        found = assessments(city, year, ("supervisor",), person)
        days = [a["held_on"] for a in found if a["qualified"] is not False]
        yield done(city, "HZ-5.3.4-05", ("person", person), START, due, days, fed_by, label)


def city_reports(city, year):
    due, label = date(year, 12, 31), str(year)
    for unit in city.subjects("city"):
        subject = ("city", unit["code"])
        for clause in ("HZ-4.2.3-08", "HZ-5.3.4-07"):
            sent = reports_of_year(city, clause, year, "sent_on")
            days = [report["sent_on"] for report in city.got_by(sent, "government", besides=CITY_GOVERNMENT)]
            yield done(city, clause, subject, START, due, days, ("reports",), label)
        for clause in ("HZ-4.2.3-09", "HZ-5.3.4-08"):
            firsts = {}
            sent = reports_of_year(city, clause, year, "sent_on")
            for report in city.got_by(sent, "city", "government", besides=CITY_GOVERNMENT + PROVINCE):
                to = report["to_unit"]
                firsts[to] = min(report["sent_on"], firsts.get(to, date.max))
            days = sorted(firsts.values())
            fifth = days[4] if len(days) >= 5 else None
            yield milestone(city, clause, subject, START, due, fifth, len(days), 5, ("reports",), label)


def trainings(city, person, year, categories):
    found = []
    for training in city.rows("trainings"):
        day = day_of(training["starts_at"])
        if training["person"] == person and training["category"] in categories:
            if day.year == year and day <= city.as_of:
                found.append((day, clock_minutes(training)))
    return sorted(found)


def days_of_year(year):
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def day_reached(rows, reached):
    minutes = 0
    for day, more in rows:
        minutes += more
        if reached(minutes):
            return day
    return None


def training_hours(city, year):
    days = days_of_year(year)
    for person, posts in city.worker_posts().items():
        known = [post for post in posts if (post["starts_on"] or date.min) <= min(city.as_of, days[-1])]
        if any((post["ends_on"] or date.max) >= days[0] for post in known):
            served = len([day for day in days if any(covers(post, day) for post in posts)])
            yield hours_of_worker(city, year, person, served, days)


def days_away(city, person, days):
    leaves = [leave for leave in city.rows("leaves") if leave["person"] == person]
    return len([day for day in days if any(covers(leave, day) for leave in leaves)])


def hours_of_worker(city, year, person, served, days):
    """HZ-5.3.3-04 and the three answers to A37."""
    length, due = len(days), days[-1]
    continuing = trainings(city, person, year, ("continuing",))
    with_prejob = trainings(city, person, year, ("continuing", "prejob"))
    full = ("48", lambda minutes: minutes >= ENOUGH)
    part = (hundredths(4800 * served // length), lambda minutes: minutes * length >= ENOUGH * served)
    readings = {"none": (continuing, full), "pro_rata": (continuing, part), "with_prejob": (with_prejob, full)}
    answers, done_on = {}, {}
    for reading, (rows, (required, reached)) in readings.items():
        done_on[reading] = day_reached(rows, reached)
        status = by_deadline(city.as_of, due, done_on[reading])[0]
        answers[reading] = (hours(sum(minutes for _, minutes in rows)), required, status)
    chosen = city.readings["A37"]
    measured, required, _ = answers[chosen]
    subject, fed_by = ("person", person), ("trainings",)
    verdict = milestone(
        city, "HZ-5.3.3-04", subject, START, due, done_on[chosen], measured, required, fed_by, str(year)
    )
    if city.as_of < START or city.lacks(fed_by):
        return verdict
    partly = served < length or days_away(city, person, days) > 30
    return add_alternatives(verdict, answers, chosen, always=partly)
