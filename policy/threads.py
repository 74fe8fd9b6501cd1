"""What each role hears of matters that stand alike: computed once for all of them, however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from policy.keys import around
from policy.ladder import Ladders, Step
from policy.levers import Extension, Key
from policy.office import Office
from policy.plan import Obligation
from policy.position import Position, circumstances, opens, over, position, steps_of, stock
from policy.verdict import Verdict
from policy.words import Reason, Role


class Thread(NamedTuple):
    """The rungs that one role hears: the newest whose day has come, with why it is not said; those before it, the
    newest first; the names of all others that the ladder holds for the role.

    `voice` is the newest with the role, as they stand in the keys; `passed` the names of those before it, the oldest
    first.
    """

    role: Role
    newest: Step
    why_not: str | None
    before: tuple[Step, ...]
    others: tuple[str, ...]
    voice: str
    passed: tuple[str, ...]


class Stance(NamedTuple):
    """Everything that is said of verdicts of one obligation, period, ruling and position, but for whom it is about.

    `around` is what stands in its keys around the subject. `threads` are who acts first, then level by level; their
    roles and voices; and whether all of them are to be said.
    """

    obligation: Obligation
    like: Verdict
    extension: Extension | None
    around: tuple[str, str]
    threads: tuple[Thread, ...]
    roles: tuple[Role, ...]
    voices: tuple[str, ...]
    is_loud: bool


@dataclass
class Stances:
    """The stances of one office on one day; `reached` is the last day whose rungs may be said by now."""

    office: Office
    today: date
    reached: date
    _ladders: Ladders = field(init=False)
    _known: dict[tuple[object, ...], Stance] = field(init=False, default_factory=dict)
    _put_right: dict[tuple[object, ...], tuple[Verdict, tuple[Stance, date] | None]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._ladders = self.office.ladders

    def of(self, verdict: Verdict, key: Key) -> Stance:
        like = self._like(verdict, key)
        stance = self._known.get(like)
        if stance is None:
            stance = self._known[like] = self._stance(verdict, key)
        return stance

    def put_right(self, verdict: Verdict, key: Key) -> tuple[Stance, date] | None:
        """What is said of something that was broken and is put right, with the day from which that is counted; None
        where nobody is told."""
        like = self._like(verdict, key)
        if like not in self._put_right:
            self._put_right[like] = verdict, self._resolved(verdict, key)
        return self._put_right[like][1]

    def _like(self, verdict: Verdict, key: Key) -> tuple[object, ...]:
        """What verdicts have in common that are told alike."""
        # By identity: equal rulings of a round are one object, kept alive by whatever is kept under this.
        about = circumstances(self.office, verdict, key, self.today)
        return verdict.duty, verdict.amendment, key[2], id(verdict.ruling), about

    def _resolved(self, verdict: Verdict, key: Key) -> tuple[Stance, date] | None:
        office, today = self.office, self.today
        obligation = office.plan.wording(verdict.duty, verdict.amendment)
        dated, kept = office.owed.get(key) or verdict.ruling.due, office.inhibition(key, today)
        since = max(dated or office.breached.get(key, today), kept.ended or date.min)
        if stock(office, since if dated else over(office, key, opens(office, obligation, verdict), today), today):
            return None
        levels = sorted({0, *self._told(since, office.levers.extensions.get(key))})
        steps = [Step(Reason.RESOLVED, f"R{level}", level, today, False) for level in levels]
        return self.alone(verdict, steps, since, kept.why), since

    def _told(self, since: date, extension: Extension | None) -> Iterator[int]:
        """The levels that have heard of it: by the day first owed, up to an extension, and by the day granted after it."""
        today = self.today
        counted = [(since, extension.decided_on), (extension.due, today)] if extension else [(since, today)]
        for anchor, last in counted:
            for step in self._ladders.to(anchor, None):
                if step.day <= last and step.reason in (Reason.OVERDUE, Reason.ESCALATED):
                    yield step.level

    def alone(self, verdict: Verdict, steps: Iterable[Step], counted: date, why_not: str | None = None) -> Stance:
        """Steps of which nothing else is known than that they are said now, or why not."""
        obligation = self.office.plan.wording(verdict.duty, verdict.amendment)
        threads = [_thread(role, step, why_not) for step in steps for role in audience(obligation, step)]
        return self._about(obligation, verdict, counted, threads)

    def _about(self, obligation: Obligation, verdict: Verdict, counted: date, threads: list[Thread]) -> Stance:
        period = verdict.period.label if verdict.period else None
        mark = self.office.inhibition(verdict.key, self.today).mark
        named = around(self.office.plan.key, verdict.duty, period, counted, mark)
        extension, loud = self.office.levers.extensions.get(verdict.key), all(one.why_not is None for one in threads)
        roles, voices = tuple(thread.role for thread in threads), tuple(thread.voice for thread in threads)
        return Stance(obligation, verdict, extension, named, tuple(threads), roles, voices, loud)

    def _stance(self, verdict: Verdict, key: Key) -> Stance:
        obligation = self.office.plan.wording(verdict.duty, verdict.amendment)
        place = position(self.office, obligation, verdict, key, self.today)
        threads = sorted(self._threads(obligation, verdict, place), key=lambda one: one.newest.level)
        return self._about(obligation, verdict, place.counted, threads)

    def _threads(self, obligation: Obligation, verdict: Verdict, place: Position) -> list[Thread]:
        passed: dict[Role, list[Step]] = {}
        for step in steps_of(self.office, self._ladders, obligation, verdict, self.today):
            if step.day <= self.reached:
                for role in audience(obligation, step):
                    passed.setdefault(role, []).append(step)
        return [self._thread(obligation, place, role, heard) for role, heard in passed.items()]

    def _thread(self, obligation: Obligation, place: Position, role: Role, passed: list[Step]) -> Thread:
        *before, newest = sorted(passed, key=lambda step: step.day)
        whole = self._ladders.to(place.anchor, None) if place.anchor else self._ladders.from_breach(place.counted)
        names = {step.name for step in passed}
        others = tuple(s.name for s in whole if s.name not in names and role in audience(obligation, s))
        why_not = place.silence or stock(self.office, place.since, newest.day)
        return _thread(role, newest, why_not, before, others)


def _thread(
    role: Role, newest: Step, why_not: str | None = None, before: Sequence[Step] = (), others: tuple[str, ...] = ()
) -> Thread:
    """`before` are the oldest first."""
    voice, passed = f"{newest.name}|{role}", tuple(step.name for step in before)
    return Thread(role, newest, why_not, tuple(reversed(before)), others, voice, passed)


def audience(obligation: Obligation, step: Step) -> tuple[Role, ...]:
    """The roles that hear a rung, each once."""
    if step.level:
        return obligation.escalation[step.level - 1 : step.level]
    late = step.reason in (Reason.OVERDUE, Reason.RESOLVED)
    return tuple(dict.fromkeys(obligation.who + (obligation.copies if late else ())))
