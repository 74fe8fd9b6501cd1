"""Records into the ledger: versions beside versions, in batches that can be taken back whole."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update

from db.columns import FOR_EVER, second_of
from db.models import RECORD_TABLES, Batch, KeptKind
from policy.calendar import civil_day

Row = Mapping[str, Any]
OWN = {"id", "city", "known_from", "known_to", "batch", "replaced_by"}


class BatchBuried(Exception):
    """A later batch has corrected records of this one; that one has to be taken back first."""


@dataclass(frozen=True)
class Brought:
    """What an import changes: new records, corrected ones, and those already known as they are."""

    batch: int | None
    added: int
    corrected: int
    unchanged: int


def import_rows(
    connection: Connection, city: str, rows: Mapping[str, Iterable[Row]], source: str, now: datetime
) -> Brought:
    """Takes validated rows into the ledger; a row known already with the same content changes nothing.

    A new record is known since its `recorded_on`, or from the start; a correction since its `recorded_on`, or `now`.
    """
    batch = _open_batch(connection, city, source, now)
    brought = [_take_kind(connection, city, kind, list(kind_rows), batch, now) for kind, kind_rows in rows.items()]
    added, corrected = sum(b[0] for b in brought), sum(b[1] for b in brought)
    kept = [_keep(connection, city, kind, batch) for kind in rows]
    if added or corrected:
        # Without fresh statistics SQLite plans the measures' joins as if the tables were empty.
        connection.execute(text("ANALYZE"))
    if not (added or corrected or any(kept)):
        connection.execute(Batch.__table__.delete().where(Batch.__table__.c.id == batch))
        return Brought(None, 0, 0, sum(b[2] for b in brought))
    connection.execute(
        update(Batch.__table__).where(Batch.__table__.c.id == batch).values(added=added, corrected=corrected)
    )
    return Brought(batch, added, corrected, sum(b[2] for b in brought))


def _open_batch(connection: Connection, city: str, source: str, now: datetime) -> int:
    digest = hashlib.sha256(f"{city}|{source}|{now.isoformat()}".encode()).hexdigest()[:16]
    row = {"city": city, "source": source, "imported_at": now, "digest": digest, "added": 0, "corrected": 0}
    return int(connection.execute(insert(Batch.__table__).returning(Batch.__table__.c.id), row).scalar_one())


def _keep(connection: Connection, city: str, kind: str, batch: int) -> bool:
    table = KeptKind.__table__
    known = connection.execute(select(table.c.kind).where(table.c.city == city, table.c.kind == kind)).first()
    if known is None:
        connection.execute(insert(table), {"city": city, "kind": kind, "known_from": 0, "batch": batch})
    return known is None


def _take_kind(
    connection: Connection, city: str, kind: str, rows: list[Row], batch: int, now: datetime
) -> tuple[int, int, int]:
    table = RECORD_TABLES[kind].__table__
    content = [c for c in table.columns.keys() if c not in OWN]
    chains = _chains(connection, table, city, content)
    by_ref: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_ref[str(row["ref"])].append(row)
    new, closing, counts = [], [], [0, 0, 0]
    for ref, versions in by_ref.items():
        chain = chains.get(ref, [])
        for row in sorted(versions, key=_recorded):
            values = column_values(kind, row, content)
            counts[_place(chain, values, row, now)] += 1
        new.extend(v for v in chain if v["id"] is None)
        closing.extend((v["id"], v["known_to"]) for v in chain if v["id"] is not None and v.get("moved"))
    _write(connection, table, city, batch, content, new, closing)
    return counts[0], counts[1], counts[2]


def _recorded(row: Row) -> int:
    return second_of(row["recorded_on"]) if row.get("recorded_on") else 0


def _chains(connection: Connection, table: Table, city: str, content: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The versions on file by record, oldest first; empty at once on an empty table."""
    wanted = [table.c.id, table.c.known_from, table.c.known_to, *(table.c[name] for name in content)]
    query = select(*wanted).where(table.c.city == city, table.c.known_to > table.c.known_from).order_by(table.c.known_from)
    chains: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        chains[row["ref"]].append(dict(row))
    return dict(chains)


