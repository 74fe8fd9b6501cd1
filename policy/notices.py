"""What should be said, to whom, why and from when: computed, never remembered.

Notices are levels, not edges: those that should exist at an instant follow from the verdicts alone, so an outage loses
none and asking twice adds none. Of several rungs that have passed for one listener the newest speaks and the others
are kept as superseded. Matters that stand alike share their rungs and their words (threads.py, word.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import repeat, takewhile
from typing import NamedTuple

from policy.calendar import at, civil_day
from policy.directory import Addressee, Directory
from policy.keys import around, ending, hashed
from policy.ladder import Step
from policy.levers import Key
from policy.numbers import zh_day
from policy.office import Office
from policy.plan import Phase
from policy.position import STOCK, steps_of, stock
from policy.recurrence import Period
from policy.threads import Stance, Stances, Thread
from policy.verdict import Subject, Verdict
from policy.word import Word, Words
from policy.words import LABELS, OPEN, NoticeState, Reason, Role, SubjectKind

Keys = set[str] | frozenset[str]


class Notice(NamedTuple):
    """`not_before` is aware; `text` one Chinese line without names or numbers of persons; `key` is unique for ever.

    `supersedes` names the rungs that passed unsaid and for which this one speaks, oldest first.
    """

    key: str
    reason: Reason
    rung: str
    clause: str
    duty: str
    subject: Subject
    period: str | None
    due: date | None
    to: Addressee
    channel: str
    not_before: datetime
    text: str
    state: NoticeState = NoticeState.DUE
    why_not: str | None = None
    span: Period | None = None
    supersedes: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """0 for who acts, n for the n-th of the chain above."""
        return int(self.rung[1:]) if self.reason is Reason.ESCALATED else 0


class Call(NamedTuple):
    """A word spoken to one listener: a notice, put together only where somebody wants to see one."""

    key: str
    word: Word
    subject: Subject
    to: Addressee

    @classmethod
    def of(cls, notice: Notice) -> Call:
        """A notice as it is on file, or was said by hand."""
        word = Word(
            notice.reason, notice.rung, notice.level, notice.clause, notice.duty, notice.period, notice.due,
            notice.channel, notice.not_before, (notice.text,), notice.state, notice.why_not, notice.span, notice.supersedes,
        )  # fmt: skip
        return cls(notice.key, word, notice.subject, notice.to)

    @property
    def text(self) -> str:
        return self.word.about(self.subject)

    @property
    def notice(self) -> Notice:
        word = self.word
        return Notice(
            self.key, word.reason, word.rung, word.clause, word.duty, self.subject, word.period, word.due, self.to,
            word.channel, word.not_before, self.text, word.state, word.why_not, word.span, word.supersedes,
        )  # fmt: skip


class Matter(NamedTuple):
    """One open verdict with its listeners, thread by thread; `start` and `again` begin and end the keys."""

    key: Key
    start: str
    again: str
    stance: Stance
    subject: Subject
    listeners: tuple[Collection[Addressee], ...]

    @property
    def heard(self) -> Iterator[tuple[Thread, Addressee]]:
        for thread, listeners in zip(self.stance.threads, self.listeners, strict=True):
            for to in listeners:
                yield thread, to

    @property
    def keys(self) -> list[str]:
        """Of what each listener hears now."""
        # Written out: it is asked of everything that stands open every morning.
        start, again = self.start, self.again
        return [
            sha256(f"{start}{voice}|{unit}|{person}{again}".encode()).hexdigest()[:32]
            for voice, listeners in zip(self.stance.voices, self.listeners, strict=True)
            for _, unit, person in listeners
        ]

    def key_of(self, rung: str, to: Addressee) -> str:
        return hashed(f"{self.start}{ending(rung, to, self.again)}")

    def unsaid(self, thread: Thread, to: Addressee, issued: Keys) -> tuple[str, ...] | None:
        """The rungs before the newest that nobody was told of, back to the last that was said; None where the newest
        is not to be said either, because a later one has been: nothing older than its successor is ever sent."""
        if not issued:
            return thread.passed
        if any(self.key_of(name, to) in issued for name in thread.others):
            return None
        missed = takewhile(lambda step: self.key_of(step.name, to) not in issued, thread.before)
        return tuple(step.name for step in missed)[::-1]


def notices(office: Office, verdicts: Iterable[Verdict], now: datetime, after: datetime | None = None) -> list[Notice]:
    """The notices that should exist at `now`, superseded rungs as notices of their own; with `after`, those that became
    due since then.

    Nothing is said of what is met, excused, not applicable or not yet open.
    """
    words = Words(office)
    said = [call.notice for matter in matters(office, verdicts, now) for call in _rungs(words, matter)]
    said.extend(n for n in phase_notices(office, civil_day(now)) if n.not_before <= now)
    return [n for n in said if after is None or n.not_before > after]


def matters(office: Office, verdicts: Iterable[Verdict], now: datetime) -> Iterator[Matter]:
    """Of each open verdict who has to hear something by `now`, who acts before the levels above; stages apart."""
    today, hours = civil_day(now), office.plan.house.windows[office.plan.house.channel]
    reached = today if at(today, hours.opens) <= now else today - timedelta(days=1)
    stances = Stances(office, today, reached)
    for verdict in verdicts:
        if verdict.ruling.status not in OPEN:
            continue
        stance = stances.of(verdict, verdict.key)
        if stance.threads:
            yield _matter(office, verdict, stance, min(verdict.ruling.due or today, today), today)


def _matter(office: Office, verdict: Verdict, stance: Stance, on: date, today: date) -> Matter:
    """`on` is the day of which a past supervisor is asked."""
    who, key = office.directory, verdict.key
    subject = who.subject(verdict.kind, verdict.subject)
    begins, counted = stance.around
    start, again = f"{begins}{verdict.subject}{counted}", _again(office, key)
    meant = who.each(stance.roles, subject, on)
    listeners = tuple(_hearing(office, each, today) for each in meant) if office.levers.stand_ins else meant
    return Matter(key, start, again, stance, subject, listeners)


def _rungs(words: Words, matter: Matter) -> Iterator[Call]:
    """Every rung that has passed for each listener: the newest speaks, its predecessors are superseded by it."""
    stance, subject = matter.stance, matter.subject
    for thread, to in matter.heard:
        told = f"已由{LABELS[thread.newest.reason]}（{thread.newest.name}）取代"
        for step in reversed(thread.before):
            word = words.of(stance, step, None)._replace(state=NoticeState.SUPERSEDED, why_not=told)
            yield Call(matter.key_of(step.name, to), word, subject, to)
        word = words.of(stance, thread.newest, thread.why_not)
        yield Call(matter.key_of(thread.newest.name, to), word, subject, to)


class Spoken(NamedTuple):
    """What is to be given out, and the keys of all that should exist now: to be said, or on the books since going live.
    `waiting` are the matters of which a level above hears, but not before the one below has: its key is not among them.
    """

    calls: list[Call]
    wanted: set[str]
    stock: set[str]
    waiting: set[Key]


def speak(office: Office, verdicts: Iterable[Verdict], now: datetime, issued: Keys, just: Keys = frozenset()) -> Spoken:
    """Of each thread the newest rung; where it was not issued it is to be given out, with those it speaks for.

    A level is given out on a later day than the one below, so that after an outage nobody above is bothered by what the
    one below may put right: `just` are the keys given out on this very day.
    """
    spoken, words = Spoken([], set(), set(), set()), Words(office)
    for matter in matters(office, verdicts, now):
        # Where nothing was issued, what only waits needs no key.
        keys: Iterable[str] = matter.keys if issued else repeat("")
        if issued and matter.stance.is_loud and issued.issuperset(keys):
            spoken.wanted.update(keys)  # as on most mornings
        else:
            _speak(spoken, words, matter, keys, issued, just)
    return spoken


def _speak(spoken: Spoken, words: Words, matter: Matter, keys: Iterable[str], issued: Keys, just: Keys) -> None:
    level, below_is_new, is_new = 0, False, False
    for (thread, to), key in zip(matter.heard, keys, strict=False):
        step, why_not = thread.newest, thread.why_not
        if step.level != level:
            level, below_is_new, is_new = step.level, is_new, False
        if key in issued:
            is_new = is_new or key in just
        elif below_is_new and why_not is None:
            is_new = True
            spoken.waiting.add(matter.key)
            continue
        elif (missed := matter.unsaid(thread, to, issued)) is not None:
            is_new = is_new or why_not is None
            key, word = key or matter.key_of(step.name, to), words.of(matter.stance, step, why_not, missed)
            spoken.calls.append(Call(key, word, matter.subject, to))
        if why_not is None:
            spoken.wanted.add(key)
        elif why_not == STOCK:
            spoken.stock.add(key)


def _hearing(office: Office, meant: Collection[Addressee], today: date) -> Collection[Addressee]:
    """Each once, also where one person stands in for two."""
    return dict.fromkeys(to._replace(person=to.person and office.levers.hears(to.person, today)) for to in meant)


def speaks_on(office: Office, verdict: Verdict, today: date = date.max) -> list[date]:
    """The days on which something new is said of a verdict for as long as it stands, by the decisions in force `today`
    and once they are over. A broken rule without a due day has to be in `office.breached`."""
    obligation = office.plan.wording(verdict.duty, verdict.amendment)
    ladders = office.ladders
    return sorted({s.day for on in {today, date.max} for s in steps_of(office, ladders, obligation, verdict, on)})


def resolutions(office: Office, verdict: Verdict, now: datetime) -> Iterator[Notice]:
    """What is said when something broken is put right: to who acts and to every level that had been told."""
    return (call.notice for call in resolving(office, [verdict], civil_day(now)))


def resolving(office: Office, verdicts: Iterable[Verdict], today: date) -> Iterator[Call]:
    stances, words = Stances(office, today, today), Words(office)
    for verdict in verdicts:
        if told := stances.put_right(verdict, verdict.key):
            stance, since = told
            yield from _calls(words, _matter(office, verdict, stance, min(since, today), today))


def urged(office: Office, verdict: Verdict, step: Step, why: str, now: datetime) -> Iterator[Notice]:
    """What somebody has said by hand, at once, to who acts, with the reason given for it."""
    today = civil_day(now)
    stance = Stances(office, today, today).alone(verdict, [step], today)
    for call in _calls(Words(office), _matter(office, verdict, stance, min(verdict.ruling.due or today, today), today)):
        notice = call.notice
        yield notice._replace(not_before=now, text=f"{notice.text}催办说明：{why}")


def _calls(words: Words, matter: Matter) -> Iterator[Call]:
    """The newest rung of each thread, said now."""
    for key, (thread, to) in zip(matter.keys, matter.heard, strict=True):
        yield Call(key, words.of(matter.stance, thread.newest, thread.why_not), matter.subject, to)


def _again(office: Office, key: Key) -> str:
    """Of what had been put right and is broken again whoever heard of it hears anew."""
    mended = office.mended.get(key)
    return f"|{mended}" if mended else ""


def phase_notices(office: Office, today: date) -> Iterator[Notice]:
    return (call.notice for call in phase_calls(office, today))


def phase_calls(office: Office, today: date) -> Iterator[Call]:
    """A stage opens and, some working days before its end, closes: said to the city and to whom it is handed out."""
    for phase in office.plan.phases:
        if not max(phase.starts, office.plan.issued) <= today <= phase.ends:
            continue
        yield from _phase_step(office, phase, Reason.PHASE_OPENED, "P", max(phase.starts, office.plan.issued))
        target = office.calendar.on_or_before(phase.ends)
        for workdays in sorted(office.plan.house.phase_closing_workdays, reverse=True):
            day, _ = office.calendar.step(target, -workdays)
            if day > max(phase.starts, office.plan.issued):
                yield from _phase_step(office, phase, Reason.PHASE_CLOSING, f"P-{workdays}", day)


def _phase_step(office: Office, phase: Phase, reason: Reason, rung: str, day: date) -> Iterator[Call]:
    house, day = office.plan.house, office.calendar.on_or_after(day)
    why_not = stock(office, phase.ends, day)
    word = Word(
        reason=reason,
        rung=rung,
        level=0,
        clause=phase.clause,
        duty=f"phase-{phase.key}",
        period=None,
        due=phase.ends,
        channel=house.channel,
        not_before=at(day, house.windows[house.channel].opens),
        parts=(f"{LABELS[reason]}：{phase.title}，{zh_day(phase.starts)}至{zh_day(phase.ends)}。",),
        state=NoticeState.SUPPRESSED if why_not else NoticeState.DUE,
        why_not=why_not,
        span=Period(0, "", phase.starts, phase.ends, phase.ends),
    )
    begins, counted = around(office.plan.key, phase.key, None, phase.ends)
    for subject in _handed_to(office.directory, phase):
        to = Addressee(_ROLE_OF[subject.kind], subject.code, None)
        yield Call(hashed(f"{begins}{subject.code}{counted}{ending(rung, to, '')}"), word, subject, to)


_ROLE_OF = {
    SubjectKind.CITY: Role.CITY_BUREAU,
    SubjectKind.COUNTY: Role.COUNTY_BUREAU,
    SubjectKind.TOWNSHIP: Role.TOWNSHIP,
    SubjectKind.STATION: Role.STATION,
}


def _handed_to(directory: Directory, phase: Phase) -> Iterator[Subject]:
    kinds = {"city_bureau": "city", "county_bureau": "county", "township": "township", "station": "station"}
    wanted = {"city", *(kinds[role] for role in phase.assigns)}
    for card in directory.units.values():
        if card.kind in wanted and card.open:
            yield directory.subject(SubjectKind(card.kind), card.code)
