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
    unit: str = "项"

    def rule(self, facts: Done, case: Case) -> Ruling:
        due = facts.due or case.due
        if facts.need == 0 or due is None:
            return Ruling(Status.NOT_APPLICABLE, f"没有需要“{self.what}”的对象，本条不适用。")
        status = by_deadline(facts.done_on, due, case.as_of)
        return self.ruling(facts, status, due)

    def ruling(self, facts: Done, status: Status, due: date) -> Ruling:
        have, need, unit = facts.have, facts.need, self.unit
        why = f"{self.what}应有{need}{unit}，已有{have}{unit}；{outcome(status, due, facts.done_on)}。"
        return Ruling(status, why, due, facts.done_on, str(have), str(need), unit=unit)


class Share(DoneBy):
    """So many of a whole, by a day; judged on counts and printed as exact fractions, never on rounded shares (A50).

    `least` is the share wanted: all of them, or [3, 5]. The question counts with it when the share was reached.
    """

    kind: Literal["share"] = "share"  # type: ignore[assignment]
    least: tuple[int, int] = (1, 1)

    def ruling(self, facts: Done, status: Status, due: date) -> Ruling:
        reached = percent(facts.have, facts.need)
        part, whole = self.least
        required = "1" if part == whole else f"{part}/{whole}"
        why = (
            f"{self.what}应有{facts.need}{self.unit}{'' if part == whole else f'中的{required}以上'}，"
            f"已有{facts.have}{self.unit}（{reached}%）；{outcome(status, due, facts.done_on)}。"
        )
        return Ruling(status, why, due, facts.done_on, f"{facts.have}/{facts.need}", required, reached, "比例")
