"""How fast word climbs, what is put off, and the weekly list of what nobody mended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from given_notices import CITY, FRIDAY, MONDAY, TOWN, TUESDAY, a_notice, fates, filed, issued, on, rows
from sqlalchemy import Engine, update

from db import open_matters, outbox
from db.delivery_words import DeliveryState, NoticeFate
from db.levers import LeverKind, pull, revoke
from db.outbox import DELIVERY, NOTICE
from db.pace import Pace
from db.schema import create_all
from policy.calendar import end_of
from policy.notices import Call
from policy.position import STOCK
from policy.word import Word
from policy.words import NoticeState, Reason, Role

COUNTY = "441302"
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


def overdue(**changes: Any) -> Any:
    return a_notice("low", **changes)


def escalated(level: int = 1, **changes: Any) -> Any:
    climbed = {"reason": Reason.ESCALATED, "rung": f"E{level}", "role": Role.COUNTY_BUREAU, "unit": COUNTY}
    return a_notice(f"up{level}", **{**climbed, **changes})


def gathered(engine: Engine, now: datetime, lists: bool = False) -> int:
    """As the dispatcher does it: two days of dwell, five of patience (counted here in civil days)."""
    day = now.date()
    pace = Pace(end_of(day - timedelta(days=2)), end_of(day - timedelta(days=5)))
    with engine.begin() as connection:
        whom = open_matters.lists(connection, CITY, day, ["email"]) if lists else {}
        return outbox.attach(connection, CITY, day, now, ["email"], pace, whom)


def delivered(engine: Engine, now: datetime, state: DeliveryState = DeliveryState.ACCEPTED) -> None:
    """What is attached now has been taken, or has died, at `now`."""
    with engine.begin() as connection:
        values = {"body_sha": "x", "accepted_at": now, "reason": "查无此人", "state": state}
        connection.execute(update(DELIVERY).where(DELIVERY.c.state == "ready").values(**values))
        if state is DeliveryState.ACCEPTED:
            connection.execute(update(NOTICE).where(NOTICE.c.state == "attached").values(state=NoticeFate.DONE))


def test_after_an_outage_the_level_above_waits_until_the_one_below_has_been_told_for_two_days(engine: Engine) -> None:
    issued(engine, overdue(), escalated())
    assert gathered(engine, on(FRIDAY)) == 1
    assert fates(engine) == {"low": "attached", "up1": "planned"}
    delivered(engine, on(FRIDAY))
    assert gathered(engine, on(FRIDAY + timedelta(days=1))) == 0
    assert gathered(engine, on(FRIDAY + timedelta(days=2))) == 1
    assert fates(engine) == {"low": "done", "up1": "attached"}


def test_each_level_waits_for_the_one_below_it(engine: Engine) -> None:
    issued(engine, overdue(), escalated(1), escalated(2, unit="441300"))
    for day, told in ((FRIDAY, {"low"}), (MONDAY, {"low", "up1"}), (MONDAY + timedelta(days=3), {"low", "up1", "up2"})):
        gathered(engine, on(day))
        delivered(engine, on(day))
        assert {key for key, fate in fates(engine).items() if fate == "done"} == told


def test_a_level_that_cannot_be_reached_holds_nothing_up(engine: Engine) -> None:
    issued(engine, overdue(), escalated())
    gathered(engine, on(FRIDAY))
    delivered(engine, on(FRIDAY), DeliveryState.DEAD)
    assert gathered(engine, on(FRIDAY, "10:00")) == 1


def failed(engine: Engine) -> None:
    """What is attached now was tried, and surely did not arrive."""
    with engine.begin() as connection:
        values = {"body_sha": "x", "attempts": 1, "state": DeliveryState.RETRY_WAIT}
        connection.execute(update(DELIVERY).where(DELIVERY.c.state == "ready").values(**values))


def test_what_cannot_be_delivered_for_days_goes_up_all_the_same(engine: Engine) -> None:
    issued(engine, overdue(), escalated())
    for days in (0, 4):
        assert gathered(engine, on(FRIDAY + timedelta(days=days))) == 1  # the level below alone
        failed(engine)
        assert gathered(engine, on(FRIDAY + timedelta(days=days), "10:00")) == 0
    late = FRIDAY + timedelta(days=6)
    assert gathered(engine, on(late)) == 1
    assert fates(engine)["up1"] == "planned"
    failed(engine)
    assert gathered(engine, on(late, "10:00")) == 1
    assert fates(engine)["up1"] == "attached"


def test_where_nothing_could_be_sent_for_days_two_levels_do_not_hear_on_one_day(engine: Engine) -> None:
    issued(engine, overdue(), escalated())
    late = FRIDAY + timedelta(days=10)
    for clock in ("09:00", "09:01"):
        gathered(engine, on(late, clock))
        assert fates(engine) == {"low": "attached", "up1": "planned"}
    delivered(engine, on(late, "09:02"))
    assert gathered(engine, on(late, "09:03")) == 0
    assert gathered(engine, on(late + timedelta(days=2))) == 1


def test_where_nothing_could_be_sent_for_weeks_three_levels_hear_one_after_the_other(engine: Engine) -> None:
    issued(engine, overdue(), escalated(1), escalated(2, unit="441300"))
    late = FRIDAY + timedelta(days=20)
    for day, told in ((0, {"low"}), (1, {"low"}), (2, {"low", "up1"}), (3, {"low", "up1"}), (4, {"low", "up1", "up2"})):
        for clock in ("09:00", "09:01"):
            gathered(engine, on(late + timedelta(days=day), clock))
        delivered(engine, on(late + timedelta(days=day), "09:02"))
        assert {key for key, fate in fates(engine).items() if fate == "done"} == told


def test_a_level_of_another_matter_holds_nothing_up(engine: Engine) -> None:
    issued(engine, overdue(period="2021-07"), escalated(period="2021-06"))
    assert gathered(engine, on(FRIDAY)) == 2


def test_a_snoozed_matter_waits_and_then_is_said(engine: Engine) -> None:
    issued(engine, overdue())
    with engine.begin() as connection:
        scope = {"duty": "station-built", "subject": TOWN, "period": "", "recipient": f"unit:{TOWN}"}
        until = {"until": MONDAY, "by": TOWN, "why": "正在办"}
        pull(connection, CITY, LeverKind.SNOOZE, on(FRIDAY), **scope, **until)
    assert [gathered(engine, on(day)) for day in (FRIDAY, MONDAY, TUESDAY)] == [0, 0, 1]


def told_and_open(engine: Engine) -> None:
    issued(engine, overdue())
    gathered(engine, on(FRIDAY))
    delivered(engine, on(FRIDAY))


def listed(engine: Engine, day: date, unit: str = TOWN, milestones: Collection[str] = ()) -> list[str]:
    with engine.begin() as connection:
        return [n.key for n in open_matters.still_open(connection, CITY, "email", f"unit:{unit}", day, milestones)]


def test_what_stands_open_is_listed_once_and_again_after_four_weeks_or_when_it_changes(engine: Engine) -> None:
    told_and_open(engine)
    weeks = [MONDAY + WEEK * n for n in range(6)]
    sent = []
    for week in weeks:
        sent.append(gathered(engine, on(week), lists=True))
        delivered(engine, on(week))
    assert sent == [1, 0, 0, 0, 1, 0]
    issued(engine, a_notice("more", duty="station-head", due=None), now=on(weeks[-1]))
    gathered(engine, on(weeks[-1] + timedelta(days=1)))
    delivered(engine, on(weeks[-1] + timedelta(days=1)))
    assert gathered(engine, on(weeks[-1] + WEEK), lists=True) == 1


def test_what_is_settled_is_listed_no_more(engine: Engine) -> None:
    told_and_open(engine)
    with engine.begin() as connection:
        assert (
            open_matters.close_settled(connection, filed(connection, ["station-built"]), (), {"low"}, on(FRIDAY)) == 0
        )
        assert open_matters.close_settled(connection, filed(connection, ["station-head"]), (), set(), on(FRIDAY)) == 0
    assert listed(engine, MONDAY) == ["low"]
    with engine.begin() as connection:
        assert open_matters.close_settled(connection, filed(connection, ["station-built"]), (), set(), on(FRIDAY)) == 1
    assert listed(engine, MONDAY) == []


def test_what_is_silenced_as_soon_as_it_is_issued_is_no_last_word(engine: Engine) -> None:
    told = overdue(state=NoticeState.SUPPRESSED, why_not="经批准暂不催办")
    word = Word(
        told.reason, told.rung, 0, told.clause, told.duty, None, told.due, told.channel, told.not_before,
        (told.text,), told.state, told.why_not,
    )  # fmt: skip
    with engine.begin() as connection:
        before, calls = filed(connection), [Call(told.key, word, told.subject, told.to)]
        assert outbox.issue(connection, CITY, calls, None, on(FRIDAY)) == 1
        assert open_matters.close_settled(connection, before, calls, {told.key}, on(FRIDAY)) == 0
        assert open_matters.close_settled(connection, before, calls, set(), on(FRIDAY)) == 1
    assert rows(engine, outbox.NOTICE)[0]["closed_at"] == on(FRIDAY)


def test_an_acknowledged_rung_is_not_listed_until_the_acknowledgement_runs_out(engine: Engine) -> None:
    told_and_open(engine)
    with engine.begin() as connection:
        until = {"until": MONDAY, "by": TOWN, "why": "已安排"}
        number = pull(connection, CITY, LeverKind.ACK, on(FRIDAY), recipient=f"unit:{TOWN}", notice="low", **until)
    assert (listed(engine, MONDAY), listed(engine, TUESDAY)) == ([], ["low"])
    with engine.begin() as connection:
        assert revoke(connection, CITY, number, TOWN, "签错了", on(FRIDAY))
        assert not revoke(connection, CITY, number, TOWN, "签错了", on(FRIDAY))
    assert listed(engine, MONDAY) == ["low"]


def test_what_was_over_before_going_live_is_said_in_the_list_alone(engine: Engine) -> None:
    issued(engine, overdue(state=NoticeState.SUPPRESSED, why_not=STOCK))
    assert gathered(engine, on(FRIDAY)) == 0
    assert gathered(engine, on(MONDAY), lists=True) == 1
    assert rows(engine, DELIVERY)[0]["listed"]
    assert listed(engine, MONDAY) == ["low"]


def test_a_milestone_that_has_climbed_is_listed_for_the_level_above_and_no_more_for_who_acts(engine: Engine) -> None:
    issued(engine, overdue(), escalated())
    for day in (FRIDAY, MONDAY, TUESDAY):
        gathered(engine, on(day))
        delivered(engine, on(day))
    once = {"station-built"}
    assert (listed(engine, TUESDAY, TOWN, once), listed(engine, TUESDAY, COUNTY, once)) == ([], ["up1"])
    assert listed(engine, TUESDAY, TOWN) == ["low"]
    with engine.begin() as connection:  # more time was granted: the rungs counted from the old day are settled
        open_matters.close_settled(connection, filed(connection, ["station-built"]), (), {"low"}, on(TUESDAY))
    assert listed(engine, TUESDAY, TOWN, once) == ["low"]
