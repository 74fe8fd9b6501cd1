"""Dates follow from the text and from each other: nothing is due before it starts, before the document, or before what
it waits for; a recurrence leaves no period out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise

from policy.calendar import last_day_of_term
from policy.finding import Finding, error, note, warning
from policy.plan import Obligation, Plan
from policy.recurrence import SPAN_ZH, Period
from policy.soundness.places import HOUSE, PLAN, Place, as_noted, of_obligation

NARROW = timedelta(days=5)
FAR = date(9999, 1, 1)
MONTHS = 36
OUT_OF_ORDER = "A16"
TERMS = ("term",)


def one_kind_of_due(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        if o.due and o.every:
            said = "due 与 every 只能写一个：一次性的写 due，周期性的写 every"
            yield error("due-and-every", of_obligation(o), said, o.clause)
        if o.due and o.starts and o.due < o.starts:
            said = f"截止（{o.due}）早于开始（{o.starts}）"
            yield error("due-before-start", of_obligation(o, "due"), said, o.clause)


def after_the_document(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        due = first_due(o)
        if due and due < plan.issued:
            said = f"截止（{due}）早于方案印发（{plan.issued}），谁也来不及办"
            yield warning("due-before-issue", due_place(o), said, o.clause)


def after_what_it_waits_for(plan: Plan) -> Iterator[Finding]:
    """A deadline before that of its prerequisite cannot be kept in order (A16); a few days between are few (B17)."""
    for o, due, clause, first in waiting(plan):
        if due < first:
            grade, then = as_noted(plan, OUT_OF_ORDER, o.clause, clause)
            said = f"截止（{due}）早于它的前提{clause}的截止（{first}），两条不能依次按期办成；{then}"
            yield grade("due-before-prerequisite", due_place(o), said, o.clause)
        elif due - NARROW <= first < due:
            said = f"前提{clause}在{first}到期，留给本条的只有{(due - first).days}天"
            yield note("due-soon-after-prerequisite", due_place(o), said, o.clause)


def with_what_it_waits_for(plan: Plan) -> Iterator[Finding]:
    """Due on the day of its prerequisite, as reports of an act are by default (A20): one note for all."""
    together = [f"{o.clause}待{clause}（{due}）" for o, due, clause, first in waiting(plan) if due == first]
    if together:
        said = f"{len(together)}处与前提同一天到期，没有另留时间：{'、'.join(dict.fromkeys(together))}"
        yield note("due-with-prerequisite", (PLAN, "obligations"), said)


def waiting(plan: Plan) -> Iterator[tuple[Obligation, date, str, date]]:
    """Dated obligations with each dated clause they wait for: its day, the clause, the clause's day."""
    dues = _last_dues(plan)
    for o in plan.obligations:
        due = first_due(o)
        for clause in awaited(o):
            if due and clause in dues:
                yield o, due, clause, dues[clause]


