"""The outbox of a rehearsal: what db/outbox.py does with rows, done in memory; every message is taken to arrive."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Set
from datetime import date, datetime

from db.delivery_words import NoticeFate
from db.open_matters import LISTED_AGAIN
from db.outbox import fate_of, matter_of, why_moot
from db.outbox_models import LATE
from policy.calendar import WorkCalendar, civil_day
from policy.events import Event, digest_event
from policy.levers import Key
from policy.notices import Call
from policy.plan import Plan
from policy.words import Reason
from tasks.rehearsal.levers import Pulled
from tasks.rehearsal.lists import Lists
from tasks.rehearsal.said import Said, Whom


class Post:
    """Notices as they are given out, withdrawn and gathered into one message a recipient, channel and working day."""

    def __init__(self, plan: Plan, calendar: WorkCalendar, pulled: Pulled) -> None:
        self._house, self._calendar, self._pulled = plan.house, calendar, pulled
        self._had: set[Whom] = set()
        self._sent_on = date.min
        self.said: list[Said] = []
        self.issued: set[str] = set()
        self.digests: list[Event] = []
        self._waiting: dict[Key | None, dict[str, Said]] = {}
        self._late: dict[tuple[str, str, str | None, int], list[Said]] = defaultdict(list)
        self._lists = Lists(plan.milestones, pulled)
        self.listed: dict[Whom, tuple[date, str]] = {}

    def issue(self, call: Call, key: Key | None, day: date) -> None:
        recipient, fate, why_not = fate_of(call.to, call.word.state, call.word.why_not)
        said = Said(call, key, day, recipient, fate, why_not)
        self.said.append(said)
        self.issued.add(call.key)
        self.recall(said)

    def recall(self, said: Said, closed: bool = False) -> None:
        """It was given out, or waits; `closed`: it is no longer the last word."""
        call = said.call
        if said.fate is NoticeFate.PLANNED:
            self._waiting.setdefault(said.key, {})[call.key] = said
        if call.word.reason in LATE:
            self._late[(*_told_of(call), said.level)].append(said)
            if said.key and not closed:
                self._lists.put(said.key, said)

    def settle(self, keys: Collection[Key], still: Collection[str]) -> None:
        """Of these verdicts only what is in `still` stands open."""
        self._lists.settle(keys, still)

    @property
    def waits_for(self) -> Set[Key | None]:
        """The verdicts of which something is still to be said; None where it is a stage or said by hand."""
        return self._waiting.keys()

    def withdraw(self, wanted: Collection[str], keys: Set[Key | None]) -> None:
        """Of what waits about these verdicts nothing will be said that is no longer wanted."""
        for key in keys & self._waiting.keys() - {None}:
            asked = [said for said in self._waiting[key].values() if said.call.word.reason is not Reason.RESOLVED]
            followed = {_matter(said) for said in asked if said.call.key in wanted}
            for said in asked:
                if said.call.key not in wanted:
                    said.fate, said.why_not = NoticeFate.SUPERSEDED, why_moot(_matter(said), followed)
                    self._leave(said)

    def _leave(self, said: Said) -> None:
        """It waits no longer."""
        mine = self._waiting[said.key]
        del mine[said.call.key]
        if not mine:
            del self._waiting[said.key]

    def send(self, now: datetime) -> None:
        """The one message of the day to everybody for whom something waits; nothing on a rest day."""
        day = civil_day(now)
        if not self._calendar.is_workday(day):
            return
        if self._sent_on != day:
            self._sent_on, self._had = day, set()
        lists = self._listed(now) if self._calendar.begins_week(day) else set()
        numbers: Counter[Whom] = Counter(dict.fromkeys(lists, 0))
        for said in self._spoken(now):
            said.fate, said.told_on = NoticeFate.DONE, day
            self._lists.move(said.key)
            numbers[said.whom] += 1
            self._leave(said)
        self.digests += (digest_event(day, *whom, n, whom in lists) for whom, n in numbers.items())
        self._had |= numbers.keys()

    def _spoken(self, now: datetime) -> list[Said]:
        """What no level below holds up and nobody has put off; decided for all before any is said."""
        day = civil_day(now)
        dwelt, patience = (
            self._calendar.step(day, -n)[0] for n in (self._house.dwell_workdays, self._house.patience_workdays)
        )
        waiting = [said for each in self._waiting.values() for said in each.values() if self._may_hear(said, now)]
        due = {said.call.key for said in waiting}
        return [said for said in waiting if not self._held_up(said, dwelt, patience, due)]

    def _may_hear(self, said: Said, now: datetime) -> bool:
        if said.call.word.channel not in self._house.windows or said.whom in self._had:
            return False
        return not self._pulled.put_off(said.call, said.recipient, now)

    def _held_up(self, said: Said, dwelt: date, patience: date, due: Set[str]) -> bool:
        """The level below has not been told, or one further down only just or today (db/pace.py says the same in SQL)."""
        lower = [below for n in range(said.level) for below in self._late[(*_told_of(said.call), n)]]
        return any(
            (below.told_on is not None and below.told_on > dwelt)
            or (below.fate is NoticeFate.PLANNED and below.call.key in due)
            or (below.fate is NoticeFate.PLANNED and below.level == said.level - 1 and below.day > patience)
            for below in lower
        )

    def _listed(self, now: datetime) -> set[Whom]:
        """Who is sent what is still open: where it has changed, or was last sent weeks ago."""
        day, never = civil_day(now), (date.min, "")
        hashes, since = self._lists.hashes(now), day - LISTED_AGAIN
        sent = {whom: self.listed.get(whom, never) for whom in hashes}
        fresh = {whom for whom, (on, was) in sent.items() if on <= since or was != hashes[whom]} - self._had
        self.listed.update({whom: (day, hashes[whom]) for whom in fresh})
        return fresh


def _told_of(call: Call) -> tuple[str, str, str | None]:
    return call.word.duty, call.subject.code, call.word.period


def _matter(said: Said) -> tuple[str | None, ...]:
    return matter_of(*_told_of(said.call), said.recipient)
