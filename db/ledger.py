"""All writes of a round: rulings, verdicts that changed, notices. One transaction for each phase or duty."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, CursorResult, RowMapping, Table, func, insert, select, text, update
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.bulk import append
from db.columns import day_of, second_of
from policy.inhibition import Milestone
from policy.plan import Obligation, Plan
from policy.verdict import Alternative, Ruling, Verdict
from policy.words import BROKEN, OPEN, Flag, Status

ROUND: Table = SQLModel.metadata.tables["round"]
VERDICT_COLUMNS = ("city", "duty", "subject", "period", "ruling", "round")
Key = tuple[str, str, int]
CHUNK = 20_000
MANY = 1_000
INSERT_RULING = (
    "INSERT INTO ruling (id, duty, clause, kind, period, status, due, done_on, measured, required, percent, unit, flags, "
    "alternatives, phase_state, why) VALUES (:id, :duty, :clause, :kind, :period, :status, :due, :done_on, :measured, "
    ":required, :percent, :unit, :flags, :alternatives, :phase_state, :why) ON CONFLICT (id) DO NOTHING"
)
HISTORY = (
    "SELECT v.id, v.subject, v.period, v.ruling, v.ended, r.status, r.due, d.as_of FROM verdict v "
    "JOIN ruling r ON r.id = v.ruling JOIN round d ON d.id = v.round WHERE v.city = :city AND v.duty = :duty {which} "
    "ORDER BY v.id"
)
"""Of some keys of one obligation in order; the newest row of a key is the one that stands."""
STATUS = {status.value: status for status in Status}
"""Looked up a hundred thousand times a round, which an enumeration takes a second for."""
END = "UPDATE verdict SET ended = :round WHERE id = :row"


@dataclass
class Standing:
    """What stood before a round: each key's ruling and status; what is broken, since when; the due day of what is open.

    `ruling` and `row` (of the history) are there only of what has not ended: what was judged no more has neither.
    `mended` counts how often a key went from broken to put right, `reopened` how often what has a due day was open again;
    `hastened` says when what is open was last found to be due earlier than it had been.
    """

    ruling: dict[Key, int] = field(default_factory=dict)
    status: dict[Key, Status] = field(default_factory=dict)
    breached: dict[Key, date] = field(default_factory=dict)
    owed: dict[Key, date] = field(default_factory=dict)
    mended: dict[Key, int] = field(default_factory=dict)
    hastened: dict[Key, date] = field(default_factory=dict)
    reopened: dict[Key, int] = field(default_factory=dict)
    row: dict[Key, int] = field(default_factory=dict)

    def read(self, duty: str, rows: CursorResult[Any]) -> list[Key]:
        """Takes in the history of some keys, all of each, as HISTORY selects it; gives the keys that have not ended."""
        standing = []
        for row, subject, period, ruling, ended, status, due, as_of in chain.from_iterable(rows.partitions(CHUNK)):
            key = (duty, subject, period)
            self.follow(key, STATUS[status], day_of(due) if due else None, day_of(as_of))
            if ended is None:
                self.ruling[key], self.row[key] = ruling, row
                standing.append(key)
        return standing

    def follow(self, key: Key, status: Status, due: date | None, as_of: date) -> None:
        """What a verdict recorded for `as_of` makes of what stood."""
        before = self.status.get(key)
        if status not in BROKEN:
            if self.breached.pop(key, None):
                self.mended[key] = self.mended.get(key, 0) + 1
        elif before not in BROKEN:
            self.breached[key] = as_of
        was = self.owed.pop(key, None)
        if status in OPEN and due:
            self.owed[key] = due
            if was is None:
                if before:
                    self.reopened[key] = self.reopened.get(key, 0) + 1
            elif due < was:
                self.hastened[key] = as_of
        self.status[key] = status

    def milestones(self, plan: Plan, verdicts: Iterable[Verdict]) -> dict[Key, Milestone]:
        """How milestones stand by these verdicts of today, whether or not they have been followed."""
        return {verdict.key: self._milestone(plan, verdict) for verdict in verdicts}

    def _milestone(self, plan: Plan, verdict: Verdict) -> Milestone:
        key, ruling = verdict.key, verdict.ruling
        again = ruling.status in OPEN and key in self.status and key not in self.owed
        times = self.reopened.get(key, 0) + again
        return Milestone(key, plan.by_key[verdict.duty].title, ruling.status, ruling.done_on, times)


def standing(connection: Connection, city: str, obligations: Iterable[Obligation]) -> Standing:
    """Reads the whole history of these obligations."""
    stood, query = Standing(), text(HISTORY.format(which=""))
    for obligation in obligations:
        stood.read(obligation.key, connection.execute(query, {"city": city, "duty": obligation.key}))
    return stood


def newest_round(connection: Connection, city: str, part: str) -> date | None:
    """The last day for which this part was recorded."""
    query = select(func.max(ROUND.c.as_of)).where(ROUND.c.city == city, ROUND.c.part == part)
    return connection.execute(query).scalar_one()


def live_from(connection: Connection, city: str) -> date | None:
    """The day of the first round ever recorded: the office went live on it. None before that."""
    return connection.execute(select(func.min(ROUND.c.as_of)).where(ROUND.c.city == city)).scalar_one()


def open_round(connection: Connection, city: str, part: str, as_of: date, revision: str, now: datetime) -> int:
    """The row of this round; the same part, day and instant give the same row."""
    table = ROUND
    values = {
        "city": city, "part": part, "as_of": as_of, "known": second_of(now), "revision": revision, "started_at": now,
        "verdicts": 0, "changed": 0, "notices": 0,
    }  # fmt: skip
    same = (
        (table.c.city == city) & (table.c.part == part) & (table.c.as_of == as_of) & (table.c.known == second_of(now))
    )
    found = connection.execute(select(table.c.id).where(same)).scalar()
    return int(found or connection.execute(insert(table).returning(table.c.id), values).scalar_one())


def close_round(connection: Connection, round_id: int, verdicts: int, changed: int, notices: int) -> None:
    """A round held again at the same instant finds nothing new and keeps what it found at first."""
    counts = {"verdicts": verdicts, "changed": ROUND.c.changed + changed, "notices": ROUND.c.notices + notices}
    connection.execute(update(ROUND).where(ROUND.c.id == round_id).values(**counts))


def know_sizes(connection: Connection, written: int) -> None:
    """After many rows: PostgreSQL would else join the history with itself as if it were empty, until it looks by itself."""
    if written >= MANY and connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE verdict, ruling"))


class Recorder:
    """Writes verdicts as they come, those that differ from what stood; rulings once for all who share them."""

    def __init__(self, connection: Connection, city: str, round_id: int, stood: Standing) -> None:
        self._connection, self._city, self._round, self._stood = connection, city, round_id, stood
        self._ids: dict[int, int] = {}
        self._kept: list[Ruling] = []  # keeps the objects alive, so that an id() is never used twice
        self._rulings: list[dict[str, Any]] = []
        self._verdicts: list[tuple[str, str, str, int, int, int]] = []
        self._ended: list[int] = []
        self.changed = 0

    def add(self, verdict: Verdict) -> None:
        ruling = self._ids.get(id(verdict.ruling)) or self._new(verdict)
        key = verdict.key
        if self._stood.ruling.get(key) == ruling:
            return
        self.changed += 1
        self.end(key)
        self._verdicts.append((self._city, *key, ruling, self._round))
        if len(self._verdicts) >= CHUNK:
            self.flush()

    def end(self, key: Key) -> None:
        """What stood of this key stands no more: something else is said, or nothing is judged any more."""
        if key in self._stood.row:
            self._ended.append(self._stood.row[key])

    def _new(self, verdict: Verdict) -> int:
        row = ruling_row(verdict)
        self._rulings.append(row)
        self._kept.append(verdict.ruling)
        self._ids[id(verdict.ruling)] = row["id"]
        return int(row["id"])

    def flush(self) -> None:
        if self._rulings:
            self._connection.execute(text(INSERT_RULING), self._rulings)
        append(self._connection, "verdict", VERDICT_COLUMNS, self._verdicts)
        if self._ended:
            self._connection.execute(text(END), [{"row": row, "round": self._round} for row in self._ended])
        self._rulings, self._verdicts, self._ended = [], [], []


def ruling_row(verdict: Verdict) -> dict[str, Any]:
    """A ruling as a row; its id is the hash of everything in it, so equal rulings are one row in any round."""
    ruling = verdict.ruling
    row = {
        "duty": verdict.duty,
        "clause": verdict.clause,
        "kind": verdict.kind.value,
        "period": verdict.period.number if verdict.period else 0,
        "status": ruling.status.value,
        "due": _number(ruling.due),
        "done_on": _number(ruling.done_on),
        "measured": ruling.measured,
        "required": ruling.required,
        "percent": ruling.percent,
        "unit": ruling.unit,
        "flags": ";".join(ruling.flags),
        "alternatives": json.dumps([_plain(a) for a in ruling.alternatives], ensure_ascii=False),
        "phase_state": ruling.phase_state,
        "why": ruling.why,
    }
    digest = hashlib.blake2b(repr(tuple(row.values())).encode(), digest_size=8).digest()
    return {"id": int.from_bytes(digest) >> 1, **row}


def ruling_of(row: RowMapping) -> Ruling:
    """The ruling of a row, all that `ruling_row` wrote of it."""
    return Ruling(
        status=Status(row["status"]),
        why=row["why"],
        due=day_of(row["due"]) if row["due"] else None,
        done_on=day_of(row["done_on"]) if row["done_on"] else None,
        measured=row["measured"],
        required=row["required"],
        percent=row["percent"],
        unit=row["unit"],
        flags=tuple(Flag(flag) for flag in row["flags"].split(";") if flag),
        alternatives=tuple(
            Alternative(**{**one, "status": Status(one["status"])}) for one in json.loads(row["alternatives"])
        ),
        phase_state=row["phase_state"],
    )


def _number(day: date | None) -> int | None:
    return day.year * 10000 + day.month * 100 + day.day if day else None


def _plain(alternative: Any) -> dict[str, Any]:
    return {
        "note": alternative.note,
        "reading": alternative.reading,
        "measured": alternative.measured,
        "required": alternative.required,
        "status": alternative.status.value,
    }
