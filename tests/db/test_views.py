"""What screens and artifacts read: the verdicts that stand, where they belong, and what the stages did."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from db import phase_events
from db.intake import import_rows
from db.phase_events import Event
from db.planstore import load_plan
from db.views import CITY_LEVEL, Share, by_county, places, share_of, standing
from policy.words import Status, SubjectKind
from tasks.rounds import hold, part_named

CITY = "huizhou"
NOW = datetime(2022, 1, 10, tzinfo=UTC)


def unit(code: str, kind: str, parent: str | None, opened_on: date | None = None) -> dict[str, Any]:
    return {
        "ref": f"u-{code}",
        "code": code,
        "name": f"{code}名",
        "kind": kind,
        "parent": parent,
        "opened_on": opened_on,
    }


UNITS = [
    unit("C", "city", None),
    unit("X", "county", "C"),
    unit("Y", "county", "C"),
    unit("TX", "township", "X"),
    unit("TY", "township", "Y"),
    unit("SX", "station", "TX", date(2021, 6, 10)),
]


def act(code: str, **cells: Any) -> dict[str, Any]:
    return {"ref": f"a-{code}", "code": code, "clause": "HZ-5.2-01", "subject": "C", "on": date(2021, 7, 5), **cells}


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Two counties; in one a station has opened in time, in the other none."""
    with engine.begin() as connection:
        import_rows(
            connection, CITY, {"units": UNITS, "posts": [], "acts": []}, "test", datetime(2021, 1, 1, tzinfo=UTC)
        )
    return engine


def round_of(engine: Engine, day: date) -> None:
    plan = load_plan(CITY)
    hold(engine, plan, part_named(plan, "setup", day), day, NOW)


def stations(connection: Connection, day: date) -> dict[str, Status]:
    return {s.subject: s.status for s in standing(connection, CITY, ["station-set-up"], day)}


def test_a_verdict_stands_as_the_rounds_up_to_a_day_left_it(city: Engine) -> None:
    round_of(city, date(2021, 6, 30))
    round_of(city, date(2021, 7, 1))
    with city.begin() as connection:
        assert stations(connection, date(2021, 6, 29)) == {}
        assert stations(connection, date(2021, 6, 30)) == {"TX": Status.MET, "TY": Status.NOT_YET_DUE}
        assert stations(connection, date(2021, 7, 1)) == {"TX": Status.MET, "TY": Status.NOT_MET}


def test_only_the_statuses_asked_for_are_fetched(city: Engine) -> None:
    round_of(city, date(2021, 7, 1))
    with city.begin() as connection:
        found = list(standing(connection, CITY, ["station-set-up"], date(2021, 7, 1), (Status.NOT_MET,)))
    assert [(s.subject, s.due, s.clause) for s in found] == [("TY", date(2021, 6, 30), "HZ-5.2-02")]


def test_shares_are_counted_in_the_county_a_subject_lies_in(city: Engine) -> None:
    round_of(city, date(2021, 7, 1))
    with city.begin() as connection:
        where = places(connection, CITY, date(2021, 7, 1), NOW)
        shares = by_county(standing(connection, CITY, ["station-set-up"], date(2021, 7, 1)), where)
    assert {county: share.text for (county, _), share in shares.items()} == {"X名": "1/1", "Y名": "0/1（逾期1）"}


def test_what_belongs_to_no_county_belongs_to_the_city(city: Engine) -> None:
    with city.begin() as connection:
        where = places(connection, CITY, date(2021, 7, 1), NOW)
    assert where.county(SubjectKind.CITY, "C") == CITY_LEVEL
    assert where.county(SubjectKind.STATION, "SX") == "X名"
    assert where.counties() == ["X名", "Y名"]


def test_a_share_says_what_is_late_and_what_cannot_be_seen() -> None:
    assert Share().text == "—"
    assert Share(unseen=2).text == "无佐证2"
    assert (Share(1, 2, 1) + Share(3, 3, 0, 1)).text == "4/5（逾期1，无佐证1）"
    assert share_of([]) == Share()


def test_an_event_of_a_stage_is_kept_once(city: Engine) -> None:
    first = Event("handed_out", "X", date(2021, 6, 1), date(2021, 6, 30), {"items": []})
    with city.begin() as connection:
        assert phase_events.append(connection, CITY, "setup", [first], NOW) == 1
        again = Event("handed_out", "X", date(2021, 6, 2))
        assert phase_events.append(connection, CITY, "setup", [again], NOW) == 0
        assert phase_events.of_phase(connection, CITY, "setup") == [first]
        assert phase_events.of_phase(connection, CITY, "setup", ("dossier",)) == []


@pytest.mark.parametrize(
    ("cells", "signed"),
    [
        ({"item": "签认", "verdict": "accepted", "by": "C"}, True),
        ({"item": "签认", "verdict": "returned", "by": "C"}, False),
        ({"item": "签认", "verdict": "accepted", "by": None}, False),
        ({"item": "检查", "verdict": "accepted", "by": "C"}, False),
        ({"item": "签认", "verdict": "accepted", "by": "C", "subject": "X"}, False),
        ({"item": "签认", "verdict": "accepted", "by": "C", "clause": "HZ-5.3-01"}, False),
        ({"item": "签认", "verdict": "accepted", "by": "C", "on": date(2021, 7, 7)}, False),
    ],
)
def test_a_stage_is_signed_off_by_a_named_accepting_act_on_the_city(
    city: Engine, cells: dict[str, Any], signed: bool
) -> None:
    with city.begin() as connection:
        import_rows(connection, CITY, {"acts": [act("A", **cells)]}, "sign", NOW)
        found = phase_events.sign_off(connection, CITY, "HZ-5.2-01", date(2021, 7, 6), datetime(2022, 2, 1, tzinfo=UTC))
    assert (found is not None) is signed


def test_what_is_judged_no_more_is_shown_up_to_the_round_that_found_it_gone(city: Engine) -> None:
    before, after = date(2022, 1, 4), date(2022, 1, 5)
    round_of(city, before)
    closed = {**UNITS[4], "closed_on": date(2022, 1, 5)}
    with city.begin() as connection:
        import_rows(connection, CITY, {"units": [closed]}, "closed", datetime(2022, 1, 5, tzinfo=UTC))
    round_of(city, after)
    with city.connect() as connection:
        towns = [{s.subject for s in standing(connection, CITY, ["station-built"], day)} for day in (before, after)]
    assert towns == [{"TX", "TY"}, {"TX"}]
