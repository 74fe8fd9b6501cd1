from tests.stories.conftest import Story


def test_a_missed_monthly_visit_climbs_the_ladder_until_it_is_on_record(story: Story) -> None:
    station = {"code": "S", "name": "东镇社工站", "kind": "社工站", "parent": "T", "opened_on": "2021-11-01"}
    story.learn("units", station)
    story.learn("assignments", {"supervisor": "U1", "station": "S", "starts_on": "2021-11-01"})
    story.begin("2021-11-01", "monthly-supervision")
    story.expect_nothing_until("2021-11-01")
    story.advance_to("2021-11-02")
    story.expect("交办 督导员 U1")
    story.advance_to("2021-11-29")
    story.expect(*["临期提醒 督导员 U1"] * 3)
    story.advance_to("2021-11-30")
    story.expect("今日到期 督导员 U1")
    assert story.status("monthly-supervision", "S", 202111) == "not_yet_due"

    story.advance_to("2021-12-01")
    story.expect("逾期催办 督导员 U1")
    story.expect_nothing_until("2021-12-01")
    story.advance_to("2021-12-03")
    told = [n for n in story.heard if n.period == "2021-11"]
    assert [(n.to.role.value, n.reason.value) for n in told] == [("supervision_mechanism", "escalated")]

    story.heard.clear()
    visit = {"visit": "G1", "supervisor": "U1", "station": "S", "starts_at": "2021-11-29 09:00", "hours": "16"}
    story.learn("visits", visit)
    story.advance_to("2021-12-06")
    assert story.status("monthly-supervision", "S", 202111) == "met"
    told = [n for n in story.heard if n.period == "2021-11"]
    assert {(n.reason.value, n.to.role.value) for n in told} == {
        ("resolved", "supervisor"),
        ("resolved", "supervision_mechanism"),
    }
    story.advance_to("2022-01-31")
    assert not [n for n in story.heard if n.period == "2021-11" and n not in told]
