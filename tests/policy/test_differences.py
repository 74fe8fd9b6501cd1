"""Two judgements beside each other: what differs, in which respect, and how many turned."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.differences import COMPARED, differences, notice_differences, turns
from policy.directory import Addressee
from policy.notices import Notice
from policy.recurrence import Period
from policy.verdict import Alternative, Ruling, Subject, Verdict
from policy.words import Change, Flag, NoticeState, Reason, Role, Status, SubjectKind
from tests.policy.making import morning

DUE = date(2021, 10, 31)
OCTOBER = Period(202110, "2021-10", date(2021, 10, 1), DUE, DUE)
NOVEMBER = Period(202111, "2021-11", date(2021, 11, 1), date(2021, 11, 30), date(2021, 11, 30))


def a_verdict(
    subject: str = "S1", duty: str = "visit", clause: str = "T-1", period: Period | None = OCTOBER, **ruling: Any
) -> Verdict:
    says = {"status": Status.MET, "why": "……", "due": DUE, "measured": "16", "required": "16", **ruling}
    return Verdict(duty, clause, SubjectKind.STATION, subject, period, Ruling(**says))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", Status.NOT_MET),
        ("measured", "15.5"),
        ("required", "20"),
        ("due", date(2021, 11, 30)),
        ("flags", (Flag.NEEDS_RULING,)),
        ("phase_state", "ended"),
    ],
)
def test_two_verdicts_differ_in_what_is_compared(field: str, value: Any) -> None:
    before, after = a_verdict(), a_verdict(**{field: value})
    (found,) = differences([before], [after])
    assert (found.before, found.after, found.fields) == (before, after, (field,))
    assert found.key == before.key
    assert (found.clause, found.kind, found.period) == ("T-1", SubjectKind.STATION, OCTOBER)


def test_the_sentence_the_day_it_was_done_and_the_other_readings_make_no_difference() -> None:
    other = Alternative("A35", "monthly_sum", "17", "16", Status.MET)
    assert not differences(
        [a_verdict()], [a_verdict(why="说得不同", done_on=DUE, alternatives=(other,), percent="100%")]
    )


def test_the_same_subject_in_another_period_is_another_verdict() -> None:
    october, november = a_verdict(), a_verdict(period=NOVEMBER)
    new, gone = differences([october], [november])
    assert (new.before, new.after) == (None, november)
    assert (gone.before, gone.after) == (october, None)
    assert new.fields == gone.fields == COMPARED
    assert a_verdict(period=None).key == differences([], [a_verdict(period=None)])[0].key


def test_new_ones_stand_in_their_own_order_and_lost_ones_at_the_end() -> None:
    before = [a_verdict("S1"), a_verdict("S2"), a_verdict("S3")]
    after = [a_verdict("S4"), a_verdict("S3", measured="1"), a_verdict("S2")]
    assert [d.subject for d in differences(before, after)] == ["S4", "S3", "S1"]


def test_turns_are_counted_by_status_and_by_clause() -> None:
    before = [a_verdict("S1"), a_verdict("S2"), a_verdict("S3", clause="T-2", duty="sum"), a_verdict("S5")]
    after = [
        a_verdict("S1", status=Status.NOT_MET),
        a_verdict("S2", status=Status.NOT_MET),
        a_verdict("S3", clause="T-2", duty="sum", measured="17"),
        a_verdict("S4", clause="T-2", duty="sum"),
    ]
    found = differences(before, after)
    assert turns(found) == {
        (Status.MET, Status.NOT_MET): 2,
        (Status.MET, Status.MET): 1,
        (None, Status.MET): 1,
        (Status.MET, None): 1,
    }


JUDGED = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(list(Status)))


@given(JUDGED, JUDGED)
def test_each_subject_is_found_once_and_only_where_the_two_differ(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    one = [a_verdict(subject, status=status) for subject, status in before.items()]
    two = [a_verdict(subject, status=status) for subject, status in after.items()]
    found = differences(one, two)
    assert sorted(d.subject for d in found) == sorted(
        s for s in before.keys() | after.keys() if before.get(s) != after.get(s)
    )
    assert {d.turn for d in differences(two, one)} == {(t.after, t.before) for t in turns(found)}
    assert not differences(one, one)


def a_notice(rung: str = "D-5", day: int = 25, unit: str = "T", **changes: Any) -> Notice:
    values = {
        "key": f"{rung} {day} {unit}",
        "reason": Reason.REMINDER,
        "rung": rung,
        "clause": "T-1",
        "duty": "visit",
        "subject": Subject(SubjectKind.STATION, "S1", "一站", "S1"),
        "period": "2021-10",
        "due": DUE,
        "to": Addressee(Role.TOWNSHIP, unit, None),
        "channel": "email",
        "not_before": morning(date(2021, 10, day)),
        "text": "……",
    }
    return Notice(**{**values, **changes})


def test_the_same_notices_make_no_difference() -> None:
    assert not notice_differences([a_notice(), a_notice("D-1", 29)], [a_notice("D-1", 29), a_notice()])


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ([], [a_notice()], Change.ADDED),
        ([a_notice()], [], Change.REMOVED),
        ([a_notice()], [a_notice(day=22)], Change.MOVED),
        ([a_notice("D-5", 25)], [a_notice("D-8", 20)], Change.MOVED),
        ([a_notice()], [a_notice(state=NoticeState.SUPERSEDED)], Change.CHANGED),
        ([a_notice()], [a_notice(text="换了说法")], Change.CHANGED),
    ],
)
def test_a_notice_is_added_falls_away_moves_or_changes(
    before: list[Notice], after: list[Notice], change: Change
) -> None:
    (found,) = notice_differences(before, after)
    assert (found.change, [found.before] * bool(before), [found.after] * bool(after)) == (change, before, after)
    assert found.notice == (after or before)[0]


def test_who_is_told_no_longer_and_who_is_told_instead_are_two_differences() -> None:
    found = notice_differences([a_notice(unit="T")], [a_notice(unit="K")])
    assert [(d.change, d.notice.to.unit) for d in found] == [(Change.ADDED, "K"), (Change.REMOVED, "T")]


def test_a_rung_left_out_falls_away_though_others_of_its_reason_move() -> None:
    before = [a_notice("D-10", 18), a_notice("D-5", 25), a_notice("D-1", 29)]
    found = notice_differences(before, [a_notice("D-10", 18), a_notice("D-8", 20)])
    assert [(d.change, d.notice.rung) for d in found] == [(Change.MOVED, "D-8"), (Change.REMOVED, "D-1")]


@pytest.mark.parametrize(
    ("before", "after", "is_turned"),
    [
        (Status.NOT_MET, Status.MET, True),
        (Status.MET, Status.MET, False),
        (None, Status.NOT_MET, True),
        (Status.MET, None, True),
        (None, Status.NOT_APPLICABLE, False),
        (Status.NOT_APPLICABLE, None, False),
        (Status.NOT_APPLICABLE, Status.NOT_YET_DUE, True),
    ],
)
def test_a_verdict_turns_with_its_status_and_what_does_not_apply_is_as_if_left_out(before, after, is_turned) -> None:
    sides = [[a_verdict(status=status, measured=status.value)] if status else [] for status in (before, after)]
    assert [one.is_turned for one in differences(*sides)] == ([is_turned] if before is not after else [])
