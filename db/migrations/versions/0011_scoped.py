"""The indexes by which a question is asked of a few places or persons alone.

The code before this migration can read what it leaves.
"""

from alembic import op

revision = "0011_scoped"
down_revision = "0010_channels"


def upgrade() -> None:
    op.create_index("ix_act_subject", "act", ["city", "clause", "subject"])
    op.create_index("ix_beneficiary_village", "beneficiary", ["city", "village"])
