"""When the auditor last found that everything held."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata

HEARTBEAT: Table = SQLModel.metadata.tables["heartbeat"]


def beat(connection: Connection, city: str, now: datetime) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    write = dialect.insert(HEARTBEAT).values(city=city, at=now)
    connection.execute(write.on_conflict_do_update(index_elements=["city"], set_={"at": now}))


def last_beat(connection: Connection, city: str) -> datetime | None:
    found: datetime | None = connection.scalar(select(HEARTBEAT.c.at).where(HEARTBEAT.c.city == city))
    return found
