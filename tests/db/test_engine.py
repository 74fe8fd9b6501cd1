"""One look at the ledger sees one state of it, whatever others bring meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from db.bulk import run_each
from db.engine import MEMORY, Line, open_engine, reading
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


@pytest.fixture
def writers(engine: Engine) -> Engine:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite lets one writer in at a time")
    return engine


@contextmanager
def in_line(engine: Engine) -> Iterator[None]:
    """As another process would: two descriptors of the folder keep each other out."""
    with closing(Line(engine)) as line, line:
        yield


def test_writers_of_one_ledger_stand_in_line_and_the_next_goes_in_when_one_has_left(
    writers: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine.IN_LINE", 60.0)
    steps: list[str] = []

    def second() -> None:
        with in_line(writers):
            steps.append("second")

    with in_line(writers):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.05)
        steps.append("first")
    waiting.join()
    assert steps == ["first", "second"]


def test_nobody_stands_in_line_for_ever(writers: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine.IN_LINE", 0.01)
    with in_line(writers), in_line(writers):
        pass


def test_where_there_are_no_such_locks_everybody_goes_in(writers: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*given: object) -> None:
        raise OSError("不支持")

    monkeypatch.setattr("fcntl.flock", unsupported)
    monkeypatch.setattr("db.engine.IN_LINE", 60.0)
    with in_line(writers), in_line(writers):
        pass


def test_a_ledger_in_memory_or_on_a_server_needs_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine.IN_LINE", 60.0)
    for url in (MEMORY, "postgresql+psycopg://nowhere.invalid/ledger"):
        away = open_engine(url)
        with in_line(away), in_line(away):
            pass
        away.dispose()


def test_what_goes_past_sqlalchemy_fails_like_any_statement_and_without_its_values(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        run_each(connection, "UPDATE person SET nowhere = :number", [{"number": "19900000001"}])
    assert "nowhere" in str(failed.value)
    assert "19900000001" not in str(failed.value)
