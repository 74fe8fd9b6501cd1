"""Who is who on a day, read from the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from db.columns import day_number, day_of
from db.measures.current import quoted, with_parts
from db.measures.reading import Reading, Touched, readings
from policy.directory import POST_OF, Directory, Tree, Turn, UnitCard

UNITS = "SELECT code, name, kind, parent FROM units ORDER BY code"

# These hold from the last column but one to the last, both inclusive.
OPEN = "SELECT code, opens, closes - 1 FROM units"
HOLDERS = (
    f"SELECT post, unit, person, starts, ends FROM posts WHERE post IN ({quoted(POST_OF.values())}) "
    "ORDER BY starts, person"
)
SUPERVISORS = (
    "SELECT station, supervisor, starts, ends, starts, 99991231 FROM assignments ORDER BY starts DESC, supervisor"
)
# Whoever serves a village: posted there, at its point, or dispatched by a town to its villages (`_carers`).
CARING = (
    "SELECT unit, person, post, starts, ends FROM posts WHERE post IN ('service', 'relief_worker') ORDER BY person DESC"
)
# The part `catchments` on every day.
CATCHMENTS = (
    "SELECT code, point, COALESCE(covered_from, 0), CASE WHEN covered_to < closes THEN covered_to ELSE closes END - 1 "
    "FROM units WHERE kind = 'village' AND point IS NOT NULL"
)
EMPLOYERS = (
    "SELECT c.code, c.person, c.employer, c.starts_on, 99991231 FROM contracts c "
    "JOIN units u ON u.code = c.employer AND u.kind = 'agency' ORDER BY c.starts_on, c.code"
)
DATED = (OPEN, HOLDERS, SUPERVISORS, CARING, CATCHMENTS, EMPLOYERS)

# A worker's own post says where she belongs; of several the one begun last.
PEOPLE = (
    "SELECT p.person, p.unit, n.name FROM posts p LEFT JOIN people n ON n.code = p.person ORDER BY p.starts, p.unit"
)
NAMES = "SELECT code, name FROM people"
CONTRACTS = "SELECT code, person, employer FROM contracts"
# A purchase contract is the act of signing it (contract 3): its code, the county that buys.
PURCHASES = "SELECT code, subject FROM acts WHERE subject IN (SELECT code FROM units WHERE kind = 'county')"
VISITS = "SELECT visit, station, MIN(day) FROM visits GROUP BY visit, station"
BENEFICIARIES = "SELECT code, household, village FROM beneficiaries"
CANDIDATES = "SELECT DISTINCT code, person FROM candidates"
BODIES = (UNITS, *DATED, PEOPLE, NAMES, CONTRACTS, PURCHASES, VISITS, BENEFICIARIES, CANDIDATES)

Rows = list[tuple[Any, ...]]
Named = tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]


def directory(connection: Connection, city: str, as_of: date, seen: int) -> Directory:
    """The directory at the end of `as_of` by records seen at `seen`. Some 3,000 rows for a city."""
    return Directories(connection, city).on(as_of, seen)


class Directories:
    """One directory after the other, as days pass: what no record has touched since is not read again."""

    def __init__(self, connection: Connection, city: str) -> None:
        self._connection, self._city = connection, city
        self._read: dict[str, Rows] = {}
        self._rows: dict[str, Rows] = {}
        self._pieces: dict[Callable[..., Any], tuple[tuple[Any, ...], Any]] = {}
        self._latest: tuple[tuple[Any, ...], Directory] | None = None

    def on(self, as_of: date, seen: int, touched: Touched | None = None) -> Directory:
        """`touched` is what came of age or became known since the last answer; without it everything is read."""
        touched = touched if self._latest else None
        for body in BODIES:
            if _corrected(body, touched):
                self._read[body] = self._asked(body, seen)
            if touched is None or not touched.keys().isdisjoint(_reads(body)):
                self._hold(body, day_number(as_of))
        units = self._piece(_units, self._piece(_tree, UNITS), OPEN)
        called = self._piece(_called, UNITS)
        about = self._piece(_about_people, NAMES, PEOPLE, CONTRACTS)
        unit_of, names = self._piece(
            _merged,
            about,
            self._piece(_about_purchases, PURCHASES, called),
            self._piece(_about_visits, VISITS, called),
            self._piece(_about_beneficiaries, BENEFICIARIES),
            self._piece(_about_candidates, CANDIDATES, about),
        )
        return self._same(
            units,
            self._piece(_holders, HOLDERS),
            self._piece(_turns, SUPERVISORS),
            self._piece(_carers, CARING, CATCHMENTS, self._piece(_villages, UNITS)),
            unit_of,
            names,
            self._piece(_employers, EMPLOYERS, CANDIDATES),
        )

    def _same(self, *pieces: Any) -> Directory:
        """The directory of the call before where nothing has changed: it knows its answers."""
        if self._latest is None or any(old is not new for old, new in zip(self._latest[0], pieces, strict=True)):
            self._latest = pieces, Directory(*pieces)
        return self._latest[1]

    def _asked(self, body: str, seen: int) -> Rows:
        values = {"city": self._city, "known": seen}
        return [tuple(row) for row in self._connection.execute(text(_statement(body)), values).all()]

    def _hold(self, body: str, day: int) -> None:
        """What of the rows holds on a day; where that is what did before, it is the same list."""
        rows = self._read[body]
        found = [row[:-2] for row in rows if row[-2] <= day <= row[-1]] if body in DATED else rows
        if self._rows.get(body) != found:
            self._rows[body] = found

    def _piece(self, build: Callable[..., Any], *given: Any) -> Any:
        """What says the same as before is the same piece."""
        parts = tuple(self._rows[one] if isinstance(one, str) else one for one in given)
        before = self._pieces.get(build)
        if before is None or any(old is not new for old, new in zip(before[0], parts, strict=True)):
            made = build(*parts)
            self._pieces[build] = before = (parts, before[1] if before and before[1] == made else made)
        return before[1]


@cache
def _statement(body: str) -> str:
    return with_parts({}, body)


@cache
def _reads(body: str) -> dict[str, Reading]:
    return readings(_statement(body))


def _corrected(body: str, touched: Touched | None) -> bool:
    """No statement names a day: what a record says of its own time is no news."""
    return touched is None or any(
        any(map(reading.minds, touched.get(kind, ()))) for kind, reading in _reads(body).items()
    )


def _tree(rows: Rows) -> Tree:
    return Tree({code: UnitCard(code, name, kind, parent) for code, name, kind, parent in rows})


def _units(tree: Tree, opened: Rows) -> Tree:
    return tree.with_open({code for (code,) in opened})


def _called(rows: Rows) -> dict[str, str]:
    return {code: name for code, name, *_ in rows}


def _holders(rows: Rows) -> dict[tuple[str, str], tuple[str, ...]]:
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for post, unit, person in rows:
        holders[post, unit].append(person)
    return {key: tuple(persons) for key, persons in holders.items()}


Villages = dict[str | None, list[str]]


def _villages(units: Rows) -> tuple[set[str], Villages]:
    """All of them, and those of each town."""
    of_town: Villages = defaultdict(list)
    for code, _, kind, parent in units:
        if kind == "village":
            of_town[parent].append(code)
    return {code for each in of_town.values() for code in each}, of_town


def _carers(caring: Rows, catchments: Rows, villages: tuple[set[str], Villages]) -> dict[str, str]:
    """Of several the first by code; the villages of a point as the part `village_workers` has them."""
    every, of_town = villages
    of_point: Villages = defaultdict(list)
    for village, point in catchments:
        of_point[point].append(village)
    found: dict[str, str] = {}
    for unit, person, post in caring:
        if post == "relief_worker" or unit in every:
            found[unit] = person
        for village in (of_town if post == "relief_worker" else of_point).get(unit, ()):
            found[village] = person
    return found


def _employers(rows: Rows, candidates: Rows) -> dict[tuple[str, str], str]:
    """The agencies that employ: each contract's, each person's latest, and that of the person a candidate became."""
    found: dict[tuple[str, str], str] = {}
    for code, person, employer in rows:
        found["contract", code] = found["person", person] = employer
    for code, person in candidates:
        if ("person", person) in found:
            found["candidate", code] = found["person", person]
    return found


def _turns(rows: Rows) -> dict[str, tuple[Turn, ...]]:
    turns: dict[str, list[Turn]] = defaultdict(list)
    for station, person, starts, ends in rows:
        turns[station].append(Turn(person, day_of(starts), day_of(ends)))
    return {station: tuple(each) for station, each in turns.items()}


# Subjects that are no units: the unit each belongs to, and what it is called.


def _about_people(people: Rows, posts: Rows, contracts: Rows) -> Named:
    names = {("person", code): name for code, name in people}
    unit_of = {("person", person): unit for person, unit, _ in posts}
    for code, person, employer in contracts:
        unit_of["contract", code] = unit_of.get(("person", person)) or employer
        names["contract", code] = f"{names.get(('person', person), person)}的合同"
    return unit_of, names


def _about_purchases(purchases: Rows, called: dict[str, str]) -> Named:
    unit_of = {("contract", code): county for code, county in reversed(purchases)}
    names = {("contract", code): f"{called.get(c, c)}的购买服务合同{code}" for code, c in reversed(purchases)}
    return unit_of, names


def _about_visits(visits: Rows, called: dict[str, str]) -> Named:
    unit_of = {("visit", visit): station for visit, station, _ in visits}
    days = ((visit, station, int(day)) for visit, station, day in visits)
    return unit_of, {
        ("visit", visit): f"{called.get(station, station)}{day // 100 % 100}月{day % 100}日督导"
        for visit, station, day in days
    }


def _about_beneficiaries(beneficiaries: Rows) -> Named:
    unit_of, names = {}, {}
    for code, household, village in beneficiaries:
        unit_of["beneficiary", code] = unit_of["household", household] = village
        names["beneficiary", code], names["household", household] = f"服务对象{code}", f"家庭{household}"
    return unit_of, names


def _about_candidates(candidates: Rows, about: Named) -> Named:
    names = {("candidate", code): f"应聘人员{code}" for code, _ in candidates}
    hired = ((code, about[0].get(("person", person))) for code, person in candidates)
    return {("candidate", code): unit for code, unit in hired if unit}, names


def _merged(people: Named, purchases: Named, *others: Named) -> Named:
    """A contract of employment goes before a purchase of the same code."""
    unit_of, names = {**purchases[0], **people[0]}, {**purchases[1], **people[1]}
    for units, called in others:
        unit_of |= units
        names |= called
    return unit_of, names
