"""The environment of the embedded Prefect: one server on its own SQLite file, bound to loopback, telling nobody.

The batch sizes keep the in-memory event queue from losing task runs.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from settings import ROOT, Settings

POOL = "duban"

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # The older UI draws no Chinese in the picture of a run; quiet_ui keeps the newer one from calling outside.
    "PREFECT_SERVER_UI_V2_ENABLED": "true",
}

BATCHES = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "50",
}

UPKEEP = {
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "2592000",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "60",
    "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "20",
    "PREFECT_LOGGING_LEVEL": "INFO",
}


def prefect_env(settings: Settings) -> dict[str, str]:
    """Everything a process needs to be, or to talk to, this installation's Prefect. Makes the secrets on first use."""
    home = settings.data / "prefect"
    origin = f"http://{settings.prefect_host}:{settings.prefect_port}"
    password = f"office:{_kept(home / 'password', lambda: secrets.token_urlsafe(12))}"
    return {
        **_inherited(),
        **QUIET,
        **BATCHES,
        **UPKEEP,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": settings.prefect_api,
        "PREFECT_SERVER_API_HOST": settings.prefect_host,
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "ui"),
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": origin,
        "PREFECT_SERVER_ENCRYPTION_KEY": _kept(home / "encryption_key", lambda: Fernet.generate_key().decode()),
        "DUBAN_DATA": str(settings.data.resolve()),
        "DUBAN_PREFECT_PORT": str(settings.prefect_port),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "PYTHONUTF8": "1",
        "TZ": "Asia/Shanghai",
    }


def _inherited() -> dict[str, str]:
    # A stray PREFECT_* of the caller's shell would point a child at another server.
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}


def _kept(file: Path, make) -> str:  # type: ignore[no-untyped-def]
    """The secret in `file`, made once, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secret := make())
    return secret
