"""For each channel: its other side on a real socket, and how to make that side fail in each way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from http_gateway import Fault, Gateway, listening
from sms_gateway import KEY_ID, KEY_SECRET, SIGN, SmsGateway
from smtp_server import smtp_server

from notifications.approved import Code, sentences
from notifications.channel import Channel
from notifications.channels import email, folder, sms_aliyun

SECRET_NUMBER, SECRET_ADDRESS = "19912345678", "wang.wu@example.invalid"


@dataclass
class Rig:
    """`fail` sets up the fault named for the next sending; `taken` is what the other side took, as bytes or words.

    Of the five faults (temporary, permanent, unknown, halts, throttled) `fail` holds those this channel can have.
    """

    channel: Channel
    taken: Callable[[], list[object]]
    fail: dict[str, Callable[[], object]]
    secrets: tuple[str, ...] = ()


@contextmanager
def email_rig(path: Path) -> Iterator[Rig]:
    with smtp_server() as box:
        account = email.Account(host="127.0.0.1", port=box.port, sender="duban@example.invalid")

        def answering(step: str, answer: str) -> Callable[[], object]:
            return lambda: box.answers.update({step: [answer]})

        faults = {
            "temporary": answering("rcpt", f"450 4.2.1 <{SECRET_ADDRESS}> busy"),
            "permanent": answering("rcpt", f"550 5.1.1 <{SECRET_ADDRESS}> unknown"),
            "unknown": answering("data", "drop"),
            "halts": answering("mail", "553 sender refused"),
        }
        yield Rig(email.Email(account), lambda: list(box.raw), faults)


@contextmanager
def folder_rig(path: Path) -> Iterator[Rig]:
    root = path / "mail"

    def obstruct() -> None:
        shutil.rmtree(root, ignore_errors=True)
        root.write_text("a file stands where the folder should be")

    def taken() -> list[object]:
        return [letter.read_bytes() for letter in root.rglob("*.eml")]

    yield Rig(folder.Folder(root), taken, {"temporary": obstruct})


def lost(gateway: Gateway) -> dict[str, Callable[[], object]]:
    """The faults of any gateway behind HTTP, besides those it says in its own words."""

    def meeting(fault: Fault) -> Callable[[], object]:
        return lambda: gateway.faults.append(fault)

    return {
        "temporary": meeting(Fault(status=502, body=b"<html>Bad Gateway</html>")),
        "unknown": meeting(Fault(drop=True, after=True)),
        "throttled": meeting(Fault(status=429, body=b"slow down")),
    }


def approved(path: Path, provider: str, codes: dict[str, str]) -> Path:
    """The office's file of codes for sentences."""
    entered = {key: Code(code=code, sha=sentences()[key].sha).model_dump() for key, code in codes.items()}
    file = path / "sms.yaml"
    file.write_text(json.dumps({provider: entered}), "utf-8")
    return file


def sms_taken(gateway: SmsGateway) -> Callable[[], list[object]]:
    return lambda: [(sms.number, sms.text, sms.id) for sms in gateway.sent]


@contextmanager
def aliyun_rig(path: Path) -> Iterator[Rig]:
    with listening(SmsGateway()) as gateway:
        account = sms_aliyun.Account(key_id=KEY_ID, key_secret=KEY_SECRET, sign=SIGN, url=gateway.url)
        codes = approved(path, "aliyun", {"late": "SMS_LATE", "news_plain": "SMS_NEWS"})
        refusing = {
            "permanent": lambda: gateway.refusals.append("isv.MOBILE_NUMBER_ILLEGAL"),
            "halts": lambda: gateway.refusals.append("isv.AMOUNT_NOT_ENOUGH"),
        }
        channel = sms_aliyun.SmsAliyun(account, codes)
        yield Rig(channel, sms_taken(gateway), {**lost(gateway), **refusing}, (KEY_SECRET,))


RIGS = {"email": email_rig, "folder": folder_rig, "sms_aliyun": aliyun_rig}
