"""Ledgers of a test's own: a SQLite file, or the PostgreSQL of the session emptied."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text

from db.engine import open_engine


def opened_empty(server: str | None, file: Path) -> Engine:
    """Without tables. `server` is a PostgreSQL that one test at a time lives in; None for a file."""
    engine = open_engine(server or f"sqlite:///{file}")
    if server:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    return engine
