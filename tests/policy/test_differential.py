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
from policy.plan import Plan
from policy.records import KINDS
from policy.verdict import Verdict
from policy.words import Status
from tests.policy.oracle import judge_city
from tests.policy.random_city import judging_days, random_records

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
    return {key: said for v in verdicts if compared(plan, v) for key, said in [_ours(v, day)]}


def compared(plan: Plan, verdict: Verdict) -> bool:
    """What a reviewer judges is not counted by either; what does not apply may be given or left out."""
    reviewed = plan.by_key[verdict.duty].check.kind == "reviewed_evidence"
    return not reviewed and verdict.ruling.status is not Status.NOT_APPLICABLE


def _ours(verdict: Verdict, day: date) -> tuple[Any, Any]:
    ruling = verdict.ruling
    key = (verdict.clause, verdict.kind.value, verdict.subject, verdict.period.label if verdict.period else None)
    others = sorted((a.reading, a.status.value) for a in ruling.alternatives if a.status is not ruling.status)
    said = (
        ruling.status.value,
        ruling.due,
        ruling.days_late(day),
        *numbers(ruling.status, ruling.measured, ruling.required),
    )
    return key, (*said, [str(f) for f in ruling.flags], others)


def numbers(status: str, measured: str | None, required: str | None) -> tuple[str | None, ...]:
    """Where nothing can be seen, what would have been required says nothing either."""
    return () if status == "no_evidence" else (measured, required)


def theirs(records: Mapping[str, list[dict[str, Any]]], day: date, readings: Mapping[str, str]) -> dict[Any, Any]:
    rows = judge_city(records, day, readings=dict(readings))
    return {
        (r["clause"], r["subject_kind"], r["subject"], r["period"]): (
            r["status"], r["due"], r["days_late"], *numbers(r["status"], r["measured"], r["required"]), sorted(r["flags"]),
            sorted((a["reading"], a["status"]) for a in r["alternatives"] if a["status"] != r["status"]),
        )
        for r in rows
        if r["status"] != "not_applicable"
    }  # fmt: skip


READINGS = (
    {},
    {"A35": "monthly_sum", "A37": "pro_rata"},
    {"A35": "one_for_all", "A37": "with_prejob", "A39": "full", "A41": "minimum"},
)


@pytest.mark.parametrize("seed", range(12))
def test_the_set_based_judgement_says_what_the_naive_one_says(seed: int) -> None:
    records = random_records(seed)
    for day in judging_days(seed):
        said, expected = ours(records, day, READINGS[seed % 3]), theirs(records, day, READINGS[seed % 3])
        differences = {key: (said.get(key), expected.get(key)) for key in said.keys() | expected.keys()
                       if said.get(key) != expected.get(key)}  # fmt: skip
        assert not differences, f"{day}: {list(differences.items())[:5]}"
