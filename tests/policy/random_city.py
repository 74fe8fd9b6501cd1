"""Small made-up Huizhou-like cities whose values stand on the borders: the day before, the day, the day after.

No name, number or place in here belongs to anybody.
"""

from datetime import date, timedelta
from random import Random

from policy.records import KINDS as KINDS_OF_RECORDS
from tests.policy.random_staff import BORDERS, KINDS, Staff

DEPARTMENTS = ["民政", "财政", "人社", "妇联", "残联"]
CATEGORIES = ("低保对象", "特困人员", "残疾人", "困境儿童", "留守儿童", "特殊困难老年人", "留守妇女", "普通居民")
VERSIONED = ("contracts", "courses", "assessments", "reports", "acts", "exceptions", "beneficiaries")
RECRUITMENT = ("报名", "笔试", "面试", "体检", "公示", "录用")
CASE = ("识别对象", "分析需求", "制定计划", "协调资源", "专业介入", "跟踪问效")
TOPICS = ("社会救助政策", "儿童福利", "养老服务", "妇女关爱", "残疾人服务", "社会工作专业知识")
# kind of subject and due day of the clauses that one act fulfils
SINGLE_ACTS = {
    "HZ-5.1-03": ("county", date(2021, 5, 30)),
    "HZ-5.2-15": ("county", date(2021, 6, 30)),
    "HZ-5.3.2-09": ("township", date(2022, 6, 30)),
    "HZ-5.3.2-11": ("township", date(2022, 6, 30)),
    "HZ-5.3.1-06": ("village", date(2022, 12, 31)),
}


def judging_days(seed, count=4):
    """Days to judge the city of this seed on."""
    rng = Random(seed)
    return sorted({rng.choice(BORDERS) + timedelta(days=rng.choice((-1, 0, 1, 17))) for _ in range(count)})


def random_records(seed, *, chaos=0.2):
    """The records of one city, parsed; the same for the same seed.

    `chaos` is how much is missing, late or wrong on the average: some cities are tidy, some are worse.
    Units and people are always there, and every reference leads somewhere unless its kind was dropped.
    """
    rng = Random(seed)
    return RandomCity(rng, chaos * rng.choice((0, 0.25, 1, 1, 1, 2))).records()


def with_refs(records):
    """The same, each row with the name by which proofs refer to it."""
    return {
        kind: [
            {**row, "ref": f"{kind}:{row['code'] if KINDS_OF_RECORDS[kind].coded else n}"} for n, row in enumerate(rows)
        ]
        for kind, rows in records.items()
    }


