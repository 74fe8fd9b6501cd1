"""What the records say of supervision and training over all time: stations, people, whose the stations are, courses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, text

from db.columns import day_of
from db.measures import kept
from db.measures.current import with_parts
from policy.capacity.learning import Course, Learner
from policy.capacity.workload import Leave, OnFile, Stay, Terms, Tie
from policy.plan import Plan

STATIONS = "SELECT code, opens, closes FROM units WHERE kind = 'station' ORDER BY code"
POSTS = "SELECT person, starts, ends FROM posts WHERE post = 'supervisor' ORDER BY person, starts"
TIES = "SELECT supervisor, station, starts, ends FROM assignments ORDER BY station, starts, supervisor"
# Only the leave of somebody who supervises, or might stand in for one.
LEAVES = (
    "SELECT person, starts, ends, substitute FROM leaves WHERE person IN (SELECT person FROM posts "
    "WHERE post = 'supervisor' UNION SELECT supervisor FROM assignments UNION SELECT substitute FROM leaves) "
    "ORDER BY person, starts"
)
EXCUSED = "SELECT subject, approved_on, expires_on FROM exceptions WHERE clause = :clause ORDER BY subject"
ASKED = ("units", "people", "posts", "assignments", "leaves", "exceptions")
"""The kinds of record these statements read."""
NAMES = "SELECT code, name FROM units WHERE kind = 'station' UNION SELECT code, name FROM people"


LEARNERS = (
    "SELECT w.person, p.name, MIN(w.starts), MAX(w.ends) FROM worker_posts w JOIN people p ON p.code = w.person "
    "GROUP BY w.person, p.name ORDER BY w.person"
)
COURSES = "SELECT category, held_on, COALESCE(ends_on, held_on) FROM courses ORDER BY held_on, code"


def learned(connection: Connection, plan: Plan, seen: int) -> tuple[tuple[Learner, ...], tuple[Course, ...] | None]:
    """Everybody who is or was on a worker's post, and the courses on file; None where courses are not kept."""
    values = {"city": plan.key, "known": seen}

    def rows(body: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(text(with_parts({}, body)), values).tuples().all())

    learners = tuple(Learner(code, name, day_of(starts), day_of(ends)) for code, name, starts, ends in rows(LEARNERS))
    if "courses" not in kept(connection, plan.key, seen):
        return learners, None
    return learners, tuple(Course(kind, day_of(starts), day_of(ends)) for kind, starts, ends in rows(COURSES))


def on_file(connection: Connection, plan: Plan, terms: Terms, seen: int) -> OnFile:
    """Everything the capacity question asks of the records, by what was known at `seen` (seconds)."""
    values = {"city": plan.key, "known": seen, "clause": terms.ratio.clause if terms.ratio else None}

    def rows(body: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(text(with_parts({}, body)), values).tuples().all())

    # A station is closed on its closing day (contract 3); everything else ends with its last day.
    day = timedelta(days=1)
    return OnFile(
        stations=tuple(Stay(code, day_of(opens), day_of(closes) - day) for code, opens, closes in rows(STATIONS)),
        posts=tuple(Stay(person, day_of(starts), day_of(ends)) for person, starts, ends in rows(POSTS)),
        ties=tuple(Tie(who, where, day_of(starts), day_of(ends)) for who, where, starts, ends in rows(TIES))
        if "assignments" in kept(connection, plan.key, seen)
        else None,
        leaves=tuple(Leave(who, day_of(starts), day_of(ends), other) for who, starts, ends, other in rows(LEAVES)),
        excused=tuple(Stay(who, day_of(starts), day_of(ends)) for who, starts, ends in rows(EXCUSED)),
        names=dict(rows(NAMES)),
    )
