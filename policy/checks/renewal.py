"""Who may be engaged again: a valid certificate and a passing grade on the day of renewal (A42)."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Status


class Renewal(Check):
    """`grade` is that of the last completed assessment, None where there is none yet."""

    class Facts(NamedTuple):
        starts_on: date
        certified: bool
        grade: str | None

    kind: Literal["renewal"] = "renewal"
    what: str
    since: date
    grades: tuple[str, ...]

    def rule(self, facts: Renewal.Facts, case: Case) -> Ruling:
        if facts.starts_on < self.since:
            return Ruling(Status.NOT_APPLICABLE, f"续聘早于{zh_day(self.since)}，本条不适用。")
        passed = facts.grade in self.grades
        have = str(int(facts.certified) + int(passed))
        if facts.starts_on > case.as_of:
            why = f"续聘自{zh_day(facts.starts_on)}起，尚未开始。"
            return Ruling(Status.NOT_YET_DUE, why, measured=have, required="2", unit="项")
        said = f"续聘日{zh_day(facts.starts_on)}{'持有' if facts.certified else '没有'}有效证书，{_grade(facts.grade)}"
        if facts.certified and facts.grade is None:
            return Ruling(Status.NEEDS_RULING, f"{said}，需裁定。", measured=have, required="2", unit="项")
        status = as_it_stands(facts.certified and passed, case)
        return Ruling(status, f"{said}，{STANDS[status]}。", measured=have, required="2", unit="项")


def _grade(grade: str | None) -> str:
    return f"最近一次年度考核为{grade}" if grade else "尚无年度考核结果"
