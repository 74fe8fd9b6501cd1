"""A small city that lives: mornings with a round and its messages, people who act or do not, and what may go wrong.

Four obligations of Huizhou: a station to be built by the year's end, a monthly visit, a head in every station, a course.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from engines import opened_empty
from given_city import PEOPLE, POSTS, UNITS, write_city
from given_notices import rows
from sqlalchemy import Connection, select

from db import receipts
from db.delivery_audit import conserved, delivery_audit
from db.intake import codes_known, import_rows
from db.ledger import standing
from db.outbox import ATTEMPT, DELIVERY, DIGEST, NOTICE
from db.outbox_models import LATE
from db.planstore import load_plan
from db.receipts import Heard, Reported
from db.schema import create_all
from db.work_calendar import work_calendar
from notifications.channel import Message, Receipt
from notifications.channels.folder import Folder
from policy.calendar import at, civil_day, end_of
from policy.plan import Plan
from policy.words import OPEN, Reason
from settings import Settings
from tasks.intake import read_records
from tasks.levers import Desk, LeverRefused, extend, hand_over, urge, waive
from tasks.rounds import Part, hold
from tasks.send import Post

DUTIES = ("station-built", "monthly-supervision", "station-head", "prejob-course")
WHOLE = load_plan("huizhou")
PLAN: Plan = WHOLE.model_copy(
    update={"obligations": tuple(WHOLE.by_key[key] for key in DUTIES), "phases": (), "revision": "living"}
)
PART = Part("living", "duty", "小城", PLAN.obligations)
MORNING = time(9)
OF_THREAD = ("duty", "subject", "period", "due", "role", "unit", "person")
"""What all rungs that one listener hears of a matter have in common."""
VISIT = "visit,supervisor,station,starts_at,hours\nG{month},D1,S1,{day} 09:00,{hours}\n"
HEADS = "person,unit,post,starts_on,ends_on\nH1,S1,station_head,2021-06-15,{left}\nH2,S1,station_head,{came},\n"


class Killed(BaseException):
    """The sender is gone, as by SIGKILL: nothing after this is done."""


@dataclass(frozen=True)
class Sending:
    """A message that left, as the other side saw it."""

    id: str
    recipient: str
    at: datetime


class World:
    """`today` is the next morning that is lived."""

    def __init__(self, folder: Path, first: date, server: str | None = None, plan: Plan = PLAN) -> None:
        self.today, self.plan, self.part = first, plan, replace(PART, obligations=plan.obligations)
        self.settings = Settings(data=folder / "data", database_url=server or "", host_id="living")
        self.settings.data.mkdir(parents=True)
        self.engine = opened_empty(server, self.settings.data / "ledger.db")
        create_all(self.engine)
        self.calendar = work_calendar(PLAN.house)
        self.sendings: list[Sending] = []
        self.kills = 0
        self.kill_after: int | None = None
        self.kept = False
        self.was: dict[str, str] = {}
        self.units, self.head_left = UNITS, ""
        kinds = {"units": UNITS, "people": PEOPLE + "H2,站长乙\n", "posts": POSTS}
        assigned = "supervisor,station,starts_on,ends_on\nD1,S1,2021-07-01,\n"
        self.learn(**kinds, assignments=assigned, visits=VISIT.format(month="0", day="2021-06-30", hours=1))

    def close(self) -> None:
        self.engine.dispose()

    @property
    def now(self) -> datetime:
        return at(self.today, MORNING)

    def learn(self, **kinds: str) -> None:
        with self.engine.begin() as connection, tempfile.TemporaryDirectory() as folder:
            known = codes_known(connection, PLAN.key)
            records = read_records(write_city(Path(folder), kinds), known)
            import_rows(connection, PLAN.key, records.rows, "test", self.now - timedelta(minutes=30))

    def round(self) -> None:
        hold(self.engine, self.plan, self.part, self.today, self.now)

    def send(self, later: timedelta = timedelta()) -> None:
        post = Post(self.engine, self.plan, self.settings, self.now + later, lambda: 0.0)
        post._open["email"] = post._open["sms"] = Recorded(self, post)  # type: ignore[assignment]
        try:
            post.run()
        except Killed:
            self.kills += 1
            self.kill_after = None

    def live(self) -> None:
        """A morning: the round, the messages, and the next day begins."""
        self.round()
        self.send()
        self.today += timedelta(days=1)

    def live_until(self, last: date, *, skip: frozenset[date] = frozenset()) -> None:
        while self.today <= last:
            if self.today in skip:
                self.today += timedelta(days=1)
            else:
                self.live()

    def build_station(self) -> None:
        self.units = UNITS + f"S2,二镇社工站,station,T2,{self.today},,\n"
        self.learn(units=self.units)

    def register(self, town: str) -> None:
        """The association of a town, which nobody is asked for but by a plan of its own."""
        self.learn(acts=f"code,clause,subject,on\nA-{town},HZ-5.3.2-09,{town},{self.today}\n")

    def visit(self, hours: int) -> None:
        month = f"{self.today:%Y%m}"
        self.learn(visits=VISIT.format(month=month, day=self.today, hours=hours))

    def change_head(self) -> None:
        if not self.head_left:
            self.head_left = f"{self.today - timedelta(days=1)}"
            self.learn(posts=HEADS.format(left=self.head_left, came=self.today))

    def train(self) -> None:
        self.learn(trainings=f"person,starts_at,hours,category\nW1,{self.today} 09:00,8,prejob\n")

    def decide(self, what: str, days: int) -> bool:
        """False where the house's rules do not allow it."""
        with self.engine.begin() as connection:
            desk = Desk(connection, self.plan, self.now)
            until = self.today + timedelta(days=days)
            try:
                if what == "handover":
                    hand_over(desk, "D1", "H2", self.today, until, "C", "出差")
                    return True
                matter = desk.matter("station-built", "T2")
                match what:
                    case "extend":
                        extend(desk, matter, max(until, date(2022, 1, 10)), "C", "C", "用地未批")
                    case "waive":
                        waive(desk, matter, until, "C", "C", "汛期")
                    case "urge":
                        urge(desk, matter, "C", "再催一次")
            except LeverRefused:
                return False
        return True

    def report(self, which: int, status: Heard) -> None:
        """A gateway says of one message, perhaps again and late, what became of it."""
        if not self.sendings:
            return
        sent = self.sendings[which % len(self.sendings)]
        with self.engine.begin() as connection:
            heard = Reported("folder", status, message=sent.id, code="TEST", reported_at=sent.at)
            receipts.keep(connection, [heard], self.now)
            receipts.apply(connection, PLAN.key, self.now, lambda code: False)

    def told(self) -> set[tuple[Any, ...]]:
        """Every rung that was said to somebody, or overtaken by one that was."""
        settled = [row for row in rows(self.engine, NOTICE) if row["state"] in ("done", "superseded")]
        rungs = {(*(row[name] for name in OF_THREAD), row["rung"]) for row in settled}
        passed = (row for row in settled if row["supersedes"])
        return rungs | {(*(r[name] for name in OF_THREAD), rung) for r in passed for rung in r["supersedes"].split()}


