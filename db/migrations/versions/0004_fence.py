"""The send fence: where word may leave, what a journal says was said, and which messages the journal has.

The code before this migration can read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_fence"
down_revision = "0003_clocks"


def upgrade() -> None:
    op.create_table(
        "env_fence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("env", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("cards", sa.String(), nullable=False),
        sa.Column("armed_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "said_before",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.add_column("delivery", sa.Column("journaled_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_delivery_unjournaled",
        "delivery",
        ["accepted_at"],
        sqlite_where=sa.text("accepted_at IS NOT NULL AND journaled_at IS NULL"),
        postgresql_where=sa.text("accepted_at IS NOT NULL AND journaled_at IS NULL"),
    )
