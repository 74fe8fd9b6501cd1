"""短信，经腾讯云短信（2021-01-11，签名 TC3-HMAC-SHA256）。

SendSms is not idempotent. SessionContext is given back in the answer, and in reports only where the office had it
switched on; reports exist only once the carrier has spoken. So the query can prove that a message left, never that it
did not.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from time import time as wall_clock
from typing import Any, Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.approved import LONGEST, Code, choose, codes_of
from notifications.channel import Fate, Form, Message, NotConfigured, Receipt, Report, SendError
from notifications.gateway import (
    NOT_UNDERSTOOD,
    Refusal,
    demand,
    exchange,
    host_of,
    open_client,
    refusal,
    refused,
)
from notifications.masking import mask, masked_json
from notifications.phone import mobile_of
from policy.calendar import at
from settings import Settings

VERSION, ALGORITHM, SERVICE, MOST = "2021-01-11", "TC3-HMAC-SHA256", "sms", 100
MIDNIGHT = time()
REFUSALS = {
    "FailedOperation": Refusal.OURS,
    "FailedOperation.ContainSensitiveWord": Refusal.THEIRS,
    "FailedOperation.PhoneNumber": Refusal.THEIRS,
    "InternalError": Refusal.LATER,
    "InternalError.Timeout": Refusal.PERHAPS,
    "InternalError.SendAndRecvFail": Refusal.PERHAPS,
    "InternalError.RequestTimeException": Refusal.OURS,
    "InternalError.JsonParseFail": Refusal.OURS,
    "InternalError.Sig": Refusal.OURS,
    "InternalError.RestApiInterfaceNotExist": Refusal.OURS,
    "InvalidParameter": Refusal.OURS,
    "InvalidParameterValue.IncorrectPhoneNumber": Refusal.THEIRS,
    "InvalidParameter.DirtyWordFound": Refusal.THEIRS,
    "LimitExceeded.PhoneNumber": Refusal.SLOWLY,
    "LimitExceeded.DeliveryFrequencyLimit": Refusal.SLOWLY,
    "LimitExceeded": Refusal.OURS,
    "MissingParameter": Refusal.OURS,
    "AuthFailure": Refusal.OURS,
    "Unauthorized": Refusal.OURS,
    "UnsupportedOperation": Refusal.OURS,
    "NoSuch": Refusal.OURS,
    "Invalid": Refusal.OURS,
    "Ip": Refusal.OURS,
    "Resource": Refusal.LATER,
    "RequestLimitExceeded": Refusal.LATER,
}
"""By the longest beginning of the code. A template or a signature refused once is refused for everybody."""


class Account(BaseSettings):
    """`sign` without its brackets, as approved. Seconds of patience by step."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_SMS_TENCENT_", env_file=".env", extra="ignore")

    secret_id: str = ""
    secret_key: SecretStr = SecretStr("")
    app_id: str = ""
    sign: str = ""
    region: str = "ap-guangzhou"
    url: str = "https://sms.tencentcloudapi.com"
    connect_seconds: float = 5
    answer_seconds: float = 15


