"""Tables of what is said: notices, the messages that carry them, every try to send one, and what people decided."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.columns import CivilDay, Instant, serial
from db.delivery_words import DeliveryState, NoticeFate, Outcome
from policy.words import Reason

DUE = "state IN ('ready', 'retry_wait', 'unknown', 'parked')"
"""In words that the database finds again in its index."""
PLANNED = "state = 'planned'"
LATE = (Reason.OVERDUE, Reason.ESCALATED)
LATE_AND_OPEN = "closed_at IS NULL AND reason IN ('{}', '{}')".format(*LATE)
CARRIED = "delivery IS NOT NULL"
DIGESTS = "seq = 0"
LISTED = "listed IS NOT NULL"
UNJOURNALED = "accepted_at IS NOT NULL AND journaled_at IS NULL"


# Compared word by word: for a list of words SQLite builds an index with every row that is put in.


def _states(column: str, *states: str, then: str, name: str) -> CheckConstraint:
    others = " AND ".join(f"{column} <> '{state}'" for state in states)
    return CheckConstraint(f"({others}) OR ({then})", name=name)


def _one_of(column: str, words: type[StrEnum], name: str) -> CheckConstraint:
    return CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words), name=name)


class NoticeRow(SQLModel, table=True):
    """One notice of the policy core, kept for ever: its key is what makes saying it twice impossible.

    `recipient` is `person:CODE` or `unit:CODE`, never an address. `round` is the round that issued it. `level` is 0 for
    who acts, n for the n-th above. `closed_at` is when a round first found that it is no longer the last word.
    `supersedes` names the rungs before it that nobody was told of and for which it speaks, parted by spaces.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("key", name="uq_notice_key"),
        Index("ix_notice_planned", "city", "not_before", sqlite_where=text(PLANNED), postgresql_where=text(PLANNED)),
        Index(
            "ix_notice_open",
            "city",
            "recipient",
            sqlite_where=text(LATE_AND_OPEN),
            postgresql_where=text(LATE_AND_OPEN),
        ),
        Index("ix_notice_delivery", "delivery", sqlite_where=text(CARRIED), postgresql_where=text(CARRIED)),
        Index("ix_notice_matter", "city", "duty", "subject"),
        _one_of("state", NoticeFate, "ck_notice_state"),
        _states("state", "planned", then="delivery IS NULL", name="ck_notice_planned"),
        _states("state", "attached", "done", then="delivery IS NOT NULL", name="ck_notice_attached"),
        _states("state", "superseded", "suppressed", then="why_not IS NOT NULL", name="ck_notice_why_not"),
    )
    id: int | None = Field(default=None, sa_column=serial())
    city: str
    key: str
    state: str
    why_not: str | None = None
    reason: str
    rung: str
    clause: str
    duty: str
    kind: str
    subject: str
    subject_name: str
    subject_unit: str | None = None
    period: str | None = None
    due: date | None = Field(default=None, sa_type=CivilDay)
    role: str
    unit: str | None = None
    person: str | None = None
    recipient: str | None = None
    channel: str
    not_before: datetime = Field(sa_type=Instant)
    text: str = Field(sa_type=Text)
    delivery: str | None = None
    round: int | None = None
    created_at: datetime = Field(sa_type=Instant)
    level: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    supersedes: str | None = None


