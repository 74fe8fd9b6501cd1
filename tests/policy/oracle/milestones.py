# ruff: noqa: PERF401 - plain loops on purpose
"""What was to be done once: acts, plaques, reports, recruitment, pre-job training, the phases."""

from datetime import date, timedelta

from .facts import CITY_GOVERNMENT, PROVINCE, clock_minutes, day_of, first_start, last_end
from .verdicts import by_deadline, done, hours, milestone, row, rule

PHASE_TWO = date(2021, 6, 1)
PHASE_THREE = date(2021, 7, 1)
PHASE_FOUR = date(2022, 7, 1)
END_2022 = date(2022, 12, 31)
ACTS, REPORTS = ("acts",), ("reports",)
PHASES = {
    "HZ-5.1-01": (date(2021, 1, 1), date(2021, 5, 30)),
    "HZ-5.2-01": (date(2021, 6, 1), date(2021, 6, 30)),
    "HZ-5.3-01": (date(2021, 7, 1), date(2022, 6, 30)),
    "HZ-5.4-01": (date(2022, 7, 1), date(2022, 12, 31)),
    "HZ-5.5-01": (date(2023, 1, 1), date(2023, 12, 31)),
}
STEPS = ("报名", "笔试", "面试", "体检", "公示", "录用")


def judge(city):
    yield from phases(city)
    yield from single_acts(city)
    yield from single_reports(city)
    yield from acceptance(city)
    yield from plaques_by_june(city)
    for station in city.subjects("station"):
        yield three_plaques(city, station["code"])
    yield from equipment(city)
    yield from recruitment(city)
    yield from topics(city)
    for person, posts in city.worker_posts().items():
        yield from prejob_course(city, person, posts)
        yield from prejob_hours(city, person, posts)
    yield from round_of_2022(city)


def phases(city):
    for unit in city.subjects("city"):
        for clause, (first, last) in PHASES.items():
            state = "upcoming" if city.as_of < first else "ended" if city.as_of > last else "current"
            yield row(clause, ("city", unit["code"]), "not_applicable") | {"phase_state": state}


def single_acts(city):
    wanted = (
        ("HZ-5.1-03", "county", date(2021, 1, 1), date(2021, 5, 30)),
        ("HZ-5.2-15", "county", PHASE_TWO, date(2021, 6, 30)),
        ("HZ-5.3.2-09", "township", PHASE_THREE, date(2022, 6, 30)),
        ("HZ-5.3.2-11", "township", PHASE_THREE, date(2022, 6, 30)),
    )
    for clause, kind, start, due in wanted:
        for unit in city.subjects(kind):
            days = [act["on"] for act in city.acts(clause, unit["code"])]
            yield done(city, clause, (kind, unit["code"]), start, due, days, ACTS)


def single_reports(city):
    for county in city.subjects("county"):
        code = county["code"]
        to_city = city.got_by(city.reports("HZ-5.1-20", from_unit=code), "city")
        days = [report["received_on"] for report in to_city]
        known = [day for day in days if day]
        subject = ("county", code)
        yield done(city, "HZ-5.1-20", subject, date(2021, 5, 6), date(2021, 6, 30), known, REPORTS)
        days = [report["sent_on"] for report in city.reports("HZ-5.4-07", to_unit=code)]
        yield done(city, "HZ-5.4-07", subject, PHASE_FOUR, END_2022, [day for day in days if day], REPORTS)
    for unit in city.subjects("city"):
        for clause, others in (("HZ-5.4-08", CITY_GOVERNMENT), ("HZ-5.4-09", PROVINCE)):
            reports = city.got_by(city.reports(clause), "government", besides=others)
            days = [report["sent_on"] for report in reports if report["sent_on"]]
            yield done(city, clause, ("city", unit["code"]), PHASE_FOUR, END_2022, days, REPORTS)


def acceptance(city):
    for unit in city.subjects("city"):
        firsts = []
        for item in ("站点全覆盖", "服务对象全覆盖"):
            days = [act["on"] for act in city.acts("HZ-5.4-06", unit["code"]) if act["item"] == item]
            firsts += [min(days)] if days else []
        done_on = max(firsts) if len(firsts) == 2 else None
        subject = ("city", unit["code"])
        yield milestone(city, "HZ-5.4-06", subject, PHASE_FOUR, END_2022, done_on, len(firsts), 2, ACTS)


def plaques_by_june(city):
    """HZ-5.2-14; a point that opened later owes nothing, a station does."""
    due = date(2021, 6, 28)
    for kind, plaque in (("station", "社工站"), ("point", "社工点")):
        for unit in city.subjects(kind):
            if kind == "point" and (unit["opened_on"] or date.min) > due:
                continue
            acts = city.acts("HZ-5.2-14", unit["code"])
            days = [act["on"] for act in acts if act["item"] in (plaque, None, "")]
            yield done(city, "HZ-5.2-14", (kind, unit["code"]), PHASE_TWO, due, days, ACTS)


def hung_and_due(city, station):
    """For each of the three plaques (day hung, day due); the due day is None while the body is not registered."""
    bodies = {"社工站": None, "社会工作与志愿服务协会": "HZ-5.3.2-09", "社会组织联合会": "HZ-5.3.2-11"}
    june = date(2021, 6, 30)
    plaques = []
    for item, registration in bodies.items():
        hung = [act["on"] for act in city.acts("HZ-5.2-05", station) if act["item"] == item]
        due = june
        if registration:
            registered = [act["on"] for act in city.acts(registration, city.town_of(station))]
            due = max(min(registered), june) if registered else None
        plaques.append((min(hung, default=None), due))
    return plaques


