"""A state is one of the words there are, and what was put aside or held back says why.

The code before this migration can read what it leaves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_states"
down_revision = "0011_scoped"

NOTICE = "'planned', 'attached', 'done', 'superseded', 'suppressed'"
DELIVERY = (
    "'ready', 'leased', 'sending', 'accepted', 'delivered', 'unknown', 'retry_wait', 'parked', 'held', 'dead', 'void', "
    "'poison'"
)
OUTCOME = "'accepted', 'temporary', 'permanent', 'unknown', 'halted', 'throttled', 'not_taken'"

ADDED = {
    "notice": {"ck_notice_state": f"state IN ({NOTICE})"},
    "delivery": {
        "ck_delivery_state": f"state IN ({DELIVERY})",
        "ck_delivery_put_aside": "state NOT IN ('held', 'poison') OR (reason IS NOT NULL)",
    },
    "attempt": {"ck_attempt_outcome": f"outcome IN ({OUTCOME})"},
}
# SQLite makes the table anew, and Alembic does not read the checks of the old one
STANDING = {
    "notice": {
        "ck_notice_planned": "state NOT IN ('planned') OR (delivery IS NULL)",
        "ck_notice_attached": "state NOT IN ('attached', 'done') OR (delivery IS NOT NULL)",
        "ck_notice_why_not": "state NOT IN ('superseded', 'suppressed') OR (why_not IS NOT NULL)",
    },
    "delivery": {
        "ck_delivery_leased": "state NOT IN ('leased', 'sending') OR (lease_until IS NOT NULL)",
        "ck_delivery_frozen": "state NOT IN ('sending', 'unknown') OR (body_sha IS NOT NULL)",
        "ck_delivery_accepted": "state NOT IN ('accepted') OR (body_sha IS NOT NULL AND accepted_at IS NOT NULL)",
        "ck_delivery_reason": "state NOT IN ('parked', 'dead', 'void') OR (reason IS NOT NULL)",
    },
    "attempt": {},
}


def upgrade() -> None:
    for table, added in ADDED.items():
        standing = tuple(sa.CheckConstraint(rule, name=name) for name, rule in STANDING[table].items())
        with op.batch_alter_table(table, table_args=standing) as batch:
            for name, rule in added.items():
                batch.create_check_constraint(name, sa.text(rule))
