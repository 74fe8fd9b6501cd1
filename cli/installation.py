"""What has to be so before anything is started, each fault one line: a folder we may write, a free port, one instance."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy import Engine

from db.engine import open_engine
from db.fault_words import refusal
from db.schema import migrate
from settings import Settings

LOCK = "up.lock"


class NotPossible(Exception):
    """Cannot start. `outside` says the cause is the machine (exit 3), not the call (exit 2)."""

    def __init__(self, line: str, outside: bool) -> None:
        super().__init__(line)
        self.outside = outside


def claim(settings: Settings) -> IO[str]:
    """The installation's lock, held as long as the file stays open. Raises NotPossible."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        lock = (settings.data / LOCK).open("a+")
    except OSError as error:
        raise NotPossible(
            f"数据目录 {settings.data} 不能写入（{refusal(error)}）：请改目录权限，或用 DUBAN_DATA 另指一个目录", False
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        owner = lock.read().strip() or "未知"
        lock.close()
        raise NotPossible(
            f"数据目录 {settings.data} 已有一个督办在运行（进程 {owner}）：请先停掉它，或用 DUBAN_DATA 另指一个目录",
            True,
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


@contextmanager
def ledger(settings: Settings) -> Iterator[Engine]:
    """The ledger of the installation, made or brought to the newest migration where need be; closed at the end."""
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.ledger_url)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


def free_port(settings: Settings) -> None:
    """Raises NotPossible when somebody listens already where the flow UI should."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.prefect_host, settings.prefect_port))
        except OSError as error:
            raise NotPossible(
                f"端口 {settings.prefect_port} 不能用（{refusal(error)}）：请停掉占用它的程序，或用 DUBAN_PREFECT_PORT 另指一个端口",
                True,
            ) from error
