"""短信，经阿里云短信服务（Dysmsapi 2017-05-25，签名 ACS3-HMAC-SHA256）。

SendSms is not idempotent and OutId is only echoed: a message that perhaps left is asked for with QuerySendDetails and
never simply sent again. A refusal comes with HTTP 200 and a Code other than OK. The parameters stand in the query, as
the vendor's own client puts them; a plus sign for a blank would break the signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.approved import LONGEST, Code, choose, codes_of
from notifications.channel import Fate, Form, Message, NotConfigured, Receipt, Report
from notifications.gateway import Refusal, demand, exchange, host_of, open_client, refusal, refused
from notifications.masking import mask, masked_json
from notifications.phone import mobile_of
from policy.calendar import SHANGHAI
from settings import Settings

VERSION, ALGORITHM, PAGE = "2017-05-25", "ACS3-HMAC-SHA256", 50
REFUSALS = {
    "Throttling": Refusal.LATER,
    "ServiceUnavailable": Refusal.LATER,
    "InternalError": Refusal.LATER,
    "isp.": Refusal.LATER,
    "isp.RAM_PERMISSION_DENY": Refusal.OURS,
    "isv.": Refusal.THEIRS,
    "isv.BUSINESS_LIMIT_CONTROL": Refusal.SLOWLY,
    "isv.AMOUNT_NOT_ENOUGH": Refusal.OURS,
    "isv.OUT_OF_SERVICE": Refusal.OURS,
    "isv.DAY_LIMIT_CONTROL": Refusal.OURS,
    "isv.MONTH_LIMIT_CONTROL": Refusal.OURS,
    "isv.PRODUCT_UN": Refusal.OURS,
    "isv.ACCOUNT_": Refusal.OURS,
    "isv.SECURITY_FROZEN_ACCOUNT": Refusal.OURS,
    "isv.SIGN": Refusal.OURS,
    "isv.SMS_SIGN": Refusal.OURS,
    "isv.SMS_TEMPLATE": Refusal.OURS,
    "isv.TEMPLATE_": Refusal.OURS,
    "isv.PARAM_": Refusal.OURS,
    "isv.INVALID_": Refusal.OURS,
    "isv.DENY_IP_RANGE": Refusal.OURS,
    "isv.PORT_NOT_REGISTERED": Refusal.OURS,
    "isv.EXTEND_CODE_ERROR": Refusal.OURS,
    "SignatureNonceUsed": Refusal.LATER,
    "Signature": Refusal.OURS,
    "InvalidAccessKeyId": Refusal.OURS,
    "InvalidTimeStamp": Refusal.OURS,
    "InvalidVersion": Refusal.OURS,
    "Missing": Refusal.OURS,
    "Forbidden": Refusal.OURS,
    "NoPermission": Refusal.OURS,
}
"""By the longest beginning of the code. A template or a signature refused once is refused for everybody."""
FATES = {1: Fate.WAITING, 2: Fate.FAILED, 3: Fate.DELIVERED}


class Account(BaseSettings):
    """`sign` without its brackets. Seconds of patience by step."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_SMS_ALIYUN_", env_file=".env", extra="ignore")

    key_id: str = ""
    key_secret: SecretStr = SecretStr("")
    sign: str = ""
    url: str = "https://dysmsapi.aliyuncs.com"
    connect_seconds: float = 5
    answer_seconds: float = 15


