"""For each channel: its other side on a real socket, and how to make that side fail in each way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chat_gateway import AGENT, CORP, KEY, SECRET, ChatGateway
from http_gateway import Fault, Gateway, listening
from sms_gateway import AP_ID, APP_ID, EC_NAME, KEY_ID, KEY_SECRET, MAS_SECRET, MAS_SIGN, SIGN, SmsGateway
from smtp_server import smtp_server

from notifications.approved import Code, sentences
from notifications.channel import Channel
from notifications.channels import (
    dingtalk,
    email,
    feishu,
    folder,
    sms_aliyun,
    sms_mas,
    sms_tencent,
    wecom_app,
    wecom_robot,
)

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


@contextmanager
def tencent_rig(path: Path) -> Iterator[Rig]:
    with listening(SmsGateway()) as gateway:
        account = sms_tencent.Account(
            secret_id=KEY_ID, secret_key=KEY_SECRET, app_id=APP_ID, sign=SIGN, url=gateway.url
        )
        codes = approved(path, "tencent", {"late": "1001", "news_plain": "1002"})
        refusing = {
            "permanent": lambda: gateway.refusals.append("FailedOperation.PhoneNumberInBlacklist"),
            "halts": lambda: gateway.refusals.append("FailedOperation.InsufficientBalanceInSmsPackage"),
        }
        channel = sms_tencent.SmsTencent(account, codes)
        yield Rig(channel, sms_taken(gateway), {**lost(gateway), **refusing}, (KEY_SECRET,))


@contextmanager
def mas_rig(path: Path) -> Iterator[Rig]:
    with listening(SmsGateway()) as gateway:
        account = sms_mas.Account(url=gateway.url, ec_name=EC_NAME, ap_id=AP_ID, secret_key=MAS_SECRET, sign=MAS_SIGN)
        refusing = {
            "permanent": lambda: gateway.refusals.append("InvalidMobile"),
            "halts": lambda: gateway.refusals.append("NOT_WHITE_IP"),
        }
        channel = sms_mas.SmsMas(account, path / "sms.yaml")
        yield Rig(channel, sms_taken(gateway), {**lost(gateway), **refusing}, (MAS_SECRET,))


def refusing(gateway: ChatGateway, **codes: int) -> dict[str, Callable[[], object]]:
    def next_is(code: int) -> Callable[[], object]:
        return lambda: gateway.refusals.append(code)

    return {**lost(gateway), **{fault: next_is(code) for fault, code in codes.items()}}


@contextmanager
def wecom_robot_rig(path: Path) -> Iterator[Rig]:
    with listening(ChatGateway()) as gateway:
        account = wecom_robot.Account(webhook=f"{gateway.url}/cgi-bin/webhook/send?key={KEY}")
        faults = refusing(gateway, temporary=-1, permanent=44004, halts=93000, throttled=45009)
        yield Rig(wecom_robot.WecomRobot(account), lambda: list(gateway.said), faults, (KEY,))


@contextmanager
def wecom_app_rig(path: Path) -> Iterator[Rig]:
    with listening(ChatGateway()) as gateway:
        account = wecom_app.Account(corp_id=CORP, secret=SECRET, agent_id=AGENT, url=gateway.url)
        channel = wecom_app.WecomApp(account)
        faults = refusing(gateway, temporary=-1, permanent=81013, halts=60020, throttled=45009)

        def lose() -> None:
            # the token and the person are asked for first: the message itself is the third request, or the second
            before = Fault(body=b'{"errcode": 0, "userid": "wangwu"}')
            token = [] if gateway.tokens else [Fault(body=b'{"errcode": 0, "access_token": "t", "expires_in": 0}')]
            gateway.faults.extend([*token, before, *token, Fault(drop=True)])

        yield Rig(channel, lambda: list(gateway.said), {**faults, "unknown": lose}, (SECRET, "token/1"))


@contextmanager
def dingtalk_rig(path: Path) -> Iterator[Rig]:
    with listening(ChatGateway()) as gateway:
        account = dingtalk.Account(webhook=f"{gateway.url}/robot/send?access_token={KEY}", secret=SECRET)
        faults = refusing(gateway, temporary=-1, permanent=430104, halts=310000, throttled=130101)
        yield Rig(dingtalk.DingTalk(account), lambda: list(gateway.said), faults, (KEY, SECRET))


@contextmanager
def feishu_rig(path: Path) -> Iterator[Rig]:
    with listening(ChatGateway()) as gateway:
        account = feishu.Account(webhook=f"{gateway.url}/open-apis/bot/v2/hook/{KEY}", secret=SECRET)
        faults = refusing(gateway, permanent=19002, halts=19021, throttled=11232)
        yield Rig(feishu.Feishu(account), lambda: list(gateway.said), faults, (KEY, SECRET))


RIGS = {
    "dingtalk": dingtalk_rig,
    "email": email_rig,
    "feishu": feishu_rig,
    "folder": folder_rig,
    "sms_aliyun": aliyun_rig,
    "sms_mas": mas_rig,
    "sms_tencent": tencent_rig,
    "wecom_app": wecom_app_rig,
    "wecom_robot": wecom_robot_rig,
}
