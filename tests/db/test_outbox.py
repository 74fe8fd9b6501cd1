"""What is to be said is kept once, withdrawn when moot, and gathered once a working day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pytest
from given_notices import CITY, FRIDAY, MONDAY, TOWN, a_notice, attached, fates, filed, issued, on, rows, states
from sqlalchemy import Engine, update

from db import outbox
from db.deliveries import Ending, begin, claim, settle
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DELIVERY_LABELS, DeliveryState, Outcome
from db.frozen import Frozen
from db.on_file import issued_keys
from db.recovery import recover
from db.schema import create_all
from policy.verdict import Subject
from policy.words import NoticeState, Reason, Role, SubjectKind

DUTIES = ["station-built"]


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


def cancelled(engine: Engine, wanted: Collection[str], duties: Collection[str] | None = None) -> int:
    with engine.begin() as connection:
        return outbox.cancel_moot(connection, CITY, filed(connection, duties), wanted)


def tried(engine: Engine, outcome: Outcome, now: datetime) -> DeliveryState:
    """One message taken up, frozen, tried and settled."""
    with engine.begin() as connection:
        (claimed,) = claim(connection, CITY, "me", now, "email", hours=True, most=1)
        begin(connection, [(claimed, Frozen("主题", "正文", "<p>正文</p>", now))], "folder", now)
        return settle(connection, claimed, claimed.number, Ending(outcome, "dot", "x", "x"), now)


def test_every_word_has_a_label() -> None:
    assert set(DELIVERY_LABELS) == set(DeliveryState)


def test_issuing_twice_adds_nothing(engine: Engine) -> None:
    assert issued(engine, a_notice("a"), a_notice("b"), a_notice("a")) == 2
    assert issued(engine, a_notice("a"), a_notice("b")) == 0
    with engine.begin() as connection:
        assert issued_keys(connection, CITY) == {"a", "b"}
        assert issued_keys(connection, "elsewhere") == frozenset()


def test_many_at_once_are_kept_as_few_are(engine: Engine) -> None:
    many = [a_notice(f"k{n}", period=f"2021-{n % 12 + 1:02d}", person=f"P{n % 7}") for n in range(outbox.MANY + 50)]
    assert issued(engine, *many[:100]) == 100
    assert issued(engine, *many) == len(many) - 100
    assert issued(engine, *many) == 0
    found = rows(engine, outbox.NOTICE)
    alone = {
        name: value for name, value in found[3].items() if name not in ("id", "key", "period", "person", "recipient")
    }
    assert all({name: row[name] for name in alone} == alone for row in found)
    assert [(row["key"], row["period"]) for row in found] == [(one.key, one.period) for one in many]


def test_a_notice_comes_back_as_the_policy_core_spoke_it(engine: Engine) -> None:
    spoken = a_notice("a", period="2021-07")
    issued(engine, spoken)
    attached(engine)
    (delivery,) = rows(engine, outbox.DELIVERY)
    with engine.begin() as connection:
        assert outbox.contents(connection, [delivery["id"]]) == {delivery["id"]: [spoken]}


def test_what_the_core_superseded_or_suppressed_is_kept_with_its_reason(engine: Engine) -> None:
    older = a_notice("old")._replace(state=NoticeState.SUPERSEDED, why_not="已由逾期上报（E1）取代")
    quiet = a_notice("quiet")._replace(state=NoticeState.SUPPRESSED, why_not="已获批例外")
    issued(engine, older, quiet)
    assert attached(engine) == 0
    kept = {row["key"]: (row["state"], row["why_not"]) for row in rows(engine, outbox.NOTICE)}
    assert kept == {"old": ("superseded", "已由逾期上报（E1）取代"), "quiet": ("suppressed", "已获批例外")}


def test_a_notice_to_nobody_is_suppressed_and_says_why(engine: Engine) -> None:
    issued(engine, a_notice("a", unit=None, role=Role.WORKER))
    (row,) = rows(engine, outbox.NOTICE)
    assert (row["state"], row["why_not"]) == ("suppressed", outbox.NOBODY)


def test_one_message_gathers_all_for_one_recipient_and_attaching_twice_changes_nothing(engine: Engine) -> None:
    issued(
        engine,
        a_notice("a"),
        a_notice("b"),
        a_notice("c", person="P1"),
        a_notice("late", not_before=on(FRIDAY, "10:00")),
    )
    assert attached(engine) == 2
    assert attached(engine) == 0
    assert fates(engine) == {"a": "attached", "b": "attached", "c": "attached", "late": "planned"}
    assert {row["recipient"] for row in rows(engine, outbox.DELIVERY)} == {f"unit:{TOWN}", "person:P1"}


def test_a_second_wave_waits_for_the_next_working_day(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    issued(engine, a_notice("b"))
    assert attached(engine, on(FRIDAY, "15:00")) == 0
    tried(engine, Outcome.ACCEPTED, on(FRIDAY, "15:01"))
    assert attached(engine, on(MONDAY)) == 1
    assert fates(engine) == {"a": "done", "b": "attached"}


def test_what_is_no_longer_wanted_is_withdrawn_with_a_reason(engine: Engine) -> None:
    issued(engine, a_notice("keep", unit="x"), a_notice("moot"), a_notice("other", duty="station-head"))
    assert cancelled(engine, {"keep"}, DUTIES) == 1
    assert cancelled(engine, {"keep"}, DUTIES) == 0
    why = {row["key"]: row["why_not"] for row in rows(engine, outbox.NOTICE)}
    assert why == {"keep": None, "moot": outbox.MENDED, "other": None}


def test_a_rung_overtaken_while_it_waited_says_that_a_newer_one_speaks(engine: Engine) -> None:
    issued(engine, a_notice("due", rung="D+0", reason=Reason.DUE_TODAY), a_notice("over"))
    cancelled(engine, ["over"])
    why = {row["key"]: row["why_not"] for row in rows(engine, outbox.NOTICE)}
    assert why == {"due": outbox.NEWER, "over": None}


def test_word_that_something_was_put_right_is_never_withdrawn(engine: Engine) -> None:
    issued(engine, a_notice("good", reason=Reason.RESOLVED, rung="R0"))
    assert cancelled(engine, set()) == 0


def test_a_message_whose_notices_are_all_withdrawn_is_void(engine: Engine) -> None:
    issued(engine, a_notice("a"), a_notice("b"))
    attached(engine)
    assert cancelled(engine, {"b"}) == 1
    assert states(engine) == [DeliveryState.READY]
    assert cancelled(engine, set()) == 1
    assert states(engine) == [DeliveryState.VOID]


def test_what_was_frozen_into_a_message_stays_in_it(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    tried(engine, Outcome.UNKNOWN, on(FRIDAY))
    assert cancelled(engine, set()) == 0


def test_what_came_back_and_is_moot_by_then_is_not_said(engine: Engine) -> None:
    issued(engine, a_notice("a"), a_notice("b", subject=Subject(SubjectKind.TOWNSHIP, "T2", "江南街道", "T2")))
    attached(engine)
    tried(engine, Outcome.TEMPORARY, on(FRIDAY))
    assert cancelled(engine, {"b"}) == 0
    assert fates(engine) == {"a": "attached", "b": "attached"}
    assert attached(engine, on(MONDAY)) == 1
    assert fates(engine) == {"a": "superseded", "b": "attached"}
    assert {row["why_not"] for row in rows(engine, outbox.NOTICE)} == {outbox.MENDED, None}


def test_what_a_dead_process_had_in_hand_and_is_moot_by_then_is_not_said(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    with engine.begin() as connection:
        assert claim(connection, CITY, "dead", on(FRIDAY), "email", hours=True, most=1)
    assert cancelled(engine, set()) == 0
    later = on(FRIDAY, "10:00")
    with engine.begin() as connection:
        recover(connection, CITY, later)
        (claimed,) = claim(connection, CITY, "me", later, "email", hours=True, most=1)
        assert outbox.contents(connection, [claimed.id]) == {claimed.id: []}
    assert fates(engine) == {"a": "superseded"}


def test_what_is_wanted_again_before_it_comes_back_is_said(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    tried(engine, Outcome.TEMPORARY, on(FRIDAY))
    for wanted in (set(), {"a"}):
        cancelled(engine, wanted)
    attached(engine, on(MONDAY))
    assert fates(engine) == {"a": "attached"}


def test_what_left_although_it_was_moot_by_then_was_said(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    with engine.begin() as connection:
        (claimed,) = claim(connection, CITY, "me", on(FRIDAY), "email", hours=True, most=1)
        begin(connection, [(claimed, Frozen("主题", "正文", "<p>正文</p>", on(FRIDAY)))], "folder", on(FRIDAY))
    cancelled(engine, set())
    with engine.begin() as connection:
        settle(connection, claimed, claimed.number, Ending(Outcome.ACCEPTED, "done"), on(FRIDAY))
    attached(engine, on(MONDAY))
    (row,) = rows(engine, outbox.NOTICE)
    assert (row["state"], row["why_not"]) == ("done", None)


def test_what_surely_reached_nobody_is_said_in_the_next_days_message(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    tried(engine, Outcome.TEMPORARY, on(FRIDAY))
    assert attached(engine, on(MONDAY)) == 1
    assert states(engine) == [DeliveryState.VOID, DeliveryState.READY]
    assert fates(engine) == {"a": "attached"}


def test_what_may_have_arrived_is_not_said_again_in_the_next_days_message(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    tried(engine, Outcome.UNKNOWN, on(FRIDAY, "17:50"))
    assert tried(engine, Outcome.TEMPORARY, on(MONDAY, "08:40")) is DeliveryState.RETRY_WAIT
    assert attached(engine, on(MONDAY).replace(day=3)) == 0
    assert states(engine) == [DeliveryState.RETRY_WAIT]


def test_every_notice_is_in_exactly_one_place(engine: Engine) -> None:
    issued(engine, a_notice("done"), now=on(FRIDAY))
    attached(engine)
    tried(engine, Outcome.ACCEPTED, on(FRIDAY))
    issued(engine, a_notice("dead", person="P1"))
    attached(engine)
    tried(engine, Outcome.PERMANENT, on(FRIDAY))
    issued(engine, a_notice("flying", person="P2"))
    attached(engine)
    issued(engine, a_notice("waiting"), a_notice("nobody", unit=None), a_notice("later", not_before=on(MONDAY)))
    with engine.begin() as connection:
        audited = delivery_audit(connection, CITY, on(FRIDAY))
    assert conserved(audited)
    assert {row.fate: row.notices for row in audited} == {
        "desired": 5, "done": 1, "superseded": 0, "suppressed": 1, "dead": 1, "waiting": 1, "in_flight": 1, "held": 0,
        "lost": 0,
    }  # fmt: skip
    assert audited[0].oldest == FRIDAY


def test_the_audit_sees_a_notice_that_nobody_will_ever_send(engine: Engine) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    with engine.begin() as connection:
        connection.execute(update(outbox.DELIVERY).values(state="void", reason="x"))
        assert not conserved(delivery_audit(connection, CITY, on(FRIDAY)))


def test_the_audit_of_an_empty_ledger_holds(engine: Engine) -> None:
    with engine.begin() as connection:
        assert recover(connection, CITY, on(FRIDAY)) == 0
        assert conserved(delivery_audit(connection, CITY, on(FRIDAY)))
