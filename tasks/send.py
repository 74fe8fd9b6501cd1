"""Sends what is due: gathers it into messages, takes them up one by one, tries, and writes down what became of each.

Called again and again; called twice, or by two processes at once, it sends nothing twice.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count
from uuid import uuid4

from sqlalchemy import Connection, Engine

from db import deliveries, open_matters, outbox
from db.contacts import contact
from db.deliveries import Claimed, Ending, Frozen, Outcome
from db.delivery_words import DeliveryState
from db.planstore import load_plan
from db.work_calendar import work_calendar
from notifications.channel import Channel, Form, Message, Recipient, SendError, open_channel, reports
from notifications.digest import digest
from notifications.render import Rendered
from notifications.template_check import renderer
from policy.calendar import SHANGHAI, WorkCalendar, civil_day, end_of
from policy.notices import Notice
from policy.plan import Plan
from settings import Settings
from tasks import fence

logger = logging.getLogger(__name__)

JOURNALED = 100
"""After so many messages at the latest the journal has them."""
MIME_GROWTH = 1.5
"""base64 and headers on top of the words themselves."""


class Hours(StrEnum):
    """Digests in the house's hours, at any hour, or not at all; alarms always."""

    HOUSE = "house"
    ALWAYS = "always"
    ALARMS = "alarms"


@dataclass
class TickReport:
    """What one tick did: new messages, messages recovered after a crash, and how many ended in which state.

    `refused` says why nothing may be sent from here at all.
    """

    attached: int = 0
    recovered: int = 0
    ended: Counter[DeliveryState] = field(default_factory=Counter)
    failed_lines: int = 0
    refused: str | None = None

    @property
    def sent(self) -> int:
        return self.ended[DeliveryState.ACCEPTED]


@dataclass(frozen=True)
class Taken:
    """A message in hand with an open attempt: committed, and not yet sent."""

    claimed: Claimed
    attempt: int
    message: Message


def tick(
    engine: Engine,
    settings: Settings,
    now: datetime,
    *,
    stopping: Callable[[], bool] = lambda: False,
    elapsed: Callable[[], float] = time.monotonic,
) -> TickReport:
    """One tick inside the sending hours of each channel; outside them only what a crash left is put in order.

    `stopping` is asked between messages: the one in hand is always finished.
    """
    return Post(engine, load_plan(settings.plan), settings, now, elapsed).run(stopping)


def drain(engine: Engine, settings: Settings, now: datetime, *, ignore_window: bool = True) -> TickReport:
    """Everything due at `now`, by default at any hour and on rest days too: for days that are played, not lived."""
    hours = Hours.ALWAYS if ignore_window else Hours.HOUSE
    return Post(engine, load_plan(settings.plan), settings, now, lambda: 0.0, hours).run()


