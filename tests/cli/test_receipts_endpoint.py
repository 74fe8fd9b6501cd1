"""The endpoint for posted reports on a real socket: what is posted is kept and answered; what is not ours is not."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from given_notices import rows
from sqlalchemy import Engine, text

from cli.receipts_endpoint import MOST_BYTES, Endpoint, EndpointRefused
from db import receipts
from db.schema import create_all
from settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-path-that-nobody-guesses"
ROW = {"success": True, "err_code": "DELIVERED", "biz_id": "B1", "out_id": "O1", "report_time": "2021-07-30 09:00:05"}
PHONE = "19900001234"


def with_token(tmp_path: Path, token: str = TOKEN) -> Settings:
    return Settings(data=tmp_path, receipts_token=token)


@pytest.fixture
def address(engine: Engine, tmp_path: Path) -> Iterator[str]:
    create_all(engine)
    opened = Endpoint(engine, with_token(tmp_path))
    opened.start()
    yield f"http://127.0.0.1:{opened.port}"
    opened.stop()


def post(address: str, body: bytes, path: str = f"/{TOKEN}/sms_aliyun") -> httpx.Response:
    return httpx.post(f"{address}{path}", content=body, timeout=30)


def test_a_posted_report_is_kept_and_answered_as_the_gateway_wants(address: str, engine: Engine) -> None:
    answers = [post(address, json.dumps([ROW]).encode()) for _ in range(2)]
    assert [(a.status_code, a.json()) for a in answers] == [(200, {"code": 0, "msg": "接收成功"})] * 2
    assert len(rows(engine, receipts.RECEIPT)) == 1


def test_garbage_is_answered_400_and_counted(address: str, engine: Engine) -> None:
    assert post(address, f"<xml>{PHONE}</xml>".encode()).status_code == 400
    assert [row["status"] for row in rows(engine, receipts.RECEIPT)] == ["garbled"]


@pytest.mark.parametrize(
    "path",
    ["/", "/sms_aliyun", "/wrong/sms_aliyun", f"/{TOKEN}/email", f"/{TOKEN}/nobody", f"/{TOKEN}", "/é/sms_aliyun"],
)
def test_nobody_without_the_secret_path_gets_in(address: str, engine: Engine, path: str) -> None:
    assert post(address, json.dumps([ROW]).encode(), path).status_code in (404, 405)
    assert rows(engine, receipts.RECEIPT) == []


def test_a_get_changes_nothing_and_the_endpoint_describes_itself_to_nobody(address: str, engine: Engine) -> None:
    for path in (f"/{TOKEN}/sms_aliyun", "/docs", "/openapi.json", "/redoc"):
        assert httpx.get(f"{address}{path}").status_code in (404, 405)
    assert rows(engine, receipts.RECEIPT) == []


def test_too_much_is_refused_unread(address: str, engine: Engine) -> None:
    assert post(address, b"[" + b" " * MOST_BYTES + b"]").status_code == 413


def test_what_cannot_be_kept_is_not_answered_as_taken(address: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE receipt"))
    assert post(address, json.dumps([ROW]).encode()).status_code == 500


def test_no_log_holds_the_secret_path_or_a_number(address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    post(address, json.dumps([{**ROW, "phone_number": PHONE}]).encode())
    post(address, PHONE.encode())
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert [line for line in ours if TOKEN in line or PHONE in line] == []


def test_without_a_secret_nothing_is_opened(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EndpointRefused, match="DUBAN_RECEIPTS_TOKEN"):
        Endpoint(engine, with_token(tmp_path, "short"))


def dispatcher(tmp_path: Path, port: int, token: str) -> subprocess.Popen[str]:
    given = {"DUBAN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "DUBAN_RECEIPTS_TOKEN": token}
    program = f"from cli import app; app(['dispatch', '--receipts-port', '{port}'])"
    return subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, **given}, stderr=subprocess.PIPE, text=True
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


def test_the_dispatcher_opens_it_and_closes_it_when_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    process = dispatcher(tmp_path, port, TOKEN)
    assert process.stderr
    started = any("投递进程已启动" in line for line in process.stderr)
    answer = post(f"http://127.0.0.1:{port}", json.dumps([ROW]).encode())
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=30)
    assert (started, answer.status_code, process.returncode) == (True, 200, 0), rest
    assert "Traceback" not in rest


def test_a_port_that_is_taken_or_a_missing_secret_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = dispatcher(tmp_path, port, TOKEN)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert said.strip().splitlines()[-1].startswith(f"接收回执的端口{port}打不开")
    process = dispatcher(tmp_path, free_port(), "")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2, said
    assert said.strip().splitlines()[-1].startswith("DUBAN_RECEIPTS_TOKEN")
