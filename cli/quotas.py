"""plans check 对照记录：督导运力、培训学时、检查的几天，以及方案点到而记录里没有人的角色。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import typer

from cli.capacity import Source, proofs, summary, two_counts
from cli.sources import consulted
from db.capacity import learned
from db.work_calendar import work_calendar
from policy.amendments import text_on
from policy.capacity import holders, learning, window
from policy.capacity.proof import findings
from policy.capacity.workload import terms_of
from policy.finding import Finding
from policy.plan import Plan


def against_records(plan: Plan, source: Source, day: date) -> list[Finding]:
    """What stands against the plan by its numbers and by the records; the sums are said on stderr."""
    found: list[Finding] = []
    if terms_of(plan):
        asked = proofs(plan, source)
        typer.echo(summary(asked), err=True)
        found += [finding for proof in asked for finding in findings(proof)]
    else:
        typer.echo("方案没有每月督导到站的要求，或 house.yaml 没有写 workday_minutes：不核算督导运力", err=True)
    return [*found, *_quotas(text_on(plan, day), source, day)]


def _quotas(plan: Plan, source: Source, day: date) -> Iterator[Finding]:
    calendar, last = work_calendar(plan.house), max((phase.ends for phase in plan.phases), default=day)
    asks = learning.learning_of(plan)
    if source.counts is not None:
        stations, _ = two_counts(source.counts)
    else:
        with consulted(plan, source.records, day, source.known_at) as question:
            learners, courses = learned(question.connection, plan, question.seen)
            directory = question.cards()
        asks = asks and replace(asks, learners=learners, courses=courses)
        stations = sum(card.kind == "station" and card.open for card in directory.units.values())
        yield from holders.findings(plan, directory, day)
    yield from window.findings(plan, calendar, stations)
    if asks:
        for line in learning.balance(asks, calendar, last):
            typer.echo(f"培训学时：{line}", err=True)
        yield from learning.findings(asks, calendar, last)
