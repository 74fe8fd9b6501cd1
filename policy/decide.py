"""The one core: what follows from a plan and what is known, at an instant."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from policy.calendar import civil_day
from policy.judge import Known, judge
from policy.levers import Key
from policy.notices import Call, Keys, Notice, phase_calls, resolving, speak
from policy.office import Office
from policy.position import STOCK
from policy.verdict import Verdict
from policy.words import BROKEN, NoticeState, Status


class Transition(NamedTuple):
    """A verdict that changed: what stood before (None for a first verdict) and what stands now."""

    verdict: Verdict
    before: Status | None


@dataclass(frozen=True)
class Decisions:
    """Verdicts, what changed against what stood, and what is to be said that was not said yet.

    `wanted` holds the keys of everything that should exist now: a notice still waiting that is not among them is moot.
    `open` adds those of the stock that nobody is told of: what stands open, said or not.
    `waiting` are matters of which more is to be given out once the level below was on an earlier day.
    """

    verdicts: tuple[Verdict, ...]
    transitions: tuple[Transition, ...]
    calls: tuple[Call, ...]
    wanted: Set[str]
    open: Set[str] = frozenset()
    waiting: Set[Key] = frozenset()

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """The calls as notices, put together for who wants to look at them."""
        return tuple(call.notice for call in self.calls)


def decide(
    office: Office, known: Known, as_of: datetime, issued: Keys = frozenset(), just: Keys = frozenset()
) -> Decisions:
    """Everything that follows at `as_of` (aware). Pure: the same arguments give the same decisions.

    `known.standing` is what stood before, `issued` the keys of notices already given out and `just` those of
    this very day; applying the decisions and
    asking again at the same instant gives no transition and no notice.
    """
    return follow(office, tuple(judge(office.plan, known, civil_day(as_of))), known.standing, as_of, issued, just)


def follow(
    office: Office,
    verdicts: tuple[Verdict, ...],
    standing: Mapping[tuple[str, str, int], Status],
    as_of: datetime,
    issued: Keys,
    just: Keys = frozenset(),
) -> Decisions:
    """The same where the verdicts of `as_of` are at hand."""
    today = civil_day(as_of)
    transitions = tuple(_changed(verdicts, standing))
    spoken = speak(office, verdicts, as_of, issued, just)
    stages = [call for call in phase_calls(office, today) if call.word.not_before <= as_of]
    events = [*stages, *_resolved(office, transitions, today)]
    fresh = (call for call in events if call.key not in issued)
    wanted = spoken.wanted.union(call.key for call in events if call.word.state is NoticeState.DUE)
    stock = spoken.stock.union(call.key for call in events if call.word.why_not == STOCK)
    return Decisions(verdicts, transitions, (*spoken.calls, *fresh), wanted, wanted | stock, spoken.waiting)


def _changed(verdicts: tuple[Verdict, ...], standing: Mapping[tuple[str, str, int], Status]) -> list[Transition]:
    """Not-applicable first words are no news; everything else that differs from what stood is."""
    changes = []
    for verdict in verdicts:
        before, now = standing.get(verdict.key), verdict.ruling.status
        if before is not now and (before or now is not Status.NOT_APPLICABLE):
            changes.append(Transition(verdict, before))
    return changes


def _resolved(office: Office, transitions: tuple[Transition, ...], today: date) -> list[Call]:
    """Whoever heard that something was broken hears that it no longer is: who acts, and the levels already told."""
    mended = (t.verdict for t in transitions if t.before in BROKEN and t.verdict.ruling.status not in BROKEN)
    return list(resolving(office, mended, today))
