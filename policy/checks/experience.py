"""So many full years in the trade on the day somebody takes up a post."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

from policy.calendar import last_day_of_term
from policy.checks.base import STANDS, Check, as_it_stands
from policy.checks.term import years_of
from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Status


class Experience(Check):
    """Judged on the day of taking up the post; a post older than the rule is judged on the rule's first day."""

    class Facts(NamedTuple):
        since: date | None
        takes_up: date

    kind: Literal["experience"] = "experience"
    what: str
    years: int

    def rule(self, facts: Experience.Facts, case: Case) -> Ruling:
        since, day = facts.since, max(facts.takes_up, case.starts or facts.takes_up)
        enough = since is not None and last_day_of_term(since, self.years) < day
        have = "0" if since is None or since >= day else years_of(since, day - timedelta(days=1))
        status = as_it_stands(enough, case) if day <= case.as_of else Status.NOT_YET_DUE
        begun = f"自{zh_day(since)}起" if since else "没有登记起始日期，"
        why = f"{self.what}应满{self.years}年，{begun}至{zh_day(day)}为{have}年，{STANDS[status]}。"
        return Ruling(status, why, measured=have, required=str(self.years), unit="年")
