"""A plan on a day: the base text with the amendments in force, each wording beside those before it.

What has begun stays with the text under which it began, unless a recorded decision moves it (`Move`): a period by its
first day, a dated duty by the day it opened for its subject, an event (a visit, a contract) by its own day, a stage by
its start. A standing rule begins nothing: it is asked as it is worded on the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from policy.plan import Amendment, Move, Obligation, Phase, PhaseDates, Plan, Wording


class AmendedPlan(Plan):
    """A plan as worded on a day. `obligations` and `phases` are the newest; verdicts may speak by older wordings."""

    base: Plan
    worded: dict[str, tuple[Wording, ...]]
    decided: tuple[Move, ...] = ()

    @property
    def moves(self) -> tuple[Move, ...]:
        return self.decided

    def wordings(self, duty: str) -> tuple[Wording, ...]:
        return self.worded.get(duty) or super().wordings(duty)

    def wording(self, duty: str, amendment: str | None) -> Obligation:
        found = (w.obligation for w in self.wordings(duty) if amendment == (w.amendment.key if w.amendment else None))
        return next(found)


def plan_on(plan: Plan, day: date, moves: tuple[Move, ...] = ()) -> Plan:
    """The plan by which one judges on `day`, what has begun by its own text; the plan itself where nothing amends it."""
    base = plan.base if isinstance(plan, AmendedPlan) else plan
    known = _in_force(base, day)
    if not known:
        return base
    phases = tuple(_phase_on(phase, known, moves, day) for phase in base.phases)
    worded = _worded(base, known)
    values = {**_fields(base), "phases": phases, "obligations": tuple(_newest(base, worded, phases))}
    return AmendedPlan.model_construct(**values, base=base, worded=worded, decided=moves)


def text_on(plan: Plan, day: date) -> Plan:
    """The text in force on `day` as if it had always been so: for comparing texts, not for judging what has begun."""
    plan = plan.base if isinstance(plan, AmendedPlan) else plan
    if not plan.amendments:
        return plan
    known = _in_force(plan, day)
    phases = plan.phases
    for amendment in known:
        phases = tuple(_redated(phase, amendment.phases.get(phase.key)) for phase in phases)
    worded = _worded(plan, known)
    gone = {key for key, wordings in worded.items() if not wordings[-1].asked}
    obligations = tuple(o for o in _newest(plan, worded, phases) if o.key not in gone)
    not_run = _placed_otherwise(plan, obligations, day)
    changes = {"phases": phases, "obligations": obligations, "not_run": not_run, "amendments": ()}
    return Plan.model_construct(**{**_fields(plan), **changes, "revision": f"{plan.revision}@{day}"})


def _fields(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.model_fields}


def in_order(plan: Plan) -> tuple[Amendment, ...]:
    """By day; those of one day as the file has them."""
    return tuple(sorted(plan.amendments, key=lambda amendment: amendment.date))


def reworded(obligation: Obligation, fields: dict[str, Any]) -> Obligation:
    """The obligation with these fields changed. Raises ValidationError."""
    given = obligation.model_dump()
    for name, value in fields.items():
        old = given.get(name)
        same = (
            isinstance(old, dict) and isinstance(value, dict) and value.get("kind", old.get("kind")) == old.get("kind")
        )
        given[name] = {**old, **value} if same else value  # type: ignore[dict-item]
    return Obligation.model_validate(given)


def _in_force(plan: Plan, day: date) -> tuple[Amendment, ...]:
    return tuple(amendment for amendment in in_order(plan) if amendment.date <= day)


def _worded(plan: Plan, amendments: tuple[Amendment, ...]) -> dict[str, tuple[Wording, ...]]:
    """The wordings of every obligation that an amendment touches, oldest first."""
    worded: dict[str, tuple[Wording, ...]] = {}
    for amendment in amendments:
        for key, fields in amendment.changes.items():
            before = worded.get(key) or (Wording(None, plan.by_key[key]),)
            worded[key] = (*before, Wording(amendment, reworded(before[-1].obligation, fields)))
        for added in amendment.adds:
            obligation = added if added.starts else added.model_copy(update={"starts": amendment.date})
            worded[added.key] = (Wording(None, obligation, asked=False), Wording(amendment, obligation))
        for key in amendment.ends:
            before = worded.get(key) or (Wording(None, plan.by_key[key]),)
            worded[key] = (*before, Wording(amendment, before[-1].obligation, asked=False))
    return worded


def _newest(plan: Plan, worded: dict[str, tuple[Wording, ...]], phases: tuple[Phase, ...]) -> Iterator[Obligation]:
    """Every obligation there has been, as it is worded last; the rows of the stages bear the dates of the stages."""
    spans = {phase.key: phase for phase in phases}
    for obligation in plan.obligations:
        newest = worded[obligation.key][-1].obligation if obligation.key in worded else obligation
        span = spans.get(newest.phase or "")
        if span and newest.check.kind == "phase_span":
            check = newest.check.model_copy(update={"first": span.starts, "last": span.ends})
            newest = newest.model_copy(update={"check": check})
        yield newest
    own = plan.by_key.keys()
    yield from (wordings[-1].obligation for key, wordings in worded.items() if key not in own)


def _phase_on(phase: Phase, amendments: tuple[Amendment, ...], moves: tuple[Move, ...], day: date) -> Phase:
    """A stage that had begun keeps its dates, unless a decision for everybody moves it."""
    for amendment in amendments:
        moved = any(
            m.amendment == amendment.key
            and m.on <= day
            and m.subject is None
            and m.item in (None, phase.key, phase.clause)
            for m in moves
        )
        if phase.starts >= amendment.date or moved:
            phase = _redated(phase, amendment.phases.get(phase.key))
    return phase


def _redated(phase: Phase, dates: PhaseDates | None) -> Phase:
    given = dates.model_dump(exclude_none=True) if dates else {}
    return phase.model_copy(update=given) if given else phase


def _placed_otherwise(plan: Plan, obligations: tuple[Obligation, ...], day: date) -> dict[str, str]:
    """Why a clause is not run by this text: as the plan says, or because another document of it places it."""
    judged = {o.clause for o in obligations}
    otherwise = {clause: why for clause, why in plan.not_run.items() if clause not in judged}
    for amendment in in_order(plan):
        word = "起不再要求" if amendment.date <= day else "起才有要求"
        for clause in _touched(plan, amendment) - judged:
            otherwise.setdefault(clause, f"依{amendment.document}，自{amendment.date}{word}。")
    return otherwise


def _touched(plan: Plan, amendment: Amendment) -> set[str]:
    """The clauses that an amendment brings in or does away with."""
    added = {o.clause for o in amendment.adds}
    ended = {plan.by_key[key].clause for key in (*amendment.ends, *amendment.changes) if key in plan.by_key}
    return added | ended | {str(fields["clause"]) for fields in amendment.changes.values() if "clause" in fields}
