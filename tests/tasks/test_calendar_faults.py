"""F34: the golden week, a Sunday that is worked, and a year whose holidays are not published yet."""

from __future__ import annotations

import shutil
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from given_notices import CITY, TOWN, a_notice, a_unit, issued, on
from sqlalchemy import Engine

from db.holiday_file import append
from db.planstore import PLANS, load_plan
from db.schema import create_all
from db.work_calendar import work_calendar
from policy.holiday_notice import read_notice
from policy.ladder import climb
from settings import Settings
from tasks.holidays import with_notice
from tasks.send import tick
from tests.policy.test_holiday_notice import NOTICE

FIRST, WORKED_SUNDAY, AFTER = date(2021, 10, 1), date(2021, 9, 26), date(2021, 10, 8)
UNSURE = "（放假安排未公布，工作日暂按周一至周五计）"


@pytest.fixture
def office(engine: Engine) -> Engine:
    create_all(engine)
    with engine.begin() as connection:
        a_unit(connection, TOWN, email="town@example.invalid")
    return engine


def letters(settings: Settings) -> list[str]:
    """What was written into the folder, the words alone."""
    found = []
    for path in settings.mail_folder.rglob("*.eml"):
        body = message_from_bytes(path.read_bytes(), policy=default).get_body(("plain",))
        assert body is not None
        found.append(body.get_content())
    return found


@pytest.mark.parametrize(("day", "sent"), [(WORKED_SUNDAY, 1), (FIRST, 0), (date(2021, 10, 4), 0), (AFTER, 1)])
def test_word_leaves_on_a_sunday_that_is_worked_and_rests_through_the_golden_week(
    office: Engine, tmp_path: Path, day: date, sent: int
) -> None:
    issued(office, a_notice(not_before=on(day, "08:30")), now=on(day))
    assert tick(office, Settings(data=tmp_path), on(day, "10:00")).sent == sent


def test_the_rungs_after_a_deadline_on_the_last_working_day_stand_after_the_holidays() -> None:
    plan = load_plan(CITY)
    days = {step.name: step.day for step in climb(plan.house, work_calendar(plan.house), date(2021, 9, 30), None)}
    assert (days["D+1"], days["E1"]) == (AFTER, date(2021, 10, 11)), "the Saturday worked instead counts"


def test_the_letter_says_that_the_days_are_provisional(office: Engine, tmp_path: Path) -> None:
    told = a_notice()
    issued(office, a_notice(text=told.text + UNSURE))
    assert tick(office, Settings(data=tmp_path), on(date(2021, 7, 30), "10:00")).sent == 1
    assert any(UNSURE in letter for letter in letters(Settings(data=tmp_path)))


def test_a_running_office_counts_by_the_notice_once_it_is_taken_over(office: Engine, tmp_path: Path) -> None:
    """2027's golden week: a working Friday before the notice, a holiday after it, without a restart."""
    folder = Path(shutil.copytree(PLANS / CITY, tmp_path / "plan"))
    settings, friday = Settings(data=tmp_path / "data", plan=str(folder)), date(2027, 10, 1)
    plan = load_plan(str(folder))
    if friday.year in work_calendar(plan.house).published:
        pytest.skip("the package has learned the year meanwhile")
    issued(office, a_notice(not_before=on(friday, "08:30")), now=on(friday))
    append(folder, with_notice(plan, read_notice(NOTICE), "某人", date(2026, 11, 5)).house.published[-1])
    assert tick(office, settings, on(friday, "10:00")).sent == 0
    (folder / "calendar.yaml").unlink()
    assert tick(office, settings, on(friday, "10:01")).sent == 1
