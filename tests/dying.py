"""Dispatchers in processes of their own that are killed: at a named step, at random, or put to sleep past their lease.

Minutes become fractions of a second, so that leases run out while a test waits.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from db import breakers, deliveries
from db.engine import open_engine
from db.planstore import load_plan
from notifications.channel import discover
from notifications.template_check import renderer
from settings import Settings
from tasks import lane
from tasks.lane import Lane
from tasks.send import Hours, Post

PRELOADED = ["dying", "tasks.send", "notifications.channels.email", "notifications.channels.sms_aliyun"]
LEASE = timedelta(seconds=6)
STEPS = ("_take", "_begin", "_try", "_settle", "_conclude")
"""What a lane does with a batch; a process may die before and after each, each time it is done."""


@dataclass(frozen=True)
class Clock:
    """The same instant in every process: it was `start` when the machine's own clock showed `base`."""

    start: datetime
    base: float

    @property
    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self.base)

    def later(self, wait: timedelta) -> Clock:
        return Clock(self.start + wait, self.base)


@dataclass(frozen=True)
class Dispatcher:
    """What a process needs to know: `dies_at` is the number of the step before or after which it ends, 0 for never."""

    ledger: str
    data: Path
    env: dict[str, str]
    clock: Clock
    dies_at: int = 0
    workers: int = 1

    def started(self) -> ForkServerProcess:
        context = get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        process = context.Process(target=_dispatch, args=(self,), daemon=True)
        process.start()
        return process

    def post(self) -> Post:
        settings = Settings(data=self.data, sms_workers=self.workers, _env_file=None)  # type: ignore[call-arg]
        return Post(open_engine(self.ledger), load_plan("huizhou"), settings, self.clock.now, hours=Hours.ALWAYS)

    def tick(self) -> None:
        post = self.post()
        try:
            post.run()
        finally:
            post.engine.dispose()


def shorten(patched: Callable[[object, str, Any], None] = setattr) -> None:
    """Waits of minutes become fractions of a second."""
    for kind in discover().values():
        patched(kind, "longest", LEASE / 2)
    patched(breakers, "LEASE", LEASE)
    patched(deliveries, "UNKNOWN_WAIT", timedelta(0))
    patched(deliveries, "RETRY_MINUTES", (0,))
    patched(lane, "ASK_WAIT", timedelta(0))
    patched(lane, "MARGIN", timedelta(0))
    patched(lane, "SURE", timedelta(seconds=1))
    patched(lane, "WORKED", LEASE / 4)


def _dispatch(dispatcher: Dispatcher) -> None:
    os.environ.update(dispatcher.env)
    shorten()
    renderer()
    if dispatcher.dies_at:
        _die_at(dispatcher.dies_at)
        dispatcher.tick()
        os._exit(0)
    while True:
        dispatcher.tick()
        time.sleep(0.05)


def _die_at(number: int) -> None:
    """The process ends, without any farewell, at the step boundary of this number, counted from 1."""
    left = number

    def boundary() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(9)

    def between(step: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any) -> Any:
            boundary()
            result = step(*given)
            boundary()
            return result

        return done

    for step in STEPS:
        setattr(Lane, step, between(getattr(Lane, step)))
