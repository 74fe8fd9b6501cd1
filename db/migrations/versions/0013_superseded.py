"""A notice names the rungs that passed unsaid and for which it speaks; they are no rows of their own any more.

Most notices are in no message when they are written: the index of messages holds those that are. The code before this
migration can read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_superseded"
down_revision = "0012_states"

CARRIED = sa.text("delivery IS NOT NULL")


def upgrade() -> None:
    op.add_column("notice", sa.Column("supersedes", sa.String(), nullable=True))
    op.drop_index("ix_notice_delivery", "notice")
    op.create_index("ix_notice_delivery", "notice", ["delivery"], sqlite_where=CARRIED, postgresql_where=CARRIED)
