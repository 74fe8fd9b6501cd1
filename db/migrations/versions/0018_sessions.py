"""What a person sat through in a year is found without looking at all her years."""

from alembic import op

revision = "0018_sessions"
down_revision = "0017_plain_checks"


def upgrade() -> None:
    op.create_index("ix_training_day", "training", ["city", "person", "day"])
    op.drop_index("ix_training_person", "training")
