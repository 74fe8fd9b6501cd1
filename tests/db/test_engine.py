"""One look at the ledger sees one state of it, whatever others bring meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from db.engine import reading
from db.intake import has_records, import_rows

NOW = datetime(2021, 5, 1, tzinfo=UTC)


def test_what_is_brought_meanwhile_is_not_seen_and_waits_for_nobody(engine: Engine) -> None:
    people = {"people": [{"ref": "people:A", "code": "A", "name": "甲"}]}
    count = text("SELECT COUNT(*) FROM person")
    with reading(engine) as connection:
        assert not has_records(connection, "huizhou")
        with engine.begin() as other:
            import_rows(other, "huizhou", people, "test", NOW)
        assert connection.execute(count).scalar() == 0
    with reading(engine) as connection:
        assert connection.execute(count).scalar() == 1


def test_after_a_look_the_same_connection_writes_again(engine: Engine) -> None:
    with reading(engine):
        pass
    with engine.begin() as connection:
        assert connection.get_isolation_level() == connection.default_isolation_level
