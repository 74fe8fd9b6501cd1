"""A programme played day by day on a virtual clock, by the same rules as the real rounds.

Production decides on everything every morning. Here a verdict is decided on again only on a day on which something new
can be said of it; that gives the same events, which tests hold against real rounds on a real ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, RowMapping

from db import measures
from db.directory import Directories
from db.ledger import Standing
from db.levers import LeverKind
from db.measures.reading import Touched
from db.work_calendar import work_calendar
from policy.amendments import plan_on
from policy.assumption import Assumptions
from policy.calendar import at, civil_day, end_of
from policy.decide import Decisions, follow
from policy.directory import Directory
from policy.events import Event, assuming, turned_event
from policy.inhibition import Milestone
from policy.judge import Known, judge
from policy.ladder import Ladders
from policy.levers import Key
from policy.notices import Call, Notice, phase_notices, speaks_on
from policy.office import Office
from policy.plan import Obligation, Plan
from policy.verdict import Verdict
from policy.words import OPEN, Reason, Status
from policy.workload import Load, by_recipient
from tasks.intake import uncollected
from tasks.levers import Desk, LeverRefused, urging
from tasks.rehearsal.ahead import Ahead, rulings_ahead
from tasks.rehearsal.audience import Audience
from tasks.rehearsal.levers import Pulled, covers, spoken_for
from tasks.rehearsal.load import owed, taught
from tasks.rehearsal.post import Post
from tasks.rehearsal.rulings import CLOCK, NOTHING, Ruled, Stretch
from tasks.rehearsal.stages import Stage
from tasks.rehearsal.supposed import Supposed
from tasks.rounds import parts


@dataclass(frozen=True)
class Played:
    """Everything that happened from `first` to `last`, and how things stand at the end."""

    plan: Plan
    first: date
    last: date
    events: list[Event]
    verdicts: list[Verdict]
    assumed: Assumptions = NOTHING
    loads: list[Load] = field(default_factory=list)
    cards: Directory = field(default_factory=lambda: Directory({}))


def play(
    connection: Connection,
    plan: Plan,
    first: date,
    last: date,
    known_at: datetime | None = None,
    assumed: Assumptions = NOTHING,
    ahead: Ahead | None = None,
) -> Played:
    """From an empty ledger, a round every morning from `first` to `last`, and everybody's message right after it.

    Each morning knows what had become known by then; with `known_at` every morning knows what was known at that instant.
    What is assumed of a duty speaks in place of its records. `ahead` is a process that stands by, for this play alone.
    """
    stretch = Stretch(plan, first, last, known_at, assumed)
    with uncollected(), rulings_ahead(connection, stretch, ahead) as mornings:
        rehearsal = Rehearsal(connection, stretch)
        for ruled in mornings:
            rehearsal.hold(ruled)
        return rehearsal.played()


class Rehearsal:
    """The state that production keeps in its ledger, and what is due on which day."""

    def __init__(self, connection: Connection, stretch: Stretch) -> None:
        plan = plan_on(stretch.plan, date.min)
        self.connection, self.stretch, self.plan = connection, stretch, plan
        self.calendar = work_calendar(plan.house)
        self.changes = stretch.changes(connection)
        self.supposed = Supposed(connection, plan, stretch.assumed, stretch.seen(stretch.last))
        self.standing = Standing()
        self.pulled = Pulled(connection, plan.key, CLOCK, stretch.last, stretch.known_at)
        self.post = Post(plan, self.calendar, self.pulled)
        self.stages = [Stage(plan, phase, self.calendar, self.supposed.of_stage(phase.key)) for phase in plan.phases]
        self.turned: list[Event] = []
        self._directories = Directories(connection, plan.key)
        self._quiet = plan.model_copy(update={"phases": ()})
        self._ladders = Ladders(plan.house, self.calendar)
        self.verdicts: dict[Key, Verdict] = {}
        self._heard: dict[Key, Hearing] = {}
        self._milestones: Mapping[Key, Milestone] = {}
        self._audience = Audience(plan.obligations, self.changes.groups)
        self._to_speak: dict[date, set[Key]] = defaultdict(set)
        self._speaking: dict[object, list[date]] = {}
        self._stage_days: frozenset[date] | None = None
        self.cards = Directory({})

    def events(self) -> list[Event]:
        told = [event for stage in self.stages for event in stage.events]
        said = [*self.turned, *(said.event for said in self.post.said)]
        words = {duty: behaviour.word for duty, behaviour in self.stretch.assumed.duties.items()}
        return [*told, *(assuming(event, words.get(str(event.said["duty"]))) for event in said), *self.post.digests]

    def played(self) -> Played:
        stretch, events, verdicts, cards = self.stretch, self.events(), list(self.verdicts.values()), self.cards
        due = owed(self.plan, cards, verdicts, events, stretch.first, stretch.last)
        held = taught(self.connection, self.plan, stretch.first, stretch.last, stretch.seen(stretch.last))
        loads = by_recipient(events, due, held, self.calendar)
        return Played(self.plan, stretch.first, stretch.last, events, verdicts, stretch.assumed, loads, cards)

    def hold(self, ruled: Ruled) -> None:
        """One morning: what is decided and said of what was ruled, and what the stages do."""
        day, now = ruled.day, at(ruled.day, CLOCK)
        touched = self.changes.days.get(day, {})
        self._read(ruled)
        self._urge(day, at(day, time.min), now)
        office = self._office(day, touched)
        stirred = self._ruled(ruled)
        stirred |= self._awaited(day)
        stirred |= self._audience.stirred(office.directory, touched)
        stirred |= self._spoken_for(day)
        if self.plan.house.inhibited_by:
            stirred |= self._inhibited(day, office, stirred)
        turned = self._decided(office, stirred, ruled, now)
        self.post.send(now)
        self._stages(office, day, now, turned, touched)
        self._urge(day, now, end_of(day))

    def _awaited(self, day: date) -> set[Key]:
        """The rows that were to speak today, of which some are open no more."""
        return {key for key in self._to_speak.pop(day, ()) if (v := self.verdicts.get(key)) and v.ruling.status in OPEN}

    def _spoken_for(self, day: date) -> set[Key]:
        """The open rows of which a decision makes something else be said: when they speak is counted anew."""
        scopes = self.pulled.turned(day)
        if not scopes:
            return set()
        found = {key for key in self._audience.keys if any(covers(scope, key) for scope in scopes)}
        for key in found:
            self._heard.pop(key, None)
        return found

    def _inhibited(self, day: date, office: Office, stirred: set[Key]) -> set[Key]:
        """Of what stands behind milestones the rows that are decided on anyway, and the open ones behind a milestone that
        stands otherwise than yesterday or of which something was decided: when they speak is counted anew."""
        behind, was, stand = self.plan.house.inhibited_by, self._milestones, office.milestones
        self._milestones = stand
        turned = {key for key, _ in was.items() ^ stand.items()}
        turned |= {key for scope in self.pulled.turned(day) for key in stand if covers(scope, key)}
        open_ = self._audience.keys if turned else ()
        found = {key for key in open_ if key[0] in behind and not turned.isdisjoint(office.before(key))}
        found |= {key for key in stirred if key[0] in behind}
        for key in found:
            self._heard.pop(key, None)
        return found

    def _urge(self, day: date, after: datetime, until: datetime) -> None:
        """What was said by hand on a day, at its instant; a decision may also make somebody hear at once."""
        for instant, row in self.pulled.moments(day):
            if not after < instant <= until:
                continue
            if row["kind"] == LeverKind.URGE and instant == row["decided_at"]:
                for notice in self._urging(row, instant):
                    self.post.issue(Call.of(notice), None, day)
            if at(day, CLOCK) < instant < at(day, self.plan.house.windows[self.plan.house.channel].closes):
                self.post.send(instant)

    def _urging(self, row: RowMapping, now: datetime) -> list[Notice]:
        """Nothing where the matter is not open here: by another setting of the house, or by what is assumed."""
        desk = Desk(self.connection, self.plan, now)
        try:
            matter = desk.matter(row["duty"], row["subject"], row["period"])
        except LeverRefused:
            return []
        return urging(desk, matter, row["id"], row["why"]) if matter.verdict.ruling.status in OPEN else []

    def _read(self, ruled: Ruled) -> None:
        """The text of the day. What it asks otherwise than yesterday's is decided on again."""
        if ruled.plan is None:
            return
        self.plan, self._stage_days = ruled.plan, None
        self._quiet = self.plan.model_copy(update={"phases": ()})
        self._ladders = Ladders(self.plan.house, self.calendar)
        for key in [key for key in self._heard if key[0] in ruled.anew]:
            del self._heard[key]
        self._audience.know(wording.obligation for duty in ruled.anew for wording in self.plan.wordings(duty))
        for stage in self.stages:
            stage.read(self.plan)

    def _office(self, day: date, touched: Touched) -> Office:
        """With the stages only on days on which one of them may speak."""
        self.cards = cards = self._directories.on(day, self.stretch.seen(day), touched)
        anew = self._stage_days is None
        if self._stage_days is None:
            self._stage_days = self._speaking_days_of_stages(cards)
        loud = anew or day in self._stage_days or "units" in touched or None in self.post.waits_for
        plan = self.plan if loud else self._quiet
        stood, held = self.standing, self.pulled.on(at(day, CLOCK))
        return Office(
            plan,
            self.calendar,
            cards,
            stood.breached,
            stood.owed,
            held,
            self.stretch.first,
            stood.mended,
            stood.hastened,
            self._ladders,
            self._before(day),
        )

    def _before(self, day: date) -> dict[Key, Milestone]:
        """How the milestones before other duties stand this morning, also those whose stage has not begun."""
        before = self.plan.inhibitors(self.plan.house.inhibited_by)
        return self.standing.milestones(self.plan, self._judged(before, day, day)) if before else {}

    def _speaking_days_of_stages(self, cards: Directory) -> frozenset[date]:
        office = Office(self.plan, self.calendar, cards, {})
        opened = (max(phase.starts, self.plan.issued) for phase in self.plan.phases)
        said = (notice for day in opened for notice in phase_notices(office, day))
        return frozenset(self._round_of(notice.not_before) for notice in said)

    def _round_of(self, instant: datetime) -> date:
        """The day of the first round at or after an instant."""
        day = civil_day(instant)
        return day if instant <= at(day, CLOCK) else day + timedelta(days=1)

    def _ruled(self, ruled: Ruled) -> set[Key]:
        """Those of which something else is to be heard: another status or due day. Of what is judged no more nothing
        stands open, and nothing that waits will be said."""
        for key in ruled.gone:
            self._heard.pop(key, None)
            self._audience.leave(key)
            self.verdicts.pop(key, None)
        stirred = set()
        for verdict in ruled.verdicts:
            key = verdict.key
            self.verdicts[key] = verdict
            if self._heard.get(key) != hearing(verdict):
                stirred.add(key)
        return stirred

    def _decided(self, office: Office, stirred: set[Key], ruled: Ruled, now: datetime) -> set[Key]:
        asked = stirred & self.verdicts.keys()
        verdicts = tuple(self.verdicts[key] for key in asked)
        if not verdicts and not office.plan.phases and not ruled.gone:
            return set()
        decisions = follow(office, verdicts, self.standing.status, now, self.post.issued)
        self._take_note(office, decisions, ruled.day)
        # What waits is still wanted where nothing is decided today; what waited before the first day is asked about.
        asked.update(ruled.gone)
        if ruled.day == self.stretch.first:
            begun = {o.key for part in parts(self.plan, ruled.day) for o in part.obligations}
            asked |= {key for key in self.post.waits_for if key and key[0] in begun}
        self.post.withdraw(decisions.wanted, asked)
        self.post.settle(asked, decisions.open)
        return {t.verdict.key for t in decisions.transitions}

    def _take_note(self, office: Office, decisions: Decisions, day: date) -> None:
        for t in decisions.transitions:
            v, before = t.verdict, t.before.value if t.before else None
            kind, status, due = v.kind.value, v.ruling.status.value, v.ruling.due
            self.turned.append(turned_event(day, v.duty, v.clause, kind, v.subject, v.key[2], before, status, due))
        for v in decisions.verdicts:
            key = v.key
            self.standing.follow(key, v.ruling.status, v.ruling.due, day)
            self._await(office, key, v, day)
        self._to_speak[day + timedelta(days=1)] |= decisions.waiting
        for call in decisions.calls:
            self.post.issue(call, self._about(call), day)

    def _about(self, call: Call) -> Key | None:
        word = call.word
        if word.reason in (Reason.PHASE_OPENED, Reason.PHASE_CLOSING):
            return None
        return (word.duty, call.subject.code, word.span.number if word.period and word.span else 0)

    def _await(self, office: Office, key: Key, verdict: Verdict, day: date) -> None:
        """Writes down what is heard of a verdict, by whom, and the days on which it will speak."""
        was, heard = self._heard.get(key), hearing(verdict)
        self._heard[key] = heard
        if verdict.ruling.status not in OPEN:
            self._audience.leave(key)
            return
        self._audience.join(key, office.directory.subject(verdict.kind, verdict.subject).unit)
        if was == heard:
            return
        for one in self._speaks_on(office, verdict, heard, day):
            if day < one <= self.stretch.last:
                self._to_speak[one].add(key)

    def _speaks_on(self, office: Office, verdict: Verdict, heard: Hearing, day: date) -> list[date]:
        """Verdicts of equal hearing speak on the same days, but for those of which somebody has decided something, or of
        a milestone before them."""
        since, levers = self.standing.breached.get(verdict.key), office.levers
        key: tuple[object, ...] = (verdict.duty, verdict.key[2], heard, since, self.standing.hastened.get(verdict.key))
        alone = spoken_for(levers, verdict.key)
        if office.milestones:
            key = (*key, office.inhibition(verdict.key, day))
            alone = alone or any(spoken_for(levers, one) for one in office.before(verdict.key))
        if alone or key not in self._speaking:
            opens = self.plan.house.windows[self.plan.house.channel].opens
            days = speaks_on(office, verdict, day if alone else date.max) if verdict.ruling.due or since else []
            found = [self._round_of(at(d, opens)) for d in days]
            if alone:
                return found
            self._speaking[key] = found
        return self._speaking[key]

    def _stages(self, office: Office, day: date, now: datetime, turned: set[Key], touched: Touched) -> None:
        for stage in self.stages:
            if stage.phase.starts <= day:
                stage.hold(
                    self.connection, office.directory, day, now, self.standing.status, turned, touched,
                    lambda phase: self._judged(self.plan.of_phase(phase.key), phase.ends, day),
                )  # fmt: skip

    def _judged(self, obligations: Sequence[Obligation], as_of: date, day: date) -> list[Verdict]:
        """Their verdicts for `as_of`, by what is known on the morning of `day`."""
        known = measures.known(self.connection, self.plan, obligations, as_of, self.stretch.seen(day))
        supposed = {name: self.supposed.instead(name, each) for name, each in known.measured.items()}
        return list(judge(self.plan, Known(supposed), as_of))


Hearing = tuple[Status, date | None, str | None]


def hearing(verdict: Verdict) -> Hearing:
    """What notices are made of: nothing is said of a measure that changes none of it."""
    return verdict.ruling.status, verdict.ruling.due, verdict.amendment
