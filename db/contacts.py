"""How a recipient is called and reached, asked when a message leaves: a corrected address re-sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.columns import second_of

TABLES = {"person": SQLModel.metadata.tables["person"], "unit": SQLModel.metadata.tables["unit"]}


@dataclass(frozen=True)
class Contact:
    kind: str
    code: str
    name: str
    email: str | None = None
    phone: str | None = None


def contact(connection: Connection, city: str, recipient: str, now: datetime) -> Contact:
    """The newest version known at `now`; a recipient of whom nothing is recorded is called by the code."""
    kind, _, code = recipient.partition(":")
    table, seen = TABLES[kind].c, second_of(now)
    statement = select(table.name, table.email, table.phone).where(
        table.city == city, table.code == code, table.known_from <= seen, table.known_to > seen
    )
    row = connection.execute(statement.order_by(table.known_from.desc()).limit(1)).first()
    return Contact(kind, code, row.name, row.email or None, row.phone or None) if row else Contact(kind, code, code)


def city_office(connection: Connection, city: str, now: datetime) -> str | None:
    """The recipient that stands for the city's bureau, or None where no unit of that kind is recorded."""
    table, seen = TABLES["unit"].c, second_of(now)
    statement = select(table.code).where(
        table.city == city, table.kind == "city", table.known_from <= seen, table.known_to > seen
    )
    code = connection.scalar(statement.order_by(table.code).limit(1))
    return f"unit:{code}" if code else None