class Recorded(Folder):
    """The folder, and a list of what it took; it dies when told to, having taken the message or not."""

    def __init__(self, world: World, post: Post) -> None:
        super().__init__(world.settings.mail_folder)
        self.world, self.post = world, post

    def send(self, message: Message) -> Receipt:
        world = self.world
        if world.kill_after is not None:
            world.kill_after -= 1
            if world.kill_after < 0 and not world.kept:
                raise Killed
        taken = super().send(message)
        world.sendings.append(Sending(message.id, message.to.code, self.post.now))
        if world.kill_after is not None and world.kill_after < 0:
            raise Killed
        return taken


def wrongs(world: World) -> list[str]:
    """Which of the invariants of section 3.10 do not hold now."""
    with world.engine.begin() as connection:
        found = [] if conserved(delivery_audit(connection, PLAN.key, world.now)) else ["conservation"]
        found += [f"said of what is closed: {key}" for key in _said_of_closed(connection, world)]
    said, sent = rows(world.engine, NOTICE), rows(world.engine, DELIVERY)
    copies = Counter(one.id for one in world.sendings)
    found += ["more copies than kills"] * (sum(copies.values()) - len(copies) > world.kills)
    found += [f"two a day: {whom}" for whom, n in _first_tries(world).items() if n > 1]
    found += [
        f"outside the hours: {one}" for one in rows(world.engine, ATTEMPT) if not _in_hours(world, one["started_at"])
    ]
    found += [f"out of order: {key}" for key in _too_soon(world, said, sent)]
    found += [f"taken back: {row['id']}" for row in sent if world.was.get(row["id"]) == "delivered" != row["state"]]
    world.was = {row["id"]: row["state"] for row in sent}
    return found


