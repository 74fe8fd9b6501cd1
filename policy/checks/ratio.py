"""So many of one kind for each of another, over a whole city: 72 stations, 12 supervisors, six each."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.verdict import Case, Ruling


class Ratio(Check):
    class Facts(NamedTuple):
        have: int
        per: int

    kind: Literal["ratio"] = "ratio"
    what: str
    per: str
    most: int

    def rule(self, facts: Ratio.Facts, case: Case) -> Ruling:
        status = as_it_stands(facts.have <= self.most * facts.per, case)
        why = f"{self.what}{facts.have}个，{self.per}{facts.per}名，每名应不超过{self.most}个，{STANDS[status]}。"
        return Ruling(status, why, measured=f"{facts.have}/{facts.per}", required=str(self.most), unit="个/名")