class SmsAliyun:
    kind, label, max_bytes = "sms_aliyun", "短信（阿里云）", LONGEST * 3
    form, resends_unknown, needs = Form.COUNTS, False, "phone"
    longest = timedelta(minutes=1)
    pushed_answer = '{"code":0,"msg":"接收成功"}'.encode()

    def __init__(self, account: Account, codes: Path, clock: Callable[[], float] = time.time) -> None:
        """`codes` is the office's file of approved sentences, `clock` gives seconds since 1970 for the signature."""
        self.account, self._codes, self._clock = account, codes, clock
        self._client = open_client(account.connect_seconds, account.answer_seconds)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        account = Account()
        if not account.key_id:
            raise NotConfigured("没有设置 DUBAN_SMS_ALIYUN_KEY_ID")
        return cls(account, settings.sms_codes)

    @cached_property
    def codes(self) -> dict[str, Code]:
        return codes_of(self._codes, "aliyun")

    def send(self, message: Message) -> Receipt:
        mobile = mobile_of(message)
        demand(self.account, "key_secret", "sign")
        said, code = choose(message.text, self.codes)
        asked = {
            "PhoneNumbers": mobile, "SignName": self.account.sign, "TemplateCode": code, "OutId": message.id,
            **({"TemplateParam": json.dumps(said.values, ensure_ascii=False)} if said.values else {}),
        }  # fmt: skip
        answer = self._call("SendSms", asked)
        return Receipt(code="OK", reference=str(answer.get("BizId", "")))

    def query(self, message: Message, day: date) -> Report | None:
        page = 1
        while True:
            asked = {
                "PhoneNumber": mobile_of(message), "SendDate": f"{day:%Y%m%d}",
                "CurrentPage": str(page), "PageSize": str(PAGE),
            }  # fmt: skip
            answer = self._call("QuerySendDetails", asked)
            rows = answer.get("SmsSendDetailDTOs", {}).get("SmsSendDetailDTO", [])
            for row in rows:
                if row.get("OutId") == message.id:
                    return _detail(row)
            if not rows or page * PAGE >= int(answer.get("TotalCount", 0)):
                return None
            page += 1

    @staticmethod
    def pushed(body: bytes) -> list[Report]:
        try:
            return [_pushed(row) for row in json.loads(body)]
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError("不是阿里云的短信回执") from error

    def close(self) -> None:
        self._client.close()

    def _call(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        query = "&".join(f"{_quoted(name)}={_quoted(asked[name])}" for name in sorted(asked))
        headers = {
            "x-acs-action": action,
            "x-acs-version": VERSION,
            "x-acs-date": f"{datetime.fromtimestamp(self._clock(), UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": uuid4().hex,
        }
        account = self.account
        signed = signed_headers(
            account.key_id, account.key_secret.get_secret_value(), host_of(account.url), query, b"", headers
        )
        answer = exchange(self._client, f"{account.url}/?{query}", headers=signed)
        code = str(answer.fields.get("Code"))
        if code != "OK":
            raise refused(refusal(answer.status, code, REFUSALS), code, answer.fields.get("Message"))
        return answer.fields


def signed_headers(
    key_id: str, secret: str, host: str, query: str, body: bytes, headers: Mapping[str, str]
) -> dict[str, str]:
    """The headers of a POST to / with their ACS3-HMAC-SHA256 signature; `query` is encoded and sorted already."""
    digest = hashlib.sha256(body).hexdigest()
    full = {**headers, "host": host, "x-acs-content-sha256": digest}
    names = ";".join(sorted(full))
    lines = "".join(f"{name}:{full[name].strip()}\n" for name in sorted(full))
    canonical = "\n".join(("POST", "/", query, lines, names, digest))
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return {**full, "Authorization": f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"}


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _detail(row: Mapping[str, Any]) -> Report:
    fate = FATES.get(int(row.get("SendStatus", 1)), Fate.WAITING)
    return Report(
        fate, message=row["OutId"], code=row.get("ErrCode"), at=_instant(row.get("ReceiveDate")), raw=masked_json(row)
    )


def _pushed(row: Mapping[str, Any]) -> Report:
    return Report(
        Fate.DELIVERED if row["success"] else Fate.FAILED,
        message=row.get("out_id") or None,
        reference=row.get("biz_id"),
        code=row.get("err_code"),
        text=mask(str(row.get("err_msg", ""))),
        at=_instant(row.get("report_time")),
        raw=masked_json(row),
    )


def _instant(text: str | None) -> datetime | None:
    """`2021-07-30 09:00:00` of Shanghai."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if text else None
    except ValueError:
        return None


CHANNEL = SmsAliyun
