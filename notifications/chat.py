"""A message as the text of a chat, and the code in the answer: HTTP 200 alone says nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from notifications.channel import Message
from notifications.gateway import BY_STATUS, NOT_UNDERSTOOD, Answer, Refusal, exchange, refused

MORE = "…（全文见邮件或督办系统）"
JSON = {"content-type": "application/json; charset=utf-8"}


def chat_text(message: Message, most_bytes: int) -> str:
    """Subject and text, cut to so many bytes of UTF-8 at the border of a character."""
    text = f"{message.subject}\n{message.text}".strip()
    if len(text.encode()) <= most_bytes:
        return text
    room = most_bytes - len(MORE.encode())
    return text.encode()[:room].decode("utf-8", "ignore").rstrip() + MORE


def post(client: httpx.Client, url: str, body: Mapping[str, Any]) -> Answer:
    return exchange(client, url, json.dumps(body, ensure_ascii=False).encode(), JSON)


def code_of(answer: Answer, name: str = "errcode") -> int | None:
    code = answer.fields.get(name)
    return code if isinstance(code, int) else None


def settle(
    answer: Answer, table: Mapping[int, Refusal], wait: timedelta, names: tuple[str, str] = ("errcode", "errmsg")
) -> None:
    """Returns where the code is 0. Else raises SendError: by the table, a code nobody knows is final."""
    code = code_of(answer, names[0])
    if code == 0:
        return
    if code is None:
        meaning = BY_STATUS.get(answer.status, Refusal.LATER if answer.status >= 500 else Refusal.PERHAPS)
        raise refused(meaning, f"HTTP {answer.status}", NOT_UNDERSTOOD)
    raise refused(table.get(code, Refusal.THEIRS), code, answer.fields.get(names[1]), wait=wait)
