"""Records into the ledger: versions beside versions, in batches that can be taken back whole."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, insert, select, text, update
from sqlmodel import SQLModel

from db.bulk import append
from db.columns import FOR_EVER, CivilDay, Instant, day_number, second_of
from db.engine import take_turn
from db.models import RECORD_TABLES
from policy.calendar import civil_day
from policy.records.kinds import CODE_COLUMNS

Row = Mapping[str, Any]
Values = tuple[Any, ...]
RECORDS: dict[str, Table] = {kind: SQLModel.metadata.tables[str(m.__tablename__)] for kind, m in RECORD_TABLES.items()}
BATCH: Table = SQLModel.metadata.tables["batch"]
KEPT: Table = SQLModel.metadata.tables["keptkind"]
OWN = {"id", "city", "known_from", "known_to", "batch", "replaced_by"}
ADDED, CORRECTED, UNCHANGED = range(3)


@dataclass(slots=True)
class Version:
    """One version of a record; `id` is None until it is written, `moved` says that its end is a new one."""

    id: int | None
    known_from: int
    known_to: int
    values: Values
    moved: bool = False


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
    take_turn(connection, f"records {city}")
    batch = _open_batch(connection, city, source, now)
    brought = [_take_kind(connection, city, kind, list(kind_rows), batch, now) for kind, kind_rows in rows.items()]
    added, corrected = sum(b[0] for b in brought), sum(b[1] for b in brought)
    kept = [_keep(connection, city, kind, batch) for kind in rows]
    if added or corrected:
        # Without fresh statistics SQLite plans the measures' joins as if the tables were empty.
        connection.execute(text("ANALYZE"))
    if not (added or corrected or any(kept)):
        connection.execute(BATCH.delete().where(BATCH.c.id == batch))
        return Brought(None, 0, 0, sum(b[2] for b in brought))
    connection.execute(update(BATCH).where(BATCH.c.id == batch).values(added=added, corrected=corrected))
    return Brought(batch, added, corrected, sum(b[2] for b in brought))


def _open_batch(connection: Connection, city: str, source: str, now: datetime) -> int:
    digest = hashlib.sha256(f"{city}|{source}|{now.isoformat()}".encode()).hexdigest()[:16]
    row = {"city": city, "source": source, "imported_at": now, "digest": digest, "added": 0, "corrected": 0}
    return int(connection.execute(insert(BATCH).returning(BATCH.c.id), row).scalar_one())


def _keep(connection: Connection, city: str, kind: str, batch: int) -> bool:
    known = connection.execute(select(KEPT.c.kind).where(KEPT.c.city == city, KEPT.c.kind == kind)).first()
    if known is None:
        connection.execute(insert(KEPT), {"city": city, "kind": kind, "known_from": 0, "batch": batch})
    return known is None


def _take_kind(
    connection: Connection, city: str, kind: str, rows: list[Row], batch: int, now: datetime
) -> tuple[int, int, int]:
    table = RECORDS[kind]
    content = [column for column in table.columns if column.name not in OWN]
    said: dict[str, list[tuple[int, Values]]] = defaultdict(list)
    for row, values in zip(rows, _contents(content, rows), strict=True):
        said[row["ref"]].append((_recorded(row), values))
    chains = _chains(connection, table, city, content, said)
    counts, instant = [0, 0, 0], second_of(now)
    for ref, versions in said.items():
        versions.sort(key=itemgetter(0))
        for outcome in _place_all(chains[ref], versions, instant):
            counts[outcome] += 1
    _write(connection, table, city, batch, content, [version for chain in chains.values() for version in chain])
    return counts[0], counts[1], counts[2]


def _recorded(row: Row) -> int:
    """When the office came to know this version; 0 where it does not say (from the start)."""
    return second_of(row["recorded_on"]) if row.get("recorded_on") else 0


def _chains(
    connection: Connection, table: Table, city: str, content: list[Column[Any]], wanted: Collection[str]
) -> defaultdict[str, list[Version]]:
    """The versions on file of the wanted records, oldest first, in the numbers the driver gives."""
    columns = ", ".join(f'"{column.name}"' for column in content)
    seen = "WHERE city = :city AND known_to > known_from"
    query = f'SELECT ref, id, known_from, known_to, {columns} FROM "{table.name}" {seen}'
    chains: defaultdict[str, list[Version]] = defaultdict(list)
    for row in connection.execute(text(query).execution_options(yield_per=10_000), {"city": city}):
        if row[0] in wanted:
            chains[row[0]].append(Version(row[1], row[2], row[3], tuple(row[4:])))
    for chain in chains.values():
        chain.sort(key=attrgetter("known_from"))
    return chains


def _place_all(chain: list[Version], versions: list[tuple[int, Values]], now: int) -> Iterator[int]:
    """Puts what is said of one record into its chain, oldest first, and yields what became of each version.

    A record said once and without a date speaks of now; of several versions the undated one is that from the start.
    What was taken back comes back as its newest version, known from now.
    """
    if chain and chain[-1].known_to < FOR_EVER:
        yield from (UNCHANGED for _ in versions[1:])
        chain.append(Version(None, max(now, chain[-1].known_to), FOR_EVER, versions[-1][1]))
        yield ADDED
        return
    for since, values in versions:
        if not chain:
            chain.append(Version(None, since, FOR_EVER, values))
            yield ADDED
        elif since == 0 and len(versions) == 1:
            yield _correct(chain, max(now, chain[-1].known_from), values)
        else:
            yield _correct(chain, since, values)


def _correct(chain: list[Version], since: int, values: Values) -> int:
    """Lets `values` be known from `since` until the next version; one known since the same second gives way whole."""
    before = sum(version.known_from <= since for version in chain)
    seen = chain[before - 1] if before else None
    if seen and seen.values == values:
        return UNCHANGED
    until = chain[before].known_from if before < len(chain) else FOR_EVER
    if seen and seen.known_to > since:
        seen.known_to, seen.moved = since, True
    chain.insert(before, Version(None, since, until, values))
    return CORRECTED


def _write(
    connection: Connection, table: Table, city: str, batch: int, content: list[Column[Any]], versions: list[Version]
) -> None:
    moved = [{"version": v.id, "end": v.known_to} for v in versions if v.moved and v.id is not None]
    if moved:
        closing = update(table).where(table.c.id == bindparam("version"))
        connection.execute(closing.values(known_to=bindparam("end"), replaced_by=batch), moved)
    rows = [(city, batch, v.known_from, v.known_to, *v.values) for v in versions if v.id is None]
    append(connection, table.name, ["city", "batch", "known_from", "known_to", *(c.name for c in content)], rows)


def _contents(content: list[Column[Any]], rows: list[Row]) -> Iterator[Values]:
    """Parsed records as the columns of their table, in the numbers the drivers take; column by column."""
    return zip(*(_cells(column, rows) for column in content), strict=True)


def _cells(column: Column[Any], rows: list[Row]) -> list[Any]:
    if column.name == "day":
        return [day_number(civil_day(row["starts_at"])) for row in rows]
    if column.name == "minutes":
        return [row["hours"] for row in rows]
    if column.name == "academic":
        return [row.get("unit_of_hours") == "academic" for row in rows]
    cells = [row.get(column.name) for row in rows]
    if column.name == "departments":
        return [";".join(cell) if cell else None for cell in cells]
    if isinstance(column.type, CivilDay):
        return [day_number(cell) if cell else None for cell in cells]
    if isinstance(column.type, Instant):
        return [second_of(cell) if cell else None for cell in cells]
    return cells


def codes_known(connection: Connection, city: str) -> dict[str, Collection[str]]:
    """Codes already in the ledger to which an import may refer, by kind; each unit with its kind."""
    known: dict[str, Collection[str]] = {
        kind: _column(connection, city, kind, column) for kind, column in CODE_COLUMNS.items()
    }
    unit = RECORDS["units"]
    kinds = select(unit.c.code, unit.c.kind).where(unit.c.city == city, unit.c.known_to == FOR_EVER)
    known["units"] = {row.code: row.kind for row in connection.execute(kinds)}
    return {**known, "households": _column(connection, city, "beneficiaries", "household")}


def _column(connection: Connection, city: str, kind: str, column: str) -> set[str]:
    table = RECORDS[kind]
    query = select(table.c[column]).where(table.c.city == city, table.c.known_to == FOR_EVER)
    return {code for code in connection.execute(query).scalars() if code is not None}
