"""A round: load what is known, decide what follows, record it. One transaction for each phase or duty.

This is the whole of a round without Prefect; flows/ say when it runs and show it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from sqlalchemy import Connection, Engine

from db import journal, judged, ledger, measures, open_matters, outbox
from db.amendments import plan_known
from db.columns import second_of
from db.engine import take_turn
from db.intake import settle
from db.levers import levers
from db.on_file import OnFile, absent, on_file
from db.standing import counted
from db.work_calendar import work_calendar
from policy.amendments import plan_on
from policy.calendar import at, civil_day, end_of
from policy.decide import Decisions, follow
from policy.directory import Directory
from policy.inhibition import Milestone
from policy.judge import judge
from policy.levers import Key
from policy.office import Office
from policy.plan import Obligation, Plan
from policy.timeline import begun
from policy.words import Status
from tasks.anew import Judgement, before, judge_anew
from tasks.intake import uncollected
from tasks.who import who


@dataclass(frozen=True)
class Part:
    """What is judged and recorded together: a stage that has begun, or a recurring duty."""

    key: str
    kind: Literal["phase", "duty"]
    title: str
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True)
class PartReport:
    """What one part of a round found. `recorded` is False where a later day had been recorded already."""

    part: str
    title: str
    as_of: date
    counts: dict[Status, int] = field(default_factory=dict)
    changed: int = 0
    notices: int = 0
    recorded: bool = True


class NoticeNotKept(Exception):
    """What should be said is not in the ledger after it was written: the round is taken back as a whole."""


def parts(plan: Plan, day: date) -> tuple[Part, ...]:
    """The stages begun by `day`, current or carrying on, and the duties."""
    plan = plan_on(plan, day)
    phases = [Part(p.key, "phase", p.title, plan.of_phase(p.key)) for p in begun(plan, day)]
    return (*phases, *(Part(d.key, "duty", d.title, plan.of_duty(d.key)) for d in plan.duties))


@uncollected()
def hold(engine: Engine, plan: Plan, part: Part, as_of: date, now: datetime) -> PartReport:
    """Judges and records one part for the end of `as_of`, by what is known at `now`. Twice is once.

    A day earlier than the newest recorded one is judged and reported but not recorded: history is not rewound. Neither
    is a day that has not come yet.
    """
    settle(engine, plan.key)
    cards = who(engine, plan.key, as_of, now).cards
    touched = before(engine, plan.key, [o.key for o in part.obligations], as_of, now)
    with engine.begin() as connection:
        take_turn(connection, f"round {plan.key} {part.key}")
        plan = plan_known(connection, plan, as_of, second_of(now))
        newest = ledger.newest_round(connection, plan.key, part.key)
        ahead = as_of > civil_day(now)
        recorded = not ahead and not (newest and as_of < newest)
        former = touched if recorded else {}
        found = judge_anew(connection, plan, part.obligations, as_of, second_of(now), former)
        office = _office(connection, plan, part, cards, as_of, now, found.stood)
        instant = end_of(as_of) if ahead else min(now, end_of(as_of))
        filed = _on_file(connection, plan, part, at(civil_day(instant), time.min))
        decisions = follow(office, (*found.fresh, *found.kept), found.stood.status, instant, filed.issued, filed.just)
        if not recorded:
            counts = dict(Counter(v.ruling.status for v in decisions.verdicts))
            return PartReport(part.key, part.title, as_of, counts, recorded=False)
        return _record(connection, plan, part, found, filed, decisions, as_of, now)


def _office(
    connection: Connection, plan: Plan, part: Part, cards: Directory, as_of: date, now: datetime, stood: ledger.Standing
) -> Office:
    live_from = ledger.live_from(connection, plan.key) or as_of
    pulled = levers(connection, plan.key, now)
    return Office(
        plan,
        work_calendar(plan.house),
        cards,
        stood.breached,
        stood.owed,
        pulled,
        live_from,
        stood.mended,
        stood.hastened,
        milestones=_milestones(connection, plan, part, as_of, now),
    )


def _milestones(connection: Connection, plan: Plan, part: Part, as_of: date, now: datetime) -> Mapping[Key, Milestone]:
    """Judged here: another part, in its turn before or after this one, records them."""
    before = plan.inhibitors(obligation.key for obligation in part.obligations)
    if not before:
        return {}
    known = measures.known(connection, plan, before, as_of, second_of(now))
    return ledger.standing(connection, plan.key, before).milestones(plan, judge(plan, known, as_of))


def _on_file(connection: Connection, plan: Plan, part: Part, today: datetime) -> OnFile:
    """What was issued for a part: of its obligations, and of the stages, which every part announces."""
    stages = [f"phase-{phase.key}" for phase in plan.phases]
    return on_file(connection, plan.key, [o.key for o in part.obligations], today, stages)


def _record(
    connection: Connection,
    plan: Plan,
    part: Part,
    found: Judgement,
    filed: OnFile,
    decisions: Decisions,
    as_of: date,
    now: datetime,
) -> PartReport:
    duties = [o.key for o in part.obligations]
    round_id = ledger.open_round(connection, plan.key, part.key, as_of, plan.revision, now)
    changed = write_verdicts(connection, plan, found, round_id)
    told = outbox.issue(connection, plan.key, decisions.calls, round_id, now)
    if told < len(decisions.calls) and (lost := absent(connection, plan.key, decisions.calls)):
        raise NoticeNotKept(f"{lost}条通知没有记入台账")
    journal.settle_said(connection)
    outbox.cancel_moot(connection, plan.key, filed, decisions.wanted)
    open_matters.close_settled(connection, filed, decisions.calls, decisions.open, now)
    counts = counted(connection, plan.key, duties)
    ledger.close_round(connection, round_id, sum(counts.values()), changed, told)
    return PartReport(part.key, part.title, as_of, counts, changed, told)


def write_verdicts(connection: Connection, plan: Plan, found: Judgement, round_id: int) -> int:
    """Writes what was judged anew and how far everything is judged now; gives how many verdicts changed."""
    recorder = ledger.Recorder(connection, plan.key, round_id, found.stood)
    for verdict in found.fresh:
        recorder.add(verdict)
    for key in found.gone:
        recorder.end(key)
    recorder.flush()
    judged.keep(connection, plan.key, found.extents.items())
    ledger.know_sizes(connection, recorder.changed)
    return recorder.changed


def part_named(plan: Plan, key: str, day: date) -> Part:
    """One part by key; a stage may be asked for before it begins. Raises LookupError for an unknown key."""
    plan = plan_on(plan, day)
    ahead = [Part(p.key, "phase", p.title, plan.of_phase(p.key)) for p in plan.phases]
    every: Sequence[Part] = (*parts(plan, day), *ahead)
    found = next((part for part in every if part.key == key), None)
    if found is None:
        raise LookupError(key)
    return found
