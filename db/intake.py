"""Records into the ledger: versions beside versions, in batches that can be taken back whole."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Engine, Table, bindparam, func, insert, select, text, update
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
OWN = {"id", "city", "known_from", "known_to", "recorded_on", "batch", "replaced_by"}
ADDED, CORRECTED, UNCHANGED, STALE = range(4)


class Told(NamedTuple):
    """What an import says of one record; `recorded` is the second since which the office says it has known it."""

    recorded: int
    values: Values


class Stood(NamedTuple):
    """The version on file that nobody has corrected."""

    id: int
    recorded: int
    values: Values


class Fresh(NamedTuple):
    """A version to be written."""

    known_from: int
    known_to: int
    recorded: int
    values: Values


@dataclass(frozen=True)
class Brought:
    """What an import changes: new records, corrected ones, and those already known as they are.

    `stale` are rows recorded before what the ledger holds of the same record: the newer word stands.
    """

    batch: int | None
    added: int
    corrected: int
    unchanged: int
    stale: int = 0


@dataclass(frozen=True)
class Arrival:
    """One import on its way in: `instant` is when the ledger comes to know it; `opening` that it is the city's first."""

    connection: Connection
    city: str
    batch: int
    instant: int
    opening: bool


def take_records_turn(connection: Connection, city: str) -> None:
    """One import or undo of a city at a time. Its `now` is to be read after this, else what it brings would be known
    at instants that somebody has asked about while it waited."""
    take_turn(connection, f"records {city}")


def settle(engine: Engine, city: str) -> None:
    """Comes back when no import or undo is under way: of the instants up to now the ledger then says one thing for ever."""
    with engine.begin() as connection:
        take_records_turn(connection, city)


def import_rows(
    connection: Connection, city: str, rows: Mapping[str, Iterable[Row]], source: str, now: datetime
) -> Brought:
    """Takes validated rows into the ledger; a row known already with the same content changes nothing.

    What the ledger would have said of an instant that has passed it says for ever. So only a city's first import lays
    down a past: its versions are known since their `recorded_on`, undated ones from the start. Whatever comes later
    is known from its import on, however early the office says it knew; of several versions the newest counts. What
    is said to be recorded after `now` is in hand, and known now.
    """
    take_records_turn(connection, city)
    instant = event_instant(connection, city, now)
    opening = not has_records(connection, city)
    batch = _open_batch(connection, city, source, instant)
    arrival = Arrival(connection, city, batch, second_of(instant), opening)
    counts = [sum(each) for each in zip(*(_take_kind(arrival, kind, list(rows[kind])) for kind in rows), strict=True)]
    added, corrected, unchanged, stale = counts or (0, 0, 0, 0)
    kept = [_keep(arrival, kind) for kind in rows]
    if added or corrected:
        # Without fresh statistics SQLite plans the measures' joins as if the tables were empty.
        connection.execute(text("ANALYZE"))
    if not (added or corrected or any(kept)):
        connection.execute(BATCH.delete().where(BATCH.c.id == batch))
        return Brought(None, 0, 0, unchanged, stale)
    connection.execute(update(BATCH).where(BATCH.c.id == batch).values(added=added, corrected=corrected))
    return Brought(batch, added, corrected, unchanged, stale)


def event_instant(connection: Connection, city: str, now: datetime) -> datetime:
    """The instant of an import or undo: now, or that of the newest one where the clock has been put back."""
    return max(now, newest_event(connection, city) or now)


def newest_event(connection: Connection, city: str) -> datetime | None:
    """When the records of a city were last brought or taken back."""
    newest = select(func.max(BATCH.c.imported_at), func.max(BATCH.c.undone_at)).where(BATCH.c.city == city)
    return max((instant for instant in connection.execute(newest).one() if instant), default=None)


def told_by(connection: Connection, city: str, seen: int = FOR_EVER) -> int:
    """How many imports and undos of a city there were by this second: while that stays, so do all answers."""
    query = text(
        "SELECT COUNT(CASE WHEN imported_at <= :seen THEN 1 END) + COUNT(CASE WHEN undone_at <= :seen THEN 1 END) "
        "FROM batch WHERE city = :city"
    )
    return int(connection.execute(query, {"city": city, "seen": seen}).scalar_one())


def _open_batch(connection: Connection, city: str, source: str, now: datetime) -> int:
    digest = hashlib.sha256(f"{city}|{source}|{now.isoformat()}".encode()).hexdigest()[:16]
    row = {"city": city, "source": source, "imported_at": now, "digest": digest, "added": 0, "corrected": 0}
    return int(connection.execute(insert(BATCH).returning(BATCH.c.id), row).scalar_one())


