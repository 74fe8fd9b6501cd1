"""Records into the ledger: versions beside versions, in batches that can be taken back whole."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text, update
from sqlmodel import SQLModel

from db.columns import FOR_EVER, second_of
from db.engine import take_turn
from db.models import RECORD_TABLES
from policy.calendar import civil_day
from policy.records.kinds import CODE_COLUMNS

Row = Mapping[str, Any]
Content = dict[str, Any]
Version = dict[str, Any]
RECORDS: dict[str, Table] = {kind: SQLModel.metadata.tables[str(m.__tablename__)] for kind, m in RECORD_TABLES.items()}
BATCH: Table = SQLModel.metadata.tables["batch"]
KEPT: Table = SQLModel.metadata.tables["keptkind"]
OWN = {"id", "city", "known_from", "known_to", "batch", "replaced_by"}
ADDED, CORRECTED, UNCHANGED = range(3)


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
    content = [column.name for column in table.columns if column.name not in OWN]
    chains = _chains(connection, table, city, content)
    by_ref: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_ref[str(row["ref"])].append(row)
    new: list[Version] = []
    closing: list[tuple[int, int]] = []
    counts = [0, 0, 0]
    for ref, said in by_ref.items():
        chain = chains.get(ref, [])
        versions = [(_recorded(row), column_values(kind, row, content)) for row in sorted(said, key=_recorded)]
        for outcome in _place_all(chain, versions, second_of(now)):
            counts[outcome] += 1
        new.extend(v for v in chain if v["id"] is None)
        closing.extend((v["id"], v["known_to"]) for v in chain if v["id"] is not None and v.get("moved"))
    _write(connection, table, city, batch, content, new, closing)
    return counts[0], counts[1], counts[2]


def _recorded(row: Row) -> int:
    """When the office came to know this version; 0 where it does not say (from the start)."""
    return second_of(row["recorded_on"]) if row.get("recorded_on") else 0


def _chains(connection: Connection, table: Table, city: str, content: list[str]) -> dict[str, list[Version]]:
    """The versions on file by record, oldest first; empty at once on an empty table."""
    wanted = [table.c.id, table.c.known_from, table.c.known_to, *(table.c[name] for name in content)]
    seen = select(*wanted).where(table.c.city == city, table.c.known_to > table.c.known_from)
    chains: dict[str, list[Version]] = defaultdict(list)
    for row in connection.execute(seen.order_by(table.c.known_from)).mappings():
        chains[row["ref"]].append(dict(row))
    return dict(chains)


def _place_all(chain: list[Version], versions: list[tuple[int, Content]], now: int) -> Iterator[int]:
    """Puts what is said of one record into its chain, oldest first, and yields what became of each version.

    A record said once and without a date speaks of now; of several versions the undated one is that from the start.
    What was taken back comes back as its newest version, known from now.
    """
    if chain and chain[-1]["known_to"] < FOR_EVER:
        yield from (UNCHANGED for _ in versions[1:])
        chain.append(_version(max(now, chain[-1]["known_to"]), FOR_EVER, versions[-1][1]))
        yield ADDED
        return
    for since, values in versions:
        if not chain:
            chain.append(_version(since, FOR_EVER, values))
            yield ADDED
        elif since == 0 and len(versions) == 1:
            yield _correct(chain, max(now, chain[-1]["known_from"]), values)
        else:
            yield _correct(chain, since, values)


def _correct(chain: list[Version], since: int, values: Content) -> int:
    """Lets `values` be known from `since` until the next version; one known since the same second gives way whole."""
    before = sum(version["known_from"] <= since for version in chain)
    seen = chain[before - 1] if before else None
    if seen and all(seen[name] == value for name, value in values.items()):
        return UNCHANGED
    until = chain[before]["known_from"] if before < len(chain) else FOR_EVER
    if seen and seen["known_to"] > since:
        seen["known_to"], seen["moved"] = since, True
    chain.insert(before, _version(since, until, values))
    return CORRECTED


def _version(known_from: int, known_to: int, values: Content) -> Version:
    return {"id": None, "known_from": known_from, "known_to": known_to, **values}


def _write(
    connection: Connection,
    table: Table,
    city: str,
    batch: int,
    content: list[str],
    new: list[Version],
    closing: list[tuple[int, int]],
) -> None:
    for row_id, known_to in closing:
        connection.execute(update(table).where(table.c.id == row_id).values(known_to=known_to, replaced_by=batch))
    names = ["known_from", "known_to", *content]
    rows = [{"city": city, "batch": batch, **{name: version[name] for name in names}} for version in new]
    if rows:
        connection.execute(insert(table), rows)


def column_values(kind: str, row: Row, content: list[str]) -> Content:
    """A parsed record as the columns of its table: whole minutes, civil days, whole seconds, lists joined."""
    values = {name: row.get(name) for name in content}
    if values.get("starts_at"):
        values["starts_at"] = row["starts_at"].replace(microsecond=0)
    if "minutes" in values:
        values["minutes"] = row["hours"]
    if "day" in values:
        values["day"] = civil_day(row["starts_at"])
    if kind == "trainings":
        values["academic"] = row.get("unit_of_hours") == "academic"
    if kind == "assessments":
        values["departments"] = ";".join(row["departments"]) if row.get("departments") else None
    return values


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
