"""The SMS gateways of Aliyun, Tencent and China Mobile on loopback: they recompute every signature from the raw request.

Written from the vendors' documents, not from our channels; the vendors' own clients pass them as ours do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, quote

from http_gateway import Asked, Gateway

KEY_ID, KEY_SECRET = "LTAI-example-id", "example-secret-of-nobody"
APP_ID, SIGN = "1400000000", "测试民政局"
EC_NAME, AP_ID, MAS_SECRET, MAS_SIGN = "测试民政局", "duban", "mas-secret-of-nobody", "SignCode1"
TEXTS = {
    "SMS_LATE": "有${n}项督办事项逾期，最早${day}，请尽快办理，详见邮件或督办系统。",
    "SMS_NEWS": "您有新的督办通知，请登录督办系统查看。",
    "1001": "有{1}项督办事项逾期，最早{2}，请尽快办理，详见邮件或督办系统。",
    "1002": "您有新的督办通知，请登录督办系统查看。",
    "mas-1": "有{1}项督办事项逾期，最早{2}，请尽快办理，详见邮件或督办系统。",
}
SHANGHAI = timezone(timedelta(hours=8))


@dataclass
class Sms:
    """One message as taken; `state` is what the carrier will say of it."""

    provider: str
    number: str
    text: str
    id: str
    reference: str
    at: float
    state: str = "waiting"


class Refused(Exception):
    """The gateway does not take the request."""

    def __init__(self, code: str, status: int = 200) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass
class SmsGateway(Gateway):
    """`refusals` are codes answered to the next sendings; `echoes` is whether Tencent gives back the session context."""

    sent: list[Sms] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    echoes: bool = True
    balance: int = 1_000_000
    daily: int = 50
    nonces: set[str] = field(default_factory=set)
    fetched: int = 0

    def serve(self, asked: Asked) -> tuple[int, Any]:
        if "x-acs-action" in asked.headers:
            return self._aliyun(asked)
        if "x-tc-action" in asked.headers:
            return self._tencent(asked)
        return self._mas(asked)

    def _take(self, provider: str, number: str, text: str, id: str) -> Sms:  # noqa: A002
        if self.balance <= len(self.sent):
            raise Refused("balance")
        if Counter((sms.provider, sms.number) for sms in self.sent)[provider, number] >= self.daily:
            raise Refused("limit")
        sms = Sms(provider, number, text, id, f"{provider}-{len(self.sent) + 1}", self.clock())
        self.sent.append(sms)
        return sms

    # Aliyun

    def _aliyun(self, asked: Asked) -> tuple[int, Any]:
        try:
            self._verify_acs3(asked)
            given = dict(parse_qsl(asked.query, keep_blank_values=True))
            action = {"SendSms": self._aliyun_send, "QuerySendDetails": self._aliyun_details}
            return 200, {"Code": "OK", "Message": "OK", "RequestId": "R-1"} | action[asked.headers["x-acs-action"]](
                given
            )
        except Refused as refused:
            code = {"balance": "isv.AMOUNT_NOT_ENOUGH", "limit": "isv.BUSINESS_LIMIT_CONTROL"}
            said = code.get(refused.code, refused.code)
            return refused.status, {"Code": said, "Message": f"{said} 说明", "RequestId": "R-1"}

    def _verify_acs3(self, asked: Asked) -> None:
        form = r"ACS3-HMAC-SHA256 Credential=([^,]*),SignedHeaders=([^,]*),Signature=([0-9a-f]{64})"
        parts = re.fullmatch(form, asked.headers.get("authorization", ""))
        if not parts or parts[1] != KEY_ID:
            raise Refused("InvalidAccessKeyId.NotFound", 404)
        names = parts[2].split(";")
        must = {"host", *(name for name in asked.headers if name.startswith("x-acs-"))}
        digest = hashlib.sha256(asked.body).hexdigest()
        if names != sorted(names) or not must <= set(names) or asked.headers["x-acs-content-sha256"] != digest:
            raise Refused("SignatureDoesNotMatch", 400)
        query = sorted(parse_qsl(asked.query, keep_blank_values=True))
        encoded = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query)
        lines = "".join(f"{name}:{asked.headers.get(name, '').strip()}\n" for name in names)
        canonical = "\n".join((asked.method, asked.path, encoded, lines, parts[2], digest))
        to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        if not hmac.compare_digest(_hex(KEY_SECRET.encode(), to_sign), parts[3]):
            raise Refused("SignatureDoesNotMatch", 400)
        when = datetime.strptime(asked.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(when.timestamp() - self.clock()) > 15 * 60:
            raise Refused("InvalidTimeStamp.Expired", 400)
        if asked.headers["x-acs-signature-nonce"] in self.nonces:
            raise Refused("SignatureNonceUsed", 400)
        self.nonces.add(asked.headers["x-acs-signature-nonce"])
        if asked.headers["x-acs-version"] != "2017-05-25":
            raise Refused("InvalidVersion", 400)

    def _aliyun_send(self, given: dict[str, str]) -> dict[str, Any]:
        if self.refusals:
            raise Refused(self.refusals.pop(0))
        if not re.fullmatch(r"(?:\+86|86|0086)?1[3-9]\d{9}", given.get("PhoneNumbers", "")):
            raise Refused("isv.MOBILE_NUMBER_ILLEGAL")
        if given.get("SignName") != SIGN:
            raise Refused("isv.SMS_SIGNATURE_ILLEGAL")
        if given.get("TemplateCode") not in TEXTS:
            raise Refused("isv.SMS_TEMPLATE_ILLEGAL")
        try:
            values = json.loads(given.get("TemplateParam") or "{}")
        except ValueError as error:
            raise Refused("isv.INVALID_JSON_PARAM") from error
        if not all(isinstance(value, str) for value in values.values()):
            raise Refused("isv.INVALID_JSON_PARAM")
        _check(list(values.values()), 35, "isv.PARAM_LENGTH_LIMIT", "isv.PARAM_NOT_SUPPORT_URL")
        text = re.sub(r"\$\{(\w+)\}", lambda hole: values.get(hole[1], hole[0]), TEXTS[given["TemplateCode"]])
        if "${" in text:
            raise Refused("isv.TEMPLATE_MISSING_PARAMETERS")
        sms = self._take("aliyun", given["PhoneNumbers"][-11:], text, given.get("OutId", ""))
        return {"BizId": sms.reference}

    def _aliyun_details(self, given: dict[str, str]) -> dict[str, Any]:
        size, page = int(given["PageSize"]), int(given["CurrentPage"])
        if not 1 <= size <= 50:
            raise Refused("isv.INVALID_PARAMETERS")
        number, day = given["PhoneNumber"], given["SendDate"]
        found = [s for s in reversed(self.sent) if (s.provider, s.number) == ("aliyun", number) and _day(s.at) == day]
        status = {"waiting": 1, "failed": 2, "delivered": 3}
        rows = [
            {
                "OutId": sms.id, "PhoneNum": number, "SendStatus": status[sms.state], "SendDate": _clock(sms.at),
                "ErrCode": {"delivered": "DELIVERED", "failed": "MK:0001"}.get(sms.state, ""), "Content": sms.text,
                **({"ReceiveDate": _clock(sms.at + 5)} if sms.state == "delivered" else {}),
            }
            for sms in found[(page - 1) * size : page * size]
        ]  # fmt: skip
        return {"TotalCount": str(len(found)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}

    # Tencent

    def _tencent(self, asked: Asked) -> tuple[int, Any]:
        try:
            self._verify_tc3(asked)
            given = json.loads(asked.body)
            action = {
                "SendSms": self._tencent_send,
                "PullSmsSendStatus": self._tencent_pull,
                "PullSmsSendStatusByPhoneNumber": self._tencent_by_number,
            }
            return 200, {"Response": action[asked.headers["x-tc-action"]](given) | {"RequestId": "R-2"}}
        except Refused as refused:
            error = {"Code": refused.code, "Message": f"{refused.code} 说明"}
            return 200, {"Response": {"Error": error, "RequestId": "R-2"}}

    def _verify_tc3(self, asked: Asked) -> None:
        form = r"TC3-HMAC-SHA256 Credential=([^/]*)/([^/]*)/sms/tc3_request, SignedHeaders=([^,]*), Signature=([0-9a-f]{64})"
        parts = re.fullmatch(form, asked.headers.get("authorization", ""))
        if not parts or parts[1] != KEY_ID:
            raise Refused("AuthFailure.SecretIdNotFound")
        stamp = int(asked.headers["x-tc-timestamp"])
        day, names = f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%d}", parts[3].split(";")
        lines = "".join(f"{name}:{asked.headers.get(name, '').strip().lower()}\n" for name in names)
        body = hashlib.sha256(asked.body).hexdigest()
        canonical = "\n".join((asked.method, asked.path, asked.query, lines, parts[3], body))
        scope = f"{day}/sms/tc3_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        key = f"TC3{KEY_SECRET}".encode()
        for part in (day, "sms", "tc3_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        right = _hex(key, f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}")
        if not {"content-type", "host"} <= set(names) or parts[2] != day or not hmac.compare_digest(right, parts[4]):
            raise Refused("AuthFailure.SignatureFailure")
        if abs(stamp - self.clock()) > 5 * 60:
            raise Refused("AuthFailure.SignatureExpire")
        if asked.headers.get("x-tc-version") != "2021-01-11":
            raise Refused("NoSuchVersion")

    def _tencent_send(self, given: dict[str, Any]) -> dict[str, Any]:
        numbers = given["PhoneNumberSet"]
        statuses = [self._tencent_one(number, given) for number in numbers]
        return {"SendStatusSet": statuses}

    def _tencent_one(self, number: str, given: dict[str, Any]) -> dict[str, Any]:
        status = {"PhoneNumber": number, "SerialNo": "", "Fee": 0, "SessionContext": given.get("SessionContext", "")}
        try:
            sms = self._tencent_taken(number, given)
        except Refused as refused:
            codes = {
                "balance": "FailedOperation.InsufficientBalanceInSmsPackage",
                "limit": "LimitExceeded.PhoneNumberDailyLimit",
            }
            code = codes.get(refused.code, refused.code)
            if code.startswith(("AuthFailure", "RequestLimitExceeded", "InternalError.JsonParseFail")):
                raise
            return status | {"Code": code, "Message": f"{code} 说明"}
        return status | {"Code": "Ok", "Message": "send success", "SerialNo": sms.reference, "Fee": 1}

    def _tencent_taken(self, number: str, given: dict[str, Any]) -> Sms:
        if self.refusals:
            raise Refused(self.refusals.pop(0))
        if not re.fullmatch(r"\+861[3-9]\d{9}", number):
            raise Refused("InvalidParameterValue.IncorrectPhoneNumber")
        if given["SmsSdkAppId"] != APP_ID:
            raise Refused("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        if given["SignName"] != SIGN:
            raise Refused("FailedOperation.SignatureIncorrectOrUnapproved")
        if given["TemplateId"] not in TEXTS:
            raise Refused("FailedOperation.TemplateIncorrectOrUnapproved")
        values = given.get("TemplateParamSet") or []
        template = TEXTS[given["TemplateId"]]
        if len(values) != len(re.findall(r"\{\d+\}", template)):
            raise Refused("FailedOperation.TemplateParamSetNotMatchApprovedTemplate")
        over, url = "TemplateParameterLengthLimit", "ProhibitedUseUrlInTemplateParameter"
        _check(values, 12, f"InvalidParameterValue.{over}", f"InvalidParameterValue.{url}")
        text = re.sub(r"\{(\d+)\}", lambda hole: values[int(hole[1]) - 1], template)
        return self._take("tencent", number[-11:], text, given.get("SessionContext", ""))

    def _tencent_pull(self, given: dict[str, Any]) -> dict[str, Any]:
        known = [sms for sms in self.sent if sms.provider == "tencent" and sms.state != "waiting"]
        shown = known[self.fetched : self.fetched + given["Limit"]]
        self.fetched += len(shown)
        return {"PullSmsSendStatusSet": [self._tencent_row(sms) for sms in shown]}

    def _tencent_by_number(self, given: dict[str, Any]) -> dict[str, Any]:
        window = range(given["BeginTime"], given["EndTime"] + 1)
        rows = [
            self._tencent_row(sms)
            for sms in self.sent
            if sms.provider == "tencent" and sms.state != "waiting"
            if f"+86{sms.number}" == given["PhoneNumber"] and int(sms.at) in window
        ]
        return {"PullSmsSendStatusSet": rows[: given["Limit"]]}

    def _tencent_row(self, sms: Sms) -> dict[str, Any]:
        delivered = sms.state == "delivered"
        return {
            "UserReceiveTime": int(sms.at + 5), "CountryCode": "86", "SubscriberNumber": sms.number,
            "PhoneNumber": f"+86{sms.number}", "SerialNo": sms.reference,
            "ReportStatus": "SUCCESS" if delivered else "FAIL", "Description": "DELIVRD" if delivered else "UNDELIV",
            "SessionContext": sms.id if self.echoes else "",
        }  # fmt: skip

    # China Mobile

    def _mas(self, asked: Asked) -> tuple[int, Any]:
        try:
            given = json.loads(base64.b64decode(asked.body, validate=True))
        except ValueError:
            return 200, {"success": False, "rspcod": "InvalidMessage", "msgGroup": ""}
        try:
            sms = self._take("mas", given["mobiles"], self._mas_text(asked.path, given), "")
        except Refused as refused:
            return 200, {"success": False, "rspcod": refused.code, "msgGroup": ""}
        return 200, {"success": True, "rspcod": "success", "msgGroup": sms.reference}

    def _mas_text(self, path: str, given: dict[str, str]) -> str:
        if (given["ecName"], given["apId"]) != (EC_NAME, AP_ID):
            raise Refused("InvalidUsrOrPwd")
        middle = ("templateId", "mobiles", "params") if path == "/sms/tmpsubmit" else ("mobiles", "content")
        told = [given["ecName"], given["apId"], MAS_SECRET, *(given[name] for name in middle)]
        joined = "".join((*told, given["sign"], given["addSerial"]))
        if hashlib.md5(joined.encode()).hexdigest() != given["mac"]:
            raise Refused("IllegalMac")
        if given["sign"] != MAS_SIGN:
            raise Refused("NoSignId")
        if self.refusals:
            raise Refused(self.refusals.pop(0))
        if not re.fullmatch(r"1[3-9]\d{9}", given["mobiles"]):
            raise Refused("InvalidMobile")
        if path == "/sms/norsubmit":
            return given["content"]
        values = json.loads(given["params"])
        return re.sub(r"\{(\d+)\}", lambda hole: values[int(hole[1]) - 1], TEXTS[given["templateId"]])


def _check(values: list[str], longest: int, over: str, url: str) -> None:
    if any(len(value) > longest for value in values):
        raise Refused(over)
    if any("http" in value or "www." in value for value in values):
        raise Refused(url)


def _hex(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, SHANGHAI):%Y%m%d}"


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, SHANGHAI):%Y-%m-%d %H:%M:%S}"
