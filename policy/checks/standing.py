"""A number that must stand between two bounds on every day: heads at a post, villages of a point, signed lines."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.verdict import Case, Ruling
from policy.words import Status


class Standing(Check):
    """`least` and `most` may come with the measure (a town needs as many workers as it has villages).

    `least` None in the facts means that the rule does not apply to the subject; `ahead` that its occasion has not come;
    `accepted` that another number has its reason. `excused_by` names the clause whose act gives that reason; an
    exception then also justifies it, whatever the force (A27). `occasion` names the clause whose acts bring the duty
    about, where it is not there for everybody.
    """

    class Facts(NamedTuple):
        have: int
        least: int | None
        most: int | None
        ahead: bool = False
        accepted: bool = False

    kind: Literal["standing"] = "standing"
    what: str
    unit: str = "人"
    posts: tuple[str, ...] = ()
    least: int = 1
    most: int | None = None
    items: tuple[str, ...] = ()
    full_time: bool = False
    excused_by: str | None = None
    occasion: str = ""

    def rule(self, facts: Standing.Facts, case: Case) -> Ruling:
        if facts.least is None:
            return Ruling(Status.NOT_APPLICABLE, f"没有需要核对“{self.what}”的情形，本条不适用。")
        over = facts.most is not None and facts.have > facts.most
        bound = facts.most if facts.most is not None and (over or not facts.least) else facts.least
        holds = facts.accepted or (facts.have >= facts.least and not over)
        status = Status.NOT_YET_DUE if facts.ahead else as_it_stands(holds, case)
        if self.excused_by and status is Status.NOT_MET and case.excused:
            status = Status.DEVIATION_JUSTIFIED
        why = f"{self.what}现有{facts.have}{self.unit}，{self._wanted(facts)}，{STANDS[status]}。"
        return Ruling(status, why, measured=str(facts.have), required=str(bound), unit=self.unit)

    def _wanted(self, facts: Standing.Facts) -> str:
        if facts.most == facts.least:
            return f"应为{facts.least}{self.unit}"
        if facts.most is None:
            return f"应不少于{facts.least}{self.unit}"
        if not facts.least:
            return f"应不超过{facts.most}{self.unit}"
        return f"应为{facts.least}至{facts.most}{self.unit}"
