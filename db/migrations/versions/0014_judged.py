"""Until which round a verdict stood, and how far each obligation has been judged.

The code before this migration can read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_judged"
down_revision = "0013_superseded"

ENDED = """
UPDATE verdict SET ended = (
    SELECT later.round FROM verdict later WHERE later.city = verdict.city AND later.duty = verdict.duty
    AND later.subject = verdict.subject AND later.period = verdict.period AND later.id > verdict.id
    ORDER BY later.id LIMIT 1
)
"""


def upgrade() -> None:
    op.add_column("verdict", sa.Column("ended", sa.Integer(), nullable=True))
    op.execute(ENDED)
    op.create_table(
        "judged",
        sa.Column("city", sa.String(), primary_key=True),
        sa.Column("duty", sa.String(), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
    )
