"""Sends what is due: gathers it into messages, takes them up one by one, tries, and writes down what became of each.

Called again and again; called twice, or by two processes at once, it sends nothing twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from enum import StrEnum

from sqlalchemy import Connection, Engine

from db import deliveries, open_matters, outbox, recovery
from db.breakers import Opened
from db.contacts import city_office
from db.delivery_words import Alarm, DeliveryState
from db.frozen import Frozen
from db.pace import Pace
from db.planstore import load_plan
from db.work_calendar import work_calendar
from notifications.channel import Channel, discover, open_channel, reports
from notifications.render import Caution, Rendered
from notifications.template_check import renderer
from policy.calendar import SHANGHAI, WorkCalendar, at, civil_day, end_of
from policy.plan import Plan
from settings import Settings
from tasks import fallback, fence
from tasks.brake import braked
from tasks.lane import Lane
from tasks.writer import Writer

logger = logging.getLogger(__name__)

MIDNIGHT = clock_time(0)

JOURNALED = 100
"""After the batch in which there were so many messages the journal has them."""
SPREAD = timedelta(minutes=20)
"""What waited for the hours to begin does not leave in one minute."""
CLOSED = "已过发送时间，下一个工作日再发"
MEND = (
    "对方拒绝的是本系统，不是某一位收件人。尚未发出的通知都已暂缓，没有丢失。"
    "请检查账号、余额、签名和模板；系统每小时用一封通知试发，恢复后自动补发，不必另行操作。"
)


class Hours(StrEnum):
    """Digests in the house's hours, at any hour, or not at all; alarms always."""

    HOUSE = "house"
    ALWAYS = "always"
    ALARMS = "alarms"


