"""What one obligation asks, day by day: its measured rows as they stand, kept by asking again only about what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db.changes import Groups
from db.measures import Asker, absent_of, excused_of, question_of
from db.measures.scope import COUNTED, Reach, Scope, reads
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
    everybody from today on, with the periods of which it does (0 for all)."""

    day: date
    seen: int
    since: Since
    turning: Mapping[str, frozenset[int]]


class ObligationRows:
    """The rows of one obligation. What is asked of whom on a day is for the caller to say; see rulings.py."""

    counts: Reach | None = None

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
        """Asks what has to be asked today, and gives the rows whose measure or excuse is another than it was, or of which
        the question means something else."""
        o = self.obligation
        since, absent = morning.since, absent_of(o, morning.since.kept)
        turned = morning.turning.get(o.key, frozenset())
        self.gone = []
        if not self.begun or absent != self.absent or 0 in turned:
            return self._hold_all(morning, absent)
        changed = self._excuse(morning) if o.clause in since.excused else set()
        for scope in self._scopes(since, turned):
            changed |= self._ask(morning, scope)
        return changed | {row for row in self.stands if row[1] in turned} if turned else changed

    def _hold_all(self, morning: Morning, absent: tuple[str, ...]) -> set[Row]:
        if absent != self.absent or not self.begun or self.obligation.clause in morning.since.excused:
            self.absent = absent
            self.excused = self._excused_now(morning)
            self._ruled.clear()
        self._ask(morning, None)
        return set(self.stands)

    def _scopes(self, since: Since, turned: frozenset[int]) -> list[Scope | None]:
        """Of whom it is asked today, None for all: the periods that turn, and whom a record can tell on."""
        scopes: list[Scope | None] = [Scope(Reach.EVERYBODY, frozenset(), turned)] if turned else []
        if since.tells_on(self.reads):
            told = since.scope(self.obligation, self.reads, self.counts)
            scopes = [None] if told is None else [*scopes, told] if told.codes else scopes
        return scopes

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
        gone = [row for row in self._covered(morning.since.groups, scope) if row not in found]
        for row in gone:
            del self.stands[row]
            self._numbers[row[0]].discard(row[1])
        self.gone += gone
        return self._measured(found, morning.day)

    def _measured(self, found: Mapping[Row, Facts], day: date) -> set[Row]:
        changed = set()
        for row, facts in found.items():
            stand = self.stands.get(row)
            if stand is None or stand.facts != facts:
                self._numbers[row[0]].add(row[1])
                # The ruling is made by `rule`, which the caller calls for every row given here.
                self.stands[row] = Stand(facts, stand.ruling if stand else UNRULED, day)
                changed.add(row)
        return changed

    def _covered(self, groups: Groups, scope: Scope | None) -> Iterable[Row]:
        if scope is None:
            return list(self.stands)
        if scope.reach in (Reach.MONTH, Reach.EVERYBODY):
            return [row for row in self.stands if scope.periods and row[1] in scope.periods]
        numbers = ((subject, n) for subject in groups.subjects(scope) for n in self._numbers.get(subject, ()))
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

    def days(self, first: date, last: date) -> Iterator[tuple[date, int]]:
        return turning_days(self.obligation, first, last)

    def _period(self, number: int, day: date) -> Period | None:
        if number and number not in self._periods:
            self._periods = periods_of(self.obligation, day)
        return self._periods.get(number)


class CountedRows(ObligationRows):
    """A count over the city: what is counted is asked of those touched, and the count is kept."""

    def __init__(self, connection: Connection, plan: Plan, obligation: Obligation) -> None:
        super().__init__(connection, plan, obligation)
        self.counts = COUNTED[obligation.check.asks]
        self._items: dict[str, list[Any]] = {}
        self._days: Counter[Any] = Counter()

    def _ask(self, morning: Morning, scope: Scope | None) -> set[Row]:
        self._count(morning, scope)
        if scope is None:
            return super()._ask(morning, None)
        return self._measured(dict.fromkeys(self.stands, self._facts()), morning.day)

    def _count(self, morning: Morning, scope: Scope | None) -> None:
        for code in list(self._items) if scope is None else scope.codes:
            self._days.subtract(self._items.pop(code, ()))
        for code, _, (day,) in self._asker.ask(self.obligation, morning.day, morning.seen, scope, items=True):
            self._items.setdefault(code, []).append(day)
            self._days[day] += 1

    def _facts(self) -> Facts:
        """As `measures.question.whole` has them worked out by the database."""
        need, missing = self._days.total(), self._days[None]
        last = None if missing else max((day for day, times in self._days.items() if times), default=None)
        return None, need, need - missing, last


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
