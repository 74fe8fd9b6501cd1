"""What was given out so far, by its keys: asked once a round, as one text of each kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, select

from db.delivery_words import NoticeFate
from db.outbox_models import LATE
from db.pace import NOTICE, PENDING
from policy.notices import Call, Notice
from policy.words import Reason

URGED = "U"
"""Begins the rung of a notice that somebody sent by hand: an event, which no round withdraws."""
EVENTS = (Reason.RESOLVED, Reason.UNREACHABLE)
"""What no round computes and so no round withdraws."""
SAID = NoticeFate.DONE, NoticeFate.SUPPRESSED
PENDING_NOW = NOTICE.c.state.in_(PENDING), NOTICE.c.reason.notin_(EVENTS), NOTICE.c.rung.notlike(f"{URGED}%")
"""SQL: planned, or attached to a message that has not arrived, and said by a round."""


class OnFile(NamedTuple):
    """Keys of what was issued: on the very day, still pending, found moot while its message was in somebody's hand
    (`marked`, some of those pending), said or on the books and not closed (`standing`: of what is late)."""

    issued: frozenset[str]
    just: frozenset[str]
    pending: frozenset[str]
    marked: frozenset[str]
    standing: frozenset[str]


def issued_keys(connection: Connection, city: str) -> frozenset[str]:
    """The keys of everything issued so far for the whole plan."""
    (issued,) = _keys(connection, [NOTICE.c.city == city])
    return issued


def on_file(
    connection: Connection, city: str, duties: Collection[str] | None, since: datetime, stages: Collection[str] = ()
) -> OnFile:
    """What was issued for these duties or (None) for the whole plan, with what was said of `stages`."""
    asked = () if duties is None else about([*duties, *stages])
    # In this order: what lets go of most rows first, the longest list last.
    kinds = (
        NOTICE.c.created_at >= since,
        and_(*PENDING_NOW, *about(duties)),
        and_(NOTICE.c.why_not.is_not(None), *PENDING_NOW, *about(duties)),
        and_(NOTICE.c.state.in_(SAID), NOTICE.c.reason.in_(LATE), NOTICE.c.closed_at.is_(None)),
    )
    return OnFile(*_keys(connection, (NOTICE.c.city == city, *asked), *kinds))


def _keys(connection: Connection, which: Sequence[Any], *kinds: Any) -> list[frozenset[str]]:
    """The keys of these notices, and those of each of the kinds among them."""
    # As one text: to fetch a row for every key takes five times as long.
    joined = func.aggregate_strings(NOTICE.c.key, " ")
    found = connection.execute(select(joined, *(joined.filter(kind) for kind in kinds)).where(*which)).one()
    return [frozenset((text or "").split()) for text in found]


def absent(connection: Connection, city: str, notices: Iterable[Notice | Call]) -> int:
    """How many of these the ledger does not hold for the city: none, also where another part issued them at once."""
    keys = {notice.key for notice in notices}
    return len(keys - issued_keys(connection, city))


def about(duties: Collection[str] | None) -> tuple[Any, ...]:
    return () if duties is None else (NOTICE.c.duty.in_(duties),)
