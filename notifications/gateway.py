"""One request to a gateway that answers in JSON, and what each way of failing means.

A connection that never stood is "later"; anything lost after the request began to leave is "perhaps sent". A gateway
says its own refusals in the body, with whatever status: the body is read first.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from notifications.channel import SendError
from notifications.masking import mask

NOT_UNDERSTOOD = "网关的回答看不懂，不知道是否已发出"


class Refusal(Enum):
    """What a gateway's refusal is about, and so what becomes of the message."""

    LATER = "later"
    PERHAPS = "perhaps"
    SLOWLY = "slowly"
    OURS = "ours"
    THEIRS = "theirs"


BY_STATUS = {429: Refusal.SLOWLY, 504: Refusal.PERHAPS}
"""504: a proxy gave up waiting; the gateway behind it may have gone on."""


class Answer(NamedTuple):
    """What came back: the HTTP status and the JSON object."""

    status: int
    fields: dict[str, Any]


def open_client(connect_seconds: float, answer_seconds: float) -> httpx.Client:
    # at INFO both log the whole address, which holds keys and telephone numbers
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    patience = httpx.Timeout(answer_seconds, connect=connect_seconds)
    return httpx.Client(timeout=patience, follow_redirects=False, verify=_context())


@cache
def _context() -> ssl.SSLContext:
    """Reads all certificates: once is enough for every sender."""
    return httpx.create_ssl_context()


def exchange(
    client: httpx.Client, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, method: str = "POST"
) -> Answer:
    """The JSON object of the answer, whatever its HTTP status. Raises SendError; no error names the address."""
    response = _sent(client, method, url, body, headers or {})
    try:
        answer = json.loads(response.content)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return Answer(response.status_code, answer)
    raise _by_status(response.status_code)


def refused(
    refusal: Refusal, code: object, text: object, phase: str = "answer", wait: timedelta | None = None
) -> SendError:
    """The error for a refusal with its code, in the gateway's own words, masked; `wait` counts for SLOWLY alone."""
    return SendError(
        mask(f"{code}：{text}"),
        permanent=refusal is Refusal.THEIRS,
        unknown=refusal is Refusal.PERHAPS,
        halts=refusal is Refusal.OURS,
        throttled=refusal is Refusal.SLOWLY,
        wait=wait if refusal is Refusal.SLOWLY else None,
        code=str(code),
        phase=phase,
    )


def refusal(status: int, code: str, table: Mapping[str, Refusal]) -> Refusal:
    """By the longest beginning of the code that stands in the table, then by the status; a code nobody knows is final."""
    known = [beginning for beginning in table if code.startswith(beginning)]
    if known:
        return table[max(known, key=len)]
    return BY_STATUS.get(status) or (Refusal.LATER if status >= 500 else Refusal.THEIRS)


@cache
def host_of(url: str) -> str:
    """Host and port as they stand in the request. Raises SendError."""
    try:
        return httpx.URL(url).netloc.decode()
    except httpx.InvalidURL as error:
        raise _misspelt() from error


def demand(account: BaseSettings, *names: str) -> None:
    """Raises SendError, naming the variable, where one of these settings is empty though others are there."""
    prefix = account.model_config.get("env_prefix", "")
    missing = [f"{prefix}{name}".upper() for name in names if not _plain(getattr(account, name))]
    if missing:
        raise SendError(f"没有设置 {'、'.join(missing)}", halts=True, code="settings", phase="settings")


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _misspelt() -> SendError:
    return SendError("网关地址或密钥的写法不对", halts=True, code="address", phase="connect")


def _sent(client: httpx.Client, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    try:
        return client.request(method, url, content=body, headers=headers)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
        raise _misspelt() from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        # a certificate nobody trusts is no matter of a later try
        insecure = "SSL" in str(error)
        text = "网关的安全证书不可信" if insecure else "连接不上网关"
        raise SendError(text, halts=insecure, code=type(error).__name__, phase="connect") from None
    except httpx.HTTPError as error:
        text = "请求已发出，没有等到回答"
        raise SendError(text, unknown=True, code=type(error).__name__, phase="answer") from None


def _by_status(status: int) -> SendError:
    """An answer that is no JSON object: what its status says."""
    if status < 300:
        return refused(Refusal.PERHAPS, f"HTTP {status}", NOT_UNDERSTOOD)
    meaning = BY_STATUS.get(status) or (Refusal.LATER if status >= 500 else Refusal.OURS)
    return refused(meaning, f"HTTP {status}", "网关没有受理")
