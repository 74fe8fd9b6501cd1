"""Planted numbers and addresses go through rounds, sendings and every kind of failure, and turn up nowhere but in the
records, in the mail itself and in the table of contacts."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from channel_rigs import approved
from http_gateway import Fault, listening
from sms_gateway import KEY_ID, KEY_SECRET, SIGN, SmsGateway
from smtp_server import Box, smtp_server

from settings import ROOT, Settings
from tests.flows.installation import PROGRAM, Running, environment, import_mini

NUMBERS = ("19900002001", "19900002002", "19900002003")
ADDRESSES = ("canary.town@example.invalid", "canary.person@example.invalid", "canary.county@example.invalid")
RECORDS = {
    "units": (
        "code,name,kind,parent,opened_on,email,phone\n"
        f"C,示例市,city,,,,\nX,甲县,county,C,,{ADDRESSES[2]},{NUMBERS[2]}\nT,乙镇,township,X,,{ADDRESSES[0]},{NUMBERS[0]}\n"
        "S,乙镇社工站,station,T,2021-06-15,,\n"
    ),
    "people": f"code,name,email,phone\nP1,张甲,{ADDRESSES[1]},{NUMBERS[1]}\n",
}
SEND = """
import logging, sys
from datetime import UTC, datetime, timedelta
from db.engine import open_engine
from settings import Settings
from tasks.logs import guard
from tasks.receipts import listen, pushed
from tasks.send import drain
guard()
logging.basicConfig(level=logging.DEBUG)
settings, now = Settings(), datetime.now(UTC)
engine = open_engine(settings.ledger_url)
for minutes in (0, 1, 2):
    print(drain(engine, settings, now + timedelta(minutes=minutes)).ended, file=sys.stderr)
for body in sys.stdin.read().splitlines():
    try:
        pushed(engine, "sms_aliyun", body.encode(), now)
    except ValueError:
        logging.exception("garbage: %s", body)
listen(engine, settings, now + timedelta(minutes=10))
"""


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    """A ledger whose contacts are canaries, with the codes of the SMS provider."""
    data = tmp_path / "canary"
    data.mkdir()
    approved(data, "aliyun", {"late": "SMS_LATE", "news_plain": "SMS_NEWS"})
    return import_mini(data, replaced=RECORDS)


@pytest.fixture
def box() -> Iterator[Box]:
    """Refuses the first for good and names it, loses the line on the next, then the mailbox is full."""
    with smtp_server() as opened:
        opened.refuses[ADDRESSES[0]] = f"550 5.1.1 <{ADDRESSES[0]}> {NUMBERS[0]} unknown here"
        opened.answers["data"] = ["lose", f"552 5.2.2 {ADDRESSES[1]} is full"]
        yield opened


@pytest.fixture
def gateway() -> Iterator[SmsGateway]:
    """Hangs up on the first message after having taken it, then does not know the number."""
    said = json.dumps({"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": f"{NUMBERS[1]} +86{NUMBERS[0]} illegal"})
    with listening(SmsGateway(faults=[Fault(drop=True, after=True), Fault(body=said.encode())])) as opened:
        yield opened


def sent(city: Settings, box: Box, gateway: SmsGateway, posts: list[str]) -> str:
    """What a dispatcher says, errors and debugging included."""
    sms = {"KEY_ID": KEY_ID, "KEY_SECRET": KEY_SECRET, "SIGN": SIGN, "URL": gateway.url, "ANSWER_SECONDS": "2"}
    env = {
        **environment(city), "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(box.port),
        "EMAIL_SENDER": "duban@example.invalid", **{f"DUBAN_SMS_ALIYUN_{name}": value for name, value in sms.items()},
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SEND],
        input="\n".join(posts),
        env=env,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return done.stdout + done.stderr


def asked(city: Settings, *words: str) -> str:
    done = subprocess.run(
        [*PROGRAM, *words], env=environment(city), capture_output=True, text=True, cwd=ROOT, check=True
    )
    return done.stdout + done.stderr


def ledger(city: Settings) -> str:
    """Every table of the ledger but those that hold the contacts themselves, as text."""
    with sqlite3.connect(city.data / "ledger.db") as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"receipt", "attempt", "delivery", "notice"} <= set(tables)
        told = [
            str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in tables if name not in CONTACTS
        ]
    connection.close()
    return "\n".join(told)


CONTACTS = ("person", "unit")


def files(folder: Path, *but: str) -> dict[str, bytes]:
    """Everything a folder holds, databases and their logs included, except under the folders named."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if not path.relative_to(folder).as_posix().startswith(but)
    }


def hits(text: str | bytes) -> list[str]:
    whole = text if isinstance(text, bytes) else text.encode()
    return [canary for canary in (*NUMBERS, *ADDRESSES) if canary.encode() in whole]


def test_no_number_and_no_address_leaves_the_contacts(
    office: Running, city: Settings, box: Box, gateway: SmsGateway
) -> None:
    env = {"DUBAN_DATA": str(city.data), "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "0"}
    for day in ("2021-07-30", "2022-01-10"):
        office.ended(office.ask("daily_round", {"as_of": day}, job_variables={"env": env}))
    (city.data / "dossiers").mkdir(exist_ok=True)
    posts = [
        json.dumps([{"success": False, "err_code": "MK:0001", "err_msg": f"{NUMBERS[0]} 空号", "biz_id": "aliyun-1",
                     "phone_number": f"+86{NUMBERS[0]}", "report_time": "2021-07-30 09:00:05"}]),
        f'{{"phone": "{NUMBERS[1]}", "mail": "{ADDRESSES[1]}"',
    ]  # fmt: skip
    said = sent(city, box, gateway, posts)
    assert "dead" in said, "the failures were real"
    assert "garbage" in said
    answers = asked(city, "dead") + asked(city, "dead", "list", "--all", "--format", "json")
    letter = json.loads(asked(city, "dead", "list", "--all", "--format", "json").splitlines()[0])[0]["id"]
    answers += asked(city, "dead", "show", letter)
    assert hits(said) == []
    assert hits(answers) == []
    told = ledger(city)
    assert "garbled" in told
    assert hits(told) == []
    everything = {
        **files(office.settings.data, "records", "ledger.db"),
        **files(city.data, "records", "mail", "ledger.db"),
    }
    assert any(name.endswith("prefect.db") for name in everything)
    assert any(name.startswith("logs/") for name in everything)
    assert {name: found for name, held in everything.items() if (found := hits(held))} == {}
    assert hits((city.data / "ledger.db").read_bytes()), "the canaries live where they may"
