"""What the product and the naive judge say of the same records, in words that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from policy.plan import Plan
from policy.verdict import Verdict
from policy.words import Status
from tests.policy.oracle import judge_city

READINGS = (
    {},
    {"A35": "monthly_sum", "A37": "pro_rata"},
    {"A35": "one_for_all", "A37": "with_prejob", "A39": "full", "A41": "minimum"},
)
"""Ways to read the plan, each tried by a third of the cities."""


def said_by_product(plan: Plan, verdicts: Iterable[Verdict], day: date) -> dict[Any, Any]:
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


def said_naively(records: Mapping[str, list[dict[str, Any]]], day: date, readings: Mapping[str, str]) -> dict[Any, Any]:
    rows = judge_city(records, day, readings=dict(readings))
    return {
        (r["clause"], r["subject_kind"], r["subject"], r["period"]): (
            r["status"], r["due"], r["days_late"], *numbers(r["status"], r["measured"], r["required"]), sorted(r["flags"]),
            sorted((a["reading"], a["status"]) for a in r["alternatives"] if a["status"] != r["status"]),
        )
        for r in rows
        if r["status"] != "not_applicable"
    }  # fmt: skip
