"""The Aliyun channel: the vendor's own vector, the vendor's own client through the same gateway, and every class of code."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from subprocess import CalledProcessError
from urllib.parse import parse_qsl

import pytest
from channel_rigs import approved
from http_gateway import Asked, Fault, listening
from sms_gateway import KEY_ID, KEY_SECRET, SIGN, SmsGateway
from vendor_sms import vendor

from notifications.channel import Fate, Message, Recipient, SendError
from notifications.channels.sms_aliyun import Account, SmsAliyun, signed_headers

AT = datetime(2021, 7, 30, 1, 0, tzinfo=UTC)
TODAY = date(2021, 7, 30)
TEXT = "有3项督办事项逾期，最早2021-07-20，请尽快办理，详见邮件或督办系统。"


def a_message(id: str = "0123abcd", phone: str | None = "199-0000 1234", text: str = TEXT) -> Message:  # noqa: A002
    return Message(id, Recipient("person", "P1", "王五", None, phone), "主题", text, "", AT)


@pytest.fixture
def gateway() -> Iterator[SmsGateway]:
    with listening(SmsGateway(clock=AT.timestamp)) as opened:
        yield opened


@pytest.fixture
def channel(gateway: SmsGateway, tmp_path: Path) -> Iterator[SmsAliyun]:
    account = Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=SIGN, url=gateway.url, answer_seconds=2)
    codes = approved(tmp_path, "aliyun", {"late": "SMS_LATE", "news_plain": "SMS_NEWS"})
    opened = SmsAliyun(account, codes, gateway.clock)
    yield opened
    opened.close()


def plain_only(account: Account, path: Path) -> SmsAliyun:
    """A channel whose provider approved nothing but the last resort."""
    return SmsAliyun(account, approved(path, "aliyun", {"news_plain": "SMS_NEWS"}), AT.timestamp)


def refused(channel: SmsAliyun, message: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        channel.send(message or a_message())
    return caught.value


def test_the_signature_is_that_of_the_official_vector() -> None:
    headers = {
        "x-acs-action": "RunInstances",
        "x-acs-version": "2014-05-26",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    }
    query = "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai"
    host = "ecs.cn-shanghai.aliyuncs.com"
    signed = signed_headers("YourAccessKeyId", "YourAccessKeySecret", host, query, b"", headers)
    assert signed["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_gateway_takes_our_request_and_the_recipient_reads_the_approved_sentence(
    channel: SmsAliyun, gateway: SmsGateway
) -> None:
    receipt = channel.send(a_message())
    (sms,) = gateway.sent
    assert (sms.number, sms.text, sms.id) == ("19900001234", TEXT, "0123abcd")
    assert (receipt.code, receipt.reference) == ("OK", sms.reference)


def test_the_gateway_takes_the_vendors_own_client_and_reads_the_same_from_both(
    channel: SmsAliyun, gateway: SmsGateway
) -> None:
    asked = {
        "PhoneNumbers": "19900001234", "SignName": SIGN, "TemplateCode": "SMS_LATE", "OutId": "0123abcd",
        "TemplateParam": '{"n": "3", "day": "2021-07-20"}',
    }  # fmt: skip
    channel.send(a_message())
    gateway.clock = time.time  # the vendor's client reads the clock of the machine
    assert vendor("aliyun", gateway.port, KEY_ID, KEY_SECRET, "SendSms", asked) == "OK"
    first, second = (sorted(parse_qsl(asked.query)) for asked in gateway.asked)
    assert first == second
    ours, theirs = gateway.sent
    assert (theirs.number, theirs.text, theirs.id) == (ours.number, ours.text, ours.id)


def test_the_gateway_refuses_the_vendors_own_client_with_another_secret(gateway: SmsGateway) -> None:
    gateway.clock = time.time
    with pytest.raises(CalledProcessError) as caught:
        vendor("aliyun", gateway.port, KEY_ID, "another", "SendSms", {"PhoneNumbers": "19900001234"})
    assert "SignatureDoesNotMatch" in caught.value.stderr
    assert gateway.sent == []


@pytest.mark.parametrize("where", ["query", "secret", "date", "nonce", "host"])
def test_one_changed_character_and_the_gateway_refuses(channel: SmsAliyun, gateway: SmsGateway, where: str) -> None:
    channel.send(a_message())
    (asked,) = gateway.asked
    changed = {
        "query": replace(asked, target=asked.target.replace("19900001234", "19900001235")),
        "secret": _header(asked, "authorization", lambda text: text[:-1] + ("0" if text[-1] != "0" else "1")),
        "date": _header(asked, "x-acs-date", lambda text: text.replace("Z", "Y")),
        "nonce": _header(asked, "x-acs-signature-nonce", lambda text: text[::-1]),
        "host": _header(asked, "host", lambda text: text.replace("127", "128")),
    }[where]
    assert gateway.serve(changed)[1]["Code"] == "SignatureDoesNotMatch"
    assert len(gateway.sent) == 1


def test_the_same_request_twice_and_a_clock_that_is_wrong_are_refused(channel: SmsAliyun, gateway: SmsGateway) -> None:
    channel.send(a_message())
    assert gateway.serve(gateway.asked[0])[1]["Code"] == "SignatureNonceUsed"
    late = SmsAliyun(channel.account, channel._codes, lambda: gateway.clock() - 3600)
    error = refused(late)
    assert (error.halts, error.code) == (True, "InvalidTimeStamp.Expired")
    late.close()


def _header(asked: Asked, name: str, change) -> Asked:  # type: ignore[no-untyped-def]
    return replace(asked, headers={**asked.headers, name: change(asked.headers[name])})


@pytest.mark.parametrize("odd", ["张 三+&*~%", "a=b&c", '"引号"\\'])
def test_odd_characters_survive_the_encoding(gateway: SmsGateway, tmp_path: Path, odd: str) -> None:
    account = Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=odd, url=gateway.url)
    channel = plain_only(account, tmp_path)
    assert refused(channel).code == "isv.SMS_SIGNATURE_ILLEGAL", "the signature was right, the sign is unknown"
    channel.close()


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", "throttled"),
        ("Throttling.User", ""),
        ("isp.SYSTEM_ERROR", ""),
        ("isp.GATEWAY_ERROR", ""),
        ("isp.RAM_PERMISSION_DENY", "halts"),
        ("isv.AMOUNT_NOT_ENOUGH", "halts"),
        ("isv.OUT_OF_SERVICE", "halts"),
        ("isv.DAY_LIMIT_CONTROL", "halts"),
        ("isv.PRODUCT_UN_SUBSCRIPT", "halts"),
        ("isv.ACCOUNT_ABNORMAL", "halts"),
        ("isv.SMS_SIGNATURE_SCENE_ILLEGAL", "halts"),
        ("isv.SIGN_STATE_ILLEGAL", "halts"),
        ("isv.SMS_TEMPLATE_ILLEGAL", "halts"),
        ("isv.TEMPLATE_MISSING_PARAMETERS", "halts"),
        ("isv.PARAM_LENGTH_LIMIT", "halts"),
        ("isv.INVALID_JSON_PARAM", "halts"),
        ("isv.DENY_IP_RANGE", "halts"),
        ("isv.MOBILE_NUMBER_ILLEGAL", "permanent"),
        ("isv.BLACK_KEY_CONTROL_LIMIT", "permanent"),
        ("isv.SMS_CONTENT_ILLEGAL", "permanent"),
        ("isv.SOMETHING_NEW", "permanent"),
        ("Unheard.Of", "permanent"),
    ],
)
def test_every_code_has_its_class_though_http_says_200(
    channel: SmsAliyun, gateway: SmsGateway, code: str, meaning: str
) -> None:
    gateway.refusals.append(code)
    error = refused(channel)
    assert {name for name in ("permanent", "unknown", "halts", "throttled") if getattr(error, name)} == (
        {meaning} - {""}
    )
    assert (error.code, error.phase) == (code, "answer")
    assert gateway.sent == []


def test_an_answer_that_never_comes_is_unknown_and_the_query_finds_the_message(
    channel: SmsAliyun, gateway: SmsGateway
) -> None:
    gateway.faults.append(Fault(drop=True, after=True))
    assert refused(channel).unknown
    report = channel.query(a_message(), TODAY)
    assert report is not None
    assert (report.fate, report.message) == (Fate.WAITING, "0123abcd")
    assert len(gateway.sent) == 1


def test_a_request_that_never_arrived_is_not_found(channel: SmsAliyun, gateway: SmsGateway) -> None:
    gateway.faults.append(Fault(drop=True))
    assert refused(channel).unknown
    assert channel.query(a_message(), TODAY) is None


def test_silence_after_the_request_is_unknown(gateway: SmsGateway, tmp_path: Path) -> None:
    account = Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=SIGN, url=gateway.url, answer_seconds=0.2)
    channel = plain_only(account, tmp_path)
    gateway.faults.append(Fault(silent=True))
    error = refused(channel)
    assert (error.unknown, error.phase) == (True, "answer")
    channel.close()


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (Fault(status=500, body=b"oops"), ""),
        (Fault(status=503, body=b'{"Code": "ServiceUnavailable"}'), ""),
        (Fault(status=504, body=b"<html>"), "unknown"),
        (Fault(status=429, body=b"{}"), "throttled"),
        (Fault(status=404, body=b"<html>"), "halts"),
        (Fault(status=200, body=b"<html>login</html>"), "unknown"),
        (Fault(status=200, body=b"[1]"), "unknown"),
    ],
)
def test_what_stands_before_the_gateway_has_its_class_too(
    channel: SmsAliyun, gateway: SmsGateway, fault: Fault, meaning: str
) -> None:
    gateway.faults.append(fault)
    error = refused(channel)
    assert {name for name in ("permanent", "unknown", "halts", "throttled") if getattr(error, name)} == (
        {meaning} - {""}
    )


def test_a_gateway_that_is_not_there_is_a_fault_of_now(tmp_path: Path) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        account = Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=SIGN, url=url)
        channel = plain_only(account, tmp_path)
        error = refused(channel)
    assert (error.permanent, error.halts, error.unknown, error.phase) == (False, False, False, "connect")
    channel.close()


@pytest.mark.parametrize("url", ["", "nowhere", "http://[::1", "ftp://example.invalid"])
def test_an_address_that_is_none_halts_the_channel(tmp_path: Path, url: str) -> None:
    account = Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=SIGN, url=url)
    channel = plain_only(account, tmp_path)
    assert refused(channel).halts
    channel.close()


def test_the_query_turns_pages_until_it_finds_the_message(channel: SmsAliyun, gateway: SmsGateway) -> None:
    gateway.daily = 1000
    for number in range(120):
        channel.send(a_message(f"m{number}"))
    gateway.sent[0].state, gateway.sent[1].state = "delivered", "failed"
    first, second = channel.query(a_message("m0"), TODAY), channel.query(a_message("m1"), TODAY)
    assert first is not None
    assert (first.fate, first.code) == (Fate.DELIVERED, "DELIVERED")
    assert first.at is not None
    assert second is not None
    assert (second.fate, second.code) == (Fate.FAILED, "MK:0001")
    assert channel.query(a_message("m120"), TODAY) is None


def test_without_a_code_for_the_counted_sentence_the_plain_one_goes_out(gateway: SmsGateway, tmp_path: Path) -> None:
    account = Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=SIGN, url=gateway.url)
    channel = plain_only(account, tmp_path)
    channel.send(a_message())
    channel.send(a_message(text="值守提醒：今天的巡检没有按时完成"))
    assert [sms.text for sms in gateway.sent] == ["您有新的督办通知，请登录督办系统查看。"] * 2
    channel.close()


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (None, "没有登记"),
        ('{"aliyun": {"late": {"code": "SMS_LATE", "sha": "00000000"}}}', "没有登记"),
        ('{"tencent": {}}', "没有登记"),
        ("aliyun: [", "sms.yaml 写法不对"),
        ("aliyun: {late: SMS_LATE}", "sms.yaml 写法不对"),
    ],
)
def test_without_a_usable_template_the_channel_halts_and_says_so(
    gateway: SmsGateway, tmp_path: Path, entered: str | None, said: str
) -> None:
    file = tmp_path / "sms.yaml"
    if entered is not None:
        file.write_text(entered, "utf-8")
    channel = SmsAliyun(Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=SIGN, url=gateway.url), file, AT.timestamp)
    error = refused(channel)
    assert (error.halts, error.phase) == (True, "template")
    assert said in error.text
    channel.close()


def test_without_a_sign_the_channel_halts_and_names_the_setting(tmp_path: Path) -> None:
    channel = SmsAliyun(Account(key_id=KEY_ID), tmp_path / "sms.yaml")
    error = refused(channel)
    assert (error.halts, "DUBAN_SMS_ALIYUN_SIGN" in error.text) == (True, True)
    channel.close()


@pytest.mark.parametrize("phone", ["0752-2808000", "1990000123", "王五", "+85291234567"])
def test_what_is_no_mobile_number_is_refused_for_good(channel: SmsAliyun, gateway: SmsGateway, phone: str) -> None:
    error = refused(channel, a_message(phone=phone))
    assert (error.permanent, error.code) == (True, "address")
    assert gateway.asked == []


def test_pushed_receipts_are_read_and_garbage_is_refused() -> None:
    body = (
        '[{"phone_number":"19900001234","send_time":"2021-07-30 09:00:00","report_time":"2021-07-30 09:00:05",'
        '"success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"9^0",'
        '"out_id":"0123abcd"},{"success":false,"err_code":"MK:0001","err_msg":"空号 19900001234"}]'
    ).encode()
    first, second = SmsAliyun.pushed(body)
    assert (first.fate, first.message, first.reference) == (Fate.DELIVERED, "0123abcd", "9^0")
    assert first.at == datetime(2021, 7, 30, 1, 0, 5, tzinfo=UTC)
    assert (second.fate, second.message, second.text) == (Fate.FAILED, None, "空号 199****1234")
    for garbage in (b"", b"{}x", b'{"a": 1}', b"[1]", b'[{"out_id": "1"}]'):
        with pytest.raises(ValueError):
            SmsAliyun.pushed(garbage)
