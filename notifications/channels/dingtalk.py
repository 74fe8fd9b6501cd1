"""钉钉群机器人（加签）：发到一个群，按手机号提醒本人。

20 messages a minute; who says more is deaf for ten minutes. The signature covers the milliseconds and stands in the
address, which holds the key too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Self
from urllib.parse import quote_plus

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.channel import Form, Message, NotConfigured, Receipt, SendError
from notifications.chat import chat_text, post, settle
from notifications.gateway import Refusal, open_client
from notifications.phone import mobile_of
from settings import Settings

WAIT = timedelta(minutes=10)
REFUSALS = {
    -1: Refusal.LATER,
    88: Refusal.LATER,
    130101: Refusal.SLOWLY,
    410100: Refusal.SLOWLY,
    300001: Refusal.OURS,
    310000: Refusal.OURS,
    400013: Refusal.OURS,
    400101: Refusal.OURS,
    400102: Refusal.OURS,
}
"""310000: signature, keyword or address of ours; 400013: the group is gone; 400101, 400102: the robot is."""


class Account(BaseSettings):
    """`webhook` is the whole address with its access_token, `secret` that of 加签, empty where keywords guard it."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_DINGTALK_", env_file=".env", extra="ignore")

    webhook: SecretStr = SecretStr("")
    secret: SecretStr = SecretStr("")
    connect_seconds: float = 5
    answer_seconds: float = 15


class DingTalk:
    kind, label, max_bytes = "dingtalk", "钉钉群机器人", 18_000
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
            raise NotConfigured("没有设置 DUBAN_DINGTALK_WEBHOOK")
        return cls(account)

    def send(self, message: Message) -> Receipt:
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": chat_text(message, self.max_bytes)}}
        with suppress(SendError):  # nobody to remind by name: the group reads it all the same
            body["at"] = {"atMobiles": [mobile_of(message)], "isAtAll": False}
        settle(post(self._client, self._address(), body), REFUSALS, WAIT)
        return Receipt(code="0")

    def close(self) -> None:
        self._client.close()

    def _address(self) -> str:
        webhook, secret = self.account.webhook.get_secret_value(), self.account.secret.get_secret_value()
        if not secret:
            return webhook
        stamp = int(self._clock() * 1000)
        return f"{webhook}&timestamp={stamp}&sign={quote_plus(sign(secret, stamp))}"


def sign(secret: str, stamp: int) -> str:
    """The signature at `stamp`, milliseconds since 1970."""
    made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(made).decode()


CHANNEL = DingTalk
