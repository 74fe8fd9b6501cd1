"""The page of a rehearsal: its charts stay on their plane, its numbers are those of the events, it stands by itself."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import pytest
from given_city import read_city
from hypothesis import given
from hypothesis import strategies as st

from db.planstore import load_plan
from policy.assumption import assumptions
from policy.events import Happening
from tasks.rehearsal.charts import LABEL_WIDE, Chart, Series, Span, sideways, stacked, ticks, timeline
from tasks.rehearsal.figures import climbed_by_county, messages, occupied, runaway, visiting
from tasks.rehearsal.play import Played, play
from tasks.rehearsal.report import page
from tasks.stateless import asked

PLAN = load_plan("huizhou")
SERIES = (Series("a", "甲", "#111"), Series("b", "乙", "#222"))
NUMBERS = st.tuples(st.integers(0, 200_000), st.integers(0, 200_000))
ROWS = st.lists(st.tuples(st.sampled_from(["2021-07", "2022-12", "大亚湾开发区"]), NUMBERS), min_size=1, max_size=400)


def stays_inside(chart: Chart) -> None:
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= chart.width
        assert bar.y >= 0
        assert bar.y + bar.height <= chart.height
    assert all(0 <= words.x <= chart.width and 0 < words.y <= chart.height for words in chart.words)


@given(st.integers(0, 10**7))
def test_an_axis_goes_beyond_the_most_in_a_few_round_steps(most: int) -> None:
    scale = ticks(most)
    assert scale[0] == 0
    assert most <= scale[-1]
    assert 2 <= len(scale) <= 7
    assert re.fullmatch(r"[125]0*", str(scale[1]))


@given(ROWS)
def test_columns_stay_on_their_plane_and_months_do_not_touch(rows: list[tuple[str, tuple[int, int]]]) -> None:
    chart = stacked("每月", "条", "月份", rows, SERIES)
    stays_inside(chart)
    named = [words.x for words in chart.words if words.anchor == "middle"]
    assert all(right - left >= LABEL_WIDE - 1 for left, right in itertools.pairwise(named))
    assert sum(bar.title.startswith(rows[0][0]) for bar in chart.bars) >= bool(any(rows[0][1]))


@given(ROWS.map(lambda rows: rows[:30]))
def test_bars_to_the_right_stay_on_their_plane(rows: list[tuple[str, tuple[int, int]]]) -> None:
    stays_inside(sideways("各县", "条", rows, SERIES))


DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(0, 1500), DAYS, st.integers(0, 900), DAYS)
def test_stages_stay_on_their_plane_wherever_they_lie(
    first: date, days: int, starts: date, more: int, mark: date
) -> None:
    span = Span("阶段", "何时", starts, starts + timedelta(days=more), [(mark, "#333", "签认")])
    stays_inside(timeline("阶段", first, first + timedelta(days=days), [span], SERIES))


@pytest.fixture(scope="module")
def played() -> Played:
    last = date(2021, 9, 10)
    with asked(PLAN, read_city().rows, last) as question:
        return play(question.connection, PLAN, date(2021, 5, 31), last, None, assumptions(PLAN, ["training=late=3"]))


def test_messages_are_counted_by_day_and_nobody_has_two_on_one(played: Played) -> None:
    sent = messages(played)
    digests = [event for event in played.events if event.happening is Happening.DIGEST]
    assert sent.total == len(digests) > 10
    assert sent.busiest is not None
    assert sent.busiest[1] == max(sent.daily.values())
    assert sent.most_a_day == 1
    assert sum(number for _, number in sent.distribution()) == sum(1 for e in digests if e.said["notices"])


def test_what_climbed_is_counted_by_county_and_level(played: Played) -> None:
    climbed = [e for e in played.events if e.said.get("reason") == "escalated" and e.said["fate"] == "done"]
    assert sum(sum(levels) for _, levels in climbed_by_county(played)) == len(climbed) > 0
    assert "东县" in dict(climbed_by_county(played))


def test_what_got_out_of_hand_stands_red_or_climbed_to_the_third_level(played: Played) -> None:
    rows = runaway(played)
    assert all(row["far"] or row["red"] for row in rows)
    assert [row["red"] for row in rows] == sorted((row["red"] for row in rows), reverse=True)
    assert any("东县" in row["where"] for row in rows)


def test_the_heat_of_months_is_between_nothing_and_all(played: Played) -> None:
    for table in (visiting(played), occupied(played, "unit:"), occupied(played, "person:")):
        assert all(0 <= cell.share <= 100 for _, cells in table.rows for cell in cells)
        assert all(len(cells) == len(table.columns) for _, cells in table.rows)


def test_the_page_stands_by_itself_and_says_what_it_assumes(played: Played) -> None:
    text = page(played)
    assert not re.search(r"https?:|<script|<link|@import|url\(|\bsrc=", text)
    assert "假设：社工培训晚3个工作日" in text
    for heading in ("阶段", "失控的事项", "各县（区）逐级上报", "按月"):
        assert f"<h2>{heading}</h2>" in text
    assert text.count("<svg") == text.count("</svg>") >= 5
