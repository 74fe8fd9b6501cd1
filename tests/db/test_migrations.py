"""The migrations and the models say the same, and their files say which is the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from given_notices import CITY, FRIDAY, a_notice, attached, issued, on, rows
from sqlalchemy import CheckConstraint, Connection, Engine, column, inspect, text
from sqlalchemy import table as lightweight
from sqlalchemy.schema import DropTable
from sqlmodel import SQLModel

from db import deliveries, outbox
from db.columns import second_of
from db.engine import open_engine
from db.frozen import Frozen
from db.schema import MIGRATIONS, create_all, migrate


def test_migrations_make_exactly_what_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrations_leave_the_checks_and_partial_indexes_that_the_models_have(engine: Engine) -> None:
    for table in SQLModel.metadata.sorted_tables:
        checks = sorted(str(check.name) for check in table.constraints if isinstance(check, CheckConstraint))
        found = inspect(engine).get_check_constraints(table.name)
        assert sorted(str(check["name"]) for check in found) == checks, table.name
        partial = {index.name for index in table.indexes if index.dialect_kwargs.get("sqlite_where") is not None}
        where = f"{engine.dialect.name}_where"
        indexes = inspect(engine).get_indexes(table.name)
        assert {index["name"] for index in indexes if where in index.get("dialect_options", {})} == partial


def test_a_table_that_is_made_anew_keeps_what_it_held(tmp_path: Path) -> None:
    today, ledger = (open_engine(f"sqlite:///{tmp_path / name}.db") for name in ("today", "ledger"))
    create_all(today)
    issued(today, a_notice("k1"), a_notice("k2"))
    attached(today)
    before = {table: rows(today, table) for table in (outbox.NOTICE, outbox.DELIVERY)}
    with ledger.begin() as connection:
        command.upgrade(_config(connection), "0011_scoped")
        for table, held in before.items():
            known = [one["name"] for one in inspect(connection).get_columns(table.name)]
            then = lightweight(table.name, *(column(c.name, c.type) for c in table.columns if c.name in known))
            before[table] = [{name: row[name] for name in known if name in row} for row in held]
            connection.execute(then.insert(), before[table])
    migrate(ledger)
    for table, held in before.items():
        assert [{name: row[name] for name in held[0]} for row in rows(ledger, table)] == held
    for engine in (today, ledger):
        engine.dispose()


def test_a_letter_that_was_frozen_before_bytes_had_a_table_goes_out_with_the_same_bytes(engine: Engine) -> None:
    letter = Frozen("督办事项", "请于今日签收。\n", "<p>请于今日签收。</p>", on(FRIDAY))
    old = "subject = :subject, body_text = :text, body_html = :html, body_sha = :sha, frozen_at = :at"
    bytes_of = {"subject": letter.subject, "text": letter.text, "html": letter.html, "sha": letter.sha}
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(DropTable(table))
        connection.exec_driver_sql("DROP TABLE alembic_version")
        command.upgrade(_config(connection), "0019_precedence")
        for number in (1, 2):
            row = outbox.delivery_row(CITY, "email", f"unit:{number}", FRIDAY, 0, on(FRIDAY))
            connection.execute(outbox.DELIVERY.insert(), [row])
        one = outbox.delivery_id(CITY, "email", "unit:1", FRIDAY, 0)
        frozen = text(f"UPDATE delivery SET {old}, state = 'retry_wait', attempts = 1 WHERE id = :one")
        connection.execute(frozen, {**bytes_of, "at": second_of(letter.at), "one": one})
    migrate(engine)
    with engine.begin() as connection:
        claimed = deliveries.claim(connection, CITY, "me", on(FRIDAY), "email", hours=True, most=9)
    assert {message.recipient: message.frozen for message in claimed} == {"unit:1": letter, "unit:2": None}


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == _head()


def test_each_migration_file_is_named_after_its_revision() -> None:
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    assert files
    for file in files:
        assert f"revision = '{file.stem}'" in file.read_text() or f'revision = "{file.stem}"' in file.read_text()
    assert files[-1].stem == _head()


def _head() -> str:
    return (MIGRATIONS / ".current-alembic-head").read_text().strip()