class SmsTencent:
    kind, label, max_bytes = "sms_tencent", "短信（腾讯云）", LONGEST * 3
    form, resends_unknown, needs = Form.COUNTS, False, "phone"
    longest = timedelta(minutes=1)
    pushed_answer = b'{"result":0,"errmsg":"OK"}'

    def __init__(self, account: Account, codes: Path, clock: Callable[[], float] = wall_clock) -> None:
        """`codes` is the office's file of approved sentences, `clock` gives seconds since 1970 for the signature."""
        self.account, self._codes, self._clock = account, codes, clock
        self._client = open_client(account.connect_seconds, account.answer_seconds)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        account = Account()
        if not account.secret_id:
            raise NotConfigured("没有设置 DUBAN_SMS_TENCENT_SECRET_ID")
        return cls(account, settings.sms_codes)

    @cached_property
    def codes(self) -> dict[str, Code]:
        return codes_of(self._codes, "tencent")

    def send(self, message: Message) -> Receipt:
        mobile = mobile_of(message)
        demand(self.account, "secret_key", "app_id", "sign")
        said, code = choose(message.text, self.codes)
        asked = {
            "PhoneNumberSet": [f"+86{mobile}"],
            "SmsSdkAppId": self.account.app_id,
            "SignName": self.account.sign,
            "TemplateId": code,
            "TemplateParamSet": list(said.values.values()),
            "SessionContext": message.id,
        }
        answer = self._call("SendSms", asked)
        try:
            (status,) = answer["SendStatusSet"]
            told = str(status["Code"])
        except (KeyError, TypeError, ValueError):
            raise refused(Refusal.PERHAPS, "SendStatusSet", NOT_UNDERSTOOD) from None
        if told != "Ok":
            raise refused(refusal(200, told, REFUSALS), told, status.get("Message"))
        return Receipt(code=told, reference=str(status.get("SerialNo", "")))

    def query(self, message: Message, day: date) -> Report | None:
        """Never None: what has no report yet may be on its way. Raises SendError, unknown, where none is surely ours."""
        asked = {
            "PhoneNumber": f"+86{mobile_of(message)}",
            "SmsSdkAppId": self.account.app_id,
            "BeginTime": int(at(day, MIDNIGHT).timestamp()),
            "EndTime": int(at(day + timedelta(days=2), MIDNIGHT).timestamp()),
            "Offset": 0,
            "Limit": MOST,
        }
        for report in self._reports("PullSmsSendStatusByPhoneNumber", asked):
            if report.message == message.id:
                return report
        raise SendError("没有查到送达回执，不能断定没有发出", unknown=True, code="query", phase="query")

    def receipts(self, since: datetime) -> Iterator[Report]:
        asked = {"SmsSdkAppId": self.account.app_id, "Limit": MOST}
        while True:
            found = self._reports("PullSmsSendStatus", asked)
            yield from (report for report in found if report.at is None or report.at >= since)
            if len(found) < MOST:
                return

    @staticmethod
    def pushed(body: bytes) -> list[Report]:
        try:
            return [_pushed(row) for row in json.loads(body)]
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError("不是腾讯云的短信回执") from error

    def close(self) -> None:
        self._client.close()

    def _reports(self, action: str, asked: Mapping[str, Any]) -> list[Report]:
        return [_report(row) for row in self._call(action, asked).get("PullSmsSendStatusSet") or ()]

    def _call(self, action: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        account, body = self.account, json.dumps(asked, ensure_ascii=False).encode()
        stamp, host = int(self._clock()), host_of(account.url)
        signed = {"content-type": "application/json; charset=utf-8", "host": host, "x-tc-action": action.lower()}
        secret = account.secret_key.get_secret_value()
        headers = {
            **signed,
            "x-tc-action": action,
            "x-tc-version": VERSION,
            "x-tc-region": account.region,
            "x-tc-timestamp": str(stamp),
            "Authorization": authorization(account.secret_id, secret, SERVICE, stamp, signed, body),
        }
        answer = exchange(self._client, f"{account.url}/", body, headers)
        response = answer.fields.get("Response")
        if not isinstance(response, dict):
            raise refused(Refusal.PERHAPS, f"HTTP {answer.status}", NOT_UNDERSTOOD)
        if error := response.get("Error"):
            code = str(error.get("Code"))
            raise refused(refusal(answer.status, code, REFUSALS), code, error.get("Message"))
        return response


def authorization(secret_id: str, secret: str, service: str, stamp: int, signed: Mapping[str, str], body: bytes) -> str:
    """The TC3-HMAC-SHA256 header of a POST to / at `stamp`, seconds since 1970; `signed` are the headers it covers."""
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    canonical = "\n".join(("POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()))
    day = f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%d}"
    scope = f"{day}/{service}/tc3_request"
    to_sign = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={names}, Signature={signature}"


def _report(row: Mapping[str, Any]) -> Report:
    received = row.get("UserReceiveTime")
    return Report(
        Fate.DELIVERED if row.get("ReportStatus") == "SUCCESS" else Fate.FAILED,
        message=row.get("SessionContext") or None,
        reference=row.get("SerialNo"),
        code=row.get("Description"),
        at=datetime.fromtimestamp(received, UTC) if received else None,
        raw=masked_json(row),
    )


def _pushed(row: Mapping[str, Any]) -> Report:
    return Report(
        Fate.DELIVERED if row["report_status"] == "SUCCESS" else Fate.FAILED,
        reference=row["sid"],
        code=row.get("errmsg"),
        text=mask(str(row.get("description", ""))),
        raw=masked_json(row),
    )


CHANNEL = SmsTencent
