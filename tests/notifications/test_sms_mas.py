"""The 云MAS channel by its documented wire format: free text, templates, what the MD5 covers, every class of code."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from channel_rigs import approved
from http_gateway import Fault, listening
from sms_gateway import AP_ID, EC_NAME, MAS_SECRET, MAS_SIGN, SmsGateway

from notifications.channel import Fate, Message, Queried, Recipient, SendError
from notifications.channels.sms_mas import Account, SmsMas, mac

AT = datetime(2021, 7, 30, 1, 0, tzinfo=UTC)
TEXT = "有3项督办事项逾期，最早2021-07-20，请尽快办理，详见邮件或督办系统。"


def a_message(text: str = TEXT) -> Message:
    return Message("0123abcd", Recipient("person", "P1", "王五", None, "19900001234"), "主题", text, "", AT)


@pytest.fixture
def gateway() -> Iterator[SmsGateway]:
    with listening(SmsGateway(clock=AT.timestamp)) as opened:
        yield opened


def an_account(gateway: SmsGateway, **changes: object) -> Account:
    values = {"url": gateway.url, "ec_name": EC_NAME, "ap_id": AP_ID, "secret_key": MAS_SECRET, "sign": MAS_SIGN}
    return Account.model_validate({**values, **changes})


@pytest.fixture
def channel(gateway: SmsGateway, tmp_path: Path) -> Iterator[SmsMas]:
    opened = SmsMas(an_account(gateway), tmp_path / "sms.yaml")
    yield opened
    opened.close()


def refused(channel: SmsMas) -> SendError:
    with pytest.raises(SendError) as caught:
        channel.send(a_message())
    return caught.value


def test_the_md5_covers_the_parts_in_their_documented_order() -> None:
    fields = {
        "ecName": "A", "apId": "B", "secretKey": "C", "mobiles": "19900001234", "content": "移动改变生活。",
        "sign": "D", "addSerial": "",
    }  # fmt: skip
    assert mac(fields) == "503df60f1ffeb5fed3e86bc3a4433aa7"


def test_free_text_says_the_approved_sentence(channel: SmsMas, gateway: SmsGateway) -> None:
    receipt = channel.send(a_message())
    (sms,), (asked,) = gateway.sent, gateway.asked
    assert (sms.number, sms.text) == ("19900001234", TEXT)
    assert (receipt.code, receipt.reference, asked.path) == ("success", sms.reference, "/sms/norsubmit")


def test_words_that_were_never_approved_become_the_last_resort(channel: SmsMas, gateway: SmsGateway) -> None:
    channel.send(a_message("值守提醒：今天的巡检没有按时完成"))
    assert gateway.sent[0].text == "您有新的督办通知，请登录督办系统查看。"


def test_with_template_codes_the_values_alone_are_sent(gateway: SmsGateway, tmp_path: Path) -> None:
    channel = SmsMas(an_account(gateway), approved(tmp_path, "mas", {"late": "mas-1"}))
    channel.send(a_message())
    (asked,) = gateway.asked
    told = json.loads(base64.b64decode(asked.body))
    assert asked.path == "/sms/tmpsubmit"
    assert (told["templateId"], told["params"]) == ("mas-1", '["3","2021-07-20"]')
    assert gateway.sent[0].text == TEXT
    channel.close()


def test_one_changed_character_and_the_gateway_refuses(channel: SmsMas, gateway: SmsGateway) -> None:
    channel.send(a_message())
    (asked,) = gateway.asked
    told = json.loads(base64.b64decode(asked.body))
    for name in ("mobiles", "content", "sign", "addSerial", "mac"):
        changed = json.dumps({**told, name: told[name] + "1"}).encode()
        answer = gateway.serve(replace(asked, body=base64.b64encode(changed)))[1]
        assert (answer["success"], answer["rspcod"]) == (False, "IllegalMac"), name
    assert len(gateway.sent) == 1


def test_the_key_can_be_kept_out_of_the_body(gateway: SmsGateway, tmp_path: Path) -> None:
    channel = SmsMas(an_account(gateway, secret_in_body=False), tmp_path / "sms.yaml")
    channel.send(a_message())
    assert MAS_SECRET.encode() not in base64.b64decode(gateway.asked[0].body)
    assert len(gateway.sent) == 1, "the MD5 still covers it"
    channel.close()


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("IllegalMac", "halts"),
        ("IllegalSignId", "halts"),
        ("NoSignId", "halts"),
        ("InvalidUsrOrPwd", "halts"),
        ("InvalidMessage", "halts"),
        ("TooManyMobiles", "halts"),
        ("NOT_WHITE_IP", "halts"),
        ("InvalidMobile", "permanent"),
        ("SomethingNew", "permanent"),
    ],
)
def test_every_code_has_its_class(channel: SmsMas, gateway: SmsGateway, code: str, means: str) -> None:
    gateway.refusals.append(code)
    error = refused(channel)
    assert {name for name in ("permanent", "unknown", "halts", "throttled") if getattr(error, name)} == {means}
    assert error.code == code


@pytest.mark.parametrize("name", ["msgGroup", "mgsGroup"])
def test_the_batch_is_read_under_both_spellings(channel: SmsMas, gateway: SmsGateway, name: str) -> None:
    gateway.faults.append(Fault(body=json.dumps({"success": True, "rspcod": "success", name: "B1"}).encode()))
    assert channel.send(a_message()).reference == "B1"


@pytest.mark.parametrize("body", ["{}", '{"success": false}', '{"success": "true"}', "null"])
def test_an_answer_that_says_nothing_leaves_it_unknown(channel: SmsMas, gateway: SmsGateway, body: str) -> None:
    gateway.faults.append(Fault(body=body.encode(), after=True))
    assert refused(channel).unknown


def test_nothing_can_be_asked_so_nothing_is_sent_twice(channel: SmsMas) -> None:
    assert not isinstance(channel, Queried)
    assert not channel.resends_unknown


def test_pushed_reports_are_read_alone_and_in_a_list_and_garbage_is_refused() -> None:
    row = {
        "errorCode": "DELIVRD", "mobile": "19900001234", "msgGroup": "B1", "receiveDate": "20210730090005",
        "submitDate": "20210730090000", "reportStatus": "CM:0000",
    }  # fmt: skip
    (report,) = SmsMas.pushed(json.dumps(row).encode())
    assert (report.fate, report.reference, report.text) == (Fate.DELIVERED, "B1", "CM:0000")
    assert report.at == datetime(2021, 7, 30, 1, 0, 5, tzinfo=UTC)
    failed = {**row, "errorCode": "UNDELIV", "receiveDate": "soon"}
    assert [r.fate for r in SmsMas.pushed(json.dumps([row, failed]).encode())] == [Fate.DELIVERED, Fate.FAILED]
    for garbage in (b"", b'{"a": 1}', b"[1]", b"1"):
        with pytest.raises(ValueError):
            SmsMas.pushed(garbage)


def test_missing_settings_are_named(gateway: SmsGateway, tmp_path: Path) -> None:
    channel = SmsMas(an_account(gateway, ec_name="", secret_key=""), tmp_path / "sms.yaml")
    assert refused(channel).text == "没有设置 DUBAN_SMS_MAS_EC_NAME、DUBAN_SMS_MAS_SECRET_KEY"
    channel.close()
