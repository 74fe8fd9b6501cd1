"""The term of a contract in whole calendar years, exact or at least (A41)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Literal, NamedTuple

from policy.calendar import last_day_of_term
from policy.checks.base import STANDS, Check, as_it_stands
from policy.numbers import cut, zh_day
from policy.verdict import Alternative, Case, Ruling
from policy.words import Status


class Term(Check):
    class Facts(NamedTuple):
        starts_on: date
        ends_on: date
        applies: bool

    read_as: ClassVar[tuple[str, ...]] = ("exact", "minimum")

    kind: Literal["term"] = "term"
    what: str
    years: int
    reading: str | None = None

    def rule(self, facts: Term.Facts, case: Case) -> Ruling:
        if not facts.applies:
            return Ruling(Status.NOT_APPLICABLE, f"不属于本条所指的合同，{self.what}不适用。")
        mode = case.reading(self.reading) if self.reading else "minimum"
        chosen = self._ruling(mode, facts, case)
        if facts.starts_on > case.as_of:
            return chosen._replace(status=Status.NOT_YET_DUE, why=f"合同自{zh_day(facts.starts_on)}起，尚未开始。")
        if not self.reading:
            return chosen
        other = "minimum" if mode == "exact" else "exact"
        said = self._ruling(other, facts, case)
        return chosen.weighed((Alternative(self.reading, other, said.measured, said.required, said.status),))

    def _ruling(self, mode: str, facts: Term.Facts, case: Case) -> Ruling:
        wanted = last_day_of_term(facts.starts_on, self.years)
        holds = facts.ends_on == wanted if mode == "exact" else facts.ends_on >= wanted
        status = as_it_stands(holds, case)
        why = (
            f"{self.what}应为{self.years}年，自{zh_day(facts.starts_on)}应至{zh_day(wanted)}"
            f"{'' if mode == 'exact' else '或更晚'}，合同写至{zh_day(facts.ends_on)}，{STANDS[status]}。"
        )
        return Ruling(
            status, why, measured=years_of(facts.starts_on, facts.ends_on), required=str(self.years), unit="年"
        )


def years_of(starts_on: date, ends_on: date) -> str:
    """The term in years, cut to two places: whole calendar years first, then days of the year begun."""
    whole = 0
    while last_day_of_term(starts_on, whole + 1) <= ends_on:
        whole += 1
    begun = last_day_of_term(starts_on, whole) if whole else starts_on - timedelta(days=1)
    length = (last_day_of_term(starts_on, whole + 1) - begun).days
    return cut(whole * 100 + (ends_on - begun).days * 100 // length)
