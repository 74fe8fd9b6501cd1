"""The bytes of messages in a table of their own: a message is written anew as often as something becomes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0020_frozen"
down_revision = "0019_precedence"


def upgrade() -> None:
    op.create_table(
        "frozen",
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delivery"),
    )
    op.execute(
        """
        INSERT INTO frozen (delivery, subject, text, html)
        SELECT id, coalesce(subject, ''), body_text, coalesce(body_html, '') FROM delivery WHERE body_text IS NOT NULL
        """
    )
    for column in ("subject", "body_text", "body_html"):
        op.drop_column("delivery", column)
