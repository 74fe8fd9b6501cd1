"""What becomes known after a message was taken: posted, fetched or asked for; twice, late, in any order, or never."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from given_notices import CITY, FRIDAY, MONDAY, a_notice, fates, issued, on, rows
from given_sms import PHONE, aliyun_set, pushed_row, sms_sent, the_delivery
from http_gateway import Fault, listening
from sms_gateway import AP_ID, APP_ID, EC_NAME, KEY_ID, KEY_SECRET, MAS_SECRET, MAS_SIGN, SIGN, SmsGateway
from sqlalchemy import Engine, update

from db import outbox, receipts
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.schema import create_all
from notifications.approved import Code, sentences
from settings import Settings
from tasks.receipts import UnknownSender, listen, pushed
from tasks.send import tick

NINE = on(FRIDAY, "09:00")
DELIVERED, FAILED, OFF = (True, "DELIVERED"), (False, "MOBILE_NOT_ON_SERVICE"), (False, "MOBLLE_TERMINAL_ERROR")


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[SmsGateway]:
    with listening(SmsGateway()) as opened:
        aliyun_set(monkeypatch, opened, settings.data)
        yield opened


def post(engine: Engine, *rows_: dict[str, Any], now: datetime = NINE, kind: str = "sms_aliyun") -> bytes:
    return pushed(engine, kind, json.dumps(rows_, ensure_ascii=False).encode(), now)


def state(engine: Engine) -> DeliveryState:
    return DeliveryState(the_delivery(engine)["state"])


def counted(engine: Engine, now: datetime) -> dict[str, int]:
    with engine.begin() as connection:
        return receipts.counts(connection, CITY, now)


def balanced(engine: Engine) -> bool:
    with engine.begin() as connection:
        return conserved(delivery_audit(connection, CITY, on(MONDAY)))


def test_a_posted_report_makes_a_message_delivered(engine: Engine, settings: Settings, gateway: SmsGateway) -> None:
    sms = sms_sent(engine, settings, gateway, NINE)
    assert state(engine) is DeliveryState.ACCEPTED
    assert post(engine, pushed_row(sms)) == '{"code":0,"msg":"接收成功"}'.encode()
    assert listen(engine, settings, NINE).came == {DeliveryState.DELIVERED: 1}
    assert (state(engine), fates(engine), balanced(engine)) == (DeliveryState.DELIVERED, {"a": "done"}, True)


def test_the_raw_words_are_kept_without_the_number(engine: Engine, settings: Settings, gateway: SmsGateway) -> None:
    post(engine, pushed_row(sms_sent(engine, settings, gateway, NINE), phone_number=f"+86{PHONE}"))
    (row,) = rows(engine, receipts.RECEIPT)
    assert json.loads(row["raw"])["phone_number"] == "+86199****1234"
    assert PHONE not in str(row)


@pytest.mark.parametrize("order", list(itertools.permutations([DELIVERED, FAILED, OFF])))
def test_nothing_overrides_delivered_in_whatever_order_and_however_often_reports_come(
    engine: Engine, settings: Settings, gateway: SmsGateway, order: tuple[tuple[bool, str], ...]
) -> None:
    sms = sms_sent(engine, settings, gateway, NINE)
    for success, code in order:
        for _ in range(2):
            post(engine, pushed_row(sms, success, code))
        listen(engine, settings, NINE)
    assert state(engine) is DeliveryState.DELIVERED
    assert len(rows(engine, receipts.RECEIPT)) == 2  # the two failures bear one instant: the same report
    assert (fates(engine), balanced(engine)) == ({"a": "done"}, True)


def test_a_report_that_comes_before_its_message_is_written_down_waits_for_it(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    known = outbox.delivery_id(CITY, "sms", "person:P1", FRIDAY, outbox.DIGEST)
    row = {"success": True, "err_code": "DELIVERED", "biz_id": "aliyun-1", "out_id": known, "report_time": ""}
    post(engine, row, now=on(FRIDAY, "08:59"))
    assert listen(engine, settings, on(FRIDAY, "08:59")).came == {}
    assert counted(engine, NINE)["buffered"] == 1
    sms_sent(engine, settings, gateway, NINE)
    assert listen(engine, settings, NINE).came == {DeliveryState.DELIVERED: 1}


def test_a_report_waits_a_day_and_is_then_only_counted(engine: Engine, settings: Settings, gateway: SmsGateway) -> None:
    row = {"success": True, "err_code": "DELIVERED", "biz_id": "aliyun-1", "out_id": None, "report_time": ""}
    post(engine, row, now=NINE - timedelta(hours=24, seconds=1))
    sms_sent(engine, settings, gateway, NINE)
    assert listen(engine, settings, NINE).came == {}
    assert counted(engine, NINE)["strange"] == 1


def test_garbage_is_counted_once_and_its_numbers_are_masked(engine: Engine, settings: Settings) -> None:
    for _ in range(2):
        with pytest.raises(ValueError):
            pushed(engine, "sms_aliyun", f'{{"phone": "{PHONE}"'.encode(), NINE)
    with pytest.raises(ValueError):
        pushed(engine, "sms_aliyun", b"\xff\xfe", NINE)
    assert counted(engine, NINE)["garbled"] == 2
    assert PHONE not in str(rows(engine, receipts.RECEIPT))
    assert listen(engine, settings, NINE).came == {}


@pytest.mark.parametrize("kind", ["email", "folder", "nobody", ""])
def test_a_channel_that_posts_nothing_is_nobody(engine: Engine, kind: str) -> None:
    with pytest.raises(UnknownSender):
        pushed(engine, kind, b"[]", NINE)


def test_a_telephone_switched_off_is_tried_once_more_and_then_no_more(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    sms = sms_sent(engine, settings, gateway, NINE)
    post(engine, pushed_row(sms, *OFF), now=on(FRIDAY, "09:10"))
    assert listen(engine, settings, on(FRIDAY, "09:10")).came == {DeliveryState.RETRY_WAIT: 1}
    assert fates(engine) == {"a": "attached"}
    assert tick(engine, settings, on(FRIDAY, "10:09"), elapsed=lambda: 0.0).sent == 0
    assert tick(engine, settings, on(FRIDAY, "10:10"), elapsed=lambda: 0.0).sent == 1
    again = gateway.sent[-1]
    assert (again.id, again.text) == (sms.id, sms.text)
    post(engine, pushed_row(sms, *OFF, clock="09:59:00"), now=on(FRIDAY, "10:11"))
    assert listen(engine, settings, on(FRIDAY, "10:11")).came == {}, (
        "a report of the first try says nothing of the second"
    )
    post(engine, pushed_row(again, *OFF, clock="10:15:00"), now=on(FRIDAY, "10:15"))
    assert listen(engine, settings, on(FRIDAY, "10:15")).came == {DeliveryState.DEAD: 1}
    assert the_delivery(engine)["reason"] == "回执失败：MOBLLE_TERMINAL_ERROR"
    assert (len(gateway.sent), fates(engine), balanced(engine)) == (2, {"a": "attached"}, True)


def test_the_first_try_arriving_after_all_ends_the_second(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    sms = sms_sent(engine, settings, gateway, NINE)
    post(engine, pushed_row(sms, *OFF))
    listen(engine, settings, NINE)
    post(engine, pushed_row(sms, *DELIVERED, clock="09:30:00"))
    assert listen(engine, settings, on(FRIDAY, "09:30")).came == {DeliveryState.DELIVERED: 1}
    assert tick(engine, settings, on(FRIDAY, "11:00"), elapsed=lambda: 0.0).sent == 0


@pytest.mark.parametrize("code", ["MOBILE_NOT_ON_SERVICE", "MK:0001", "CONTENT_KEYWORD", "SOMETHING_NEW", None])
def test_a_failure_that_another_try_cannot_mend_is_final(
    engine: Engine, settings: Settings, gateway: SmsGateway, code: str | None
) -> None:
    post(engine, pushed_row(sms_sent(engine, settings, gateway, NINE), False, err_code=code))
    assert listen(engine, settings, NINE).came == {DeliveryState.DEAD: 1}
    tick(engine, settings, on(MONDAY), elapsed=lambda: 0.0)
    assert len(gateway.sent) == 1


def test_an_office_without_inbound_internet_asks_after_five_minutes_an_hour_a_day_and_three(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    sms_sent(engine, settings, gateway, NINE)
    asked = [
        minutes
        for minutes in range(0, 100 * 60, 1)
        if minutes in (4, 5, 6, 59, 60, 61, 24 * 60 - 1, 24 * 60, 72 * 60 - 1, 72 * 60, 99 * 60)
        if listen(engine, settings, NINE + timedelta(minutes=minutes)).asked
    ]
    assert asked == [5, 60, 24 * 60, 72 * 60]
    assert (state(engine), counted(engine, NINE)["unconfirmed"]) == (DeliveryState.ACCEPTED, 1)
    assert tick(engine, settings, on(FRIDAY + timedelta(days=5)), elapsed=lambda: 0.0).sent == 0
    assert len(gateway.sent) == 1


def test_the_asks_an_outage_has_missed_are_one(engine: Engine, settings: Settings, gateway: SmsGateway) -> None:
    sms_sent(engine, settings, gateway, NINE)
    assert listen(engine, settings, NINE + timedelta(hours=30)).asked == 1
    assert listen(engine, settings, NINE + timedelta(hours=71)).asked == 0
    assert listen(engine, settings, NINE + timedelta(hours=72)).asked == 1


@pytest.mark.parametrize(("said", "came"), [("delivered", DeliveryState.DELIVERED), ("failed", DeliveryState.DEAD)])
def test_what_is_asked_for_counts_as_what_is_posted(
    engine: Engine, settings: Settings, gateway: SmsGateway, said: str, came: DeliveryState
) -> None:
    sms = sms_sent(engine, settings, gateway, NINE)
    sms.state = said
    done = listen(engine, settings, on(FRIDAY, "09:05"))
    assert (done.heard, done.came) == (1, {came: 1})
    if came is DeliveryState.DELIVERED:
        post(engine, pushed_row(sms))
        assert listen(engine, settings, on(FRIDAY, "09:06")).came == {}
    assert listen(engine, settings, on(FRIDAY, "10:00")).asked == 0


def test_a_gateway_that_does_not_answer_is_asked_again_at_the_next_pass(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    sms_sent(engine, settings, gateway, NINE).state = "delivered"
    gateway.faults.append(Fault(status=503, body=b"{}"))
    assert listen(engine, settings, on(FRIDAY, "09:05")).asked == 0
    assert listen(engine, settings, on(FRIDAY, "09:06")).came == {DeliveryState.DELIVERED: 1}


@pytest.mark.parametrize("echoes", [True, False])
def test_reports_are_fetched_where_the_gateway_keeps_them(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, echoes: bool
) -> None:
    with listening(SmsGateway(echoes=echoes)) as gateway:
        given = {"SECRET_ID": KEY_ID, "SECRET_KEY": KEY_SECRET, "APP_ID": APP_ID, "SIGN": SIGN, "URL": gateway.url}
        for name, value in given.items():
            monkeypatch.setenv(f"DUBAN_SMS_TENCENT_{name}", value)
        entered = {key: Code(code=code, sha=sentences()[key].sha).model_dump() for key, code in TENCENT.items()}
        settings.sms_codes.write_text(json.dumps({"tencent": entered}), "utf-8")
        sms_sent(engine, settings, gateway, NINE).state = "delivered"
        assert listen(engine, settings, on(FRIDAY, "09:04")).heard == 0
        done = listen(engine, settings, on(FRIDAY, "09:05"))
        assert (done.heard, done.asked, done.came) == (1, 0, {DeliveryState.DELIVERED: 1})


TENCENT = {"late": "1001", "news_plain": "1002"}


def test_a_gateway_that_only_posts_is_waited_for_and_then_unconfirmed(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(SmsGateway()) as gateway:
        given = {"URL": gateway.url, "EC_NAME": EC_NAME, "AP_ID": AP_ID, "SECRET_KEY": MAS_SECRET, "SIGN": MAS_SIGN}
        for name, value in given.items():
            monkeypatch.setenv(f"DUBAN_SMS_MAS_{name}", value)
        sms = sms_sent(engine, settings, gateway, NINE)
    listen(engine, settings, NINE + timedelta(hours=72))
    assert counted(engine, NINE)["unconfirmed"] == 1
    row = {"errorCode": "DELIVRD", "mobile": sms.number, "msgGroup": sms.reference, "reportStatus": "CM:0000"}
    late = NINE + timedelta(hours=80)
    post(engine, row, now=late, kind="sms_mas")
    assert listen(engine, settings, late).came == {DeliveryState.DELIVERED: 1}


def test_a_message_in_hand_is_left_alone_until_it_is_put_down(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    sms = sms_sent(engine, settings, gateway, NINE)
    in_hand = {"state": DeliveryState.SENDING, "lease_until": on(FRIDAY, "12:00")}
    with engine.begin() as connection:
        connection.execute(update(outbox.DELIVERY).values(**in_hand))
    post(engine, pushed_row(sms))
    assert listen(engine, settings, on(FRIDAY, "09:01")).came == {}
    with engine.begin() as connection:
        connection.execute(update(outbox.DELIVERY).values(state=DeliveryState.ACCEPTED, lease_until=None))
    assert listen(engine, settings, on(FRIDAY, "09:02")).came == {DeliveryState.DELIVERED: 1}


def test_a_letter_is_not_asked_about(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    tick(engine, settings, NINE, elapsed=lambda: 0.0)
    assert set(counted(engine, NINE).values()) == {0}
    assert listen(engine, settings, NINE + timedelta(days=9)).asked == 0


def test_a_clone_fetches_no_reports_that_are_not_its_own(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    sms_sent(engine, settings, gateway, NINE).state = "delivered"
    before, clone = len(gateway.asked), settings.model_copy(update={"host_id": "another machine"})
    assert listen(engine, clone, on(FRIDAY, "09:05")).came == {}
    assert len(gateway.asked) == before
    assert listen(engine, settings, on(FRIDAY, "09:06")).came == {DeliveryState.DELIVERED: 1}
