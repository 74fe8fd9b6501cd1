"""A plan whose text changes while it is played: what is asked by which wording, from the day of each amendment on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from sqlalchemy import Connection

from db.amendments import plan_known
from db.measures.beginnings import subjects_began
from db.measures.reading import Touched
from policy.amendments import in_order, plan_on
from policy.plan import Obligation, Plan, Wording
from policy.verdict import Ruling, Verdict
from policy.wording import Matter as Meant
from policy.wording import Said, speaking
from policy.words import SubjectKind
from tasks.rehearsal.rows import UNRULED, Morning, ObligationRows, Row, Stand

MakeRows = Callable[[Plan, Obligation], ObligationRows]


class AmendedRows(ObligationRows):
    """An obligation that has been worded anew: every wording is asked and ruled, and of each row the one that applies
    speaks. Rows of which none speaks are not among `stands`."""

    def __init__(self, connection: Connection, plan: Plan, obligation: Obligation, make: MakeRows) -> None:
        super().__init__(connection, plan, obligation)
        wordings = plan.wordings(obligation.key)
        self._worded = [(w, make(plan, w.obligation) if w.asked else None) for w in wordings]
        self._began: Mapping[str, date] = {}
        self._said: dict[Row, Said] = {}

    def hold(self, morning: Morning) -> set[Row]:
        """A subject may also have begun on another day than was known."""
        began = self._began
        if not self.begun or not _BEGINNINGS[self.obligation.subject].isdisjoint(morning.since.touched):
            began = subjects_began(self.connection, self.plan.key, self.obligation.subject, morning.seen)
        changed = {row for row in self.stands if began.get(row[0]) != self._began.get(row[0])}
        self._began, self.begun = began, True
        for part in self._parts():
            changed |= part.hold(morning)
            changed |= {row for row in part.gone if row in self.stands}
        self.gone = []
        for row in changed:
            if self._speaks(row, morning.day):
                self.stands.setdefault(row, Stand((), UNRULED, morning.day))
            elif self.stands.pop(row, None):
                self.gone.append(row)
        return changed & self.stands.keys()

    def rule(self, row: Row, day: date) -> tuple[Ruling, Ruling]:
        stand = self.stands[row]
        before, said = stand.ruling, self._speaks(row, day)
        stand.ruling = said.ruling if said and said.ruling else before
        stand.until = min(part.stands[row].until for part in self._parts() if row in part.stands)
        return before, stand.ruling

    def verdict(self, row: Row, day: date) -> Verdict:
        said = self._said[row]
        verdict = super().verdict(row, day)
        o, amendment = said.wording.obligation, said.wording.amendment
        worded = amendment.key if amendment else None
        return verdict._replace(clause=o.clause, kind=o.subject, period=said.period, amendment=worded)

    def days(self, first: date, last: date) -> Iterator[tuple[date, int]]:
        for part in self._parts():
            yield from part.days(first, last)

    def _parts(self) -> Iterator[ObligationRows]:
        return (part for _, part in self._worded if part)

    def _speaks(self, row: Row, day: date) -> Said | None:
        said = [self._ruled_by(wording, part, row, day) for wording, part in self._worded]
        period = next((one.period for one in said if one.period), None)
        moves = tuple(move for move in self.plan.moves if move.on <= day)
        found = speaking(said, Meant(row[0], period, self._began.get(row[0]), self.plan.issued, moves))
        if found is None or found.ruling is None:
            return None
        self._said[row] = found
        return found

    @staticmethod
    def _ruled_by(wording: Wording, part: ObligationRows | None, row: Row, day: date) -> Said:
        if part is None or row not in part.stands:
            return Said(wording)
        _, ruling = part.rule(row, day)
        return Said(wording, part.verdict(row, day).period, ruling)


_KINDS = {
    SubjectKind.PERSON: {"posts"},
    SubjectKind.CONTRACT: {"contracts", "acts", "funds"},
    SubjectKind.VISIT: {"visits"},
    SubjectKind.COURSE: {"courses"},
    SubjectKind.CANDIDATE: {"candidates"},
    SubjectKind.BENEFICIARY: {"beneficiaries"},
    SubjectKind.HOUSEHOLD: {"beneficiaries"},
}
_BEGINNINGS = {kind: _KINDS.get(kind, {"units"}) for kind in SubjectKind}
"""The records that say when subjects of a kind began (db/measures/beginnings.py)."""


class Text:
    """The plan as it reads from day to day, and what it asks: `obligations` by the key of the obligation."""

    def __init__(self, connection: Connection, plan: Plan, make: MakeRows) -> None:
        self._connection, self._make = connection, make
        self.plan = self._base = plan = plan_on(plan, date.min)
        self.obligations: dict[str, ObligationRows] = {o.key: make(plan, o) for o in plan.obligations}
        self._decided_by = {amendment.key for amendment in plan.amendments}
        self._dates = {amendment.date for amendment in in_order(plan)}

    def turns(self, day: date, seen: int, touched: Touched, first: date) -> set[str]:
        """Reads the plan of the day and gives the obligations that are asked otherwise from today on."""
        decided = any(touch.own in self._decided_by for touch in touched.get("acts", ()))
        if not (self._base.amendments and (day == first or day in self._dates or decided)):
            return set()
        plan = plan_known(self._connection, self._base, day, seen)
        anew = {o.key: o for o in plan.obligations if self._differs(plan, o)}
        self.plan = plan
        for key, obligation in anew.items():
            self.obligations[key] = self._made(obligation)
        return set(anew)

    def _differs(self, plan: Plan, obligation: Obligation) -> bool:
        """A decision moves what is amended; the rest of a plan is itself on every day."""
        key, old = obligation.key, self.obligations.get(obligation.key)
        if old is None or old.obligation != obligation:
            return True
        wordings = plan.wordings(key)
        return len(wordings) > 1 and (wordings != self.plan.wordings(key) or plan.moves != self.plan.moves)

    def _made(self, obligation: Obligation) -> ObligationRows:
        wordings = self.plan.wordings(obligation.key)
        if len(wordings) == 1:
            return self._make(self.plan, obligation)
        return AmendedRows(self._connection, self.plan, obligation, self._make)