@dataclass
class TickReport:
    """What one tick did: new messages, messages recovered after a crash, and how many ended in which state.

    `refused` says why nothing may be sent from here at all, `braked` why new messages are held from this tick on.
    """

    attached: int = 0
    recovered: int = 0
    ended: Counter[DeliveryState] = field(default_factory=Counter)
    failed_lines: int = 0
    refused: str | None = None
    braked: str | None = None

    @property
    def sent(self) -> int:
        return self.ended[DeliveryState.ACCEPTED]


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
        self.report = TickReport()
        self._began, self._elapsed, self._start = now, elapsed, elapsed()
        self._open: dict[str, Channel] = {}
        self.writer = Writer(engine)
        self._unjournaled = JOURNALED

    @property
    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._elapsed() - self._start)

    def rest(self, seconds: float) -> None:
        """A played clock is not waited for."""
        if self._elapsed is time.monotonic:
            time.sleep(seconds)

    def run(self, stopping: Callable[[], bool] = lambda: False) -> TickReport:
        try:
            if self.cleared():
                with self.writer.write() as connection:
                    self.report.recovered = recovery.recover(connection, self.plan.key, self.now, _reporting())
                    fallback.prepare(connection, self.plan, self.settings, self.now)
                    self.report.attached = self._attach(connection)
                self.send_all(stopping)
        finally:
            self.close()
        return self.report

    def _attach(self, connection: Connection) -> int:
        city, day, speaking = self.plan.key, civil_day(self.now), self._speaking()
        milestones = self.plan.milestones
        lists = (
            open_matters.lists(connection, city, day, speaking, milestones) if self.calendar.begins_week(day) else {}
        )
        lists = fallback.reachable(connection, self.plan, self.settings, self.now, lists)
        new = outbox.attach(connection, city, day, self.now, speaking, self._pace(day), lists)
        self.report.braked = braked(connection, self.plan, self.calendar, day, self.now)
        return new

    def _pace(self, day: date) -> Pace:
        """Told on one day, the next level hears `dwell_workdays` later: counted back from today."""
        house = self.plan.house
        dwelt, patience = (self.calendar.step(day, -n)[0] for n in (house.dwell_workdays, house.patience_workdays))
        return Pace(end_of(dwelt), end_of(patience))

    def cleared(self) -> bool:
        """Word may leave this machine, and the journal has what left it so far; looked at between batches, once a hundred messages."""
        if self._unjournaled >= JOURNALED:
            self._unjournaled = 0
            self.report.refused = fence.may_send(self.engine, self.settings, self.now, self.writer.write)
        return self.report.refused is None

    def count(self, state: DeliveryState) -> None:
        self.report.ended[state] += 1
        self._unjournaled += 1

    def send_all(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Until nothing is due or something forbids it."""
        served: set[str] = set()
        while kinds := self._waiting() - served:  # a word to the office may have come up meanwhile
            for kind in sorted(kinds):
                self._serve(kind, stopping)
            served |= kinds
        self._unjournaled = JOURNALED
        self.cleared()
        if self.hours is Hours.HOUSE:
            self._close_hours()

    def _waiting(self) -> set[str]:
        with self.writer.read() as connection:
            return deliveries.waiting_channels(connection, self.plan.key, self.now)

    def _serve(self, kind: str, stopping: Callable[[], bool]) -> None:
        """Several senders at once where the other side is slow to answer, each with a connection of its own."""
        dispatchers = self.settings.dispatchers
        lanes = max(self.settings.sms_workers, dispatchers) if kind.startswith("sms") else dispatchers
        ours = lanes // dispatchers
        if ours == 1:
            Lane(self, kind, self.channel(kind), lanes).run(stopping)
            return
        broken = threading.Event()
        with ThreadPoolExecutor(ours) as pool:
            running = [pool.submit(self._one_of, lanes, kind, stopping, broken) for _ in range(ours)]
        for lane in running:
            lane.result()

    def _one_of(self, lanes: int, kind: str, stopping: Callable[[], bool], broken: threading.Event) -> None:
        channel = open_channel(kind, self.settings)
        try:
            Lane(self, kind, channel, lanes).run(lambda: stopping() or broken.is_set())
        except BaseException:
            broken.set()
            raise
        finally:
            channel.close()

    def _close_hours(self) -> None:
        """What was not said when the hours ended waits for the next ones, and says so."""
        closed = [kind for kind in self.plan.house.windows if not self.may_speak(kind)]
        with self.writer.write() as connection:
            for kind in closed:
                until = self.reopens(kind)
                deliveries.park(connection, self.plan.key, kind, CLOSED, until, digests=True, spread=SPREAD)

    def close(self) -> None:
        for channel in self._open.values():
            channel.close()
        self.writer.close()

    def channel(self, kind: str) -> Channel:
        if kind not in self._open:
            self._open[kind] = open_channel(kind, self.settings)
        return self._open[kind]

    def kinds(self) -> set[str]:
        """The channels that are set up; the stand-in where none of a family is."""
        return {self.channel(kind).kind for kind in discover()}

    def may_speak(self, kind: str) -> bool:
        """On a working day, from opening on, and only what is through before closing."""
        window, now = self.plan.house.windows.get(kind), self.now
        if window is None or self.hours is Hours.ALWAYS:
            return window is not None
        day = civil_day(now)
        if self.hours is Hours.ALARMS or not self.calendar.is_workday(day):
            return False
        closes = at(day, window.closes)
        return at(day, window.opens) <= now < closes and now + self.channel(kind).longest <= closes

    def reopens(self, kind: str) -> datetime:
        """When a channel may speak next: at the opening of a later working day, or of today if that is still ahead."""
        window, day = self.plan.house.windows.get(kind), civil_day(self.now)
        opens = window.opens if window else MIDNIGHT
        today = self.calendar.is_workday(day) and self.now < at(day, opens)
        return at(day if today else self.calendar.step(day, 1)[0], opens)

    def _speaking(self) -> list[str]:
        return [kind for kind in self.plan.house.windows if self.may_speak(kind)]

    def office(self, connection: Connection) -> str:
        return city_office(connection, self.plan.key, self.now) or f"unit:{self.plan.key}"

    def tell(self, connection: Connection, about: int, made: Rendered, without: str = "") -> int:
        """Word to the office on every channel but one; gives the number of new messages."""
        plan, now, frozen = self.plan, self.now, Frozen(made.subject, made.text, made.html, self.now)
        office = self.office(connection)
        return deliveries.alarm(
            connection, plan.key, sorted(self.kinds() - {without}), office, civil_day(now), frozen, now, about
        )

    def tell_of_provider(self, connection: Connection, opened: Opened) -> None:
        """Somebody has to see to a provider; said once a day and provider."""
        known = discover()
        logger.error("通道 %s 已暂停：%s", opened.carrier, opened.reason)
        title, lines = f"{known[opened.carrier].label}已暂停发送", (f"对方的答复：{opened.reason}", MEND)
        about = Alarm.PROVIDER + sorted(known).index(opened.carrier)
        self.tell(connection, about, caution(self.plan, self.now, title, lines), without=opened.carrier)


def _reporting() -> set[str]:
    return {kind for kind, channel in discover().items() if reports(channel)}


def caution(plan: Plan, now: datetime, title: str, lines: Iterable[str]) -> Rendered:
    """Word to the office: a title, and in lines what was seen and what to do."""
    clock = f"{now.astimezone(SHANGHAI):%H:%M}"
    return renderer().warning(Caution(civil_day(now), clock, plan.title, plan.office, title, tuple(lines)))
