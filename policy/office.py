"""Everything that notices need beside the verdicts, as an office knows it on a morning."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from policy.calendar import WorkCalendar
from policy.directory import Directory
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

    @property
    def ladders(self) -> Ladders:
        return self.kept or Ladders(self.plan.house, self.calendar)
