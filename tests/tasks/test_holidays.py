"""Taking the year's notice of holidays over: what it would move in the plan and in the ledger; what was issued stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from given_city import UNITS, read_city
from sqlalchemy import Engine, text

from db.holiday_file import append
from db.intake import import_rows
from db.planstore import PLANS, load_plan
from policy.calendar import end_of
from policy.holiday_notice import HolidayNotice
from policy.plan import Plan
from tasks import jobs
from tasks.holidays import meant, with_notice
from tasks.rounds import hold, part_named

PLAN = load_plan("huizhou")
SETUP = part_named(PLAN, "setup", date(2022, 1, 1))
DAY = date(2021, 6, 29)
LATE_JUNE = [date(2021, 6, 30), date(2021, 7, 1), date(2021, 7, 2)]
CLOSED = HolidayNotice(2021, "国办发明电〔2021〕1号", dict.fromkeys(LATE_JUNE, "某节"), {})


@pytest.fixture
def office(engine: Engine) -> Engine:
    with engine.begin() as connection:
        import_rows(connection, PLAN.key, read_city(units=UNITS).rows, "test", end_of(DAY) - timedelta(days=30))
    return engine


def keys(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return dict(connection.execute(text("SELECT key, rung FROM notice")).tuples().all())


def test_the_plan_alone_says_how_many_due_days_and_rungs_move() -> None:
    means = meant(PLAN, CLOSED, DAY)
    assert {one.day for one in means.days} >= set(LATE_JUNE)
    assert not means.was_provisional
    assert (means.matters, means.said) == (None, None)
    assert means.rungs > means.dues > 0


def test_the_same_days_move_nothing_and_an_unpublished_year_was_provisional() -> None:
    after = with_notice(PLAN, CLOSED, "某人", DAY)
    again = meant(after, CLOSED, DAY)
    assert (again.days, again.dues, again.rungs) == ((), 0, 0)
    assert meant(PLAN, HolidayNotice(2041, "", {date(2041, 10, 1): "国庆节"}, {}), DAY).was_provisional


def test_what_is_open_in_the_ledger_is_counted_and_what_was_issued_is_never_issued_again(office: Engine) -> None:
    """F34: a calendar published in the middle re-plans only what is to come."""
    day = date(2021, 7, 12)
    hold(office, PLAN, SETUP, DAY, end_of(DAY))
    hold(office, PLAN, SETUP, day, end_of(day))
    before = keys(office)
    with office.connect() as connection:
        means = meant(PLAN, CLOSED, DAY, connection)
    assert means.matters
    assert means.said
    assert means.said >= means.matters
    hold(office, with_notice(PLAN, CLOSED, "某人", day), SETUP, day, end_of(day))
    assert keys(office) == before, "the days of the rungs moved, no notice came twice"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "somewhere"
    folder.mkdir()
    for name in ("plan.yaml", "clauses.yaml", "house.yaml"):
        (folder / name).write_text((PLANS / "huizhou" / name).read_text("utf-8"), "utf-8")
    return folder


def taken_over(folder: Path, notice: HolidayNotice, by: str = "某人") -> Plan:
    plan = load_plan(str(folder))
    append(folder, with_notice(plan, notice, by, DAY).house.published[-1])
    return load_plan(str(folder))


def test_what_was_written_is_read_back_and_what_stood_before_stays(copy: Path) -> None:
    revision = load_plan(str(copy)).revision
    first = taken_over(copy, CLOSED, '某人："甲"')
    second = taken_over(copy, HolidayNotice(2021, "", {LATE_JUNE[0]: "某节"}, {date(2021, 7, 3): "某节"}))
    assert [year.adopted_by for year in second.house.published] == ['某人："甲"', "某人"]
    assert first.house.published == second.house.published[:1]
    assert second.house.published[1].work == (date(2021, 7, 3),)
    assert len({revision, first.revision, second.revision}) == 3, "another calendar is another version of the plan"


def test_a_notice_without_days_worked_instead_is_read_back_too(copy: Path) -> None:
    (year,) = taken_over(copy, CLOSED).house.published
    assert (year.year, year.document, year.work) == (2021, "国办发明电〔2021〕1号", ())


@pytest.mark.parametrize(("day", "said"), [(DAY, False), (date(2041, 3, 4), True)])
def test_the_offices_page_asks_for_holidays_that_are_wanting(
    office: Engine, tmp_path: Path, day: date, said: bool
) -> None:
    hold(office, PLAN, SETUP, DAY, end_of(DAY))
    page, _ = jobs.summarised(jobs.Office(office, PLAN, tmp_path), day, end_of(day), ())
    assert (f"{day.year}年的放假安排还没有录入" in page.text) is said