class Post:
    """One sending session; `now` moves on with `elapsed`, so that leases and closing hours stay true in a long one."""

    def __init__(
        self,
        engine: Engine,
        plan: Plan,
        settings: Settings,
        now: datetime,
        elapsed: Callable[[], float] = time.monotonic,
        hours: Hours = Hours.HOUSE,
    ) -> None:
        self.engine, self.plan, self.settings = engine, plan, settings
        self.calendar: WorkCalendar = work_calendar(plan.house)
        self.hours = hours
        self.owner = uuid4().hex[:12]
        self.report = TickReport()
        self._began, self._elapsed, self._start = now, elapsed, elapsed()
        self._open: dict[str, Channel] = {}
        self._halted: set[str] = set()

    @property
    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._elapsed() - self._start)

    def run(self, stopping: Callable[[], bool] = lambda: False) -> TickReport:
        if not self._cleared():
            return self.report
        try:
            with self.engine.begin() as connection:
                self.report.recovered = deliveries.recover(connection, self.plan.key, self.now)
                self.report.attached = self._attach(connection)
            self.send_all(stopping)
        finally:
            self.close()
        return self.report

    def _attach(self, connection: Connection) -> int:
        city, day, speaking = self.plan.key, civil_day(self.now), self._speaking()
        lists = open_matters.lists(connection, city, day, speaking) if self._lists_on(day) else {}
        return outbox.attach(connection, city, day, self.now, speaking, self._pace(day), lists)

    def _pace(self, day: date) -> outbox.Pace:
        """Told on one day, the next level hears `dwell_workdays` later: counted back from today."""
        house = self.plan.house
        dwelt, patience = (self.calendar.step(day, -n)[0] for n in (house.dwell_workdays, house.patience_workdays))
        return outbox.Pace(end_of(dwelt), end_of(patience))

    def _lists_on(self, day: date) -> bool:
        """The first working day of a week."""
        monday = day - timedelta(days=day.weekday())
        return day == self.calendar.on_or_after(monday)

    def _cleared(self) -> bool:
        """Word may leave this machine, and the journal has what left it so far."""
        self.report.refused = fence.may_send(self.engine, self.settings, self.now)
        return self.report.refused is None

    def send_all(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Until nothing is due or something forbids it."""
        for number in count():
            if number % JOURNALED == 0 and not self._cleared():
                return
            if stopping() or not (taken := self._take()):
                break
            self._send(taken)
        self._cleared()

    def close(self) -> None:
        for channel in self._open.values():
            channel.close()

    def channel(self, kind: str) -> Channel:
        if kind not in self._open:
            self._open[kind] = open_channel(kind, self.settings)
        return self._open[kind]

    def _speaking(self) -> list[str]:
        """The channels that may speak now: on a working day, from opening up to but not at closing."""
        windows, local = self.plan.house.windows, self.now.astimezone(SHANGHAI)
        if self.hours is Hours.ALWAYS:
            return list(windows)
        if self.hours is Hours.ALARMS or not self.calendar.is_workday(local.date()):
            return []
        return [kind for kind, window in windows.items() if window.opens <= local.time() < window.closes]

    def _take(self) -> Taken | None:
        """The next message with its attempt committed; messages with nothing left to say are voided on the way."""
        while True:
            with self.engine.begin() as connection:
                speaking, barred = self._speaking(), self._halted
                claimed = deliveries.claim(connection, self.plan.key, self.owner, self.now, speaking, barred)
                if claimed is None:
                    return None
                if taken := self._begin(connection, claimed):
                    return taken
                self.report.ended[DeliveryState.VOID] += 1

    def _begin(self, connection: Connection, claimed: Claimed) -> Taken | None:
        found = contact(connection, self.plan.key, claimed.recipient, self.now)
        to = Recipient(found.kind, found.code, found.name, found.email, found.phone)
        frozen = claimed.frozen or self._freeze(connection, claimed, to)
        if frozen is None:
            deliveries.void(connection, claimed, self.now)
            return None
        carrier = self.channel(claimed.channel).kind
        number = deliveries.begin(connection, claimed, frozen, carrier, self.now)
        message = Message(claimed.wire_id, to, frozen.subject, frozen.text, frozen.html, frozen.at)
        return Taken(claimed, number, message)

    def _freeze(self, connection: Connection, claimed: Claimed, to: Recipient) -> Frozen | None:
        notices, listed = outbox.content(connection, claimed.id), self._still_open(connection, claimed)
        if not notices and not listed:
            return None
        most, channel = self.plan.house.digest_lines, self.channel(claimed.channel)
        while True:
            gathered = digest(self.plan, self.calendar, to.name, notices, civil_day(self.now), most, listed)
            made = renderer().digest(gathered, channel.form)
            if most == 1 or channel.form is Form.COUNTS or _bytes(made) <= channel.max_bytes:
                break
            most //= 2
        self.report.failed_lines += made.failed
        return Frozen(made.subject, made.text, made.html, self.now)

    def _still_open(self, connection: Connection, claimed: Claimed) -> list[Notice]:
        if not claimed.lists:
            return []
        return open_matters.still_open(connection, self.plan.key, claimed.channel, claimed.recipient, claimed.day)

    def _send(self, taken: Taken) -> None:
        claimed = taken.claimed
        ending = self._try(claimed.channel, taken.message)
        with self.engine.begin() as connection:
            state = deliveries.settle(connection, claimed, taken.attempt, ending, self.now)
        if ending.outcome is Outcome.HALTED:
            self._halted.add(claimed.channel)
        self.report.ended[state] += 1
        logger.info("tried", extra={"action": "tried", "delivery": claimed.id, "outcome": ending.outcome.value})

    def _try(self, kind: str, message: Message) -> Ending:
        try:
            channel = self.channel(kind)
            receipt = channel.send(message)
        except SendError as error:
            return Ending(_outcome(error), error.phase, error.code, error.text)
        return Ending(Outcome.ACCEPTED, "done", receipt.code, receipt.text, receipt.reference, reports(channel))


def _outcome(error: SendError) -> Outcome:
    if error.unknown:
        return Outcome.UNKNOWN
    if error.halts:
        return Outcome.HALTED
    return Outcome.PERMANENT if error.permanent else Outcome.TEMPORARY


def _bytes(made: Rendered) -> int:
    return int(len((made.subject + made.text + made.html).encode()) * MIME_GROWTH)
