"""The ladder: on which day each rung of an obligation stands, counted in working days from its due day.

Before the due day rungs are reminders to who acts, after it they climb the chain. The printed due day is kept; only the
reminder target moves back from a rest day to the last working day before it (A18).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from policy.calendar import WorkCalendar
from policy.plan import House, Rung
from policy.words import Reason


class Step(NamedTuple):
    """One rung on its day; `level` 0 is who acts, n the n-th of the chain above."""

    reason: Reason
    name: str
    level: int
    day: date
    provisional: bool


def climb(house: House, calendar: WorkCalendar, due: date, opens: date | None) -> Iterator[Step]:
    """Every rung of a dated obligation. What would stand before it opens is left out; being assigned waits for it."""
    for rung in house.ladder:
        step = _stand(rung, calendar, due)
        if opens and step.day < opens:
            if step.reason is not Reason.ASSIGNED:
                continue
            step = Step(step.reason, step.name, step.level, calendar.on_or_after(opens), step.provisional)
        yield step


def climb_from_breach(house: House, calendar: WorkCalendar, since: date) -> Iterator[Step]:
    """The rungs of a standing rule found broken on `since`: told at once, then upwards."""
    for rung in house.ladder:
        if rung.workdays > 0:
            step = _stand(rung, calendar, since)
            told = calendar.on_or_after(since) if step.reason is Reason.OVERDUE else step.day
            yield Step(step.reason, step.name, step.level, told, step.provisional)


@dataclass(frozen=True)
class Ladders:
    """The ladders of one office; thousands count from the same day, for whom it is set up once."""

    house: House
    calendar: WorkCalendar
    _to: dict[tuple[date, date | None], tuple[Step, ...]] = field(default_factory=dict, compare=False, repr=False)
    _from: dict[date, tuple[Step, ...]] = field(default_factory=dict, compare=False, repr=False)

    def to(self, due: date, opens: date | None) -> tuple[Step, ...]:
        """`climb`, each step once."""
        if (due, opens) not in self._to:
            self._to[due, opens] = tuple(climb(self.house, self.calendar, due, opens))
        return self._to[due, opens]

    def from_breach(self, since: date) -> tuple[Step, ...]:
        """`climb_from_breach`, each step once."""
        if since not in self._from:
            self._from[since] = tuple(climb_from_breach(self.house, self.calendar, since))
        return self._from[since]


def name_of(rung: Rung) -> str:
    """E2 for the second level of the chain, D-5 and D+1 for who acts."""
    return f"E{rung.level}" if rung.level else f"D{rung.workdays:+d}"


def _stand(rung: Rung, calendar: WorkCalendar, due: date) -> Step:
    start = due if rung.workdays > 0 else calendar.on_or_before(due)
    day, provisional = calendar.step(start, rung.workdays)
    return Step(rung.reason, name_of(rung), rung.level, day, provisional or calendar.is_provisional(day))
