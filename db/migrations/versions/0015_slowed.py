"""A provider that asked for less gets fewer messages a minute for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0015_slowed"
down_revision = "0014_judged"


def upgrade() -> None:
    op.add_column("breaker", sa.Column("slow_until", sa.BigInteger(), nullable=True))
    op.add_column("breaker", sa.Column("a_minute", sa.Integer(), nullable=True))
