from tests.stories.conftest import Story


def training(day: str, hours: str) -> dict[str, str]:
    return {"person": "W", "starts_at": f"{day} 09:00", "hours": hours, "category": "岗前"}


def test_late_prejob_training_is_resolved_for_all_who_had_heard_that_it_was_late(story: Story) -> None:
    story.learn(
        "posts",
        {"person": "W", "unit": "S", "post": "专业岗", "starts_on": "2021-07-01"},
        {"person": "D", "unit": "S", "post": "副站长", "starts_on": "2021-07-01"},
    )
    story.learn("trainings", training("2021-09-01", "14.5"), {**training("2021-08-01", "15"), "person": "D"})
    story.begin("2021-09-30", "prejob-hours")
    story.expect("今日到期 社工 W", "今日到期 副站长 D", "今日到期 市民政局 C")
    # The first of October begins seven days of holidays; the Saturday after them is worked.
    story.expect_nothing_until("2021-10-07")
    assert story.status("prejob-hours", "W") == "not_met"
    story.advance_to("2021-10-08")
    story.expect("逾期催办 社工 W", "逾期催办 副站长 D", "逾期催办 市民政局 C", "逾期催办 县（区）民政局 K")
    story.expect_nothing_until("2021-10-10")
    story.advance_to("2021-10-11")
    story.expect("逾期上报 市民政局工作领导小组 C")

    story.learn("trainings", training("2021-10-12", "0.5"))
    story.advance_to("2021-10-12")
    assert story.status("prejob-hours", "W") == "met_late"
    story.expect(
        "办结销号 社工 W",
        "办结销号 副站长 D",
        "办结销号 市民政局 C",
        "办结销号 县（区）民政局 K",
        "办结销号 市民政局工作领导小组 C",
    )
    story.expect_nothing_until("2021-12-31")
