"""The units, people, posts and contracts of a made-up city; what they did is in random_city.py.

No name, number or place in here belongs to anybody.
"""

from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
AFFAIRS = ("deputy_head", "professional", "disability_specialist", "affairs")
KINDS = [
    *("units", "people", "posts", "contracts", "certificates", "trainings", "courses", "assignments", "visits"),
    *("assessments", "reports", "acts", "exceptions", "leaves", "beneficiaries", "funds", "candidates"),
]
# Days on which a city is worth judging: the starts and the due dates of the plan, and their neighbours.
BORDERS = [
    date(2021, 5, 6), date(2021, 5, 30), date(2021, 6, 28), date(2021, 6, 30), date(2021, 7, 31), date(2021, 9, 30),
    date(2021, 10, 31), date(2021, 12, 31), date(2022, 6, 30), date(2022, 7, 1), date(2022, 10, 31),
    date(2022, 12, 31), date(2023, 10, 31), date(2024, 2, 29),
]  # fmt: skip
SHIFTS = (-60, -7, -1, 0, 0, 0, 1, 2, 45)


NAMED = {"G-prov": "省民政厅", "G-gov": "市人民政府"}


class Staff:
    """Builds row by row from one random stream; `kept` is kind -> rows."""

    def __init__(self, rng, chaos):
        self.rng = rng
        self.chaos = chaos
        self.kept = {kind: [] for kind in KINDS}
        self.numbers = {}

    # small dice

    def odd(self, part=1.0):
        """Does something unusual happen here?"""
        return self.rng.random() < self.chaos * part

    def maybe(self, value):
        return None if self.odd(0.5) else value

    def near(self, *days):
        return self.rng.choice(days) + timedelta(days=self.rng.choice(SHIFTS))

    def instant(self, day, minute=None):
        """An instant on a Shanghai day, sometimes written in UTC and close to midnight."""
        minute = self.rng.choice((0, 30, 9 * 60, 14 * 60, 23 * 60 + 59)) if minute is None else minute
        local = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(minutes=minute)
        return local.astimezone(UTC) if self.rng.random() < 0.3 else local

    def code(self, prefix):
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}{self.numbers[prefix]:02d}"

    def add(self, kind, /, **fields):
        recorded = self.instant(self.near(*BORDERS)) if self.odd(0.3) and kind not in ("units", "people") else None
        row = fields | {"recorded_on": recorded}
        self.kept[kind].append(row)
        return row

    # units

    def add_unit(self, kind, code, parent=None, /, **fields):
        blank = {"point": None, "covered_from": None, "covered_to": None, "opened_on": None, "closed_on": None}
        return self.add("units", **blank | {"code": code, "name": code, "kind": kind, "parent": parent} | fields)

    def make_units(self):
        self.add_unit("city", "C")
        for body in ("G-prov", "G-gov", "G-fin", "G-hr", "G-women", "G-disabled"):
            self.add_unit("government", body, name=NAMED.get(body, body))
        self.add_unit("agency", "A")
        for number in (1, 2):
            county = self.add_unit("county", f"K{number}", "C")["code"]
            for _ in range(self.rng.choice((1, 2))):
                self.make_town(county)

    def make_town(self, county):
        town = self.add_unit("township", self.code("T"), county)["code"]
        stations = [self.make_place("station", town) for _ in range(self.rng.choice((1, 1, 1, 2, 3, 0)))]
        points = []
        for station in stations[:1]:
            points = [self.make_place("point", station) for _ in range(self.rng.choice((0, 1, 2, 2)))]
        for _ in range(self.rng.randint(1, 5)):
            point = self.rng.choice([*points, None] if self.odd(2) or not points else points)
            since = self.near(date(2021, 9, 1), date(2022, 12, 31)) if point and self.odd() else None
            until = since + timedelta(days=self.rng.choice((30, 400))) if since and self.odd() else None
            closed = self.near(date(2022, 6, 30)) if self.odd(0.2) else None
            self.add_unit(
                "village", self.code("V"), town, point=point, covered_from=since, covered_to=until, closed_on=closed
            )

    def make_place(self, kind, parent):
        days = (date(2021, 6, 28), date(2021, 6, 30), date(2021, 7, 1), date(2021, 12, 31))
        if kind == "point":
            days = (date(2021, 6, 28), date(2022, 6, 30), date(2022, 12, 31), date(2021, 9, 1))
        opened = self.maybe(self.near(*days))
        closed = None
        if opened and self.odd(0.5):
            closed = opened + timedelta(days=self.rng.choice((31, 180, 364, 500)))
        return self.add_unit(kind, self.code(kind[0].upper()), parent, opened_on=opened, closed_on=closed)["code"]

    def units(self, *kinds):
        return [unit["code"] for unit in self.kept["units"] if unit["kind"] in kinds]

    def town_of(self, code):
        units = {unit["code"]: unit for unit in self.kept["units"]}
        while units[code]["kind"] != "township":
            code = units[code]["parent"]
        return code

    # people

    def person(self):
        code = self.code("p")
        self.add("people", code=code, name=code)
        return code

    def people(self):
        return [person["code"] for person in self.kept["people"]]

    def add_post(self, person, unit, post, starts_on, ends_on=None, full_time=None):
        key = (person, unit, post, starts_on)
        if all((row["person"], row["unit"], row["post"], row["starts_on"]) != key for row in self.kept["posts"]):
            row = {"person": person, "unit": unit, "post": post, "starts_on": starts_on, "ends_on": ends_on}
            self.add("posts", **row, full_time=full_time)

    def make_workers(self):
        for _ in range(self.rng.randint(14, 22)):
            self.make_worker(self.person())

    def make_worker(self, person):
        start = self.near(date(2021, 7, 1), date(2021, 9, 30), date(2022, 7, 1), date(2021, 7, 1), date(2024, 2, 29))
        end = start + timedelta(days=self.rng.choice((20, 91, 200, 365, 1095))) if self.odd() else None
        for post, unit in self.places():
            self.add_post(person, unit, post, None if self.odd(0.1) else start, end)
        if end and self.odd(2):
            post, unit = self.places()[0]
            self.add_post(person, unit, post, end + timedelta(days=self.rng.choice((1, 40))))
        self.make_contracts(person, start)
        if self.rng.random() < 0.7:
            self.add_certificate(person, start)
        if self.odd(3):
            self.make_leave(person)

    def places(self):
        """Posts and units of one worker: mostly one that fits, sometimes several or a wrong one."""
        stations, points, villages = self.units("station"), self.units("point"), self.units("village")
        if self.odd(0.3):
            anywhere = self.rng.choice(self.units("station", "point", "village", "township"))
            return [(self.rng.choice((*AFFAIRS, "service", "integrated_clerk")), anywhere)]
        if self.odd(0.3):
            return [("disability_specialist", self.rng.choice(self.units("township")))]
        if stations and self.rng.random() < 0.45:
            return [(self.rng.choice(AFFAIRS), self.rng.choice(stations))]
        count = 2 if self.odd() else 1
        found = [("service", self.rng.choice(villages)) for _ in range(count)]
        if points and self.odd():
            found.append(("service", self.rng.choice(points)))
        return found

    def make_contracts(self, person, start):
        begins = self.rng.choice(
            (start, start, start, date(2021, 7, 1), date(2021, 6, 30), date(2022, 7, 1), date(2024, 2, 29))
        )
        employer = "A" if self.odd(0.5) else self.rng.choice(self.units("township", "township", "county"))
        first = self.add_contract(person, employer, begins, self.three_years(begins))
        if self.rng.random() < 0.4:
            day = self.rng.choice((first["ends_on"] + timedelta(days=1), date(2022, 6, 30), date(2022, 7, 1)))
            town = self.rng.choice(self.units("township"))
            self.add_contract(person, town, day, self.three_years(day), renews=first["code"])

    def three_years(self, begins):
        years = begins.year + (1 if self.odd(0.5) else 3)
        month, day = (2, 28) if (begins.month, begins.day) == (2, 29) else (begins.month, begins.day)
        return date(years, month, day) + timedelta(days=self.rng.choice((-1, -1, -1, -2, 0, 30)))

    def add_contract(self, person, employer, begins, ends, renews=None):
        ended = begins + timedelta(days=self.rng.choice((0, 92, 200))) if self.odd(0.4) else None
        row = {"person": person, "employer": employer, "starts_on": begins, "ends_on": ends, "ended_on": ended}
        lines = self.maybe(self.rng.choice((4, 5, 5, 6)))
        integrated = True if self.odd() else self.maybe(False)
        return self.add(
            "contracts", code=self.code("c"), **row, renews=renews, insurance_lines=lines, integrated=integrated
        )

    def add_certificate(self, person, start):
        issued = self.near(start, date(2022, 7, 1), date(2021, 5, 6))
        valid_to = issued + timedelta(days=self.rng.choice((300, 1095))) if self.odd() else None
        level = self.rng.choice(("assistant", "assistant", "social_worker", "senior", "supervisor"))
        self.add("certificates", person=person, level=level, issued_on=issued, valid_to=valid_to)

    def make_leave(self, person):
        start = self.near(*BORDERS[2:])
        end = start + timedelta(days=self.rng.choice((0, 1, 29, 30, 31, 120)))
        others = [other for other in self.people() if other != person]
        substitute = self.rng.choice(others) if others and self.rng.random() < 0.6 else None
        self.add("leaves", person=person, starts_on=start, ends_on=end, substitute=substitute)

    def make_officers(self):
        start = date(2021, 6, 1)
        for station in self.units("station"):
            for post in ("station_head", "executive_deputy_head", "deputy_head", "professional"):
                for _ in range(self.rng.choice((1, 1, 1, 0, 2)) if self.odd(3) else 1):
                    self.add_post(self.person(), station, post, self.maybe(self.near(start)))
        for point in self.units("point"):
            for person in self.rng.sample(self.people(), self.rng.choice((1, 1, 0, 2))):
                self.add_post(person, point, "point_contact", self.near(start))
        for county in self.units("county"):
            for _ in range(self.rng.choice((0, 1, 2, 3))):
                person = self.person()
                self.add_post(person, county, "county_liaison", self.near(start), None, self.maybe(not self.odd()))
                if self.rng.random() < 0.6:
                    self.add_certificate(person, start)
        self.make_supervisors(start)

    def make_supervisors(self, start):
        count = self.rng.choice((1, 2, 3, 12, 13))
        for number in range(count):
            post = "supervision_monitor" if number == 0 and self.rng.random() < 0.8 else "supervisor"
            person = self.person()
            end = self.near(*BORDERS[7:]) if self.odd(0.5) else None
            self.add_post(person, "C", post, self.near(start), end)
            if self.odd():
                self.make_leave(person)
        everybody = self.supervisors() if self.rng.random() < 0.7 else self.supervisors()[:1]
        for station in self.units("station"):
            for person in self.rng.sample(everybody, min(len(everybody), self.rng.choice((1, 1, 1, 2, 0)))):
                day = self.near(date(2021, 7, 1), date(2022, 1, 1))
                end = day + timedelta(days=self.rng.choice((29, 30, 400))) if self.odd() else None
                self.add("assignments", supervisor=person, station=station, starts_on=day, ends_on=end)

    def supervisors(self):
        posts = ("supervisor", "supervision_monitor")
        return sorted({row["person"] for row in self.kept["posts"] if row["post"] in posts})

    def workers(self):
        """Each worker and the first day of a post."""
        posts = [row for row in self.kept["posts"] if row["post"] in (*AFFAIRS, "service")]
        return {row["person"]: row["starts_on"] or date(2021, 7, 1) for row in reversed(posts)}
