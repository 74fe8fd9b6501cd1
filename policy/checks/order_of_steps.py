"""Steps that must be taken in a fixed order, judged when the last one is there."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.verdict import Case, Ruling
from policy.words import Status


class OrderOfSteps(Check):
    """`early` judges a wrong order as soon as it is seen; otherwise only the finished sequence is judged."""

    class Facts(NamedTuple):
        have: int
        disordered: bool
        finished: bool

    kind: Literal["order_of_steps"] = "order_of_steps"
    what: str
    steps: tuple[str, ...]
    early: bool = False

    def rule(self, facts: OrderOfSteps.Facts, case: Case) -> Ruling:
        need = len(self.steps)
        wrong = facts.disordered and self.early
        if not facts.finished and not wrong:
            why = f"{self.what}共{need}步，已记录{facts.have}步，尚未走完。"
            return Ruling(Status.NOT_YET_DUE, why, measured=str(facts.have), required=str(need), unit="步")
        status = as_it_stands(facts.have == need and not facts.disordered, case)
        order = "次序有误" if facts.disordered else "次序无误"
        why = f"{self.what}共{need}步，已记录{facts.have}步，{order}，{STANDS[status]}。"
        return Ruling(status, why, measured=str(facts.have), required=str(need), unit="步")
