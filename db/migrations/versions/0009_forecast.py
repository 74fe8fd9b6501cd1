"""Forecasts, messages held back because there were far more, and the auditor's heartbeat.

The code before this migration can read what it leaves, except a message in state held, which it leaves alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_forecast"
down_revision = "0008_breakers"


def _serial() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "forecast",
        _serial(),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("made_on", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("city", "made_on", "day", "channel", name="uq_forecast"),
    )
    op.create_table(
        "hold",
        _serial(),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.Column("released_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "heartbeat",
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("city"),
    )
