"""Dead letters: why a message is dead, and who sent it again.

The code before this migration can read what it leaves; it would send again under the old Message-ID.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_resends"
down_revision = "0006_clock"


def upgrade() -> None:
    op.create_table(
        "resend",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("delivery", "epoch", name="uq_resend"),
    )
    op.add_column("delivery", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("delivery", sa.Column("cause", sa.String(), nullable=True))
