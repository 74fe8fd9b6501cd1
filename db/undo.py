"""Taking an import back: what it brought is no longer known, what it replaced is known again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, union_all, update

from db.columns import FOR_EVER, second_of
from db.intake import BATCH, KEPT, RECORDS, event_instant, take_records_turn
from policy.records import KINDS, Field
from policy.records.kinds import CODE_COLUMNS

HOLDERS = {"households": "beneficiaries"}
"""Codes without a kind of their own, and the kind whose rows name them."""


class BatchBuried(Exception):
    """A later batch has corrected records of this one or refers to them; that one has to be taken back first."""


def undo(connection: Connection, city: str, batch: int, now: datetime) -> int:
    """Takes a batch back whole: what it brought is no longer known, what it replaced is known again from now.

    Returns the number of rows taken back. Raises LookupError for no such batch, BatchBuried if a later one builds on
    it: has corrected its records, or refers to them.
    """
    take_records_turn(connection, city)
    found = connection.execute(select(BATCH.c.undone_at).where(BATCH.c.id == batch, BATCH.c.city == city)).first()
    if found is None or found.undone_at is not None:
        raise LookupError
    instant = event_instant(connection, city, now)
    taken = {kind: _undo_kind(connection, kind, city, batch, second_of(instant)) for kind in RECORDS}
    if any(_left_dangling(connection, city, kind, field, batch) for kind, field in _references(taken)):
        raise BatchBuried
    _unkeep(connection, city, batch, second_of(instant))
    connection.execute(update(BATCH).where(BATCH.c.id == batch).values(undone_at=instant))
    return sum(taken.values())


def _undo_kind(connection: Connection, kind: str, city: str, batch: int, now: int) -> int:
    table = RECORDS[kind]
    mine = (table.c.city == city) & (table.c.batch == batch)
    if connection.execute(select(func.count()).where(mine, table.c.replaced_by.is_not(None))).scalar():
        raise BatchBuried
    again = _replaced(connection, table, city, batch, now)
    taken = connection.execute(update(table).where(mine, table.c.known_to == FOR_EVER).values(known_to=now))
    replaced = (table.c.city == city) & (table.c.replaced_by == batch)
    connection.execute(update(table).where(replaced).values(replaced_by=None))
    if again:
        connection.execute(insert(table), again)
    return int(taken.rowcount)


def _replaced(connection: Connection, table: Table, city: str, batch: int, now: int) -> list[dict[str, Any]]:
    """What stood before the batch, of each record where the batch still stands; it stays of the batch that brought it."""
    stands = select(table.c.ref).where(table.c.city == city, table.c.batch == batch, table.c.known_to == FOR_EVER)
    former = select(table).where(table.c.city == city, table.c.replaced_by == batch, table.c.ref.in_(stands))
    newest = {row["ref"]: row for row in connection.execute(former.order_by(table.c.known_from)).mappings()}
    return [
        {name: value for name, value in row.items() if name != "id"}
        | {"known_from": now, "known_to": FOR_EVER, "replaced_by": None}
        for row in newest.values()
    ]


def _references(taken: Mapping[str, int]) -> Iterator[tuple[str, Field]]:
    """The columns that may point to a kind of which something was taken back."""
    fields = ((kind.name, field) for kind in KINDS.values() for field in kind.fields)
    for kind, field in fields:
        if not (field.soft or field.when_kept) and any(taken.get(HOLDERS.get(name, name)) for name in field.ref):
            yield kind, field


def _left_dangling(connection: Connection, city: str, kind: str, field: Field, batch: int) -> bool:
    """Whether a row that is still known refers to a code that was known through this batch alone."""
    table = RECORDS[kind]
    here = (table.c.city == city) & (table.c.known_to == FOR_EVER)
    places = [(RECORDS[HOLDERS.get(name, name)], name) for name in field.ref]
    lost, kept = [], []
    for place, name in places:
        codes = place.alias().c
        code, there = codes[CODE_COLUMNS.get(name, "household")], codes.city == city
        lost.append(select(code).where(there, codes.batch == batch, codes.known_to < FOR_EVER, code.is_not(None)))
        kept.append(select(code).where(there, codes.known_to == FOR_EVER, code.is_not(None)))
    value = table.c[field.name]
    dangling = select(table.c.id).where(here, value.in_(union_all(*lost)), value.not_in(union_all(*kept))).limit(1)
    return connection.execute(dangling).first() is not None


def _unkeep(connection: Connection, city: str, batch: int, now: int) -> None:
    """A kind that came with this batch is kept no longer from now on, unless a later batch brought more of it."""
    mine = (KEPT.c.city == city) & (KEPT.c.batch == batch) & (KEPT.c.known_to == FOR_EVER)
    kinds = connection.execute(select(KEPT.c.kind).where(mine)).scalars().all()
    connection.execute(update(KEPT).where(mine).values(known_to=now))
    for kind in kinds:
        table = RECORDS[kind]
        heirs = select(func.min(table.c.batch)).where(table.c.city == city, table.c.known_to == FOR_EVER)
        heir = connection.execute(heirs).scalar()
        if heir is not None:
            row = {"city": city, "kind": kind, "known_from": now, "known_to": FOR_EVER, "batch": heir}
            connection.execute(insert(KEPT), row)
