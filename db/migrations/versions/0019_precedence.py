"""What a tick asks is found without looking at what was said in all the years before.

Messages that are due are taken up in the order they were given when they were gathered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_precedence"
down_revision = "0018_sessions"

NEW = (
    ("ix_notice_planned", "notice", ["city", "not_before"], "state = 'planned'"),
    ("ix_notice_open", "notice", ["city", "recipient"], "closed_at IS NULL AND reason IN ('overdue', 'escalated')"),
    (
        "ix_delivery_due",
        "delivery",
        ["city", "channel", "next_attempt_at", "precedence", "id"],
        "state IN ('ready', 'retry_wait', 'unknown', 'parked')",
    ),
    ("ix_delivery_digests", "delivery", ["city", "day", "channel"], "seq = 0"),
    ("ix_delivery_listed", "delivery", ["city", "day"], "listed IS NOT NULL"),
)


def upgrade() -> None:
    op.add_column("delivery", sa.Column("precedence", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_notice_pending", "notice")
    op.drop_index("ix_delivery_due", "delivery")
    for name, table, columns, of_those in NEW:
        where = sa.text(of_those)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_lever_recipient", "lever", ["city", "recipient", "until"])
