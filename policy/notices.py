"""What should be said, to whom, why and from when: computed, never remembered.

Notices are levels, not edges: those that should exist at an instant follow from the verdicts alone, so an outage loses
none and asking twice adds none. Of several rungs that have passed for one listener the newest speaks and the others
are kept as superseded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from policy.calendar import WorkCalendar, at, civil_day
from policy.directory import Addressee, Directory
from policy.ladder import Ladders, Step
from policy.levers import Extension, Levers
from policy.numbers import zh_day
from policy.plan import Obligation, Phase, Plan
from policy.recurrence import Period
from policy.verdict import Subject, Verdict
from policy.words import BROKEN, LABELS, NoticeState, Reason, Role, Status, SubjectKind

OPEN = frozenset({Status.NOT_YET_DUE, *BROKEN})
STOCK = "上线以前的事项，列入存量清单，不逐级催办"


@dataclass(frozen=True, slots=True)
class Notice:
    """`not_before` is aware; `text` one Chinese line without names or numbers of persons; `key` is unique for ever."""

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

    @property
    def level(self) -> int:
        """0 for who acts, n for the n-th of the chain above."""
        return int(self.rung[1:]) if self.reason is Reason.ESCALATED else 0


@dataclass(frozen=True)
class Office:
    """What notices need beside the verdicts: the plan, the calendar, who is who.

    `breached` says when what stands broken was first seen so, `owed` the due day it had when it was last seen open: a
    ruling that mends it may bear another (an extension; a plaque that waits again), and those who were told were counted
    from the old one. `hastened` says when it was found to be due earlier than before: nobody above hears at once of that.
    `live_from` is the day of the first round ever recorded: what was over before it is on the books and not said.
    `mended` counts how often what is broken again had been put right: those who heard then hear anew.
    """

    plan: Plan
    calendar: WorkCalendar
    directory: Directory
    breached: dict[tuple[str, str, int], date]
    owed: dict[tuple[str, str, int], date] = field(default_factory=dict)
    levers: Levers = field(default_factory=Levers)
    live_from: date | None = None
    mended: dict[tuple[str, str, int], int] = field(default_factory=dict)
    hastened: dict[tuple[str, str, int], date] = field(default_factory=dict)


class Call(NamedTuple):
    """A rung spoken to one listener: of a notice all but its words, which are put together only for what is new."""

    key: str
    verdict: Verdict
    subject: Subject
    step: Step
    to: Addressee
    state: NoticeState
    why_not: str | None


def notices(office: Office, verdicts: Iterable[Verdict], now: datetime, after: datetime | None = None) -> list[Notice]:
    """The notices that should exist at `now`; with `after`, those that became due since then.

    Nothing is said of what is met, excused, not applicable or not yet open.
    """
    said = [notice_of(office, call) for call in calls(office, verdicts, now)]
    said.extend(n for n in phase_notices(office, civil_day(now)) if n.not_before <= now)
    return [n for n in said if after is None or n.not_before > after]


def calls(office: Office, verdicts: Iterable[Verdict], now: datetime) -> Iterator[Call]:
    """What should have been said of these verdicts by `now`, the superseded rungs too; stages apart."""
    today, hours = civil_day(now), office.plan.house.windows[office.plan.house.channel]
    reached = today if at(today, hours.opens) <= now else today - timedelta(days=1)
    ladders = Ladders(office.plan.house, office.calendar)
    for verdict in verdicts:
        if verdict.ruling.status in OPEN:
            yield from _newest_first(_of(office, ladders, verdict, today, reached))


def _of(office: Office, ladders: Ladders, verdict: Verdict, today: date, reached: date) -> list[Call]:
    """The rungs of an open verdict whose day is `reached`."""
    obligation = office.plan.wording(verdict.duty, verdict.amendment)
    key, due = verdict.key, verdict.ruling.due
    anchor = _anchor(office, verdict, today)
    subject = office.directory.subject(verdict.kind, verdict.subject)
    silence = office.levers.silence(key, today)
    since, heard_on = anchor or office.breached.get(key, today), min(due or today, today)
    # Never the day of the rung: that moves with the calendar, and what was said once would be said again.
    counted_from = anchor or _breach(office, verdict, _opens(office, obligation, verdict), today)
    begun = f"{_key_of(office, verdict)}|{counted_from}|"
    again = _again(office, key)
    found = []
    for step in _steps(office, ladders, obligation, verdict, anchor, today):
        if step.day > reached:
            continue
        why_not = silence or _stock(office, since, step.day)
        state = NoticeState.SUPPRESSED if why_not else NoticeState.DUE
        start = f"{begun}{step.name}|"
        for role in _audience(obligation, step):
            for to in _heard_by(office, role, subject, heard_on, today):
                spoken = _hashed(f"{start}{_named(to)}{again}")
                found.append(Call(spoken, verdict, subject, step, to, state, why_not))
    return found


def _anchor(office: Office, verdict: Verdict, today: date) -> date | None:
    """The day the ladder is counted from: the due day, a later one granted, or the end of a waiver that is over."""
    due = verdict.ruling.due
    if due is None:
        return None
    extension, ended = office.levers.extensions.get(verdict.key), office.levers.ended(verdict.key, today)
    return max(due, extension.due if extension else due, ended or due)


def _stock(office: Office, anchor: date, day: date) -> str | None:
    """Why a rung is not said where the office went live after it, or after the matter was over."""
    live = office.live_from
    return STOCK if live and (day < live or anchor < live) else None


def _heard_by(office: Office, role: Role, subject: Subject, on: date, today: date) -> tuple[Addressee, ...]:
    meant = office.directory.addressees(role, subject, on)
    if not office.levers.stand_ins:
        return meant
    return tuple(to._replace(person=to.person and office.levers.hears(to.person, today)) for to in meant)


def _steps(
    office: Office, ladders: Ladders, obligation: Obligation, verdict: Verdict, anchor: date | None, today: date
) -> Iterable[Step]:
    opens = _opens(office, obligation, verdict)
    broken = verdict.ruling.status in BROKEN
    if today < opens or (anchor is None and not broken):
        return ()
    if anchor is None:
        return ladders.from_breach(_breach(office, verdict, opens, today))
    if extension := office.levers.extensions.get(verdict.key):
        opens = max(opens, extension.decided_on)
    steps: Iterable[Step] = ladders.to(anchor, opens if opens <= anchor else None)
    if announced := _hastened(office, verdict, today):
        floor, _ = office.calendar.step(announced, office.plan.house.min_notice_workdays)
        steps = [replace(step, day=max(step.day, floor)) if step.level else step for step in steps]
    # Until it is late nobody hears that it is; a rung's day can pass while the record is still on its way.
    return steps if broken else [step for step in steps if step.day <= anchor]


def _hastened(office: Office, verdict: Verdict, today: date) -> date | None:
    """The day on which it was first said that it is due earlier than before; None where that never happened."""
    due, was = verdict.ruling.due, office.owed.get(verdict.key)
    return today if due and was and due < was else office.hastened.get(verdict.key)


def _opens(office: Office, obligation: Obligation, verdict: Verdict) -> date:
    """What was so before the document existed was no breach of it (A13)."""
    begins = (obligation.starts, verdict.period.first if verdict.period else None, office.plan.issued)
    return max(day for day in begins if day)


def _breach(office: Office, verdict: Verdict, opens: date, today: date) -> date:
    """The day from which a standing rule counts as broken; after a waiver the day that follows it."""
    ended = office.levers.ended(verdict.key, today)
    since = max(office.breached.get(verdict.key, today), opens)
    return max(since, ended + timedelta(days=1)) if ended else since


def speaks_on(office: Office, verdict: Verdict, today: date = date.max) -> list[date]:
    """The days on which something new is said of a verdict for as long as it stands, by the decisions in force `today`
    and once they are over. A broken rule without a due day has to be in `office.breached`."""
    obligation = office.plan.wording(verdict.duty, verdict.amendment)
    ladders = Ladders(office.plan.house, office.calendar)
    days = {
        step.day
        for on in {today, date.max}
        for step in _steps(office, ladders, obligation, verdict, _anchor(office, verdict, on), on)
    }
    return sorted(days)


def resolutions(office: Office, verdict: Verdict, now: datetime) -> Iterator[Notice]:
    """What is said when something broken is put right: to who acts and to every level that had been told."""
    ladders = Ladders(office.plan.house, office.calendar)
    return (notice_of(office, call) for call in resolving(office, ladders, verdict, civil_day(now)))


def resolving(office: Office, ladders: Ladders, verdict: Verdict, today: date) -> Iterator[Call]:
    obligation = office.plan.wording(verdict.duty, verdict.amendment)
    since = office.owed.get(verdict.key) or verdict.ruling.due or office.breached.get(verdict.key, today)
    if _stock(office, since, today):
        return
    subject = office.directory.subject(verdict.kind, verdict.subject)
    for level in sorted(_told(office, ladders, verdict, since, today) | {0}):
        step = Step(Reason.RESOLVED, f"R{level}", level, today, False)
        for role in _audience(obligation, step):
            for to in _heard_by(office, role, subject, min(since, today), today):
                yield _call(office, verdict, subject, step, to, since)


def urged(office: Office, verdict: Verdict, step: Step, why: str, now: datetime) -> Iterator[Notice]:
    """What somebody has said by hand, at once, to who acts, with the reason given for it."""
    obligation, today = office.plan.wording(verdict.duty, verdict.amendment), civil_day(now)
    subject = office.directory.subject(verdict.kind, verdict.subject)
    for role in obligation.who:
        for to in _heard_by(office, role, subject, min(verdict.ruling.due or today, today), today):
            notice = notice_of(office, _call(office, verdict, subject, step, to, today))
            yield replace(notice, not_before=now, text=f"{notice.text}催办说明：{why}")


def _told(office: Office, ladders: Ladders, verdict: Verdict, since: date, today: date) -> set[int]:
    """The levels that have heard of it: by the day first owed, up to an extension, and by the day granted after it."""
    extension = office.levers.extensions.get(verdict.key)
    counted = [(since, extension.decided_on), (extension.due, today)] if extension else [(since, today)]
    return {
        step.level
        for anchor, last in counted
        for step in ladders.to(anchor, None)
        if step.day <= last and step.reason in (Reason.OVERDUE, Reason.ESCALATED)
    }


def _audience(obligation: Obligation, step: Step) -> tuple[Role, ...]:
    if step.level:
        return obligation.escalation[step.level - 1 : step.level]
    return obligation.who + (obligation.copies if step.reason in (Reason.OVERDUE, Reason.RESOLVED) else ())


def notice_of(office: Office, call: Call) -> Notice:
    """The call with its words."""
    verdict, step, house = call.verdict, call.step, office.plan.house
    obligation = office.plan.wording(verdict.duty, verdict.amendment)
    extension = office.levers.extensions.get(verdict.key)
    return Notice(
        key=call.key,
        reason=step.reason,
        rung=step.name,
        clause=obligation.clause,
        duty=verdict.duty,
        subject=call.subject,
        period=verdict.period.label if verdict.period else None,
        due=extension.due if extension else verdict.ruling.due,
        to=call.to,
        channel=house.channel,
        not_before=at(step.day, house.windows[house.channel].opens),
        text=_text(obligation, verdict, step, call.subject, extension),
        state=call.state,
        why_not=call.why_not,
        span=verdict.period,
    )


def _call(office: Office, verdict: Verdict, subject: Subject, step: Step, to: Addressee, anchor: date) -> Call:
    key = _hashed(f"{_key_of(office, verdict)}|{anchor}|{step.name}|{_named(to)}{_again(office, verdict.key)}")
    return Call(key, verdict, subject, step, to, NoticeState.DUE, None)


# What is in a key: person, unit and role are, the address is not: a corrected address re-sends nothing.


def _key_of(office: Office, verdict: Verdict) -> str:
    """How the keys of all that is said of a verdict begin."""
    period = verdict.period.label if verdict.period else None
    return f"v1|{office.plan.key}|{verdict.duty}|{verdict.subject}|{period}"


def _named(to: Addressee) -> str:
    return f"{to.role}|{to.unit}|{to.person}"


def _again(office: Office, key: tuple[str, str, int]) -> str:
    mended = office.mended.get(key)
    return f"|{mended}" if mended else ""


def _hashed(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _text(obligation: Obligation, verdict: Verdict, step: Step, subject: Subject, extension: Extension | None) -> str:
    period = f"（{verdict.period.label}）" if verdict.period else ""
    whom = "" if subject.kind is SubjectKind.CITY else f"{subject.name} "
    due = f"期限{zh_day(verdict.ruling.due)}。" if verdict.ruling.due else ""
    if extension:
        due = f"期限{zh_day(extension.due)}（原为{zh_day(extension.was)}，经批准延期）。"
    provisional = "（放假安排未公布，工作日暂按周一至周五计）" if step.provisional else ""
    return f"{LABELS[step.reason]}：{whom}{obligation.title}{period}。{due}{verdict.ruling.why}{provisional}"


def _newest_first(passed: list[Call]) -> Iterator[Call]:
    """Newest rung per listener speaks; its predecessors are superseded by it."""
    newest: dict[Addressee, Call] = {}
    for call in passed:
        before = newest.get(call.to)
        if before is None or call.step.day >= before.step.day:
            newest[call.to] = call
    for call in passed:
        last = newest[call.to]
        if call is last:
            yield call
        else:
            why_not = f"已由{LABELS[last.step.reason]}（{last.step.name}）取代"
            yield call._replace(state=NoticeState.SUPERSEDED, why_not=why_not)


def phase_notices(office: Office, today: date) -> Iterator[Notice]:
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


def _phase_step(office: Office, phase: Phase, reason: Reason, rung: str, day: date) -> Iterator[Notice]:
    house, directory = office.plan.house, office.directory
    day = office.calendar.on_or_after(day)
    why_not = _stock(office, phase.ends, day)
    for subject in _handed_to(directory, phase):
        role = _ROLE_OF[subject.kind]
        to = Addressee(role, subject.code, None)
        yield Notice(
            key=_hashed(f"v1|{office.plan.key}|{phase.key}|{subject.code}|None|{phase.ends}|{rung}|{_named(to)}"),
            reason=reason,
            rung=rung,
            clause=phase.clause,
            duty=f"phase-{phase.key}",
            subject=subject,
            period=None,
            due=phase.ends,
            to=to,
            channel=house.channel,
            not_before=at(day, house.windows[house.channel].opens),
            text=f"{LABELS[reason]}：{phase.title}，{zh_day(phase.starts)}至{zh_day(phase.ends)}。",
            state=NoticeState.SUPPRESSED if why_not else NoticeState.DUE,
            why_not=why_not,
            span=Period(0, "", phase.starts, phase.ends, phase.ends),
        )


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
