"""What one obligation asks, day by day: its measured rows as they stand, kept by asking again only about what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from db.changes import Groups
from db.measures import Asker, absent_of, excused_of, question_of
from db.measures.scope import Reach, Scope, reads
from db.since import Since
from policy.assumption import Assumption, assumed
from policy.judge import Facts, assumed_until, case_of, opens_for, periods_of, ruled, stands_until, turning_days
from policy.plan import Obligation, Plan
from policy.recurrence import Period
from policy.verdict import Ruling, Verdict
from policy.words import Status

Row = tuple[str, int]
"""A subject and the number of a period."""
UNRULED = Ruling(Status.NOT_APPLICABLE, "")
"""Stands until the first ruling; no row is left so for a morning."""


@dataclass(slots=True)
class Stand:
    """What a row measures, what that means, and the first day on which the same measure may mean something else."""

    facts: Facts
    ruling: Ruling
    until: date


@dataclass(frozen=True)
class Morning:
    """What one day brings: what was touched since yesterday, and the obligations whose question means something else for
    everybody from today on."""

    day: date
    seen: int
    since: Since
    turning: Collection[str]


class ObligationRows:
    """The rows of one obligation. What is asked of whom on a day is for the caller to say; see rulings.py."""

    def __init__(self, connection: Connection, plan: Plan, obligation: Obligation) -> None:
        self.connection, self.plan, self.obligation = connection, plan, obligation
        self.reads = reads(obligation, question_of(plan, obligation))
        self.absent: tuple[str, ...] = ()
        self.excused: frozenset[str] = frozenset()
        self.stands: dict[Row, Stand] = {}
        self.begun = False
        self.gone: list[Row] = []
        self._asker = Asker(connection, plan)
        self._numbers: dict[str, set[int]] = defaultdict(set)
        self._ruled: dict[tuple[int, bool, Facts], tuple[Ruling, date]] = {}
        self._periods = periods_of(obligation, date.min)

    def hold(self, morning: Morning) -> set[Row]:
        """Asks what has to be asked today, and gives the rows whose measure or excuse is another than it was."""
        o = self.obligation
        since, absent = morning.since, absent_of(o, morning.since.kept)
        self.gone = []
        if self.begun and absent == self.absent and o.key not in morning.turning:
            changed = self._excuse(morning) if o.clause in since.excused else set()
            if since.tells_on(self.reads):
                changed |= self._ask(morning, since.scope(o, self.reads))
            return changed
        if absent != self.absent or not self.begun or o.clause in since.excused:
            self.absent = absent
            self.excused = self._excused_now(morning)
            self._ruled.clear()
        self._ask(morning, None)
        return set(self.stands)

    def _excused_now(self, morning: Morning) -> frozenset[str]:
        return excused_of(self.connection, self.plan.key, self.obligation.clause, morning.day, morning.seen)

    def _excuse(self, morning: Morning) -> set[Row]:
        now = self._excused_now(morning)
        differs, self.excused = now ^ self.excused, now
        return {row for row in self.stands if row[0] in differs}

    def _ask(self, morning: Morning, scope: Scope | None) -> set[Row]:
        """Asks anew, of everybody or of a few, and gives the rows whose measure is another than it was."""
        self.begun = True
        found = {row[:2]: row[2] for row in self._asker.ask(self.obligation, morning.day, morning.seen, scope)}
        self.gone = [row for row in self._covered(morning.since.groups, scope) if row not in found]
        for row in self.gone:
            del self.stands[row]
            self._numbers[row[0]].discard(row[1])
        changed = set()
        for row, facts in found.items():
            stand = self.stands.get(row)
            if stand is None or stand.facts != facts:
                self._numbers[row[0]].add(row[1])
                # The ruling is made by `rule`, which the caller calls for every row given here.
                self.stands[row] = Stand(facts, stand.ruling if stand else UNRULED, morning.day)
                changed.add(row)
        return changed

    def _covered(self, groups: Groups, scope: Scope | None) -> Iterable[Row]:
        if scope is None:
            return list(self.stands)
        numbers = ((subject, n) for subject in groups.subjects(scope) for n in self._numbers.get(subject, ()))
        if scope.reach is Reach.MONTH:
            return [row for row in self.stands if scope.periods and row[1] in scope.periods]
        return [row for row in numbers if scope.periods is None or row[1] in scope.periods]

    def rule(self, row: Row, day: date) -> tuple[Ruling, Ruling]:
        """The ruling before and the ruling now. Rows of equal measure share one."""
        stand, excused = self.stands[row], row[0] in self.excused
        before, key = stand.ruling, (row[1], excused, stand.facts)
        known = self._ruled.get(key)
        if known is None or known[1] <= day:
            case = case_of(self.plan, self.obligation, self._period(row[1], day), excused, day)
            ruling = ruled(self.obligation, stand.facts, self.absent, case)
            known = self._ruled[key] = (ruling, stands_until(self.obligation, stand.facts, ruling, case))
        stand.ruling, stand.until = known
        return before, stand.ruling

    def verdict(self, row: Row, day: date) -> Verdict:
        o = self.obligation
        return Verdict(o.key, o.clause, o.subject, row[0], self._period(row[1], day), self.stands[row].ruling)

    def days(self, first: date, last: date) -> Iterator[date]:
        return turning_days(self.obligation, first, last)

    def _period(self, number: int, day: date) -> Period | None:
        if number and number not in self._periods:
            self._periods = periods_of(self.obligation, day)
        return self._periods.get(number)


class AssumedRows(ObligationRows):
    """An obligation of which something is assumed: the rows are asked of the records, what they mean is not."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        obligation: Obligation,
        assumption: Assumption,
        began: Mapping[str, date],
    ) -> None:
        super().__init__(connection, plan, obligation)
        self.assumption, self.began = assumption, began

    def rule(self, row: Row, day: date) -> tuple[Ruling, Ruling]:
        stand, excused = self.stands[row], row[0] in self.excused
        case = case_of(self.plan, self.obligation, self._period(row[1], day), excused, day)
        began = opens_for(self.plan, self.obligation, self.began.get(row[0]))
        before, counted = stand.ruling, ruled(self.obligation, stand.facts, (), case)
        stand.ruling = assumed(counted, case, self.assumption, began)
        stand.until = assumed_until(self.obligation, stand.facts, counted, case, self.assumption, began)
        return before, stand.ruling
