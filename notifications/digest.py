"""The notices of one recipient on one day as lines: in order, once each, with what to do and who hears next.

What would be said in the same words of several subjects is one line that names them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from policy.calendar import WorkCalendar, civil_day
from policy.ladder import name_of
from policy.notices import Notice
from policy.numbers import zh_day
from policy.plan import Obligation, Plan
from policy.words import LABELS, Reason, Role, SubjectKind

COLOURS = {
    Reason.OVERDUE: "红",
    Reason.ESCALATED: "红",
    Reason.DUE_TODAY: "黄",
    Reason.REMINDER: "黄",
    Reason.PHASE_CLOSING: "黄",
    Reason.AGENDA: "黄",
    Reason.UNREACHABLE: "黄",
}
ORDER = (
    Reason.ESCALATED, Reason.OVERDUE, Reason.AGENDA, Reason.UNREACHABLE, Reason.DUE_TODAY, Reason.REMINDER, Reason.PHASE_CLOSING,
    Reason.ASSIGNED, Reason.PHASE_OPENED, Reason.RESOLVED, Reason.DIGEST,
)  # fmt: skip
LATE = frozenset({Reason.ESCALATED, Reason.OVERDUE, Reason.AGENDA})
OPEN = LATE | {Reason.REMINDER, Reason.DUE_TODAY, Reason.ASSIGNED}
NAMED = 20
"""Subjects named in one line; of more, the number is said."""
Told = list[Notice]
"""The notices of one matter, the one that weighs most first."""


@dataclass(frozen=True)
class Next:
    """Who hears on which day if nothing is done."""

    day: date
    whom: str


class Alike(NamedTuple):
    """All that is said of a matter but which it is: thousands of matters have the same. `since` is the due day, or the
    day it was first said where the text gives none.

    `told` names the levels above that have heard already, `next` the one that will.
    """

    reason: Reason
    label: str
    colour: str
    situation: str
    clause: str
    clause_title: str
    due: date | None
    since: date
    days_late: int
    days_left: int
    actors: str
    role: str
    told: str
    next: Next | None


class Line(NamedTuple):
    """One matter, or `matters` of them named together, and what is said of it."""

    matter: str
    alike: Alike
    matters: int = 1


KnownAlike = dict[object, Alike]
"""What was put together before, by all it depends on; good for one plan, calendar and day."""


@dataclass(frozen=True)
class Digest:
    """`lines` are at most the house's number; `more` says how many matters stand in none of them.

    `listed` are matters told before that stand open, as many lines as the number leaves room for; `unlisted` counts the
    rest of them.
    """

    name: str
    day: date
    plan: str
    office: str
    total: int
    counts: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]
    more: int
    listed: tuple[Line, ...] = ()
    unlisted: int = 0


def digest(
    plan: Plan,
    calendar: WorkCalendar,
    name: str,
    notices: Iterable[Notice],
    day: date,
    most: int,
    still_open: Iterable[Notice] = (),
    known: KnownAlike | None = None,
) -> Digest:
    """Most overdue first, then due soonest; a matter told in two capacities is one line, under its highest rung.

    A matter that is news today is not listed among the open ones. `known` goes from one digest to the next.
    """
    known = {} if known is None else known
    matters = sorted(_matters(notices), key=_order)
    news = {_about(told[0]) for told in matters}
    older = sorted((told for told in _matters(still_open) if _about(told[0]) not in news), key=_order)
    lines = tuple(_line(plan, calendar, *alike, day, known) for alike in _alike(plan, matters)[:most])
    listed = tuple(_line(plan, calendar, *alike, day, known) for alike in _alike(plan, older)[: most - len(lines)])
    counted = Counter(told[0].reason for told in matters)
    counts = [(LABELS[reason], counted[reason]) for reason in ORDER if counted[reason]]
    if older:
        counts.append(("仍未办结", len(older)))
    return Digest(
        name=name,
        day=day,
        plan=plan.title,
        office=plan.office,
        total=len(matters) + len(older),
        counts=tuple(counts),
        lines=lines,
        more=len(matters) - sum(line.matters for line in lines),
        listed=listed,
        unlisted=len(older) - sum(line.matters for line in listed),
    )


def _about(notice: Notice) -> tuple[str, str, str | None]:
    return notice.duty, notice.subject.code, notice.period


def _matters(notices: Iterable[Notice]) -> Iterable[Told]:
    found: dict[tuple[str, str, str | None], list[Notice]] = {}
    for notice in notices:
        found.setdefault(_about(notice), []).append(notice)
    for told in found.values():
        yield sorted(told, key=_weight) if len(told) > 1 else told


def _weight(notice: Notice) -> tuple[object, ...]:
    return ORDER.index(notice.reason), -notice.not_before.timestamp(), notice.rung, notice.key


def _alike(plan: Plan, matters: Iterable[Told]) -> list[tuple[object, list[Told]]]:
    """Matters of which only the subject differs together with what they share, at the place of the first."""
    found: dict[object, list[Told]] = {}
    for told in matters:
        found.setdefault(_words(plan, told), []).append(told)
    return list(found.items())


def _words(plan: Plan, told: Told) -> tuple[object, ...]:
    """All that a line says but the subject; of a stage, which no obligation stands for, the subject too."""
    first, obligation = told[0], plan.by_key.get(told[0].duty)
    whom = None if obligation else first.subject.code
    roles = frozenset(n.to.role for n in told)
    days = first.due, civil_day(first.not_before)
    return first.reason, first.duty, whom, first.period, *days, first.rung, roles, _situation(first, obligation)


def _order(told: Told) -> tuple[object, ...]:
    first = told[0]
    rank = 0 if first.reason in LATE else 2 if first.reason is Reason.RESOLVED else 1
    return rank, _since(first), first.clause, first.subject.code, first.period or ""


def _since(notice: Notice) -> date:
    return notice.due or civil_day(notice.not_before)


def _line(plan: Plan, calendar: WorkCalendar, words: object, alike: list[Told], day: date, known: KnownAlike) -> Line:
    told = alike[0]
    obligation = plan.by_key.get(told[0].duty)
    roles = tuple(dict.fromkeys(n.to.role for n in told))
    same = words, roles, told[0].clause
    if same not in known:
        known[same] = _made(plan, calendar, told[0], obligation, roles, day)
    matter = _matters_named(obligation, alike) if obligation and len(alike) > 1 else _matter(told[0], obligation)
    return Line(matter, known[same], len(alike))


def _made(
    plan: Plan, calendar: WorkCalendar, notice: Notice, obligation: Obligation | None, roles: Iterable[Role], day: date
) -> Alike:
    clause, chain = plan.clause_of.get(notice.clause), _chain(plan, calendar, notice, obligation, day)
    return Alike(
        reason=notice.reason,
        label=LABELS[notice.reason],
        colour=COLOURS.get(notice.reason, "绿"),
        situation=_situation(notice, obligation),
        clause=notice.clause,
        clause_title=clause.title if clause else "",
        due=notice.due,
        since=_since(notice),
        days_late=max((day - notice.due).days, 0) if notice.due and notice.reason in LATE else 0,
        days_left=max((notice.due - day).days, 0) if notice.due else 0,
        actors=_names(obligation.who) if obligation else "",
        role=_names(roles),
        told="、".join(above.whom for above in chain if above.day <= day),
        next=next((above for above in chain if above.day > day), None),
    )


def _names(roles: Iterable[Role]) -> str:
    return "、".join(LABELS[role] for role in roles)


def _matter(notice: Notice, obligation: Obligation | None) -> str:
    if obligation is None:
        return notice.subject.name
    period = f"（{notice.period}）" if notice.period else ""
    whom = "" if notice.subject.kind is SubjectKind.CITY else f"{notice.subject.name} "
    return f"{whom}{obligation.title}{period}"


def _matters_named(obligation: Obligation, alike: list[Told]) -> str:
    period = f"（{alike[0][0].period}）" if alike[0][0].period else ""
    names = "、".join(told[0].subject.name for told in alike[:NAMED])
    rest = f"等，共{len(alike)}项" if len(alike) > NAMED else f"，共{len(alike)}项"
    return f"{obligation.title}{period}：{names}{rest}"


def _situation(notice: Notice, obligation: Obligation | None) -> str:
    """What the policy core said beyond what other columns show; all of it where the plan's words changed since."""
    due = f"期限{zh_day(notice.due)}。" if notice.due else ""
    label = f"{LABELS[notice.reason]}："
    said = f"{label}{_matter(notice, obligation)}。{due}"
    return notice.text.removeprefix(said).removeprefix(label) or notice.text


