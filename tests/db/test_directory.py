"""Who is who, read from the records: against the parts of current.py that measures read."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from db.columns import day_number
from db.directory import directory
from db.intake import import_rows
from db.measures.current import with_parts

CITY, SEEN = "huizhou", 2**40
DAY, BEFORE, LATER = date(2022, 1, 10), date(2021, 6, 1), date(2022, 6, 1)
VILLAGES = [f"V{n}" for n in range(8)]
POINTS = ["P1", "P2"]
DISPATCHED = (
    "SELECT v.code, p.person FROM posts_now p JOIN units v ON v.code = p.unit "
    "OR (v.parent = p.unit AND v.kind = 'village') WHERE p.post = 'relief_worker'"
)


def unit(code: str, kind: str, parent: str | None, **cells: Any) -> dict[str, Any]:
    return {"ref": code, "code": code, "name": f"{code}名", "kind": kind, "parent": parent, **cells}


def towns(draw: random.Random) -> list[dict[str, Any]]:
    """Two towns with a point each; villages are covered by a point, by none, not yet or no longer."""
    covered = [
        {"point": draw.choice([None, *POINTS]), "covered_from": draw.choice([None, BEFORE, LATER])} for _ in VILLAGES
    ]
    return [
        unit("C", "city", None),
        *(unit(f"T{n}", "township", "C") for n in (1, 2)),
        *(unit(f"P{n}", "point", f"T{n}") for n in (1, 2)),
        *(
            unit(code, "village", draw.choice(["T1", "T2"]), closed_on=draw.choice([None, None, BEFORE]), **cells)
            for code, cells in zip(VILLAGES, covered, strict=True)
        ),
    ]


def posts(draw: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "ref": f"p{n}",
            "person": f"W{draw.randrange(6)}",
            "unit": draw.choice([*VILLAGES, *POINTS, "T1", "T2"]),
            "post": draw.choice(["service", "service", "relief_worker", "professional"]),
            "full_time": True,
            "starts_on": draw.choice([BEFORE, BEFORE, LATER]),
            "ends_on": draw.choice([None, None, date(2021, 12, 31)]),
        }
        for n in range(24)
    ]


def worked_out(connection: Connection) -> dict[str, str]:
    values = {"city": CITY, "known": SEEN, "as_of": day_number(DAY)}
    carers: dict[str, str] = {}
    for body in ("SELECT village, person FROM village_workers", DISPATCHED):
        for village, person in connection.execute(text(with_parts({}, body)), values):
            carers[village] = min(person, carers.get(village, person))
    return carers


@pytest.mark.parametrize("seed", range(6))
def test_a_village_is_cared_for_by_the_first_of_those_whom_the_measures_count_there(engine: Engine, seed: int) -> None:
    draw = random.Random(seed)
    with engine.begin() as connection:
        records = {"units": towns(draw), "posts": posts(draw)}
        import_rows(connection, CITY, records, "test", datetime(2021, 1, 1, tzinfo=UTC))
        carers = worked_out(connection)
        assert carers
        assert directory(connection, CITY, DAY, SEEN).carers == carers
