"""Two texts of a plan, or two plans, beside each other: what is asked otherwise, field by field in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policy.plan import Obligation, Phase, Plan
from policy.plan_words import NOTHING, house_words, obligation_words, recurrence_words, words
from policy.words import Change


class PlanDifference(NamedTuple):
    """One thing that differs. `key` names the obligation, the stage (`phase-…`) or the house; `days` how far a day moved."""

    change: Change
    key: str
    clause: str | None
    title: str
    field: str
    before: str
    after: str
    days: int | None = None


def plan_differences(before: Plan, after: Plan) -> list[PlanDifference]:
    """Stages first, then the obligations in the order of the plan, those ended last, and the house."""
    return [*_phases(before, after), *_obligations(before, after), *_house(before, after)]


def _phases(before: Plan, after: Plan) -> Iterator[PlanDifference]:
    old = {phase.key: phase for phase in before.phases}
    for phase in after.phases:
        was = old.pop(phase.key, None)
        if was is None:
            yield _phase(Change.ADDED, phase, "阶段", NOTHING, _span(phase))
            continue
        for field, one, two in (("开始", was.starts, phase.starts), ("结束", was.ends, phase.ends)):
            if one != two:
                yield _phase(Change.MOVED, phase, field, words(one), words(two), (two - one).days)
        if was.title != phase.title:
            yield _phase(Change.CHANGED, phase, "名称", was.title, phase.title)
    yield from (_phase(Change.REMOVED, was, "阶段", _span(was), NOTHING) for was in old.values())


def _phase(
    change: Change, phase: Phase, field: str, before: str, after: str, days: int | None = None
) -> PlanDifference:
    return PlanDifference(change, f"phase-{phase.key}", phase.clause, phase.title, field, before, after, days)


def _span(phase: Phase) -> str:
    return f"{words(phase.starts)}至{words(phase.ends)}"


def _obligations(before: Plan, after: Plan) -> Iterator[PlanDifference]:
    for obligation in after.obligations:
        was = before.by_key.get(obligation.key)
        if was is None:
            yield _whole(Change.ADDED, obligation)
        elif was != obligation and obligation.check.kind != "phase_span":
            yield from _fields(was, obligation)
    yield from (_whole(Change.REMOVED, was) for was in before.obligations if was.key not in after.by_key)


def _whole(change: Change, obligation: Obligation) -> PlanDifference:
    said = _asked(obligation)
    before, after = (NOTHING, said) if change is Change.ADDED else (said, NOTHING)
    return PlanDifference(change, obligation.key, obligation.clause, obligation.title, "事项", before, after)


def _asked(obligation: Obligation) -> str:
    when = recurrence_words(obligation.every) if obligation.every else "常年"
    due = f"{words(obligation.due)}前" if obligation.due else when
    return f"{words(obligation.subject)}，{due}，由{words(obligation.who)}办理"


def _fields(was: Obligation, now: Obligation) -> Iterator[PlanDifference]:
    old, new = obligation_words(was), obligation_words(now)
    moved = _moved(was, now)
    for field in {**old, **new}:
        before, after = old.get(field, NOTHING), new.get(field, NOTHING)
        if before != after:
            change = Change.MOVED if field in moved else Change.CHANGED
            yield PlanDifference(change, now.key, now.clause, now.title, field, before, after, moved.get(field))


def _moved(was: Obligation, now: Obligation) -> dict[str, int]:
    """By how many days each date of an obligation moves; of a recurrence its day in the year or month."""
    days = {"期限": (was.due, now.due), "起算": (was.starts, now.starts)}
    if (
        was.every
        and now.every
        and (was.every.span, was.every.first_due.year) == (now.every.span, now.every.first_due.year)
    ):
        days["周期"] = (was.every.first_due, now.every.first_due)
    return {field: (two - one).days for field, (one, two) in days.items() if one and two and one != two}


def _house(before: Plan, after: Plan) -> Iterator[PlanDifference]:
    old, new = house_words(before.house), house_words(after.house)
    for field in {**old, **new}:
        was, now = old.get(field, NOTHING), new.get(field, NOTHING)
        if was != now:
            yield PlanDifference(Change.CHANGED, "house", None, "内部规则", field, was, now)
