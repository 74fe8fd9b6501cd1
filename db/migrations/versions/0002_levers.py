"""Levers: what people decide about a matter; the level of a notice, when it was closed, and lists of what is still open.

The code before this migration can read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_levers"
down_revision = "0001_ledger"


def upgrade() -> None:
    op.create_table(
        "lever",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("notice", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("stand_in", sa.String(), nullable=True),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.Column("was", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("lever", schema=None) as batch_op:
        batch_op.create_index("ix_lever_matter", ["city", "kind", "duty", "subject"], unique=False)
    op.add_column("notice", sa.Column("level", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notice", sa.Column("closed_at", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("listed", sa.String(), nullable=True))
    op.execute("UPDATE notice SET level = CAST(SUBSTR(rung, 2) AS INTEGER) WHERE reason = 'escalated'")
