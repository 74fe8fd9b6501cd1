"""What the office learns late: the verdict turns, it is shown by which record, and what was known before stays so."""

from __future__ import annotations

import pytest

from tests.stories.conftest import Story

OCTOBER = "2021-10-31"
ACTING = ("社工 W", "副站长 D", "市民政局 C", "县（区）民政局 K")
ABOVE = ("市民政局工作领导小组 C", "市联席会议 C", "市政府 ZF")


def training(day: str, hours: str) -> dict[str, str]:
    return {"person": "W", "starts_at": f"{day} 09:00", "hours": hours, "category": "岗前"}


@pytest.fixture
def autumn(story: Story) -> Story:
    """A worker of July who has to have fifteen hours by the end of September; her deputy head has them."""
    story.learn(
        "posts",
        {"person": "W", "unit": "S", "post": "专业岗", "starts_on": "2021-07-01"},
        {"person": "D", "unit": "S", "post": "副站长", "starts_on": "2021-07-01"},
    )
    story.learn("trainings", {**training("2021-08-01", "15"), "person": "D"})
    return story


def rows(page: str) -> list[list[str]]:
    """The cells of the table, line by line."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in page.splitlines() if line[:1] == "│"]


def test_a_training_of_september_brought_in_november_turns_the_verdict_and_is_shown(autumn: Story) -> None:
    autumn.learn("trainings", training("2021-08-01", "10"))
    autumn.begin("2021-09-30", "prejob-hours")
    autumn.advance_to(OCTOBER)
    assert autumn.status("prejob-hours", "W") == "not_met"
    then = autumn.known_at(OCTOBER, as_of=OCTOBER)
    autumn.heard = []

    autumn.advance_to("2021-11-04")
    autumn.day = autumn.day.replace(day=5)
    batch = autumn.learn("trainings", training("2021-09-11", "5"))
    autumn.round()
    assert autumn.status("prejob-hours", "W") == "met"
    autumn.expect(*(f"办结销号 {who}" for who in (*ACTING, *ABOVE)))
    assert rows(autumn.turned_since("2021-11-04", as_of=OCTOBER)) == [
        [
            *("HZ-5.2-22", "岗前培训学时", "人员W", "", "未达标", "已达标"),
            f"培训 W@2021-09-11T09:00/prejob 录入（批次{batch} trainings 2021-11-05）",
        ]
    ]
    assert autumn.known_at(OCTOBER, as_of=OCTOBER) == then
    (of_worker,) = (one for one in then if one["subject"]["code"] == "W")
    assert of_worker["why"] == ("岗前培训应满15小时，已有10小时；截止2021年9月30日（截止日当天计入），到期未完成。")


def test_a_correction_that_takes_hours_away_turns_it_back_and_names_the_row_that_was_corrected(autumn: Story) -> None:
    autumn.learn("trainings", training("2021-08-01", "10"), training("2021-09-11", "5"))
    autumn.begin("2021-09-30", "prejob-hours")
    assert autumn.status("prejob-hours", "W") == "met"
    autumn.expect_nothing_until("2021-11-04")

    autumn.day = autumn.day.replace(day=5)
    batch = autumn.learn("trainings", training("2021-09-11", "4.5"))
    autumn.round()
    assert autumn.status("prejob-hours", "W") == "not_met"
    autumn.expect(*(f"逾期催办 {who}" for who in ACTING))
    assert rows(autumn.turned_since("2021-11-04", as_of="2021-11-05")) == [
        [
            *("HZ-5.2-22", "岗前培训学时", "人员W", "", "已达标", "未达标"),
            f"培训 W@2021-09-11T09:00/prejob 更正（批次{batch} trainings 2021-11-05）",
        ]
    ]
    for day, who in zip(("06", "07", "08"), ABOVE, strict=True):
        autumn.advance_to(f"2021-11-{day}")
        autumn.expect(f"逾期上报 {who}")


def test_an_import_taken_back_restores_what_stood_and_says_what_it_restored(autumn: Story) -> None:
    autumn.learn("trainings", training("2021-08-01", "10"), training("2021-09-11", "5"))
    autumn.begin("2021-09-30", "prejob-hours")
    before = autumn.known_at("2021-11-04", as_of="2021-11-04")
    autumn.advance_to("2021-11-05")
    wrong = autumn.learn("trainings", training("2021-09-11", "4.5"))
    autumn.advance_to("2021-11-08")
    assert autumn.status("prejob-hours", "W") == "not_met"
    autumn.heard = []

    autumn.day = autumn.day.replace(day=9)
    autumn.take_back(wrong)
    autumn.round()
    assert autumn.status("prejob-hours", "W") == "met"
    assert {notice.reason.value for notice in autumn.heard} == {"resolved"}
    assert rows(autumn.turned_since("2021-11-08", as_of="2021-11-09")) == [
        [
            *("HZ-5.2-22", "岗前培训学时", "人员W", "", "未达标", "已达标"),
            f"培训 W@2021-09-11T09:00/prejob 恢复（批次{wrong} trainings 2021-11-05）",
        ]
    ]
    assert rows(autumn.turned_since("2021-11-04", as_of="2021-11-09")) == []
    assert autumn.known_at("2021-11-04", as_of="2021-11-04") == before
