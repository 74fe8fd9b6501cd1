"""The last instant that was believed. The code before this migration can read what it leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0006_clock"
down_revision = "0005_receipts"


def upgrade() -> None:
    op.create_table(
        "clock_seen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("doubted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
