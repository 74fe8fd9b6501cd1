"""Reports in any order, any number of times, in any batches: delivered is the last word, and twice is once."""

from __future__ import annotations

from datetime import timedelta

from given_notices import CITY, FRIDAY, a_notice, on
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from db import outbox, receipts
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState, NoticeFate
from db.engine import open_engine
from db.receipts import Heard, Reported
from db.schema import create_all

NINE = on(FRIDAY)
REPORT = st.builds(
    lambda status, code, seconds: Reported(
        "sms_aliyun", status, "B1", code=code, reported_at=NINE + timedelta(seconds=seconds)
    ),
    st.sampled_from([Heard.DELIVERED, Heard.FAILED, Heard.DELAYED]),
    st.sampled_from(["UNDELIV", "MK:0001", None]),
    st.integers(0, 3),
)
BATCHES = st.lists(st.lists(REPORT, max_size=4), max_size=5)


def taken(connection: Connection) -> None:
    """One message with one notice, taken at nine under the provider's number B1."""
    outbox.issue(connection, CITY, [a_notice("a", channel="sms", person="P1")], None, NINE)
    row = outbox.delivery_row(CITY, "sms", "person:P1", FRIDAY, outbox.DIGEST, NINE)
    accepted = {"state": DeliveryState.ACCEPTED, "attempts": 1, "body_sha": "x", "accepted_at": NINE}
    connection.execute(insert(outbox.DELIVERY).values(**{**row, **accepted}))
    attempt = {"delivery": row["id"], "n": 1, "carrier": "sms_aliyun", "started_at": NINE, "reference": "B1"}
    connection.execute(insert(outbox.ATTEMPT).values(**attempt))
    connection.execute(update(outbox.NOTICE).values(state=NoticeFate.DONE, delivery=row["id"]))


def states(connection: Connection, batches: list[list[Reported]]) -> list[DeliveryState]:
    """What the message was after each batch."""
    found = []
    for batch in batches:
        receipts.keep(connection, batch, NINE)
        receipts.apply(connection, CITY, NINE, lambda code: code == "UNDELIV")
        found.append(DeliveryState(connection.scalar(select(outbox.DELIVERY.c.state))))
        assert conserved(delivery_audit(connection, CITY, NINE))
    return found


@settings(max_examples=40, deadline=None)
@given(BATCHES)
def test_delivered_is_the_last_word_and_hearing_it_all_again_changes_nothing(batches: list[list[Reported]]) -> None:
    engine = open_engine()
    create_all(engine)
    with engine.begin() as connection:
        taken(connection)
        went = states(connection, batches)
        heard = [report.status for batch in batches for report in batch]
        last = went[-1] if went else DeliveryState.ACCEPTED
        assert (last is DeliveryState.DELIVERED) == (Heard.DELIVERED in heard)
        if DeliveryState.DELIVERED in went:
            assert set(went[went.index(DeliveryState.DELIVERED) :]) == {DeliveryState.DELIVERED}
        kept = connection.execute(select(receipts.RECEIPT)).all()
        assert states(connection, [[report for batch in batches for report in batch]]) == [last]
        assert connection.execute(select(receipts.RECEIPT)).all() == kept
    engine.dispose()
