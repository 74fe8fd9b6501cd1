"""So many hours before a day that may differ for each person: pre-job training."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

from policy.checks.base import Check, by_deadline, outcome
from policy.numbers import hours
from policy.verdict import Case, Ruling
from policy.words import Status


class SumBy(Check):
    """Those on post by `cohort` have until then, later ones until the day before their first post (A38)."""

    class Facts(NamedTuple):
        first_on: date
        last_on: date
        minutes: int
        done_on: date | None

    kind: Literal["sum_by"] = "sum_by"
    what: str
    minutes: int
    category: str
    cohort: date

    def rule(self, facts: SumBy.Facts, case: Case) -> Ruling:
        due = self.cohort if facts.first_on <= self.cohort else facts.first_on - timedelta(days=1)
        if facts.last_on < due and facts.done_on is None:
            return Ruling(Status.NOT_APPLICABLE, f"截止日前已离岗，{self.what}不再要求。", due)
        status = by_deadline(facts.done_on, due, case.as_of)
        have, need = hours(facts.minutes), hours(self.minutes)
        why = f"{self.what}应满{need}小时，已有{have}小时；{outcome(status, due, facts.done_on)}。"
        return Ruling(status, why, due, facts.done_on, have, need, unit="h")