class RandomCity(Staff):
    def records(self):
        self.make_units()
        self.make_workers()
        self.make_officers()
        self.make_trainings()
        self.make_visits()
        self.make_assessments()
        self.make_reports()
        self.make_acts()
        self.make_beneficiaries()
        self.make_candidates()
        self.make_exceptions()
        self.make_versions()
        for kind in KINDS[2:]:
            if self.odd(0.2):
                self.drop(kind)
        return self.kept

    def drop(self, kind):
        """The kind is not kept at all, or kept and empty."""
        if self.rng.random() < 0.6:
            del self.kept[kind]
        else:
            self.kept[kind] = []

    # trainings

    def make_trainings(self):
        courses = [self.add_course("prejob", date(2021, 9, 30)) for _ in range(2)]
        for topic in TOPICS:
            if not self.odd(0.5):
                self.add_course("continuing", date(2021, 12, 31), topic)
        for person, start in self.workers().items():
            if not self.odd():
                last = date(2021, 9, 30) if start <= date(2021, 9, 30) else start - timedelta(days=1)
                self.make_prejob(person, last, self.rng.choice([*courses, None]))
            for year in (2021, 2022, 2023):
                self.make_year_of_training(person, year)

    def add_course(self, category, day, topic=None):
        held_on = self.near(day)
        row = {"category": category, "held_on": held_on, "organiser": "C", "topic": topic, "ends_on": held_on}
        return self.add("courses", code=self.code("k"), **row)["code"]

    def add_training(self, person, day, minutes, category, course=None, unit="clock"):
        starts_at = self.instant(day)
        taken = {(row["person"], row["starts_at"]) for row in self.kept["trainings"]}
        if (person, starts_at) not in taken:
            row = {"person": person, "starts_at": starts_at, "hours": minutes, "category": category, "course": course}
            self.add("trainings", **row, topic=None, provider=None, unit_of_hours=unit)

    def make_prejob(self, person, last, course):
        """About 15 hours in two sessions, the second on the border; 20 学时 are 15 hours as well."""
        if self.rng.random() < 0.2:
            return self.add_training(
                person, self.near(last), self.rng.choice((19, 20)) * 60, "prejob", course, "academic"
            )
        total = self.rng.choice((899, 900, 900, 901, 1200, 600))
        first = last - timedelta(days=self.rng.choice((0, 3, 20)))
        self.add_training(person, first, total // 2, "prejob", course)
        return self.add_training(person, self.near(last), total - total // 2, "prejob", self.maybe(course))

    def make_year_of_training(self, person, year):
        total = self.rng.choice((2879, 2880, 2880, 2881, 2000, 1440, 0))
        if total == 0 or self.odd():
            return
        parts = self.rng.choice((1, 2, 3))
        for _ in range(parts - 1):
            day = date(year, 1, 1) + timedelta(days=self.rng.randrange(365))
            self.add_training(person, day, total // parts, "continuing")
        rest = total - (parts - 1) * (total // parts)
        last = date(year, 12, 31) + timedelta(days=self.rng.choice((-90, -1, 0, 0, 1)))
        if self.rng.random() < 0.15:
            self.add_training(person, last, 64 * 60, "continuing", unit="academic")
        else:
            self.add_training(person, last, rest, "continuing", unit=self.maybe("clock"))

    # supervision

    def make_visits(self):
        supervisors = self.supervisors()
        for station in self.units("station"):
            assigned = [row["supervisor"] for row in self.kept["assignments"] if row["station"] == station]
            for number in range(14):
                month = date(2021 + (5 + number) // 12, (5 + number) % 12 + 1, 1)
                for _ in range(self.rng.choice((0, 1, 1, 1, 2))):
                    self.make_visit(self.rng.choice(assigned or supervisors), station, month)

    def make_visit(self, supervisor, station, month):
        """One or two sessions of about 16 hours together; the second may fall into the next month."""
        visit = self.code("v")
        next_month = (month + timedelta(days=31)).replace(day=1)
        last = next_month - timedelta(days=1)
        day = self.rng.choice((month, month + timedelta(days=9), last - timedelta(days=1), last, last))
        total = self.rng.choice((959, 960, 960, 961, 480, 1437))
        sessions = [(day, total)]
        if self.rng.random() < 0.5:
            sessions = [(day, total // 2), (day + timedelta(days=self.rng.choice((1, 2))), total - total // 2)]
        row = {"visit": visit, "supervisor": supervisor, "station": station, "point": None}
        for session_day, minutes in sessions:
            remote = True if self.odd(0.3) else self.maybe(False)
            self.add("visits", **row, starts_at=self.instant(session_day), hours=minutes, remote=remote)

    # assessments

    def make_assessments(self):
        for year in (2021, 2022):
            for person in self.workers():
                self.add_assessment("worker", person, date(year, 10, 31))
            for unit in self.units("station", "point"):
                self.add_assessment("station", unit, date(year, 12, 31))
            for person in self.supervisors():
                self.add_assessment("supervisor", person, date(year, 12, 31))
            for person in self.liaisons():
                self.add_assessment(self.rng.choice(("liaison", "supervisor")), person, date(year, 12, 31))

    def liaisons(self):
        return sorted({row["person"] for row in self.kept["posts"] if row["post"] == "county_liaison"})

    def add_assessment(self, kind, subject, due):
        if self.odd(1.5):
            return
        period_to = self.rng.choice((None, date(due.year, 12, 31), date(due.year, 10, 31)))
        departments = None
        if kind == "worker" and not self.odd(0.5):
            departments = self.rng.sample(DEPARTMENTS, 5 if self.rng.random() < 0.8 else self.rng.randint(1, 4))
        grade = self.rng.choice(("优秀", "合格", "合格", "基本合格", "不合格", None)) if kind == "worker" else None
        row = {"held_on": self.near(due), "period_from": None, "period_to": period_to, "grade": grade}
        row |= {"rank": None, "population": None, "assessor": None, "departments": departments, "third_party": None}
        qualified = False if self.odd(0.5) else self.maybe(True)
        self.add("assessments", code=self.code("a"), kind=kind, subject=subject, qualified=qualified, **row)

    # reports

    def make_reports(self):
        for year in (2021, 2022):
            for town in self.units("township"):
                self.add_report("HZ-4.2.3-04", town, "C", date(year, 10, 31), year)
            for clause in ("HZ-4.2.3-08", "HZ-5.3.4-07"):
                self.add_report(clause, "C", "G-prov", date(year, 12, 31), year)
            for clause in ("HZ-4.2.3-09", "HZ-5.3.4-08"):
                for member in ("C", "G-fin", "G-hr", "G-women", "G-disabled", "G-fin"):
                    self.add_report(clause, "C", member, date(year, 12, 31), year, 0.4)
        for county in self.units("county"):
            self.add_report("HZ-5.1-20", county, "C", date(2021, 6, 30))
            self.add_report("HZ-5.4-07", "C", county, date(2022, 12, 31))
        self.add_report("HZ-5.4-08", "C", "G-prov", date(2022, 12, 31))
        self.add_report("HZ-5.4-09", "C", "G-gov", date(2022, 12, 31))

    def add_report(self, clause, from_unit, to_unit, due, period=None, missing=1.0):
        if self.odd(missing):
            return
        sent = self.near(due)
        if self.odd(0.3):
            to_unit = self.rng.choice(("C", "G-prov", "G-gov", "G-fin", "K1"))
        row = {"from_unit": from_unit, "to_unit": to_unit, "subject": None, "document": None}
        label = None if period is None else self.maybe(str(period))
        received = self.maybe(sent + timedelta(days=self.rng.choice((0, 0, 1, 3))))
        self.add(
            "reports",
            code=self.code("r"),
            clause=clause,
            period=label,
            sent_on=self.maybe(sent),
            received_on=received,
            **row,
        )

    # acts

    def make_acts(self):
        for clause, (kind, due) in SINGLE_ACTS.items():
            for unit in self.units(kind):
                if not self.odd(1.5):
                    self.add_act(clause, unit, self.near(due))
        for item in ("站点全覆盖", "服务对象全覆盖"):
            if not self.odd():
                self.add_act("HZ-5.4-06", "C", self.near(date(2022, 12, 31)), item)
        for station in self.units("station"):
            self.make_plaques(station)
        for point in self.units("point"):
            self.make_point_acts(point)

    def add_act(self, clause, subject, on, item=None):
        row = {"by": None, "value": None, "unit": None, "verdict": None, "document": None, "note": None}
        self.add("acts", code=self.code("x"), clause=clause, subject=subject, on=on, item=item, **row)

    def make_plaques(self, station):
        if not self.odd():
            self.add_act("HZ-5.2-14", station, self.near(date(2021, 6, 28)), self.maybe("社工站"))
        registered = {row["clause"]: row["on"] for row in self.kept["acts"] if row["subject"] == self.town_of(station)}
        june = date(2021, 6, 30)
        plaques = {"社工站": june}
        plaques["社会工作与志愿服务协会"] = registered.get("HZ-5.3.2-09", june)
        plaques["社会组织联合会"] = registered.get("HZ-5.3.2-11", june)
        for item, due in plaques.items():
            for _ in range(self.rng.choice((1, 1, 2))):
                if not self.odd():
                    self.add_act("HZ-5.2-05", station, self.near(due), item)

    def make_point_acts(self, point):
        if not self.odd():
            self.add_act(
                "HZ-5.2-14", point, self.near(date(2021, 6, 28)), self.rng.choice(("社工点", "社工点", "社工站"))
            )
        for item in ("台式电脑", "打印机", "Computer", "printer"):
            if self.rng.random() < 0.6:
                self.add_act("HZ-5.2-11", point, self.near(date(2021, 6, 30)), item)
        if self.odd():
            self.add_act("HZ-5.2-12", point, self.near(date(2021, 9, 1)))

    # people served

    def make_beneficiaries(self):
        villages = self.units("village")
        for number in range(self.rng.randint(0, 14)):
            registered = self.maybe(self.near(date(2021, 7, 1), date(2022, 12, 31)))
            removed = registered + timedelta(days=self.rng.choice((40, 500))) if registered and self.odd() else None
            row = {"category": self.rng.choice(CATEGORIES), "registered_on": registered, "removed_on": removed}
            row |= {field: self.around_due() for field in ("file_on", "plan_on", "visited_on", "served_on")}
            row["household"] = self.rng.choice((None, f"h{number % 4}"))
            code = self.code("b")
            self.add("beneficiaries", code=code, village=self.rng.choice(villages), **row)
            self.make_case(code)

    def around_due(self):
        return None if self.odd(0.7) else self.near(date(2021, 7, 1), date(2022, 6, 30), date(2022, 12, 31))

    def make_case(self, code):
        if not self.odd():
            self.add_act("HZ-5.3.2-03", code, self.near(date(2022, 6, 30)))
        day = self.near(date(2021, 7, 31), date(2022, 6, 30))
        for step in CASE[: self.rng.choice((0, 3, 5, 6, 6))]:
            if not self.odd(0.2):
                self.add_act("HZ-5.3.1-03", code, day, step)
            day += timedelta(days=-3 if self.odd(0.2) else self.rng.choice((0, 1, 10)))

    # recruitment

    def make_candidates(self):
        for person in self.rng.sample(self.people(), 8):
            code = person if self.rng.random() < 0.3 else self.code("d")
            link = person if code != person else self.maybe(person)
            round_ = self.rng.choice(("2022", "2022", "2021", None))
            day = self.near(date(2021, 6, 1), date(2022, 5, 31))
            row = {"code": code, "name": code, "applied_on": day, "born_on": None, "education": None}
            row |= {"household_city": None, "work_started_on": None, "former_post": None, "family_in_need": None}
            row |= {"person": link, "round": round_, "deadline_on": None}
            for step in RECRUITMENT[: self.rng.choice((3, 5, 6, 6, 6))]:
                if not self.odd(0.2):
                    self.add("candidates", **row, step=step, step_on=None if self.odd(0.1) else day)
                day += timedelta(days=-1 if self.odd(0.2) else self.rng.choice((0, 1, 7)))

    # exceptions and corrections

    def make_exceptions(self):
        subjects = {
            "HZ-4.2.1-07": [*self.workers(), *self.units("village")],
            "HZ-4.2.4-08": [*self.supervisors(), "C"],
            "HZ-5.1-04": self.units("station"),
            "HZ-5.1-05": self.units("station"),
            "HZ-5.1-07": self.units("point"),
            "HZ-5.1-09": self.units("township"),
            "HZ-5.1-21": [row["code"] for row in self.kept["contracts"]],
            "HZ-5.2-09": self.units("point"),
        }
        for clause, codes in subjects.items():
            for code in codes:
                if self.rng.random() < 0.3:
                    approved = self.near(date(2021, 7, 1), date(2022, 6, 30))
                    expires = approved + timedelta(days=self.rng.choice((0, 30, 700)))
                    row = {"reason": "情况特殊", "approver": "C", "approved_on": approved, "expires_on": expires}
                    self.add("exceptions", code=self.code("e"), clause=clause, subject=code, **row)

    def make_versions(self):
        """A later correction of a coded row: the same code, other dates, known from a later instant."""
        for kind in VERSIONED:
            for row in list(self.kept[kind]):
                if self.odd(0.4):
                    moved = {field: self.moved(field, value) for field, value in row.items()}
                    known = row["recorded_on"] or self.instant(date(2021, 6, 15))
                    moved["recorded_on"] = known + timedelta(days=self.rng.choice((1, 30, 300)))
                    where = self.rng.randrange(len(self.kept[kind]) + 1)
                    self.kept[kind].insert(where, moved)

    def moved(self, field, value):
        """Facts move by a day or so; where a row begins and ends stays in order."""
        movable = (
            "on",
            "held_on",
            "sent_on",
            "received_on",
            "file_on",
            "plan_on",
            "visited_on",
            "served_on",
            "ends_on",
        )
        if field in movable and value is not None:
            return value + timedelta(days=self.rng.choice((-1, 1, 2)))
        return value
