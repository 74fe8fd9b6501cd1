from tests.stories.conftest import Story

FILED = {"code": "R1", "clause": "HZ-5.1-20", "from_unit": "K", "to_unit": "C", "sent_on": "2021-06-20"}


def test_a_correction_reopens_what_was_met_and_tells_one_level_after_the_other(story: Story) -> None:
    story.learn("reports", {**FILED, "received_on": "2021-06-21"})
    story.begin("2021-06-21", "pay-method-filed")
    assert story.status("pay-method-filed", "K") == "met"
    story.expect_nothing_until("2021-07-12")

    story.learn("reports", {**FILED, "received_on": ""})
    story.advance_to("2021-07-13")
    assert story.status("pay-method-filed", "K") == "not_met"
    story.expect("逾期催办 县（区）民政局 K")
    for day, above in (("2021-07-14", "市民政局 C"), ("2021-07-15", "市联席会议 C")):
        story.advance_to(day)
        story.expect(f"逾期上报 {above}")

    story.learn("reports", {**FILED, "received_on": "2021-07-16"})
    story.advance_to("2021-07-16")
    assert story.status("pay-method-filed", "K") == "met_late"
    story.expect("办结销号 县（区）民政局 K", "办结销号 市民政局 C", "办结销号 市联席会议 C")
    story.expect_nothing_until("2021-12-31")


def test_what_stood_before_the_correction_can_still_be_asked(story: Story) -> None:
    story.learn("reports", {**FILED, "received_on": "2021-06-21"})
    story.begin("2021-07-12", "pay-method-filed")
    before = dict(story.standing)
    story.day = story.day.replace(day=13)
    story.learn("reports", {**FILED, "received_on": ""})
    story.round()
    assert story.status("pay-method-filed", "K") == "not_met"
    story.day = story.day.replace(day=12)
    story.round()
    assert story.standing == before
