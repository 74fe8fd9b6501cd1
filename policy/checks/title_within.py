"""A professional title to be won within so many years of being engaged, as long as the person is (A62)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from policy.calendar import years_after
from policy.checks.base import Check, by_deadline, outcome
from policy.numbers import zh_day
from policy.verdict import Alternative, Case, Ruling
from policy.words import Status


class TitleWithin(Check):
    """`title_on` is the day of the title itself, `lesser_on` that of the level below it.

    Reading A62: `ruling` leaves the lesser title to a person, `title` refuses it, `lesser` takes it.
    """

    class Facts(NamedTuple):
        first_on: date
        last_on: date
        title_on: date | None
        lesser_on: date | None

    notes: ClassVar[Mapping[str, tuple[str, ...]]] = {"A62": ("ruling", "title", "lesser")}

    kind: Literal["title_within"] = "title_within"
    what: str
    years: int

    def rule(self, facts: TitleWithin.Facts, case: Case) -> Ruling:
        title = self._ruling(facts, facts.title_on, case)
        if facts.lesser_on is None or title.status in (Status.MET, Status.NOT_APPLICABLE):
            return title
        lesser = self._ruling(facts, facts.lesser_on, case)
        mode = case.reading("A62")
        others = tuple(
            Alternative("A62", reading, said.measured, said.required, said.status)
            for reading, said in (("title", title), ("lesser", lesser))
            if reading != mode
        )
        chosen = lesser if mode == "lesser" else title
        if mode == "ruling" and title.status is Status.NOT_MET:
            why = f"{title.why}现有下一级证书（{zh_day(facts.lesser_on)}），是否算作{self.what}需裁定。"
            return title._replace(status=Status.NEEDS_RULING, why=why).weighed(others)
        return chosen.weighed(others)

    def _ruling(self, facts: TitleWithin.Facts, earned: date | None, case: Case) -> Ruling:
        due = years_after(facts.first_on, self.years)
        if earned and earned <= facts.first_on:
            return Ruling(Status.NOT_APPLICABLE, f"录用时已有{self.what}，本条不适用。", due)
        if earned is None and facts.last_on < min(due, case.as_of):
            return Ruling(Status.NOT_APPLICABLE, f"{zh_day(facts.last_on)}离岗，未到期限，本条不再要求。", due)
        status = by_deadline(earned, due, case.as_of)
        why = f"{zh_day(facts.first_on)}入职，应在{self.years}年内取得{self.what}；{outcome(status, due, earned)}。"
        return Ruling(status, why, due, earned, str(int(earned is not None)), "1", unit="项")
