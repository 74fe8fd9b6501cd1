"""The tables, made by migrations in a lasting database and at once in memory."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata

MIGRATIONS = Path(__file__).parent / "migrations"


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
