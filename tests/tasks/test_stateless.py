"""Judging without a ledger says what the ledger would say, whichever engine holds the records."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from given_city import POSTS, UNITS, read_city
from sqlalchemy import Engine

from db.intake import import_rows
from db.planstore import load_plan
from policy.calendar import SHANGHAI, end_of
from policy.notices import Notice
from policy.words import NoticeState, Reason
from tasks.stateless import Question, asked, chosen, notice_list, verdict_objects, verdicts
from tests.policy.random_city import judging_days, random_records, with_refs

PLAN = load_plan("huizhou")
NOW = datetime(2026, 1, 1, tzinfo=SHANGHAI)


def said(question: Question) -> list[str]:
    objects = verdict_objects(question, question.plan.obligations)
    return sorted(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in objects)


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_city_is_judged_alike_in_memory_and_in_the_ledger(engine: Engine, seed: int) -> None:
    rows = with_refs(random_records(seed))
    with engine.begin() as connection:
        import_rows(connection, PLAN.key, rows, "test", NOW)
    for day in judging_days(seed, 2):
        for known_at in (None, end_of(day)):
            with asked(PLAN, rows, day, known_at) as in_memory, engine.begin() as connection:
                in_ledger = Question(connection, PLAN, day, in_memory.seen)
                assert said(in_ledger) == said(in_memory)


def one(day: date, clause: str, subject: str, known_at: datetime | None = None, **kinds: str) -> dict[str, Any]:
    with asked(PLAN, read_city(**kinds).rows, day, known_at) as question:
        (found,) = verdict_objects(question, chosen(PLAN, [clause]), [subject])
    return found


def test_a_fact_of_a_later_day_is_not_counted_though_it_stands_in_the_records() -> None:
    assert one(date(2021, 6, 14), "HZ-3-01", "T1")["status"] == "not_yet_due"
    assert one(date(2021, 6, 15), "HZ-3-01", "T1")["status"] == "met"


def test_a_planned_end_is_known_beforehand() -> None:
    posts = POSTS.replace("W1,S1,deputy_head,2021-07-01,", "W1,S1,deputy_head,2021-07-01,2021-08-31")
    assert one(date(2021, 8, 31), "HZ-4.2.1-03", "S1", posts=posts)["status"] == "met"
    assert one(date(2021, 9, 1), "HZ-4.2.1-03", "S1", posts=posts)["status"] == "not_met"


CORRECTED = """code,name,kind,parent,opened_on,recorded_on
C,样例市,city,,,
K,东县,county,C,,
T1,一镇,township,K,,
S1,一镇社工站,station,T1,2021-06-15,
S1,一镇社工站,station,T1,2022-02-01,2021-07-01T12:00
"""


def test_known_at_asks_by_what_the_office_knew_then() -> None:
    noon = datetime(2021, 7, 1, 12, tzinfo=SHANGHAI)
    day, kinds = date(2022, 1, 5), {"units": CORRECTED, "posts": "person,unit,post\n"}
    assert one(day, "HZ-3-01", "T1", noon - timedelta(seconds=1), **kinds)["status"] == "met"
    assert one(day, "HZ-3-01", "T1", noon, **kinds)["status"] == "not_met"
    assert one(day, "HZ-3-01", "T1", **kinds)["status"] == "not_met"


def test_proofs_name_the_records_counted_and_why_others_were_not() -> None:
    met = one(date(2021, 7, 1), "HZ-3-01", "T1")
    assert (met["counted"], met["refused"]) == (["units:S1"], [])
    early = one(date(2021, 6, 1), "HZ-3-01", "T1")
    assert (early["counted"], early["refused"]) == ([], [{"record": "units:S1", "why": "晚于判定日"}])


def test_each_subject_and_period_is_judged_once() -> None:
    with asked(PLAN, with_refs(random_records(3)), date(2022, 11, 1)) as question:
        keys = [verdict.key for verdict in verdicts(question, PLAN.obligations)]
    assert len(keys) == len(set(keys))


def test_a_clause_that_the_plan_has_not_is_refused_by_name() -> None:
    assert {o.clause for o in chosen(PLAN, ["HZ-3-01"])} == {"HZ-3-01"}
    assert chosen(PLAN, []) == PLAN.obligations
    with pytest.raises(LookupError, match="HZ-9"):
        chosen(PLAN, ["HZ-3-01", "HZ-9"])


def told(now: datetime, after: datetime | None = None, duty: str = "station-built", **kinds: str) -> list[Notice]:
    with asked(PLAN, read_city(**kinds).rows, now.date()) as question:
        return [n for n in notice_list(question, now, after) if n.duty == duty and n.subject.code == "T2"]


def test_notices_of_an_open_obligation_hold_the_earlier_rungs_as_superseded() -> None:
    found = told(datetime(2022, 1, 6, 9, tzinfo=SHANGHAI))
    spoken = {n.to.role: n for n in found if n.state is NoticeState.DUE}
    earlier = [n for n in found if n.state is NoticeState.SUPERSEDED]
    assert spoken["township"].reason is Reason.OVERDUE
    assert Reason.DUE_TODAY in {n.reason for n in earlier}
    assert all(n.why_not for n in earlier)


def test_since_leaves_those_that_became_due_after_it() -> None:
    morning = datetime(2022, 1, 6, 9, tzinfo=SHANGHAI)
    before = morning - timedelta(days=2)
    since = told(morning, before)
    assert {n.key for n in since} == {n.key for n in told(morning) if n.not_before > before}
    assert told(morning, morning) == []


BUILT = UNITS + "S2,二镇社工站,station,T2,2022-01-05,,\n"


def test_since_tells_that_what_was_late_is_done_and_only_once() -> None:
    opened = datetime(2022, 1, 5, 23, 59, 59, tzinfo=SHANGHAI)
    found = told(opened, opened - timedelta(days=1), units=BUILT)
    assert {n.reason for n in found} == {Reason.RESOLVED}
    assert "township" in {n.to.role for n in found}
    assert told(opened + timedelta(days=1), opened, units=BUILT) == []


def test_nothing_is_said_of_what_is_met() -> None:
    assert told(datetime(2022, 1, 6, 9, tzinfo=SHANGHAI), units=BUILT) == []