def _keep(arrival: Arrival, kind: str) -> bool:
    here = (KEPT.c.city == arrival.city) & (KEPT.c.kind == kind) & (KEPT.c.known_to == FOR_EVER)
    known = arrival.connection.execute(select(KEPT.c.kind).where(here)).first()
    if known is None:
        since = 0 if arrival.opening else arrival.instant
        row = {"city": arrival.city, "kind": kind, "known_from": since, "known_to": FOR_EVER, "batch": arrival.batch}
        arrival.connection.execute(insert(KEPT), row)
    return known is None


def _take_kind(arrival: Arrival, kind: str, rows: list[Row]) -> list[int]:
    """Writes what is new of one kind; how many versions were added, corrected, unchanged, stale."""
    table = RECORDS[kind]
    content = [column for column in table.columns if column.name not in OWN]
    said: dict[str, list[Told]] = defaultdict(list)
    for row, values in zip(rows, _contents(content, rows), strict=True):
        said[row["ref"]].append(Told(_recorded(row, arrival.instant), values))
    counts, fresh, replaced = [0, 0, 0, 0], list[Fresh](), list[int]()
    standing = {} if arrival.opening else _standing(arrival, table, content, said)
    for ref, told in said.items():
        told.sort(key=itemgetter(0))
        if arrival.opening:
            versions = list(_history(told))
            counts[ADDED], counts[CORRECTED] = counts[ADDED] + 1, counts[CORRECTED] + len(versions) - 1
        else:
            outcome, versions = _placed(standing.get(ref), told, arrival.instant)
            counts[outcome] += 1
            replaced += [standing[ref].id] if outcome == CORRECTED else []
        counts[UNCHANGED] += len(told) - max(1, len(versions))
        fresh += versions
    _write(arrival, table, content, fresh, replaced)
    return counts


def _recorded(row: Row, instant: int) -> int:
    return min(second_of(row["recorded_on"]), instant) if row.get("recorded_on") else 0


def _history(told: list[Told]) -> Iterator[Fresh]:
    """The versions of one record as the office says it came to know them, each until the next that differs."""
    turns = [version for n, version in enumerate(told) if n == 0 or version.values != told[n - 1].values]
    ends = [*(version.recorded for version in turns[1:]), FOR_EVER]
    for version, end in zip(turns, ends, strict=True):
        yield Fresh(version.recorded, end, *version)


def _placed(stood: Stood | None, told: list[Told], instant: int) -> tuple[int, list[Fresh]]:
    """What becomes of the newest thing said of one record. A record said once and without a date speaks of now."""
    newest = told[-1]
    fresh = [Fresh(instant, FOR_EVER, newest.recorded or instant, newest.values)]
    if stood is None:
        return ADDED, fresh
    if stood.values == newest.values:
        return UNCHANGED, []
    return (STALE, []) if fresh[0].recorded < stood.recorded else (CORRECTED, fresh)


def _standing(arrival: Arrival, table: Table, content: list[Column[Any]], wanted: Collection[str]) -> dict[str, Stood]:
    """The newest versions of the wanted records, in the numbers the driver gives."""
    columns = ", ".join(f'"{column.name}"' for column in content)
    query = f'SELECT ref, id, recorded_on, {columns} FROM "{table.name}" WHERE city = :city AND known_to = {FOR_EVER}'
    streamed = text(query).execution_options(yield_per=10_000)
    rows = arrival.connection.execute(streamed, {"city": arrival.city})
    return {row[0]: Stood(row[1], row[2], tuple(row[3:])) for row in rows if row[0] in wanted}


def _write(arrival: Arrival, table: Table, content: list[Column[Any]], fresh: list[Fresh], replaced: list[int]) -> None:
    if replaced:
        closing = update(table).where(table.c.id == bindparam("version"))
        closed = closing.values(known_to=arrival.instant, replaced_by=arrival.batch)
        arrival.connection.execute(closed, [{"version": version} for version in replaced])
    columns = ["city", "batch", "known_from", "known_to", "recorded_on", *(column.name for column in content)]
    rows = [(arrival.city, arrival.batch, *version[:3], *version.values) for version in fresh]
    append(arrival.connection, table.name, columns, rows)


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
    if column.name in ("departments", "channels"):
        return [";".join(cell) if cell else None for cell in cells]
    if isinstance(column.type, CivilDay):
        return [day_number(cell) if cell else None for cell in cells]
    if isinstance(column.type, Instant):
        return [second_of(cell) if cell else None for cell in cells]
    return cells


def has_records(connection: Connection, city: str) -> bool:
    """Whether anything was ever brought for the city, also where it has been taken back since."""
    return connection.execute(select(BATCH.c.id).where(BATCH.c.city == city).limit(1)).first() is not None


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
