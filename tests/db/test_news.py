"""What became known between two instants: how each record is known otherwise, and by which batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from db.columns import second_of
from db.intake import import_rows
from db.news import news, origins
from db.undo import undo
from policy.words import Learned

CITY = "huizhou"
MAY, JUNE, JULY, AUGUST = (datetime(2021, month, 1, 1, tzinfo=UTC) for month in (5, 6, 7, 8))
NOW = datetime(2021, 12, 1, tzinfo=UTC)


def people(*names: str, **more: Any) -> dict[str, list[dict[str, Any]]]:
    return {"people": [{"ref": f"people:{name}", "code": name, "name": name, **more} for name in names]}


def brought(engine: Engine, now: datetime, rows: Any) -> int:
    with engine.begin() as connection:
        batch = import_rows(connection, CITY, rows, f"{now:%m月}.csv", now).batch
    assert batch
    return batch


def taken_back(engine: Engine, batch: int, now: datetime) -> None:
    with engine.begin() as connection:
        undo(connection, CITY, batch, now)


def heard(engine: Engine, after: datetime, until: datetime) -> list[tuple[str, Learned, int]]:
    with engine.connect() as connection:
        found = news(connection, CITY, second_of(after), second_of(until))
    return [(one.ref or one.kind, one.how, one.batch) for one in found]


def test_a_record_entered_corrected_withdrawn_and_restored_names_the_batch_that_did_it(engine: Engine) -> None:
    first = brought(engine, MAY, people("A", "B"))
    second = brought(engine, JUNE, people("B", education="本科") | {"units": []})
    third = brought(engine, JULY, people("C"))
    assert heard(engine, MAY - timedelta(seconds=1), MAY) == []  # what a city begins with was always known
    assert heard(engine, MAY, JUNE) == [("people:B", Learned.CORRECTED, second), ("units", Learned.KEPT, second)]
    assert heard(engine, JUNE, JULY) == [("people:C", Learned.ENTERED, third)]
    taken_back(engine, third, AUGUST)
    taken_back(engine, second, AUGUST + timedelta(days=1))
    assert heard(engine, JULY, AUGUST) == [("people:C", Learned.WITHDRAWN, third)]
    assert heard(engine, AUGUST, NOW) == [("people:B", Learned.RESTORED, second), ("units", Learned.UNKEPT, second)]
    assert first not in {batch for _, _, batch in heard(engine, MAY, NOW)}


def test_what_came_and_went_in_between_is_no_news(engine: Engine) -> None:
    brought(engine, MAY, people("A"))
    taken_back(engine, brought(engine, JUNE, people("C") | {"leaves": []}), JULY)
    assert heard(engine, MAY, AUGUST) == []


def test_a_record_corrected_twice_is_told_once_by_the_newest_batch(engine: Engine) -> None:
    brought(engine, MAY, people("A"))
    brought(engine, JUNE, people("A", education="高中") | people("A", education="高中"))
    newest = brought(engine, JULY, people("A", education="本科"))
    assert heard(engine, MAY, AUGUST) == [("people:A", Learned.CORRECTED, newest)]


def test_a_late_record_corrected_and_set_right_again_is_entered_by_the_batch_that_brought_it(engine: Engine) -> None:
    brought(engine, MAY, people("A"))
    late = brought(engine, JUNE, people("C"))
    taken_back(engine, brought(engine, JULY, people("C", education="本科")), AUGUST)
    assert heard(engine, MAY, NOW) == [("people:C", Learned.ENTERED, late)]


def test_a_city_that_recorded_when_it_knew_has_news_before_its_first_import(engine: Engine) -> None:
    rows = people("A") | {
        "people": [*people("A")["people"], *people("A", education="本科", recorded_on=JUNE)["people"]]
    }
    first = brought(engine, AUGUST, rows)
    assert heard(engine, MAY, JULY) == [("people:A", Learned.CORRECTED, first)]


def test_each_record_says_what_it_speaks_of(engine: Engine) -> None:
    brought(engine, MAY, people("A"))
    row = {"clause": "HZ-4.1.1-02", "subject": "A", "reason": "试", "approver": "C", "code": "X"}
    days = {"approved_on": JUNE.date(), "expires_on": AUGUST.date()}
    brought(engine, JUNE, {"exceptions": [{"ref": "exceptions:X", **row, **days}]})
    with engine.connect() as connection:
        found = news(connection, CITY, second_of(MAY), second_of(JULY))
        (batch,) = (one for one in origins(connection, CITY).values() if one.imported == second_of(JUNE))
    assert ("A" in found[0].names, found[0].own) == (True, "HZ-4.1.1-02")
    assert (batch.source, batch.undone) == ("06月.csv", None)


def test_another_city_has_no_news_of_ours(engine: Engine) -> None:
    brought(engine, MAY, people("A"))
    brought(engine, JUNE, people("B"))
    with engine.connect() as connection:
        assert news(connection, "jiaxing", second_of(MAY), second_of(NOW)) == []
