"""The send journal: what was taken by whom and when, in an append-only file outside the database, ids only.

A database restored from a backup does not know what went out since; the journal does. A line is written after the
message was taken and counted as written only after the disk has it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from db import journal
from db.engine import LOOK, is_held, reading
from db.journal import Entry

TAIL = 64 * 1024
IN_TURN = 10.0
"""Seconds until whoever holds the journal is not waited for any more: he may have been stopped in the middle of it."""
Write = Callable[[], AbstractContextManager[Connection]]
"""Begins a transaction that writes."""
SAY = json.JSONEncoder(ensure_ascii=False).encode


class JournalInvalid(Exception):
    """A file that is no journal; one Chinese line that says where."""


@dataclass(frozen=True)
class Journal:
    path: Path

    def begin(self, env: str, now: datetime) -> None:
        """The line of an arming: from here on the file belongs to the history of this name."""
        self.append(env, [{"armed": now.isoformat()}])

    def append(self, env: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """Returns once the disk has them. A line torn by a crash is closed first and stays unread. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        said = "".join(SAY({"v": 1, "env": env, **line}) + "\n" for line in lines)
        with self.path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                said = said if file.read(1) == b"\n" else "\n" + said
            file.write(said.encode())
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else on this machine writes down the same meanwhile. Raises OSError.

        Where there are no locks, or somebody sleeps over one, a message may stand twice; that says nothing else.
        """
        ends = time.monotonic() + IN_TURN
        with self.path.open("ab") as file:
            while is_held(file.fileno()) and time.monotonic() < ends:
                time.sleep(LOOK)
            yield

    def env(self) -> str | None:
        """The history that the last line belongs to; None where there is no journal."""
        last = self._newest("env")
        return last["env"] if last else None

    def last(self) -> str | None:
        """The message of the last line that names one."""
        last = self._newest("delivery")
        return last["delivery"] if last else None

    def entries(self) -> list[Entry]:
        """Everything, oldest first; nothing where there is no file. Raises JournalInvalid."""
        if not self.path.exists():
            return []
        try:
            return [_entry(line) for line in _read(self.path.read_bytes()) if "delivery" in line]
        except (KeyError, ValueError, TypeError) as error:
            raise JournalInvalid(f"{self.path}：不是发送日志（{error}）") from error

    def _newest(self, field: str) -> dict[str, Any] | None:
        """The last whole line that has a field, found without reading years of them."""
        if not self.path.exists():
            return None
        size, reach = self.path.stat().st_size, TAIL
        while True:
            with self.path.open("rb") as file:
                file.seek(max(0, size - reach))
                newest = next((line for line in _read(file.read(), backwards=True) if field in line), None)
            if newest or reach >= size:
                return newest
            reach *= 16


def _read(some: bytes, *, backwards: bool = False) -> Iterator[dict[str, Any]]:
    """The whole lines of a piece of a journal; what is torn, or cut, is left out."""
    for line in some.split(b"\n")[:: -1 if backwards else 1]:
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict) and "env" in read:
            yield read


def keep(engine: Engine, at: Journal, env: str, now: datetime, write: Write) -> int:
    """Writes what was taken and is not in the journal yet, and gives its number. Raises OSError.

    The ledger is asked and told in two steps, so that nobody waits for it while the journal is written.
    """
    number = 0
    with at.turn():
        while True:
            with reading(engine) as connection:
                entries = journal.unjournaled(connection)
            if not entries:
                return number
            at.append(env, map(line_of, entries))
            with write() as connection:
                journal.mark(connection, entries, now)
            number += len(entries)
            if len(entries) < journal.CHUNK:
                return number


def line_of(entry: Entry) -> dict[str, Any]:
    return {**vars(entry), "day": entry.day.isoformat(), "at": entry.at.isoformat()}


def _entry(line: dict[str, Any]) -> Entry:
    words = {name: line[name] for name in Entry.__dataclass_fields__}
    times = {"day": date.fromisoformat(line["day"]), "at": datetime.fromisoformat(line["at"])}
    return Entry(**{**words, **times, "notices": tuple(line["notices"])})
