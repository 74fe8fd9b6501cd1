"""The rulings of a long rehearsal, worked out by a process of its own that runs ahead of what is decided on them."""

from __future__ import annotations

import errno
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from queue import SimpleQueue
from threading import Thread

from sqlalchemy import Connection

from db.engine import image_of, opened_image
from tasks.intake import uncollected
from tasks.rehearsal.rulings import Ruled, Stretch, rulings

LONG = 120
"""Days from which on a second process gains more than it takes to start."""
Told = Ruled | Exception | None


class Ahead:
    """The process: it comes up on its own, and then rules one stretch."""

    def __init__(self) -> None:
        # spawn: a forked child would share open databases and threads with this process.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._worker = context.Process(target=_rule, args=(theirs,), daemon=True)
        self._worker.start()
        theirs.close()
        self._handing_over: Thread | None = None

    def rulings(self, image: bytes, stretch: Stretch) -> Iterator[Ruled]:
        # A pipe holds less than a database.
        self._handing_over = Thread(target=_hand_over, args=(self._pipe, stretch, image), daemon=True)
        self._handing_over.start()
        return iter(partial(_next, self._pipe), None)

    def close(self) -> None:
        self._worker.terminate()
        self._worker.join()
        if self._handing_over:
            self._handing_over.join()
        self._pipe.close()


@contextmanager
def standing_by(first: date, last: date) -> Iterator[Ahead | None]:
    """For a long stretch a process that comes up while the caller still reads the records; None for a short one."""
    with ExitStack() as until:
        yield until.enter_context(closing(Ahead())) if (last - first).days >= LONG else None


@contextmanager
def rulings_ahead(connection: Connection, stretch: Stretch, ahead: Ahead | None) -> Iterator[Iterator[Ruled]]:
    """`rulings`; where the records are in memory and the stretch is long, from now on and while the caller does other
    things and decides on the days before. `ahead` is one that stands by, if any."""
    image = image_of(connection) if (stretch.last - stretch.first).days >= LONG else None
    if image is None:
        yield rulings(connection, stretch)
    elif ahead:
        yield ahead.rulings(image, stretch)
    else:
        with closing(Ahead()) as own:
            yield own.rulings(image, stretch)


def _hand_over(pipe: Pipe, stretch: Stretch, image: bytes) -> None:
    with suppress(OSError):  # the process is gone: whoever waits for a day is told so
        pipe.send(stretch)
        pipe.send_bytes(image)


def _next(pipe: Pipe) -> Ruled | None:
    try:
        told: Told = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise ChildProcessError(errno.ECHILD, "推算判定的进程中途退出，多半是内存不够", "预演") from None
    if isinstance(told, Exception):
        raise told
    return told


def _rule(pipe: Pipe) -> None:
    """Ends with None, or with what went wrong."""
    # Ctrl-C reaches both: the one that waits ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        stretch = pipe.recv()
    except EOFError:
        return  # nobody needed it
    days: SimpleQueue[Told] = SimpleQueue()
    # A pipe holds less than a day: a thread waits until there is room, and the rulings go on.
    sender = Thread(target=_send, args=(pipe, days), daemon=True)
    sender.start()
    try:
        with opened_image(pipe.recv_bytes()) as connection, uncollected():
            for ruled in rulings(connection, stretch):
                days.put(ruled)
    except Exception as error:  # noqa: BLE001 - it is raised again by the process that waits for the next day
        days.put(error)
    days.put(None)
    sender.join()


def _send(pipe: Pipe, days: SimpleQueue[Told]) -> None:
    for told in iter(days.get, None):
        pipe.send(told)
    pipe.send(None)
