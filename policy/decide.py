"""The one core: what follows from a plan and what is known, at an instant."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from policy.calendar import civil_day
from policy.judge import Known, judge
from policy.notices import STOCK, Notice, Office, notices, resolutions
from policy.verdict import Verdict
from policy.words import BROKEN, NoticeState, Status


@dataclass(frozen=True, slots=True)
class Transition:
    """A verdict that changed: what stood before (None for a first verdict) and what stands now."""

    verdict: Verdict
    before: Status | None


@dataclass(frozen=True)
class Decisions:
    """Verdicts, what changed against what stood, and what is to be said that was not said yet.

    `wanted` holds the keys of everything that should exist now: a notice still waiting that is not among them is moot.
    `open` adds those of the stock that nobody is told of: what stands open, said or not.
    """

    verdicts: tuple[Verdict, ...]
    transitions: tuple[Transition, ...]
    notices: tuple[Notice, ...]
    wanted: frozenset[str]
    open: frozenset[str] = frozenset()


def decide(office: Office, known: Known, as_of: datetime, issued: Container[str] = frozenset()) -> Decisions:
    """Everything that follows at `as_of` (aware). Pure: the same arguments give the same decisions.

    `known.standing` is what stood before, `issued` the keys of notices already given out; applying the decisions and
    asking again at the same instant gives no transition and no notice.
    """
    verdicts = tuple(judge(office.plan, known, civil_day(as_of)))
    transitions = tuple(_changed(verdicts, known.standing))
    resolved = _resolved(office, transitions, as_of)
    said = [*notices(office, verdicts, as_of), *resolved]
    fresh = tuple(n for n in said if n.key not in issued)
    wanted = frozenset(n.key for n in said if n.state is NoticeState.DUE)
    stock = frozenset(n.key for n in said if n.why_not == STOCK)
    return Decisions(verdicts, transitions, fresh, wanted, wanted | stock)


def _changed(verdicts: tuple[Verdict, ...], standing: Mapping[tuple[str, str, int], Status]) -> list[Transition]:
    """Not-applicable first words are no news; everything else that differs from what stood is."""
    changes = (Transition(v, standing.get(v.key)) for v in verdicts)
    return [
        t
        for t in changes
        if t.before is not t.verdict.ruling.status
        and (t.before or t.verdict.ruling.status is not Status.NOT_APPLICABLE)
    ]


def _resolved(office: Office, transitions: tuple[Transition, ...], as_of: datetime) -> list[Notice]:
    """Whoever heard that something was broken hears that it no longer is: who acts, and the levels already told."""
    mended = (t for t in transitions if t.before in BROKEN and t.verdict.ruling.status not in BROKEN)
    return [notice for t in mended for notice in resolutions(office, t.verdict, as_of)]
