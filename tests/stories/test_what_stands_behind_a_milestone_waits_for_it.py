from tests.stories.conftest import Story


def test_nobody_is_asked_for_a_deputy_head_before_the_association_is_registered(story: Story) -> None:
    story.learn("acts", {"code": "1", "clause": "HZ-5.3.2-09", "subject": "K", "on": "2021-07-01"})
    story.begin("2021-07-05", "association", "deputy-head", **{"deputy-head": ("association",)})
    assert story.status("association", "T") == "not_yet_due"
    assert story.status("deputy-head", "S") == "not_met"
    story.expect_nothing_until("2021-09-09")

    story.learn("acts", {"code": "2", "clause": "HZ-5.3.2-09", "subject": "T", "on": "2021-09-10"})
    story.advance_to("2021-09-10")
    story.expect("逾期催办 乡镇（街道） T")
    story.advance_to("2021-09-15")
    story.expect("逾期上报 县（区）民政局 K")

    story.learn("posts", {"person": "W", "unit": "S", "post": "副站长", "starts_on": "2021-09-16"})
    story.advance_to("2021-09-16")
    assert story.status("deputy-head", "S") == "met"
    story.expect("办结销号 乡镇（街道） T", "办结销号 县（区）民政局 K")
    story.expect_nothing_until("2021-12-31")