def prerequisites_known(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        for clause in awaited(o):
            if clause not in plan.clause_of:
                said = f"没有条款{clause}，应为 clauses.yaml 中的编号"
                yield error("clause-unknown", of_obligation(o, "after"), said, o.clause)


def awaited(o: Obligation) -> tuple[str, ...]:
    """The clauses an obligation waits for, whether it or its check says so."""
    return tuple(dict.fromkeys((*o.after, *getattr(o.check, "after", ()))))


def _last_dues(plan: Plan) -> dict[str, date]:
    """By clause the (first) due day by which all its obligations are to be kept, where they have one."""
    dues: dict[str, date] = {}
    for o in plan.obligations:
        if due := first_due(o):
            dues[o.clause] = max(due, dues.get(o.clause, due))
    return dues


def no_circle(plan: Plan) -> Iterator[Finding]:
    """What waits for itself is never begun."""
    waits: dict[str, set[str]] = defaultdict(set)
    for o in plan.obligations:
        waits[o.clause].update(awaited(o))
    for o in plan.obligations:
        if o.after and o.clause in _behind(waits, o.clause):
            said = f"前提绕回了本条：{o.clause}经{'、'.join(o.after)}又等{o.clause}"
            yield error("waits-for-itself", of_obligation(o, "after"), said, o.clause)


def _behind(waits: dict[str, set[str]], clause: str) -> set[str]:
    seen: set[str] = set()
    ahead = set(waits[clause])
    while ahead:
        seen |= ahead
        ahead = {further for name in ahead for further in waits.get(name, ())} - seen
    return seen


def no_period_left_out(plan: Plan) -> Iterator[Finding]:
    """Every year or month is asked, from the first that has begun when the obligation starts (B18)."""
    for o in plan.obligations:
        if o.every is None:
            continue
        span, at = SPAN_ZH[o.every.span], of_obligation(o, "every", "rule")
        periods = list(islice(o.every.begun_by(FAR), MONTHS))
        if left := next((late for early, late in pairwise(periods) if _next(early) != late.first), None):
            said = f"规则{o.every.rule}隔过了{span}：{left.label}之前漏了至少一个{span}"
            yield warning("period-left-out", at, said, o.clause)
        if o.starts and (due := o.every.first_from(o.starts)) and due < o.every.first_due:
            said = f"自{o.starts}起执行，应先有{due}这一期，first_due 却写{o.every.first_due}"
            yield warning("period-left-out", of_obligation(o, "every", "first_due"), said, o.clause)


def _next(period: Period) -> date:
    return period.last + timedelta(days=1)


def within_its_stage(plan: Plan) -> Iterator[Finding]:
    """A duty may be due after its stage (A14): then it is carried on, and said so."""
    ends = {phase.key: phase for phase in plan.phases}
    for o in plan.obligations:
        phase = ends.get(o.phase or "")
        if phase and o.due and o.due > phase.ends:
            said = f"截止（{o.due}）在“{phase.title}”结束（{phase.ends}）之后，阶段结束时结转"
            yield note("due-after-stage", due_place(o), said, o.clause)
        if phase and o.due and o.due < phase.starts:
            said = f"截止（{o.due}）在“{phase.title}”开始（{phase.starts}）之前，应归入别的阶段或改正日期"
            yield warning("due-before-stage", due_place(o), said, o.clause)


def on_rest_days(plan: Plan) -> Iterator[Finding]:
    """Deadlines on a Saturday or Sunday are kept, and reminders come before (A18): one note for all."""
    resting: dict[date, int] = defaultdict(int)
    for o in plan.obligations:
        due = first_due(o)
        if due and due.weekday() > 4:
            resting[due] += 1
    if resting:
        days = "、".join(f"{day}（周{'六日'[day.weekday() - 5]}，{count}条）" for day, count in sorted(resting.items()))
        yield note("due-at-weekend", (PLAN, "obligations"), f"期限落在周末，日期照原文，提醒提前到之前的工作日：{days}")


def without_end(plan: Plan) -> Iterator[Finding]:
    """“每年” and “每月” have no end, stages have (A17); so have contracts signed for years (B16)."""
    last = max((phase.ends for phase in plan.phases), default=None)
    endless = [o for o in plan.obligations if o.every]
    if last and endless:
        said = f"{len(endless)}条周期性义务没有终点，最后一个阶段止于{last}；之后仍会逐期判定"
        yield note("duty-without-end", of_obligation(endless[0], "every"), said)
    for o in plan.obligations:
        if last and o.check.kind in TERMS and o.starts:
            until = last_day_of_term(o.starts, o.check.years)  # type: ignore[union-attr]
            if until > last:
                said = f"{o.starts}签的合同到{until}才满，晚于最后一个阶段的结束（{last}）"
                yield note("contract-beyond-programme", of_obligation(o, "check", "years"), said, o.clause)


def not_scheduled(plan: Plan) -> Iterator[Finding]:
    """Clauses without a date in the text, and none set by the office (A19): one note for all."""
    open_still = [
        o.clause
        for o in plan.obligations
        if getattr(o.check, "unscheduled", False) and o.due is None and o.clause not in plan.house.review_dates
    ]
    if open_still:
        said = f"{len(open_still)}条没有日期，也没有设审核日期，判定为未定期限：{'、'.join(open_still)}"
        yield note("unscheduled", (HOUSE, "review_dates"), said)


def first_due(o: Obligation) -> date | None:
    return o.due or (o.every.first_due if o.every else None)


def due_place(o: Obligation) -> Place:
    return of_obligation(o, "every", "first_due") if o.every and not o.due else of_obligation(o, "due")


RULES = (
    one_kind_of_due,
    after_the_document,
    prerequisites_known,
    after_what_it_waits_for,
    with_what_it_waits_for,
    no_circle,
    no_period_left_out,
    within_its_stage,
    on_rest_days,
    without_end,
    not_scheduled,
)