def _place(chain: list[dict[str, Any]], values: dict[str, Any], row: Row, now: datetime) -> int:
    """Puts one version into its record's chain. 0 added, 1 corrected, 2 nothing new."""
    last = chain[-1] if chain else None
    if not chain or last is None or last["known_to"] < FOR_EVER:
        start = max(_recorded(row), last["known_to"] if last else 0)
        chain.append({"id": None, "known_from": start, "known_to": FOR_EVER, **values})
        return 0
    given = _recorded(row) if row.get("recorded_on") else None
    seen = last if given is None else next((v for v in reversed(chain) if v["known_from"] <= given), chain[0])
    if all(seen[name] == value for name, value in values.items()):
        return 2
    start = given if given is not None and given > seen["known_from"] else second_of(now)
    if start <= seen["known_from"]:
        start = seen["known_from"] + 1
    chain.insert(
        chain.index(seen) + 1, {"id": None, "known_from": start, "known_to": seen["known_to"], **values}
    )
    seen["known_to"], seen["moved"] = start, True
    return 1


def _write(
    connection: Connection,
    table: Table,
    city: str,
    batch: int,
    content: list[str],
    new: list[dict[str, Any]],
    closing: list[tuple[int, int]],
) -> None:
    for row_id, known_to in closing:
        connection.execute(update(table).where(table.c.id == row_id).values(known_to=known_to, replaced_by=batch))
    names = ["known_from", "known_to", *content]
    rows = [{"city": city, "batch": batch, **{name: version[name] for name in names}} for version in new]
    if rows:
        connection.execute(insert(table), rows)


def column_values(kind: str, row: Row, content: list[str]) -> dict[str, Any]:
    """A parsed record as the columns of its table: whole minutes, civil days, lists joined."""
    values = {name: row.get(name) for name in content}
    if "minutes" in values:
        values["minutes"] = row["hours"]
    if "day" in values:
        values["day"] = civil_day(row["starts_at"])
    if kind == "trainings":
        values["academic"] = row.get("unit_of_hours") == "academic"
    if kind == "assessments":
        values["departments"] = ";".join(row["departments"]) if row.get("departments") else None
    return values


def undo(connection: Connection, city: str, batch: int, now: datetime) -> int:
    """Takes a batch back whole: what it brought is no longer known, what it replaced is known again.

    Returns the number of rows taken back. Raises LookupError for no such batch, BatchBuried if a later one builds on it.
    """
    own = Batch.__table__
    found = connection.execute(select(own.c.undone_at).where(own.c.id == batch, own.c.city == city)).first()
    if found is None or found.undone_at is not None:
        raise LookupError
    taken = [_undo_kind(connection, model.__table__, city, batch, second_of(now)) for model in RECORD_TABLES.values()]
    connection.execute(KeptKind.__table__.delete().where(KeptKind.__table__.c.batch == batch))
    connection.execute(update(own).where(own.c.id == batch).values(undone_at=now))
    return sum(taken)


def _undo_kind(connection: Connection, table: Table, city: str, batch: int, now: int) -> int:
    mine = (table.c.city == city) & (table.c.batch == batch)
    if connection.execute(select(func.count()).where(mine, table.c.replaced_by.is_not(None))).scalar():
        raise BatchBuried
    content = [name for name in table.columns.keys() if name not in OWN]
    replaced = select(*(table.c[name] for name in content)).where(table.c.city == city, table.c.replaced_by == batch)
    again = [
        {"city": city, "batch": None, "known_from": now, "known_to": FOR_EVER, **row}
        for row in connection.execute(replaced).mappings()
    ]
    taken = connection.execute(update(table).where(mine, table.c.known_to == FOR_EVER).values(known_to=now)).rowcount
    connection.execute(
        update(table).where(table.c.city == city, table.c.replaced_by == batch).values(replaced_by=None)
    )
    if again:
        connection.execute(insert(table), again)
    return int(taken)


def codes_known(connection: Connection, city: str) -> dict[str, set[str]]:
    """Codes already in the ledger, by kind, to which an import may refer."""
    return {kind: _codes(connection, model.__table__, city, _code_column(kind)) for kind, model in RECORD_TABLES.items() if _code_column(kind)}


def _code_column(kind: str) -> str:
    named = {"visits": "visit"}
    return named.get(kind, "code" if "code" in RECORD_TABLES[kind].__table__.columns else "")


def _codes(connection: Connection, table: Table, city: str, column: str) -> set[str]:
    query = select(table.c[column]).where(table.c.city == city, table.c.known_to == FOR_EVER)
    return {code for (code,) in connection.execute(query)}


