"""The rulings of a long rehearsal, worked out by a process of its own that runs ahead of what is decided on them."""

from __future__ import annotations

import errno
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def rulings_ahead(connection: Connection, stretch: Stretch) -> Iterator[Iterator[Ruled]]:
    """`rulings`; where the records are in memory and the stretch is long, from now on and while the caller does other
    things and decides on the days before."""
    image = image_of(connection) if (stretch.last - stretch.first).days >= LONG else None
    if image is None:
        yield rulings(connection, stretch)
        return
    # spawn: a forked child would share open databases and threads with this process.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_rule, args=(theirs, stretch), daemon=True)
    worker.start()
    theirs.close()
    # A process takes a second to come up, and a pipe holds less than a database.
    handing_over = Thread(target=_hand_over, args=(ours, image), daemon=True)
    handing_over.start()
    try:
        yield iter(partial(_next, ours), None)
    finally:
        worker.terminate()
        worker.join()
        handing_over.join()
        ours.close()


def _hand_over(pipe: Pipe, image: bytes) -> None:
    with suppress(OSError):  # the process is gone: whoever waits for a day is told so
        pipe.send_bytes(image)


def _next(pipe: Pipe) -> Ruled | None:
    try:
        told: Told = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise ChildProcessError(errno.ECHILD, "推算判定的进程中途退出，多半是内存不够", "预演") from None
    if isinstance(told, Exception):
        raise told
    return told


def _rule(pipe: Pipe, stretch: Stretch) -> None:
    """Ends with None, or with what went wrong."""
    # Ctrl-C reaches both: the one that waits ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
