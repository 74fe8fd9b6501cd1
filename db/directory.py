"""Who is who on a day, read from the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from db.columns import day_number, day_of
from db.measures.current import with_parts
from policy.directory import POST_OF, Directory, Turn, UnitCard

HOLDERS = "SELECT post, unit, person FROM posts_now ORDER BY starts, person"
SUPERVISORS = (
    "SELECT station, supervisor, starts, ends FROM assignments WHERE starts <= :as_of ORDER BY starts DESC, supervisor"
)
CARERS = (
    "SELECT village, person FROM (SELECT village, person FROM village_workers UNION "
    "SELECT v.code, p.person FROM posts_now p JOIN units v ON v.code = p.unit "
    "OR (v.parent = p.unit AND v.kind = 'village') WHERE p.post = 'relief_worker') AS c ORDER BY person DESC"
)
# A worker's own post says where she belongs; of several the one begun last.
PEOPLE = (
    "SELECT p.person, p.unit, n.name FROM posts p LEFT JOIN people n ON n.code = p.person ORDER BY p.starts, p.unit"
)
NAMES = "SELECT code, name FROM people"
CONTRACTS = "SELECT code, person, employer FROM contracts"
# A purchase contract is the act of signing it (contract 3): its code, the county that buys.
PURCHASES = "SELECT a.code, a.subject FROM acts a JOIN units u ON u.code = a.subject AND u.kind = 'county'"
VISITS = "SELECT visit, station, MIN(day) FROM visits GROUP BY visit, station"
BENEFICIARIES = "SELECT code, household, village FROM beneficiaries"
CANDIDATES = "SELECT DISTINCT code, person FROM candidates"
EMPLOYERS = (
    "SELECT c.code, c.person, c.employer FROM contracts c JOIN units u ON u.code = c.employer AND u.kind = 'agency' "
    "WHERE c.starts_on <= :as_of ORDER BY c.starts_on, c.code"
)

Rows = Callable[[str], list[tuple[Any, ...]]]


def directory(connection: Connection, city: str, as_of: date, seen: int) -> Directory:
    """The directory at the end of `as_of` by records seen at `seen`. Some 3,000 rows for a city."""

    def rows(body: str) -> list[tuple[Any, ...]]:
        values = {"city": city, "known": seen, "as_of": day_number(as_of)}
        return list(connection.execute(text(with_parts({}, body)), values).tuples().all())

    units = {c: UnitCard(c, n, k, p) for c, n, k, p in rows("SELECT code, name, kind, parent FROM units")}
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for post, unit, person in rows(HOLDERS):
        if post in POST_OF.values():
            holders[post, unit].append(person)
    unit_of, names = _others(rows, {c.code: c.name for c in units.values()})
    return Directory(
        units,
        {key: tuple(persons) for key, persons in holders.items()},
        _turns(rows(SUPERVISORS)),
        dict(rows(CARERS)),
        unit_of,
        names,
        _employers(rows),
    )


def _employers(rows: Rows) -> dict[tuple[str, str], str]:
    """The agencies that employ: each contract's, each person's latest, and that of the person a candidate became."""
    found: dict[tuple[str, str], str] = {}
    for code, person, employer in rows(EMPLOYERS):
        found["contract", code] = found["person", person] = employer
    for code, person in rows(CANDIDATES):
        if ("person", person) in found:
            found["candidate", code] = found["person", person]
    return found


def _turns(rows: list[tuple[Any, ...]]) -> dict[str, tuple[Turn, ...]]:
    turns: dict[str, list[Turn]] = defaultdict(list)
    for station, person, starts, ends in rows:
        turns[station].append(Turn(person, day_of(starts), day_of(ends)))
    return {station: tuple(each) for station, each in turns.items()}


def _others(rows: Rows, unit_names: dict[str, str]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Units and names of the subjects that are no units: people, contracts, visits, households, candidates."""
    unit_of: dict[tuple[str, str], str] = {}
    names = {("person", code): name for code, name in rows(NAMES)}
    for person, unit, _ in rows(PEOPLE):
        unit_of["person", person] = unit
    for code, person, employer in rows(CONTRACTS):
        unit_of["contract", code] = unit_of.get(("person", person)) or employer
        names["contract", code] = f"{names.get(('person', person), person)}的合同"
    for code, county in rows(PURCHASES):
        unit_of.setdefault(("contract", code), county)
        names.setdefault(("contract", code), f"{unit_names.get(county, county)}的购买服务合同{code}")
    for visit, station, day in rows(VISITS):
        unit_of["visit", visit] = station
        names["visit", visit] = f"{unit_names.get(station, station)}{int(day) // 100 % 100}月{int(day) % 100}日督导"
    for code, household, village in rows(BENEFICIARIES):
        unit_of["beneficiary", code] = unit_of["household", household] = village
        names["beneficiary", code], names["household", household] = f"服务对象{code}", f"家庭{household}"
    for code, person in rows(CANDIDATES):
        names["candidate", code] = f"应聘人员{code}"
        if ("person", person) in unit_of:
            unit_of["candidate", code] = unit_of["person", person]
    return unit_of, names
