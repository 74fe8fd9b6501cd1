"""After an outage everybody hears once, of where things stand now; an import of history says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from given_notices import rows
from living_city import PLAN, World, wrongs

from db.outbox import DELIVERY, NOTICE
from policy.calendar import civil_day

FIRST = date(2021, 11, 22)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, FIRST)
    yield made
    made.close()


def told(world: World) -> list[dict]:
    return [row for row in rows(world.engine, NOTICE) if row["state"] == "done"]


def matter_of(row: dict) -> tuple:
    return row["duty"], row["subject"], row["period"]


@pytest.mark.parametrize("days", [1, 7, 30, 180])
def test_whoever_has_to_hear_hears_once_the_newest_and_the_levels_above_one_after_the_other(
    world: World, days: int
) -> None:
    world.live_until(date(2021, 12, 29))
    before = {row["key"] for row in told(world)}
    back = world.calendar.on_or_after(date(2021, 12, 30) + timedelta(days=days))
    world.today = back
    world.live()
    news = [row for row in told(world) if row["key"] not in before]
    assert news
    matters = Counter((row["duty"], row["subject"], row["period"], row["recipient"], row["role"]) for row in news)
    assert set(matters.values()) == {1}
    assert set(Counter(one.recipient for one in world.sendings if civil_day(one.at) == back).values()) == {1}
    begun = {
        matter_of(row) for row in rows(world.engine, NOTICE) if row["key"] in before and row["reason"] == "overdue"
    }
    assert {row["level"] for row in news if matter_of(row) not in begun} == {0}
    world.live_until(back + timedelta(days=21))
    assert wrongs(world) == []
    climbed = Counter(row["level"] for row in told(world) if row["key"] not in before)
    assert days < 30 or climbed[2]


def rungs(world: World) -> int:
    """Every rung that was put down, said or spoken for by a newer one."""
    return sum(1 + len((row["supersedes"] or "").split()) for row in rows(world.engine, NOTICE))


def test_half_a_year_off_is_no_message_for_every_rung_that_was_missed(world: World) -> None:
    world.live_until(date(2021, 12, 29))
    sent, known = len(world.sendings), rungs(world)
    world.today += timedelta(days=180)
    world.live_until(world.today + timedelta(days=6))
    missed = rungs(world) - known
    assert missed > 60
    assert (len(world.sendings) - sent) * 5 <= missed


def test_a_waiver_that_ended_during_an_outage_counts_the_ladder_from_its_end(world: World) -> None:
    world.live_until(date(2021, 12, 29))
    assert world.decide("waive", 30)  # until 29 January
    world.live_until(date(2022, 1, 5))
    before = {row["key"] for row in told(world)}
    world.today = date(2022, 2, 9)
    world.live_until(date(2022, 2, 28))
    built = [row for row in told(world) if row["duty"] == "station-built" and row["key"] not in before]
    ended = date(2022, 1, 29)
    assert built
    assert all(civil_day(row["not_before"]) > ended for row in built)
    assert {row["rung"] for row in built if row["level"] == 0} <= {"D+1"}
    assert wrongs(world) == []


def test_a_station_that_opens_on_the_twentieth_owes_nothing_for_what_went_before(world: World) -> None:
    world.live_until(date(2021, 12, 19))
    world.units += "S3,三镇社工站,station,T2,2021-12-20,,\n"
    world.learn(units=world.units)
    world.live_until(date(2022, 2, 8))
    about = {row["period"] for row in rows(world.engine, NOTICE) if row["subject"] == "S3" and row["period"]}
    assert about == {"2022-01", "2022-02"}


def test_while_the_milestone_of_its_town_is_open_nothing_is_said_of_what_a_station_owes(world: World) -> None:
    """Inhibition by the parent milestone: no supervision is owed for a station that has yet to be built."""

    def periods(subject: str) -> set[str | None]:
        about = (row for row in rows(world.engine, NOTICE) if row["duty"] == "monthly-supervision")
        return {row["period"] for row in about if row["subject"] == subject}

    world.live_until(date(2022, 1, 19))
    late = {row["subject"] for row in told(world) if row["duty"] == "station-built" and row["reason"] == "escalated"}
    assert (late, periods("S2")) == ({"T2"}, set())
    assert periods("S1") >= {"2021-12", "2022-01"}
    world.build_station()
    world.live_until(date(2022, 3, 8))
    assert periods("S2") == {"2022-02", "2022-03"}
    assert wrongs(world) == []


@pytest.mark.parametrize("live", [date(2021, 11, 10), date(2021, 11, 15)], ids=["a Wednesday", "a Monday"])
def test_five_thousand_stations_imported_with_their_history_are_told_nothing(tmp_path: Path, live: date) -> None:
    """Between two rungs of the month's end; on a Monday, too, on which open matters are listed."""
    world = World(tmp_path / "live", live)
    stations = (f"X{n},站{n},station,T1,2020-01-01,," for n in range(5000))
    world.learn(units=world.units + "".join(f"{one}\n" for one in stations))
    world.part = replace(world.part, obligations=(PLAN.by_key["monthly-supervision"],))
    world.live()
    assert {row["state"] for row in rows(world.engine, NOTICE)} == {"suppressed"}
    assert rungs(world) > 10_000
    assert world.sendings == []
    assert wrongs(world) == []
    world.close()


def test_what_was_over_before_a_monday_of_going_live_is_listed_the_monday_after(tmp_path: Path) -> None:
    world = World(tmp_path / "live", date(2021, 11, 15))
    world.part = replace(world.part, obligations=(PLAN.by_key["monthly-supervision"],))
    world.live()
    assert world.sendings == []
    world.live_until(date(2021, 11, 24))
    assert {row["day"] for row in rows(world.engine, DELIVERY) if row["listed"]} == {date(2021, 11, 22)}
    world.close()
