"""Which channel a kind opens; and the folder."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from notifications.channel import (
    STAND_IN,
    Channel,
    Message,
    Recipient,
    SendError,
    discover,
    label_of,
    open_channel,
)
from notifications.channels.folder import Folder
from notifications.masking import mask
from policy.records.choices import CHANNELS
from settings import Settings

AT = datetime(2021, 7, 29, 23, 0, tzinfo=UTC)


def a_message(
    name: str = "桥东街道", code: str = "441302001000", text: str = "正文", email: str | None = None
) -> Message:
    return Message("0123abcd", Recipient("unit", code, name, email), "【督办】汇总", text, "<p>正文</p>", AT)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def test_a_channel_nobody_has_written_yet_goes_to_the_folder(settings: Settings) -> None:
    assert open_channel("pigeon", settings).kind == STAND_IN


def test_with_a_server_named_mail_goes_to_the_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_HOST", "smtp.example.invalid")
    channel: Channel = open_channel("email", settings)
    assert channel.kind == "email"


def test_the_name_of_a_family_opens_the_one_that_is_configured(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_channel("sms", settings).kind == STAND_IN
    monkeypatch.setenv("DUBAN_SMS_ALIYUN_KEY_ID", "LTAI-example-id")
    channel = open_channel("sms", settings)
    assert channel.kind == "sms_aliyun"
    channel.close()


def test_a_letter_lies_in_the_folder_of_its_recipient_by_shanghai_day(settings: Settings) -> None:
    Folder.open(settings).send(a_message())
    (path,) = settings.mail_folder.rglob("*.*")
    assert path.relative_to(settings.mail_folder).as_posix() == "桥东街道-441302001000/2021-07-30-0123abcd.eml"
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "【督办】汇总"
    assert mail["To"] == "桥东街道 <441302001000@no-address.invalid>"
    assert mail.get_body(("plain",)).get_content().strip() == "正文"  # type: ignore[union-attr]


def test_the_same_letter_overwrites_itself(settings: Settings) -> None:
    folder = Folder.open(settings)
    folder.send(a_message(text="旧"))
    folder.send(a_message(text="新"))
    (path,) = settings.mail_folder.rglob("*.*")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail.get_body(("plain",)).get_content().strip() == "新"  # type: ignore[union-attr]


@pytest.mark.parametrize("odd", ["../../etc", "a/b\\c", "某站\r\nBcc: x", "", ".", "长" * 300, "甲:乙*?"])
def test_no_name_leads_out_of_the_folder(settings: Settings, odd: str) -> None:
    Folder.open(settings).send(a_message(name=odd, code=odd[:20]))
    (path,) = settings.mail_folder.rglob("*.eml")
    assert path.parent.parent == settings.mail_folder


def test_a_channel_is_called_in_chinese_also_where_several_could_carry_it() -> None:
    assert [label_of(kind) for kind in ("email", "sms_mas", "sms", "wecom", "fax")] == [
        "电子邮件", "短信（云MAS）", "短信", "企业微信", "fax",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_written_is_a_fault_of_now(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    with pytest.raises(SendError) as caught:
        Folder(tmp_path / "mail").send(a_message())
    assert (caught.value.permanent, caught.value.unknown) == (False, False)


def test_a_letter_with_a_malformed_address_is_refused_for_good(settings: Settings) -> None:
    with pytest.raises(SendError) as caught:
        Folder.open(settings).send(a_message(email="不是地址"))
    assert caught.value.permanent


def test_masking_leaves_no_number_and_no_address() -> None:
    assert mask("给 19900001234 与\nzhang.san@example.invalid 的信") == "给 199****1234 与 z***@example.invalid 的信"
    assert mask("合同号 20210730123456789") == "合同号 20210730123456789"


def test_every_channel_that_can_be_set_up_can_be_wished_for_in_the_records() -> None:
    families = {kind if not kind.startswith("sms") else "sms" for kind in discover()} - {STAND_IN}
    assert families == set(CHANNELS)
