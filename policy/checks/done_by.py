"""Something has to be done by a day: one act, or each of several."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from policy.checks.base import Check, by_deadline, outcome
from policy.numbers import percent
from policy.verdict import Case, Ruling
from policy.words import Status


class Done(NamedTuple):
    """`need` things are wanted, `have` are there; `done_on` is the day the last wanted one came, None before."""

    due: date | None
    need: int
    have: int
    done_on: date | None


class DoneBy(Check):
    """`what` names the thing counted; a standing list without a deadline is judged as it stands."""

    Facts = Done

    kind: Literal["done_by"] = "done_by"
    what: str
    items: tuple[str, ...] = ()
    need: int = 1
    distinct: str | None = None
    dated: str | None = None
    of: str | None = None
    still_open: bool = False

    def rule(self, facts: Done, case: Case) -> Ruling:
        due = facts.due or case.due
        if facts.need == 0 or due is None:
            return Ruling(Status.NOT_APPLICABLE, f"没有需要“{self.what}”的对象，本条不适用。")
        status = by_deadline(facts.done_on, due, case.as_of)
        why = f"应完成{self.what}{facts.need}项，已有{facts.have}项；{outcome(status, due, facts.done_on)}。"
        return self.ruling(facts, status, why, due)

    def ruling(self, facts: Done, status: Status, why: str, due: date) -> Ruling:
        return Ruling(status, why, due, facts.done_on, str(facts.have), str(facts.need), unit="项")


class Share(DoneBy):
    """All of a city's subjects by a day; judged on counts, printed as an exact fraction (A50)."""

    kind: Literal["share"] = "share"  # type: ignore[assignment]

    def ruling(self, facts: Done, status: Status, why: str, due: date) -> Ruling:
        share = percent(facts.have, facts.need)
        return Ruling(status, why, due, facts.done_on, f"{facts.have}/{facts.need}", "1", share, "比例")
