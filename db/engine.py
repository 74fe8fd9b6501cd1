"""One engine for the ledger: SQLite in WAL mode by default, PostgreSQL by URL. Memory for stateless questions."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import StaticPool

MEMORY = "sqlite://"
AT_ONCE, LOOK, IN_LINE = 0.02, 0.0002, 1.0
"""Seconds in which the next look whether another process still writes follows at once, between two looks after that, and
until nobody waits for him that way any more. A message is written in a third of a millisecond."""
KEPT_STATEMENTS = 1024
"""A plan asks some hundred questions; SQLite takes longer to understand one than to answer it for a few."""
# FULL: what is settled stays settled when the power fails; a message called sent is not sent again
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000", "cache_size=-49152")

# Results are streamed to the end: planned for the first tenth, as cursors are, a join of all would take for ever.
SETTINGS = ("cursor_tuple_fraction = 1", "work_mem = '64MB'", "jit = off")


def open_engine(url: str = MEMORY) -> Engine:
    """An engine with the settings every part relies on; a memory database is one shared connection."""
    # A failed statement is shown in the flow UI and in logs, where no record may go.
    quiet = {"hide_parameters": True}
    if url == MEMORY:
        engine = create_engine(
            url,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "cached_statements": KEPT_STATEMENTS},
            **quiet,
        )
    elif url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 60, "cached_statements": KEPT_STATEMENTS}, **quiet)
    else:
        engine = create_engine(url, pool_pre_ping=True, **quiet)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _set)
    return engine


def _tune(connection: Any, record: Any) -> None:
    # pysqlite would begin transactions by itself and too late; _begin does it.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _set(connection: Any, record: Any) -> None:
    for setting in SETTINGS:
        connection.execute(f"SET SESSION {setting}")
    connection.commit()


def _begin(connection: Any) -> None:
    # A reader that later writes would fail with SQLITE_BUSY at once; asking for the write lock first waits its turn.
    readonly = connection.get_execution_options().get("readonly", False)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


class Line:
    """Around a transaction of a process that writes again and again beside another one.

    SQLite has whoever finds somebody writing sleep for 1, 2, 5, … 100 ms. Here the folder of the ledger is locked
    meanwhile and looked at again at once, after a while every fifth of a millisecond. It saves time and decides
    nothing: whoever has stood in line for long leaves it to SQLite, and so does everybody where there are no such locks.
    """

    def __init__(self, engine: Engine) -> None:
        self._ledger = engine.url.database if engine.dialect.name == "sqlite" else None
        self._folder: int | None = None

    def __enter__(self) -> None:
        if self._folder is None and self._ledger:
            # not the ledger itself: to close any file of it would end the locks that SQLite holds on it
            self._folder = os.open(Path(self._ledger).absolute().parent, os.O_RDONLY)
        began = time.monotonic()
        while self._folder is not None and is_held(self._folder) and (waited := time.monotonic() - began) < IN_LINE:
            time.sleep(LOOK if waited > AT_ONCE else 0)

    def __exit__(self, *raised: object) -> None:
        if self._folder is not None:
            with suppress(OSError):
                fcntl.flock(self._folder, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None


def is_held(folder: int) -> bool:
    """By another; else it is ours until it is given back."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent look at the ledger from first to last, that keeps nobody from writing."""
    snapshot = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(readonly=True, **snapshot) as connection, connection.begin():
        yield connection


def image_of(connection: Connection) -> bytes | None:
    """The whole of a memory database, for another process to open; None of any other."""
    return _raw(connection).serialize() if str(connection.engine.url) == MEMORY else None


@contextmanager
def opened_image(image: bytes) -> Iterator[Connection]:
    """A memory database of its own that begins as the one of `image_of`."""
    engine = open_engine()
    with engine.connect() as connection:
        _raw(connection).deserialize(image)
        with connection.begin():
            yield connection
    engine.dispose()


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def take_turn(connection: Connection, name: str) -> None:
    """Waits until nobody else is in a transaction of this name. SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
