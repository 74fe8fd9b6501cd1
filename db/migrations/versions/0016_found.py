"""A household, a visit and a candidate are found without looking at all of them."""

from alembic import op

revision = "0016_found"
down_revision = "0015_slowed"

COLUMNS = (("beneficiary", "household"), ("visit", "visit"), ("candidate", "code"), ("candidate", "person"))


def upgrade() -> None:
    for table, column in COLUMNS:
        op.create_index(f"ix_{table}_{column}", table, ["city", column])
