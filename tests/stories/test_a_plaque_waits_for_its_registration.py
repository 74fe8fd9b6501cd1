from tests.stories.conftest import Story


def act(code: str, clause: str, subject: str, day: str, item: str = "") -> dict[str, str]:
    return {"code": code, "clause": clause, "subject": subject, "on": day, "item": item}


def test_a_plaque_is_blocked_until_its_body_is_registered_and_then_due_that_day(story: Story) -> None:
    story.learn("acts", act("1", "HZ-5.2-05", "S", "2021-06-28", "社工站"))
    story.begin("2021-06-28", "plaques")
    assert story.status("plaques", "S") == "blocked_by_upstream"
    story.expect_nothing_until("2021-10-08")

    story.learn("acts", act("2", "HZ-5.3.2-09", "T", "2021-10-08"))
    story.advance_to("2021-10-09")
    assert story.status("plaques", "S") == "not_met"
    story.expect("逾期催办 乡镇（街道） T")

    story.learn("acts", act("3", "HZ-5.2-05", "S", "2021-10-11", "社会工作与志愿服务协会"))
    story.advance_to("2021-10-11")
    # The third body is still not registered: nobody's fault, and the township hears that it is off the list.
    assert story.status("plaques", "S") == "blocked_by_upstream"
    story.expect("办结销号 乡镇（街道） T")
    story.expect_nothing_until("2021-12-31")