def _first_tries(world: World) -> Counter[tuple[str, date]]:
    """New digests a person and day. One that perhaps left may be tried again on the next: it was another day's."""
    digests = {row["id"]: row["recipient"] for row in rows(world.engine, DELIVERY) if row["seq"] == DIGEST}
    tries = (row for row in rows(world.engine, ATTEMPT) if row["n"] == 1 and row["delivery"] in digests)
    return Counter((digests[row["delivery"]], civil_day(row["started_at"])) for row in tries)


def _in_hours(world: World, instant: datetime) -> bool:
    day, window = civil_day(instant), PLAN.house.windows["email"]
    return world.calendar.is_workday(day) and at(day, window.opens) <= instant < at(day, window.closes)


def _too_soon(world: World, said: list[dict], sent: list[dict]) -> list[str]:
    """Levels that heard together with the level below or within the dwell of it, though that was not tried for long."""
    taken = {row["id"]: row["accepted_at"] for row in sent}
    told = [row for row in said if row["state"] == "done" and row["reason"] in LATE and taken.get(row["delivery"])]
    found = []
    for above in (row for row in told if row["level"]):
        when = taken[above["delivery"]]
        dwelt, patience = (
            end_of(world.calendar.step(civil_day(when), -n)[0])
            for n in (PLAN.house.dwell_workdays, PLAN.house.patience_workdays)
        )
        same = ("duty", "subject", "period")
        below = [r for r in told if r["level"] == above["level"] - 1 and all(r[n] == above[n] for n in same)]
        tried = {row["id"] for row in sent if row["attempts"] > 1}
        found += [
            above["key"]
            for r in below
            if dwelt < taken[r["delivery"]] <= when and (r["created_at"] > patience or r["delivery"] not in tried)
        ]
    return found


def _said_of_closed(connection: Connection, world: World) -> list[str]:
    """What was put into words this morning after a round that had found its matter met.

    What perhaps left yesterday is said again in yesterday's words: it may already have been read.
    """
    stood = standing(connection, PLAN.key, PLAN.obligations).status
    morning = at(world.today - timedelta(days=1), MORNING)
    fresh = connection.scalars(select(DELIVERY.c.id).where(DELIVERY.c.frozen_at >= morning)).all()
    left = {one.id for one in world.sendings if one.at >= morning}.intersection(fresh)
    rows_ = connection.execute(NOTICE.select().where(NOTICE.c.delivery.in_(left), NOTICE.c.state == "done")).mappings()
    closed = []
    for row in rows_:
        key = (row["duty"], row["subject"], int((row["period"] or "0").replace("-", "")))
        is_news = row["reason"] == Reason.RESOLVED or row["rung"].startswith("U")
        if not is_news and key in stood and stood[key] not in OPEN:
            closed.append(row["key"])
    return closed
