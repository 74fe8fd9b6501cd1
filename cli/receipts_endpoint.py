"""Where gateways post their reports: POST /TOKEN/CHANNEL, e.g. /…/sms_aliyun. What is posted is kept, then answered.

Bound to loopback unless the settings say otherwise: a gateway outside reaches it through the office's own proxy. The
path is the only secret a gateway can be given, so nothing here writes it into a log.
"""

from __future__ import annotations

import hmac
import logging
import socket
import threading
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from settings import Settings
from tasks.receipts import UnknownSender, pushed

SHORTEST_TOKEN = 16
MOST_BYTES = 1_000_000
logger = logging.getLogger(__name__)


class EndpointRefused(Exception):
    """The endpoint cannot be opened as it is set up; the text says what is missing, in Chinese."""


def endpoint(engine: Engine, token: str) -> FastAPI:
    """404 for a wrong token or a channel that posts nothing, 413 for too much, 400 for what is no report."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/{given}/{kind}")
    async def receive(given: str, kind: str, request: Request) -> Response:
        if not hmac.compare_digest(given.encode(), token.encode()):
            return Response(status_code=404)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return Response(status_code=413)
        try:
            answer = await run_in_threadpool(pushed, engine, kind, body, datetime.now(UTC))
        except UnknownSender:
            return Response(status_code=404)
        except ValueError:
            logger.warning("收到看不懂的回执：%s", kind)
            return Response(status_code=400)
        return Response(answer, media_type="application/json")

    return app


class Endpoint:
    """The server in a thread of its own; `port` is the one it really has."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        """Raises EndpointRefused where the token is missing or too short to be a secret, OSError where the port is taken."""
        token = settings.receipts_token.get_secret_value()
        if len(token) < SHORTEST_TOKEN:
            raise EndpointRefused(f"DUBAN_RECEIPTS_TOKEN 至少要{SHORTEST_TOKEN}个字符，它是接收回执地址中的口令")
        config = uvicorn.Config(endpoint(engine, token), log_config=None, access_log=False, lifespan="off")
        # it would write every path, and the path holds the secret
        logging.getLogger("uvicorn.access").disabled = True
        self._socket = socket.create_server((settings.receipts_host, settings.receipts_port))
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="receipts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
