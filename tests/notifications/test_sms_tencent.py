"""The Tencent channel: the vendor's own vectors, the vendor's own client through the same gateway, every class of code."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from channel_rigs import approved
from http_gateway import Asked, Fault, listening
from sms_gateway import APP_ID, KEY_ID, KEY_SECRET, SIGN, SmsGateway
from vendor_sms import vendor

from notifications.channel import Fate, Message, Recipient, SendError
from notifications.channels.sms_tencent import Account, SmsTencent, authorization

AT = datetime(2021, 7, 30, 1, 0, tzinfo=UTC)
TODAY = date(2021, 7, 30)
TEXT = "有3项督办事项逾期，最早2021-07-20，请尽快办理，详见邮件或督办系统。"
MEANINGS = ("permanent", "unknown", "halts", "throttled")


def a_message(id: str = "0123abcd", phone: str | None = "+86 19900001234") -> Message:  # noqa: A002
    return Message(id, Recipient("person", "P1", "王五", None, phone), "主题", TEXT, "", AT)


@pytest.fixture
def gateway() -> Iterator[SmsGateway]:
    with listening(SmsGateway(clock=AT.timestamp)) as opened:
        yield opened


@pytest.fixture
def channel(gateway: SmsGateway, tmp_path: Path) -> Iterator[SmsTencent]:
    account = Account(
        secret_id=KEY_ID, secret_key=KEY_SECRET, app_id=APP_ID, sign=SIGN, url=gateway.url, answer_seconds=2
    )
    codes = approved(tmp_path, "tencent", {"late": "1001", "news_plain": "1002"})
    opened = SmsTencent(account, codes, gateway.clock)
    yield opened
    opened.close()


def refused(channel: SmsTencent, message: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        channel.send(message or a_message())
    return caught.value


def meaning(error: SendError) -> set[str]:
    return {name for name in MEANINGS if getattr(error, name)}


BODY = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
CVM = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}


def test_the_signature_is_that_of_the_official_vector() -> None:
    assert hashlib.sha256(BODY).hexdigest() == "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    signed = {**CVM, "x-tc-action": "describeinstances"}
    made = authorization("AKID" + "*" * 32, "*" * 32, "cvm", 1551113065, signed, BODY)
    assert made == (
        f"TC3-HMAC-SHA256 Credential=AKID{'*' * 32}/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


def test_the_signature_is_that_of_the_older_vector_which_signs_two_headers() -> None:
    example = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"  # the key printed in the vendor's documents
    made = authorization("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", example, "cvm", 1551113065, CVM, BODY)
    assert made.endswith("Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168")


def test_the_gateway_takes_our_request_and_the_recipient_reads_the_approved_sentence(
    channel: SmsTencent, gateway: SmsGateway
) -> None:
    receipt = channel.send(a_message())
    (sms,) = gateway.sent
    assert (sms.number, sms.text, sms.id) == ("19900001234", TEXT, "0123abcd")
    assert (receipt.code, receipt.reference) == ("Ok", sms.reference)
    (asked,) = gateway.asked
    assert asked.target == "/", "no number stands in an address"


def test_the_gateway_takes_the_vendors_own_client_and_reads_the_same_from_both(
    channel: SmsTencent, gateway: SmsGateway
) -> None:
    channel.send(a_message())
    gateway.clock = time.time  # the vendor's client reads the clock of the machine
    asked = json.loads(gateway.asked[0].body)
    assert vendor("tencent", gateway.port, KEY_ID, KEY_SECRET, "SendSms", asked) == "Ok"
    assert vendor("tencent", gateway.port, KEY_ID, KEY_SECRET, "PullSmsSendStatus", {"Limit": 10}) == "0"
    first, second = (json.loads(asked.body) for asked in gateway.asked[:2])
    assert first == second
    ours, theirs = gateway.sent
    assert (theirs.number, theirs.text, theirs.id) == (ours.number, ours.text, ours.id)


def test_the_gateway_refuses_the_vendors_own_client_with_another_secret(gateway: SmsGateway) -> None:
    gateway.clock = time.time
    with pytest.raises(CalledProcessError):
        vendor("tencent", gateway.port, KEY_ID, "another", "PullSmsSendStatus", {"Limit": 10})
    (asked,) = gateway.asked
    assert gateway.serve(asked)[1]["Response"]["Error"]["Code"] == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize("where", ["body", "signature", "timestamp", "host", "action"])
def test_one_changed_character_and_the_gateway_refuses(channel: SmsTencent, gateway: SmsGateway, where: str) -> None:
    channel.send(a_message())
    (asked,) = gateway.asked
    changed = {
        "body": replace(asked, body=asked.body.replace(b"19900001234", b"19900001235")),
        "signature": _header(asked, "authorization", asked.headers["authorization"][:-1] + "x"),
        "timestamp": _header(asked, "x-tc-timestamp", str(int(asked.headers["x-tc-timestamp"]) + 1)),
        "host": _header(asked, "host", "sms.example.invalid"),
        "action": _header(asked, "x-tc-action", "PullSmsSendStatus"),
    }[where]
    code = gateway.serve(changed)[1]["Response"]["Error"]["Code"]
    assert code.startswith("AuthFailure")
    assert len(gateway.sent) == 1


def _header(asked: Asked, name: str, value: str) -> Asked:
    return replace(asked, headers={**asked.headers, name: value})


def test_a_clock_that_is_wrong_halts_the_channel(channel: SmsTencent, gateway: SmsGateway) -> None:
    gateway.clock = (AT + timedelta(minutes=6)).timestamp
    error = refused(channel)
    assert (error.halts, error.code) == (True, "AuthFailure.SignatureExpire")


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "throttled"),
        ("LimitExceeded.PhoneNumberDailyLimit", "throttled"),
        ("LimitExceeded.PhoneNumberSameContentDailyLimit", "throttled"),
        ("LimitExceeded.DeliveryFrequencyLimit", "throttled"),
        ("LimitExceeded.AppMainlandChinaDailyLimit", "halts"),
        ("RequestLimitExceeded.UinLimitExceeded", ""),
        ("InternalError.OtherError", ""),
        ("InternalError.Timeout", "unknown"),
        ("InternalError.SendAndRecvFail", "unknown"),
        ("InternalError.RequestTimeException", "halts"),
        ("FailedOperation.SignatureIncorrectOrUnapproved", "halts"),
        ("FailedOperation.TemplateIncorrectOrUnapproved", "halts"),
        ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "halts"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "halts"),
        ("InvalidParameterValue.TemplateParameterLengthLimit", "halts"),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", "halts"),
        ("AuthFailure.SecretIdNotFound", "halts"),
        ("FailedOperation.PhoneNumberInBlacklist", "permanent"),
        ("FailedOperation.ContainSensitiveWord", "permanent"),
        ("InvalidParameterValue.IncorrectPhoneNumber", "permanent"),
        ("SomethingNew", "permanent"),
    ],
)
def test_every_code_has_its_class_though_http_says_200(
    channel: SmsTencent, gateway: SmsGateway, code: str, means: str
) -> None:
    gateway.refusals.append(code)
    error = refused(channel)
    assert meaning(error) == {means} - {""}
    assert error.code == code
    assert gateway.sent == []


@pytest.mark.parametrize("body", ["{}", '{"Response": {}}', '{"Response": {"SendStatusSet": []}}', "[]"])
def test_an_answer_that_says_nothing_leaves_it_unknown(channel: SmsTencent, gateway: SmsGateway, body: str) -> None:
    gateway.faults.append(Fault(body=body.encode(), after=True))
    assert meaning(refused(channel)) == {"unknown"}


def test_the_query_finds_the_message_once_the_carrier_has_spoken(channel: SmsTencent, gateway: SmsGateway) -> None:
    gateway.faults.append(Fault(drop=True, after=True))
    assert refused(channel).unknown
    gateway.sent[0].state = "delivered"
    report = channel.query(a_message(), TODAY)
    assert report is not None
    assert (report.fate, report.message, report.reference) == (Fate.DELIVERED, "0123abcd", "tencent-1")
    assert report.at == AT + timedelta(seconds=5)


@pytest.mark.parametrize(("state", "echoes"), [("waiting", True), ("delivered", False)])
def test_the_query_never_says_that_a_message_did_not_leave(
    channel: SmsTencent, gateway: SmsGateway, state: str, echoes: bool
) -> None:
    gateway.echoes = echoes
    channel.send(a_message())
    gateway.sent[0].state = state
    with pytest.raises(SendError) as caught:
        channel.query(a_message(), TODAY)
    assert caught.value.unknown


def test_reports_are_fetched_once_by_the_hundred(channel: SmsTencent, gateway: SmsGateway) -> None:
    gateway.daily = 1000
    for number in range(150):
        channel.send(a_message(f"m{number}"))
    for sms in gateway.sent[:120]:
        sms.state = "delivered"
    gateway.sent[7].state = "failed"
    reports = list(channel.receipts(AT))
    assert [report.message for report in reports] == [f"m{number}" for number in range(120)]
    assert [report.message for report in reports if report.fate is Fate.FAILED] == ["m7"]
    assert list(channel.receipts(AT)) == []


def test_reports_older_than_asked_for_are_left_out(channel: SmsTencent, gateway: SmsGateway) -> None:
    channel.send(a_message())
    gateway.sent[0].state = "delivered"
    assert list(channel.receipts(AT + timedelta(hours=1))) == []


def test_pushed_receipts_are_read_and_garbage_is_refused() -> None:
    body = (
        '[{"user_receive_time":"2021-07-30 09:00:00","nationcode":"86","mobile":"19900001234","report_status":"SUCCESS",'
        '"errmsg":"DELIVRD","description":"用户短信送达成功","sid":"S-1"},{"sid":"S-2","report_status":"FAIL"}]'
    ).encode()
    first, second = SmsTencent.pushed(body)
    assert (first.fate, first.reference, first.code) == (Fate.DELIVERED, "S-1", "DELIVRD")
    assert (second.fate, second.reference) == (Fate.FAILED, "S-2")
    for garbage in (b"", b'{"a": 1}', b"[1]", b'[{"sid": "1"}]'):
        with pytest.raises(ValueError):
            SmsTencent.pushed(garbage)


def test_missing_settings_are_named(tmp_path: Path) -> None:
    channel = SmsTencent(Account(secret_id=KEY_ID, sign=SIGN), tmp_path / "sms.yaml")
    error = refused(channel)
    assert error.halts
    assert error.text == "没有设置 DUBAN_SMS_TENCENT_SECRET_KEY、DUBAN_SMS_TENCENT_APP_ID"
    channel.close()
