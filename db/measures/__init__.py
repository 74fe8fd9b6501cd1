"""The set-based questions: one statement per obligation, streamed as measured rows.

`policy/` decides what a measure means; here it is only counted. The dictionary of questions is filled by the modules
of this folder, by the names that plans use as `asks`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause, text

from db.columns import day_number
from db.measures import (
    candidates,
    centres,
    contracts,
    coverage,
    decisions,
    documents,
    funds,
    households,
    posts,
    premises,
    relief,
    service,
    shares,
    station_staff,
    supervision,
    training,
    transfers,
)
from db.measures.beginnings import subjects_began
from db.measures.current import earlier, with_parts
from db.measures.question import QUESTIONS, Question
from db.measures.scope import Reach, Scope, narrowed
from policy.judge import Facts, Known, Measured, periods_of
from policy.plan import Obligation, Plan
from policy.recurrence import Period

__all__ = ["QUESTIONS", "Asker", "absent_of", "ask", "excused_of", "kept", "known", "proof", "question_of"]

_FILLED = (
    candidates, centres, contracts, coverage, decisions, documents, funds, households, posts, premises, relief, service,
    shares, station_staff, supervision, training, transfers,
)  # fmt: skip

CHUNK = 10_000


def known(connection: Connection, plan: Plan, obligations: Sequence[Obligation], as_of: date, seen: int) -> Known:
    """What is known of the obligations at the end of `as_of`, by records seen at `seen` (seconds). Rows are lazy."""
    on_file = kept(connection, plan.key, seen)
    measured = {}
    for obligation in obligations:
        wordings = plan.wordings(obligation.key)
        began = subjects_began(connection, plan.key, obligation.subject, seen) if len(wordings) > 1 else {}
        for wording in (wording for wording in wordings if wording.asked):
            found = _measured(connection, plan, wording.obligation, as_of, seen, on_file)
            measured[wording.name] = replace(found, began=began)
    return Known(measured)


def _measured(
    connection: Connection, plan: Plan, obligation: Obligation, as_of: date, seen: int, on_file: set[str]
) -> Measured:
    excused = excused_of(connection, plan.key, obligation.clause, as_of, seen)
    return Measured(ask(connection, plan, obligation, as_of, seen), absent_of(obligation, on_file), excused)


def absent_of(obligation: Obligation, on_file: Set[str]) -> tuple[str, ...]:
    """The records that would prove the obligation and that nobody keeps; `a|b` is either of them."""
    return _absent(obligation.records, frozenset(on_file))


@lru_cache(maxsize=1024)
def _absent(records: tuple[str, ...], on_file: frozenset[str]) -> tuple[str, ...]:
    return tuple(kinds for kinds in records if on_file.isdisjoint(kinds.split("|")))


def question_of(plan: Plan, obligation: Obligation) -> Question:
    return QUESTIONS[obligation.check.asks](obligation, plan.house)


def ask(
    connection: Connection, plan: Plan, obligation: Obligation, as_of: date, seen: int
) -> Iterator[tuple[str, int, Facts]]:
    """The measured rows of one obligation, streamed; plain tuples, which cost a third of a Row."""
    return Asker(connection, plan).ask(obligation, as_of, seen)


class Asker:
    """Asks one plan's questions again and again; each statement is put together once."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self._connection, self._plan = connection, plan
        self._statements: dict[tuple[str, tuple[int, ...], Reach | None, bool], TextClause] = {}

    def ask(
        self, obligation: Obligation, as_of: date, seen: int, scope: Scope | None = None, items: bool = False
    ) -> Iterator[tuple[str, int, Facts]]:
        """The rows of everybody, or of the groups in `scope`, which has to be of the question's own reach; or the `items`
        that a count is made of."""
        periods = periods_of(obligation, as_of)
        if scope and scope.periods is not None:
            periods = {number: period for number, period in periods.items() if number in scope.periods}
        parameters = _parameters(self._plan, obligation, as_of, seen)
        if scope:
            parameters["scope"] = json.dumps(sorted(scope.codes))
        asked = self._answer(self._statement(obligation, periods, scope, items), parameters)
        for rows in asked.partitions(CHUNK):
            yield from ((row[0], row[1], tuple(row[2:])) for row in rows)

    def _answer(self, statement: TextClause, parameters: dict[str, object]) -> CursorResult[Any]:
        """SQLite knows names itself; what SQLAlchemy makes of them takes longer than a short answer."""
        if self._connection.dialect.name == "sqlite":
            return self._connection.exec_driver_sql(statement.text, parameters)
        return self._connection.execute(statement, parameters)

    def _statement(
        self, obligation: Obligation, periods: dict[int, Period], scope: Scope | None, items: bool
    ) -> TextClause:
        key = (obligation.key, tuple(periods), scope.reach if scope else None, items)
        if key not in self._statements:
            asked = question_of(self._plan, obligation)
            if scope:
                asked = asked.with_parts(**narrowed(scope.reach, self._connection.dialect.name))
            # The option belongs to the statement: on the connection it would stay, and break every write that follows.
            made = text(_statement(asked, asked.items if items else asked.rows, periods)).execution_options(
                yield_per=CHUNK
            )
            self._statements[key] = made
        return self._statements[key]


