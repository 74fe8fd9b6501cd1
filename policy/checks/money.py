"""Money in whole cents: a sum that must be there, a sum under a cap, a budget before its contract."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.numbers import cut, zh_day
from policy.verdict import Case, Ruling
from policy.words import Status


class AmountAtLeast(Check):
    """A sum that must be there; one cent is the least that is more than nothing.

    `occasion` names the clause whose acts bring the duty about, where it is not there for everybody.
    """

    class Facts(NamedTuple):
        cents: int
        applies: bool = True

    kind: Literal["amount_at_least"] = "amount_at_least"
    what: str
    cents: int = 1
    occasion: str = ""

    def rule(self, facts: AmountAtLeast.Facts, case: Case) -> Ruling:
        if not facts.applies:
            return Ruling(Status.NOT_APPLICABLE, f"没有需要{self.what}的情形，本条不适用。")
        status = as_it_stands(facts.cents >= self.cents, case)
        wanted = "应大于0元" if self.cents == 1 else f"应不少于{cut(self.cents)}元"
        why = f"{self.what}{cut(facts.cents)}元，{wanted}，{STANDS[status]}。"
        return Ruling(status, why, measured=cut(facts.cents), required=cut(self.cents), unit="CNY")


class AmountCap(Check):
    """What is charged in a year against a share of last year's total (A54); `share` is [1, 100]."""

    class Facts(NamedTuple):
        charged: int
        base: int | None

    kind: Literal["amount_cap"] = "amount_cap"
    what: str
    base: str
    share: tuple[int, int]

    def rule(self, facts: AmountCap.Facts, case: Case) -> Ruling:
        part, whole = self.share
        charged = cut(facts.charged)
        if facts.base is None:
            status = Status.NO_EVIDENCE if facts.charged else Status.MET
            ends = "，无法核对上限。" if facts.charged else "，没有列支。"
            why = f"{self.what}{charged}元，没有{self.base}的记录{ends}"
            return Ruling(status, why, measured=charged, unit="CNY")
        cap = cut(facts.base * part // whole)
        status = as_it_stands(facts.charged * whole <= facts.base * part, case)
        limit = f"上限为其{part}/{whole}即{cap}元"
        why = f"{self.what}{charged}元，{self.base}{cut(facts.base)}元，{limit}，{STANDS[status]}。"
        return Ruling(status, why, measured=charged, required=cap, unit="CNY")


class ApprovedFirst(Check):
    """An approval that must not come after what it allows. What came too late stays wrong: no later day mends it."""

    class Facts(NamedTuple):
        signed_on: date
        approved_on: date | None

    kind: Literal["approved_first"] = "approved_first"
    what: str
    before: str

    def rule(self, facts: ApprovedFirst.Facts, case: Case) -> Ruling:
        if case.starts and facts.signed_on < case.starts:
            return Ruling(Status.NOT_APPLICABLE, f"{self.before}早于本条开始执行之日，本条不适用。")
        approved = facts.approved_on
        first = approved is not None and approved <= facts.signed_on
        status = as_it_stands(first, case)
        said = f"{zh_day(approved)}批准" if approved else "没有批准记录"
        why = f"{zh_day(facts.signed_on)}{self.before}，{self.what}{said}，应在当日或之前批准，{STANDS[status]}。"
        return Ruling(status, why, None, approved if first else None, str(int(first)), "1", unit="项")
