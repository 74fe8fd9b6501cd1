"""duban forecast and duban release as they are called."""

from __future__ import annotations

from pathlib import Path

from given_city import write_city


def test_the_days_to_come_are_given_with_what_is_assumed(duban, tmp_path: Path) -> None:
    assert duban("import", write_city(tmp_path / "city")).code == 0
    answer = duban("forecast", "--days", 3, "--format", "json")
    assert answer.code == 0
    assert [set(one) for one in answer.objects] == [
        {"made_on", "day", "channel", "channel_label", "messages", "notices", "assumed"}
    ] * 3
    assert {one["assumed"] for one in answer.objects} == {"按台账现有记录推算，假设今后没有新的办理"}
    supposed = duban("forecast", "--days", 1, "--assume", "never", "--format", "json")
    assert supposed.objects[0]["assumed"] == "各项一直不办"


def test_a_span_that_cannot_be_is_refused_in_one_line(duban) -> None:
    assert duban("forecast", "--days", 0).said == ["--days 0：应在1到366之间"]


def test_nothing_held_is_nothing_to_release(duban) -> None:
    answer = duban("release", "--by", "4413", "--why", "看过了")
    assert (answer.code, answer.said) == (2, ["没有待放行的通知"])
    assert duban("release", "--clock", "--by", "4413", "--why", "校准过").out.startswith("已确认本机时钟")
    (kept,) = duban("levers", "--format", "json").objects
    assert (kept["kind_zh"], kept["by"], kept["why"]) == ("确认时钟", "4413", "校准过")
    assert duban("release", "--by", "", "--why", "x").code == 2


def test_without_records_there_is_nothing_to_forecast(duban) -> None:
    answer = duban("forecast")
    assert (answer.code, answer.out, answer.said) == (2, "", ["台账里没有 huizhou 的记录：先用 duban import 导入"])
