"""What is taken to be so where no record tells: each duty done on its day, so many working days late, or never.

A rehearsal alone assumes. What is assumed of an obligation replaces all that is on file of it; whom it concerns, and
by when, is asked of the records as ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from policy.amendments import plan_on
from policy.calendar import WorkCalendar
from policy.checks.base import as_it_stands, by_deadline
from policy.errors import AssumptionInvalid
from policy.numbers import zh_day
from policy.plan import Plan
from policy.verdict import Case, Ruling
from policy.words import Flag, Status

MOST = 999
UNTOUCHED = frozenset({Status.NOT_APPLICABLE, Status.UNSCHEDULED, Status.NEEDS_RULING})
"""Nothing is asked, no day is set, or the text itself is not clear: no behaviour answers that."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`workdays` after the due day: 0 for on time, None for never."""

    workdays: int | None

    @classmethod
    def read(cls, word: str) -> Behaviour | None:
        """on_time, late=3 or never; None for anything else."""
        if word == "on_time":
            return cls(0)
        late = re.fullmatch(r"late=([1-9]\d*)", word, re.ASCII)
        if late and int(late[1]) <= MOST:
            return cls(int(late[1]))
        return cls(None) if word == "never" else None

    @property
    def word(self) -> str:
        return {0: "on_time", None: "never"}.get(self.workdays, f"late={self.workdays}")

    @property
    def zh(self) -> str:
        return {0: "按时办理", None: "一直不办"}.get(self.workdays, f"晚{self.workdays}个工作日")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A behaviour, with the calendar in which its working days are counted."""

    behaviour: Behaviour
    calendar: WorkCalendar

    def done_on(self, due: date, opens: date) -> date | None:
        """The day on which what is due is done; on time is the last working day up to the due day, once it is open."""
        workdays = self.behaviour.workdays
        if workdays is None:
            return None
        if workdays:
            return self.calendar.step(due, workdays)[0]
        return max(self.calendar.on_or_before(due), min(opens, due))

    def kept_from(self, since: date) -> date:
        """The first day on which a standing rule is kept that applies from `since` on; the last of all days for never."""
        workdays = self.behaviour.workdays
        return date.max if workdays is None else self.calendar.step(since, workdays)[0]


def assumed(ruling: Ruling, case: Case, assumption: Assumption, began: date) -> Ruling:
    """The ruling as assumed, in place of the one on file; `began` is when the matter first concerned its subject.

    With a due day it is done by then, late or never; a standing rule is kept, or so many working days after it began.
    """
    if ruling.status in UNTOUCHED or (case.starts and case.as_of < case.starts):
        return ruling
    due, zh = ruling.due or case.due, assumption.behaviour.zh
    done_on, why = None, f"预演假设{zh}，不看记录。"
    if due is None:
        status = as_it_stands(case.as_of >= assumption.kept_from(began), case)
    else:
        done_on = assumption.done_on(due, case.period.first if case.period else began)
        done_on = done_on if done_on and done_on <= case.as_of else None
        status = by_deadline(done_on, due, case.as_of)
        why = f"预演假设{zh}（期限{zh_day(due)}），不看记录。"
    flags = tuple(flag for flag in ruling.flags if flag is not Flag.NEEDS_RULING)
    return Ruling(status, why, due, done_on, required=ruling.required, unit=ruling.unit, flags=flags)


def assumed_turns(ruling: Ruling, case: Case, assumption: Assumption, began: date) -> Iterator[date]:
    """The days on which what is assumed may be ruled otherwise, beside those of the check itself."""
    due = ruling.due or case.due
    if due is None:
        yield assumption.kept_from(began)
    else:
        yield assumption.done_on(due, case.period.first if case.period else began) or date.max
        yield due + timedelta(days=1)


@dataclass(frozen=True)
class Assumptions:
    """The behaviour of each obligation that is assumed, and of each stage whose signature is; `said` in Chinese."""

    duties: Mapping[str, Behaviour] = field(default_factory=dict)
    stages: Mapping[str, Behaviour] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Named:
    """What one word may stand for; the higher rank is the narrower and goes before the others."""

    rank: int
    title: str
    keys: frozenset[str]
    stages: frozenset[str] = frozenset()


def assumptions(plan: Plan, given: Sequence[str]) -> Assumptions:
    """Reads `on_time`, `late=3`, `never` for everything, and `NAME=…` for a stage, duty, clause or single obligation.

    The narrower name goes before the wider, whatever the order. Raises AssumptionInvalid.
    """
    known, chosen, faults = _names(plan), {}, []
    for word in given:
        name, behaviour = _read(word)
        if name not in known:
            faults.append(
                f"--assume {word}：方案 {plan.key} 没有名为“{name}”的业务，应为{_some(plan)}，或事项代码、条款编号"
            )
        elif behaviour is None:
            faults.append(
                f"--assume {word}：应为 on_time（按时）、late=N（晚N个工作日，1至{MOST}）或 never（一直不办）"
            )
        elif name in chosen:
            faults.append(f"--assume {word}：“{name or '全部'}”给了两次，应只给一次")
        else:
            chosen[name] = behaviour
    if faults:
        raise AssumptionInvalid(faults)
    wide_first = sorted(chosen, key=lambda name: known[name].rank)
    duties = {key: chosen[name] for name in wide_first for key in known[name].keys}
    stages = {key: chosen[name] for name in wide_first for key in known[name].stages}
    return Assumptions(duties, stages, "；".join(f"{known[name].title}{chosen[name].zh}" for name in wide_first))


def _read(word: str) -> tuple[str, Behaviour | None]:
    """The name, empty for everything, and the behaviour it is given."""
    every = Behaviour.read(word)
    if every or "=" not in word or word.startswith("late="):
        return "", every
    name, _, said = word.partition("=")
    return name, Behaviour.read(said)


def _names(plan: Plan) -> dict[str, _Named]:
    """Amendments to come are known as well; the rows of the stages themselves ask nothing."""
    every = [o for o in plan_on(plan, date.max).obligations if o.check.kind != "phase_span"]
    names = {"": _Named(0, "各项", frozenset(o.key for o in every), frozenset(p.key for p in plan.phases))}
    for phase in plan.phases:
        theirs = frozenset(o.key for o in every if o.phase == phase.key)
        names[phase.key] = _Named(1, phase.title, theirs, frozenset({phase.key}))
    for duty in plan.duties:
        names[duty.key] = _Named(2, duty.title, frozenset(o.key for o in every if o.duty == duty.key))
    for o in every:
        same = frozenset(other.key for other in every if other.clause == o.clause)
        names.setdefault(o.clause, _Named(3, plan.clause_of[o.clause].title, same))
    return names | {o.key: _Named(4, o.title, frozenset({o.key})) for o in every}


def _some(plan: Plan) -> str:
    titles = {one.key: one.title for one in plan.duties} | {one.key: one.title for one in plan.phases}
    return "、".join(f"{key}（{title}）" for key, title in titles.items())
