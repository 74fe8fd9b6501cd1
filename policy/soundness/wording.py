"""The clause and its obligation say the same: the same dates, numbers, force and rhythm.

Our summaries carry what the text says in figures, so a slip on either side shows: a date or a number that the clause
does not have, a must that is no longer one, a yearly duty written as a single one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import partial

from policy.finding import Finding, note, warning
from policy.plan import Clause, Obligation, Plan
from policy.soundness.clause_text import Mention, mentions, numbers
from policy.soundness.dates import awaited, due_place, first_due
from policy.soundness.places import Place, of_clause, of_obligation
from policy.words import Force

REVIEWED, SPAN = "reviewed_evidence", "phase_span"
SCALE = {"minutes": 60, "cents": 100, "least": 1, "most": 1, "years": 1, "need": 1, "times": 1}
"""The numbers a check may hold, and how many of them make one of what the clause says: 960 minutes are 16 hours."""
SHARES = ("share", "least")
LISTS = {"done_by": "items", "hung_after": "items", "order_of_steps": "steps"}
"""Checks that want every item of a list, so that the clause says how many."""
SAYS_WHEN = re.compile("阶段|自然年|自然月")
"""The clause names its stage or period: then its last day needs no inference."""
ORDINAL = re.compile(r"第[一二三四五六七八九十\d]+|[（(]\d+[)）]|四舍五入")
COUNTED = re.compile(r"([\d零一二两三四五六七八九十百千万]+)(?:名|人|个(?!月|自然)|小时|次|块)")
FORCES = (
    (Force.IN_PRINCIPLE, re.compile("原则上")),
    (Force.PROHIBITED, re.compile("绝不能|严禁|不得")),
    (Force.MUST, re.compile("(?<!必)须")),
)
"""A word of the summary and the force it gives the clause (A47, A48)."""
MAY = re.compile("可以|[^认]可[按在优]")
BINDS = re.compile("应|须")
"""可 without 应 or 须 beside it only allows."""
NEEDS = {
    Force.MUST: re.compile("须|不能低于"),
    Force.IN_PRINCIPLE: re.compile("原则上"),
    Force.PROHIBITED: re.compile("不能|不得|严禁"),
    Force.MAY: re.compile("可|鼓励|优先|放宽"),
}
"""A force and a word without which it is not in the summary."""
YEARLY, MONTHLY = re.compile("每年|每个自然年"), re.compile("每月|每个自然月")
DEVIATES = frozenset(
    [
        "age_limit",
        "amount_at_least",
        "amount_cap",
        "approved_first",
        "areas",
        "education_level",
        "experience",
        "household_in",
        "order_of_steps",
        "plaque_size",
        "qualified_staff",
        "ratio",
        "renewal",
        "standing",
        "term",
        "visit_length",
        "years_of_work",
    ]
)
"""Kinds of check that know an exception from a breach."""


def text_of(clause: Clause) -> str:
    return ORDINAL.sub("", f"{clause.title}。{clause.summary}")


class Nearby:
    """What stands near a clause: the others of its place in the document, and what it waits for or is waited for by."""

    def __init__(self, plan: Plan) -> None:
        self._near: dict[str, set[str]] = defaultdict(set)
        for clause in plan.clauses:
            self._near[clause.id] |= {other.id for other in plan.clauses if other.place == clause.place}
        for o in plan.obligations:
            for name in awaited(o):
                self._near[o.clause].add(name)
                self._near[name].add(o.clause)
        self._plan = plan

    def texts(self, clause: str) -> list[str]:
        known = self._plan.clause_of
        return [text_of(known[name]) for name in sorted(self._near[clause] - {clause}) if name in known]

    def mentions(self, clause: str) -> list[Mention]:
        return [mention for text in self.texts(clause) for mention in mentions(text)]

    def numbers(self, clause: str) -> frozenset[Fraction]:
        return frozenset().union(*map(numbers, self.texts(clause)))


def _served(plan: Plan) -> Iterator[tuple[Obligation, Clause]]:
    for o in plan.obligations:
        clause = plan.clause_of.get(o.clause)
        if clause and o.check.kind != SPAN:
            yield o, clause


def due_as_written(plan: Plan) -> Iterator[Finding]:
    """A due day stands in its clause; where the clause gives none, it ends the stage, the period, or stands nearby."""
    near = Nearby(plan)
    for o, clause in _served(plan):
        due, own = first_due(o), mentions(text_of(clause))
        if due is None:
            continue
        if own:
            yield from _due_of_the_clause(o, due, own)
        elif source := _source(plan, o, due, near):
            if not SAYS_WHEN.search(clause.summary):
                said = f"条款没有写日期，期限{due}是推定的：{source}"
                yield note("due-inferred", due_place(o), said, o.clause)
        else:
            said = f"条款没有写日期，{due}也不是阶段或期间的最后一天，不知道从哪里来"
            yield warning("due-unwritten", due_place(o), said, o.clause)


def _due_of_the_clause(o: Obligation, due: date, own: tuple[Mention, ...]) -> Iterator[Finding]:
    if not any(mention.ends(due) for mention in own):
        yield warning("due-unwritten", due_place(o), f"期限{due}与条款写的日期不同，请核对", o.clause)
    elif not any(mention.ends(due) and mention.month for mention in own):
        said = f"条款只写到年，期限{due}按12月31日推定"
        yield note("due-inferred", due_place(o), said, o.clause)


def _source(plan: Plan, o: Obligation, due: date, near: Nearby) -> str:
    """Where a due day may come from that its clause does not give; empty where from nowhere."""
    phase = next((phase for phase in plan.phases if phase.key == o.phase), None)
    if phase and phase.ends == due:
        return "阶段的最后一天"
    first = next(o.every.begun_by(o.every.first_due), None) if o.every else None
    if first and first.due == first.last:
        return "期间的最后一天"
    return "同处或相连条款的日期" if any(mention.ends(due) for mention in near.mentions(o.clause)) else ""


def other_days_as_written(plan: Plan) -> Iterator[Finding]:
    """The day from which something holds stands in the text, begins a stage, or is the day of issue."""
    known = {plan.issued, *(phase.starts for phase in plan.phases)}
    near = Nearby(plan)
    for o, clause in _served(plan):
        written = [*mentions(text_of(clause)), *near.mentions(clause.id)]
        for place, day in _days(o):
            if day not in known and not any(mention.starts(day) or mention.ends(day) for mention in written):
                said = f"条款里没有{day}，它也不是阶段的开始或印发的日子，不知道从哪里来"
                yield warning("day-unwritten", place, said, o.clause)


def _days(o: Obligation) -> Iterator[tuple[Place, date]]:
    if o.starts:
        yield of_obligation(o, "starts"), o.starts
    for name in type(o.check).model_fields:
        if isinstance(day := getattr(o.check, name), date):
            yield of_obligation(o, "check", name), day


def rhythm_as_written(plan: Plan) -> Iterator[Finding]:
    for o, clause in _served(plan):
        for word, span in ((YEARLY, "year"), (MONTHLY, "month")):
            said = word.search(clause.summary)
            if said and o.check.kind != REVIEWED and (o.every.span if o.every else None) != span:
                wrong = f"条款说“{said.group()}”，这里却不是按{'年' if span == 'year' else '月'}重复的（every）"
                yield warning("rhythm-unwritten", of_obligation(o, "every"), wrong, o.clause)


def numbers_as_written(plan: Plan) -> Iterator[Finding]:
    """A number from two up that the check holds stands in the clause or near it, or counts the check's own items."""
    near = Nearby(plan)
    for o, clause in _served(plan):
        own = numbers(text_of(clause))
        written = own if any(number >= 2 for number in own) else own | near.numbers(clause.id)
        for field, number in _numbers(o):
            if number not in written and number != len(_items(o)):
                has = f"，条款写的是{'、'.join(map(str, sorted(own)))}" if own else ""
                said = f"条款里没有{number}这个数{has}，请核对"
                yield warning("number-unwritten", of_obligation(o, "check", field), said, o.clause)
        yield from _as_long_as_written(o, own)


