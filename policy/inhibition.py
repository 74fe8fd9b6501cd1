"""What keeps word of a duty back: a milestone that the office put before it (`inhibited_by`) and that is not met yet.

No verdict is turned by it. It follows from verdicts, as all that is said does, so that nobody has to lift it: once the
milestone is met the ladder counts on from there, as from the end of a waiver.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from policy.levers import Key, Waiver
from policy.words import OPEN, Status

UNMET = OPEN | {Status.BLOCKED_BY_UPSTREAM}
"""Somebody is told what to do about it, here or upstream. Where nobody is (no evidence), nothing falls silent with it."""
KEPT_BACK = "前置里程碑"
"""Begins the reason of all that is not said because of one."""
A_DAY = timedelta(days=1)


class Inhibition(NamedTuple):
    """`why` nothing is said and `by` which milestone, None and empty where nothing keeps it back; `ended` the last day on
    which something did, where that is known. `reopened` counts how often a milestone was unmet again."""

    why: str | None = None
    by: str = ""
    ended: date | None = None
    reopened: int = 0

    @property
    def mark(self) -> str:
        """What it adds to keys: what was kept back is said afterwards, and anew after a milestone was unmet again."""
        return f"{self.by}{self.reopened or ''}|" if self.by or self.reopened else ""


FREE = Inhibition()


class Milestone(NamedTuple):
    """How a milestone stands for one subject; `reopened` counts how often it was open again, today included."""

    key: Key
    title: str
    status: Status
    done_on: date | None = None
    reopened: int = 0

    def inhibition(self, waiver: Waiver | None) -> Inhibition:
        """What it alone does to what stands behind it; `waiver` is one of the milestone itself that runs."""
        if self.status in UNMET and waiver is None:
            return Inhibition(f"{KEPT_BACK}“{self.title}”尚未办结，暂不提醒", self.key[0], None, self.reopened)
        since = waiver.starts if waiver and self.status in UNMET else self.done_on
        return Inhibition(ended=since and since - A_DAY, reopened=self.reopened)


def together(each: Iterable[Inhibition]) -> Inhibition:
    """The first of several milestones that keeps something back speaks; where none does, the last that did counts."""
    found = FREE
    for one in each:
        if one.why:
            return one
        ended = max((day for day in (found.ended, one.ended) if day), default=None)
        found = Inhibition(ended=ended, reopened=found.reopened + one.reopened)
    return found
