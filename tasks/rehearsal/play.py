"""A programme played day by day on a virtual clock, by the same rules as the real rounds.

Production asks everything every morning. Here a question is asked again only of those whom a record of the day can
tell on, and a verdict is decided on again only on a day on which something new can be said of it; both give the same
events, which tests hold against real rounds on a real ledger.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, RowMapping

from db import measures
from db.changes import Changes, changes
from db.columns import second_of
from db.directory import Directories
from db.ledger import Standing
from db.levers import LeverKind
from db.measures.beginnings import subjects_began
from db.measures.reading import Touched
from db.work_calendar import work_calendar
from policy.assumption import Assumption, Assumptions, Behaviour
from policy.calendar import at, civil_day, end_of
from policy.decide import Decisions, follow
from policy.directory import Directory
from policy.events import Event, assuming, turned_event
from policy.judge import Known, judge
from policy.notices import Notice, Office, phase_notices, speaks_on
from policy.plan import Obligation, Phase, Plan
from policy.verdict import Verdict
from policy.words import OPEN, Reason, SubjectKind
from policy.workload import Load, by_recipient
from tasks.levers import Desk, LeverRefused, urging
from tasks.rehearsal.amended import Text
from tasks.rehearsal.audience import Audience, Entry
from tasks.rehearsal.levers import Pulled, covers, spoken_for
from tasks.rehearsal.load import owed, taught
from tasks.rehearsal.matters import AssumedMatter, Matter, Morning, Row, hearing
from tasks.rehearsal.post import Post
from tasks.rehearsal.stages import Stage
from tasks.rounds import parts

CLOCK = time(8, 30)
"""When the daily round is held (prefect.yaml)."""
NOTHING = Assumptions()


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
) -> Played:
    """From an empty ledger, a round every morning from `first` to `last`, and everybody's message right after it.

    Each morning knows what had become known by then; with `known_at` every morning knows what was known at that instant.
    What is assumed of a duty speaks in place of its records.
    """
    rehearsal = Rehearsal(connection, plan, first, last, known_at, assumed)
    try:
        for n in range((last - first).days + 1):
            rehearsal.hold(first + timedelta(days=n))
            # What has happened is kept to the end: walking all of it again and again would take a quarter of the time.
            gc.freeze()
        return rehearsal.played()
    finally:
        gc.unfreeze()


class Rehearsal:
    """The state that production keeps in its ledger, and what is due on which day."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        first: date,
        last: date,
        known_at: datetime | None = None,
        assumed: Assumptions = NOTHING,
    ) -> None:
        self.connection, self.plan, self.first, self.last, self.known_at = connection, plan, first, last, known_at
        self.calendar = work_calendar(plan.house)
        self.changes: Changes = changes(connection, plan.key, first, last, CLOCK)
        self.assumed = assumed
        self._beginnings: dict[SubjectKind, dict[str, date]] = {}
        self.text = Text(connection, plan, self._matter)
        self.plan, self.matters = self.text.plan, self.text.matters
        plan = self.plan
        self.standing = Standing()
        self.pulled = Pulled(connection, plan.key, CLOCK, last, known_at)
        self.post = Post(plan, self.calendar, self.pulled)
        self.stages = [Stage(plan, p, self.calendar, self._assumption(assumed.stages.get(p.key))) for p in plan.phases]
        self.turned: list[Event] = []
        self._directories = Directories(connection, plan.key)
        self._quiet = plan.model_copy(update={"phases": ()})
        self._heard: dict[Entry, object] = {}
        self._audience = Audience(plan.obligations, self.changes.groups)
        self._to_rule: dict[date, set[Entry]] = defaultdict(set)
        self._to_speak: dict[date, set[Entry]] = defaultdict(set)
        self._for_all: dict[date, set[str]] = defaultdict(set)
        self._speaking: dict[object, list[date]] = {}
        self._stage_days: frozenset[date] | None = None
        self._stood: dict[str, set[Row]] = {}
        self._gone: set[tuple[str, str, int]] = set()
        self.cards = Directory({})
        self._expect(self.matters)

    def _expect(self, duties: Iterable[str]) -> None:
        """Writes down the days on which these obligations mean something else for everybody."""
        for duty in duties:
            for day in self.matters[duty].days(self.first, self.last):
                self._for_all[day].add(duty)

    def _matter(self, plan: Plan, obligation: Obligation) -> Matter:
        assumption = self._assumption(self.assumed.duties.get(obligation.key))
        if assumption is None:
            return Matter(self.connection, plan, obligation)
        return AssumedMatter(self.connection, plan, obligation, assumption, self._began(obligation.subject))

    def _assumption(self, behaviour: Behaviour | None) -> Assumption | None:
        return Assumption(behaviour, self.calendar) if behaviour else None

    def _began(self, kind: SubjectKind) -> dict[str, date]:
        """By all that is known on the last day: on which day a subject began does not depend on who asks when."""
        if kind not in self._beginnings:
            seen = second_of(self.known_at or at(self.last, CLOCK))
            self._beginnings[kind] = subjects_began(self.connection, self.plan.key, kind, seen)
        return self._beginnings[kind]

    def events(self) -> list[Event]:
        told = [event for stage in self.stages for event in stage.events]
        said = [*self.turned, *(said.event for said in self.post.said)]
        words = {duty: behaviour.word for duty, behaviour in self.assumed.duties.items()}
        return [*told, *(assuming(event, words.get(str(event.said["duty"]))) for event in said), *self.post.digests]

    def played(self) -> Played:
        events, verdicts, plan, cards = self.events(), list(self.verdicts()), self.plan, self.cards
        seen = second_of(self.known_at or at(self.last, CLOCK))
        due = owed(plan, cards, verdicts, events, self.first, self.last)
        held = taught(self.connection, plan, self.first, self.last, seen)
        loads = by_recipient(events, due, held, self.calendar)
        return Played(plan, self.first, self.last, events, verdicts, self.assumed, loads, cards)

    def verdicts(self) -> Iterator[Verdict]:
        return (m.verdict(row, self.last) for m in self.matters.values() for row in m.stands)

    def hold(self, day: date) -> None:
        """One morning: what is asked anew, what that means, what is decided and said, and what the stages do."""
        now = at(day, CLOCK)
        seen = second_of(self.known_at or now)
        touched = self.changes.days.get(day, {})
        self._read(day, seen, touched)
        self._urge(day, at(day, time.min), now)
        begun = [self.matters[o.key] for part in parts(self.plan, day) for o in part.obligations]
        office = self._office(day, seen, touched)
        kept = frozenset(measures.kept(self.connection, self.plan.key, seen))
        morning = Morning(day, seen, self.changes.groups, touched, kept, self._for_all.get(day, ()))
        stirred = self._measured(begun, morning)
        stirred |= self._rule_again(day)
        stirred |= {entry for entry in self._to_speak.pop(day, ()) if entry[1] in self.matters[entry[0]].stands}
        stirred |= self._audience.stirred(office.directory, touched)
        stirred |= self._spoken_for(day)
        turned = self._decided(office, stirred, day, now)
        self.post.send(now)
        self._stages(office, day, now, turned)
        self._urge(day, now, end_of(day))

    def _spoken_for(self, day: date) -> set[Entry]:
        """The open rows of which a decision makes something else be said: when they speak is counted anew."""
        scopes = self.pulled.turned(day)
        if not scopes:
            return set()
        found = {entry for entry in self._audience.entries if any(covers(scope, *entry) for scope in scopes)}
        for entry in found:
            self._heard.pop(entry, None)
        return found

    def _urge(self, day: date, after: datetime, until: datetime) -> None:
        """What was said by hand on a day, at its instant; a decision may also make somebody hear at once."""
        for instant, row in self.pulled.moments(day):
            if not after < instant <= until:
                continue
            if row["kind"] == LeverKind.URGE and instant == row["decided_at"]:
                for notice in self._urging(row, instant):
                    self.post.issue(notice, None, day)
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

    def _read(self, day: date, seen: int, touched: Touched) -> None:
        """The text of the day. What it asks otherwise than yesterday's is asked and decided on again."""
        before = dict(self.matters)
        anew = self.text.turns(day, seen, touched, self.first)
        if self.text.plan is self.plan:
            return
        self.plan, self._stage_days = self.text.plan, None
        self._quiet = self.plan.model_copy(update={"phases": ()})
        for duty in anew & before.keys():
            self._stood[duty] = set(before[duty].stands)
            for row in self._stood[duty]:
                self._heard.pop((duty, row), None)
        self._expect(anew)
        self._audience.know(wording.obligation for duty in anew for wording in self.plan.wordings(duty))
        for stage in self.stages:
            stage.read(self.plan)

    def _office(self, day: date, seen: int, touched: Touched) -> Office:
        """With the stages only on days on which one of them may speak."""
        cards = self._directories.on(day, seen, touched)
        self.cards = cards
        anew = self._stage_days is None
        if self._stage_days is None:
            self._stage_days = self._speaking_days_of_stages(cards)
        loud = anew or day in self._stage_days or "units" in touched or None in self.post.waits_for
        plan = self.plan if loud else self._quiet
        stood = self.standing
        held = self.pulled.on(at(day, CLOCK))
        return Office(
            plan, self.calendar, cards, stood.breached, stood.owed, held, self.first, stood.mended, stood.hastened
        )

    def _speaking_days_of_stages(self, cards: Directory) -> frozenset[date]:
        office = Office(self.plan, self.calendar, cards, {})
        opened = (max(phase.starts, self.plan.issued) for phase in self.plan.phases)
        said = (notice for day in opened for notice in phase_notices(office, day))
        return frozenset(self._round_of(notice.not_before) for notice in said)

    def _round_of(self, instant: datetime) -> date:
        """The day of the first round at or after an instant."""
        day = civil_day(instant)
        return day if instant <= at(day, CLOCK) else day + timedelta(days=1)

    def _measured(self, begun: Iterable[Matter], morning: Morning) -> set[Entry]:
        """Asks what has to be asked and gives the rows of which another thing is heard than before."""
        stirred: set[Entry] = set()
        for matter in begun:
            changed = matter.hold(morning)
            lost = [row for row in self._stood.pop(matter.obligation.key, ()) if row not in matter.stands]
            self._forget(matter.obligation.key, [*matter.gone, *lost])
            stirred |= self._ruled(matter, changed, morning.day)
        return stirred

    def _forget(self, duty: str, gone: Collection[Row]) -> None:
        """Of what is judged no more nothing stands open, and nothing that waits will be said."""
        for row in gone:
            self._heard.pop((duty, row), None)
            self._audience.leave((duty, row))
        self._gone |= {(duty, *row) for row in gone}

    def _rule_again(self, day: date) -> set[Entry]:
        again: dict[str, set[Row]] = defaultdict(set)
        for duty, row in self._to_rule.pop(day, ()):
            if row in self.matters[duty].stands:
                again[duty].add(row)
        return {entry for duty, rows in again.items() for entry in self._ruled(self.matters[duty], rows, day)}

    def _ruled(self, matter: Matter, rows: Iterable[Row], day: date) -> set[Entry]:
        """Rules these rows and gives those of which something else is to be heard: another status or due day."""
        key, stirred = matter.obligation.key, set()
        for row in rows:
            if row not in matter.stands:
                continue
            matter.rule(row, day)
            until = matter.stands[row].until
            if until <= self.last:
                self._to_rule[until].add((key, row))
            if self._heard.get((key, row)) != matter.heard(row):
                stirred.add((key, row))
        return stirred

    def _decided(self, office: Office, stirred: set[Entry], day: date, now: datetime) -> set[tuple[str, str, int]]:
        found = ((self.matters[duty], row) for duty, row in stirred)
        verdicts = tuple(matter.verdict(row, day) for matter, row in found if row in matter.stands)
        gone, self._gone = self._gone, set()
        if not verdicts and not office.plan.phases and not gone:
            return set()
        decisions = follow(office, verdicts, self.standing.status, now, self.post.issued)
        self._take_note(office, decisions, day)
        # What waits is still wanted where nothing is decided today; what waited before the first day is asked about.
        asked = gone.union(v.key for v in decisions.verdicts)
        before = self.post.waits_for if day == self.first else ()
        asked |= {key for key in before if key and key[0] in self.matters and self.matters[key[0]].begun}
        self.post.withdraw(decisions.wanted, asked)
        self.post.settle(asked, decisions.open)
        return {t.verdict.key for t in decisions.transitions}

    def _take_note(self, office: Office, decisions: Decisions, day: date) -> None:
        for t in decisions.transitions:
            v, before = t.verdict, t.before.value if t.before else None
            kind, status, due = v.kind.value, v.ruling.status.value, v.ruling.due
            self.turned.append(turned_event(day, v.duty, v.clause, kind, v.subject, v.key[2], before, status, due))
        for v in decisions.verdicts:
            self.standing.follow(v.key, v.ruling.status, v.ruling.due, day)
            self._await(office, v, day)
        for notice in decisions.notices:
            self.post.issue(notice, self._about(notice), day)

    def _about(self, notice: Notice) -> tuple[str, str, int] | None:
        if notice.reason in (Reason.PHASE_OPENED, Reason.PHASE_CLOSING):
            return None
        number = notice.span.number if notice.period and notice.span else 0
        return (notice.duty, notice.subject.code, number)

    def _await(self, office: Office, verdict: Verdict, day: date) -> None:
        """Writes down what is heard of a verdict, by whom, and the days on which it will speak."""
        duty, subject, number = verdict.key
        entry = (duty, (subject, number))
        heard = hearing(verdict.ruling, verdict.amendment)
        if verdict.ruling.status in OPEN:
            self._audience.join(entry, office.directory.subject(verdict.kind, verdict.subject).unit)
        else:
            self._audience.leave(entry)
        if self._heard.get(entry) == heard:
            return
        self._heard[entry] = heard
        if verdict.ruling.status not in OPEN:
            return
        for one in self._speaks_on(office, verdict, heard, day):
            if day < one <= self.last:
                self._to_speak[one].add(entry)

    def _speaks_on(self, office: Office, verdict: Verdict, heard: object, day: date) -> list[date]:
        """Verdicts of equal hearing speak on the same days, but for those of which somebody has decided something."""
        since = self.standing.breached.get(verdict.key)
        key = (verdict.duty, verdict.key[2], heard, since, self.standing.hastened.get(verdict.key))
        alone = spoken_for(office.levers, verdict.key)
        if alone or key not in self._speaking:
            opens = self.plan.house.windows[self.plan.house.channel].opens
            days = speaks_on(office, verdict, day if alone else date.max) if verdict.ruling.due or since else []
            found = [self._round_of(at(d, opens)) for d in days]
            if alone:
                return found
            self._speaking[key] = found
        return self._speaking[key]

    def _stages(self, office: Office, day: date, now: datetime, turned: set[tuple[str, str, int]]) -> None:
        for stage in self.stages:
            if stage.phase.starts <= day:
                stage.hold(
                    self.connection, office.directory, day, now, self.standing.status, turned,
                    lambda phase: self._judged(phase, now),
                )  # fmt: skip

    def _judged(self, phase: Phase, now: datetime) -> list[Verdict]:
        """The verdicts of a stage for its last day, by what is known now."""
        seen = second_of(self.known_at or now)
        known = measures.known(self.connection, self.plan, self.plan.of_phase(phase.key), phase.ends, seen)
        found = ((name, self.matters[name.partition("@")[0]], each) for name, each in known.measured.items())
        known = Known({name: matter.supposed(each) for name, matter, each in found})
        return list(judge(self.plan, known, phase.ends))
