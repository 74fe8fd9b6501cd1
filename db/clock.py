"""The last instant that was believed, kept so that a clock that jumps is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata

SEEN: Table = SQLModel.metadata.tables["clock_seen"]


@dataclass(frozen=True)
class Seen:
    """`doubted_at` is when doubt began by the clock in doubt, None where it is believed."""

    at: datetime
    doubted_at: datetime | None


def seen(connection: Connection) -> Seen | None:
    row = connection.execute(select(SEEN)).first()
    return Seen(row.seen_at, row.doubted_at) if row else None


def note(connection: Connection, at: datetime, doubted_at: datetime | None = None) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"seen_at": at, "doubted_at": doubted_at}
    write = dialect.insert(SEEN).values(id=1, **values)
    connection.execute(write.on_conflict_do_update(index_elements=["id"], set_=values))
