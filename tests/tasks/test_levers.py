"""Decisions of people: who may, how often, until when; and what the next round and the next letter make of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from given_amendments import amended_huizhou
from given_city import PEOPLE, POSTS, UNITS, read_city
from sqlalchemy import Engine, text

from db.event_log import events
from db.intake import import_rows
from db.levers import levers
from db.planstore import load_plan
from policy.calendar import at
from policy.words import Role
from settings import Settings
from tasks.levers import (
    Desk,
    LeverRefused,
    acknowledge,
    end,
    extend,
    hand_over,
    silence,
    snooze,
    urge,
    waive,
)
from tasks.rounds import hold, part_named
from tasks.send import drain

PLAN = load_plan("huizhou")
SETUP = part_named(PLAN, "setup", date(2022, 1, 1))
LIVE, LATE = date(2021, 12, 1), date(2022, 1, 4)  # the second township has no station by the end of 2021
BUILT = ("HZ-3-01", "T2")
Act = Callable[[Desk], Any]


@pytest.fixture
def office_opened(engine: Engine) -> Engine:
    """Live since December."""
    people = PEOPLE + "H2,站长乙\n"
    with engine.begin() as connection:
        rows = read_city(units=UNITS, people=people, posts=POSTS).rows
        import_rows(connection, PLAN.key, rows, "test", morning(LIVE))
    held(engine, LIVE)
    return engine


@pytest.fixture
def office(office_opened: Engine) -> Engine:
    """And one round after the year's end."""
    held(office_opened, LATE)
    return office_opened


def morning(day: date) -> datetime:
    return at(day, PLAN.house.windows["email"].opens) + timedelta(hours=1)


@pytest.fixture
def early(office_opened: Engine) -> Engine:
    """Before the year's end, with one reminder given out."""
    held(office_opened, date(2021, 12, 16))
    return office_opened


def held(engine: Engine, day: date) -> None:
    hold(engine, PLAN, SETUP, day, morning(day))


def decide(engine: Engine, day: date, act: Act) -> Any:
    with engine.begin() as connection:
        return act(Desk(connection, PLAN, morning(day)))


def refused(engine: Engine, day: date, act: Act) -> str:
    with pytest.raises(LeverRefused) as said:
        decide(engine, day, act)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM lever")).scalar() == 0
    return str(said.value)


def notices(engine: Engine, subject: str = "T2") -> list[tuple[str, str, str]]:
    """Rung, state and recipient of what was issued about building the station, oldest first."""
    query = (
        "SELECT rung, state, recipient FROM notice WHERE subject = :subject AND duty = 'station-built' "
        "AND state <> 'superseded' ORDER BY id"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), {"subject": subject})]


def planned(engine: Engine) -> set[str]:
    return {rung for rung, state, _ in notices(engine) if state == "planned"}


def test_an_extension_is_granted_by_a_level_above_and_starts_the_ladder_anew(office: Engine) -> None:
    assert "D+1" in planned(office)
    decide(office, LATE, lambda d: extend(d, d.matter(*BUILT), date(2022, 1, 20), "C", "K", "用地未批"))
    held(office, date(2022, 1, 5))
    assert planned(office) == {"D-20"}
    held(office, date(2022, 1, 21))
    assert "D+1" in planned(office)
    with office.connect() as connection:
        said = connection.execute(text("SELECT text FROM notice WHERE rung = 'D+1' ORDER BY id DESC")).scalar()
    assert "期限2022年1月20日（原为2021年12月31日，经批准延期）" in said


@pytest.mark.parametrize(
    ("to", "approver", "by", "why", "said"),
    [
        (date(2022, 1, 20), "T2", "K", "用地未批", "“T2”不能批准本事项"),
        (date(2021, 12, 20), "C", "K", "用地未批", "新期限应晚于现期限2021年12月31日"),
        (date(2022, 1, 20), "C", "某人", "用地未批", "没有编码为“某人”的单位或人员"),
        (date(2022, 1, 20), "C", "K", " ", "没有写明理由"),
        (date(2022, 1, 20), "C", "K", "用地\n未批", "应为一句话，不能换行"),
    ],
)
def test_an_extension_that_may_not_be_is_refused(
    office: Engine, to: date, approver: str, by: str, why: str, said: str
) -> None:
    assert said in refused(office, LATE, lambda d: extend(d, d.matter(*BUILT), to, approver, by, why))


