"""What a stretch of events comes to in numbers, and where two plays of the same days differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policy.events import Event, Happening
from policy.words import Reason

WHOLE = ""


class Tallied(NamedTuple):
    """One thing counted: by `what` (an event, or "climbed"), `which` of it, and month (2021-07), WHOLE for all of them.

    `which` is the status a verdict turned to, the reason of what was said, the level climbed to, the channel of a
    message, or what a stage did.
    """

    what: str
    which: str
    month: str = WHOLE


class TallyDifference(NamedTuple):
    tallied: Tallied
    before: int
    after: int


WHICH = {Happening.STAGE: "what", Happening.TURNED: "status", Happening.NOTICE: "reason", Happening.DIGEST: "channel"}
CLIMBED = "climbed"


def tally(events: Iterable[Event]) -> Counter[Tallied]:
    """Everything that happened, for the whole stretch and by month; of notices those that were said."""
    return Counter(tallied for event in events for tallied in _counts(event))


def _counts(event: Event) -> Iterator[Tallied]:
    if event.happening is Happening.NOTICE and event.said["fate"] != "done":
        return
    for month in (WHOLE, event.day.isoformat()[:7]):
        yield Tallied(event.happening.value, str(event.said[WHICH[event.happening]]), month)
        if event.said.get("reason") == Reason.ESCALATED:
            yield Tallied(CLIMBED, str(event.said["rung"]).removeprefix("E"), month)


def tally_differences(before: Iterable[Event], after: Iterable[Event]) -> list[TallyDifference]:
    """Every number in which the two differ: of each kind the whole first, then its months."""
    old, new = tally(before), tally(after)
    found = (TallyDifference(one, old[one], new[one]) for one in sorted(old.keys() | new.keys()))
    return [one for one in found if one.before != one.after]
