"""What screens and artifacts ask of the ledger: the verdicts that stand, with the county each belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from db.columns import day_number, day_of, second_of
from db.directory import directory
from db.measures import CHUNK
from policy.directory import Directory
from policy.words import BROKEN, Status, SubjectKind

CITY_LEVEL = "市本级"
KIND = {kind.value: kind for kind in SubjectKind}
STATUS = {status.value: status for status in Status}


class Stand(NamedTuple):
    """A verdict that stands. `period` is 0 where there is none, else 2022 or 202111."""

    duty: str
    clause: str
    kind: SubjectKind
    subject: str
    period: int
    status: Status
    due: date | None
    done_on: date | None
    measured: str | None
    required: str | None
    why: str


STANDING = """
SELECT v.duty, v.subject, v.period, v.ruling FROM verdict v
JOIN round d ON d.id = v.round LEFT JOIN round e ON e.id = v.ended
WHERE v.city = :city AND v.duty IN :duties AND d.as_of <= :as_of AND (v.ended IS NULL OR e.as_of > :as_of)
ORDER BY v.duty, v.subject, v.period
"""
SAID = """
SELECT id, clause, kind, status, due, done_on, measured, required, why FROM ruling
WHERE duty IN :duties AND status IN :statuses
"""
"""Thousands share a ruling, which is read once."""


def standing(
    connection: Connection,
    city: str,
    duties: Collection[str],
    as_of: date,
    statuses: Collection[Status] = tuple(Status),
) -> Iterator[Stand]:
    """The verdict that stands of every subject and period of these obligations, as recorded by rounds up to `as_of`.

    `statuses` narrows to verdicts that stand so now; what is met is most of them and need not be fetched to be left out.
    """
    if not duties:
        return
    values = {"city": city, "duties": sorted(duties), "as_of": day_number(as_of)}
    statement = text(STANDING).bindparams(bindparam("duties", expanding=True)).execution_options(yield_per=CHUNK)
    said = _said(connection, values["duties"], [status.value for status in statuses])
    for rows in connection.execute(statement, values).partitions():
        for duty, subject, period, ruling in rows:
            if ruling in said:
                clause, kind, *words = said[ruling]
                yield Stand(duty, clause, kind, subject, period, *words)


def _said(connection: Connection, duties: Any, statuses: list[str]) -> dict[int, tuple[Any, ...]]:
    """The rulings of these obligations and statuses: clause, kind and what else a Stand says of them, by number."""
    query = text(SAID).bindparams(bindparam("duties", expanding=True), bindparam("statuses", expanding=True))
    rows = connection.execute(query, {"duties": duties, "statuses": statuses})
    return {
        number: (clause, KIND[kind], STATUS[status], _day(due), _day(done_on), *words)
        for number, clause, kind, status, due, done_on, *words in rows
    }


def _day(number: int | None) -> date | None:
    return day_of(number) if number else None


@dataclass
class Places:
    """Where subjects lie. Names of units only: what is published from here goes where no person's name may go."""

    cards: Directory
    _found: dict[tuple[SubjectKind, str], str] = field(default_factory=dict)

    def county(self, kind: SubjectKind, code: str) -> str:
        """The name of the county a subject lies in; the city itself for what belongs to none."""
        if (kind, code) not in self._found:
            unit = self.cards.enclosing(self.cards.subject(kind, code).unit, "county")
            self._found[kind, code] = self.cards.units[unit].name if unit else CITY_LEVEL
        return self._found[kind, code]

    def unit_name(self, kind: SubjectKind, code: str) -> str:
        """The unit a subject is, or belongs to; persons and households stay nameless."""
        unit = self.cards.subject(kind, code).unit
        return self.cards.units[unit].name if unit in self.cards.units else code

    def counties(self) -> list[str]:
        return [card.name for card in self.cards.units.values() if card.kind == "county"]


def places(connection: Connection, city: str, as_of: date, now: datetime) -> Places:
    return Places(directory(connection, city, as_of, second_of(now)))


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those to whom something applies have it; `late` of the rest are beyond their date or in breach."""

    met: int = 0
    asked: int = 0
    late: int = 0
    unseen: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.met + other.met, self.asked + other.asked, self.late + other.late, self.unseen + other.unseen)

    @property
    def text(self) -> str:
        """`12/14（逾期2）`; a dash where nobody is asked."""
        if not self.asked:
            return "—" if not self.unseen else f"无佐证{self.unseen}"
        notes = [f"逾期{self.late}"] * bool(self.late) + [f"无佐证{self.unseen}"] * bool(self.unseen)
        return f"{self.met}/{self.asked}" + (f"（{'，'.join(notes)}）" if notes else "")


GOOD = frozenset({Status.MET, Status.MET_LATE, Status.DEVIATION_JUSTIFIED})
SILENT = frozenset({Status.NOT_APPLICABLE, Status.UNSCHEDULED})


def share_of(stands: Iterable[Stand]) -> Share:
    counts = Counter(stand.status for stand in stands)
    asked = sum(n for status, n in counts.items() if status not in SILENT and status is not Status.NO_EVIDENCE)
    return Share(sum(counts[s] for s in GOOD), asked, sum(counts[s] for s in BROKEN), counts[Status.NO_EVIDENCE])


def by_county(stands: Iterable[Stand], where: Places) -> dict[tuple[str, str], Share]:
    """(county name, duty) -> how far it is."""
    groups: dict[tuple[str, str], list[Stand]] = {}
    for stand in stands:
        groups.setdefault((where.county(stand.kind, stand.subject), stand.duty), []).append(stand)
    return {key: share_of(group) for key, group in groups.items()}
