"""From measures to verdicts: one obligation at a time, one ruling per distinct measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from policy.assumption import Assumption, assumed, assumed_turns
from policy.numbers import zh_day
from policy.plan import Obligation, Plan, Wording
from policy.records import KINDS
from policy.recurrence import Period
from policy.verdict import Case, Ruling, Verdict
from policy.wording import Matter, Said, speaking
from policy.words import Flag, Status

Facts = tuple[object, ...]
A_DAY = timedelta(days=1)
OCCASIONAL = ("standing", "decision", "share", "certified_share")


class Row(NamedTuple):
    """One measured row: whose, which period (its number, 0 where there is none), and the check's Facts as a tuple."""

    subject: str
    period: int
    facts: Facts


@dataclass(frozen=True)
class Measured:
    """What the ledger counted for one obligation. `absent` names the record kinds of the plan that nobody has ever kept.

    `began` says of an amended obligation when its subjects began, where that is known, and of an assumed one: what is
    `assumed` of it then speaks in place of all that was counted.
    """

    rows: Iterable[tuple[str, int, Facts]]
    absent: tuple[str, ...] = ()
    excused: frozenset[str] = frozenset()
    began: Mapping[str, date] = field(default_factory=dict)
    assumed: Assumption | None = None


@dataclass(frozen=True)
class Known:
    """Everything counted for one judgement, by the name of the wording: the obligation key where nothing amends it."""

    measured: Mapping[str, Measured]
    standing: Mapping[tuple[str, str, int], Status] = field(default_factory=dict)


def periods_of(obligation: Obligation, as_of: date) -> dict[int, Period]:
    if obligation.every is None:
        return {}
    return {period.number: period for period in obligation.every.begun_by(as_of)}


Spoken = dict[tuple[int, bool, Facts], Ruling]
"""What was ruled by period, whether it was excused, and measure."""


def rulings(
    plan: Plan, obligation: Obligation, measured: Measured, as_of: date, spoken: Spoken | None = None
) -> Iterator[tuple[str, int, Ruling]]:
    """Subject, period number and ruling of each measured row. Equal rulings of one period are one object.

    `spoken` takes up what was ruled, for `rulings_stand_until`.
    """
    if measured.assumed:
        yield from _assumed(plan, obligation, measured, as_of, measured.assumed)
        return
    periods = periods_of(obligation, as_of)
    said: Spoken = {} if spoken is None else spoken
    distinct: dict[tuple[int, Ruling], Ruling] = {}
    for subject, number, facts in measured.rows:
        key = (number, subject in measured.excused, facts)
        ruling = said.get(key)
        if ruling is None:
            case = case_of(plan, obligation, periods.get(number), key[1], as_of)
            ruling = ruled(obligation, facts, measured.absent, case)
            ruling = said[key] = distinct.setdefault((number, ruling), ruling)
        yield subject, number, ruling


def _assumed(
    plan: Plan, obligation: Obligation, measured: Measured, as_of: date, assumption: Assumption
) -> Iterator[tuple[str, int, Ruling]]:
    periods = periods_of(obligation, as_of)
    for subject, number, facts in measured.rows:
        case = case_of(plan, obligation, periods.get(number), subject in measured.excused, as_of)
        began = opens_for(plan, obligation, measured.began.get(subject))
        yield subject, number, assumed(ruled(obligation, facts, (), case), case, assumption, began)


def opens_for(plan: Plan, obligation: Obligation, began: date | None) -> date:
    """A duty opens for a subject once the document, the duty and the subject are there."""
    return max(day for day in (plan.issued, obligation.starts, began) if day)


def case_of(plan: Plan, obligation: Obligation, period: Period | None, excused: bool, as_of: date) -> Case:
    """Where the text gives no date the office may have set one; then the verdict says so."""
    house = plan.house
    theirs = None if period or obligation.due else house.review_dates.get(obligation.clause)
    return Case(
        as_of=as_of,
        force=obligation.force,
        starts=obligation.starts,
        due=period.due if period else obligation.due or theirs,
        period=period,
        excused=excused,
        readings=house.readings,
        plaque_days=house.plaque_days,
        dated_by_house=theirs is not None,
    )


def ruled(obligation: Obligation, facts: Facts, absent: tuple[str, ...], case: Case) -> Ruling:
    """The check's word, but for what no check has to know: a rule not yet in force, records nobody keeps."""
    if obligation.check.kind == "phase_span":
        return obligation.check.rule(obligation.check.read(facts), case)
    ruling = obligation.check.rule(obligation.check.read(facts), case)
    applies = ruling.status is not Status.NOT_APPLICABLE
    unseen = bool(absent) and (applies or _occasion_unseen(obligation, absent))
    if case.starts and case.as_of < case.starts and (applies or unseen):
        why = f"本条自{zh_day(case.starts)}起执行，尚未开始。"
        due = ruling.due or case.due
        return ruling._replace(status=Status.NOT_YET_DUE, why=why, due=due, done_on=None, flags=(), alternatives=())
    if unseen:
        why = f"没有“{'、'.join(map(_called, absent))}”记录，无法判断。"
        return Ruling(Status.NO_EVIDENCE, why, ruling.due or case.due, required=ruling.required, unit=ruling.unit)
    flags = ((Flag.RECOMMENDED, obligation.recommended), (Flag.HOUSE_RULE, case.dated_by_house))
    return ruling.flagged(*(flag for flag, holds in flags if holds))


