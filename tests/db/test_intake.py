"""Records come into the ledger as versions in batches: nothing is overwritten, and a batch can be taken back whole."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from db.columns import FOR_EVER, second_of
from db.intake import Brought, codes_known, import_rows, settle
from db.undo import BatchBuried, undo

CITY = "huizhou"
MAY, JUNE, JULY, AUGUST = (datetime(2021, month, 1, 1, tzinfo=UTC) for month in (5, 6, 7, 8))
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def a_unit(code: str = "C", name: str = "某市", recorded_on: datetime | None = None, **more: Any) -> dict[str, Any]:
    return {"ref": f"units:{code}", "code": code, "name": name, "kind": "city", "recorded_on": recorded_on, **more}


def a_person(code: str = "W1", name: str = "甲") -> dict[str, Any]:
    return {"ref": f"people:{code}", "code": code, "name": name}


def a_post(person: str = "W1", unit: str = "C") -> dict[str, Any]:
    return {"ref": f"posts:{person}/{unit}/affairs", "person": person, "unit": unit, "post": "affairs"}


def brought(engine: Engine, now: datetime, rows: Rows, city: str = CITY) -> Brought:
    with engine.begin() as connection:
        return import_rows(connection, city, rows, "test", now)


def batch_of(engine: Engine, now: datetime, rows: Rows) -> int:
    batch = brought(engine, now, rows).batch
    assert batch
    return batch


def taken_back(engine: Engine, batch: int, now: datetime, city: str = CITY) -> int:
    with engine.begin() as connection:
        return undo(connection, city, batch, now)


def names(engine: Engine, known_at: datetime | None = None, table: str = "unit", city: str = CITY) -> list[str]:
    """The names seen at an instant; everything by default."""
    seen = second_of(known_at) if known_at else FOR_EVER - 1
    query = f"SELECT name FROM {table} WHERE city = :city AND known_from <= :seen AND known_to > :seen ORDER BY name"
    with engine.connect() as connection:
        return list(connection.execute(text(query), {"city": city, "seen": seen}).scalars())


def everything(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        tables = ("unit", "person", "post", "visit", "batch", "keptkind")
        return [tuple(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]


def test_an_import_says_what_it_brought(engine: Engine) -> None:
    assert brought(engine, MAY, {"units": [a_unit("A"), a_unit("B")]}) == Brought(1, 2, 0, 0)
    assert brought(engine, JUNE, {"units": [a_unit("A", "改名"), a_unit("B")]}) == Brought(2, 0, 1, 1)


VERSIONS = [a_unit(name="一"), a_unit(name="二", recorded_on=JUNE), a_unit(name="三", recorded_on=JULY)]


@pytest.mark.parametrize(
    "rows",
    [[a_unit()], [a_unit(recorded_on=JUNE)], VERSIONS, VERSIONS[1:], [VERSIONS[2], VERSIONS[0]]],
    ids=["undated", "dated", "three versions", "two dated", "in any order"],
)
def test_importing_twice_changes_nothing(engine: Engine, rows: list[dict[str, Any]]) -> None:
    brought(engine, AUGUST, {"units": rows, "visits": []})
    before = everything(engine)
    again = brought(engine, AUGUST + timedelta(days=1), {"units": rows, "visits": []})
    assert again == Brought(None, 0, 0, len(rows))
    assert everything(engine) == before


def test_the_same_instant_in_another_zone_with_parts_of_a_second_is_no_correction(engine: Engine) -> None:
    visit = {"ref": "visits:V", "visit": "V", "supervisor": "S", "station": "T", "hours": 960}
    first = datetime(2021, 7, 3, 1, 0, 0, 500_000, tzinfo=UTC)
    brought(engine, MAY, {"visits": [{**visit, "starts_at": first}]})
    local = first.astimezone().replace(microsecond=0)
    assert brought(engine, JUNE, {"visits": [{**visit, "starts_at": local}]}).corrected == 0


def test_a_correction_is_seen_from_the_import_on_and_the_old_words_before_it(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit(name="旧")]})
    brought(engine, JUNE, {"units": [a_unit(name="新")]})
    assert names(engine, JUNE - timedelta(seconds=1)) == ["旧"]
    assert names(engine, JUNE) == ["新"]
    assert names(engine) == ["新"]


def test_two_imports_in_one_second_leave_the_later_words(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit(name="旧")]})
    brought(engine, MAY, {"units": [a_unit(name="新")]})
    brought(engine, MAY, {"units": [a_unit(name="更新")]})
    assert names(engine, MAY) == ["更新"]


def test_the_first_import_lays_down_the_past_as_it_was_recorded(engine: Engine) -> None:
    brought(engine, AUGUST, {"units": VERSIONS})
    assert [names(engine, at) for at in (MAY, JUNE, JULY)] == [["一"], ["二"], ["三"]]


def test_a_late_record_is_known_from_its_import_on_however_early_it_was_recorded(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit(name="一")]})
    late = [a_unit(name="二", recorded_on=JUNE), a_unit("D", "丁", recorded_on=MAY), a_unit("E", "戊")]
    assert brought(engine, AUGUST, {"units": late}) == Brought(2, 2, 1, 0)
    assert names(engine, AUGUST - timedelta(seconds=1)) == ["一"], (
        "what the ledger would have said in July it still says"
    )
    assert names(engine, AUGUST) == ["丁", "二", "戊"]


def test_of_several_versions_of_a_later_import_the_newest_counts(engine: Engine) -> None:
    brought(engine, MAY, {"people": [a_person()]})
    assert brought(engine, AUGUST, {"units": VERSIONS}) == Brought(2, 1, 0, 2)
    assert (names(engine, JULY), names(engine, AUGUST)) == ([], ["三"])


def test_what_was_recorded_before_what_stands_changes_nothing_and_is_counted(engine: Engine) -> None:
    later = AUGUST + timedelta(days=1)
    brought(engine, AUGUST, {"units": VERSIONS})
    assert brought(engine, later, {"units": [a_unit(name="二改", recorded_on=JUNE)]}) == Brought(None, 0, 0, 0, 1)
    assert names(engine) == ["三"]
    assert brought(engine, later, {"units": [a_unit(name="三改", recorded_on=JULY)]}).corrected == 1
    assert (names(engine, AUGUST), names(engine)) == (["三"], ["三改"])


def test_a_word_recorded_after_another_corrects_it_though_the_other_came_in_later_than_that(engine: Engine) -> None:
    brought(engine, MAY, {"people": [a_person()]})
    brought(engine, AUGUST, {"units": [a_unit(name="六月", recorded_on=JUNE)]})
    newer = brought(engine, AUGUST + timedelta(days=1), {"units": [a_unit(name="七月", recorded_on=JULY)]})
    assert (newer.corrected, names(engine)) == (1, ["七月"])


def test_what_is_in_hand_is_known_though_it_says_it_will_be_recorded_later(engine: Engine) -> None:
    far = datetime(2062, 1, 1, tzinfo=UTC)
    brought(engine, MAY, {"units": [a_unit(name="一"), a_unit(name="二", recorded_on=far)]})
    assert (names(engine, MAY - timedelta(seconds=1)), names(engine, MAY)) == (["一"], ["二"])
    assert brought(engine, JUNE, {"units": [a_unit(name="三", recorded_on=JUNE)]}).corrected == 1
    assert names(engine, JUNE) == ["三"]


def test_a_clock_put_back_changes_nothing_of_what_was_said_since(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit(name="旧")]})
    second = batch_of(engine, AUGUST, {"units": [a_unit(name="新")]})
    brought(engine, JUNE, {"units": [a_unit(name="更新")]})
    assert (names(engine, JULY), names(engine, AUGUST)) == (["旧"], ["更新"])
    with pytest.raises(BatchBuried):
        taken_back(engine, second, JULY)


def test_cities_do_not_see_each_other(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit(name="甲市")]})
    batch = brought(engine, MAY, {"units": [a_unit(name="乙市")]}, city="suzhou").batch
    assert names(engine) == ["甲市"]
    with pytest.raises(LookupError):
        taken_back(engine, batch or 0, JUNE)


def test_a_kind_with_a_header_alone_is_kept(engine: Engine) -> None:
    batch = batch_of(engine, MAY, {"units": [a_unit()], "visits": []})
    assert kept(engine) == {"units", "visits"}
    taken_back(engine, batch, JUNE)
    assert kept(engine) == set()


def kept(engine: Engine, known_at: datetime | None = None) -> set[str]:
    seen = second_of(known_at) if known_at else FOR_EVER - 1
    query = "SELECT kind FROM keptkind WHERE known_from <= :seen AND known_to > :seen"
    with engine.connect() as connection:
        return set(connection.execute(text(query), {"seen": seen}).scalars())


def test_since_when_and_until_when_a_kind_was_kept_stays_known(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit()]})
    second = batch_of(engine, JULY, {"visits": []})
    taken_back(engine, second, AUGUST)
    assert [kept(engine, at) for at in (JUNE, JULY, AUGUST)] == [{"units"}, {"units", "visits"}, {"units"}]


def test_a_failure_in_the_middle_leaves_nothing(engine: Engine) -> None:
    before = everything(engine)
    broken = {**a_person(), "name": None}
    with pytest.raises(IntegrityError):
        brought(engine, MAY, {"units": [a_unit()], "people": [broken]})
    assert everything(engine) == before


def test_undo_takes_a_batch_back_whole(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit("A", "甲"), a_unit("B", "乙")]})
    second = batch_of(engine, JUNE, {"units": [a_unit("A", "甲改"), a_unit("D", "丁")], "people": [a_person()]})
    assert names(engine) == ["丁", "乙", "甲改"]
    assert taken_back(engine, second, JULY) == 3
    assert names(engine) == ["乙", "甲"]
    assert names(engine, table="person") == []
    assert names(engine, JUNE) == ["丁", "乙", "甲改"], "what was known in June stays what was known in June"


def test_undo_in_the_second_of_the_import_leaves_what_was(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit(name="旧")]})
    second = batch_of(engine, JUNE, {"units": [a_unit(name="新")]})
    taken_back(engine, second, JUNE)
    assert names(engine, JUNE) == names(engine) == ["旧"]


def test_undo_of_several_versions_of_one_record_brings_back_the_last_before_them(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit(name="零")]})
    batch = batch_of(engine, AUGUST, {"units": [a_unit(name="零"), *VERSIONS[1:]]})
    assert names(engine) == ["三"]
    taken_back(engine, batch, AUGUST)
    assert names(engine) == ["零"]


def test_undo_refuses_what_a_later_batch_corrected_and_changes_nothing(engine: Engine) -> None:
    first = batch_of(engine, MAY, {"units": [a_unit(name="旧")], "people": [a_person()]})
    batch_of(engine, JUNE, {"units": [a_unit(name="新")]})
    before = everything(engine)
    with pytest.raises(BatchBuried):
        taken_back(engine, first, JULY)
    assert everything(engine) == before


@pytest.mark.parametrize(
    "referring",
    [
        {"posts": [a_post()]},
        {"units": [a_unit("T", kind="station", parent="C")]},
        {"beneficiaries": [{"ref": "beneficiaries:B", "code": "B", "village": "C", "category": "低保"}]},
    ],
    ids=["posts", "units", "beneficiaries"],
)
def test_undo_refuses_what_a_later_batch_refers_to(engine: Engine, referring: Rows) -> None:
    first = batch_of(engine, MAY, {"units": [a_unit()], "people": [a_person()]})
    later = batch_of(engine, JUNE, referring)
    with pytest.raises(BatchBuried):
        taken_back(engine, first, JULY)
    taken_back(engine, later, JULY)
    assert taken_back(engine, first, AUGUST) == 2


def test_undo_of_a_household_that_an_act_speaks_of_is_refused(engine: Engine) -> None:
    brought(engine, MAY, {"units": [a_unit()]})
    family = {"ref": "beneficiaries:B", "code": "B", "village": "C", "category": "低保", "household": "H1"}
    first = batch_of(engine, MAY, {"beneficiaries": [family]})
    act = {"ref": "acts:X", "code": "X", "clause": "HZ-5.3.2-02", "subject": "H1", "on": date(2021, 8, 1)}
    brought(engine, JUNE, {"acts": [act]})
    with pytest.raises(BatchBuried):
        taken_back(engine, first, JULY)


def test_undo_from_the_last_batch_to_the_first_empties_the_ledger(engine: Engine) -> None:
    batches = [batch_of(engine, MAY + timedelta(days=n), {"units": [a_unit(name=f"第{n}版")]}) for n in range(4)]
    for n, batch in enumerate(reversed(batches)):
        taken_back(engine, batch, JULY + timedelta(days=n))
        assert names(engine) == ([f"第{2 - n}版"] if n < 3 else [])
    assert kept(engine) == set()


def test_undo_twice_is_refused(engine: Engine) -> None:
    batch = batch_of(engine, MAY, {"units": [a_unit()]})
    taken_back(engine, batch, JUNE)
    with pytest.raises(LookupError):
        taken_back(engine, batch, JULY)
    with pytest.raises(LookupError):
        taken_back(engine, 999, JULY)


def test_what_was_taken_back_can_come_again_and_then_twice_is_once(engine: Engine) -> None:
    batch = batch_of(engine, AUGUST, {"units": VERSIONS})
    taken_back(engine, batch, AUGUST + timedelta(days=1))
    assert names(engine) == []
    brought(engine, AUGUST + timedelta(days=2), {"units": VERSIONS})
    assert names(engine) == ["三"]
    assert names(engine, AUGUST + timedelta(days=1, hours=1)) == [], "in between nobody knew it"
    assert brought(engine, AUGUST + timedelta(days=3), {"units": VERSIONS}).batch is None


def test_a_kind_stays_kept_while_a_later_batch_holds_some_of_it(engine: Engine) -> None:
    first = batch_of(engine, MAY, {"people": [a_person("W1")]})
    second = batch_of(engine, JUNE, {"people": [a_person("W2", "乙")]})
    taken_back(engine, first, JULY)
    assert kept(engine) == {"people"}
    taken_back(engine, second, JULY)
    assert kept(engine) == set()


def test_codes_known_are_those_that_stand_with_each_units_kind_and_the_households(engine: Engine) -> None:
    family = {"ref": "beneficiaries:B", "code": "B", "village": "C", "category": "低保", "household": "H1"}
    brought(engine, MAY, {"units": [a_unit()], "beneficiaries": [family]})
    gone = batch_of(engine, JUNE, {"people": [a_person()]})
    taken_back(engine, gone, JULY)
    with engine.connect() as connection:
        known = codes_known(connection, CITY)
    assert known["units"] == {"C": "city"}
    assert (known["beneficiaries"], known["households"], known["people"]) == ({"B"}, {"H1"}, set())


def test_two_imports_of_the_same_records_at_once_bring_them_once(engine: Engine) -> None:
    rows = {"units": [a_unit(f"U{n}", f"第{n}个") for n in range(200)]}
    failed: list[Exception] = []

    def bring() -> None:
        try:
            brought(engine, MAY, rows)
        except Exception as error:  # noqa: BLE001 - said by the test below
            failed.append(error)

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(names(engine)) == 200


def test_what_is_known_up_to_now_waits_for_the_import_under_way(engine: Engine) -> None:
    settled = threading.Event()

    def wait() -> None:
        settle(engine, CITY)
        settled.set()

    asker = threading.Thread(target=wait)
    with engine.begin() as connection:
        import_rows(connection, CITY, {"units": [a_unit()]}, "test", MAY)
        asker.start()
        assert not settled.wait(0.5)
    assert settled.wait(30)
    asker.join()
    assert names(engine, MAY) == ["某市"]
