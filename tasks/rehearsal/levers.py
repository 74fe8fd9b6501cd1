"""What people decided while the programme ran, heard again on its day: what each decision turned, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, RowMapping

from db.changes import seen_on
from db.columns import second_of
from db.levers import SILENT, LeverKind, decided, levers, period_number
from db.on_file import URGED
from policy.calendar import civil_day, end_of
from policy.levers import Key, Levers
from policy.notices import Call

Scope = tuple[str | None, str | None, int | None]
"""Obligation, subject and number of the period; None in a field means any."""
SPOKEN_FOR = (*SILENT, LeverKind.EXTENSION, LeverKind.HANDOVER)


class Pulled:
    """Every decision on file. `known_at`: all days know those of that instant, as they know its records."""

    def __init__(self, connection: Connection, city: str, clock: time, last: date, known_at: datetime | None) -> None:
        self._connection, self._city, self._clock, self._known_at = connection, city, clock, known_at
        self._rows = decided(connection, city, known_at or end_of(last))
        self._silencing = [row for row in self._rows if row["kind"] in (LeverKind.ACK, LeverKind.SNOOZE)]
        self._levers, self._seen = Levers(), False
        self._days: dict[date, list[Scope]] = defaultdict(list)
        for row in self._rows:
            if row["kind"] in SPOKEN_FOR:
                for day in self._turns(row):
                    self._days[day].append(_scope(row))

    def on(self, now: datetime) -> Levers:
        """What the policy core has to know of them this morning."""
        if self._rows and (not self._seen or (self._known_at is None and civil_day(now) in self._days)):
            self._levers, self._seen = levers(self._connection, self._city, self._known_at or now), True
        return self._levers

    def turned(self, day: date) -> list[Scope]:
        """Of what something else may be said from this morning on."""
        return self._days.get(day, [])

    def _turns(self, row: RowMapping) -> Iterator[date]:
        """The mornings on which it is first heard of, begins, is over, or is first heard to have been ended."""
        ends = [row["until"]] if row["until"] else []
        heard = [row["decided_at"], *([row["revoked_at"]] if row["revoked_at"] else [])]
        if row["revoked_at"]:
            ends.append(civil_day(row["revoked_at"]))
        yield from (seen_on(second_of(instant), self._clock) for instant in heard)
        yield row["starts"]
        yield from (day + timedelta(days=1) for day in ends)

    def moments(self, day: date) -> list[tuple[datetime, RowMapping]]:
        """The instants of this day at which something was decided or ended, first to last, each with its row."""
        if self._known_at:
            return []
        instants = ((row[name], row) for row in self._rows for name in ("decided_at", "revoked_at"))
        return sorted(((t, row) for t, row in instants if t and civil_day(t) == day), key=lambda one: one[0])

    @property
    def silences(self) -> bool:
        """Whether anybody has put anything off at all."""
        return bool(self._silencing)

    def put_off(self, call: Call, recipient: str | None, now: datetime) -> bool:
        """The recipient does not want to hear of it (db/levers.py says the same in SQL)."""
        return self.silences and any(
            row["recipient"] == recipient and self._runs(row, now) and _means(row, call) for row in self._silencing
        )

    def _runs(self, row: RowMapping, now: datetime) -> bool:
        known, over = self._known_at or now, row["revoked_at"]
        return bool(row["decided_at"] <= known and not (over and over <= known) and row["until"] >= civil_day(now))


def covers(scope: Scope, key: Key) -> bool:
    return all(ours in (None, theirs) for ours, theirs in zip(scope, key, strict=True))


def spoken_for(held: Levers, key: Key) -> bool:
    """Whether any decision turns what is said of this matter."""
    return key in held.extensions or any(waiver.covers(key) for waiver in held.waivers)


def _scope(row: RowMapping) -> Scope:
    """A person is replaced for whatever is said to her."""
    if row["kind"] == LeverKind.HANDOVER:
        return (None, None, None)
    return (row["duty"], row["subject"], None if row["period"] is None else period_number(row["period"]))


def _means(row: RowMapping, call: Call) -> bool:
    if row["kind"] == LeverKind.ACK:
        return bool(row["notice"] == call.key)
    about = call.word.duty, call.subject.code, call.word.period or ""
    return (row["duty"], row["subject"], row["period"]) == about and not call.word.rung.startswith(URGED)