def three_plaques(city, station):
    clause, subject, june = "HZ-5.2-05", ("station", station), date(2021, 6, 30)
    plaques = hung_and_due(city, station)
    count = len([hung for hung, _ in plaques if hung])
    owed = sorted(due for hung, due in plaques if due and not hung)
    if city.as_of < PHASE_TWO or city.lacks(ACTS):
        return milestone(city, clause, subject, PHASE_TWO, june, None, count, 3, ACTS)
    if owed:
        status, late = by_deadline(city.as_of, owed[0], None)
        return row(clause, subject, status, due=owed[0], days_late=late, measured=count, required=3)
    if any(due is None for _, due in plaques):
        return row(clause, subject, "blocked_by_upstream", due=june, measured=count, required=3)
    late, due = max(((hung - due).days, due) for hung, due in plaques)
    if late > 0:
        return row(clause, subject, "met_late", due=due, days_late=late, measured=count, required=3)
    last_due = max(due for _, due in plaques)
    return row(clause, subject, "met", due=last_due, measured=count, required=3)


def equipment(city):
    for point in city.subjects("point"):
        items = [(act["item"] or "").lower() for act in city.acts("HZ-5.2-11", point["code"])]
        have = 0
        for names in (("电脑", "computer"), ("打印机", "printer")):
            have += any(name in item for name in names for item in items)
        yield rule(city, "HZ-5.2-11", ("point", point["code"]), PHASE_TWO, have == 2, have, 2, ACTS)


def recruitment(city):
    candidates = [row_ for row_ in city.rows("candidates") if city.past(row_["applied_on"])]
    for code in sorted({candidate["code"] for candidate in candidates}):
        steps = {}
        for candidate in candidates:
            if candidate["code"] == code and candidate["step"] in STEPS and city.past(candidate["step_on"]):
                steps[candidate["step"]] = candidate["step_on"]
        status = "not_yet_due"
        if city.as_of >= PHASE_TWO and "录用" in steps:
            days = [steps[step] for step in STEPS if step in steps]
            status = "met" if len(days) == 6 and days == sorted(days) else "not_met"
        yield row("HZ-5.2-19", ("candidate", code), status, measured=len(steps), required=6)


def topics(city):
    wanted = ("社会救助", "儿童", "养老", "妇女", "残疾", "社会工作")
    taught = [course["topic"] or "" for course in city.rows("courses") if city.past(course["held_on"])]
    have = len([word for word in wanted if any(word in topic for topic in taught)])
    for unit in city.subjects("city"):
        subject = ("city", unit["code"])
        yield rule(city, "HZ-5.3.3-03", subject, PHASE_THREE, have == 6, have, 6, ("courses",))


def prejob(city, person):
    rows = [training for training in city.rows("trainings") if training["person"] == person]
    return [t for t in rows if t["category"] == "prejob" and day_of(t["starts_at"]) <= city.as_of]


def prejob_course(city, person, posts):
    """HZ-5.2-21: in an organised course by the end of September 2021, for who was on post by then."""
    due = date(2021, 9, 30)
    if first_start(posts) > due:
        return
    courses = {course["code"] for course in city.rows("courses") if course["category"] == "prejob"}
    days = []
    for training in prejob(city, person):
        if training["course"] and (city.lacks(("courses",)) or training["course"] in courses):
            days.append(day_of(training["starts_at"]))
    if days or last_end(posts) >= due:
        yield done(city, "HZ-5.2-21", ("person", person), PHASE_TWO, due, days, ("trainings",))


def prejob_hours(city, person, posts):
    """HZ-5.2-22: 15 hours by then, or before the first day of a later post."""
    due = date(2021, 9, 30)
    if first_start(posts) > due:
        due = first_start(posts) - timedelta(days=1)
    minutes, done_on = 0, None
    for training in sorted(prejob(city, person), key=lambda training: training["starts_at"]):
        minutes += clock_minutes(training)
        if minutes >= 15 * 60 and done_on is None:
            done_on = day_of(training["starts_at"])
    if done_on or last_end(posts) >= due:
        subject = ("person", person)
        yield milestone(city, "HZ-5.2-22", subject, PHASE_TWO, due, done_on, hours(minutes), 15, ("trainings",))


def round_of_2022(city):
    """HZ-5.4-03: those hired in the round of 2022 start on or after 1 July 2022."""
    due, clause = date(2022, 7, 1), "HZ-5.4-03"
    posts = city.worker_posts()
    rounds, hired = set(), set()
    for candidate in city.rows("candidates"):
        person = candidate["person"] or candidate["code"]
        if candidate["round"]:
            rounds.add(person)
        if candidate["round"] == "2022" and candidate["step"] == "录用" and city.past(candidate["step_on"]):
            hired.add(person)
    by_post = {person for person in posts if person not in rounds and first_start(posts[person]) >= due}
    for person in sorted(hired | by_post):
        begun = first_start(posts[person]) if person in posts else None
        if city.as_of < PHASE_FOUR or (begun and begun > city.as_of) or (not begun and city.as_of <= due):
            status = "not_yet_due"
        else:
            status = "met" if begun and begun >= due else "not_met"
        late = (city.as_of - due).days if status == "not_met" else 0
        have = 1 if status == "met" else 0
        if city.as_of >= PHASE_FOUR and city.lacks(("posts",)):
            status, late, have = "no_evidence", 0, None
        yield row(clause, ("person", person), status, due=due, days_late=late, measured=have, required=1)
