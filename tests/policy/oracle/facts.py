# ruff: noqa: PERF401, SIM102 - plain loops on purpose
"""The records as the office knew them at one instant, and the plain questions asked of them.

Slow on purpose: every question walks over all rows. Nothing here comes from the product.
"""

from datetime import date, timedelta, timezone

PROVINCE, CITY_GOVERNMENT = ("民政厅",), ("市政府", "市人民政府")

SHANGHAI = timezone(timedelta(hours=8))
DEFAULT_READINGS = {"A35": "each_visit", "A37": "none", "A39": "none", "A41": "exact"}
ADMINISTRATIVE = ("city", "county", "township", "village")
AFFAIRS = ("deputy_head", "professional", "disability_specialist", "affairs")

# What makes two rows versions of one record; every other kind is known by its code.
KEYS = {
    "posts": ("person", "unit", "post", "starts_on"),
    "certificates": ("person", "level", "issued_on"),
    "trainings": ("person", "starts_at"),
    "assignments": ("supervisor", "station", "starts_on"),
    "visits": ("visit", "starts_at"),
    "leaves": ("person", "starts_on", "substitute"),
    "candidates": ("code", "step"),
}


class Row(dict):
    """A record; a field that is not there is a field not given."""

    def __missing__(self, field):
        return None


def day_of(instant):
    return instant.astimezone(SHANGHAI).date()


def covers(row, day):
    """Posts, contracts, leaves, assignments: first and last day both count."""
    return (row["starts_on"] or date.min) <= day <= (row["ends_on"] or date.max)


def latest_versions(kind, rows, known_at):
    versions = {}
    for row in rows:
        recorded = row["recorded_on"]
        if recorded is not None and known_at is not None and recorded > known_at:
            continue
        key = tuple(row[field] for field in KEYS.get(kind, ("code",)))
        best = versions.get(key)
        if best is None or newer_or_equal(recorded, best["recorded_on"]):
            versions[key] = row
    return list(versions.values())


def newer_or_equal(recorded, other):
    if other is None:
        return True
    return recorded is not None and recorded >= other


class City:
    def __init__(self, records, as_of, known_at=None, readings=None):
        self.as_of = as_of
        self.readings = DEFAULT_READINGS | (readings or {})
        self.seen = {
            kind: latest_versions(kind, [Row(row) for row in rows], known_at) for kind, rows in records.items()
        }

    def rows(self, kind):
        return self.seen.get(kind, [])

    def lacks(self, kinds):
        return any(kind not in self.seen for kind in kinds)

    # units

    def unit(self, code):
        for unit in self.rows("units"):
            if unit["code"] == code:
                return unit
        return Row()

    def kind_of(self, code):
        return self.unit(code)["kind"]

    def is_open(self, unit, day):
        return (unit["opened_on"] or date.min) <= day < (unit["closed_on"] or date.max)

    def of_kind(self, kind):
        return [unit for unit in self.rows("units") if unit["kind"] == kind]

    def subjects(self, kind):
        """The units of a kind that get a row on the day of judging."""
        found = []
        for unit in self.of_kind(kind):
            if kind in ADMINISTRATIVE:
                there = unit["closed_on"] is None or unit["closed_on"] > self.as_of
            else:
                there = self.is_open(unit, self.as_of)
            if there:
                found.append(unit)
        return found

    def town_of(self, code):
        visited = set()
        while code and code not in visited:
            visited.add(code)
            unit = self.unit(code)
            if unit["kind"] == "township":
                return code
            code = unit["parent"]
        return None

    def in_town(self, kind, town):
        return [unit for unit in self.of_kind(kind) if self.town_of(unit["code"]) == town]

    def open_in_town(self, kind, town, day=None):
        return [unit for unit in self.in_town(kind, town) if self.is_open(unit, day or self.as_of)]

    def point_of(self, village):
        """The point a village belongs to on the day of judging, open or not."""
        begun = (village["covered_from"] or date.min) <= self.as_of
        ended = village["covered_to"] is not None and village["covered_to"] <= self.as_of
        return village["point"] if begun and not ended else None

    def villages_of_point(self, point):
        villages = [unit for unit in self.of_kind("village") if self.is_open(unit, self.as_of)]
        return [village["code"] for village in villages if self.point_of(village) == point]

    # people

    def posts_on(self, day, kinds, units=None):
        found = []
        for post in self.rows("posts"):
            if post["post"] in kinds and covers(post, day) and (units is None or post["unit"] in units):
                found.append(post)
        return found

    def holders(self, kinds, units=None):
        return {post["person"] for post in self.posts_on(self.as_of, kinds, units)}

    def is_worker_post(self, post):
        if post["post"] in AFFAIRS:
            return self.kind_of(post["unit"]) in ("station", "point")
        return post["post"] == "service" and self.kind_of(post["unit"]) in ("point", "village")

    def worker_posts(self):
        """Every worker post there ever was or is planned, by person."""
        by_person = {}
        for post in self.rows("posts"):
            if self.is_worker_post(post):
                by_person.setdefault(post["person"], []).append(post)
        return by_person

    def workers_on(self, day):
        return [person for person, posts in self.worker_posts().items() if any(covers(post, day) for post in posts)]

    def leaves_of(self, person):
        return [leave for leave in self.rows("leaves") if leave["person"] == person and covers(leave, self.as_of)]

    def on_leave(self, person):
        return bool(self.leaves_of(person))

    def substitutes_of(self, person):
        return {leave["substitute"] for leave in self.leaves_of(person) if leave["substitute"]}

    def stood_in_for_by(self, person):
        """Whom this person stands in for."""
        leaves = self.rows("leaves")
        return {leave["person"] for leave in leaves if leave["substitute"] == person and covers(leave, self.as_of)}

    # facts

    def past(self, day):
        return day is not None and day <= self.as_of

    def acts(self, clause, subject):
        rows = self.rows("acts")
        return [act for act in rows if act["clause"] == clause and act["subject"] == subject and self.past(act["on"])]

    def reports(self, clause, **fields):
        found = []
        for report in self.rows("reports"):
            if report["clause"] == clause and all(report[field] == value for field, value in fields.items()):
                found.append(report)
        return found

    def got_by(self, reports, *kinds, besides=()):
        """Those that went to a unit of one of the kinds whose name does not end in one of `besides`."""
        units = {unit["code"]: unit for unit in self.rows("units")}
        found = []
        for report in reports:
            unit = units.get(report["to_unit"])
            if unit and unit["kind"] in kinds and not (unit["name"] or "").endswith(tuple(besides)):
                found.append(report)
        return found

    def excused(self, clause, subject):
        for exception in self.rows("exceptions"):
            if (exception["clause"], exception["subject"]) == (clause, subject):
                if exception["approved_on"] <= self.as_of <= exception["expires_on"]:
                    return True
        return False

    def certified(self, person, day):
        for certificate in self.rows("certificates"):
            if certificate["person"] == person and certificate["level"] in ("assistant", "social_worker", "senior"):
                if certificate["issued_on"] <= min(day, self.as_of) and day <= (certificate["valid_to"] or date.max):
                    return True
        return False


def real_end(contract):
    return min(contract["ends_on"] or date.max, contract["ended_on"] or date.max)


def first_start(posts):
    return min(post["starts_on"] or date.min for post in posts)


def last_end(posts):
    return max(post["ends_on"] or date.max for post in posts)


def clock_minutes(training):
    """A 学时 is 45 minutes."""
    if training["unit_of_hours"] == "academic":
        return training["hours"] * 45 // 60
    return training["hours"]


def first_day(days):
    """The earliest of the days, None when there is none."""
    return min(days, default=None)
