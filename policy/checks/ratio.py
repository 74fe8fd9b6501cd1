"""So many of one kind for each of another, over a whole city: 72 stations, 12 supervisors, six each."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.verdict import Case, Ruling
from policy.words import Status


class Ratio(Check):
    class Facts(NamedTuple):
        have: int
        per: int

    kind: Literal["ratio"] = "ratio"
    what: str
    per: str
    most: int

    def rule(self, facts: Ratio.Facts, case: Case) -> Ruling:
        if not facts.have:
            return Ruling(Status.NOT_APPLICABLE, f"目前没有{self.what}，本条不适用。")
        status = as_it_stands(facts.have <= self.most * facts.per, case)
        why = f"{self.what}{facts.have}个，{self.per}{facts.per}名，每名应不超过{self.most}个，{STANDS[status]}。"
        return Ruling(status, why, measured=f"{facts.have}/{facts.per}", required=str(self.most), unit="个/名")
