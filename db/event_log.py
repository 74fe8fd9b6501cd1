"""What rounds did, told from their rows as events: the log that a rehearsal of the same records has to equal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from db.columns import FOR_EVER, day_number, day_of, second_of
from db.delivery_words import DeliveryState
from db.outbox import DIGEST
from policy.calendar import civil_day, end_of
from policy.events import Event, digest_event, given_event, stage_event, turned_event
from policy.words import Status

VERDICTS = (
    "SELECT v.duty, r.clause, r.kind, v.subject, v.period, r.status, r.due, d.as_of FROM verdict v "
    "JOIN ruling r ON r.id = v.ruling JOIN round d ON d.id = v.round WHERE v.city = :city AND d.as_of <= :last "
    "AND d.known <= :known ORDER BY v.id"
)
NOTICES = (
    "SELECT n.key, n.reason, n.rung, n.clause, n.duty, n.kind, n.subject, n.period, n.due, n.role, n.recipient, n.channel, "
    "n.state AS fate, n.why_not, n.supersedes, m.day AS told_on, d.as_of AS day, n.created_at FROM notice n "
    "LEFT JOIN round d ON d.id = n.round LEFT JOIN delivery m ON m.id = n.delivery WHERE n.city = :city "
    "AND n.created_at <= :known "
    "AND (d.as_of BETWEEN :first AND :last OR (n.round IS NULL AND n.created_at BETWEEN :opens AND :closes))"
)
DIGESTS = (
    "SELECT m.day, m.channel, m.recipient, COUNT(n.id), MAX(CASE WHEN m.listed IS NULL THEN 0 ELSE 1 END) FROM delivery m "
    "LEFT JOIN notice n ON n.delivery = m.id "
    "WHERE m.city = :city AND m.seq = :digest AND m.state <> :void AND m.day BETWEEN :first AND :last "
    "GROUP BY m.day, m.channel, m.recipient"
)
STAGES = (
    'SELECT created_at, phase, event, subject, "on", due FROM phase_event WHERE city = :city '
    "AND created_at BETWEEN :opens AND :closes AND created_at <= :known"
)
SINCE = ("fate", "why_not", "told_on", "channel")
"""What becomes of a notice after it was given out: rows that change, so that nobody can tell what they said before."""


def events(
    connection: Connection, city: str, first: date, last: date, known_at: datetime | None = None
) -> Iterator[Event]:
    """Everything recorded for the days from `first` to `last`, in no order; policy.events.lines gives it one.

    With `known_at` what had been recorded by that instant, the same for ever: notices as they were given out, without
    what became of them, and no messages.
    """
    known = second_of(known_at) if known_at else FOR_EVER
    values = {"city": city, "first": day_number(first), "last": day_number(last), "known": known}
    between = {
        "city": city,
        "known": known,
        "opens": second_of(end_of(first - timedelta(days=1))) + 1,
        "closes": second_of(end_of(last)),
    }
    yield from _turned(connection, values)
    for row in connection.execute(text(NOTICES), {**values, **between}).mappings():
        said = {**row, "due": _day(row["due"]), "told_on": _day(row["told_on"])}
        day, created = said.pop("day"), said.pop("created_at")
        kept = {name: value for name, value in said.items() if not known_at or name not in SINCE}
        yield given_event(day_of(day) if day else _civil(created), kept)
    for created, phase, what, subject, on, due in connection.execute(text(STAGES), between):
        yield stage_event(_civil(created), phase, what, subject, day_of(on), _day(due))
    if known_at is None:
        yield from _sent(connection, values)


def _sent(connection: Connection, values: dict[str, Any]) -> Iterator[Event]:
    sent = {**values, "digest": DIGEST, "void": DeliveryState.VOID}
    for day, channel, recipient, notices, lists in connection.execute(text(DIGESTS), sent):
        yield digest_event(day_of(day), channel, recipient, notices, bool(lists))


def _turned(connection: Connection, values: dict[str, Any]) -> Iterator[Event]:
    """The rows of one verdict in order; one that says again what stood, or first that it does not apply, is no news."""
    stood: dict[tuple[str, str, int], str] = {}
    for duty, clause, kind, subject, period, status, due, as_of in connection.execute(text(VERDICTS), values):
        before = stood.get((duty, subject, period))
        stood[duty, subject, period] = status
        first_word = before is None and status == Status.NOT_APPLICABLE
        if before != status and not first_word and as_of >= values["first"]:
            yield turned_event(day_of(as_of), duty, clause, kind, subject, period, before, status, _day(due))


def _civil(second: int) -> date:
    return civil_day(datetime.fromtimestamp(second, UTC))


def _day(number: int | None) -> date | None:
    return day_of(number) if number else None
