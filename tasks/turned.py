"""Which verdicts turned when something became known, and by which records: one day judged at two known instants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from db.amendments import plan_known
from db.measures import question_of
from db.measures.scope import reads
from db.news import News, Origin, news
from policy.differences import Difference, differences
from policy.objects import Plain, difference_object
from policy.plan import Obligation, Plan
from policy.records.tables import rows_of
from policy.words import Learned, Status
from tasks.stateless import Question, chosen, proof_lines, verdicts

WHOLE = (Learned.KEPT, Learned.UNKEPT)


class Turned(NamedTuple):
    """One verdict with another status than before, and the records that made it so."""

    difference: Difference
    causes: tuple[News, ...]


def turned(
    question: Question, before: int, clauses: Collection[str] = (), subjects: Collection[str] = ()
) -> list[Turned]:
    """What the question says otherwise than what was known at `before` (seconds); clauses and subjects narrow.

    Raises LookupError with the first clause that is not in the plan.
    """
    plan, city = question.plan, question.plan.key
    was = replace(question, plan=plan_known(question.connection, plan, question.as_of, before), seen=before)
    learned = news(question.connection, city, before, question.seen)
    found: list[Turned] = []
    for obligation in chosen(plan, clauses):
        telling = _telling(plan, obligation, learned)
        if telling:
            found += _turned(was, question, obligation, telling)
    return [one for one in found if not subjects or one.difference.subject in subjects]


def _telling(plan: Plan, obligation: Obligation, learned: Sequence[News]) -> list[News]:
    """What can tell on an obligation: records of a kind it reads, exceptions to it, the kinds it rests on."""
    if plan.amendments:
        return list(learned)  # a decision may have moved it to another text
    read = reads(obligation, question_of(plan, obligation))
    rests_on = {kind for kinds in obligation.records for kind in kinds.split("|")}

    def tells(one: News) -> bool:
        if one.how in WHOLE:
            return one.kind in rests_on
        if one.kind == "exceptions" and one.own == obligation.clause:
            return True
        reading = read.get(one.kind)
        return reading is not None and (reading.own is None or one.own in reading.own)

    return [one for one in learned if tells(one)]


def _turned(was: Question, question: Question, obligation: Obligation, learned: Sequence[News]) -> Iterator[Turned]:
    told = differences(verdicts(was, [obligation]), verdicts(question, [obligation]))
    turns = [difference for difference in told if difference.is_turned]
    if not turns:
        return
    by_ref = {one.ref: one for one in learned if one.ref}
    proven: dict[tuple[str, int], set[str]] = defaultdict(set)
    for side in (was, question):
        for _, subject, period, ref, _ in proof_lines(side, obligation):
            if ref in by_ref:
                proven[subject, period].add(ref)
    for one in turns:
        causes = [by_ref[ref] for ref in sorted(proven[one.key[1:]])]
        whole = [each for each in learned if each.how in WHOLE and Status.NO_EVIDENCE in one.turn]
        yield Turned(one, (*whole, *causes) or tuple(_named(one, learned)))


def _named(turn: Difference, learned: Sequence[News]) -> list[News]:
    """Where no proof names them: the records that speak of the subject, else all that can tell on the obligation."""
    return [one for one in learned if turn.subject in one.names] or list(learned)


def turned_objects(question: Question, found: Iterable[Turned], batches: Mapping[int, Origin]) -> list[Plain]:
    """Each with its `records`: what is known otherwise, how, and by which batch and row of the files at hand."""
    found = list(found)
    cards = question.cards()
    rows = rows_of(question.lines, {one.ref for each in found for one in each.causes if one.ref})
    return [
        {
            **difference_object(question.plan, cards, each.difference),
            "records": [_record(one, batches, rows) for one in each.causes],
        }
        for each in found
    ]


def _record(one: News, batches: Mapping[int, Origin], rows: Mapping[str, list[Plain]]) -> Plain:
    batch = batches.get(one.batch)
    return {
        "record": one.ref,
        "kind": one.kind,
        "how": one.how.value,
        "batch": one.batch if batch else None,
        "source": batch.source if batch else None,
        "rows": rows.get(one.ref or "", []),
    }
