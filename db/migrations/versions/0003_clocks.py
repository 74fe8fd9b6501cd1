"""What a record says of when it was recorded, and until when a kind was kept.

The code before and the code after this migration can both read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_clocks"
down_revision = "0002_levers"
FOR_EVER = 2**62
RECORDS = (
    "unit", "person", "post", "contract", "certificate", "training", "course", "assignment", "visit", "assessment",
    "report", "act", "exception", "leave", "beneficiary", "fund", "candidate",
)  # fmt: skip


def upgrade() -> None:
    for table in RECORDS:
        op.add_column(table, sa.Column("recorded_on", sa.BigInteger(), nullable=False, server_default="0"))
        op.execute(f'UPDATE "{table}" SET recorded_on = known_from')
    # Not renamed: on PostgreSQL the old table's key would keep the name that the new one wants.
    op.execute("CREATE TABLE keptkind_before AS SELECT city, kind, known_from, batch FROM keptkind")
    op.drop_table("keptkind")
    op.create_table(
        "keptkind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False, server_default=str(FOR_EVER)),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO keptkind (city, kind, known_from, batch) SELECT city, kind, known_from, batch FROM keptkind_before"
    )
    op.drop_table("keptkind_before")
