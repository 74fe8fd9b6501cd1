"""What should be said, to whom, why and from when: computed, never remembered.

Notices are levels, not edges: those that should exist at an instant follow from the verdicts alone, so an outage loses
none and asking twice adds none. Of several rungs that have passed for one listener the newest speaks and the others
are kept as superseded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from policy.calendar import WorkCalendar, at, civil_day
from policy.directory import Addressee, Directory
from policy.ladder import Step, climb, climb_from_breach
from policy.numbers import zh_day
from policy.plan import Obligation, Phase, Plan
from policy.recurrence import Period
from policy.verdict import Subject, Verdict
from policy.words import BROKEN, LABELS, NoticeState, Reason, Role, Status, SubjectKind


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


@dataclass(frozen=True)
class Office:
    """What notices need beside the verdicts: the plan, the calendar, who is who.

    `breached` says when what stands broken was first seen so, `owed` the due day it had then: a ruling that mends it
    may bear another (an extension; a plaque that waits again), and those who were told were counted from the old one.
    """

    plan: Plan
    calendar: WorkCalendar
    directory: Directory
    breached: dict[tuple[str, str, int], date]
    owed: dict[tuple[str, str, int], date] = field(default_factory=dict)


def notices(office: Office, verdicts: Iterable[Verdict], now: datetime, after: datetime | None = None) -> list[Notice]:
    """The notices that should exist at `now`; with `after`, those that became due since then.

    Nothing is said of what is met, excused, not applicable or not yet open.
    """
    said: list[Notice] = []
    for verdict in verdicts:
        passed = [n for n in _of(office, verdict, civil_day(now)) if n.not_before <= now]
        said.extend(_newest_first(passed))
    said.extend(n for n in phase_notices(office, civil_day(now)) if n.not_before <= now)
    return [n for n in said if after is None or n.not_before > after]


def _of(office: Office, verdict: Verdict, today: date) -> Iterator[Notice]:
    obligation, ruling = office.plan.by_key[verdict.duty], verdict.ruling
    steps = _steps(office, obligation, verdict, today)
    if not steps:
        return
    subject = office.directory.subject(verdict.kind, verdict.subject)
    for step in steps:
        for role in _audience(obligation, step):
            for addressee in office.directory.addressees(role, subject, min(ruling.due or today, today)):
                yield _notice(office, verdict, subject, step, addressee, ruling.due or step.day)


def _steps(office: Office, obligation: Obligation, verdict: Verdict, today: date) -> list[Step]:
    house, calendar, ruling = office.plan.house, office.calendar, verdict.ruling
    if ruling.status not in {Status.NOT_YET_DUE, *BROKEN}:
        return []
    # What was so before the document existed was no breach of it (A13).
    begins = (obligation.starts, verdict.period.first if verdict.period else None, office.plan.issued)
    opens = max(day for day in begins if day)
    if today < opens:
        return []
    if ruling.due is None:
        if ruling.status not in BROKEN:
            return []
        return list(climb_from_breach(house, calendar, max(office.breached.get(verdict.key, today), opens)))
    steps = climb(house, calendar, ruling.due, opens if opens <= ruling.due else None)
    # Until it is late nobody hears that it is; a rung's day can pass while the record is still on its way.
    return [s for s in steps if ruling.status in BROKEN or s.day <= ruling.due]


def resolutions(office: Office, verdict: Verdict, now: datetime) -> Iterator[Notice]:
    """What is said when something broken is put right: to who acts and to every level that had been told."""
    today, ruling = civil_day(now), verdict.ruling
    obligation = office.plan.by_key[verdict.duty]
    since = office.owed.get(verdict.key) or ruling.due or office.breached.get(verdict.key, today)
    climbed = climb(office.plan.house, office.calendar, since, None)
    told = [s for s in climbed if s.day <= today and s.reason in (Reason.OVERDUE, Reason.ESCALATED)]
    subject = office.directory.subject(verdict.kind, verdict.subject)
    for level in sorted({s.level for s in told} | {0}):
        step = Step(Reason.RESOLVED, f"R{level}", level, today, False)
        for role in _audience(obligation, step):
            for addressee in office.directory.addressees(role, subject, min(since, today)):
                yield _notice(office, verdict, subject, step, addressee, since)


def _audience(obligation: Obligation, step: Step) -> tuple[Role, ...]:
    if step.level:
        return obligation.escalation[step.level - 1 : step.level]
    return obligation.who + (obligation.copies if step.reason in (Reason.OVERDUE, Reason.RESOLVED) else ())


def _notice(office: Office, verdict: Verdict, subject: Subject, step: Step, to: Addressee, anchor: date) -> Notice:
    obligation, house = office.plan.by_key[verdict.duty], office.plan.house
    period = verdict.period.label if verdict.period else None
    key = _key(office.plan.key, verdict.duty, subject.code, period, anchor, step.name, to)
    return Notice(
        key=key,
        reason=step.reason,
        rung=step.name,
        clause=obligation.clause,
        duty=verdict.duty,
        subject=subject,
        period=period,
        due=verdict.ruling.due,
        to=to,
        channel=house.channel,
        not_before=at(step.day, house.windows[house.channel].opens),
        text=_text(obligation, verdict, step, subject),
        span=verdict.period,
    )


def _key(*parts: object) -> str:
    """Person, unit and role are in it, the address is not: a corrected address re-sends nothing."""
    words = [f"{p.role}|{p.unit}|{p.person}" if isinstance(p, Addressee) else str(p) for p in parts]
    return hashlib.sha256("|".join(["v1", *words]).encode()).hexdigest()[:32]


def _text(obligation: Obligation, verdict: Verdict, step: Step, subject: Subject) -> str:
    period = f"（{verdict.period.label}）" if verdict.period else ""
    whom = "" if subject.kind is SubjectKind.CITY else f"{subject.name} "
    due = f"期限{zh_day(verdict.ruling.due)}。" if verdict.ruling.due else ""
    provisional = "（放假安排未公布，工作日暂按周一至周五计）" if step.provisional else ""
    return f"{LABELS[step.reason]}：{whom}{obligation.title}{period}。{due}{verdict.ruling.why}{provisional}"


def _newest_first(passed: list[Notice]) -> Iterator[Notice]:
    """Newest rung per listener speaks; its predecessors are superseded by it."""
    newest: dict[Addressee, Notice] = {}
    for notice in passed:
        if notice.to not in newest or notice.not_before >= newest[notice.to].not_before:
            newest[notice.to] = notice
    for notice in passed:
        last = newest[notice.to]
        if notice is last:
            yield notice
        else:
            yield replace(notice, state=NoticeState.SUPERSEDED, why_not=f"已由{LABELS[last.reason]}（{last.rung}）取代")


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
    for subject in _handed_to(directory, phase):
        role = _ROLE_OF[subject.kind]
        to = Addressee(role, subject.code, None)
        yield Notice(
            key=_key(office.plan.key, phase.key, subject.code, None, phase.ends, rung, to),
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
        if card.kind in wanted:
            yield directory.subject(SubjectKind(card.kind), card.code)
