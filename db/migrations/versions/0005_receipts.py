"""Receipts: what the other sides say later; each try keeps the provider's number, each message when to ask about it.

The code before this migration can read what it leaves, except a message in state delivered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_receipts"
down_revision = "0004_fence"


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "provider", "reference", "message", "segment", "status", "reported_at", name="uq_receipt_report"
        ),
    )
    op.create_index("ix_receipt_open", "receipt", ["delivery", "heard_at"])
    op.add_column("attempt", sa.Column("reference", sa.String(), nullable=True))
    op.create_index("ix_attempt_reference", "attempt", ["carrier", "reference"])
    op.add_column("delivery", sa.Column("ask_at", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_delivery_ask", "delivery", ["city", "ask_at"])