class DeliveryRow(SQLModel, table=True):
    """One message to one recipient: the digest of a working day (`seq` 0), or an alarm (`seq` from 1).

    `id` follows from the unique columns, so the same message keeps its name in a restored database. What is sent is
    frozen before the first try; every further try sends the same bytes. `fence` grows with every claim, `claims` counts
    those that did not end cleanly, `place` is the order in which its batch is sent, `precedence` that of the day
    (db/precedence.py). `listed` is the hash of the still open matters it lists beside the news, None where it lists
    none. `journaled_at`: the send journal has it since then. `ask_at` is when its other side is asked what became of
    it, `asked` how often that was done. `epoch` counts the sendings by hand after it was dead, `cause` says whose
    matter its death is.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("city", "channel", "recipient", "day", "seq", name="uq_delivery"),
        Index("ix_delivery_next", "city", "state", "next_attempt_at"),
        Index(
            "ix_delivery_due",
            "city",
            "channel",
            "next_attempt_at",
            "precedence",
            "id",
            sqlite_where=text(DUE),
            postgresql_where=text(DUE),
        ),
        Index(
            "ix_delivery_unjournaled", "accepted_at", sqlite_where=text(UNJOURNALED), postgresql_where=text(UNJOURNALED)
        ),
        Index("ix_delivery_ask", "city", "ask_at"),
        Index(
            "ix_delivery_digests", "city", "day", "channel", sqlite_where=text(DIGESTS), postgresql_where=text(DIGESTS)
        ),
        Index("ix_delivery_listed", "city", "day", sqlite_where=text(LISTED), postgresql_where=text(LISTED)),
        _one_of("state", DeliveryState, "ck_delivery_state"),
        _states("state", "leased", "sending", then="lease_until IS NOT NULL", name="ck_delivery_leased"),
        _states("state", "sending", "unknown", then="body_sha IS NOT NULL", name="ck_delivery_frozen"),
        _states(
            "state", "accepted", then="body_sha IS NOT NULL AND accepted_at IS NOT NULL", name="ck_delivery_accepted"
        ),
        _states("state", "parked", "dead", "void", then="reason IS NOT NULL", name="ck_delivery_reason"),
        _states("state", "held", "poison", then="reason IS NOT NULL", name="ck_delivery_put_aside"),
    )
    id: str = Field(primary_key=True)
    city: str
    channel: str
    recipient: str
    day: date = Field(sa_type=CivilDay)
    seq: int
    state: str
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    lease_owner: str | None = None
    fence: int = 0
    body_sha: str | None = None
    frozen_at: datetime | None = Field(default=None, sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = None
    created_at: datetime = Field(sa_type=Instant)
    listed: str | None = None
    claims: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    place: int | None = None
    precedence: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    journaled_at: datetime | None = Field(default=None, sa_type=Instant)
    ask_at: datetime | None = Field(default=None, sa_type=Instant)
    asked: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    epoch: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    cause: str | None = None


class FrozenRow(SQLModel, table=True):
    """The bytes of a message, as `body_sha` of its row has them: from the first try on, and of an alarm from the first."""

    __tablename__ = "frozen"
    delivery: str = Field(primary_key=True)
    subject: str
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)


class AttemptRow(SQLModel, table=True):
    """One try, written before the first byte leaves: a row without an outcome is a try nobody knows the end of.

    `reference` is the provider's own number of the message.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("delivery", "n", name="uq_attempt"),
        _one_of("outcome", Outcome, "ck_attempt_outcome"),
        Index("ix_attempt_reference", "carrier", "reference"),
        Index("ix_attempt_carrier", "carrier", "id"),
    )
    id: int | None = Field(default=None, sa_column=serial())
    delivery: str
    n: int
    carrier: str
    started_at: datetime = Field(sa_type=Instant)
    phase: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = None
    code: str | None = None
    text: str | None = Field(default=None, sa_type=Text)
    reference: str | None = None


class BreakerRow(SQLModel, table=True):
    """Whether a provider is spoken to: not before `open_until`, then by one message alone until `probe_until`.

    `since` is when it was last closed: failures before that no longer count. Until `slow_until` it gets `a_minute`
    messages at the most.
    """

    __tablename__ = "breaker"
    carrier: str = Field(primary_key=True)
    open_until: datetime | None = Field(default=None, sa_type=Instant)
    probe_until: datetime | None = Field(default=None, sa_type=Instant)
    since: datetime = Field(sa_type=Instant)
    slow_until: datetime | None = Field(default=None, sa_type=Instant)
    a_minute: int | None = None
    reason: str | None = Field(default=None, sa_type=Text)


class LeverRow(SQLModel, table=True):
    """What somebody decided about a matter, a recipient or a person: who, when, why, until when. Append-only.

    `duty`, `subject`, `period` (its label, empty where it has none) name the matter, None for a waiver is any; `notice`
    is the key that was acknowledged; `person` is replaced by `stand_in`. `due` and `was` are an extension's new and old
    day. An end before its time is written into `revoked_*`; nothing is deleted.
    """

    __tablename__ = "lever"
    __table_args__ = (
        Index("ix_lever_matter", "city", "kind", "duty", "subject"),
        Index("ix_lever_recipient", "city", "recipient", "until"),
    )
    id: int | None = Field(default=None, sa_column=serial())
    city: str
    kind: str
    duty: str | None = None
    subject: str | None = None
    period: str | None = None
    recipient: str | None = None
    notice: str | None = None
    person: str | None = None
    stand_in: str | None = None
    starts: date = Field(sa_type=CivilDay)
    until: date | None = Field(default=None, sa_type=CivilDay)
    due: date | None = Field(default=None, sa_type=CivilDay)
    was: date | None = Field(default=None, sa_type=CivilDay)
    by: str
    approver: str | None = None
    why: str = Field(sa_type=Text)
    decided_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: str | None = None
    revoked_why: str | None = Field(default=None, sa_type=Text)
