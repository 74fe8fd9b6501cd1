"""What should have been said of one verdict by now, worked out plainly: rung by rung, listener by listener."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from policy.calendar import at, civil_day
from policy.directory import Addressee
from policy.ladder import Step, climb, climb_from_breach
from policy.office import Office
from policy.plan import Obligation
from policy.position import STOCK
from policy.verdict import Verdict
from policy.words import BROKEN, NoticeState, Reason, Role, Status

Said = tuple[str, Addressee, NoticeState, str | None]
"""Rung, listener, state and why it is not said, of a superseded one by which rung."""


def said(office: Office, verdict: Verdict, now: datetime) -> list[Said]:
    """Every rung that has passed; of each listener the newest speaks."""
    passed = list(_passed(office, verdict, now))
    found = []
    for place, (step, to, why_not) in enumerate(passed):
        later = [n for n, (other, whom, _) in enumerate(passed) if whom == to and (other.day, n) > (step.day, place)]
        if later:
            newest = max(later, key=lambda n: (passed[n][0].day, n))
            found.append((step.name, to, NoticeState.SUPERSEDED, passed[newest][0].name))
        else:
            found.append((step.name, to, NoticeState.SUPPRESSED if why_not else NoticeState.DUE, why_not))
    return found


def _passed(office: Office, verdict: Verdict, now: datetime) -> Iterator[tuple[Step, Addressee, str | None]]:
    today, house = civil_day(now), office.plan.house
    obligation = office.plan.wording(verdict.duty, verdict.amendment)
    if verdict.ruling.status not in {Status.NOT_YET_DUE, *BROKEN}:
        return
    subject = office.directory.subject(verdict.kind, verdict.subject)
    on, since = min(verdict.ruling.due or today, today), _anchor(office, verdict, today)
    silence = office.levers.silence(verdict.key, today) or _kept_back(office, verdict, today)[0]
    for step in _rungs(office, obligation, verdict, today):
        if at(step.day, house.windows[house.channel].opens) > now:
            continue
        live, over = office.live_from, since or _found(office, obligation, verdict, today)
        why_not = silence or (STOCK if live and (step.day < live or over < live) else None)
        heard = set()
        for role in _roles(obligation, step):
            for to in office.directory.addressees(role, subject, on):
                person = to.person and office.levers.hears(to.person, today)
                heard.add(to._replace(person=person))
        yield from ((step, to, why_not) for to in sorted(heard, key=str))


def _silent_until(office: Office, verdict: Verdict, today: date) -> date | None:
    days = [office.levers.ended(verdict.key, today), _kept_back(office, verdict, today)[1]]
    return max((day for day in days if day), default=None)


def _kept_back(office: Office, verdict: Verdict, today: date) -> tuple[str | None, date | None]:
    """Why a milestone keeps it back; where none does the last day on which one did."""
    unit = office.directory.subject(verdict.kind, verdict.subject).unit
    lies_in = {card.kind: card.code for card in office.directory.above(unit)} | {verdict.kind.value: verdict.subject}
    ended = []
    for name in office.plan.house.inhibited_by.get(verdict.duty, ()):
        (asked,) = [o for o in office.plan.obligations if o.key == name]
        stands = office.milestones.get((name, lies_in[asked.subject.value], 0))
        if stands is None:
            continue
        unmet = stands.status in {Status.NOT_YET_DUE, *BROKEN, Status.BLOCKED_BY_UPSTREAM}
        waivers = [w for w in office.levers.waivers if (w.duty, w.subject, w.period) == stands.key]
        running = [w.starts for w in waivers if w.starts <= today <= w.until]
        if unmet and not running:
            return f"前置里程碑“{asked.title}”尚未办结，暂不提醒", None
        since = running[0] if unmet else stands.done_on
        ended += [since - timedelta(days=1)] if since else []
    return None, max(ended, default=None)


def _found(office: Office, obligation: Obligation, verdict: Verdict, today: date) -> date:
    """When a standing rule was found broken; found on going live it had been so before, unless it was new that day."""
    begun = _opens(office, obligation, verdict)
    ended = _silent_until(office, verdict, today)
    broken = max(office.breached.get(verdict.key, today), begun, ended + timedelta(days=1) if ended else begun)
    return broken - timedelta(days=1) if broken == office.live_from and begun < broken else broken


def _opens(office: Office, obligation: Obligation, verdict: Verdict) -> date:
    begun = [obligation.starts, verdict.period and verdict.period.first, office.plan.issued]
    return max(day for day in begun if day)


def _anchor(office: Office, verdict: Verdict, today: date) -> date | None:
    due = verdict.ruling.due
    if due is None:
        return None
    extension = office.levers.extensions.get(verdict.key)
    days = [due, extension and extension.due, _silent_until(office, verdict, today)]
    return max(day for day in days if day)


def _rungs(office: Office, obligation: Obligation, verdict: Verdict, today: date) -> Iterator[Step]:
    broken, due, key = verdict.ruling.status in BROKEN, verdict.ruling.due, verdict.key
    opens, anchor = _opens(office, obligation, verdict), _anchor(office, verdict, today)
    if today < opens:
        return
    if anchor is None:
        ended = _silent_until(office, verdict, today)
        since = max(office.breached.get(key, today), opens, ended + timedelta(days=1) if ended else opens)
        yield from climb_from_breach(office.plan.house, office.calendar, since) if broken else ()
        return
    if extension := office.levers.extensions.get(key):
        opens = max(opens, extension.decided_on)
    was = office.owed.get(key)
    announced = today if due and was and due < was else office.hastened.get(key)
    for step in climb(office.plan.house, office.calendar, anchor, opens if opens <= anchor else None):
        if announced and step.level:
            floor, _ = office.calendar.step(announced, office.plan.house.min_notice_workdays)
            step = step._replace(day=max(step.day, floor))
        if broken or step.day <= anchor:
            yield step


def _roles(obligation: Obligation, step: Step) -> tuple[Role, ...]:
    if step.level:
        return obligation.escalation[step.level - 1 : step.level]
    return obligation.who + (obligation.copies if step.reason is Reason.OVERDUE else ())
