"""Which message leaves before which: the oldest deadline first; of one deadline some of each county in turn.

A relay that takes one message a second needs more than a day for a province: a large county must not keep the small ones
waiting, and nobody is to be last every day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Table, select
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.columns import second_of
from policy.directory import Tree, UnitCard

UNIT: Table = SQLModel.metadata.tables["unit"]
IN_TURN = 20
"""Messages of a county until the next one has its turn: their notices lie side by side in the ledger."""
Whom = tuple[str, str]
"""(channel, recipient)"""


class Oldest(NamedTuple):
    """The oldest deadline that a message speaks of, and the unit of whoever hears of it."""

    due: date
    unit: str | None


NO_DEADLINE = Oldest(date.max, None)


def in_order(connection: Connection, city: str, now: datetime, oldest: Mapping[Whom, Oldest]) -> list[Whom]:
    """All of them, first to last."""
    tree = _tree(connection, city, now) if oldest else Tree({})
    before: Counter[tuple[date, str]] = Counter()
    places = []
    for whom, (due, unit) in sorted(oldest.items(), key=lambda item: item[0]):
        county = tree.enclosing(unit, "county") or ""
        places.append((due, before[due, county] // IN_TURN, county, whom))
        before[due, county] += 1
    return [whom for *_, whom in sorted(places)]


def _tree(connection: Connection, city: str, now: datetime) -> Tree:
    seen = second_of(now)
    known = UNIT.c.city == city, UNIT.c.known_from <= seen, UNIT.c.known_to > seen
    rows = connection.execute(select(UNIT.c.code, UNIT.c.name, UNIT.c.kind, UNIT.c.parent).where(*known))
    return Tree({code: UnitCard(code, name, kind, parent) for code, name, kind, parent in rows})
