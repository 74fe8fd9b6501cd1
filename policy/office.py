"""Everything that notices need beside the verdicts, as an office knows it on a morning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from policy.calendar import WorkCalendar
from policy.directory import Directory
from policy.inhibition import FREE, Inhibition, Milestone, together
from policy.ladder import Ladders
from policy.levers import Key, Levers
from policy.plan import Plan


@dataclass(frozen=True)
class Office:
    """What notices need beside the verdicts: the plan, the calendar, who is who.

    `breached` says when what stands broken was first seen so, `owed` the due day it had when it was last seen open: a
    ruling that mends it may bear another (an extension; a plaque that waits again), and those who were told were counted
    from the old one. `hastened` says when it was found to be due earlier than before: nobody above hears at once of that.
    `live_from` is the day of the first round ever recorded: what was over before it is on the books and not said.
    `mended` counts how often what is broken again had been put right: those who heard then hear anew.
    `milestones` are those that the house put before other duties, each by the key of its verdict.
    `kept` are its ladders of a morning before, where the house and the calendar have stayed.
    """

    plan: Plan
    calendar: WorkCalendar
    directory: Directory
    breached: dict[Key, date]
    owed: dict[Key, date] = field(default_factory=dict)
    levers: Levers = field(default_factory=Levers)
    live_from: date | None = None
    mended: dict[Key, int] = field(default_factory=dict)
    hastened: dict[Key, date] = field(default_factory=dict)
    kept: Ladders | None = None
    milestones: Mapping[Key, Milestone] = field(default_factory=dict)
    _inhibitions: dict[tuple[str, str, date], Inhibition] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def ladders(self) -> Ladders:
        return self.kept or Ladders(self.plan.house, self.calendar)

    def silence(self, key: Key, today: date) -> str | None:
        """Why nothing is said of a matter today, or None: somebody decided so, or a milestone before it is not met."""
        return self.levers.silence(key, today) or self.inhibition(key, today).why

    def silent_until(self, key: Key, today: date) -> date | None:
        """The last day of those, now over, on which nothing was to be said of it."""
        days = self.levers.ended(key, today), self.inhibition(key, today).ended
        return max((day for day in days if day), default=None)

    def inhibition(self, key: Key, today: date) -> Inhibition:
        """What the milestones before a matter do to what is said of it today; one and the same in all its periods."""
        if not self.milestones:
            return FREE
        question = (*key[:2], today)
        if question not in self._inhibitions:
            stand = (self.milestones.get(before) for before in self.before(key))
            each = (one.inhibition(self.levers.waived(one.key, today)) for one in stand if one)
            self._inhibitions[question] = together(each)
        return self._inhibitions[question]

    def before(self, key: Key) -> Iterator[Key]:
        """The keys of the milestones before a matter: of its subject, or of the place in which that lies."""
        for name in self.plan.house.inhibited_by.get(key[0], ()):
            if asked := self.plan.by_key.get(name):
                subject = self.directory.subject(self.plan.by_key[key[0]].subject, key[1])
                if place := self.directory.place(subject, asked.subject):
                    yield name, place, 0
