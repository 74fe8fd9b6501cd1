"""The processes of one installation: started apart, watched, and gone with us, grandchildren included."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 12.0
QUICK = 60.0
MOST_RESTARTS = 3


class KeepsDying(Exception):
    """A child has ended again and again within a minute; carries its name and where its log is."""

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(f"{name}一再退出，停止启动；日志见 {log}")


@dataclass
class Child:
    """One process under watch. `started` are the times of its starts, by the monotonic clock."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes]
    started: list[float] = field(default_factory=list)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _apart() -> None:
    """In the child, before it becomes somebody else: it dies with us, and an interrupt means what it says."""
    # A shell that started us with & left SIGINT ignored; a Prefect worker forwards SIGTERM as SIGINT and would stay.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """All children of one installation. What they leave behind is adopted and ended by `stop`."""

    def __init__(self, logs: Path, env: dict[str, str]) -> None:
        self._logs, self._env = logs, env
        self._children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)
        _prctl(PR_SET_CHILD_SUBREAPER, 1)

    def start(self, name: str, command: Sequence[str], file: str) -> Child:
        log = self._logs / f"{file}.log"
        child = Child(name, command, log, self._spawn(command, log), [time.monotonic()])
        self._children.append(child)
        return child

    def _spawn(self, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self._env,
                start_new_session=True, preexec_fn=_apart,
            )  # fmt: skip

    def revive(self) -> list[str]:
        """Starts again what has ended, and names it. Raises KeepsDying for one that will not stay."""
        ended = [child for child in self._children if child.process.poll() is not None]
        for child in ended:
            now = time.monotonic()
            child.started = [t for t in child.started if now - t < QUICK] + [now]
            if len(child.started) > MOST_RESTARTS:
                raise KeepsDying(child.name, child.log)
            child.process = self._spawn(child.command, child.log)
        return [child.name for child in ended]

    def stop(self) -> None:
        """Ends everything, last started first: asks, waits, then does not ask."""
        for child in reversed(self._children):
            _signal_group(child.process.pid, signal.SIGINT)
            _wait(child.process, PATIENCE)
            _signal_group(child.process.pid, signal.SIGKILL)
        for pid in _descendants(os.getpid()):
            _signal(pid, signal.SIGKILL)
        _reap()


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _descendants(root: int) -> list[int]:
    """Every process below `root`: flows run in sessions of their own and outlive the worker that began them."""
    parents = dict(filter(None, map(_parentage, Path("/proc").glob("[0-9]*")))) if sys.platform == "linux" else {}
    found: list[int] = []
    level = {root}
    while level := {pid for pid, parent in parents.items() if parent in level}:
        found.extend(level)
    return found


def _parentage(folder: Path) -> tuple[int, int] | None:
    try:
        after_name = (folder / "stat").read_text().rpartition(")")[2]
    except OSError:
        return None
    return int(folder.name), int(after_name.split()[1])


def _reap() -> None:
    for _ in range(50):
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.1)
