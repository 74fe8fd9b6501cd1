"""What people decided about a matter: more time, a waiver, somebody in place of another.

Records with who, when, why and an end; never a change of the text or of a verdict. They only turn what is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from policy.numbers import zh_day

LONGEST_REASON = 200
Key = tuple[str, str, int]
"""(obligation, subject, period number or 0): the key of a verdict."""


def fault_of_reason(why: str) -> str | None:
    """What speaks against a reason as somebody wrote it; it is printed in letters and lists, so it is one short sentence."""
    said = why.strip()
    if not said:
        return "没有写明理由（--why）"
    if len(said.splitlines()) > 1 or not "".join(said.split()).isprintable():
        return "理由（--why）应为一句话，不能换行，不含控制字符"
    if len(said) > LONGEST_REASON:
        return f"理由（--why）有{len(said)}字，应为一句话，不超过{LONGEST_REASON}字"
    return None


@dataclass(frozen=True, slots=True)
class Extension:
    """`due` replaces `was`, the day it was owed by until then; `decided_on` is the civil day of the decision."""

    due: date
    was: date
    decided_on: date


@dataclass(frozen=True, slots=True)
class Waiver:
    """Nothing is said from `starts` to `until`, both inclusive. None in a field of the scope means any."""

    duty: str | None
    subject: str | None
    period: int | None
    starts: date
    until: date
    why: str

    def covers(self, key: Key) -> bool:
        scope = (self.duty, self.subject, self.period)
        return all(ours in (None, theirs) for ours, theirs in zip(scope, key, strict=True))


@dataclass(frozen=True, slots=True)
class StandIn:
    """`person` hears in place of another from `starts` to `until`, both inclusive."""

    person: str
    starts: date
    until: date


@dataclass(frozen=True)
class Levers:
    """Every decision known at an instant, ended ones included: a ladder counts on from the end of a waiver."""

    extensions: Mapping[Key, Extension] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    stand_ins: Mapping[str, tuple[StandIn, ...]] = field(default_factory=dict)

    def silence(self, key: Key, today: date) -> str | None:
        """Why nothing is said of this matter today, or None."""
        if not self.waivers:
            return None
        held = (w for w in self.waivers if w.starts <= today <= w.until and w.covers(key))
        last = max(held, key=lambda w: w.until, default=None)
        return f"经批准暂不催办至{zh_day(last.until)}：{last.why}" if last else None

    def waived(self, key: Key, today: date) -> Waiver | None:
        """The waiver of this very matter that runs today; a silence over many is none."""
        running = (w for w in self.waivers if w.starts <= today <= w.until)
        return next((w for w in running if (w.duty, w.subject, w.period) == key), None)

    def ended(self, key: Key, today: date) -> date | None:
        """The last day of the last waiver of this matter that is over."""
        if not self.waivers:
            return None
        return max((w.until for w in self.waivers if w.until < today and w.covers(key)), default=None)

    def hears(self, person: str, today: date) -> str:
        """The person who hears today in place of `person`. One step only: a stand-in's own stand-in is not asked."""
        turns = (turn for turn in self.stand_ins.get(person, ()) if turn.starts <= today <= turn.until)
        return next((turn.person for turn in turns), person)
