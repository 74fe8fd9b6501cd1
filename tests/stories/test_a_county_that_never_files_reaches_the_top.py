from tests.stories.conftest import Story


def test_a_county_that_never_files_its_pay_method_reaches_the_top_of_the_chain_and_stays_red(story: Story) -> None:
    story.begin("2021-05-06", "pay-method-filed")
    story.expect_nothing_until("2021-05-31")
    story.advance_to("2021-06-01")
    story.expect("交办 县（区）民政局 K")
    story.advance_to("2021-06-29")
    story.expect(*["临期提醒 县（区）民政局 K"] * 3)
    story.advance_to("2021-06-30")
    story.expect("今日到期 县（区）民政局 K")
    story.advance_to("2021-07-01")
    story.expect("逾期催办 县（区）民政局 K")
    story.advance_to("2021-07-05")
    story.expect("逾期上报 市民政局 C")
    story.advance_to("2021-07-12")
    story.expect("逾期上报 市联席会议 C")
    story.advance_to("2021-07-21")
    story.expect("逾期上报 市政府 ZF")
    story.expect_nothing_until("2021-12-31")
    assert story.status("pay-method-filed", "K") == "not_met"
