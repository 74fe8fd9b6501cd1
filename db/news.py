"""What a ledger came to know between two instants: records entered, corrected, withdrawn or restored, by which batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, select, text

from db.changes import NAMES
from db.columns import second_of
from db.intake import BATCH, RECORDS
from db.measures.reading import OWN_KIND
from policy.words import Learned

OWN = {**OWN_KIND, "exceptions": "clause"}
TURNS = (
    "city = :city AND ((known_from > :after AND known_from <= :until) OR (known_to > :after AND known_to <= :until))"
)


class News(NamedTuple):
    """One record that is known otherwise at the later instant; `ref` is None where it is the whole kind.

    `names` are the codes it speaks of, `own` its clause, category or kind; `batch` brought the change or was undone.
    """

    kind: str
    ref: str | None
    how: Learned
    batch: int
    names: tuple[str | None, ...] = ()
    own: str | None = None


class Origin(NamedTuple):
    """A batch by the name of its file, with the seconds in which it was imported and undone."""

    source: str
    imported: int
    undone: int | None


def origins(connection: Connection, city: str) -> dict[int, Origin]:
    """Every batch of the city."""
    rows = connection.execute(select(BATCH).where(BATCH.c.city == city)).mappings()
    return {
        row["id"]: Origin(
            row["source"], second_of(row["imported_at"]), second_of(row["undone_at"]) if row["undone_at"] else None
        )
        for row in rows
    }


def news(connection: Connection, city: str, after: int, until: int) -> list[News]:
    """What is known at `until` (seconds) otherwise than at `after`; what came and went in between is no news."""
    undone = {batch.undone: number for number, batch in origins(connection, city).items() if batch.undone}
    span = _Span(connection, city, after, until, undone)
    found = [one for kind in RECORDS for one in _of_kind(span, kind)]
    return [*found, *_of_kept(span)]


@dataclass(frozen=True)
class _Span:
    """Two instants of one city; `undone` are the batches taken back, by the second."""

    connection: Connection
    city: str
    after: int
    until: int
    undone: dict[int, int]

    def versions(self, table: str, key: str, columns: Iterable[str]) -> list[list[RowMapping]]:
        """The versions that began or ended in between, those of one record together and in order."""
        listed = ", ".join(f'"{name}"' for name in dict.fromkeys([key, "known_from", "known_to", "batch", *columns]))
        query = text(f'SELECT {listed} FROM "{table}" WHERE {TURNS} ORDER BY known_from, id')
        asked = {"city": self.city, "after": self.after, "until": self.until}
        found: dict[str, list[RowMapping]] = defaultdict(list)
        for row in self.connection.execute(query, asked).mappings():
            found[row[key]].append(row)
        return list(found.values())

    def ends(self, rows: list[RowMapping]) -> tuple[RowMapping | None, RowMapping | None]:
        """What stood at the first instant and what stands at the second."""
        stood = next((row for row in rows if row["known_from"] <= self.after), None)
        return stood, next((row for row in rows if row["known_to"] > self.until), None)


def _of_kind(span: _Span, kind: str) -> Iterator[News]:
    own = OWN.get(kind)
    for rows in span.versions(RECORDS[kind].name, "ref", [*NAMES[kind], *([own] if own else [])]):
        stood, stands = span.ends(rows)
        row = stands or stood
        if row is not None:
            names = tuple(row[name] for name in NAMES[kind])
            yield News(kind, row["ref"], *_how(span, stood, stands), names, row[own] if own else None)


def _how(span: _Span, stood: RowMapping | None, stands: RowMapping | None) -> tuple[Learned, int]:
    """How a record is known otherwise, and the batch that brought that about or was taken back."""
    if stands is None:
        assert stood is not None
        return Learned.WITHDRAWN, span.undone.get(stood["known_to"], stood["batch"])
    if stood is None:
        return Learned.ENTERED, stands["batch"]
    undone = span.undone.get(stands["known_from"], stands["batch"])
    return (Learned.CORRECTED if undone == stands["batch"] else Learned.RESTORED), undone


def _of_kept(span: _Span) -> Iterator[News]:
    for rows in span.versions("keptkind", "kind", ()):
        stood, stands = span.ends(rows)
        if stands is not None and stood is None:
            yield News(stands["kind"], None, Learned.KEPT, stands["batch"])
        elif stood is not None and stands is None:
            yield News(stood["kind"], None, Learned.UNKEPT, span.undone.get(rows[-1]["known_to"], stood["batch"]))
