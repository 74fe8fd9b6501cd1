"""What the stages of a plan do in a rehearsal: handed out, warned, archived, signed, carried over, closed.

The rules are those of tasks/phases/; the dossier itself is not written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from db import phase_events
from db.measures.reading import Touched
from policy.assumption import Assumption
from policy.calendar import WorkCalendar
from policy.directory import Directory
from policy.events import Event, assuming, stage_event
from policy.levers import Key
from policy.plan import Phase, Plan
from policy.verdict import Verdict
from policy.words import OPEN, Status
from tasks.phases.lifecycle import (
    ASKED,
    CARRIED,
    CLOSED,
    DOSSIER,
    HANDED_OUT,
    RECTIFIED,
    SIGNED,
    WARNED,
    carried,
    closing_rung,
    handed_to,
    is_running,
)

Judged = Callable[[Phase], Iterable[Verdict]]


class Stage:
    """One stage as the days pass."""

    def __init__(self, plan: Plan, phase: Phase, calendar: WorkCalendar, assumption: Assumption | None = None) -> None:
        self._calendar, self._assumption = calendar, assumption
        self.phase = phase
        self.events: list[Event] = []
        self.read(plan)
        self._handed: set[str] = set()
        self._rung: int | None = None
        self._carried: dict[Key, date] | None = None
        self._signed = self._closed = False
        self._asked_on = date.max

    def read(self, plan: Plan) -> None:
        """The stage as this text has it."""
        self.plan = plan
        self.phase = next(phase for phase in plan.phases if phase.key == self.phase.key)
        self._unasked = True
        self._asked = handed_to(self.phase, plan)

    def hold(
        self,
        connection: Connection,
        cards: Directory,
        day: date,
        now: datetime,
        status: Mapping[Key, Status],
        turned: Collection[Key],
        touched: Touched,
        judged: Judged,
    ) -> None:
        """What the steps of the stage do on one day, after its round. `turned` are the verdicts that changed today,
        `touched` the records of the day."""
        if is_running(self.phase, self.plan, day):
            self._hand_out(cards, day)
        if day <= self.phase.ends:
            self._warn(day)
            return
        asked: Iterable[Key] = turned
        if self._carried is None:
            verdicts = list(judged(self.phase))
            if not verdicts:
                return
            asked = self._archive(verdicts, day)
        self._rectify(asked, status, day)
        if not self._signed and self._may_be_signed(touched):
            self._sign(connection, day, now)
        if self._signed and not self._carried and not self._closed:
            self._closed = True
            self._say(day, CLOSED, self.plan.key, day)

    def _say(self, day: date, what: str, subject: str, on: date, due: date | None = None) -> None:
        self.events.append(stage_event(day, self.phase.key, what, subject, on, due))

    def _hand_out(self, cards: Directory, day: date) -> None:
        for card in cards.units.values():
            if card.kind in self._asked and card.code not in self._handed:
                self._handed.add(card.code)
                self._say(day, HANDED_OUT, card.code, day, self.phase.ends)

    def _warn(self, day: date) -> None:
        rung = closing_rung(self.phase, self.plan.house.phase_closing_workdays, self._calendar, day)
        if rung is not None and rung != self._rung:
            self._rung = rung
            self._say(day, WARNED, f"P-{rung}", day, self.phase.ends)

    def _archive(self, verdicts: Iterable[Verdict], day: date) -> list[Key]:
        self._carried, self._asked_on = {}, day
        self._say(day, DOSSIER, self.plan.key, day, self.phase.ends)
        self._say(day, ASKED, self.plan.key, day)
        for over in carried(verdicts, self.phase, self._calendar):
            self._carried[over.verdict.key] = over.due
            self._say(day, CARRIED, over.subject, day, over.due)
        return list(self._carried)

    def _rectify(self, asked: Iterable[Key], status: Mapping[Key, Status], day: date) -> None:
        assert self._carried is not None
        for key in asked:
            if key in self._carried and status.get(key) not in OPEN:
                duty, subject, period = key
                self._say(day, RECTIFIED, f"{duty}/{subject}/{period}", day, self._carried.pop(key))

    def _may_be_signed(self, touched: Touched) -> bool:
        """The records are asked once, and then where an act of the clause is told of."""
        told = any(act.own == self.phase.clause for act in touched.get("acts", ()))
        return self._assumption is not None or self._unasked or told

    def _sign(self, connection: Connection, day: date, now: datetime) -> None:
        self._unasked = False
        if on := self._signed_on(connection, day, now):
            self._signed = True
            self._say(day, SIGNED, self.plan.key, on)
            if self._assumption:
                self.events[-1] = assuming(self.events[-1], self._assumption.behaviour.word)

    def _signed_on(self, connection: Connection, day: date, now: datetime) -> date | None:
        """Assumed: counted from the day it was asked for."""
        if self._assumption is None:
            found = phase_events.sign_off(connection, self.plan.key, self.phase.clause, day, now)
            return found.on if found else None
        on = self._assumption.kept_from(self._asked_on)
        return on if on <= day else None
