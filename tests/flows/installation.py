"""One real installation for the flow tests: `duban up` in a process of its own, with a mini city in its ledger."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from db.engine import open_engine
from db.intake import import_rows
from db.schema import migrate
from settings import ROOT, Settings
from tasks.intake import read_records
from tests.flows.mini_city import write_mini

PROGRAM = [sys.executable, "-c", "import cli; cli.main()"]


def import_mini(data: Path, extra: dict[str, str] | None = None, replaced: dict[str, str] | None = None) -> Settings:
    """An installation's folder with the mini city in its ledger."""
    settings = Settings(data=data)
    rows = read_records(write_mini(data / "records", extra, replaced)).rows
    engine = open_engine(settings.ledger_url)
    migrate(engine)
    with engine.begin() as connection:
        import_rows(connection, "huizhou", rows, "mini", datetime(2021, 1, 1, tzinfo=UTC))
    engine.dispose()
    return settings


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "DUBAN_DATA": str(settings.data),
        "DUBAN_PREFECT_PORT": str(settings.prefect_port),
        "PYTHONPATH": str(ROOT),
    }


@dataclass
class Running:
    """A running installation and its Prefect API, spoken to as the flow UI does."""

    settings: Settings
    process: subprocess.Popen[bytes]
    http: httpx.Client

    def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        answer = self.http.request(method, path, json=body)
        while answer.status_code == 503:  # its SQLite was busy; Prefect's own client waits and asks again too
            time.sleep(0.5)
            answer = self.http.request(method, path, json=body)
        return answer.raise_for_status()

    def post(self, path: str, body: Any) -> Any:
        return self.call("POST", path, body).json()

    def get(self, path: str) -> Any:
        return self.call("GET", path).json()

    def deployment(self, name: str) -> dict[str, Any]:
        found = self.post("deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        assert len(found) == 1, name
        return dict(found[0])

    def ask(self, name: str, parameters: dict[str, Any], **more: Any) -> str:
        deployment = self.deployment(name)["id"]
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}, **more}
        return str(self.post(f"deployments/{deployment}/create_flow_run", body)["id"])

    def ended(self, run: str, seconds: float = 80) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.get(f"flow_runs/{run}")
            if found["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
                return dict(found)
            time.sleep(0.5)
        raise AssertionError(f"{found['name']} is still {found['state_name']}")

    def sub_runs(self, run: str) -> dict[str, str]:
        """Names of the runs inside a run, with their state."""
        found = self.post("flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [run]}}})
        return {f["name"]: f["state_type"] for f in found}


def started(settings: Settings) -> subprocess.CompletedProcess[str]:
    """`duban up` where it cannot start: it ends at once."""
    return subprocess.run(
        [*PROGRAM, "up"], capture_output=True, text=True, env=environment(settings), timeout=60, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _client(settings: Settings) -> httpx.Client:
    word = (settings.data / "prefect" / "password").read_text()
    http = httpx.Client(base_url=settings.prefect_api, auth=("office", word), timeout=90)
    token = http.get("csrf-token", params={"client": "tests"}).raise_for_status().json()["token"]
    http.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "tests"})
    return http


def said(log: Path, word: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    until = time.monotonic() + seconds
    while word not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < until, log.read_text(encoding="utf-8")
        time.sleep(0.2)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = import_mini(tmp_path_factory.mktemp("office")).model_copy(update={"prefect_port": free_port()})
    log = settings.data / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*PROGRAM, "up"], stdout=out, stderr=out, env=environment(settings), start_new_session=True
        )
    try:
        said(log, "按 Ctrl-C", process, 180)
        with closing(_client(settings)) as http:
            yield Running(settings, process, http)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
