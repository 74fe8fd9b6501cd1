"""Two judgements of the same subjects beside each other: what one says that the other does not.

They may differ by the text, by a reading, or by what was known; here it is only compared. Verdicts first, then notices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from policy.notices import Notice
from policy.recurrence import Period
from policy.verdict import Ruling, Verdict
from policy.words import Change, Status, SubjectKind

COMPARED = ("status", "measured", "required", "due", "flags", "phase_state")
"""What makes two rulings differ. The day it was done, the sentence and the other readings follow from records and from
these; alone they turn nothing."""


class Turn(NamedTuple):
    """From one status to another; None stands for "says nothing of it". Equal where only a number or a day differs."""

    before: Status | None
    after: Status | None


class Difference(NamedTuple):
    """One duty, subject and period of which the two say different things; None on the side that says nothing."""

    duty: str
    clause: str
    kind: SubjectKind
    subject: str
    period: Period | None
    before: Verdict | None
    after: Verdict | None

    @property
    def key(self) -> tuple[str, str, int]:
        return (self.duty, self.subject, self.period.number if self.period else 0)

    @property
    def fields(self) -> tuple[str, ...]:
        """Which of COMPARED differ; all of them where one side says nothing."""
        if self.before is None or self.after is None:
            return COMPARED
        return _differing(self.before.ruling, self.after.ruling)

    @property
    def turn(self) -> Turn:
        return Turn(_status(self.before), _status(self.after))

    @property
    def is_turned(self) -> bool:
        """Whether the status is another; what does not apply and what is left out are alike (contract 2)."""
        before, after = (status or Status.NOT_APPLICABLE for status in self.turn)
        return before is not after


def differences(before: Iterable[Verdict], after: Iterable[Verdict]) -> list[Difference]:
    """Every verdict on which the two differ, in the order of `after`; then those of `before` that `after` lacks."""
    old = {verdict.key: verdict for verdict in before}
    found = []
    for verdict in after:
        was = old.pop(verdict.key, None)
        if was is None or _differing(was.ruling, verdict.ruling):
            found.append(Difference(*verdict[:5], was, verdict))
    return [*found, *(Difference(*was[:5], was, None) for was in old.values())]


def turns(found: Iterable[Difference]) -> Counter[Turn]:
    """How many went from which status to which."""
    return Counter(difference.turn for difference in found)


def _differing(one: Ruling, other: Ruling) -> tuple[str, ...]:
    # Equal measures share one ruling within a judgement, and most rulings agree between two.
    if one is other:
        return ()
    return tuple(name for name in COMPARED if getattr(one, name) != getattr(other, name))


def _status(verdict: Verdict | None) -> Status | None:
    return verdict.ruling.status if verdict else None


class NoticeDifference(NamedTuple):
    """One notice of which the two say different things; None on the side that does not know it.

    It is `moved` when it is said at another instant, `changed` when only words, state or channel are others.
    """

    change: Change
    before: Notice | None
    after: Notice | None

    @property
    def notice(self) -> Notice:
        """The notice as it is said after, or as it was where it falls away."""
        found = self.after or self.before
        assert found
        return found


def notice_differences(before: Iterable[Notice], after: Iterable[Notice]) -> list[NoticeDifference]:
    """Every notice on which the two differ: those of `after` in their order, then those that fall away.

    A notice is the same when duty, subject, period, reason, rung and addressee are: its key also holds the day it
    counts from, which may move. A rung that only stands elsewhere on the ladder is told by its reason.
    """
    old, new = {_rung(notice): notice for notice in before}, {_rung(notice): notice for notice in after}
    gone: dict[tuple[object, ...], list[Notice]] = {}
    for rung, notice in old.items():
        if rung not in new:
            gone.setdefault(_said(notice), []).append(notice)
    found = []
    for rung, notice in new.items():
        was = old.get(rung) or next(iter(gone.get(_said(notice), ())), None)
        if was and rung not in old:
            gone[_said(notice)].remove(was)
        change = _change(was, notice)
        if change:
            found.append(NoticeDifference(change, was, notice))
    return [*found, *(NoticeDifference(Change.REMOVED, was, None) for left in gone.values() for was in left)]


def _said(notice: Notice) -> tuple[object, ...]:
    return (notice.duty, notice.subject.code, notice.period, notice.reason, notice.to)


def _rung(notice: Notice) -> tuple[object, ...]:
    return (*_said(notice), notice.rung)


def _change(was: Notice | None, notice: Notice) -> Change | None:
    if was is None:
        return Change.ADDED
    if was.not_before != notice.not_before:
        return Change.MOVED
    return None if was == notice else Change.CHANGED
