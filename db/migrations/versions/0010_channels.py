"""The order of channels that a person or an institution wants to be told by.

The code before this migration can read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_channels"
down_revision = "0009_forecast"


def upgrade() -> None:
    for table in ("unit", "person"):
        op.add_column(table, sa.Column("channels", sa.String(), nullable=True))
