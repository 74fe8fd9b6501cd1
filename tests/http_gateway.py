"""A gateway on a real socket that can be told to misbehave; what it demands and answers stands in its subclasses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar


@dataclass(frozen=True)
class Asked:
    """A request as it was received; header names in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(frozen=True)
class Fault:
    """What the next request meets instead of, or (`after`) after, being served. `drop` hangs up, `silent` says nothing.

    `none`: it is served like any other, and the one behind it meets the next fault.
    """

    status: int = 200
    body: bytes = b""
    drop: bool = False
    silent: bool = False
    after: bool = False
    none: bool = False


@dataclass
class Gateway:
    """`faults` are met one by one, `asked` is everything received, `silence` ends what is silent."""

    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    silence: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, asked: Asked) -> tuple[int, Any]:
        """Status and JSON of the answer."""
        raise NotImplementedError


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error of a test."""


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body leave as one

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            gateway.asked.append(asked)
            fault = gateway.faults.pop(0) if gateway.faults else None
            if fault is None or fault.none:
                status, answer = gateway.serve(asked)
                self._answer(status, json.dumps(answer, ensure_ascii=False).encode())
                return
            if fault.after:
                gateway.serve(asked)
            self._fail(fault)

        do_GET = do_POST

        def _fail(self, fault: Fault) -> None:
            if fault.silent:
                gateway.silence.wait(30)
            if fault.drop or fault.silent:
                self.close_connection = True
                return
            self._answer(fault.status, fault.body)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
            pass

    return Handler


G = TypeVar("G", bound=Gateway)


@contextmanager
def listening(gateway: G) -> Iterator[G]:
    server = Server(("127.0.0.1", 0), _handler(gateway))
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield gateway
    finally:
        gateway.silence.set()
        server.shutdown()
        server.server_close()
        thread.join()
