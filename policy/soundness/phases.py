"""Stages follow one another without overlap or gap, as their clauses say, and are handed to somebody who can be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from policy.checks.phase_span import PhaseSpan
from policy.finding import Finding, error, note, warning
from policy.plan import Phase, Plan
from policy.soundness.clause_text import mentions
from policy.soundness.places import PLAN, as_noted, of_obligation, of_phase
from policy.words import Role

ASSIGNED = (Role.CITY_BUREAU, Role.COUNTY_BUREAU, Role.TOWNSHIP, Role.STATION)
KINDS = ("integration", "setup", "operation", "deepening", "branding", "standard")
"""The kinds of stage that have a flow; `standard` serves those without steps of their own."""
A_DAY = timedelta(days=1)
IN_NO_STAGE = "A12"


def ends_after_start(plan: Plan) -> Iterator[Finding]:
    for phase in plan.phases:
        if phase.ends < phase.starts:
            said = f"结束（{phase.ends}）早于开始（{phase.starts}），应改正其一"
            yield error("phase-backwards", of_phase(phase), said, phase.clause)


def one_after_another(plan: Plan) -> Iterator[Finding]:
    """Overlaps are errors; days between two stages are in none (B14): a warning, unless the text is known to say so."""
    for before, phase in pairwise(plan.phases):
        if phase.starts <= before.ends:
            said = f"与上一阶段重叠，应在{before.ends}之后开始"
            yield error("phase-overlap", of_phase(phase, "starts"), said, phase.clause)
        elif phase.starts > before.ends + A_DAY:
            first, last = before.ends + A_DAY, phase.starts - A_DAY
            days = f"{first}这1天" if first == last else f"{first}至{last}这{(last - first).days + 1}天"
            grade, then = as_noted(plan, IN_NO_STAGE, before.clause, phase.clause)
            said = f"{days}不在任何阶段：上一阶段{before.ends}结束；{then}"
            yield grade("phase-gap", of_phase(phase, "starts"), said, phase.clause)


def kind_known(plan: Plan) -> Iterator[Finding]:
    for phase in plan.phases:
        if phase.kind not in KINDS:
            said = f"没有“{phase.kind}”这种阶段，应为：{'、'.join(KINDS)}；没有自己流程的写 standard"
            yield error("kind-unknown", of_phase(phase, "kind"), said, phase.clause)


def clause_known(plan: Plan) -> Iterator[Finding]:
    for phase in plan.phases:
        if phase.clause not in plan.clause_of:
            said = f"没有条款{phase.clause}，应为 clauses.yaml 中的编号"
            yield error("clause-unknown", of_phase(phase, "clause"), said, phase.clause)


def as_the_clause_says(plan: Plan) -> Iterator[Finding]:
    for phase in plan.phases:
        clause = plan.clause_of.get(phase.clause)
        written = mentions(f"{clause.title}。{clause.summary}") if clause else ()
        if not written:
            continue
        if phase.starts != plan.issued and not any(mention.starts(phase.starts) for mention in written):
            said = f"条款里没有{phase.starts}这个开始的日子，请核对"
            yield warning("phase-unwritten", of_phase(phase, "starts"), said, phase.clause)
        if not any(mention.ends(phase.ends) for mention in written):
            said = f"条款里没有{phase.ends}这个结束的日子，请核对"
            yield warning("phase-unwritten", of_phase(phase, "ends"), said, phase.clause)


def span_and_phase(plan: Plan) -> Iterator[Finding]:
    """The stage stands in two places: as a stage, and as the obligation that shows it."""
    phases = {phase.key: phase for phase in plan.phases}
    for o in plan.obligations:
        phase = phases.get(o.phase or "")
        if isinstance(o.check, PhaseSpan) and phase:
            if (o.check.first, o.check.last) != (phase.starts, phase.ends):
                said = f"写的是{o.check.first}至{o.check.last}，而阶段是{phase.starts}至{phase.ends}，应一致"
                yield error("phase-span", of_obligation(o, "check"), said, o.clause)
            if o.clause != phase.clause:
                said = f"写的是条款{o.clause}，而阶段写的是{phase.clause}，应一致"
                yield error("phase-span", of_obligation(o, "clause"), said, o.clause)


def shown(plan: Plan) -> Iterator[Finding]:
    """Some obligation serves the clause of every stage, else the stage is in no verdict."""
    spans = {o.phase for o in plan.obligations if isinstance(o.check, PhaseSpan)}
    for phase in plan.phases:
        if spans and phase.key not in spans:
            said = "别的阶段都有 phase_span 的 obligation，这个阶段没有，判定里看不到它"
            yield warning("phase-unshown", of_phase(phase), said, phase.clause)


def assigned(plan: Plan) -> Iterator[Finding]:
    for phase in plan.phases:
        for role in phase.assigns:
            if role not in ASSIGNED:
                said = f"不能交办给“{role}”，应为：{'、'.join(ASSIGNED)}"
                yield error("assigned-nobody", of_phase(phase, "assigns"), said, phase.clause)
        if not phase.assigns:
            said = "没有写阶段启动时交办给谁（assigns）"
            yield warning("assigned-nobody", of_phase(phase, "assigns"), said, phase.clause)


def before_the_text(plan: Plan) -> Iterator[Finding]:
    """A stage that began before the document was issued: nothing was owed before that day (A13)."""
    for phase in plan.phases:
        if phase.starts < plan.issued:
            left = _left(plan, phase)
            yield note("phase-before-issue", of_phase(phase, "starts"), left, phase.clause)


def _left(plan: Plan, phase: Phase) -> str:
    if phase.ends < plan.issued:
        return f"整个阶段早于方案印发（{plan.issued}），期间的义务无从履行"
    days = (phase.ends - plan.issued).days + 1
    return f"阶段开始早于方案印发（{plan.issued}）；印发以前不算违反，印发当日起还有{days}天"


def years_alike(plan: Plan) -> Iterator[Finding]:
    """惠民发〔2021〕29号 was issued in 2021."""
    if f"〔{plan.issued.year}〕" not in plan.document and "〔" in plan.document:
        said = f"印发日期是{plan.issued}，与文号“{plan.document}”的年份不同，请核对"
        yield warning("issued-year", (PLAN, "issued"), said)


RULES = (
    ends_after_start,
    one_after_another,
    kind_known,
    clause_known,
    as_the_clause_says,
    span_and_phase,
    shown,
    assigned,
    before_the_text,
    years_alike,
)
