"""Where an open verdict stands on its ladder: from which day it is counted, which rungs there are, what keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from policy.ladder import Ladders, Step
from policy.levers import Key
from policy.office import Office
from policy.plan import Obligation
from policy.verdict import Verdict
from policy.words import BROKEN

STOCK = "上线以前的事项，列入存量清单，不逐级催办"


class Position(NamedTuple):
    """Verdicts of one obligation, period and ruling that share a position have the same rungs with the same fate.

    `anchor` is the day the ladder is counted from, None for a standing rule, which counts from its breach; `counted` is
    that of the keys: never the day of a rung, which moves with the calendar, so that what was said once would be said
    again. `since` is when it was over, for what the office found on going live; `silence` why nothing is said.
    """

    anchor: date | None
    counted: date
    since: date
    hastened: date | None
    silence: str | None


def position(office: Office, obligation: Obligation, verdict: Verdict, key: Key, today: date) -> Position:
    """`key` is that of the verdict: a country has too many of them to make it again for every question."""
    anchor, begins = anchored(office, verdict, key, today), opens(office, obligation, verdict)
    return Position(
        anchor,
        anchor or breach(office, key, begins, today),
        anchor or over(office, key, begins, today),
        _hastened(office, verdict, key, today),
        office.silence(key, today),
    )


def circumstances(office: Office, verdict: Verdict, key: Key, today: date) -> tuple[object, ...]:
    """All that the position of a verdict depends on beside its obligation, period and ruling: what else is known of
    this very matter, what people decided about it and which milestones stand before it."""
    levers, broken = office.levers, None if verdict.ruling.due else office.breached.get(key)
    known = broken, office.owed.get(key), office.hastened.get(key), levers.extensions.get(key)
    if not (levers.waivers or office.milestones):
        return known
    return *known, levers.silence(key, today), levers.ended(key, today), office.inhibition(key, today)


def anchored(office: Office, verdict: Verdict, key: Key, today: date) -> date | None:
    """The day the ladder is counted from: the due day, a later one granted, or the end of a silence that is over."""
    due = verdict.ruling.due
    if due is None:
        return None
    extension, ended = office.levers.extensions.get(key), office.silent_until(key, today)
    return max(due, extension.due if extension else due, ended or due)


def stock(office: Office, since: date, day: date) -> str | None:
    """Why a rung is not said where the office went live after it, or after the matter was over."""
    live = office.live_from
    return STOCK if live and (day < live or since < live) else None


def steps_of(office: Office, ladders: Ladders, obligation: Obligation, verdict: Verdict, today: date) -> Iterable[Step]:
    """The rungs there are for a verdict as it stands, whether their day has come or not."""
    key, since = verdict.key, opens(office, obligation, verdict)
    anchor = anchored(office, verdict, key, today)
    broken = verdict.ruling.status in BROKEN
    if today < since or (anchor is None and not broken):
        return ()
    if anchor is None:
        return ladders.from_breach(breach(office, key, since, today))
    if extension := office.levers.extensions.get(key):
        since = max(since, extension.decided_on)
    steps: Iterable[Step] = ladders.to(anchor, since if since <= anchor else None)
    if announced := _hastened(office, verdict, key, today):
        floor, _ = office.calendar.step(announced, office.plan.house.min_notice_workdays)
        steps = [step._replace(day=max(step.day, floor)) if step.level else step for step in steps]
    # Until it is late nobody hears that it is; a rung's day can pass while the record is still on its way.
    return steps if broken else [step for step in steps if step.day <= anchor]


def _hastened(office: Office, verdict: Verdict, key: Key, today: date) -> date | None:
    """The day on which it was first said that it is due earlier than before; None where that never happened."""
    due, was = verdict.ruling.due, office.owed.get(key)
    return today if due and was and due < was else office.hastened.get(key)


def opens(office: Office, obligation: Obligation, verdict: Verdict) -> date:
    """What was so before the document existed was no breach of it (A13)."""
    begins = (obligation.starts, verdict.period.first if verdict.period else None, office.plan.issued)
    return max(day for day in begins if day)


def over(office: Office, key: Key, since: date, today: date) -> date:
    """The day from which a standing rule is broken; what the office found broken on going live had been so before,
    unless the rule came into force that very day."""
    broken = breach(office, key, since, today)
    return broken - timedelta(days=1) if since < broken == office.live_from else broken


def breach(office: Office, key: Key, since: date, today: date) -> date:
    """The day from which a standing rule counts as broken; after a silence the day that follows it."""
    ended = office.silent_until(key, today)
    broken = max(office.breached.get(key, today), since)
    return max(broken, ended + timedelta(days=1)) if ended else broken
