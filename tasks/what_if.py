"""The same records judged twice, by one plan and by another: other settings of the house, or another text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from db.amendments import plan_known
from policy.calendar import end_of
from policy.differences import Difference, NoticeDifference, differences, notice_differences
from policy.objects import Plain, difference_object
from policy.plan import Plan
from tasks.stateless import Question, chosen, notice_list, verdicts


def verdict_differences(
    question: Question, before: Plan, clauses: Collection[str] = (), subjects: Collection[str] = ()
) -> list[Difference]:
    """What the plan of the question says otherwise than `before`; clauses and subjects narrow.

    Raises LookupError with the first clause that neither plan has.
    """
    after = question.plan
    known = before.clause_of.keys() | after.clause_of.keys()
    for clause in clauses:
        if clause not in known:
            raise LookupError(clause)
    other = _asked_of(question, before)
    was = verdicts(other, chosen(other.plan, clauses))
    now = verdicts(question, chosen(after, clauses))
    return [d for d in differences(was, now) if not subjects or d.subject in subjects]


def notices_differing(
    question: Question, before: Plan, now: datetime, after: datetime | None = None
) -> list[NoticeDifference]:
    """What would be said otherwise at `now` (since `after`) than by `before`."""
    was = notice_list(_asked_of(question, before), now, after)
    return notice_differences(was, notice_list(question, now, after))


def _asked_of(question: Question, plan: Plan) -> Question:
    return replace(question, plan=plan_known(question.connection, plan, question.as_of, question.seen))


@dataclass(frozen=True)
class Meaning:
    """What another text means for the same records: verdicts and notices that differ, and how many subjects each duty
    (by its key) concerns by either text."""

    verdicts: list[Difference]
    notices: list[NoticeDifference]
    subjects: Counter[str]


def meaning(question: Question, before: Plan) -> Meaning:
    """The plan of the question beside `before`, with what would be said at the end of its day."""
    now = end_of(question.as_of)
    said = [verdicts(one, one.plan.obligations) for one in (_asked_of(question, before), question)]
    whom = {(verdict.duty, verdict.subject) for one in said for verdict in one}
    return Meaning(differences(*said), notices_differing(question, before, now), Counter(duty for duty, _ in whom))


def difference_objects(question: Question, before: Plan, found: Iterable[Difference]) -> list[Plain]:
    """The differences in the words of the contract, each named by a plan that knows its duty."""
    cards = question.cards()
    return [difference_object(_knowing(question.plan, before, one.duty), cards, one) for one in found]


def _knowing(after: Plan, before: Plan, duty: str) -> Plan:
    return after if duty in after.by_key else before
