"""The set-based judgement agrees with the naive one, row by row, on random cities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db.engine import open_engine
from db.intake import import_rows
from db.measures import known
from db.planstore import load_plan
from db.schema import create_all
from policy.judge import judge
from policy.records import KINDS
from tests.policy.random_city import judging_days, random_records
from tests.policy.two_judges import READINGS, said_by_product, said_naively

END_OF_TIME = 2**60
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def with_refs(records: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Records as the reader would give them: coded rows by their code, others one by one."""
    return {
        kind: [
            {**row, "ref": f"{kind}:{row['code'] if KINDS[kind].coded else number}"} for number, row in enumerate(rows)
        ]
        for kind, rows in records.items()
    }


def ours(records: Mapping[str, list[dict[str, Any]]], day: date, readings: Mapping[str, str]) -> dict[Any, Any]:
    plan = load_plan("huizhou", {f"readings.{note}": value for note, value in readings.items()})
    engine = open_engine()
    create_all(engine)
    with engine.begin() as connection:
        import_rows(connection, plan.key, with_refs(records), "test", NOW)
        counted = known(connection, plan, plan.obligations, day, END_OF_TIME)
        verdicts = list(judge(plan, counted, day))
    return said_by_product(plan, verdicts, day)


@pytest.mark.parametrize("seed", range(12))
def test_the_set_based_judgement_says_what_the_naive_one_says(seed: int) -> None:
    records = random_records(seed)
    for day in judging_days(seed):
        said, expected = ours(records, day, READINGS[seed % 3]), said_naively(records, day, READINGS[seed % 3])
        differences = {key: (said.get(key), expected.get(key)) for key in said.keys() | expected.keys()
                       if said.get(key) != expected.get(key)}  # fmt: skip
        assert not differences, f"{day}: {list(differences.items())[:5]}"
