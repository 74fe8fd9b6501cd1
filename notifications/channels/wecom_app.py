"""企业微信应用消息，也用于粤政易等同源的政务平台：发给本人。

The recipient is found by mobile number (user/getuserid). The server drops the same words to the same person within four
hours (enable_duplicate_check), so sending again is safe. errcode 0 with the person under invaliduser is a refusal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Self
from urllib.parse import quote

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.channel import Form, Message, NotConfigured, Receipt, SendError
from notifications.chat import chat_text, code_of, post, settle
from notifications.gateway import Answer, Refusal, demand, exchange, open_client, refused
from notifications.phone import mobile_of
from settings import Settings

WAIT = timedelta(minutes=1)
STALE_TOKEN = frozenset({40014, 42001, 42007, 42009})
SAME_WITHIN = 14_400
REFUSALS = {
    -1: Refusal.LATER,
    6000: Refusal.LATER,
    45009: Refusal.SLOWLY,
    45033: Refusal.SLOWLY,
    **dict.fromkeys((40001, 40013, 40014, 40056, 41001, 41011, 42001, 48001, 48002, 50002, 301002), Refusal.OURS),
    **dict.fromkeys((60011, 60020, 60030), Refusal.OURS),
}
"""What is not here speaks of the person: 46004 and 60111 nobody of that number, 81013 not within the app's sight."""


class Account(BaseSettings):
    """`url` is the base of the platform; 粤政易 and private installations have their own. Seconds of patience by step."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_WECOM_APP_", env_file=".env", extra="ignore")

    corp_id: str = ""
    secret: SecretStr = SecretStr("")
    agent_id: int = 0
    url: str = "https://qyapi.weixin.qq.com"
    connect_seconds: float = 5
    answer_seconds: float = 15


class WecomApp:
    kind, label, max_bytes = "wecom_app", "企业微信应用消息", 2048
    form, resends_unknown, needs = Form.TEXT, True, "phone"
    longest = timedelta(minutes=3)

    def __init__(self, account: Account, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds, for the age of the token."""
        self.account, self._clock = account, clock
        self._client = open_client(account.connect_seconds, account.answer_seconds)
        self._token, self._token_ends = SecretStr(""), 0.0

    @classmethod
    def open(cls, settings: Settings) -> Self:
        account = Account()
        if not account.corp_id:
            raise NotConfigured("没有设置 DUBAN_WECOM_APP_CORP_ID")
        return cls(account)

    def send(self, message: Message) -> Receipt:
        mobile = mobile_of(message)
        demand(self.account, "secret", "agent_id")
        with _nothing_said_yet("address"):
            user = self._ask("user/getuserid", {"mobile": mobile}).get("userid")
        if not user:
            raise refused(Refusal.THEIRS, "userid", "通讯录中没有这个手机号", phase="address")
        answer = self._ask("message/send", self._body(str(user), message))
        if answer.get("invaliduser"):
            raise refused(Refusal.THEIRS, "invaliduser", "不在应用的可见范围内")
        return Receipt(code="0", reference=answer.get("msgid"))

    def close(self) -> None:
        self._client.close()

    def _body(self, user: str, message: Message) -> dict[str, Any]:
        return {
            "touser": user,
            "msgtype": "text",
            "agentid": self.account.agent_id,
            "text": {"content": chat_text(message, self.max_bytes)},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_WITHIN,
        }

    def _ask(self, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Asks with the token in hand, and once more with a new one where it was stale."""
        answer = self._post(what, body)
        if code_of(answer) in STALE_TOKEN:
            self._token_ends = 0.0
            answer = self._post(what, body)
        settle(answer, REFUSALS, WAIT)
        return answer.fields

    def _post(self, what: str, body: Mapping[str, Any]) -> Answer:
        return post(self._client, f"{self._base}/{what}?access_token={self._valid_token()}", body)

    @property
    def _base(self) -> str:
        return f"{self.account.url.rstrip('/')}/cgi-bin"

    def _valid_token(self) -> str:
        if self._clock() >= self._token_ends:
            with _nothing_said_yet("token"):
                self._fetch_token()
        return quote(self._token.get_secret_value(), safe="")

    def _fetch_token(self) -> None:
        corp, secret = quote(self.account.corp_id, safe=""), quote(self.account.secret.get_secret_value(), safe="")
        address = f"{self._base}/gettoken?corpid={corp}&corpsecret={secret}"
        answer = exchange(self._client, address, method="GET")
        settle(answer, REFUSALS, WAIT)
        self._token = SecretStr(str(answer.fields.get("access_token", "")))
        # a minute early: it must not run out on its way
        self._token_ends = self._clock() + int(answer.fields.get("expires_in", 7200)) - 60


@contextmanager
def _nothing_said_yet(phase: str) -> Iterator[None]:
    """A question before the message itself: when its answer is lost, the message has surely not left."""
    try:
        yield
    except SendError as error:
        error.unknown, error.phase = False, phase
        raise


CHANNEL = WecomApp
