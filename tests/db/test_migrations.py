"""The migrations and the models say the same, and their files say which is the newest."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlmodel import SQLModel

from db.schema import MIGRATIONS, migrate


def test_migrations_make_exactly_what_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []


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
