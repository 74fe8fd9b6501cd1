"""What is ruled otherwise from day to day.

Production asks everything every morning. Here a question is asked again only of those whom a record of the day can
tell on, and a row is ruled again only once it can mean something else; tests hold both against asking everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from db import measures
from db.changes import Changes, changes
from db.columns import second_of
from db.measures.scope import COUNTED
from db.since import Since
from policy.assumption import Assumptions
from policy.calendar import at
from policy.levers import Key
from policy.plan import Obligation, Plan
from policy.verdict import Verdict
from tasks.rehearsal.amended import Text
from tasks.rehearsal.rows import AssumedRows, CountedRows, Morning, ObligationRows, Row
from tasks.rehearsal.supposed import Supposed
from tasks.rounds import parts

CLOCK = time(8, 30)
"""When the daily round is held (prefect.yaml)."""
NOTHING = Assumptions()


@dataclass(frozen=True)
class Stretch:
    """A plan played from `first` to `last`, both inclusive. Each morning knows what had become known by then; with
    `known_at` every morning knows what was known at that instant."""

    plan: Plan
    first: date
    last: date
    known_at: datetime | None = None
    assumed: Assumptions = NOTHING

    @property
    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def changes(self, connection: Connection) -> Changes:
        return changes(connection, self.plan.key, self.first, self.last, CLOCK)

    def seen(self, day: date) -> int:
        """Up to which second the morning of a day knows what was recorded."""
        return second_of(self.known_at or at(day, CLOCK))


@dataclass(frozen=True, slots=True)
class Ruled:
    """One morning. `verdicts` are those that differ from the morning before, `gone` what is judged no more.

    `plan` is the text that holds from today on, None where it is yesterday's; `anew` are the obligations that it words
    otherwise.
    """

    day: date
    plan: Plan | None
    anew: frozenset[str]
    verdicts: tuple[Verdict, ...]
    gone: tuple[Key, ...]


def rulings(connection: Connection, stretch: Stretch) -> Iterator[Ruled]:
    """Morning after morning."""
    found = Rulings(connection, stretch)
    return (found.on(day) for day in stretch.days)


class Rulings:
    """The rows of every obligation, and the days on which they are asked or ruled again."""

    def __init__(self, connection: Connection, stretch: Stretch) -> None:
        self._connection, self._stretch = connection, stretch
        self._changes = stretch.changes(connection)
        self._supposed = Supposed(connection, stretch.plan, stretch.assumed, stretch.seen(stretch.last))
        self.text = Text(connection, stretch.plan, self._rows_of)
        self.obligations = self.text.obligations
        self._to_rule: dict[date, set[Key]] = defaultdict(set)
        self._for_all: dict[date, dict[str, frozenset[int]]] = defaultdict(dict)
        self._expect(self.obligations)

    def _rows_of(self, plan: Plan, obligation: Obligation) -> ObligationRows:
        assumption = self._supposed.of_duty(obligation.key)
        if assumption is None:
            counted = obligation.check.asks in COUNTED
            return (CountedRows if counted else ObligationRows)(self._connection, plan, obligation)
        began = self._supposed.began(obligation.subject)
        return AssumedRows(self._connection, plan, obligation, assumption, began)

    def _expect(self, duties: Iterable[str]) -> None:
        """Writes down the days on which these obligations mean something else for everybody, and in which periods."""
        for duty in duties:
            for day, period in self.obligations[duty].days(self._stretch.first, self._stretch.last):
                turns = self._for_all[day]
                turns[duty] = turns.get(duty, frozenset()) | {period}

    def on(self, day: date) -> Ruled:
        """One morning: what is asked anew, and what that means."""
        seen, touched = self._stretch.seen(day), self._changes.days.get(day, {})
        before, plan = dict(self.obligations), self.text.plan
        anew = frozenset(self.text.turns(day, seen, touched, self._stretch.first))
        stood = {duty: before[duty].stands.keys() for duty in anew & before.keys()}
        self._expect(anew)
        kept = frozenset(measures.kept(self._connection, plan.key, seen))
        morning = Morning(day, seen, Since(touched, kept, kept, self._changes.groups), self._turning(day))
        verdicts, gone = self._asked(morning, stood)
        verdicts += self._ruled_again(day)
        turned = self.text.plan if self.text.plan is not plan else None
        return Ruled(day, turned, anew, tuple(verdicts), tuple(gone))

    def _turning(self, day: date) -> Mapping[str, frozenset[int]]:
        return self._for_all.get(day, {})

    def _asked(self, morning: Morning, stood: Mapping[str, Collection[Row]]) -> tuple[list[Verdict], list[Key]]:
        """Of the obligations that have begun; `stood` are the rows by the text of yesterday, where it has turned."""
        verdicts: list[Verdict] = []
        gone: list[Key] = []
        for part in parts(self.text.plan, morning.day):
            for asked in (self.obligations[o.key] for o in part.obligations):
                duty, changed = asked.obligation.key, asked.hold(morning)
                verdicts += self._ruled(asked, changed, morning.day)
                if asked.gone or duty in stood:
                    lost = (row for row in stood.get(duty, ()) if row not in asked.stands)
                    gone += ((duty, *row) for row in {*asked.gone, *lost})
        return verdicts, gone

    def _ruled_again(self, day: date) -> Iterator[Verdict]:
        again: dict[str, set[Row]] = defaultdict(set)
        for duty, subject, number in self._to_rule.pop(day, ()):
            again[duty].add((subject, number))
        for duty, rows in again.items():
            yield from self._ruled(self.obligations[duty], rows, day)

    def _ruled(self, asked: ObligationRows, rows: Iterable[Row], day: date) -> Iterator[Verdict]:
        for row in rows:
            if row not in asked.stands:
                continue
            before, now = asked.rule(row, day)
            until = asked.stands[row].until
            if until <= self._stretch.last:
                self._to_rule[until].add((asked.obligation.key, *row))
            if before is not now:
                yield asked.verdict(row, day)
