"""WeCom, DingTalk and Feishu: what people read, who is reminded, signatures, sizes, and codes that HTTP 200 hides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from chat_gateway import AGENT, CORP, KEY, SECRET, ChatGateway
from http_gateway import Fault, listening

from notifications.channel import Channel, Message, Recipient, SendError
from notifications.channels import dingtalk, feishu, wecom_app, wecom_robot
from notifications.chat import MORE, chat_text

AT = datetime(2021, 7, 30, 1, 0, tzinfo=UTC)
MEANINGS = ("permanent", "unknown", "halts", "throttled")


def a_message(text: str = "正文", phone: str | None = "19912345678") -> Message:
    return Message("0123abcd", Recipient("person", "P1", "王五", None, phone), "【督办】汇总", text, "<p>正文</p>", AT)


@pytest.fixture
def gateway() -> Iterator[ChatGateway]:
    with listening(ChatGateway(clock=AT.timestamp)) as opened:
        yield opened


def an_app(gateway: ChatGateway, **changes: object) -> wecom_app.Account:
    values = {"corp_id": CORP, "secret": SECRET, "agent_id": AGENT, "url": gateway.url, "answer_seconds": 2}
    return wecom_app.Account.model_validate({**values, **changes})


def opened(kind: str, gateway: ChatGateway) -> Channel:
    url = gateway.url
    match kind:
        case "wecom_robot":
            robot = wecom_robot.Account.model_validate({"webhook": f"{url}/cgi-bin/webhook/send?key={KEY}"})
            return wecom_robot.WecomRobot(robot)
        case "wecom_app":
            return wecom_app.WecomApp(an_app(gateway))
        case "dingtalk":
            ding = {"webhook": f"{url}/robot/send?access_token={KEY}", "secret": SECRET}
            return dingtalk.DingTalk(dingtalk.Account.model_validate(ding), gateway.clock)
        case _:
            lark = {"webhook": f"{url}/open-apis/bot/v2/hook/{KEY}", "secret": SECRET}
            return feishu.Feishu(feishu.Account.model_validate(lark), gateway.clock)


KINDS = ("dingtalk", "feishu", "wecom_app", "wecom_robot")


@pytest.fixture(params=KINDS)
def channel(request: pytest.FixtureRequest, gateway: ChatGateway) -> Iterator[Channel]:
    made = opened(request.param, gateway)
    yield made
    made.close()


def refused(channel: Channel, message: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        channel.send(message or a_message())
    return caught.value


def meaning(error: SendError) -> set[str]:
    return {name for name in MEANINGS if getattr(error, name)}


def test_people_read_subject_and_text_and_the_recipient_is_named_where_it_can_be(
    channel: Channel, gateway: ChatGateway
) -> None:
    channel.send(a_message())
    named = {"feishu": (), "wecom_app": ("wangwu",)}.get(channel.kind, ("19912345678",))
    assert gateway.said == [(channel.kind, named, "【督办】汇总\n正文")]


@pytest.mark.parametrize("phone", [None, "0752-2808000"])
@pytest.mark.parametrize("kind", ["dingtalk", "wecom_robot"])
def test_a_group_reads_it_also_where_nobody_can_be_reminded(gateway: ChatGateway, kind: str, phone: str | None) -> None:
    channel = opened(kind, gateway)
    channel.send(a_message(phone=phone))
    assert gateway.said == [(kind, (), "【督办】汇总\n正文")]
    channel.close()


def test_what_is_too_long_is_cut_between_characters_and_says_where_the_rest_is(
    channel: Channel, gateway: ChatGateway
) -> None:
    channel.send(a_message("长" * 20_000))
    ((_, _, words),) = gateway.said
    assert len(words.encode()) <= channel.max_bytes
    assert words.endswith(MORE)
    assert set(words.removesuffix(MORE).removeprefix("【督办】汇总\n")) == {"长"}


@pytest.mark.parametrize("room", range(60, 70))
def test_no_cut_breaks_a_character_or_passes_the_limit(room: int) -> None:
    words = chat_text(a_message("长a" * 100), room)
    assert len(words.encode()) <= room
    assert words.endswith(MORE)


def test_what_just_fits_is_not_cut() -> None:
    whole = chat_text(a_message(), 10_000)
    assert chat_text(a_message(), len(whole.encode())) == whole


@pytest.mark.parametrize(
    ("kind", "code", "means", "wait"),
    [
        ("wecom_robot", -1, "", None),
        ("wecom_robot", 45009, "throttled", 1),
        ("wecom_robot", 93000, "halts", None),
        ("wecom_robot", 44004, "permanent", None),
        ("wecom_app", 6000, "", None),
        ("wecom_app", 45009, "throttled", 1),
        ("wecom_app", 60020, "halts", None),
        ("wecom_app", 81013, "permanent", None),
        ("dingtalk", -1, "", None),
        ("dingtalk", 130101, "throttled", 10),
        ("dingtalk", 310000, "halts", None),
        ("dingtalk", 430104, "permanent", None),
        ("feishu", 11232, "throttled", 1),
        ("feishu", 9499, "throttled", 1),
        ("feishu", 19021, "halts", None),
        ("feishu", 19002, "permanent", None),
    ],
)
def test_every_code_has_its_class_though_http_says_200(
    gateway: ChatGateway, kind: str, code: int, means: str, wait: int | None
) -> None:
    channel = opened(kind, gateway)
    gateway.refusals.append(code)
    error = refused(channel)
    assert meaning(error) == {means} - {""}
    assert error.code == str(code)
    assert error.wait == (timedelta(minutes=wait) if wait else None)
    assert gateway.said == []
    channel.close()


@pytest.mark.parametrize("body", ["{}", '{"errcode": "0"}', '{"errcode": [0], "code": [0]}', "[]", "ok"])
def test_an_answer_without_a_code_is_no_success(channel: Channel, gateway: ChatGateway, body: str) -> None:
    channel.send(a_message("先取得令牌"))
    gateway.faults.extend([Fault(body=b'{"errcode": 0, "userid": "wangwu"}')] * (channel.kind == "wecom_app"))
    gateway.faults.append(Fault(body=body.encode()))
    assert meaning(refused(channel)) == {"unknown"}


def test_another_key_and_another_secret_are_refused(gateway: ChatGateway) -> None:
    ding = {"webhook": f"{gateway.url}/robot/send?access_token={KEY}", "secret": SECRET + "1"}
    lark = {"webhook": f"{gateway.url}/open-apis/bot/v2/hook/{KEY}", "secret": SECRET + "1"}
    for made, code in (
        (dingtalk.DingTalk(dingtalk.Account.model_validate(ding), gateway.clock), "310000"),
        (feishu.Feishu(feishu.Account.model_validate(lark), gateway.clock), "19021"),
        (wecom_app.WecomApp(an_app(gateway, secret="another")), "40001"),
    ):
        error = refused(made)
        assert (error.halts, error.code) == (True, code)
        made.close()
    assert gateway.said == []


def test_a_clock_that_is_wrong_halts_the_signed_robots(gateway: ChatGateway) -> None:
    for kind in ("dingtalk", "feishu"):
        channel = opened(kind, gateway)
        channel._clock = (AT - timedelta(hours=2)).timestamp  # type: ignore[attr-defined]
        assert refused(channel).halts
        channel.close()


def test_a_robot_without_a_signature_secret_posts_to_its_address_as_it_stands(gateway: ChatGateway) -> None:
    account = dingtalk.Account.model_validate({"webhook": f"{gateway.url}/robot/send?access_token={KEY}"})
    channel = dingtalk.DingTalk(account, gateway.clock)
    refused(channel)
    assert gateway.asked[0].query == f"access_token={KEY}"
    channel.close()


def test_the_signatures_are_the_ones_the_vendors_describe() -> None:
    # computed with openssl: printf '%s\n%s' STAMP SECRET | openssl dgst -sha256 -hmac SECRET -binary | base64
    assert dingtalk.sign("SEC-of-nobody", 1627606800000) == "PoNqVBOtIw9s3/nI9Xz+7hApVtlbtB3bex4gHL2uUy0="
    # and for Feishu: printf '' | openssl dgst -sha256 -hmac "$(printf '%s\n%s' STAMP SECRET)" -binary | base64
    assert feishu.sign("SEC-of-nobody", 1627606800) == "CuEXcQzlxJO3yLKtO6g6bLrG5irIPOLSROUSXYYT90Q="


def test_an_old_feishu_robot_answers_with_a_status_code(gateway: ChatGateway) -> None:
    channel = opened("feishu", gateway)
    gateway.faults.append(Fault(body=b'{"StatusCode": 0, "StatusMessage": "success"}'))
    assert channel.send(a_message()).code == "0"
    channel.close()


# The app message: token, person, server-side check for doubles


@pytest.fixture
def app(gateway: ChatGateway) -> Iterator[wecom_app.WecomApp]:
    made = wecom_app.WecomApp(an_app(gateway))
    yield made
    made.close()


def test_one_token_serves_many_messages_until_it_runs_out(gateway: ChatGateway) -> None:
    seconds = [0.0]
    app = wecom_app.WecomApp(an_app(gateway), lambda: seconds[0])
    for n in range(3):
        app.send(a_message(str(n)))
    assert len(gateway.tokens) == 1
    seconds[0] = 7200
    app.send(a_message("3"))
    assert len(gateway.tokens) == 2
    app.close()


def test_a_token_gone_stale_is_fetched_anew_once(app: wecom_app.WecomApp, gateway: ChatGateway) -> None:
    app.send(a_message("1"))
    gateway.tokens.append("somebody else fetched one")
    app.send(a_message("2"))
    assert [words for _, _, words in gateway.said] == ["【督办】汇总\n1", "【督办】汇总\n2"]
    gateway.refusals.extend([42001, 42001])
    error = refused(app)
    assert (error.halts, error.code) == (True, "42001")


def test_the_same_message_again_reaches_the_person_once(app: wecom_app.WecomApp, gateway: ChatGateway) -> None:
    app.send(a_message())
    app.send(a_message())
    assert len(gateway.said) == 1


def test_an_unknown_number_and_a_person_out_of_sight_are_refused_for_good(
    app: wecom_app.WecomApp, gateway: ChatGateway
) -> None:
    assert meaning(refused(app, a_message(phone="19900000000"))) == {"permanent"}
    gateway.unseen.add("wangwu")
    error = refused(app)
    assert (error.permanent, error.code) == (True, "invaliduser")
    gateway.faults.append(Fault(body=b'{"errcode": 0}'))
    assert refused(app).code == "userid"


@pytest.mark.parametrize("before", [0, 1])
def test_what_is_lost_before_the_message_itself_is_surely_not_sent(
    app: wecom_app.WecomApp, gateway: ChatGateway, before: int
) -> None:
    if before:
        app.send(a_message("先取得令牌"))
    gateway.faults.append(Fault(drop=True))
    error = refused(app)
    assert (meaning(error), error.phase) == (set(), "address")


def test_another_platform_has_another_base(gateway: ChatGateway) -> None:
    app = wecom_app.WecomApp(an_app(gateway, url=f"{gateway.url}/"))
    app.send(a_message())
    assert {asked.path for asked in gateway.asked} == {
        "/cgi-bin/gettoken", "/cgi-bin/user/getuserid", "/cgi-bin/message/send",
    }  # fmt: skip
    app.close()


def test_missing_settings_are_named(gateway: ChatGateway) -> None:
    app = wecom_app.WecomApp(an_app(gateway, secret="", agent_id=0))
    assert refused(app).text == "没有设置 DUBAN_WECOM_APP_SECRET、DUBAN_WECOM_APP_AGENT_ID"
    app.close()
