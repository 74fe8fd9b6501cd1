"""企业微信群机器人：发到一个群，按手机号提醒本人。

POST {webhook} {"msgtype": "text", …}. The key in the address is the whole secret. 20 messages a minute.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any, Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.channel import Form, Message, NotConfigured, Receipt, SendError
from notifications.chat import chat_text, post, settle
from notifications.gateway import Refusal, open_client
from notifications.phone import mobile_of
from settings import Settings

WAIT = timedelta(minutes=1)
REFUSALS = {
    -1: Refusal.LATER,
    6000: Refusal.LATER,
    45009: Refusal.SLOWLY,
    45033: Refusal.SLOWLY,
    93000: Refusal.OURS,
    93004: Refusal.OURS,
    93008: Refusal.OURS,
}
"""93000: the address is wrong; 93004: the robot is switched off; 93008: it is not in the group."""


class Account(BaseSettings):
    """`webhook` is the whole address with its key. Seconds of patience by step."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_WECOM_ROBOT_", env_file=".env", extra="ignore")

    webhook: SecretStr = SecretStr("")
    connect_seconds: float = 5
    answer_seconds: float = 15


class WecomRobot:
    kind, label, max_bytes = "wecom_robot", "企业微信群机器人", 2048
    form, resends_unknown, needs = Form.TEXT, True, ""
    longest = timedelta(minutes=1)

    def __init__(self, account: Account) -> None:
        self.account = account
        self._client = open_client(account.connect_seconds, account.answer_seconds)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        account = Account()
        if not account.webhook.get_secret_value():
            raise NotConfigured("没有设置 DUBAN_WECOM_ROBOT_WEBHOOK")
        return cls(account)

    def send(self, message: Message) -> Receipt:
        text: dict[str, Any] = {"content": chat_text(message, self.max_bytes)}
        with suppress(SendError):  # nobody to remind by name: the group reads it all the same
            text["mentioned_mobile_list"] = [mobile_of(message)]
        body = {"msgtype": "text", "text": text}
        settle(post(self._client, self.account.webhook.get_secret_value(), body), REFUSALS, WAIT)
        return Receipt(code="0")

    def close(self) -> None:
        self._client.close()


CHANNEL = WecomRobot