def _numbers(o: Obligation) -> Iterator[tuple[str, Fraction]]:
    """The numbers of a check that a clause has to give: from two up, and shares of a whole."""
    for field, scale in SCALE.items():
        value = getattr(o.check, field, None)
        if isinstance(value, int) and field in o.check.model_fields_set and Fraction(value, scale) >= 2:
            yield field, Fraction(value, scale)
    for field in SHARES:
        value = getattr(o.check, field, None)
        if isinstance(value, tuple) and value[1] and Fraction(*value) != 1:
            yield field, Fraction(*value)


def _items(o: Obligation) -> tuple[str, ...]:
    return getattr(o.check, "items", ()) or ()


def _as_long_as_written(o: Obligation, written: frozenset[Fraction]) -> Iterator[Finding]:
    field = LISTS.get(o.check.kind) or (
        "items" if o.check.kind == "standing" and max(written, default=0) >= 2 else None
    )
    items = getattr(o.check, field, ()) if field else ()
    counted = any(number >= 2 for number in written)
    if items and (len(items) > 1 or counted) and Fraction(len(items)) not in written:
        said = f"列了{len(items)}项，条款里没有这个数，请核对是否漏写或多写"
        yield warning("number-unwritten", of_obligation(o, "check", field or ""), said, o.clause)


