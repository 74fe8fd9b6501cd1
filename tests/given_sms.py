"""A person with a telephone, the Aliyun gateway on loopback, and the settings that lead the SMS channel to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from channel_rigs import approved
from given_notices import a_notice, a_person, issued, rows
from sms_gateway import KEY_ID, KEY_SECRET, SIGN, Sms, SmsGateway
from sqlalchemy import Engine

from db import outbox
from settings import Settings
from tasks.send import tick

PHONE = "19900001234"


def aliyun_set(monkeypatch: pytest.MonkeyPatch, gateway: SmsGateway, folder: Path) -> None:
    given = {"KEY_ID": KEY_ID, "KEY_SECRET": KEY_SECRET, "SIGN": SIGN, "URL": gateway.url, "ANSWER_SECONDS": "2"}
    for name, value in given.items():
        monkeypatch.setenv(f"DUBAN_SMS_ALIYUN_{name}", value)
    approved(folder, "aliyun", {"late": "SMS_LATE", "news_plain": "SMS_NEWS"})


def sms_sent(engine: Engine, settings: Settings, gateway: SmsGateway, now: datetime, **notice: Any) -> Sms:
    """One text message to one person, taken by the gateway at `now`."""
    with engine.begin() as connection:
        a_person(connection, "P1", "叶青禾", phone=PHONE)
    issued(engine, a_notice("a", channel="sms", person="P1", **notice))
    tick(engine, settings, now, elapsed=lambda: 0.0)
    sms = gateway.sent[-1]
    sms.at = now.timestamp()
    return sms


def pushed_row(
    sms: Sms, success: bool = True, code: str = "DELIVERED", clock: str = "09:00:05", **more: Any
) -> dict[str, Any]:
    """One report as Aliyun posts it."""
    return {
        "phone_number": sms.number, "send_time": "2021-07-30 09:00:00", "report_time": f"2021-07-30 {clock}",
        "success": success, "err_code": code, "err_msg": code, "sms_size": "1", "biz_id": sms.reference,
        "out_id": sms.id, **more,
    }  # fmt: skip


def the_delivery(engine: Engine) -> dict[str, Any]:
    """The one message there is."""
    (row,) = rows(engine, outbox.DELIVERY)
    return row
