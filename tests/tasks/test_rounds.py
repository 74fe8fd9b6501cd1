"""A round judges and records one part of the plan: twice is once, history only grows, and it is never rewound."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from given_city import UNITS, read_city
from sqlalchemy import Engine, text

from db.intake import import_rows
from db.planstore import load_plan
from policy.calendar import at, end_of
from policy.words import Status
from tasks.rounds import PartReport, hold, part_named, parts

PLAN = load_plan("huizhou")
SETUP = part_named(PLAN, "setup", date(2022, 1, 1))
LAST = date(2021, 12, 31)
EVENING = end_of(LAST)
BUILT = UNITS + "S2,二镇社工站,station,T2,2022-01-05,,\n"


@pytest.fixture
def office(engine: Engine) -> Engine:
    brought(engine, UNITS, EVENING - timedelta(days=30))
    return engine


def brought(engine: Engine, units: str, now: datetime) -> None:
    with engine.begin() as connection:
        import_rows(connection, PLAN.key, read_city(units=units).rows, "test", now)


def held(engine: Engine, day: date, now: datetime | None = None) -> PartReport:
    return hold(engine, PLAN, SETUP, day, now or end_of(day))


def rows(engine: Engine, *tables: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]


ALL = ("verdict", "ruling", "round", "notice")


def history(engine: Engine, subject: str, duty: str = "station-built") -> list[tuple[str, str]]:
    """What was said of one subject, oldest first, with the day it was said for."""
    query = (
        "SELECT d.as_of, r.status FROM verdict v JOIN ruling r ON r.id = v.ruling JOIN round d ON d.id = v.round "
        "WHERE v.subject = :subject AND v.duty = :duty ORDER BY v.id"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), {"subject": subject, "duty": duty})]


def test_a_round_records_what_it_found(office: Engine) -> None:
    report = held(office, LAST)
    assert report.recorded
    assert report.changed == sum(report.counts.values()) == len(rows(office, "verdict"))
    assert report.notices == len(rows(office, "notice")) > 0
    assert history(office, "T1") == [(20211231, "met")]
    assert history(office, "T2") == [(20211231, "not_yet_due")]


def test_a_round_recorded_twice_changes_nothing(office: Engine) -> None:
    first = held(office, LAST)
    before = rows(office, *ALL)
    again = held(office, LAST)
    assert (again.changed, again.notices, again.counts) == (0, 0, first.counts)
    assert rows(office, *ALL) == before


def test_a_later_round_of_the_same_day_adds_no_verdict_and_no_notice(office: Engine) -> None:
    held(office, LAST, EVENING - timedelta(hours=1))
    before = rows(office, "verdict", "ruling", "notice")
    held(office, LAST, EVENING + timedelta(hours=5))
    assert rows(office, "verdict", "ruling", "notice") == before
    assert len(rows(office, "round")) == 2


def words_of(office: Engine) -> list[Any]:
    """The history, but for how long each word stood."""
    return [row[:-1] for row in rows(office, "verdict")]


def test_history_only_grows(office: Engine) -> None:
    held(office, LAST)
    before = words_of(office)
    held(office, LAST + timedelta(days=1))
    brought(office, BUILT, at(date(2022, 1, 6), PLAN.house.windows["email"].opens))
    held(office, date(2022, 1, 6))
    assert words_of(office)[: len(before)] == before
    assert history(office, "T2") == [(20211231, "not_yet_due"), (20220101, "not_met"), (20220106, "met_late")]
    assert history(office, "T1") == [(20211231, "met")]


def test_whoever_was_told_that_it_is_late_is_told_when_it_is_done(office: Engine) -> None:
    held(office, LAST)
    held(office, date(2022, 1, 4))
    brought(office, BUILT, end_of(date(2022, 1, 5)))
    held(office, date(2022, 1, 6))
    assert "resolved" in reasons(office, "T2")
    before = reasons(office, "T2")
    held(office, date(2022, 1, 7))
    assert reasons(office, "T2") == before


def test_an_office_that_goes_live_with_a_history_tells_nobody_of_what_was_over_before(office: Engine) -> None:
    held(office, date(2022, 1, 4))
    for day in (5, 20, 28):
        held(office, date(2022, 1, day))
    fates = said(office, "station-built")
    assert ("suppressed", "escalated") in fates
    assert not [fate for fate, _ in fates if fate not in ("suppressed", "superseded")]


def test_what_breaks_again_under_the_same_due_day_is_said_again(office: Engine) -> None:
    held(office, LAST)
    held(office, date(2022, 1, 4))
    brought(office, BUILT, end_of(date(2022, 1, 5)))
    held(office, date(2022, 1, 6))
    told = late(office, "T2")
    brought(office, BUILT.replace("2022-01-05", "2022-02-05"), end_of(date(2022, 1, 6)))
    for day in (7, 8):
        held(office, date(2022, 1, day))
    assert late(office, "T2") == 2 * told


def late(engine: Engine, subject: str) -> int:
    """How often it was said that something is late, or spoken for by a rung above."""
    query = (
        "SELECT COUNT(*) FROM notice WHERE subject = :subject AND duty = 'station-built' "
        "AND (rung = 'D+1' OR supersedes LIKE '%D+1%')"
    )
    with engine.connect() as connection:
        return int(connection.execute(text(query), {"subject": subject}).scalar_one())


def said(engine: Engine, duty: str) -> list[tuple[str, str]]:
    query = "SELECT state, reason FROM notice WHERE duty = :duty ORDER BY id"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), {"duty": duty})]


def reasons(engine: Engine, subject: str) -> list[str]:
    query = "SELECT reason FROM notice WHERE subject = :subject AND duty = 'station-built' ORDER BY id"
    with engine.connect() as connection:
        return list(connection.execute(text(query), {"subject": subject}).scalars())


def test_a_day_before_the_newest_is_judged_but_not_recorded(office: Engine) -> None:
    held(office, LAST + timedelta(days=1))
    before = rows(office, *ALL)
    report = held(office, LAST, EVENING + timedelta(days=2))
    assert not report.recorded
    assert report.counts[Status.NOT_YET_DUE] > 0
    assert rows(office, *ALL) == before


def test_a_day_that_has_not_come_is_judged_but_not_recorded(office: Engine) -> None:
    ahead = held(office, LAST + timedelta(days=40), EVENING)
    assert not ahead.recorded
    assert rows(office, "verdict", "round", "notice") == []
    assert ahead.counts == held(office, LAST + timedelta(days=40)).counts


def test_what_the_office_learns_later_counts_only_from_then_on(office: Engine) -> None:
    heading, rest = UNITS.split("\n", 1)
    told = f"{heading},recorded_on\n{rest}S2,二镇社工站,station,T2,2021-12-20,,,2022-01-10T23:59:59\n"
    brought(office, told, end_of(date(2022, 1, 10)))
    known_then = held(office, date(2022, 1, 2), end_of(date(2022, 1, 2)))
    assert known_then.counts[Status.NOT_MET] >= 1
    assert history(office, "T2")[-1] == (20220102, "not_met")
    held(office, date(2022, 1, 11))
    assert history(office, "T2")[-1] == (20220111, "met")


def test_two_rounds_at_once_do_no_harm(office: Engine) -> None:
    failed: list[Exception] = []
    reports: list[PartReport] = []

    def round_at(seconds: int) -> None:
        try:
            reports.append(held(office, LAST, EVENING + timedelta(seconds=seconds)))
        except Exception as error:  # noqa: BLE001 - said by the test below
            failed.append(error)

    threads = [threading.Thread(target=round_at, args=(n // 2,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(report.changed > 0 for report in reports) == [False, False, False, True]
    said = [(duty, subject, period) for _, _, duty, subject, period, *_ in rows(office, "verdict")]
    assert len(said) == len(set(said))


def test_a_failing_round_leaves_nothing(office: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(office, *ALL)

    def fails(*_: object) -> int:
        raise OSError("磁盘已满")

    monkeypatch.setattr("db.outbox.cancel_moot", fails)
    with pytest.raises(OSError, match="磁盘已满"):
        held(office, LAST)
    assert rows(office, *ALL) == before


def test_parts_are_the_stages_begun_and_every_duty() -> None:
    duties = [duty.key for duty in PLAN.duties]
    assert [part.key for part in parts(PLAN, date(2021, 6, 30))] == ["integration", "setup", *duties]
    assert len(parts(PLAN, date(2023, 1, 1))) == len(PLAN.phases) + len(duties)
    assert part_named(PLAN, "branding", date(2021, 6, 30)).title == "阶段五·品牌打造"
    with pytest.raises(LookupError):
        part_named(PLAN, "nosuch", date(2021, 6, 30))


def test_every_obligation_is_recorded_by_exactly_one_part() -> None:
    every = [o.key for part in parts(PLAN, date(2023, 12, 31)) for o in part.obligations]
    assert sorted(every) == sorted(PLAN.by_key)
