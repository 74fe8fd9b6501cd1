"""Batches with an order, claims that did not end cleanly, and providers that are left alone for a while.

The code before this migration can read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_breakers"
down_revision = "0007_resends"
DUE = sa.text("state IN ('ready', 'retry_wait', 'unknown', 'parked')")


def upgrade() -> None:
    op.add_column("delivery", sa.Column("claims", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("delivery", sa.Column("place", sa.Integer(), nullable=True))
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["city", "channel", "next_attempt_at", "id"],
        sqlite_where=DUE,
        postgresql_where=DUE,
    )
    op.create_index("ix_attempt_carrier", "attempt", ["carrier", "id"])
    op.create_table(
        "breaker",
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("open_until", sa.BigInteger(), nullable=True),
        sa.Column("probe_until", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("carrier"),
    )