def _chain(plan: Plan, calendar: WorkCalendar, notice: Notice, obligation: Obligation | None, day: date) -> list[Next]:
    """The levels above this one with their days, by the ladder; none for what needs no action."""
    if obligation is None or notice.reason not in OPEN:
        return []
    own = int(notice.rung[1:]) if notice.rung.startswith("E") else 0
    days = _days(plan, calendar, notice, own)
    levels = enumerate(obligation.escalation, start=1)
    return [Next(days[level], LABELS[role]) for level, role in levels if level > own and level in days]


def _days(plan: Plan, calendar: WorkCalendar, notice: Notice, own: int) -> dict[int, date]:
    """The day of each level: from the due day until it is late, then from the rung now spoken, for the ladder may count
    from the end of a waiver. A standing rule is overdue on the very day it counts from; what is urged without a due
    day says nothing of it."""
    climbing = [rung for rung in plan.house.ladder if rung.workdays > 0]
    gone = next((rung.workdays for rung in climbing if name_of(rung) == notice.rung), None)
    start = civil_day(notice.not_before) if gone else notice.due
    if start is None:
        return {}
    passed = 0 if notice.due is None and notice.reason is Reason.OVERDUE else gone or 0
    return {rung.level: calendar.step(start, rung.workdays - passed)[0] for rung in climbing if rung.level > own}
