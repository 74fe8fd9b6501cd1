"""What stood, read for some rows of an obligation only: those judged anew, and beside them what else stands open."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from db.ledger import HISTORY, Key, Standing, ruling_of
from policy.verdict import Ruling
from policy.words import OPEN, Status

STANDS = "{v}.city = :city AND {v}.duty = :duty AND {v}.ended IS NULL"
OPEN_NOW = (
    f"FROM verdict w JOIN ruling q ON q.id = w.ruling WHERE {STANDS.format(v='w')} "
    f"AND q.status IN ({', '.join(repr(status.value) for status in sorted(OPEN))})"
)
COUNTED = (
    "SELECT r.status, COUNT(*) FROM verdict v JOIN ruling r ON r.id = v.ruling WHERE v.city = :city "
    "AND v.duty IN :duties AND v.ended IS NULL GROUP BY r.status"
)


class Rows(NamedTuple):
    """Rows of an obligation: those of these subjects in these periods, None for any."""

    subjects: frozenset[str] | None = None
    periods: frozenset[int] | None = None

    def within(self, alias: str, dialect: str) -> str:
        """SQL that is true of them."""
        given = "json_each({})" if dialect == "sqlite" else "json_array_elements_text(CAST({} AS json))"
        named = f"{alias}.subject IN (SELECT value FROM {given.format(':subjects')})"
        listed = ", ".join(str(number) for number in sorted(self.periods or ())) or "-1"
        wanted = ["1 = 1", *([named] if self.subjects is not None else [])]
        return " AND ".join([*wanted, *([f"{alias}.period IN ({listed})"] if self.periods is not None else [])])

    def values(self, city: str, duty: str) -> dict[str, str]:
        given = {"city": city, "duty": duty}
        return given if self.subjects is None else {**given, "subjects": json.dumps(sorted(self.subjects))}


ALL, NONE = Rows(), Rows(frozenset())


def read(connection: Connection, city: str, duty: str, rows: Rows, stood: Standing) -> list[Key]:
    """Takes the history of these rows into `stood`, and gives the keys of those that stand."""
    if rows == NONE:
        return []
    which = f"AND {rows.within('v', connection.dialect.name)}" if rows != ALL else ""
    return stood.read(duty, connection.execute(text(HISTORY.format(which=which)), rows.values(city, duty)))


def read_open_beside(
    connection: Connection, city: str, duty: str, rows: Rows, stood: Standing
) -> list[tuple[str, int, Ruling]]:
    """Takes the history of what else stands open into `stood`, and gives subject, period and ruling of each."""
    if rows == ALL:
        return []
    beside = f"{OPEN_NOW} AND NOT ({rows.within('w', connection.dialect.name)})"
    values = rows.values(city, duty)
    which = f"AND (v.subject, v.period) IN (SELECT w.subject, w.period {beside})"
    stood.read(duty, connection.execute(text(HISTORY.format(which=which)), values))
    said = text(f"SELECT * FROM ruling WHERE id IN (SELECT w.ruling {beside})")
    rulings = {row["id"]: ruling_of(row) for row in connection.execute(said, values).mappings()}
    standing = connection.execute(text(f"SELECT w.subject, w.period, w.ruling {beside}"), values)
    return [(subject, period, rulings[ruling]) for subject, period, ruling in standing]


def counted(connection: Connection, city: str, duties: Collection[str]) -> dict[Status, int]:
    """How many verdicts of each status stand."""
    query = text(COUNTED).bindparams(bindparam("duties", expanding=True))
    rows: Iterable[tuple[str, int]] = connection.execute(query, {"city": city, "duties": sorted(duties)}).tuples()
    return dict(Counter({Status(status): number for status, number in rows}))