def test_extensions_are_limited_in_number_and_each_keeps_the_day_before_it(office: Engine) -> None:
    for to in (date(2022, 1, 20), date(2022, 2, 20)):
        decide(office, LATE, lambda d, to=to: extend(d, d.matter(*BUILT), to, "C", "K", "用地未批"))
    with pytest.raises(LeverRefused, match="已延期2次，内部规则最多2次"):
        decide(office, LATE, lambda d: extend(d, d.matter(*BUILT), date(2022, 3, 20), "C", "K", "用地未批"))
    with office.connect() as connection:
        kept = connection.execute(text("SELECT was, due FROM lever ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [(20211231, 20220120), (20220120, 20220220)]


def test_what_is_met_cannot_be_extended_or_urged(office: Engine) -> None:
    met = ("HZ-3-01", "T1")
    to = date(2022, 2, 1)
    assert "已经办结" in refused(office, LATE, lambda d: extend(d, d.matter(*met), to, "C", "K", "一"))
    assert "不需要催办" in refused(office, LATE, lambda d: urge(d, d.matter(*met), "K", "一"))
    assert "不需要签收" in refused(office, LATE, lambda d: acknowledge(d, d.matter(*met), "K", "一"))
    assert "不需要免办" in refused(office, LATE, lambda d: waive(d, d.matter(*met), to, "C", "K", "一"))


TWICE: dict[str, Act] = {
    "签收": lambda d: acknowledge(d, d.matter(*BUILT), "T2", "已阅"),
    "免办": lambda d: waive(d, d.matter(*BUILT), date(2022, 3, 31), "C", "K", "撤并"),
    "静默": lambda d: silence(d, "HZ-3-01", "T2", date(2022, 3, 31), "C", "平台停用"),
}


@pytest.mark.parametrize("kind", TWICE)
def test_what_is_decided_already_is_not_decided_again(office: Engine, tmp_path: Path, kind: str) -> None:
    drain(office, Settings(data=tmp_path), morning(LATE))
    decide(office, LATE, TWICE[kind])
    with pytest.raises(LeverRefused, match=f"已有同样的决定（{kind}，决定1，到.*为止），不必重复"):
        decide(office, LATE, TWICE[kind])


def test_a_waiver_may_be_made_longer(office: Engine) -> None:
    for until in (date(2022, 2, 28), date(2022, 3, 31)):
        decide(office, LATE, lambda d, until=until: waive(d, d.matter(*BUILT), until, "C", "K", "撤并"))


def test_a_waived_matter_is_silent_and_begins_anew_after_its_end(office: Engine) -> None:
    number = decide(office, LATE, lambda d: waive(d, d.matter(*BUILT), date(2022, 3, 31), "C", "K", "撤并"))
    held(office, date(2022, 1, 5))
    assert planned(office) == set()
    held(office, date(2022, 2, 28))
    assert planned(office) == set()
    held(office, date(2022, 4, 1))
    assert planned(office) == {"D+1"}
    assert number == 1


def test_a_waiver_revoked_ends_that_day(office: Engine) -> None:
    number = decide(office, LATE, lambda d: waive(d, d.matter(*BUILT), date(2022, 3, 31), "C", "K", "撤并"))
    decide(office, date(2022, 1, 10), lambda d: end(d, number, "K", "不撤并了"))
    held(office, date(2022, 1, 11))
    assert planned(office) == {"D+1"}
    with pytest.raises(LeverRefused, match="没有编号为1"):
        decide(office, date(2022, 1, 11), lambda d: end(d, number, "K", "再撤"))


def test_whoever_ends_a_decision_says_why_and_only_of_one_that_still_runs(office: Engine) -> None:
    until = date(2022, 1, 10)
    waiver = decide(office, LATE, lambda d: waive(d, d.matter(*BUILT), until, "C", "K", "撤并"))
    for day, why, said in ((LATE, " ", "没有写明理由"), (date(2022, 1, 11), "不撤并了", "没有编号为1的、仍然有效的")):
        with pytest.raises(LeverRefused, match=said):
            decide(office, day, lambda d, why=why: end(d, waiver, "K", why))
    number, _ = decide(office, date(2022, 1, 11), lambda d: urge(d, d.matter(*BUILT), "C", "市里周五要报"))
    with pytest.raises(LeverRefused, match="（人工催办）已经执行，不能收回"):
        decide(office, date(2022, 1, 11), lambda d: end(d, number, "C", "不催了"))


def test_a_silence_needs_a_scope_and_an_end_to_come(office: Engine) -> None:
    to = date(2022, 2, 1)
    assert "应写明静默的范围" in refused(office, LATE, lambda d: silence(d, None, None, to, "C", "平台停用"))
    assert "没有条款或事项" in refused(office, LATE, lambda d: silence(d, "HZ-0", None, to, "C", "平台停用"))
    past = date(2022, 1, 1)
    assert "已经过去" in refused(office, LATE, lambda d: silence(d, "HZ-3-01", None, past, "C", "平台停用"))
    assert "没有编码" in refused(office, LATE, lambda d: silence(d, None, "T9", to, "C", "平台停用"))
    decide(office, LATE, lambda d: silence(d, None, "二镇", to, "K", "平台停用"))
    held(office, date(2022, 1, 5))
    assert planned(office) == set()


SNOOZED, REMINDED = date(2021, 12, 16), date(2021, 12, 17)  # one is reminded again ten and five working days before


def told(engine: Engine, tmp_path: Path, day: date, rung: str) -> set[str]:
    """Who has been told of a rung once the round and the post of the day are through."""
    held(engine, day)
    drain(engine, Settings(data=tmp_path), morning(day))
    return {recipient for name, state, recipient in notices(engine) if name == rung and state == "done"}


def test_whoever_has_snoozed_is_reminded_later_and_the_others_as_ever(early: Engine, tmp_path: Path) -> None:
    decide(early, SNOOZED, lambda d: snooze(d, d.matter(*BUILT), "T2", date(2021, 12, 20), "正在办"))
    assert told(early, tmp_path, REMINDED, "D-10") == {"unit:K", "unit:C"}
    assert told(early, tmp_path, date(2021, 12, 21), "D-10") == {"unit:K", "unit:C", "unit:T2"}


def test_what_somebody_urges_by_hand_is_said_to_whoever_has_snoozed_too(early: Engine, tmp_path: Path) -> None:
    decide(early, SNOOZED, lambda d: snooze(d, d.matter(*BUILT), "T2", date(2021, 12, 20), "正在办"))
    decide(early, REMINDED, lambda d: urge(d, d.matter(*BUILT), "C", "市里周五要报"))
    assert told(early, tmp_path, REMINDED, "U2") == {"unit:K", "unit:C", "unit:T2"}


@pytest.mark.parametrize(
    ("who", "until", "said"),
    [
        ("T2", date(2022, 1, 4), "不能暂缓到期限以后，应不晚于2021年12月31日"),
        ("T1", date(2021, 12, 20), "没有要提醒“T1”的通知"),
        ("T2", date(2021, 12, 15), "已经过去"),
    ],
)
def test_a_snooze_is_the_recipients_own_and_ends_with_the_due_day(
    early: Engine, who: str, until: date, said: str
) -> None:
    assert said in refused(early, SNOOZED, lambda d: snooze(d, d.matter(*BUILT), who, until, "正在办"))


def test_what_is_late_cannot_be_put_off_so_that_nobody_holds_up_the_levels_above(office: Engine) -> None:
    assert "已经逾期" in refused(office, LATE, lambda d: snooze(d, d.matter(*BUILT), "T2", LATE, "正在办"))


def test_each_puts_a_matter_off_twice_at_most_and_more_time_granted_counts(early: Engine) -> None:
    decide(early, SNOOZED, lambda d: extend(d, d.matter(*BUILT), date(2022, 1, 20), "C", "K", "用地未批"))
    for until in (date(2021, 12, 17), date(2021, 12, 20)):
        decide(early, SNOOZED, lambda d, until=until: snooze(d, d.matter(*BUILT), "T2", until, "正在办"))
    with pytest.raises(LeverRefused, match="已暂缓2次，内部规则最多2次"):
        decide(early, SNOOZED, lambda d: snooze(d, d.matter(*BUILT), "T2", date(2021, 12, 22), "正在办"))
    with pytest.raises(LeverRefused, match="最多10个工作日，应不晚于2021年12月30日"):
        decide(early, SNOOZED, lambda d: snooze(d, d.matter(*BUILT), "K", date(2022, 1, 10), "忙"))


@pytest.mark.parametrize(
    ("named", "subject", "by", "may"),
    [
        (None, "T2", "T2", "K、C"),
        (None, "W1", "W1", "K、C"),
        (None, "K", "K", "C"),
        ("HZ-3-01", None, "K", "C"),
    ],
)
def test_a_silence_is_for_the_bureau_above_to_decide(
    office: Engine, named: str | None, subject: str | None, by: str, may: str
) -> None:
    said = refused(office, LATE, lambda d: silence(d, named, subject, date(2022, 2, 1), by, "平台停用"))
    assert said == f"“{by}”不能决定静默；应由所属的县（区）民政局或市民政局决定：{may}"


def test_an_acknowledgement_is_of_a_notice_that_was_delivered(office: Engine, tmp_path: Any) -> None:
    assert "没有给“T2”送达过" in refused(office, LATE, lambda d: acknowledge(d, d.matter(*BUILT), "T2", "已阅"))
    drain(office, Settings(data=tmp_path), morning(LATE))
    number, until = decide(office, LATE, lambda d: acknowledge(d, d.matter(*BUILT), "T2", "已阅"))
    assert (number, until) == (1, date(2022, 1, 18))


def test_somebody_urged_by_hand_is_told_at_once_with_the_reason(office: Engine) -> None:
    number, told = decide(office, LATE, lambda d: urge(d, d.matter("station-built", "二镇"), "C", "市里周五要报"))
    assert (number, told) == (1, 3)
    held(office, date(2022, 1, 5))
    assert "U1" in planned(office)
    with office.connect() as connection:
        said = connection.execute(text("SELECT text FROM notice WHERE rung = 'U1'")).scalars().all()
    assert all("催办说明：市里周五要报" in one for one in said)


def test_a_matter_is_urged_once_a_day_and_not_while_it_is_waived(office: Engine) -> None:
    decide(office, LATE, lambda d: urge(d, d.matter(*BUILT), "C", "市里周五要报"))
    with pytest.raises(LeverRefused, match="今天已经催办过（决定1），一天最多一次"):
        decide(office, LATE, lambda d: urge(d, d.matter(*BUILT), "K", "县里也要报"))
    tomorrow = date(2022, 1, 5)
    decide(office, tomorrow, lambda d: waive(d, d.matter(*BUILT), date(2022, 3, 31), "C", "K", "撤并"))
    with pytest.raises(LeverRefused, match="本事项经批准暂不催办至2022年3月31日：撤并；要催办的先用"):
        decide(office, tomorrow, lambda d: urge(d, d.matter(*BUILT), "C", "市里周五要报"))


def test_where_nobody_is_on_record_nobody_can_be_urged(office: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.levers.urging", lambda *asked: [])
    assert "没有人可以催办" in refused(office, LATE, lambda d: urge(d, d.matter(*BUILT), "C", "市里周五要报"))


def test_the_log_tells_what_was_said_by_hand_on_its_day(office: Engine) -> None:
    decide(office, LATE, lambda d: urge(d, d.matter("station-built", "二镇"), "C", "市里周五要报"))
    with office.connect() as connection:
        days = {e.day for e in events(connection, PLAN.key, LIVE, LATE) if str(e.said.get("rung")).startswith("U")}
        before = [e for e in events(connection, PLAN.key, LIVE, LIVE) if str(e.said.get("rung")).startswith("U")]
    assert (days, before) == ({LATE}, [])


def test_a_stand_in_hears_in_place_of_the_holder(office: Engine) -> None:
    days = (date(2022, 1, 5), date(2022, 1, 31))
    decide(office, LATE, lambda d: hand_over(d, "H1", "H2", *days, "T1", "住院"))
    with office.begin() as connection:
        pulled = levers(connection, PLAN.key, morning(date(2022, 1, 5)))
    assert pulled.hears("H1", date(2022, 1, 4)) == "H1"
    assert pulled.hears("H1", date(2022, 1, 5)) == "H2"


@pytest.mark.parametrize(
    ("person", "stand_in", "first", "last", "said"),
    [
        ("H9", "H2", LATE, LATE, "没有编码为“H9”的人员"),
        ("H1", "H1", LATE, LATE, "代理人应为另一个人"),
        ("H1", "H2", LATE, LIVE, "截止日不早于开始日"),
        ("H1", "H2", LIVE, LATE, "开始日2021年12月1日已经过去，应不早于2022年1月4日"),
    ],
)
def test_a_hand_over_that_may_not_be_is_refused(
    office: Engine, person: str, stand_in: str, first: date, last: date, said: str
) -> None:
    assert said in refused(office, LATE, lambda d: hand_over(d, person, stand_in, first, last, "T1", "住院"))


@pytest.mark.parametrize(("person", "stand_in"), [("H1", "W1"), ("W1", "H1"), ("H2", "W1")])
def test_who_is_away_is_not_replaced_again_and_stands_in_for_nobody(office: Engine, person: str, stand_in: str) -> None:
    first, last, after = date(2022, 1, 5), date(2022, 1, 31), date(2022, 2, 1)
    decide(office, LATE, lambda d: hand_over(d, "H1", "H2", first, last, "T1", "住院"))
    with pytest.raises(LeverRefused, match="H1的通知2022年1月5日至2022年1月31日已转办给H2（决定1），不能再转"):
        decide(office, LATE, lambda d: hand_over(d, person, stand_in, last, after, "T1", "住院"))
    decide(office, LATE, lambda d: hand_over(d, person, stand_in, after, after, "T1", "住院"))
    decide(office, LATE, lambda d: hand_over(d, "D1", "H2", first, last, "T1", "培训"))


@pytest.mark.parametrize(
    ("named", "subject", "period", "said"),
    [
        ("HZ-0", "T2", "", "没有条款或事项“HZ-0”"),
        ("HZ-3-01", "T9", "", "应为对象的编码或名称"),
        ("HZ-4.2.4-09", "S1", "2021-13", "该对象的期间为2021-07至2022-01"),
    ],
)
def test_a_matter_that_nobody_judges_is_named(office: Engine, named: str, subject: str, period: str, said: str) -> None:
    assert said in refused(office, LATE, lambda d: d.matter(named, subject, period))


def test_a_matter_is_decided_on_by_the_text_in_force_for_it(office: Engine, tmp_path: Path) -> None:
    plan = load_plan(str(amended_huizhou(tmp_path)))
    spring, autumn = (at(day, PLAN.house.windows["email"].opens) for day in (date(2022, 4, 30), date(2023, 10, 9)))
    with office.connect() as connection:
        with pytest.raises(LeverRefused, match="没有条款或事项"):
            Desk(connection, plan, spring).matter("HZ-XG1-03", "S1")
        desk = Desk(connection, plan, autumn)
        assert desk.matter("HZ-XG1-03", "S1").verdict.ruling.due == date(2022, 12, 31)
        before, after = (desk.matter("HZ-4.2.3-01", "W1", year) for year in ("2022", "2023"))
        assert (before.verdict.ruling.due, after.verdict.ruling.due) == (date(2022, 10, 31), date(2023, 11, 30))
        assert desk.approved(after, "C") == "C"
        assert before.obligation.escalation[0] is Role.COUNTY_BUREAU
        assert after.obligation.escalation[0] is Role.CITY_BUREAU
