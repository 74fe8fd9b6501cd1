"""Decisions of people kept as rows: written once, ended early by a second entry, read as the policy core needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, and_, func, insert, or_, select, update
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.on_file import URGED
from policy.calendar import civil_day
from policy.levers import Extension, Key, Levers, StandIn, Waiver

LEVER: Table = SQLModel.metadata.tables["lever"]


class LeverKind(StrEnum):
    """`waiver` names a matter, `silence` a cause that many matters share; both end. `clock`: the machine's time is right."""

    ACK = "ack"
    SNOOZE = "snooze"
    EXTENSION = "extension"
    WAIVER = "waiver"
    SILENCE = "silence"
    HANDOVER = "handover"
    URGE = "urge"
    CLOCK = "clock"


LEVER_LABELS: dict[LeverKind, str] = {
    LeverKind.ACK: "签收",
    LeverKind.SNOOZE: "暂缓提醒",
    LeverKind.EXTENSION: "延期",
    LeverKind.WAIVER: "免办",
    LeverKind.SILENCE: "静默",
    LeverKind.HANDOVER: "转办",
    LeverKind.URGE: "人工催办",
    LeverKind.CLOCK: "确认时钟",
}
SILENT = (LeverKind.WAIVER, LeverKind.SILENCE)
RULED_BY = (LeverKind.EXTENSION, *SILENT, LeverKind.HANDOVER)
"""What the policy core has to know of; the others keep word back, or send it."""


def pull(connection: Connection, city: str, kind: LeverKind, now: datetime, **values: Any) -> int:
    """Writes one decision of `now` and gives its number. `values` are columns of the row."""
    row = {"starts": civil_day(now), **values, "city": city, "kind": kind, "decided_at": now}
    return int(connection.execute(insert(LEVER).returning(LEVER.c.id), row).scalar_one())


def revoke(connection: Connection, city: str, number: int, by: str, why: str, now: datetime) -> bool:
    """Ends a decision that is still running; False where there is none of this number."""
    running = and_(LEVER.c.id == number, LEVER.c.city == city, LEVER.c.revoked_at.is_(None))
    ended = {"revoked_at": now, "revoked_by": by, "revoked_why": why}
    return bool(connection.execute(update(LEVER).where(running).values(**ended)).rowcount)


def decided(
    connection: Connection, city: str, now: datetime, kinds: Collection[LeverKind] = tuple(LeverKind)
) -> list[RowMapping]:
    """Every decision of these kinds known at `now`, in the order in which they were made."""
    known = LEVER.c.city == city, LEVER.c.decided_at <= now, LEVER.c.kind.in_(kinds)
    return list(connection.execute(select(LEVER).where(*known).order_by(LEVER.c.id)).mappings())


def levers(connection: Connection, city: str, now: datetime) -> Levers:
    """What the policy core has to know of them at `now`."""
    extensions: dict[Key, Extension] = {}
    waivers: list[Waiver] = []
    stand_ins: dict[str, list[StandIn]] = defaultdict(list)
    for row in decided(connection, city, now, RULED_BY):
        if row["kind"] == LeverKind.EXTENSION and not _revoked(row, now):
            key = (row["duty"], row["subject"], period_number(row["period"]))
            extensions[key] = Extension(row["due"], row["was"], civil_day(row["decided_at"]))
        elif row["kind"] in SILENT:
            period = None if row["period"] is None else period_number(row["period"])
            waivers.append(Waiver(row["duty"], row["subject"], period, row["starts"], _until(row, now), row["why"]))
        elif row["kind"] == LeverKind.HANDOVER:
            stand_ins[row["person"]].insert(0, StandIn(row["stand_in"], row["starts"], _until(row, now)))
    return Levers(extensions, tuple(waivers), {person: tuple(turns) for person, turns in stand_ins.items()})


def period_number(label: str) -> int:
    """202111 for 2021-11, 0 for a matter without period."""
    return int(label.replace("-", "") or 0)


def _revoked(row: RowMapping, now: datetime) -> bool:
    return row["revoked_at"] is not None and row["revoked_at"] <= now


def _until(row: RowMapping, now: datetime) -> date:
    """The last day; what was revoked ended on that day."""
    until: date = row["until"]
    return min(until, civil_day(row["revoked_at"])) if _revoked(row, now) else until


def running(connection: Connection, city: str, kind: LeverKind, day: date, **scope: Any) -> list[RowMapping]:
    """Decisions of a kind that are neither over on `day` nor revoked, first to last; `scope` are values of their columns."""
    of_kind = (LEVER.c.city == city, LEVER.c.kind == kind, LEVER.c.revoked_at.is_(None))
    same = (LEVER.c[name].is_not_distinct_from(value) for name, value in scope.items())
    lasting = or_(LEVER.c.until.is_(None), LEVER.c.until >= day)
    return list(connection.execute(select(LEVER).where(*of_kind, *same, lasting).order_by(LEVER.c.id)).mappings())


def put_off(notice: Any, day: date) -> Any:
    """SQL: the recipient of a row of `notice` has put it off, on `day`: snoozed the matter, or acknowledged this rung.
    What somebody else urges by hand is not put off."""
    running = and_(LEVER.c.city == notice.c.city, LEVER.c.recipient == notice.c.recipient, LEVER.c.until >= day)
    this = or_(
        and_(LEVER.c.kind == LeverKind.ACK, LEVER.c.notice == notice.c.key),
        and_(
            LEVER.c.kind == LeverKind.SNOOZE,
            LEVER.c.duty == notice.c.duty,
            LEVER.c.subject == notice.c.subject,
            LEVER.c.period == func.coalesce(notice.c.period, ""),
            notice.c.rung.notlike(f"{URGED}%"),
        ),
    )
    return select(LEVER.c.id).where(running, LEVER.c.revoked_at.is_(None), this).correlate(notice).exists()
