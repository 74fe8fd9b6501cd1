"""The scheduled jobs by name: which part of the plan each is about and which steps it takes.

The same composition is played by `duban run` in a plain loop and by flows/ as task runs of a Prefect server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from db.amendments import plan_known
from db.columns import second_of
from db.engine import open_engine, reading
from db.planstore import load_plan
from db.work_calendar import work_calendar
from policy.calendar import WorkCalendar
from policy.plan import Plan
from settings import Settings
from tasks.compliance import REPORT
from tasks.delivery_audit import AUDIT
from tasks.duties import steps_of_duty
from tasks.forecast import FORECAST
from tasks.phases import steps_of_phase
from tasks.rounds import Part, hold, part_named, parts
from tasks.steps import Done, Page, Step, Work
from tasks.summary import summary

ROUND, COMPLIANCE, DELIVERY_AUDIT = "daily_round", "compliance", "delivery_audit"
WHOLE = {COMPLIANCE: "合规通报", DELIVERY_AUDIT: "送达核对", ROUND: "日常巡检"}


def judged_whole(work: Work) -> Done:
    """Every part that has begun, each in its own transaction, so that the record is of one day."""
    reports = [hold(work.engine, work.plan, part, work.as_of, work.now) for part in parts(work.plan, work.as_of)]
    return Done(f"判定{sum(sum(r.counts.values()) for r in reports)}项，变化{sum(r.changed for r in reports)}项")


JUDGE_WHOLE = Step("judge", "全量判定", judged_whole)


@dataclass(frozen=True)
class Office:
    """One installation and one plan: where the ledger is, what the plan says, where files go."""

    engine: Engine
    plan: Plan
    data: Path

    def work(self, part: Part, as_of: date, now: datetime) -> Work:
        return Work(self.engine, self._plan_known(as_of, now), part, as_of, now, self.data)

    def _plan_known(self, as_of: date, now: datetime) -> Plan:
        if not self.plan.amendments:
            return self.plan
        with reading(self.engine) as connection:
            return plan_known(connection, self.plan, as_of, second_of(now))

    @property
    def calendar(self) -> WorkCalendar:
        return work_calendar(self.plan.house)


def office(plan: str, settings: Settings) -> Office:
    """Raises PlanInvalid for a plan that does not load."""
    return Office(_engine(settings.ledger_url), load_plan(plan), settings.data)


@cache
def _engine(url: str) -> Engine:
    # For as long as the process lives: one that were dropped from here would leave its connections open.
    return open_engine(url)


def part_of(plan: Plan, name: str, day: date) -> Part:
    """The part a job is about: the whole plan, a stage by key or kind, a duty by key. Raises LookupError."""
    if name in WHOLE:
        begun = parts(plan, day)
        return Part(name, "duty", WHOLE[name], tuple(o for part in begun for o in part.obligations))
    by_kind = {phase.kind: phase.key for phase in reversed(plan.phases)}
    return part_named(plan, name if name in {p.key for p in plan.phases} else by_kind.get(name, name), day)


def names(plan: Plan) -> tuple[str, ...]:
    """Every job that can be asked for by name."""
    phases = dict.fromkeys(key for phase in plan.phases for key in (phase.kind, phase.key))
    return (ROUND, *phases, *(duty.key for duty in plan.duties), COMPLIANCE, DELIVERY_AUDIT)


def parts_of(plan: Plan, name: str, day: date) -> tuple[str, ...]:
    """The keys of the parts a job plays: all that have begun for the daily round, else the one."""
    return tuple(part.key for part in parts(plan, day)) if name == ROUND else (name,)


def steps_of(plan: Plan, part: Part) -> tuple[Step, ...]:
    if part.key == COMPLIANCE:
        return (JUDGE_WHOLE, REPORT)
    if part.key == DELIVERY_AUDIT:
        return (FORECAST, AUDIT)
    if part.kind == "phase":
        return steps_of_phase(kind_of(plan, part.key))
    return steps_of_duty(part.key)


def kind_of(plan: Plan, phase: str) -> str:
    return next(p.kind for p in plan.phases if p.key == phase)


def step_named(plan: Plan, part: Part, key: str) -> Step:
    return next(step for step in steps_of(plan, part) if step.key == key)


def summarised(at: Office, as_of: date, now: datetime, failed: tuple[str, ...]) -> tuple[Page, ...]:
    return summary(at.work(part_of(at.plan, ROUND, as_of), as_of, now), failed)


def played(at: Office, part: Part, as_of: date, now: datetime) -> Iterator[tuple[Step, Done]]:
    """The steps of one part, each as it is done."""
    work = at.work(part, as_of, now)
    for step in steps_of(at.plan, part):
        yield step, step.act(work)


def title_of(plan: str, name: str) -> str:
    """What people call a stage or duty of a plan; its key where there is none."""
    known = load_plan(plan)
    titles = {**{p.kind: p.title for p in reversed(known.phases)}, **{p.key: p.title for p in known.phases}}
    return {**titles, **{d.key: d.title for d in known.duties}}.get(name, name)


def city_of(plan: str) -> str:
    return load_plan(plan).city.removesuffix("市")
