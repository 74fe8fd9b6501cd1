"""Two plays of the same days in numbers: what is counted, and where they differ."""

from __future__ import annotations

from datetime import date

from policy.events import Event, digest_event, given_event, stage_event, turned_event
from policy.tally import Tallied, TallyDifference, tally, tally_differences

JULY, AUGUST = date(2021, 7, 5), date(2021, 8, 2)


def told(day: date, reason: str, rung: str, fate: str = "done") -> Event:
    return given_event(day, {"reason": reason, "rung": rung, "fate": fate})


EVENTS = [
    stage_event(JULY, "run", "warned", "P-5", JULY, None),
    turned_event(JULY, "filing", "T-1", "county", "K", 0, None, "not_met", JULY),
    told(JULY, "escalated", "E2"),
    told(AUGUST, "escalated", "E2"),
    told(JULY, "overdue", "D+1", fate="superseded"),
    digest_event(AUGUST, "email", "unit:K", 2, False),
]


def test_events_are_counted_as_a_whole_and_by_month_and_what_was_not_said_is_not() -> None:
    found = tally(EVENTS)
    assert found == {
        Tallied("stage", "warned"): 1,
        Tallied("stage", "warned", "2021-07"): 1,
        Tallied("turned", "not_met"): 1,
        Tallied("turned", "not_met", "2021-07"): 1,
        Tallied("notice", "escalated"): 2,
        Tallied("notice", "escalated", "2021-07"): 1,
        Tallied("notice", "escalated", "2021-08"): 1,
        Tallied("climbed", "2"): 2,
        Tallied("climbed", "2", "2021-07"): 1,
        Tallied("climbed", "2", "2021-08"): 1,
        Tallied("digest", "email"): 1,
        Tallied("digest", "email", "2021-08"): 1,
    }


def test_only_what_differs_is_told_the_whole_before_its_months() -> None:
    more = [*EVENTS, digest_event(JULY, "email", "unit:K", 1, False)]
    assert tally_differences(EVENTS, EVENTS) == []
    assert tally_differences(EVENTS, more) == [
        TallyDifference(Tallied("digest", "email"), 1, 2),
        TallyDifference(Tallied("digest", "email", "2021-07"), 0, 1),
    ]
