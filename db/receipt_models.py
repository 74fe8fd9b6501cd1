"""Tables of what the other sides say after they have taken a message, and of what people sent again by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.columns import Instant, serial


class ReceiptRow(SQLModel, table=True):
    """One report as it came, for ever; the same report again is the same row.

    `reference` is the provider's number of the message, `message` ours as it gave it back, each empty where it did not.
    `reported_at` is 1970 where the report bears no instant. `raw` is the provider's own words, masked. `delivery` and
    `attempt` are filled in once the message is found; `garbled` is a post that nobody could read.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint(
            "provider", "reference", "message", "segment", "status", "reported_at", name="uq_receipt_report"
        ),
        Index("ix_receipt_open", "delivery", "heard_at"),
    )
    id: int | None = Field(default=None, sa_column=serial())
    provider: str
    reference: str
    message: str
    segment: int
    status: str
    code: str | None = None
    text: str | None = Field(default=None, sa_type=Text)
    raw: str = Field(sa_type=Text)
    reported_at: datetime = Field(sa_type=Instant)
    heard_at: datetime = Field(sa_type=Instant)
    delivery: str | None = None
    attempt: int | None = None


class ResendRow(SQLModel, table=True):
    """A dead message sent again by hand: who, why and when. `epoch` is what its Message-ID bears from then on."""

    __tablename__ = "resend"
    __table_args__ = (UniqueConstraint("delivery", "epoch", name="uq_resend"),)
    id: int | None = Field(default=None, sa_column=serial())
    city: str
    delivery: str
    epoch: int
    by: str
    why: str = Field(sa_type=Text)
    was: str = Field(sa_type=Text)
    decided_at: datetime = Field(sa_type=Instant)