def stands_until(obligation: Obligation, facts: Facts, ruling: Ruling, case: Case) -> date:
    """The first day after `case.as_of` on which the same facts may be ruled otherwise; the last of all days for never."""
    days = [*obligation.check.turns(obligation.check.read(facts), case), *((case.starts,) if case.starts else ())]
    dues = (due for due in (ruling.due, case.due) if due)
    days += (due + A_DAY for due in dues)
    return min((day for day in days if day > case.as_of), default=date.max)


def rulings_stand_until(plan: Plan, obligation: Obligation, spoken: Spoken, as_of: date) -> date:
    """The first day after `as_of` on which one of these measures may be ruled otherwise, or the question means something
    else for everybody."""
    periods = periods_of(obligation, as_of)
    turns = (day for day, _ in turning_days(obligation, as_of, date(as_of.year + 1, 1, 1)))
    ends = (
        stands_until(obligation, facts, ruling, case_of(plan, obligation, periods.get(number), excused, as_of))
        for (number, excused, facts), ruling in spoken.items()
    )
    return min((*turns, *ends))


def turning_days(obligation: Obligation, first: date, last: date) -> Iterator[tuple[date, int]]:
    """The days after `first` up to `last` on which the question means something else for everybody: a period begins or is
    over, a due day has passed, a year turns, the obligation comes into force. Beside each the period of which it does, 0
    for all."""
    marks = {(date(year, 1, 1), 0) for year in range(first.year, last.year + 1)}
    marks |= {(obligation.starts, 0)} if obligation.starts else set()
    marks |= {(obligation.due + A_DAY, 0)} if obligation.due else set()
    for period in periods_of(obligation, last).values():
        marks |= {(day, period.number) for day in (period.first, period.due + A_DAY, period.last + A_DAY)}
    return ((day, number) for day, number in marks if first < day <= last)


def assumed_until(
    obligation: Obligation, facts: Facts, ruling: Ruling, case: Case, assumption: Assumption, began: date
) -> date:
    """The same where the ruling is assumed."""
    until = stands_until(obligation, facts, ruling, case)
    return min(
        (day for day in assumed_turns(ruling, case, assumption, began) if case.as_of < day < until), default=until
    )


def _occasion_unseen(obligation: Obligation, absent: tuple[str, ...]) -> bool:
    """Whether "no occasion" cannot be said either, because nobody keeps the records it would stand in."""
    told_by = obligation.told_by or obligation.records
    return obligation.check.kind in OCCASIONAL and not set(told_by).isdisjoint(absent)


def _called(records: str) -> str:
    return "或".join(KINDS[kind].zh for kind in records.split("|"))


def judge(plan: Plan, known: Known, as_of: date) -> Iterator[Verdict]:
    """Every verdict that follows from what was measured on `as_of`, obligation by obligation in the plan's order."""
    for obligation in plan.obligations:
        wordings = [w for w in plan.wordings(obligation.key) if w.amendment is None or w.amendment.date <= as_of]
        if len(wordings) > 1 or not wordings[0].asked:
            yield from _by_wordings(plan, wordings, known, as_of)
            continue
        measured = known.measured.get(obligation.key)
        if measured is None:
            continue
        obligation = wordings[0].obligation
        periods = periods_of(obligation, as_of)
        key, clause, kind = obligation.key, obligation.clause, obligation.subject
        for subject, number, ruling in rulings(plan, obligation, measured, as_of):
            yield Verdict(key, clause, kind, subject, periods.get(number), ruling)


def _by_wordings(plan: Plan, wordings: Sequence[Wording], known: Known, as_of: date) -> Iterator[Verdict]:
    """Every wording judges; of each subject and period the one that applies to it speaks."""
    silent = [Said(wording) for wording in wordings]
    said: dict[tuple[str, int], list[Said]] = {}
    began: Mapping[str, date] = {}
    for place, wording in enumerate(wordings):
        measured = known.measured.get(wording.name) if wording.asked else None
        if measured is None:
            continue
        began = measured.began
        periods = periods_of(wording.obligation, as_of)
        for subject, number, ruling in rulings(plan, wording.obligation, measured, as_of):
            spoken = said.setdefault((subject, number), list(silent))
            spoken[place] = Said(wording, periods.get(number), ruling)
    moves = tuple(move for move in plan.moves if move.on <= as_of)
    for (subject, _), spoken in said.items():
        period = next((one.period for one in spoken if one.period), None)
        found = speaking(spoken, Matter(subject, period, began.get(subject), plan.issued, moves))
        if found and found.ruling:
            yield _verdict(found.wording, subject, found.period, found.ruling)


def _verdict(wording: Wording, subject: str, period: Period | None, ruling: Ruling) -> Verdict:
    obligation, amendment = wording.obligation, wording.amendment.key if wording.amendment else None
    return Verdict(obligation.key, obligation.clause, obligation.subject, subject, period, ruling, amendment)
