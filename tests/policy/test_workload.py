"""What events mean for people: counted by month and by recipient, what was not said not counted."""

from __future__ import annotations

from datetime import date

from policy.events import Event, Happening, assuming, digest_event, given_event, lines, turned_event
from policy.workload import Load, Owed, Taught, by_month, by_recipient
from tests.policy.making import CALENDAR

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


def test_duties_count_in_the_month_they_fall_due_and_visits_made_in_the_month_they_were_made() -> None:
    july, august = date(2021, 7, 31), date(2021, 8, 4)
    owed = [
        Owed("person:D", july, True, august, visit_days=2),
        Owed("person:D", july, False, july, visit_days=2),
        Owed("person:D", july, True),
        Owed("person:D", july, True, None, visit_days=2),
    ]
    assert by_recipient([], owed) == [
        Load("2021-07", "person:D", due=4, late=3, visits_due=3, visits_made=1, visit_days=6),
        Load("2021-08", "person:D", visits_made=1),
    ]


def test_courses_held_and_training_sat_through_are_work_too() -> None:
    taught = [Taught("unit:K", "2021-10", courses=2), Taught("person:W", "2021-10", minutes=480)]
    assert by_recipient([], (), taught, CALENDAR) == [
        Load("2021-10", "person:W", training_minutes=480, workdays=17),
        Load("2021-10", "unit:K", courses=2, workdays=17),
    ]


def test_a_person_whose_visits_take_more_days_than_the_month_has_cannot_keep_up() -> None:
    october = date(2021, 10, 31)
    owed = [Owed(who, october, False, None, 2) for who in ("person:D", "unit:S") for _ in range(9)]
    owed += [Owed("person:E", october, False, None, 2) for _ in range(8)]
    over = {load.recipient for load in by_recipient([], owed, (), CALENDAR) if load.is_overloaded}
    assert over == {"person:D"}