def proof(
    connection: Connection, plan: Plan, obligation: Obligation, as_of: date, seen: int
) -> Iterator[tuple[str, int, str, str | None]]:
    """The records behind the measures: subject, period, record reference, and why it was refused (None = counted)."""
    asked = question_of(plan, obligation)
    statement = _statement(asked, asked.proof, periods_of(obligation, as_of))
    rows = connection.execute(text(statement), _parameters(plan, obligation, as_of, seen))
    yield from (tuple(row) for row in rows)


def _statement(asked: Question, body: str, periods: dict[int, Period]) -> str:
    return with_parts({**asked.parts, "periods": _periods(periods)}, body)


TERMS = 400
"""SQLite takes up to 500 SELECTs in a row: the months of forty years."""


def _periods(periods: dict[int, Period]) -> str:
    """The periods begun so far as rows; `cut` is the day on which one asks who is on post: the due day, or now."""
    if not periods:
        return "SELECT 0 AS number, 0 AS first, 0 AS last, 0 AS due, 0 AS cut WHERE 1 = 0"
    rows = [
        f"SELECT {p.number} AS number, {day_number(p.first)} AS first, {day_number(p.last)} AS last, "
        f"{day_number(p.due)} AS due, {earlier(str(day_number(p.due)), 'CAST(:as_of AS INTEGER)')} AS cut"
        for p in periods.values()
    ]
    parts = [" UNION ALL ".join(rows[n : n + TERMS]) for n in range(0, len(rows), TERMS)]
    return parts[0] if len(parts) == 1 else " UNION ALL ".join(f"SELECT * FROM ({part}) AS part" for part in parts)


def _parameters(plan: Plan, obligation: Obligation, as_of: date, seen: int) -> dict[str, object]:
    cut = min(obligation.due, as_of) if obligation.due else as_of
    return {
        "city": plan.key,
        "as_of": day_number(as_of),
        "cut": day_number(cut),
        "known": seen,
        "clause": obligation.clause,
        "due": day_number(obligation.due) if obligation.due else None,
        "starts": day_number(obligation.starts) if obligation.starts else 19000101,
        "academic": plan.house.academic_minutes,
    }


def kept(connection: Connection, city: str, seen: int) -> set[str]:
    """The kinds of record that are kept, also where nothing is recorded yet."""
    statement = with_parts({}, "SELECT kind FROM kept_kinds")
    return {kind for (kind,) in connection.execute(text(statement), {"city": city, "known": seen})}


def excused_of(connection: Connection, city: str, clause: str, as_of: date, seen: int) -> frozenset[str]:
    statement = with_parts(
        {},
        "SELECT subject FROM exceptions WHERE clause = :clause AND approved_on <= :as_of AND expires_on >= :as_of",
    )
    rows = connection.execute(
        text(statement), {"city": city, "known": seen, "clause": clause, "as_of": day_number(as_of)}
    )
    return frozenset(subject for (subject,) in rows)
