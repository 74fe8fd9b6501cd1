"""The newest arming of a ledger: the one machine from which word may leave, and the name of its sending history."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, insert, select
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata

FENCE: Table = SQLModel.metadata.tables["env_fence"]


@dataclass(frozen=True)
class Host:
    """The marks of a machine and of the ledger's place. `cards` are its network cards, empty where none can be seen."""

    machine: str
    name: str
    place: str
    cards: str

    def differs(self, other: Host) -> list[str]:
        """What tells it from another, in Chinese. A card may come or go; all of them changed is another machine."""
        marks = {
            "机器编号": self.machine != other.machine,
            "主机名": self.name != other.name,
            "台账位置": self.place != other.place,
            "网卡": bool(self.cards and other.cards) and not {*self.cards.split()} & {*other.cards.split()},
        }
        return [mark for mark, another in marks.items() if another]


@dataclass(frozen=True)
class Armed:
    env: str
    host: Host
    at: datetime


def armed(connection: Connection) -> Armed | None:
    row = connection.execute(select(FENCE).order_by(FENCE.c.id.desc()).limit(1)).first()
    return Armed(row.env, Host(row.machine, row.name, row.place, row.cards), row.armed_at) if row else None


def arm(connection: Connection, env: str, host: Host, by: str, why: str, now: datetime) -> None:
    connection.execute(insert(FENCE).values(env=env, **asdict(host), armed_at=now, by=by, why=why))
