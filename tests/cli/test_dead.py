"""duban dead: a clerk sees what did not arrive and sends it again; ids and codes, never a number or an address."""

from __future__ import annotations

from pathlib import Path

import pytest
from given_notices import FRIDAY, a_notice, a_unit, on
from smtp_server import smtp_server

from db import outbox
from db.engine import open_engine
from db.schema import migrate
from settings import Settings
from tasks.send import drain

ADDRESS = "lost@example.invalid"


@pytest.fixture
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of a letter that an e-mail server has refused."""
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    engine, now = open_engine(settings.ledger_url), on(FRIDAY)
    migrate(engine)
    with smtp_server() as box:
        for name, value in {"HOST": "127.0.0.1", "PORT": str(box.port), "SENDER": "duban@example.invalid"}.items():
            monkeypatch.setenv(f"EMAIL_{name}", value)
        with engine.begin() as connection:
            a_unit(connection, email=ADDRESS)
            outbox.issue(connection, "huizhou", [a_notice("a")], 1, now)
        box.answers["rcpt"] = [f"550 5.1.1 <{ADDRESS}> unknown"]
        drain(engine, settings, now)
    with engine.begin() as connection:
        (found,) = connection.scalars(outbox.DELIVERY.select().with_only_columns(outbox.DELIVERY.c.id))
    engine.dispose()
    return str(found)


def test_what_did_not_arrive_is_listed_and_shown_without_an_address(duban, letter):
    (one,) = duban("dead", "list", "--format", "json").objects
    assert (one["id"], one["recipient"], one["cause"], one["epoch"]) == (letter, "unit:441302001000", "address", 0)
    assert one["matters"] == [
        {"clause": "HZ-3-01", "title": "建成社工站", "subject": "441302001000 桥东街道", "period": None}
    ]
    said = duban("dead").out + duban("dead", "list").out + duban("dead", "show", letter[:6]).out
    assert "号码或邮箱不对" in said
    assert "HZ-3-01 建成社工站：441302001000 桥东街道" in said
    assert "怎么办" in said
    assert ADDRESS not in said + str(one)


def test_nothing_dead_is_said_in_one_line_and_as_an_empty_array(duban):
    assert duban("dead").out == "没有无法送达的通知\n"
    assert duban("dead", "list", "--format", "json").objects == []


def test_sending_again_asks_for_a_corrected_address_and_a_dry_run_changes_nothing(duban, letter, tmp_path):
    who = ("--by", "441300000000", "--why", "已电话核对 19900001234")
    refused = duban("dead", "resend", letter, *who)
    assert refused.code == 2
    assert refused.said == [f"“{letter}”：441302001000的联系方式没有更正过，重发还会失败；确认可以收到的话加 --anyway"]
    assert "会重发" in duban("dead", "resend", letter, "--anyway", "--dry-run", *who).out
    assert len(duban("dead", "list", "--format", "json").objects) == 1
    done = duban("dead", "resend", letter[:8], "--anyway", *who)
    assert done.out == f"已排入重发：{letter} 给441302001000，1项事项，第1次人工重发\n"
    assert duban("dead", "list", "--format", "json").objects == []
    assert duban("dead", "resend", letter, *who).said == [f"没有编号为“{letter}”的无法送达通知；duban dead 列出全部"]


def test_who_and_why_have_to_be_given(duban, letter):
    assert duban("dead", "resend", letter, "--anyway", "--by", "C").code == 2
