from tests.stories.conftest import Story

MINE = {"supervisor": "U1", "station": "S", "starts_on": "2021-07-01"}


def test_a_station_that_changes_hands_in_mid_month_reminds_the_new_supervisor_alone(story: Story) -> None:
    story.learn("assignments", MINE)
    story.begin("2022-03-01", "monthly-supervision")
    story.heard.clear()
    story.advance_to("2022-03-20")
    assert {n.to.person for n in story.heard if n.period == "2022-03"} == {"U1"}

    story.heard.clear()
    story.learn("assignments", {**MINE, "ends_on": "2022-03-20"})
    story.learn("assignments", {"supervisor": "U2", "station": "S", "starts_on": "2022-03-21"})
    story.advance_to("2022-03-21")
    # The current rung, once, and none of the older ones.
    assert [(n.to.person, n.rung) for n in story.heard if n.period == "2022-03"] == [("U2", "D-10")]
    story.advance_to("2022-03-31")
    assert {n.to.person for n in story.heard if n.period == "2022-03"} == {"U2"}


def test_a_lapse_of_the_last_month_stays_with_whoever_had_the_station_then(story: Story) -> None:
    story.learn("assignments", {**MINE, "ends_on": "2022-03-31"})
    story.learn("assignments", {"supervisor": "U2", "station": "S", "starts_on": "2022-04-01"})
    story.begin("2022-03-31", "monthly-supervision")
    story.heard.clear()
    story.advance_to("2022-04-01")
    assert [(n.to.person, n.reason.value) for n in story.heard if n.period == "2022-03"] == [("U1", "overdue")]


def test_a_new_station_head_hears_the_current_rung_and_the_old_one_nothing_more(story: Story) -> None:
    chair = {"person": "H1", "unit": "S", "post": "站长", "starts_on": "2021-07-01"}
    story.learn("posts", chair)
    story.learn("units", {"code": "V", "name": "东一村", "kind": "村（居）", "parent": "T"})
    story.learn("beneficiaries", {"code": "B", "village": "V", "category": "低保对象"})
    story.begin("2021-09-01", "home-visit")
    story.expect("逾期催办 社工 V")
    story.advance_to("2021-09-15")
    story.expect("逾期上报 副站长 S", "逾期上报 站长 H1")

    story.learn("posts", {**chair, "ends_on": "2021-09-15"}, {**chair, "person": "H2", "starts_on": "2021-09-16"})
    story.advance_to("2021-09-16")
    story.expect("逾期上报 站长 H2")
    story.learn("beneficiaries", {"code": "B", "village": "V", "category": "低保对象", "visited_on": "2021-09-17"})
    story.advance_to("2021-09-17")
    story.expect("办结销号 社工 V", "办结销号 副站长 S", "办结销号 站长 H2")
