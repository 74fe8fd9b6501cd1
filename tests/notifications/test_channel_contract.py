"""What channel.py promises, asked of every channel there is, each against its other side on a real socket."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from channel_rigs import RIGS, SECRET_ADDRESS, SECRET_NUMBER, Rig

from notifications.channel import (
    STAND_IN,
    Form,
    Message,
    NotConfigured,
    Polled,
    Pushed,
    Queried,
    Recipient,
    SendError,
    discover,
    open_channel,
)
from settings import Settings

AT = datetime(2021, 7, 30, 1, 0, tzinfo=UTC)
CLASSES = ("permanent", "unknown", "halts", "throttled")


def a_message(id: str = "0123abcd", **changes: object) -> Message:  # noqa: A002
    whom = Recipient("person", "P1", "王五", SECRET_ADDRESS, SECRET_NUMBER)
    text = "有3项督办事项逾期，最早2021-07-20，请尽快办理，详见邮件或督办系统。"
    words = {"to": whom, "subject": "【督办】逾期催办3项", "text": text, "html": "<p>正文</p>", "at": AT}
    return Message(id, **{**words, **changes})  # type: ignore[arg-type]


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with RIGS[request.param](tmp_path) as made:
        yield made
        made.channel.close()


def refused(rig: Rig, message: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        rig.channel.send(message or a_message())
    return caught.value


def test_every_channel_is_under_this_contract() -> None:
    assert sorted(RIGS) == sorted(discover())


@pytest.mark.parametrize("kind", sorted(discover()))
def test_a_channel_says_what_it_is(kind: str) -> None:
    channel = discover()[kind]
    assert channel.kind == kind == channel.__module__.rsplit(".", 1)[-1]
    assert not channel.label.isascii()
    assert channel.max_bytes > 0
    assert isinstance(channel.form, Form)
    assert isinstance(channel.resends_unknown, bool)


@pytest.mark.parametrize("kind", sorted(set(discover()) - {STAND_IN}))
def test_a_channel_without_settings_says_which_and_the_folder_stands_in(kind: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with pytest.raises(NotConfigured, match=r"没有设置 [A-Z_]+"):
        discover()[kind].open(settings)
    assert open_channel(kind, settings).kind == STAND_IN


def test_what_is_taken_gives_a_receipt_and_is_taken_once(rig: Rig) -> None:
    receipt = rig.channel.send(a_message())
    assert len(rig.taken()) == 1
    assert SECRET_NUMBER not in repr(receipt)
    assert SECRET_ADDRESS not in repr(receipt)


def test_sending_again_says_the_same_under_the_same_name(rig: Rig) -> None:
    rig.channel.send(a_message())
    first = rig.taken()
    rig.channel.send(a_message())
    assert set(map(repr, rig.taken())) == set(map(repr, first))


@pytest.mark.parametrize("fault", ["temporary", *CLASSES])
def test_every_fault_has_its_class_and_the_channel_goes_on(rig: Rig, fault: str) -> None:
    if fault not in rig.fail:
        assert fault in {"throttled", "unknown", "permanent", "halts"}, "every channel can fail for a while"
        return
    rig.fail[fault]()
    error = refused(rig)
    assert {name for name in CLASSES if getattr(error, name)} == {fault} - {"temporary"}
    assert error.phase
    assert error.text
    if rig.channel.kind != STAND_IN:
        rig.channel.send(a_message("0123abce"))


def test_nothing_secret_is_in_an_error_a_repr_or_a_log(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rig.channel.send(a_message())
    told = [repr(rig.channel), repr(vars(rig.channel))]
    for fail in rig.fail.values():
        fail()
        error = refused(rig)
        told += [str(error), repr(error), error.text]
    ours = (record for record in caplog.records if record.name != "mail.log")  # the log of the server in the test
    told += [f"{record.getMessage()} {record.args}" for record in ours]
    for secret in (SECRET_NUMBER, SECRET_ADDRESS, *rig.secrets):
        assert [line for line in told if secret in line] == []


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_a_person_without_an_address_is_refused_for_good(rig: Rig, missing: str | None) -> None:
    if rig.channel.kind in GROUPS:
        return
    error = refused(rig, a_message(to=Recipient("person", "P1", "王五", missing, missing)))
    assert (error.permanent, error.code) == (True, "address")
    assert rig.taken() == []


GROUPS = {STAND_IN, "dingtalk", "feishu", "wecom_robot"}
"""Channels that post to a place of their own and need no address of the recipient."""


def test_closing_never_raises_not_even_twice_or_after_a_fault(rig: Rig) -> None:
    for fail in rig.fail.values():
        fail()
        refused(rig)
    rig.channel.close()
    rig.channel.close()


def test_what_may_not_be_sent_again_unasked_can_be_asked_about_or_reports_by_itself(rig: Rig) -> None:
    reports = isinstance(rig.channel, Queried | Polled | Pushed)
    assert rig.channel.resends_unknown or reports
