"""What the days played leave each person and institution to do, month by month: messages, duties due, visits, training."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection, text

from db.columns import day_number
from db.measures.current import SEEN, with_parts
from db.outbox import recipient_of
from policy.capacity.workload import terms_of
from policy.directory import Directory
from policy.events import Event, Happening
from policy.plan import Plan
from policy.verdict import Verdict
from policy.words import Reason, Role, Status, SubjectKind
from policy.workload import Owed, Taught

Key = tuple[str, str, str | None]
ASKS = "visits_by_month"
ACTING = (Reason.ASSIGNED, Reason.REMINDER, Reason.DUE_TODAY, Reason.OVERDUE)
LATE = (Status.NOT_MET, Status.MET_LATE)
NOTHING_ASKED = (Status.NOT_APPLICABLE, Status.UNSCHEDULED)
COURSES = (
    "SELECT organiser, held_on / 100, COUNT(*) FROM course WHERE organiser IS NOT NULL "
    f"AND held_on BETWEEN :first AND :last AND {SEEN} GROUP BY organiser, held_on / 100"
)
HOURS = "SELECT person, day / 100, SUM(minutes) FROM trainings WHERE day BETWEEN :first AND :last GROUP BY person, day / 100"


def owed(
    plan: Plan, cards: Directory, verdicts: Iterable[Verdict], events: Iterable[Event], first: date, last: date
) -> Iterator[Owed]:
    """Everything that falls due from `first` to the end of the month of `last`, for each who acts: whoever was told of
    it, or would be."""
    end = last.replace(day=monthrange(last.year, last.month)[1])
    told = _told(events)
    terms = terms_of(plan)
    visit_days = terms.visit_days if terms else 0
    for verdict in verdicts:
        ruling, due = verdict.ruling, verdict.ruling.due
        if due is None or not first <= due <= end or ruling.status in NOTHING_ASKED:
            continue
        obligation = plan.wording(verdict.duty, verdict.amendment)
        days = visit_days if obligation.check.asks == ASKS else 0
        period = verdict.period.label if verdict.period else None
        acting = told.get((verdict.duty, verdict.subject, period)) or _acting(cards, obligation.who, verdict, due)
        for recipient in acting:
            yield Owed(recipient, due, ruling.status in LATE, ruling.done_on, days)


def taught(connection: Connection, plan: Plan, first: date, last: date, seen: int) -> Iterator[Taught]:
    """The courses that units held, and the training that people sat through, by month."""
    span = {"city": plan.key, "known": seen, "first": day_number(first), "last": day_number(last)}
    for unit, month, courses in connection.execute(text(COURSES), span):
        yield Taught(f"unit:{unit}", _label(month), courses)
    values = {**span, "academic": plan.house.academic_minutes}
    for person, month, minutes in connection.execute(text(with_parts({}, HOURS)), values):
        yield Taught(f"person:{person}", _label(month), minutes=int(minutes))


def called(cards: Directory, recipient: str) -> str:
    """A recipient as people call it, with the code by which it is found."""
    kind, _, code = recipient.partition(":")
    name = cards.names.get((SubjectKind.PERSON, code)) if kind == "person" else None
    card = cards.units.get(code) if kind == "unit" else None
    found = name or (card.name if card else None)
    return f"{found}（{code}）" if found else code


def _label(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"


def _told(events: Iterable[Event]) -> dict[Key, set[str]]:
    """Who was told last as the one who acts, of each matter."""
    found: dict[Key, tuple[date, set[str]]] = {}
    for event in events:
        said = event.said
        if event.happening is not Happening.NOTICE or said["reason"] not in ACTING or not said["recipient"]:
            continue
        key: Key = (str(said["duty"]), str(said["subject"]), (said["period"] and str(said["period"])) or None)
        day, whom = found.get(key, (date.min, set()))
        if event.day > day:
            found[key] = (event.day, {str(said["recipient"])})
        elif event.day == day:
            whom.add(str(said["recipient"]))
    return {key: whom for key, (_, whom) in found.items()}


def _acting(cards: Directory, roles: Iterable[Role], verdict: Verdict, on: date) -> set[str]:
    subject = cards.subject(verdict.kind, verdict.subject)
    found = (recipient_of(to) for role in roles for to in cards.addressees(role, subject, on))
    return {recipient for recipient in found if recipient}