def numbers_in_use(plan: Plan) -> Iterator[Finding]:
    """A number of people, things or hours in a clause that no obligation of its place holds: said, and not checked."""
    used: dict[str, set[Fraction]] = defaultdict(set)
    counting: set[str] = set()
    for o, clause in _served(plan):
        held = {number for _, number in _numbers(o)} | {Fraction(len(_items(o)))}
        used[clause.place] |= held | {Fraction(len(getattr(o.check, "steps", ())))}
        if any(hasattr(o.check, field) for field in SCALE):
            counting.add(clause.id)
    for clause in plan.clauses:
        if clause.id in counting:
            counted = {n for word in COUNTED.findall(text_of(clause)) for n in numbers(word) if n >= 2}
            for number in sorted(counted - used[clause.place]):
                yield note("number-unused", of_clause(clause, "summary"), f"条款里的{number}没有用在判定里", clause.id)


def force_as_written(plan: Plan) -> Iterator[Finding]:
    for clause in plan.clauses:
        finding = partial(warning, "force-unwritten", of_clause(clause, "force"), clause=clause.id)
        for force, word in FORCES:
            said = word.search(clause.summary)
            if said and clause.force not in (force, Force.PROHIBITED):
                yield finding(f"概述说“{said.group()}”，力度却是{clause.force.value}，应为{force.value}")
        if clause.force is not Force.MAY and MAY.search(clause.summary) and not BINDS.search(clause.summary):
            yield finding(f"概述只说“可以”，力度却是{clause.force.value}，应为may")
        needed = NEEDS.get(clause.force)
        if needed and not needed.search(f"{clause.title}{clause.summary}"):
            yield finding(f"力度是{clause.force.value}，概述里却没有这样的字眼（{needed.pattern}）")


def exceptions_heard(plan: Plan) -> Iterator[Finding]:
    """An 原则上 rule may be departed from with an exception; a check that knows none would call it a breach (A47)."""
    for o, _clause in _served(plan):
        if o.force is Force.IN_PRINCIPLE and o.check.kind not in DEVIATES:
            said = f"“原则上”的条款可以有例外，{o.check.kind}这种判定不认例外"
            yield warning("exception-unheard", of_obligation(o, "check"), said, o.clause)


def same_force(plan: Plan) -> Iterator[Finding]:
    for o, clause in _served(plan):
        if o.force is not clause.force:
            said = f"力度写的是{o.force.value}，条款是{clause.force.value}，应删去这一项，以条款为准"
            yield warning("force-unwritten", of_obligation(o, "force"), said, o.clause)


RULES = (
    due_as_written,
    other_days_as_written,
    rhythm_as_written,
    numbers_as_written,
    numbers_in_use,
    force_as_written,
    exceptions_heard,
    same_force,
)
