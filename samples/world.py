"""What the office has written down by a day: the one gate every record passes on its way out."""

from datetime import date
from random import Random
from typing import Final
from zlib import crc32

from samples.days import after
from samples.sheets import COLUMNS, Row

NOTICE_DAYS: Final = 15
"""Starts and ends this near ahead are already planned and therefore known."""

LATE_PER_MILLE: Final = 20
_LATE_KEY: Final = {
    "trainings": ("person", "starts_at"),
    "visits": ("visit",),
    "assessments": ("code",),
    "reports": ("code",),
    "certificates": ("person", "issued_on"),
    "acts": ("clause", "subject", "on", "item"),
}
_BLANK: Final = {kind: dict.fromkeys(names, "") for kind, names in COLUMNS.items()}


class World:
    """Rows by kind, cut at `until`.

    Whatever is drawn comes from a stream named by its subject, so the same seed tells the same story whatever
    the day it is told on: a later `until` adds to it and changes nothing in what was already there.
    """

    def __init__(self, seed: int, until: date) -> None:
        self.seed, self.until, self.ahead = seed, until, after(until, NOTICE_DAYS)
        self.years = range(2021, until.year + 1)
        self.rows: dict[str, list[Row]] = {kind: [] for kind in COLUMNS}

    def stream(self, *name: object) -> Random:
        return Random("/".join(map(str, (self.seed, *name))))

    def seen(self, day: date | None) -> date | None:
        """The day of a fact, if it has come."""
        return day if day is not None and day <= self.until else None

    def planned(self, day: date | None) -> date | None:
        """The day of a start or an end, if it has come or is announced."""
        return day if day is not None and day <= self.ahead else None

    def add(self, kind: str, on: date | None = None, /, **cells: object) -> None:
        """Write a row down; a fact of a day (`on`) that has not come is left out."""
        if on is not None and on > self.until:
            return
        row = _BLANK[kind].copy()
        for name, value in cells.items():
            row[name] = "" if value is None else str(value)
        if kind == "acts":
            row["code"] = "-".join(
                filter(None, (row["clause"][3:], row["subject"], row["on"].replace("-", ""), row["item"]))
            )
        if on is None or self._is_recorded(kind, on, row):
            self.rows[kind].append(row)

    def _is_recorded(self, kind: str, on: date, row: Row) -> bool:
        """Stamp the few rows that the office came to know late; false while it does not know them."""
        if kind not in _LATE_KEY:
            return True
        draw = crc32("/".join([str(self.seed), kind, *(row[name] for name in _LATE_KEY[kind])]).encode())
        if draw % 1000 >= LATE_PER_MILLE:
            return True
        known = after(on, 10 + draw // 1000 % 80)
        row["recorded_on"], row["source"] = f"{known}T10:{draw % 60:02d}:00+08:00", "补录"
        return known <= self.until
