"""The words of a notice, which all share who stand alike; only the name of whom it is about is put in for each."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from policy.calendar import at
from policy.ladder import Step
from policy.levers import Extension
from policy.numbers import zh_day
from policy.office import Office
from policy.plan import Obligation
from policy.recurrence import Period
from policy.threads import Stance
from policy.verdict import Subject, Verdict
from policy.words import LABELS, NoticeState, Reason, SubjectKind


class Word(NamedTuple):
    """`parts` is the text, parted where the name of the subject stands. `supersedes` names the rungs that passed unsaid
    and for which this one speaks, oldest first."""

    reason: Reason
    rung: str
    level: int
    clause: str
    duty: str
    period: str | None
    due: date | None
    channel: str
    not_before: datetime
    parts: tuple[str, ...]
    state: NoticeState = NoticeState.DUE
    why_not: str | None = None
    span: Period | None = None
    supersedes: tuple[str, ...] = ()

    def about(self, subject: Subject) -> str:
        return f"{subject.name} ".join(self.parts)


def word_of(
    office: Office, stance: Stance, step: Step, why_not: str | None = None, supersedes: tuple[str, ...] = ()
) -> Word:
    verdict, house, extension = stance.like, office.plan.house, stance.extension
    return Word(
        reason=step.reason,
        rung=step.name,
        level=step.level,
        clause=stance.obligation.clause,
        duty=verdict.duty,
        period=verdict.period.label if verdict.period else None,
        due=extension.due if extension else verdict.ruling.due,
        channel=house.channel,
        not_before=at(step.day, house.windows[house.channel].opens),
        parts=_parts(stance.obligation, verdict, step, extension),
        state=NoticeState.SUPPRESSED if why_not else NoticeState.DUE,
        why_not=why_not,
        span=verdict.period,
        supersedes=supersedes,
    )


def _parts(obligation: Obligation, verdict: Verdict, step: Step, extension: Extension | None) -> tuple[str, ...]:
    begins = f"{LABELS[step.reason]}："
    rest = f"{_what(obligation, verdict, extension)}{_provisional(step)}"
    return (begins + rest,) if verdict.kind is SubjectKind.CITY else (begins, rest)


def _what(obligation: Obligation, verdict: Verdict, extension: Extension | None) -> str:
    period = f"（{verdict.period.label}）" if verdict.period else ""
    due = f"期限{zh_day(verdict.ruling.due)}。" if verdict.ruling.due else ""
    if extension:
        due = f"期限{zh_day(extension.due)}（原为{zh_day(extension.was)}，经批准延期）。"
    return f"{obligation.title}{period}。{due}{verdict.ruling.why}"


def _provisional(step: Step) -> str:
    return "（放假安排未公布，工作日暂按周一至周五计）" if step.provisional else ""


class Words:
    """The words of one office, each put together once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._said: dict[tuple[int, int, str | None, tuple[str, ...]], Word] = {}
        self._stances: list[Stance] = []

    def of(self, stance: Stance, step: Step, why_not: str | None, supersedes: tuple[str, ...] = ()) -> Word:
        key = (id(stance), id(step), why_not, supersedes)
        word = self._said.get(key)
        if word is None:
            self._stances.append(stance)  # kept alive with its steps, so that an id() is never used twice
            word = self._said[key] = word_of(self._office, stance, step, why_not, supersedes)
        return word
