"""The checks compare word by word: for a list of words SQLite builds an index with every row that is put in.

0012 left most of them twice on SQLite. The code before this migration can read what it leaves.
"""

from alembic import op

revision = "0017_plain_checks"
down_revision = "0016_found"

NOTICE = ("planned", "attached", "done", "superseded", "suppressed")
DELIVERY = (
    *("ready", "leased", "sending", "accepted", "delivered", "unknown", "retry_wait", "parked", "held", "dead", "void"),
    "poison",
)
OUTCOME = ("accepted", "temporary", "permanent", "unknown", "halted", "throttled", "not_taken")


def one_of(column: str, words: tuple[str, ...]) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words)


def states(*words: str, then: str) -> str:
    others = " AND ".join(f"state <> '{word}'" for word in words)
    return f"({others}) OR ({then})"


CHECKS = {
    "notice": {
        "ck_notice_state": one_of("state", NOTICE),
        "ck_notice_planned": states("planned", then="delivery IS NULL"),
        "ck_notice_attached": states("attached", "done", then="delivery IS NOT NULL"),
        "ck_notice_why_not": states("superseded", "suppressed", then="why_not IS NOT NULL"),
    },
    "delivery": {
        "ck_delivery_state": one_of("state", DELIVERY),
        "ck_delivery_leased": states("leased", "sending", then="lease_until IS NOT NULL"),
        "ck_delivery_frozen": states("sending", "unknown", then="body_sha IS NOT NULL"),
        "ck_delivery_accepted": states("accepted", then="body_sha IS NOT NULL AND accepted_at IS NOT NULL"),
        "ck_delivery_reason": states("parked", "dead", "void", then="reason IS NOT NULL"),
        "ck_delivery_put_aside": states("held", "poison", then="reason IS NOT NULL"),
    },
    "attempt": {"ck_attempt_outcome": one_of("outcome", OUTCOME)},
}


def upgrade() -> None:
    for table, checks in CHECKS.items():
        with op.batch_alter_table(table) as batch:
            for name, rule in checks.items():
                batch.drop_constraint(name, type_="check")
                batch.create_check_constraint(name, rule)
