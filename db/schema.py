"""The tables, made by migrations in a lasting database and at once in memory."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata

MIGRATIONS = Path(__file__).parent / "migrations"
# Read once: an old process may outlive the installation of newer files.
NEWEST = (MIGRATIONS / ".current-alembic-head").read_text().strip()


def create_all(engine: Engine) -> None:
    """All tables in an empty database that will not outlive the question."""
    SQLModel.metadata.create_all(engine)


def migrate(engine: Engine) -> None:
    """Brings a lasting database to the newest migration; doing it twice changes nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newer_than_this_program(connection: Connection) -> str | None:
    """The migration of a database that this program does not know; None where the two agree, or in memory."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    stands: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return stands if stands != NEWEST else None
