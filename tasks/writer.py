"""How the lanes of one process use the ledger: one of them writes and one reads, each on a connection that is kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from db import deliveries
from db.bulk import commit_each
from db.deliveries import Tried
from db.engine import Line


@dataclass(eq=False)
class _Waiting:
    tried: Tried
    written: bool = False


class Writer:
    """SQLite would let a second transaction of the process knock at the door; here it waits for its turn."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._line = engine, Line(engine)
        self._kept: Connection | None = None
        self._looking: Connection | None = None
        self._turn, self._look = threading.Lock(), threading.Lock()
        self._waiting: deque[_Waiting] = deque()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: durable when it ends."""
        with self._turn, self._connected() as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Keeps nobody from writing: what is read is put into words meanwhile."""
        with self._look:
            if self._looking is None:
                self._looking = self._engine.connect().execution_options(readonly=True)
            with self._looking.begin():
                yield self._looking

    def close_try(self, tried: Tried) -> None:
        """Durable when it returns. Tries that wait while the disk is busy are written together by whoever comes next.

        Each lane waits for its own before it sends again, so that a crash still leaves each with one in doubt.
        """
        own = _Waiting(tried)
        self._waiting.append(own)
        with self._turn:
            if own.written:
                return
            together = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                with self._connected() as connection:
                    deliveries.close(connection, [one.tried for one in together], commit_each)
            except BaseException:
                self._waiting.extend(one for one in together if one is not own)  # they try for themselves
                raise
            for one in together:
                one.written = True

    def close(self) -> None:
        self._drop()
        if self._looking:
            self._looking.close()
            self._looking = None
        self._line.close()

    def _drop(self) -> None:
        kept, self._kept = self._kept, None
        if kept:
            kept.close()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if self._kept is None:
            self._kept = self._engine.connect()
        try:
            with self._line:
                yield self._kept
        except BaseException:
            self._drop()  # a commit that failed may have left it open; the pool puts that right
            raise
