"""Which wording of an amended obligation speaks of a subject and period (see amendments.py for the rule)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from policy.numbers import zh_day
from policy.plan import Move, Wording
from policy.recurrence import Period
from policy.verdict import Ruling
from policy.words import Status, SubjectKind

EVENTS = frozenset({SubjectKind.VISIT, SubjectKind.CONTRACT, SubjectKind.COURSE, SubjectKind.CANDIDATE})
"""What happens once and is judged by the text of its day."""


class Said(NamedTuple):
    """What one wording says of a matter; no ruling where it does not mean it."""

    wording: Wording
    period: Period | None = None
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What is judged: a subject, in a period or not.

    `began` is the day the subject itself began, None where nobody knows; `issued` that of the document.
    """

    subject: str
    period: Period | None
    began: date | None
    issued: date
    moves: tuple[Move, ...]


def speaking(said: Sequence[Said], matter: Matter) -> Said | None:
    """The one of the wordings (oldest first) that applies; None where nothing is asked.

    What had begun and is asked no more is said to be not applicable, so that nothing begun is left without an end.
    """
    current = 0
    for later in range(1, len(said)):
        if _goes_over(said[current], said[later].wording, matter):
            current = later
    found = said[current]
    if found.ruling is not None:
        return found
    former = next((one for one in reversed(said[:current]) if one.ruling), None)
    return _ended(former, found.wording, matter) if former else None


def _goes_over(current: Said, later: Wording, matter: Matter) -> bool:
    assert later.amendment is not None
    stands = not matter.period and current.wording.obligation.subject not in EVENTS and not _dated(current)
    began = _began(current.wording, matter)
    return stands or began >= later.amendment.date or any(_moves(move, later, matter) for move in matter.moves)


def _dated(said: Said) -> bool:
    return said.ruling is not None and said.ruling.due is not None


def _began(wording: Wording, matter: Matter) -> date:
    """A duty opens for a subject once both are there."""
    if matter.period:
        return matter.period.first
    opens = (wording.obligation.starts or matter.issued) if wording.asked else date.min
    return max(opens, matter.began or date.min)


def _moves(move: Move, later: Wording, matter: Matter) -> bool:
    """A decision moves whom and what it names, of periods those not over on its day."""
    assert later.amendment is not None
    obligation = later.obligation
    return (
        move.amendment == later.amendment.key
        and move.subject in (None, matter.subject)
        and move.item in (None, obligation.key, obligation.clause)
        and (matter.period is None or matter.period.last >= move.on)
    )


def _ended(former: Said, by: Wording, matter: Matter) -> Said | None:
    assert by.amendment is not None
    assert former.ruling is not None
    if _began(former.wording, matter) >= by.amendment.date:
        return None
    why = f"{by.amendment.document}自{zh_day(by.amendment.date)}起施行，本条不再要求。"
    cleared = former.ruling._replace(status=Status.NOT_APPLICABLE, why=why, done_on=None, flags=(), alternatives=())
    return Said(by, former.period, cleared)
