"""Tables of what keeps word back: the machine it may leave from, a clock in doubt, and what was said already."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.columns import CivilDay, Instant, serial


class EnvFence(SQLModel, table=True):
    """One arming; the newest counts. `env` names the history of what was sent, here and in every line of the journal.

    `machine`, `name`, `place` and `cards` are the marks of the machine and of the ledger's place (tasks/fence.py).
    """

    __tablename__ = "env_fence"
    id: int | None = Field(default=None, sa_column=serial())
    env: str
    machine: str
    name: str
    place: str
    cards: str
    armed_at: datetime = Field(sa_type=Instant)
    by: str
    why: str = Field(sa_type=Text)


class SaidBefore(SQLModel, table=True):
    """The key of a notice that went out with a message after the backup this ledger was restored from.

    A row goes when a round has issued the notice anew: it is done then, and not sent again.
    """

    __tablename__ = "said_before"
    key: str = Field(primary_key=True)
    delivery: str


class ClockSeen(SQLModel, table=True):
    """One row: the last instant that was believed, and since when the clock has been in doubt by its own telling."""

    __tablename__ = "clock_seen"
    id: int = Field(default=1, primary_key=True)
    seen_at: datetime = Field(sa_type=Instant)
    doubted_at: datetime | None = Field(default=None, sa_type=Instant)


class Forecast(SQLModel, table=True):
    """Messages expected on a day and channel, as forecast on `made_on`; kept, so that it can be held against the day."""

    __table_args__ = (UniqueConstraint("city", "made_on", "day", "channel", name="uq_forecast"),)
    id: int | None = Field(default=None, sa_column=serial())
    city: str
    made_on: date = Field(sa_type=CivilDay)
    day: date = Field(sa_type=CivilDay)
    channel: str
    messages: int
    notices: int


class HoldRow(SQLModel, table=True):
    """Messages were held back from `since` on because there were too many, until somebody answered for letting them go."""

    __tablename__ = "hold"
    id: int | None = Field(default=None, sa_column=serial())
    city: str
    why: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=Instant)
    released_at: datetime | None = Field(default=None, sa_type=Instant)
    released_by: str | None = None
    released_why: str | None = Field(default=None, sa_type=Text)


class Heartbeat(SQLModel, table=True):
    """The auditor was here at `at` and everything held; one row a city."""

    city: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
