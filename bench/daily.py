"""One city's daily round: the judgement alone, every step without Prefect, and the same through a real server.

The server is `duban up` in a process of its own on a free port; the run is asked for as the flow UI asks for it, and
its length is what Prefect recorded from the start of the run to its end.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bench.machine import Spent, Watch, fresh, peak_mib
from db.intake import import_rows
from samples.city import write_city
from settings import ROOT, Settings
from tasks import jobs
from tasks.intake import read_records
from tasks.rounds import hold, parts

PLAN = "huizhou"
DAY = date(2026, 11, 18)
NEXT = date(2026, 11, 19)
NOTHING = Spent(0, 0)
AT_REST = 8
"""Seconds before each round: in an office a day lies between one and the next."""
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass
class Round:
    """Seconds, beside them those of the processor. `first` finds everything new, `again` nothing, `next_day` what one
    day changes."""

    records: int = 0
    first: Spent = NOTHING
    again: Spent = NOTHING
    next_day: Spent = NOTHING
    verdicts: int = 0
    notices: int = 0
    plain: Spent = NOTHING
    served: float = 0.0
    sub_runs: int = 0
    peak_mib: int = 0

    @property
    def allowed(self) -> float:
        return min(10.0, 2 * self.plain.wall + 0.3 * self.sub_runs)


def instant(day: date) -> datetime:
    """Half past eight in Shanghai."""
    return datetime.combine(day, clock(0, 30), UTC)


def measure(folder: Path, with_prefect: bool = True) -> Round:
    """Leaves its installation in `folder`."""
    found = Round()
    settings = Settings(data=folder / "city", _env_file=None)  # type: ignore[call-arg]
    found.records = _bring(settings, DAY)
    at = jobs.office(PLAN, settings)
    found.first = _held(at, DAY, found)
    found.again = _middle(_held(at, DAY, Round()) for _ in range(3))
    _bring(settings, NEXT)
    found.next_day = _held(at, NEXT, found)
    found.plain = _middle(_played(at, NEXT) for _ in range(3))
    found.peak_mib = peak_mib()
    if with_prefect:
        found.served, found.sub_runs = _served(settings, NEXT)
    return found


def _middle(spent: Iterable[Spent]) -> Spent:
    return sorted(spent, key=lambda one: one.wall)[1]


def _bring(settings: Settings, day: date) -> int:
    """What the office has by the morning of a day comes in an hour before the round."""
    folder = settings.data / f"records-{day}"
    write_city(folder, until=day)
    rows = read_records(folder).rows
    engine = fresh(settings.ledger_url)
    with engine.begin() as connection:
        import_rows(connection, PLAN, rows, f"{day}", instant(day) - timedelta(hours=1))
    engine.dispose()
    return sum(map(len, rows.values()))


def _held(at: jobs.Office, day: date, found: Round) -> Spent:
    """Judging and recording every part, as the round does; nothing is shown."""
    whole = Watch()
    for part in parts(at.plan, day):
        report = hold(at.engine, at.plan, part, day, instant(day))
        found.verdicts += sum(report.counts.values())
        found.notices += report.notices
    return whole.spent


def _played(at: jobs.Office, day: date) -> Spent:
    """Every step of every part and the day's summary, as `duban run daily_round` plays them."""
    watch = Watch()
    for part in parts(at.plan, day):
        for _ in jobs.played(at, part, day, instant(day)):
            pass
    jobs.summarised(at, day, instant(day), ())
    return watch.spent


def _served(settings: Settings, day: date) -> tuple[float, int]:
    """Median seconds of three rounds through the server, and how many sub-runs each had."""
    with _up(settings.model_copy(update={"prefect_port": _free_port()})) as http:
        runs = [_asked(http, day) for _ in range(3)]
        inside = {"flow_runs": {"parent_flow_run_id": {"any_": [runs[0]["id"]]}}}
        return median(run["total_run_time"] for run in runs), len(_post(http, "flow_runs/filter", inside))


@contextmanager
def _up(settings: Settings) -> Iterator[httpx.Client]:
    given = {
        "DUBAN_DATA": str(settings.data),
        "DUBAN_PREFECT_PORT": str(settings.prefect_port),
        "PYTHONPATH": str(ROOT),
    }
    log = settings.data / "up.log"
    with log.open("wb") as out:
        program = [sys.executable, "-c", "import cli; cli.main()", "up"]
        process = subprocess.Popen(program, stdout=out, stderr=out, env={**os.environ, **given}, start_new_session=True)
    try:
        _wait(log, process)
        word = (settings.data / "prefect" / "password").read_text()
        with httpx.Client(base_url=settings.prefect_api, auth=("office", word), timeout=90) as http:
            token = http.get("csrf-token", params={"client": "bench"}).raise_for_status().json()["token"]
            http.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "bench"})
            yield http
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(log: Path, process: subprocess.Popen[bytes], seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while "按 Ctrl-C" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(log.read_text(errors="replace")[-2000:])
        time.sleep(0.3)


def _asked(http: httpx.Client, day: date) -> dict[str, Any]:
    time.sleep(AT_REST)
    wanted = {"deployments": {"name": {"any_": ["daily_round"]}}}
    deployment = _post(http, "deployments/filter", wanted)[0]["id"]
    body = {"parameters": {"plan": PLAN, "as_of": day.isoformat()}, "state": {"type": "SCHEDULED"}}
    run = _post(http, f"deployments/{deployment}/create_flow_run", body)
    while run["state_type"] not in ENDED:
        time.sleep(1)  # asking more often would itself slow the server down
        answer = http.get(f"flow_runs/{run['id']}")
        if answer.status_code != 503:  # its SQLite was busy for a moment
            run = answer.raise_for_status().json()
    if run["state_type"] != "COMPLETED":
        raise RuntimeError(run["state"]["message"])
    return dict(run)


def _post(http: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    return http.post(path, json=body).raise_for_status().json()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
