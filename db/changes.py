"""Which records can turn an answer on which day: the days they name, and the days on which they become known.

Read once for a whole span of days, so that a day on which nothing is said need not be asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, text

from db.columns import FOR_EVER, day_of, second_of
from db.intake import RECORDS
from db.measures.reading import OWN_KIND, Reading, Touch, Touched
from db.measures.scope import Reach, Scope
from policy.calendar import at, civil_day

STARTS: dict[str, tuple[str, ...]] = {
    "units": ("opened_on", "closed_on", "covered_from", "covered_to"),
    "people": ("graduated_on",),
    "posts": ("starts_on",),
    "contracts": ("starts_on",),
    "certificates": ("issued_on",),
    "trainings": ("day",),
    "courses": ("held_on",),
    "assignments": ("starts_on",),
    "visits": ("day",),
    "assessments": ("held_on",),
    "reports": ("sent_on", "received_on"),
    "acts": ("on",),
    "exceptions": ("approved_on",),
    "leaves": ("starts_on",),
    "beneficiaries": ("registered_on", "removed_on", "file_on", "plan_on", "visited_on", "served_on"),
    "candidates": ("applied_on", "step_on"),
    "funds": ("on",),
}
"""Columns whose day itself makes the difference."""
ENDS: dict[str, tuple[str, ...]] = {
    "posts": ("ends_on",),
    "contracts": ("ends_on", "ended_on"),
    "certificates": ("valid_to",),
    "assignments": ("ends_on",),
    "exceptions": ("expires_on",),
    "leaves": ("ends_on",),
}
"""Last days: the day after makes the difference."""
NAMES: dict[str, tuple[str, ...]] = {
    "units": ("code", "parent", "point", "kind"),
    "people": ("code",),
    "posts": ("person", "unit"),
    "contracts": ("person", "code", "employer"),
    "certificates": ("person",),
    "trainings": ("person",),
    "courses": ("code",),
    "assignments": ("supervisor", "station"),
    "visits": ("visit", "station"),
    "assessments": ("subject",),
    "reports": ("from_unit",),
    "acts": ("subject",),
    "exceptions": ("subject", "clause"),
    "leaves": ("person", "substitute"),
    "beneficiaries": ("code", "village", "household"),
    "candidates": ("code", "person"),
    "funds": ("unit",),
}
"""What a record is about, in codes."""
NOTHING: Mapping[str, int] = {}
GROUPED = ("posts", "contracts", "units", "leaves", "visits")
"""The kinds whose records put codes together."""
PERIODIC = {"trainings": 10000, "posts": 10000, "leaves": 10000, "visits": 100}
"""What comes of age on a day tells on the year or month of that day alone; the divisor that gives its number. Of years
that are over one asks who was on post at their end, and what was planned was known before."""


Alike = dict[str, list[list[Touch]]]
"""Touches by kind of record, together those that matter to the same questions."""


@dataclass(frozen=True)
class Changes:
    """By day and record kind what is touched; and the groups within which one record can tell on another."""

    days: dict[date, Touched]
    groups: Groups


class Groups:
    """Who belongs together whatever the day: the units of one town, a worker and whoever stood in, a month's visits."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._members: dict[str, set[str]] = defaultdict(set)
        self.posts: dict[str, set[str]] = defaultdict(set)
        self.persons: dict[str, set[str]] = defaultdict(set)
        self.below: dict[str, set[str]] = defaultdict(set)
        self.contracts: dict[str, set[str]] = defaultdict(set)
        self.visits: dict[str, set[str]] = defaultdict(set)
        self.months: dict[int, set[str]] = defaultdict(set)
        self.month: dict[str, set[int]] = defaultdict(set)
        self.units: dict[str, set[str]] = defaultdict(set)

    def join(self, one: str, other: str) -> None:
        first, second = self.of(one), self.of(other)
        if first != second:
            self._above[second] = first

    def of(self, code: str) -> str:
        """The name of a code's group: one of its members."""
        while (above := self._above.get(code, code)) != code:
            self._above[code] = self._above.get(above, above)
            code = above
        return code

    def gather(self, kind: str, names: tuple[str | None, ...], day: int) -> None:
        """Takes in who one record puts together; `day` is that of a session."""
        if kind == "posts" and names[0] and names[1]:
            self.posts[names[0]].add(names[1])
            self.persons[names[1]].add(names[0])
        elif kind == "contracts" and names[0] and names[1]:
            self.contracts[names[0]].add(names[1])
            self.persons[names[2] or ""].add(names[0])
        elif kind == "units":
            self.units[names[3] or ""].add(names[0] or "")
            self.below[names[1] or ""].add(names[0] or "")
        elif kind == "leaves" and names[0] and names[1]:
            self.join(names[0], names[1])
        elif kind == "visits" and names[0]:
            # A visit belongs to the month of its first session, which another version may put elsewhere.
            self.months[day // 100].add(names[0])
            self.month[names[0]].add(day // 100)
            self.visits[names[1] or ""].add(names[0])

    def tie(self, connection: Connection, city: str) -> None:
        """Once all is gathered: units of one town are one group; county and city stand alone. Persons tied by leaves are one."""
        kinds = dict(
            connection.execute(text("SELECT code, kind FROM unit WHERE city = :city"), {"city": city}).tuples().all()
        )
        query = text("SELECT code, parent, point FROM unit WHERE city = :city")
        for code, parent, point in connection.execute(query, {"city": city}):
            if parent and kinds.get(parent) in ("township", "station", "point"):
                self.join(parent, code)
            if point:
                self.join(point, code)
        self.settle()

    def settle(self) -> None:
        """Once everything is joined: lists the members of each group."""
        for code in self._above:
            self._members[self.of(code)] |= {code, self.of(code)}

    def whole(self, codes: Iterable[str]) -> frozenset[str]:
        """All members of the groups of these codes, and the codes themselves."""
        found: set[str] = set()
        for code in codes:
            found.add(code)
            found |= self._members.get(self.of(code), set())
        return frozenset(found)

    def beside(self, visit: str, station: str) -> set[str]:
        """The visits to a station in the months of one of them."""
        return self.visits[station].intersection(v for month in self.month[visit] for v in self.months[month])

    def engaged(self, unit: str) -> Iterator[str]:
        """Whoever was ever posted at this unit or directly below it, or employed by it."""
        for one in (unit, *self.below.get(unit, ())):
            yield from self.persons.get(one, ())

    def scope(self, reach: Reach, touched: Alike, kinds: Mapping[str, Reading]) -> Scope | None:
        """Whom the touched records of these kinds can tell on; None where that is everybody."""
        codes: set[str] = set()
        periods: set[int] | None = set()
        for kind, touch in _minded(touched, kinds):
            finder = FINDERS.get((reach, kind))
            found = finder(self, touch) if finder else None
            if found is None:
                return None
            codes.update(code for code in found if code)
            periods = periods | {touch.period} if periods is not None and touch.period else None
        if reach is Reach.MONTH:
            months = {month for visit in codes for month in self.month[visit]}
            return Scope(reach, frozenset(v for month in months for v in self.months[month]), frozenset(months))
        whole = frozenset(codes) if reach is Reach.SPOT else self.whole(codes)
        return Scope(reach, whole, frozenset(periods) if periods is not None else None)

    def subjects(self, scope: Scope) -> frozenset[str]:
        """Every subject a row of this scope can be about: those in it, and the contracts of persons."""
        if scope.reach is not Reach.PERSON:
            return scope.codes
        return scope.codes.union(*(self.contracts.get(code, ()) for code in scope.codes))


def _minded(touched: Alike, kinds: Mapping[str, Reading]) -> Iterator[tuple[str, Touch]]:
    """What is read of what was touched, with its kind."""
    for kind in kinds.keys() & touched.keys():
        for alike in touched[kind]:
            if kinds[kind].minds(alike[0]):
                yield from ((kind, touch) for touch in alike)


def _named(*places: int) -> Callable[[Groups, Touch], Iterator[str | None]]:
    return lambda groups, touch: (touch.names[place] for place in places)


FINDERS: dict[tuple[Reach, str], Callable[[Groups, Touch], Iterable[str | None] | None]] = {
    **{(Reach.PERSON, kind): _named(0) for kind in ("posts", "trainings", "certificates", "contracts", "assessments")},
    (Reach.PERSON, "leaves"): _named(0, 1),
    (Reach.PERSON, "units"): lambda groups, touch: groups.engaged(touch.names[0] or ""),
    (Reach.PERSON, "candidates"): lambda groups, touch: [touch.names[1] or touch.names[0]],
    # Whatever is counted over the city is said of it.
    (Reach.PLACE, "units"): lambda groups, touch: None if touch.names[3] == "city" else touch.names[:3],
    (Reach.PLACE, "posts"): _named(1),
    (Reach.PLACE, "acts"): _named(0),
    (Reach.PLACE, "assignments"): _named(1),
    (Reach.PLACE, "assessments"): _named(0),
    (Reach.PLACE, "beneficiaries"): _named(1),
    (Reach.PLACE, "leaves"): lambda groups, touch: groups.posts[touch.names[0] or ""],
    **{(Reach.SPOT, kind): _named(0) for kind in ("units", "acts", "assessments")},
    **{(Reach.SPOT, kind): _named(1) for kind in ("posts", "beneficiaries")},
    (Reach.BENEFICIARY, "beneficiaries"): _named(0),
    (Reach.BENEFICIARY, "acts"): _named(0),
    (Reach.HOUSEHOLD, "beneficiaries"): lambda groups, touch: [touch.names[2] or touch.names[0]],
    (Reach.CANDIDATE, "candidates"): _named(0),
    (Reach.MONTH, "visits"): _named(0),
    # Visits are owed to stations alone.
    (Reach.MONTH, "units"): lambda groups, touch: None if touch.names[3] == "station" else (),
    (Reach.STATION, "visits"): lambda groups, touch: groups.beside(touch.names[0] or "", touch.names[1] or ""),
}
"""Which codes a record of a kind names for a reach; None, and a kind that is not here, tells on everybody."""


def changes(connection: Connection, city: str, first: date, last: date, clock: time) -> Changes:
    """Everything that is touched after `first` up to `last`, by the rounds held each day at `clock`."""
    days: dict[date, Touched] = defaultdict(lambda: defaultdict(list))
    groups = Groups()
    for kind in RECORDS:
        for dated, known_from, known_to, touch in touches(connection, city, kind):
            groups.gather(kind, touch.names, dated[0][1] if kind == "visits" else 0)
            for column, number in dated:
                if number < 99991231 and first < (day := day_of(number)) <= last:
                    days[day][kind].append(aged(kind, touch, column, number))
            for second in (known_from, known_to):
                if 0 < second < FOR_EVER and first < (day := seen_on(second, clock)) <= last:
                    days[day][kind].append(known(kind, touch))
    groups.tie(connection, city)
    return Changes({day: dict(kinds) for day, kinds in days.items()}, groups)


def touches(
    connection: Connection, city: str, kind: str, which: str = "", given: Mapping[str, int] = NOTHING
) -> Iterator[tuple[list[tuple[str, int]], int, int, Touch]]:
    """Every version of a kind, or those of which the SQL `which` is true: the days that matter to it with their columns,
    when it was known from and to, and what it touches."""
    starts, ends, names = STARTS[kind], ENDS.get(kind, ()), NAMES[kind]
    own = OWN_KIND.get(kind)
    columns = ["known_from", "known_to", *starts, *ends, *names, *([own] if own else [])]
    listed = ", ".join(f'"{column}"' for column in columns)
    query = text(f'SELECT {listed} FROM "{RECORDS[kind].name}" WHERE city = :city {which}')
    query = query.execution_options(yield_per=10_000)
    ended, named = 2 + len(starts), 2 + len(starts) + len(ends)
    for row in connection.execute(query, {"city": city, **given}):
        days = [(column, day) for column, day in zip(starts, row[2:ended], strict=True) if day]
        days += ((column, _next(d)) for column, d in zip(ends, row[ended:named], strict=True) if d and d < 99991231)
        own_word = row[-1] if own else None
        # A session counts in its year alone, whenever it becomes known.
        year = row[2] // 10000 if kind == "trainings" else 0
        yield days, row[0], row[1], Touch(tuple(row[named : named + len(names)]), own_word, year)


def known(kind: str, touch: Touch) -> Touch:
    """What is touched when a record becomes known, is corrected or is taken back."""
    return touch._replace(own=None) if kind == "units" else touch


def aged(kind: str, touch: Touch, column: str, number: int) -> Touch:
    """What is touched on the day of this number, which one of the record's columns names."""
    divisor = PERIODIC.get(kind)
    return touch._replace(period=number // divisor if divisor else 0, dates=(column,))


def _next(number: int) -> int:
    day = day_of(number) + timedelta(days=1)
    return day.year * 10000 + day.month * 100 + day.day


def seen_on(second: int, clock: time) -> date:
    """The day of the first round that knows what became known at this second."""
    day = civil_day(datetime.fromtimestamp(second, UTC))
    return day if second <= second_of(at(day, clock)) else day + timedelta(days=1)
