"""Dispatchers in processes of their own that are killed: at a named step, at random, or put to sleep past their lease.

Minutes become fractions of a second, so that leases run out while a test waits.
"""

from __future__ import annotations

import ctypes
import os
import resource
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
from notifications.digest import Digest
from notifications.render import Rendered, Renderer
from notifications.template_check import renderer
from settings import Settings
from tasks import lane
from tasks.lane import Lane
from tasks.send import Hours, Post

PRELOADED = ["warm", "dying", "tasks.send", "notifications.channels.email", "notifications.channels.sms_aliyun"]
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
    """What a process needs to know: `dies_at` is the number of the step before or after which it ends, 0 for never.

    `poison` is whom it cannot write to: putting the words together for that name ends the process by `death`.
    """

    ledger: str
    data: Path
    env: dict[str, str]
    clock: Clock
    dies_at: int = 0
    poison: str = ""
    death: str = ""
    workers: int = 1

    @property
    def hung(self) -> Path:
        """Lies there once it hangs."""
        return self.data / "hung"

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


def _hang(dispatcher: Dispatcher) -> None:
    dispatcher.hung.touch()
    while True:
        time.sleep(0.01)


DEATHS: dict[str, Callable[[Dispatcher], object]] = {
    "exits": lambda _: os._exit(9),
    "segfaults": lambda _: ctypes.string_at(0),
    "hangs": _hang,
}


def _die_of(dispatcher: Dispatcher) -> None:
    """A real end, in the middle of putting together the words for whoever is called so."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    render = Renderer.digest

    def rendering(renderer: Renderer, digest: Digest, *given: Any) -> Rendered:
        if digest.name == dispatcher.poison:
            DEATHS[dispatcher.death](dispatcher)
        return render(renderer, digest, *given)

    Renderer.digest = rendering  # type: ignore[method-assign, assignment]


def _dispatch(dispatcher: Dispatcher) -> None:
    os.environ.update(dispatcher.env)
    shorten()
    renderer()
    if dispatcher.dies_at:
        _die_at(dispatcher.dies_at)
    if dispatcher.poison:
        _die_of(dispatcher)
    if dispatcher.dies_at or dispatcher.poison:
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
