"""What may have changed since a judgement: the records known otherwise since then, and the days that have passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, text

from db.changes import ENDS, GROUPED, NAMES, STARTS, Alike, Groups, aged, known, touches
from db.columns import day_number
from db.intake import RECORDS
from db.measures import kept
from db.measures.reading import Reading, Touch, Touched
from db.measures.scope import Reach, Scope, reach_of
from policy.plan import Obligation
from policy.recurrence import Recurrence

YEARS = 9999
"""The last number of a period that is a year."""
KNOWN = "(known_from > :heard AND known_from <= :known) OR (known_to > :heard AND known_to <= :known)"


class Span(NamedTuple):
    """From one judgement to another: the ends of the days, and the seconds at which records were seen."""

    after: date
    until: date
    heard: int
    known: int

    @property
    def values(self) -> dict[str, int]:
        return {
            "after": day_number(self.after),
            "until": day_number(self.until),
            "heard": self.heard,
            "known": self.known,
        }


@dataclass(frozen=True)
class Since:
    """What a span of time touched. `kept` are the kinds of record on file now, `kept_before` those on file then; `groups`
    who belongs together, where anything was touched."""

    touched: Touched
    kept: frozenset[str]
    kept_before: frozenset[str]
    groups: Groups

    @cached_property
    def excused(self) -> set[str | None]:
        """The clauses an exception of which is touched."""
        return {touch.names[1] for touch in self.touched.get("exceptions", ())}

    @cached_property
    def alike(self) -> Alike:
        """The touches by what decides whether they matter: hundreds differ only in whom they are about."""
        found: Alike = {}
        for kind, each in self.touched.items():
            alike: dict[object, list[Touch]] = defaultdict(list)
            for touch in each:
                alike[touch.own, touch.dates].append(touch)
            found[kind] = list(alike.values())
        return found

    def tells_on(self, reads: Mapping[str, Reading]) -> bool:
        """Whether anything that was touched is read by what measures the obligation."""
        return any(reads[kind].minds(same[0]) for kind in reads.keys() & self.alike.keys() for same in self.alike[kind])

    def scope(self, obligation: Obligation, reads: Mapping[str, Reading], reach: Reach | None = None) -> Scope | None:
        """Whom the touched records can tell on, by the reach of the question or of what it counts; None for everybody."""
        reach = reach or reach_of(obligation)
        found = self.groups.scope(reach, self.alike, reads) if reach else None
        if found is None:
            return None
        # What is told by a unit alone is said of units of one kind.
        codes = found.codes & self.groups.units.get(obligation.subject, set()) if reach is Reach.SPOT else found.codes
        return Scope(found.reach, codes, _periods(found.periods, obligation.every))


def _periods(told: frozenset[int] | None, every: Recurrence | None) -> frozenset[int] | None:
    """None where nothing recurs, or where records tell on years and the obligation asks month by month."""
    if told is None or every is None:
        return None
    return told if all((number > YEARS) == (every.span == "month") for number in told) else None


def since(connection: Connection, city: str, span: Span) -> Since:
    touched: Touched = defaultdict(list)
    for kind in RECORDS:
        _touch(connection, city, kind, span, touched)
    before, now = (frozenset(kept(connection, city, second)) for second in (span.heard, span.known))
    return Since(dict(touched), now, before, _groups(connection, city, touched))


def _touch(connection: Connection, city: str, kind: str, span: Span, touched: Touched) -> None:
    begun = [f'("{column}" > :after AND "{column}" <= :until)' for column in STARTS[kind]]
    # The day after a last day makes the difference.
    ended = [f'("{column}" >= :after AND "{column}" < :until)' for column in ENDS.get(kind, ())]
    which = f"AND ({' OR '.join([KNOWN, *begun, *ended])})"
    values, first, last = span.values, day_number(span.after), day_number(span.until)
    for dated, known_from, known_to, touch in touches(connection, city, kind, which, values):
        touched[kind] += (aged(kind, touch, column, day) for column, day in dated if first < day <= last)
        if any(span.heard < second <= span.known for second in (known_from, known_to)):
            touched[kind].append(known(kind, touch))


def _groups(connection: Connection, city: str, touched: Touched) -> Groups:
    """Whose visits fall into one month matters where a visit is touched."""
    groups = Groups()
    for kind in GROUPED if "visits" in touched else [kind for kind in GROUPED if kind != "visits"] if touched else ():
        columns = [*NAMES[kind], *(["day"] if kind == "visits" else [])]
        query = f'SELECT DISTINCT {", ".join(columns)} FROM "{RECORDS[kind].name}" WHERE city = :city'
        for names in connection.execute(text(query), {"city": city}).tuples():
            groups.gather(kind, names, names[-1] if kind == "visits" else 0)
    if touched:
        groups.tie(connection, city)
    return groups
