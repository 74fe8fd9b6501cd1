"""The questions of the Suzhou plan say the same on both engines, and every one of them can be asked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from db.intake import import_rows
from db.measures import known, proof
from db.planstore import load_plan
from policy.judge import judge
from tests.policy.suzhou_city import END_OF_TIME, JULY, NOW, City


def busy_city() -> City:
    city = City().unit("Z", "county", "C", kind_note="functional_zone")
    city.unit("A", "agency", "K").unit("E", "centre", "K", JULY)
    city.towns(JULY, date(2022, 9, 1), date(2023, 2, 1), None, None).unit("V", "village", "T0")
    for number in range(6):
        city.person(f"p{number}", f"S{number % 2}", education="大专", graduated_on=date(2020, 6, 30))
        city.person(f"e{number}", "E", "centre_staff", date(2022, 11, 1 + number))
        term = {"starts_on": JULY, "ends_on": date(2024, 6, 30)}
        city.add("contracts", code=f"c{number}", person=f"p{number}", employer="A" if number else "K", **term)
        if number % 2:
            city.certificate(f"p{number}", date(2023, 1, number), date(2023, 12, 30 + number % 2))
    city.person("h", "S0", "station_head").person("r", "V", "room_head")
    city.person("s", "C", "supervisor", social_work_started_on=date(2017, 7, 1))
    city.act("SZ-4-18", "K", JULY, code="buy").fund("budget_approved", 10_000, on=JULY, act="buy")
    city.fund("evaluation_reserve", 100, act="buy").fund("assistance_charged", 20_001)
    city.fund("assistance_local_total", 2_000_000, 2021).fund("assistance_charged", 1, 2023)
    city.act("SZ-3.3-02", "S0", JULY, item="办公", value="20").act("SZ-3.3-03", "S0", JULY, item="桌椅、电脑")
    city.act("SZ-3.5-02", "S0", JULY, item="户外", value="60×40").act("SZ-3.5-02", "S1", JULY, value="1×1")
    return city.act("SZ-3.6-04", "S1", JULY).act("SZ-3.6-04", "S1", date(2022, 8, 1), item="整改")


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2023, 3, 1), date(2024, 1, 1)])
def test_both_engines_answer_every_question_alike(engine: Engine, day: date) -> None:
    city, plan = busy_city(), load_plan("suzhou")
    with engine.begin() as connection:
        import_rows(connection, plan.key, city.rows, "test", NOW)
        counted = known(connection, plan, plan.obligations, day, END_OF_TIME)
        said = {(v.duty, v.subject, v.period and v.period.label): v.ruling for v in judge(plan, counted, day)}
        shown = [row for o in plan.obligations for row in proof(connection, plan, o, day, END_OF_TIME)]
    assert said == city.rulings(day)
    assert len(said) > 100
    assert len(shown) > 40
