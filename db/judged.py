"""How far each obligation has been judged and recorded, so that a round need not ask again what nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, insert, select
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db import measures
from policy import judge
from policy.plan import Plan

JUDGED: Table = SQLModel.metadata.tables["judged"]


class Extent(NamedTuple):
    """Judged by this text to the end of `as_of`, by records seen at `known` (seconds), of which the ledger had been
    `told` in so many imports and undos. `turns` is the first day on which the same records may be judged otherwise."""

    text: str
    as_of: date
    known: int
    told: int
    turns: date


def extents(connection: Connection, city: str, duties: Collection[str]) -> dict[str, Extent]:
    """By obligation; one that was never judged has none."""
    query = select(JUDGED).where(JUDGED.c.city == city, JUDGED.c.duty.in_(duties))
    rows = connection.execute(query).mappings()
    return {row["duty"]: Extent(*(row[name] for name in Extent._fields)) for row in rows}


def keep(connection: Connection, city: str, judged: Iterable[tuple[str, Extent]]) -> None:
    """Writes down how far these obligations have been judged now."""
    rows = [{"city": city, "of": duty, "duty": duty, **extent._asdict()} for duty, extent in judged]
    if rows:
        mine = delete(JUDGED).where(JUDGED.c.city == bindparam("city"), JUDGED.c.duty == bindparam("of"))
        connection.execute(mine, rows)
        connection.execute(insert(JUDGED), [{k: v for k, v in row.items() if k != "of"} for row in rows])


def text_of(plan: Plan) -> str:
    """What is judged by, as a hash: the plan with its house, and this program's own rules and questions."""
    return hashlib.sha256(f"{_program()}{plan.model_dump_json()}".encode()).hexdigest()[:32]


@cache
def _program() -> str:
    folders = [Path(str(module.__file__)).parent for module in (judge, measures)]
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
