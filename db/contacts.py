"""How a recipient is called and reached, asked when a message leaves: a corrected address re-sends nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, Table, bindparam, null, select
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.columns import second_of

TABLES = {"person": SQLModel.metadata.tables["person"], "unit": SQLModel.metadata.tables["unit"]}


FEW = 500
"""Up to so many recipients are asked for by code, of more everybody is read: one statement either way."""


def _known(table: Table) -> tuple[Select[Any], Select[Any]]:
    """Who they are as known at an instant: everybody, and those of some codes."""
    c, seen = table.c, bindparam("seen", type_=BigInteger)
    columns = c.code, c.name, c.email, c.phone, c.channels, c.get("kind", null())
    known = select(*columns).where(c.city == bindparam("of"), c.known_from <= seen, c.known_to > seen)
    everybody = known.order_by(c.known_from)
    return everybody, everybody.where(c.code.in_(bindparam("codes", expanding=True)))


_KNOWN = {kind: _known(table) for kind, table in TABLES.items()}
"""Put together once: a statement of many parts takes longer to build than to run."""


@dataclass(frozen=True)
class Contact:
    """`channels` are in the order wished for, empty where nobody said; `unit_kind` is None of a person."""

    kind: str
    code: str
    name: str
    email: str | None = None
    phone: str | None = None
    channels: tuple[str, ...] = ()
    unit_kind: str | None = None

    def value(self, needs: str) -> str | None:
        """What stands in the record under the name a channel asks for."""
        found: str | None = getattr(self, needs) if needs else None
        return found


def contacts(connection: Connection, city: str, recipients: Collection[str], now: datetime) -> dict[str, Contact]:
    """The newest version known at `now` of each; a recipient of whom nothing is recorded is called by the code."""
    asked = {recipient: recipient.partition(":")[::2] for recipient in recipients}
    found = {recipient: Contact(kind, code, code) for recipient, (kind, code) in asked.items()}
    for kind, (everybody, some) in _KNOWN.items():
        codes = [code for theirs, code in asked.values() if theirs == kind]
        of = {"of": city, "seen": second_of(now), **({"codes": codes} if len(codes) <= FEW else {})}
        statement = some if len(codes) <= FEW else everybody
        for code, name, email, phone, channels, unit_kind in connection.execute(statement, of) if codes else ():
            if (recipient := f"{kind}:{code}") in found:
                wishes = tuple(filter(None, (channels or "").split(";")))
                found[recipient] = Contact(kind, code, name, email or None, phone or None, wishes, unit_kind)
    return found


def contact(connection: Connection, city: str, recipient: str, now: datetime) -> Contact:
    return contacts(connection, city, [recipient], now)[recipient]


def city_office(connection: Connection, city: str, now: datetime) -> str | None:
    """The recipient that stands for the city's bureau, or None where no unit of that kind is recorded."""
    table, seen = TABLES["unit"].c, second_of(now)
    statement = select(table.code).where(
        table.city == city, table.kind == "city", table.known_from <= seen, table.known_to > seen
    )
    code = connection.scalar(statement.order_by(table.code).limit(1))
    return f"unit:{code}" if code else None
