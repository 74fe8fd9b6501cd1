"""What a stretch of events means for people: by month how much was said and climbed, by recipient how many messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from policy.events import Event, Happening
from policy.words import Reason


@dataclass
class Month:
    """`label` is 2021-07; `messages` by channel, `notices` by reason, `climbed` by level, `turned` by status."""

    label: str
    messages: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    climbed: Counter[int] = field(default_factory=Counter)
    turned: Counter[str] = field(default_factory=Counter)
    busiest_day: int = 0


@dataclass(frozen=True)
class Load:
    """What one recipient has to deal with in one month: messages, and matters newly theirs."""

    month: str
    recipient: str
    messages: int
    matters: int


def by_month(events: Iterable[Event]) -> list[Month]:
    """One entry a month in which anything happened, first to last."""
    months: dict[str, Month] = {}
    daily: dict[str, Counter[object]] = defaultdict(Counter)
    for event in events:
        label = f"{event.day:%Y-%m}"
        month = months.setdefault(label, Month(label))
        if event.happening is Happening.DIGEST:
            month.messages[str(event.said["channel"])] += 1
            daily[label][event.day] += 1
        elif event.happening is Happening.TURNED:
            month.turned[str(event.said["status"])] += 1
        elif event.happening is Happening.NOTICE and event.said["fate"] == "done":
            month.notices[str(event.said["reason"])] += 1
            if event.said["reason"] == Reason.ESCALATED:
                month.climbed[int(str(event.said["rung"])[1:])] += 1
    for label, days in daily.items():
        months[label].busiest_day = max(days.values())
    return [months[label] for label in sorted(months)]


def by_recipient(events: Iterable[Event]) -> list[Load]:
    """One entry a month and recipient, the heaviest first within a month."""
    messages: Counter[tuple[str, str]] = Counter()
    matters: dict[tuple[str, str], set[tuple[object, ...]]] = defaultdict(set)
    for event in events:
        key = (f"{event.day:%Y-%m}", str(event.said.get("recipient")))
        if event.happening is Happening.DIGEST:
            messages[key] += 1
        elif event.happening is Happening.NOTICE and event.said["fate"] == "done":
            matters[key].add(tuple(event.said[name] for name in ("duty", "subject", "period")))
    found = [Load(*key, messages[key], len(matters[key])) for key in messages.keys() | matters.keys()]
    return sorted(found, key=lambda load: (load.month, -load.messages, -load.matters, load.recipient))
