"""Who has how much to do in which month, by what the days played say and the records hold."""

from __future__ import annotations

from datetime import date

from given_city import PEOPLE, POSTS, UNITS, read_city

from db.planstore import load_plan
from policy.assumption import assumptions
from policy.workload import Load
from tasks.rehearsal.play import Played, play
from tasks.rehearsal.summary import monthly, personal
from tasks.stateless import asked

PLAN = load_plan("huizhou")
RECORDS = {
    "units": UNITS + "S2,二镇社工站,station,T2,2021-07-01,,\n",
    "people": PEOPLE + "D2,督导乙\n",
    "posts": POSTS + "D2,C,supervisor,2021-07-01,\n",
    "assignments": "supervisor,station,starts_on,ends_on\nD1,S1,2021-07-01,\nD2,S2,2021-07-01,\n",
    "visits": "visit,supervisor,station,starts_at,hours\nG1,D1,S1,2021-07-20 09:00,16\nG2,D1,S1,2021-09-02 09:00,16\n",
    "trainings": "person,starts_at,hours,category\nW1,2021-07-08 09:00,7.5,prejob\nW1,2021-08-08 09:00,8,prejob\n",
    "courses": "code,category,held_on,organiser\nB1,prejob,2021-07-08,K\nB2,prejob,2021-08-08,K\nB3,prejob,2021-08-09,K\n",
}


def played(*words: str) -> Played:
    last = date(2021, 9, 14)
    with asked(PLAN, read_city(RECORDS).rows, last) as question:
        return play(question.connection, PLAN, date(2021, 7, 1), last, None, assumptions(PLAN, words))


def of(one: Played, recipient: str) -> dict[str, Load]:
    return {load.month: load for load in one.loads if load.recipient == recipient}


def test_a_supervisor_owes_the_visits_of_her_stations_and_has_made_those_that_count() -> None:
    hers = of(played(), "person:D1")
    assert [(m, load.visits_due, load.visits_made) for m, load in hers.items()] == [
        ("2021-07", 1, 1),
        ("2021-08", 1, 0),
        ("2021-09", 1, 1),
    ]
    assert hers["2021-08"].late == 1


def test_visits_that_are_assumed_are_made_as_assumed() -> None:
    theirs = of(played("supervision=late=3"), "person:D2")
    assert [(load.visits_due, load.visits_made) for load in theirs.values()] == [(1, 0), (1, 1), (1, 1)]


def test_courses_are_the_work_of_who_holds_them_and_hours_of_who_sits_through_them() -> None:
    one = played()
    held = {month: load.courses for month, load in of(one, "unit:K").items() if load.courses}
    sat = {month: load.training_minutes for month, load in of(one, "person:W1").items() if load.training_minutes}
    assert (held, sat) == ({"2021-07": 1, "2021-08": 2}, {"2021-07": 450, "2021-08": 480})


def test_the_tables_add_up_and_call_people_by_name() -> None:
    one = played()
    rows = personal(one)
    assert {row["name"] for row in rows} >= {"督导某（D1）", "东县（K）"}
    for month in monthly(one):
        theirs = [row for row in rows if row["month"] == month["month"]]
        assert month["due"] == sum(row["due"] for row in theirs)
        assert month["messages"] == sum(row["messages"] for row in theirs)
