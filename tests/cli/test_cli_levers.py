"""duban ack, extend, waive, …: decisions on the command line, refused in one line or kept with who, when and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from given_city import write_city

from db.engine import open_engine
from db.levers import LeverKind, pull, revoke

LATER = "2099-12-31"
WHO = ("--by", "C", "--why", "用地未批")


@pytest.fixture(autouse=True)
def _filled(duban, tmp_path: Path) -> None:
    assert duban("import", write_city(tmp_path / "city")).code == 0


def test_decisions_are_taken_listed_and_revoked(duban):
    urged = duban("urge", "HZ-3-01", "T2", *WHO)
    assert (urged.code, urged.out) == (0, "已催办（决定1）：3条通知，随最近一次投递发出\n")
    taken = duban("waive", "HZ-3-01", "二镇", "--until", LATER, "--approver", "C", *WHO)
    assert taken.out == "已免办（决定2）：到2099年12月31日为止不催办，之后重新起算\n"
    silenced = duban("silence", "--matter", "HZ-3-02", "--until", LATER, *WHO)
    assert silenced.out == "已静默（决定3）：HZ-3-02到2099年12月31日为止不催办\n"
    swapped = duban("handover", "H1", "W1", "--until", LATER, *WHO)
    assert "给H1的通知改送W1" in swapped.out
    assert duban("revoke", 4, *WHO).out == "决定4从明天起不再有效；记录保留\n"
    kept = duban("levers", "--format", "json").objects
    assert [(one["id"], one["kind"], one["state"], one["by"]) for one in kept] == [
        (1, "urge", "已执行", "C"),
        (2, "waiver", "有效", "C"),
        (3, "silence", "有效", "C"),
        (4, "handover", "撤回", "C"),
    ]
    assert kept[1]["matter"] == "HZ-3-01 建成社工站"
    assert "二镇" not in duban("levers").out  # ids only
    assert "用地未批" in duban("levers").out


def test_what_may_not_be_decided_is_one_line_and_changes_nothing(duban):
    refused = duban("extend", "HZ-3-01", "T2", "--to", LATER, "--approver", "T2", *WHO)
    assert refused.code == 2
    assert refused.said == ["“T2”不能批准本事项；应由上一级批准（市民政局、市联席会议、市政府）：C"]
    assert duban("snooze", "HZ-3-01", "T2", "--until", "明天", *WHO).said == ["日期“明天”看不懂，应写成 2021-07-01"]
    assert duban("ack", "HZ-3-01", "T2", "--by", "T2").said == ["没有给“T2”送达过本事项的通知，不需要签收"]
    long = duban("silence", "--subject", "T2", "--until", LATER, "--by", "C", "--why", "长" * 201)
    assert long.said == ["理由（--why）有201字，应为一句话，不超过200字"]
    assert duban("levers", "--format", "json").objects == []


def test_the_decisions_of_a_past_instant_are_listed_as_they_stood_then(duban, tmp_path):
    october, november = (datetime(2021, month, 5, tzinfo=UTC) for month in (10, 11))
    engine = open_engine(f"sqlite:///{tmp_path / 'data' / 'ledger.db'}")
    about = {"duty": "station-built", "subject": "T2", "period": "", "by": "C", "why": "用地未批"}
    with engine.begin() as connection:
        number = pull(connection, "huizhou", LeverKind.WAIVER, october, until=october.date().replace(day=30), **about)
        revoke(connection, "huizhou", number, "C", "用地已批", november)
    engine.dispose()

    def listed(*known):
        return [one["state"] for one in duban("levers", "--format", "json", *known).objects]

    states = [listed("--known-at", day) for day in ("2021-10-04", "2021-10-29", "2021-10-31", "2021-11-06")]
    assert states == [[], ["有效"], ["已过"], ["撤回"]]
    assert listed() == ["撤回"]
    assert "还没有过去" in duban("levers", "--known-at", "2099-01-01").said[0]


def test_help_is_headed_in_chinese(duban):
    said = duban("handover", "--help").out
    assert all(word in said for word in ("参数", "选项", "[必填]", "STAND_IN"))
    assert not any(word in said for word in ("Arguments", "Options ", "[required]"))
