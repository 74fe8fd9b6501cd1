"""飞书群机器人（签名校验）：发到一个群。

The key of the signature is seconds and secret, its message is empty: the other way round than with everybody else.
100 messages a minute, five a second.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.channel import Form, Message, NotConfigured, Receipt
from notifications.chat import chat_text, post, settle
from notifications.gateway import Refusal, open_client
from settings import Settings

WAIT = timedelta(minutes=1)
REFUSALS = {
    9499: Refusal.SLOWLY,
    11232: Refusal.SLOWLY,
    11233: Refusal.SLOWLY,
    19001: Refusal.OURS,
    19021: Refusal.OURS,
    19022: Refusal.OURS,
    19024: Refusal.OURS,
}
"""19001: the address is wrong; 19021: signature or clock; 19022: our address is not listed; 19024: a keyword is missing."""


class Account(BaseSettings):
    """`webhook` is the whole address with its key, `secret` that of 签名校验, empty where keywords guard it."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_FEISHU_", env_file=".env", extra="ignore")

    webhook: SecretStr = SecretStr("")
    secret: SecretStr = SecretStr("")
    connect_seconds: float = 5
    answer_seconds: float = 15


class Feishu:
    kind, label, max_bytes = "feishu", "飞书群机器人", 18_000
    form, resends_unknown, needs = Form.TEXT, True, ""
    longest = timedelta(minutes=1)

    def __init__(self, account: Account, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970 for the signature."""
        self.account, self._clock = account, clock
        self._client = open_client(account.connect_seconds, account.answer_seconds)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        account = Account()
        if not account.webhook.get_secret_value():
            raise NotConfigured("没有设置 DUBAN_FEISHU_WEBHOOK")
        return cls(account)

    def send(self, message: Message) -> Receipt:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": chat_text(message, self.max_bytes)}}
        if secret := self.account.secret.get_secret_value():
            stamp = int(self._clock())
            body |= {"timestamp": str(stamp), "sign": sign(secret, stamp)}
        answer = post(self._client, self.account.webhook.get_secret_value(), body)
        # robots of the first generation answer StatusCode
        names = ("code", "msg") if "code" in answer.fields else ("StatusCode", "StatusMessage")
        settle(answer, REFUSALS, WAIT, names)
        return Receipt(code="0")

    def close(self) -> None:
        self._client.close()


def sign(secret: str, stamp: int) -> str:
    """The signature at `stamp`, seconds since 1970."""
    made = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(made).decode()


CHANNEL = Feishu
