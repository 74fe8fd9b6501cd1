"""The bytes of messages: written before the first try, the same for every further one.

They stand beside the messages and not among their columns: a row is written anew whenever something becomes of it, and
these are nine tenths of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select
from sqlmodel import SQLModel

from db.bulk import append
from db.outbox import DELIVERY

FROZEN: Table = SQLModel.metadata.tables["frozen"]


@dataclass(frozen=True)
class Frozen:
    subject: str
    text: str
    html: str
    at: datetime

    @property
    def sha(self) -> str:
        return hashlib.sha256("\0".join((self.subject, self.text, self.html)).encode()).hexdigest()

    @property
    def marks(self) -> dict[str, Any]:
        """What the message itself knows of them."""
        return {"body_sha": self.sha, "frozen_at": self.at}


THAWED = {"body_sha": None, "frozen_at": None}
_KEPT = (
    select(FROZEN.c.delivery, FROZEN.c.subject, FROZEN.c.text, FROZEN.c.html, DELIVERY.c.frozen_at)
    .join(DELIVERY, DELIVERY.c.id == FROZEN.c.delivery)
    .where(FROZEN.c.delivery.in_(bindparam("these", expanding=True)))
)


def keep(connection: Connection, words: Iterable[tuple[str, Frozen]]) -> None:
    """Those of messages that have none yet."""
    rows = [(delivery, one.subject, one.text, one.html) for delivery, one in words]
    append(connection, "frozen", ("delivery", "subject", "text", "html"), rows)


def kept(connection: Connection, deliveries: Collection[str]) -> dict[str, Frozen]:
    """Those of these messages; of one that only the send journal tells of there are none."""
    found = connection.execute(_KEPT, {"these": list(deliveries)}) if deliveries else ()
    return {delivery: Frozen(*words) for delivery, *words in found}


def thaw(connection: Connection, delivery: str) -> None:
    """Nobody has tried to send them: the message is put into words anew."""
    connection.execute(delete(FROZEN).where(FROZEN.c.delivery == delivery))
