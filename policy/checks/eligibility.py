"""Conditions for being engaged, on a reference day: age, schooling, years of work, household; and what relaxes them.

What the application does not say is `no_evidence`: nobody fails a condition for an empty cell.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from policy.calendar import completed_years
from policy.checks.base import STANDS, Check, as_it_stands
from policy.numbers import zh_day
from policy.verdict import Alternative, Case, Ruling
from policy.words import Status


class Candidacy(NamedTuple):
    """An application as it stands on the reference day `on`; `relaxed` by former work or by a certificate (A68)."""

    on: date
    relaxed: bool
    preferred: bool
    born_on: date | None
    education: str | None
    household: str | None
    working_since: date | None


class Condition(Check):
    """`group` says whom it is asked of: everybody, those without a relaxation, or those with one."""

    Facts = Candidacy

    asks: str = "candidacies"
    what: str
    group: Literal["everybody", "regular", "relaxed"] = "everybody"

    def rule(self, facts: Candidacy, case: Case) -> Ruling:
        if self.group != "everybody" and facts.relaxed != (self.group == "relaxed"):
            met = "符合" if facts.relaxed else "不符合"
            return Ruling(Status.NOT_APPLICABLE, f"应聘人员{met}放宽条件的情形，本条不适用。")
        return self._asked(facts, case)

    @abstractmethod
    def _asked(self, facts: Candidacy, case: Case) -> Ruling:
        """The ruling on somebody the condition is asked of."""

    def _unseen(self, column: str) -> Ruling:
        return Ruling(Status.NO_EVIDENCE, f"没有填写{column}，无法判断{self.what}。")


class AgeLimit(Condition):
    """Completed years on the reference day, the limit included (A61: 29 February may be read two ways)."""

    notes: ClassVar[Mapping[str, tuple[str, ...]]] = {"A61": ("feb28", "mar1")}

    kind: Literal["age_limit"] = "age_limit"
    most: int

    def _asked(self, facts: Candidacy, case: Case) -> Ruling:
        born_on = facts.born_on
        if born_on is None:
            return self._unseen("出生日期")
        said = {rule: self._ruling(completed_years(born_on, facts.on, rule), facts, case) for rule in ("feb28", "mar1")}
        chosen = said.pop(case.reading("A61"))
        return chosen.weighed(tuple(Alternative("A61", r, o.measured, o.required, o.status) for r, o in said.items()))

    def _ruling(self, years: int, facts: Candidacy, case: Case) -> Ruling:
        status = as_it_stands(years <= self.most, case)
        why = f"{zh_day(facts.on)}时满{years}周岁，{self.what}应不超过{self.most}周岁（含），{STANDS[status]}。"
        return Ruling(status, why, measured=str(years), required=str(self.most), unit="岁")


class EducationLevel(Condition):
    """`levels` from the lowest up, spellings of one level joined by |; a word that is none of them is asked about."""

    kind: Literal["education_level"] = "education_level"
    levels: tuple[str, ...]
    least: str

    def _asked(self, facts: Candidacy, case: Case) -> Ruling:
        if facts.education is None:
            return self._unseen("学历")
        place = self._place(facts.education)
        if place is None:
            return Ruling(Status.NO_EVIDENCE, f"学历“{facts.education}”不在学历次序表中，请核对后填写。")
        status = as_it_stands(place >= (self._place(self.least) or 0), case)
        return Ruling(status, f"学历为{facts.education}，{self.what}应为{self.least}及以上，{STANDS[status]}。")

    def _place(self, word: str) -> int | None:
        return next((n for n, level in enumerate(self.levels) if word in level.split("|")), None)


class YearsOfWork(Condition):
    kind: Literal["years_of_work"] = "years_of_work"
    least: int

    def _asked(self, facts: Candidacy, case: Case) -> Ruling:
        if facts.working_since is None:
            return self._unseen("参加工作日期")
        years = completed_years(facts.working_since, facts.on)
        status = as_it_stands(years >= self.least, case)
        why = f"至{zh_day(facts.on)}工作满{years}年，{self.what}应不少于{self.least}年，{STANDS[status]}。"
        return Ruling(status, why, measured=str(years), required=str(self.least), unit="年")


class HouseholdIn(Condition):
    """`places` are the city and its counties, as a household register may name them, with or without the province."""

    kind: Literal["household_in"] = "household_in"
    places: tuple[str, ...]
    province: str

    def _asked(self, facts: Candidacy, case: Case) -> Ruling:
        if facts.household is None:
            return self._unseen("户籍")
        place = facts.household.removeprefix(self.province).removeprefix("省")
        status = as_it_stands(place.startswith(self.places), case)
        return Ruling(status, f"户籍为{facts.household}，{self.what}应在{self.places[0]}市内，{STANDS[status]}。")


class Allowance(Condition):
    """What may speak for somebody and never against: a relaxation, a preference (A48)."""

    kind: Literal["allowance"] = "allowance"
    by: Literal["relaxed", "preferred"]

    def _asked(self, facts: Candidacy, case: Case) -> Ruling:
        if getattr(facts, self.by):
            return Ruling(Status.MET, f"符合{self.what}的情形。")
        return Ruling(Status.NOT_APPLICABLE, f"没有{self.what}的情形；这是可选条件，不影响其他条款。")
