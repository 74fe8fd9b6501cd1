"""短信，经中国移动云MAS（HTTP 接口）。

The body is base64 of JSON with an MD5 over its parts. Nothing of ours is given back: reports name the batch (msgGroup)
of our one number, and are only pushed. So a message that perhaps left is never sent again.
The gateway's address differs by province, is often plain HTTP and lets only listed addresses in.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.approved import LAST_RESORT, LONGEST, Code, Said, choose, codes_of, find, say, sentences
from notifications.channel import Fate, Form, Message, NotConfigured, Receipt, Report
from notifications.gateway import NOT_UNDERSTOOD, Refusal, demand, exchange, open_client, refusal, refused
from notifications.masking import masked_json
from notifications.phone import mobile_of
from policy.calendar import SHANGHAI
from settings import Settings

REFUSALS = {
    "Illegal": Refusal.OURS,
    "NoSignId": Refusal.OURS,
    "Invalid": Refusal.OURS,
    "TooManyMobiles": Refusal.OURS,
    "NOT_WHITE_IP": Refusal.OURS,
    "InvalidMobile": Refusal.THEIRS,
}
"""By the longest beginning of `rspcod`."""


class Account(BaseSettings):
    """`sign` is the code of the signature (签名编码), `add_serial` the extension number. Seconds of patience by step.

    `secret_in_body`: the documents want the key in the body besides the MD5; some gateways do without.
    """

    model_config = SettingsConfigDict(env_prefix="DUBAN_SMS_MAS_", env_file=".env", extra="ignore")

    url: str = ""
    ec_name: str = ""
    ap_id: str = ""
    secret_key: SecretStr = SecretStr("")
    sign: str = ""
    add_serial: str = ""
    secret_in_body: bool = True
    connect_seconds: float = 5
    answer_seconds: float = 15


class SmsMas:
    kind, label, max_bytes = "sms_mas", "短信（云MAS）", LONGEST * 3
    form, resends_unknown, needs = Form.COUNTS, False, "phone"
    longest = timedelta(minutes=1)
    pushed_answer = b"OK"

    def __init__(self, account: Account, codes: Path) -> None:
        """`codes` is the office's file of approved sentences; without any for this provider they go as free text."""
        self.account, self._codes = account, codes
        self._client = open_client(account.connect_seconds, account.answer_seconds)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        account = Account()
        if not account.url:
            raise NotConfigured("没有设置 DUBAN_SMS_MAS_URL")
        return cls(account, settings.sms_codes)

    @cached_property
    def codes(self) -> dict[str, Code]:
        return codes_of(self._codes, "mas")

    def send(self, message: Message) -> Receipt:
        mobile = mobile_of(message)
        demand(self.account, "ec_name", "ap_id", "secret_key", "sign")
        path, parts = self._parts(mobile, message.text)
        body = base64.b64encode(json.dumps(self._signed(parts), ensure_ascii=False).encode())
        headers = {"content-type": "text/plain; charset=utf-8"}
        answer = exchange(self._client, f"{self.account.url.rstrip('/')}{path}", body, headers)
        if answer.fields.get("success") is not True:
            raise self._refusal(answer.status, answer.fields)
        batch = answer.fields.get("msgGroup") or answer.fields.get("mgsGroup") or ""
        return Receipt(code="success", reference=str(batch))

    @staticmethod
    def pushed(body: bytes) -> list[Report]:
        try:
            rows = json.loads(body)
            return [_pushed(row) for row in (rows if isinstance(rows, list) else [rows])]
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError("不是云MAS的状态报告") from error

    def close(self) -> None:
        self._client.close()

    def _parts(self, mobile: str, text: str) -> tuple[str, dict[str, str]]:
        """The address and the fields in the order in which the MD5 joins them."""
        if not self.codes:
            said = find(sentences(), text) or Said(LAST_RESORT, {})
            return "/sms/norsubmit", {"mobiles": mobile, "content": say(sentences(), said.key, said.values)}
        said, code = choose(text, self.codes)
        values = json.dumps(list(said.values.values()), ensure_ascii=False, separators=(",", ":"))
        return "/sms/tmpsubmit", {"templateId": code, "mobiles": mobile, "params": values}

    def _signed(self, parts: Mapping[str, str]) -> dict[str, str]:
        account, secret = self.account, self.account.secret_key.get_secret_value()
        fields = {
            "ecName": account.ec_name, "apId": account.ap_id, "secretKey": secret,
            **parts, "sign": account.sign, "addSerial": account.add_serial,
        }  # fmt: skip
        return {**fields, "mac": mac(fields), **({} if account.secret_in_body else {"secretKey": ""})}

    @staticmethod
    def _refusal(status: int, fields: Mapping[str, Any]) -> Exception:
        code = fields.get("rspcod")
        if not code:
            return refused(Refusal.PERHAPS, f"HTTP {status}", NOT_UNDERSTOOD)
        return refused(refusal(status, str(code), REFUSALS), code, "云MAS没有受理")


def mac(fields: Mapping[str, str]) -> str:
    """MD5 of the values joined as they stand."""
    return hashlib.md5("".join(fields.values()).encode(), usedforsecurity=False).hexdigest()


def _pushed(row: Mapping[str, Any]) -> Report:
    delivered = row["errorCode"] == "DELIVRD"
    return Report(
        Fate.DELIVERED if delivered else Fate.FAILED,
        reference=row["msgGroup"],
        code=row["errorCode"],
        text=row.get("reportStatus"),
        at=_instant(row.get("receiveDate")),
        raw=masked_json(row),
    )


def _instant(text: str | None) -> datetime | None:
    """`20210730090000` of Shanghai."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI) if text else None
    except ValueError:
        return None


CHANNEL = SmsMas
