"""What a statement reads of the records, told by the words it is made of: so that what it does not read need not be asked.

A word that stands for something else as well makes a statement read more than it does, never less.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from db.measures.current import PARTS, TABLES

OWN_KIND = {
    "acts": "clause",
    "reports": "clause",
    "trainings": "category",
    "courses": "category",
    "assessments": "kind",
    "funds": "kind",
    "posts": "post",
    "units": "kind",
}
"""A statement that asks for a clause, category, kind or post names those it reads; rows of others do not touch it. One
that names those it leaves out reads all. A unit may be joined to whatever its kind, but its days are asked for by kind."""
CALLED = {
    "opened_on": "opens",
    "closed_on": "closes",
    "starts_on": "starts",
    "ends_on": "ends",
    "ended_on": "really_ends",
    "registered_on": "registers",
    "removed_on": "leaves_on",
    "on": "day",
    "held_on": "year",
}
"""The other name of a date column in the parts of current.py."""


DAY = {"as_of", "cut", "periods"}
"""A statement without one of these says the same on every day."""


class Touch(NamedTuple):
    """One record on a day that matters to it. `own` is its clause, category, kind or post, None for any; `period` the
    year or month on which alone it tells, 0 for any; `dates` the columns that bear the day, none where it becomes known,
    is corrected or is taken back."""

    names: tuple[str | None, ...]
    own: str | None
    period: int = 0
    dates: tuple[str, ...] = ()


Touched = dict[str, list[Touch]]
"""By the kind of record."""


class Reading(NamedTuple):
    """What is read of one kind: the words among which its clause, category or kind stands (None: all), and the dates."""

    own: frozenset[str] | None
    dates: frozenset[str]

    def minds(self, touch: Touch) -> bool:
        if self.own is not None and touch.own is not None and touch.own not in self.own:
            return False
        return not touch.dates or not self.dates.isdisjoint(touch.dates)


def readings(statement: str, clause: str = "") -> dict[str, Reading]:
    """By the kinds of record that a statement of `with_parts` reads; `clause` is what it is given as `:clause`."""
    quoted = frozenset(re.findall(r"'([^']*)'", statement)) | {clause}
    kinds = [name for name in TABLES if re.search(rf"\b{name} AS ", statement)]
    for name in kinds:
        statement = statement.replace(PARTS[name], "")
    words = frozenset(re.findall(r"[a-z_]+", statement))
    dates = words | {column for column, called in CALLED.items() if called in words}
    # A contract ends on one of two days.
    dates |= {"ends_on"} if "really_ends" in words else set()
    dates = dates if words & DAY else frozenset()
    named = {column for column in set(OWN_KIND.values()) if _names(statement, column)}
    return {name: Reading(quoted if OWN_KIND.get(name) in named else None, dates) for name in kinds}


def _names(statement: str, column: str) -> bool:
    """Whether whatever is read of the kinds with this column is read by what it has to be.

    Parts that others share filter for themselves. A unit may be joined whatever its kind.
    """
    filtered = rf"\b{column} (?:= [:']|IN \()"
    if not re.search(filtered, statement) or re.search(rf"\b{column} (?:<>|NOT IN) ", statement):
        return False
    for part in PARTS.values():
        statement = statement.replace(part, "")
    kinds = "|".join(kind for kind, own in OWN_KIND.items() if own == column and kind != "units")
    places = re.findall(rf"(?:FROM|JOIN) (?:{kinds})(?:_now)?\b", statement)
    return len(places) <= len(re.findall(filtered, statement))
