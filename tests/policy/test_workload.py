"""What events mean for people: counted by month and by recipient, what was not said not counted."""

from __future__ import annotations

from datetime import date

from policy.events import Event, Happening, assuming, digest_event, given_event, lines, turned_event
from policy.workload import Load, by_month, by_recipient

JULY, AUGUST = date(2021, 7, 5), date(2021, 8, 2)


def told(day: date, reason: str, rung: str, fate: str = "done", subject: str = "S") -> Event:
    about = {"duty": "filing", "subject": subject, "period": None, "recipient": "unit:K"}
    return given_event(day, {**about, "reason": reason, "rung": rung, "fate": fate, "due": day})


EVENTS = [
    turned_event(JULY, "filing", "T-1", "county", "K", 0, None, "not_met", JULY),
    told(JULY, "overdue", "D+1"),
    told(JULY, "escalated", "E2", subject="S2"),
    told(JULY, "escalated", "E1", fate="superseded"),
    digest_event(JULY, "email", "unit:K", 2, False),
    digest_event(JULY, "email", "unit:K2", 0, True),
    digest_event(AUGUST, "email", "unit:K", 1, False),
    Event(AUGUST, Happening.STAGE, {"phase": "run", "what": "warned", "subject": "P-5"}),
]


def test_months_count_messages_what_was_said_what_climbed_and_what_turned() -> None:
    july, august = by_month(EVENTS)
    assert (july.label, august.label) == ("2021-07", "2021-08")
    assert (july.messages, july.busiest_day) == ({"email": 2}, 2)
    assert (july.notices, july.climbed) == ({"overdue": 1, "escalated": 1}, {2: 1})
    assert july.turned == {"not_met": 1}
    assert (august.messages, august.notices) == ({"email": 1}, {})


def test_a_recipient_has_messages_and_matters_the_heaviest_first() -> None:
    assert by_recipient(EVENTS) == [
        Load("2021-07", "unit:K", 1, 2),
        Load("2021-07", "unit:K2", 1, 0),
        Load("2021-08", "unit:K", 1, 0),
    ]


def test_the_lines_of_a_day_stand_in_one_order_whatever_order_they_came_in() -> None:
    assert lines(EVENTS) == lines(reversed(EVENTS))
    assert lines(EVENTS)[0].startswith('{"before":null,"clause":"T-1","day":"2021-07-05"')
    assert '"due":"2021-07-05"' in lines(EVENTS)[0]


def test_what_is_assumed_says_so_and_nothing_else_is_changed() -> None:
    assert '"assumed":"late=3",' in assuming(EVENTS[0], "late=3").line
    assert assuming(EVENTS[0], None) is EVENTS[0]
