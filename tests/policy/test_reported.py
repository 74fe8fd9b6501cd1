"""Programmes known from newspapers: what may be said of a number, and that every clause has one place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from policy.quantity import Bound, Quantity
from policy.reported import Figure, Programme, Span, Target, counts, findings
from tests.policy.making import a_clause


def a_figure(**changes: Any) -> Figure:
    values: dict[str, Any] = {
        "key": "stations",
        "clause": "T-1",
        "title": "社工站",
        "value": 40,
        "unit": "个",
        "as_of": "unknown",
    }
    return Figure.model_validate({**values, **changes})


def a_target(**changes: Any) -> Target:
    values: dict[str, Any] = {"key": "coverage", "clause": "T-1", "title": "覆盖", "by": "unknown"}
    return Target.model_validate({**values, "value": 100, "unit": "%", **changes})


def a_programme(*figures: Figure, **changes: Any) -> Programme:
    values: dict[str, Any] = {
        "key": "told",
        "title": "某地报道",
        "city": "某市",
        "source": "某报",
        "published": "unknown",
        "figures": figures or (a_figure(),),
        "targets": (),
        "narrative": {},
        "clauses": (a_clause(),),
    }
    return Programme.model_validate({**values, **changes})


def refused(make: Any, **changes: Any) -> str:
    with pytest.raises(ValidationError) as error:
        make(**changes)
    (fault,) = error.value.errors()
    return str(fault["msg"])


@pytest.mark.parametrize(
    ("qualifier", "bound"),
    [("余", ">"), ("超过", ">"), ("近", "<"), ("不到", "<"), ("以上", ">="), ("不少于", ">="), ("不超过", "<=")],
)
def test_a_qualifier_of_the_text_is_a_bound(qualifier: str, bound: str) -> None:
    figure = a_figure(value=320, bound=bound, qualifier=qualifier)
    assert figure.quantity == Quantity(Fraction(320), Bound(bound))
    assert "的意思是" in refused(a_figure, qualifier=qualifier)


def test_a_number_is_said_with_its_bound_and_unit() -> None:
    assert a_figure().said == "40个"
    assert a_figure(value=320, bound=">", qualifier="余", unit="份").said == "＞320份"
    assert a_target(value=[2, 1], bound=">=", unit="人/岗").said == "≥2人/岗"
    assert a_target(value=None, by=date(2025, 12, 31), basis="stated").said == "没有写指标"


@pytest.mark.parametrize("value", [0, -1, 4.5, "40", True, [1], [1, 2, 3], [1, 0], [1, 2.0], None])
def test_a_value_is_a_whole_number_or_a_pair_of_them(value: Any) -> None:
    assert "应为正整数；比例写成两个正整数" in refused(a_figure, value=value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"as_of": None}, "报道没有写就写 unknown"),
        ({"as_of": {"first": date(2022, 4, 30), "last": date(2022, 3, 1)}}, "last（2022-03-01）早于 first"),
        ({"bound": "?"}, "bound 应为 exact、>、<、>= 或 <="),
        ({"qualifier": "大约"}, "不认识“大约”，应为：余、超过"),
        ({"bound": ">"}, "应在 qualifier 写明原文用的是哪个词"),
        ({"unit": ""}, "有数就要写单位"),
    ],
)
def test_what_may_not_be_said_of_a_figure(changes: dict[str, Any], says: str) -> None:
    assert says in refused(a_figure, **changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"value": None}, "目标至少要有一个数（value）或一个日子（by）"),
        ({"by": date(2022, 12, 31)}, "写了 by 就要写 basis"),
        ({"basis": "stated"}, "by 是 unknown 就不写 basis"),
        ({"by": None}, "报道没有写就写 unknown"),
    ],
)
def test_what_may_not_be_said_of_a_target(changes: dict[str, Any], says: str) -> None:
    assert says in refused(a_target, **changes)


def test_a_span_counts_both_its_ends() -> None:
    assert Span(first=date(2022, 3, 1), last=date(2022, 4, 30)).days == 61


def said_of(programme: Programme) -> list[str]:
    return [f"{'.'.join(map(str, where))}：{said}" for where, said in findings(programme)]


def test_a_sound_programme_has_no_findings() -> None:
    whole = a_programme(
        a_figure(),
        a_figure(key="staff", value=489, may_include="supervisors", per=["stations"]),
        a_figure(key="supervisors", value=14),
        targets=(a_target(clause="T-2"),),
        narrative={"T-3": "没有数。"},
        clauses=(a_clause(), a_clause("T-2"), a_clause("T-3")),
    )
    assert said_of(whole) == []


@pytest.mark.parametrize(
    ("programme", "says"),
    [
        (a_programme(a_figure(), a_figure()), "figures.1：“stations”写了2次，应只写一次"),
        (a_programme(targets=(a_target(), a_target())), "targets.1：“coverage”写了2次，应只写一次"),
        (a_programme(clauses=(a_clause(), a_clause())), "clauses.1：“T-1”写了2次，应只写一次"),
        (a_programme(clauses=(a_clause(), a_clause("T-2"))), "clauses.1：没有着落，应写一个数（figures）"),
        (a_programme(narrative={"T-1": "没有数。"}), "narrative.T-1：本条已有数或目标，narrative 里应删去"),
        (a_programme(narrative={"T-9": "没有数。"}), "narrative.T-9：clauses.yaml 里没有这一条"),
        (
            a_programme(narrative={"T-2": "没有数"}, clauses=(a_clause(), a_clause("T-2"))),
            "narrative.T-2：原因应是一句话，以句号结尾",
        ),
        (a_programme(a_figure(), a_figure(key="x", clause="T-9")), "figures.1.clause：clauses.yaml 里没有“T-9”这一条"),
        (a_programme(targets=(a_target(clause="T-9"),)), "targets.0.clause：clauses.yaml 里没有“T-9”这一条"),
        (a_programme(a_figure(per=["staff"])), "figures.0：没有名为“staff”的数"),
        (a_programme(a_figure(share_of="points")), "figures.0：没有名为“points”的数"),
        (
            a_programme(a_figure(may_include="all"), a_figure(key="all")),
            "figures.0.may_include：“all”不比本数小，不会含在里面",
        ),
    ],
)
def test_each_thing_that_can_be_wrong_is_said_with_its_place(programme: Programme, says: str) -> None:
    assert any(line.startswith(says) for line in said_of(programme)), said_of(programme)


def test_a_figure_that_may_hold_another_is_counted_both_ways() -> None:
    staff = a_figure(key="staff", title="人员", value=489, may_include="supervisors")
    both = counts(a_programme(staff, a_figure(key="supervisors", title="督导员", value=14)), "staff")
    assert [(reading, int(number.value)) for reading, number, _told in both] == [
        ("人员不含督导员", 489),
        ("人员含督导员", 475),
    ]


def test_staff_that_was_not_reported_is_stations_times_those_of_a_station() -> None:
    each = a_figure(key="workers_per_station", value=2, unit="人")
    more = a_figure(bound=">", qualifier="余")
    ((reading, people, told),) = counts(a_programme(more, each), "staff")
    assert (reading, people, told) == ("按每站2人计", Quantity(Fraction(80), Bound.MORE), ("T-1", "T-1"))
    assert counts(a_programme(), "staff") == ()
    assert counts(a_programme(), "nosuch") == ()
