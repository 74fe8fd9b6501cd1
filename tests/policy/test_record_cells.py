"""What one cell of the records says, and how it is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.calendar import SHANGHAI
from policy.records import KINDS, Field, parse_cell

NAN = float("nan")
DAY = Field("on", "日期", "day")
INSTANT = Field("at", "时间", "instant")


@pytest.mark.parametrize(
    "raw",
    [
        "2021-07-01",
        "2021-7-1",
        "2021.7.1",
        "2021/7/1",
        "21.7.1",
        "2021年7月1日",
        "2021 年 7 月 1 日",
        "2021年7月1号",
        "２０２１．７．１",
        "２０２１年７月１日",
        "20210701",
        20210701,
        20210701.0,
        "44378",
        44378,
        44378.0,
        44378.6,
        "二〇二一年七月一日",
        "二○二一年七月一日",
        "二零二一年七月一日",
        "二〇二一年七月",
        "2021年7月",
        "2021-07",
        "2021.7",
        "'2021-07-01",
        " 2021-07-01\u00a0",
        "2021-07-01 00:00:00",
        "2021-06-30T16:00:00Z",
        "2021年7月1日 9:30",
        date(2021, 7, 1),
        datetime(2021, 7, 1, 9, 30),
    ],
    ids=repr,
)
def test_the_first_of_july_is_read_in_every_form_people_write_it(raw):
    assert parse_cell(DAY, raw) == date(2021, 7, 1)


@pytest.mark.parametrize(
    ("raw", "month", "day"),
    [
        ("二〇二一年七月十二日", 7, 12),
        ("二〇二一年十月十日", 10, 10),
        ("二〇二一年十二月三十一日", 12, 31),
        ("二〇二一年十一月二十日", 11, 20),
    ],
)
def test_chinese_tens_are_numbers(raw, month, day):
    assert parse_cell(DAY, raw) == date(2021, month, day)


@pytest.mark.parametrize(
    "raw",
    [
        "去年7月",
        "2021-13-1",
        "2021-02-30",
        "7/1/2021",
        "2021年",
        "2021",
        2021,
        2021.7,
        NAN,
        float("inf"),
        True,
        "2021-7.1",
        "2021年7-1",
        "2021-7-",
        "0021-07-01",
        "2200-01-01",
        "19999",
        "80001",
        "20211301",
        "二〇二一年二十月一日",
        "二〇二一年三三月一日",
        "2021-07-01 25:00",
        "2021-07-01 9:5",
        "2021-02-30 09:00",
        "2021-07-01T09:61",
        "1899-01-01",
    ],
    ids=repr,
)
def test_any_other_form_of_a_day_is_refused_with_the_form_that_would_be_right(raw):
    with pytest.raises(ValueError, match=r"^日期“.*”看不懂，应写成 2021-07-01$"):
        parse_cell(DAY, raw)


@pytest.mark.parametrize(
    ("raw", "clock"),
    [
        ("2021-07-01", time(0)),
        ("2021-07-01T09:00", time(9)),
        ("2021-07-01 09:00:30", time(9, 0, 30)),
        ("2021-07-01T01:00Z", time(9)),
        ("2021-07-01T09:00+08:00", time(9)),
        ("2021.7.1 9:05", time(9, 5)),
        ("2021.7.1 9:05 -0300", time(20, 5)),
        ("2021/7/1 1:00Z", time(9)),
        ("2021年7月1日9时30分", time(9, 30)),
        ("2021年7月1日 9点", time(9)),
        ("２０２１年７月１日 ９：３０", time(9, 30)),
        (44378.375, time(9)),
    ],
    ids=repr,
)
def test_an_instant_is_shanghai_time_unless_it_says_otherwise(raw, clock):
    assert parse_cell(INSTANT, raw) == datetime.combine(date(2021, 7, 1), clock, SHANGHAI)


def test_an_unreadable_instant_is_refused():
    with pytest.raises(ValueError, match=r"^时间“下周一”看不懂，应写成 2021-07-01 09:00$"):
        parse_cell(INSTANT, "下周一")


@given(st.datetimes(datetime(1955, 1, 1), datetime(2099, 1, 1)))
def test_every_instant_written_in_iso_is_read_back(instant):
    aware = instant.replace(microsecond=0, tzinfo=SHANGHAI)
    assert parse_cell(INSTANT, aware.isoformat()) == aware
    assert parse_cell(DAY, f"{aware.year}.{aware.month}.{aware.day}") == aware.date()


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("minutes", "14.5", 870),
        ("minutes", "14:30", 870),
        ("minutes", "１４：３０", 870),
        ("minutes", 14.5, 870),
        ("minutes", "36学时", 2160),
        ("minutes", "0.333", 19),
        ("minutes", 15.999999999999998, 960),
        ("minutes", time(14, 30), 870),
        ("minutes", timedelta(hours=26, minutes=30), 1590),
        ("minutes", 744, 44640),
        ("minutes", "0", 0),
        ("minutes", ".5", 30),
        ("cents", "50000", 5000000),
        ("cents", "50,000.50", 5000050),
        ("cents", "￥3元", 300),
        ("cents", 0.1 + 0.2, 30),
        ("cents", 12000.5, 1200050),
        ("cents", 7, 700),
        ("integer", "5", 5),
        ("integer", 5.0, 5),
        ("integer", "2022年", 2022),
        ("flag", "是", True),
        ("flag", "No", False),
        ("flag", True, True),
        ("flag", 0.0, False),
        ("text", 13800138000.0, "13800138000"),
        ("text", " '甲 ", "甲"),
        ("text", date(2021, 7, 1), "2021-07-01"),
        ("text", datetime(2021, 7, 1, 9, 30), "2021-07-01 09:30"),
        ("text", datetime(2021, 7, 1), "2021-07-01"),
        ("code", "Ｗ１", "W1"),
        ("code", 7.0, "7"),
        ("code", False, "否"),
        ("period", "2022", "2022"),
        ("period", 2022.0, "2022"),
        ("period", "2022年", "2022"),
        ("period", "2021年3月", "2021-03"),
        ("period", date(2021, 11, 1), "2021-11"),
        ("period", "第二季度", "第二季度"),
        ("list", "民政；财政、 人社,民政", ["民政", "财政", "人社"]),
        ("id", "11010519491231002x", "11010519491231002X"),
        ("text", "", None),
        ("minutes", "\u3000", None),
        ("day", None, None),
    ],
    ids=repr,
)
def test_a_cell_says(kind, raw, value):
    read = parse_cell(Field("x", "列", kind), raw)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "raw", "sentence"),
    [
        ("minutes", "-1", "应在 0 到 744 小时之间"),
        ("minutes", "745", "不合理"),
        ("minutes", "nan", "看不懂，应写成小时数"),
        ("minutes", NAN, "看不懂"),
        ("minutes", "14:75", "看不懂"),
        ("minutes", "1e2", "看不懂"),
        ("minutes", "约两天", "看不懂"),
        ("cents", "1.234", "金额“1.234”超过两位小数"),
        ("cents", 1.234, "超过两位小数"),
        ("cents", "-5", "不能为负"),
        ("cents", "5万", "以元为单位"),
        ("integer", "1.5", "“1.5”应是不小于 0 的整数"),
        ("integer", "-1", "整数"),
        ("flag", "也许", "应填 是 或 否"),
        ("id", 4.41302199001011e17, "请把该列设为“文本”后重填"),
        ("id", "441302900101123", "身份证号应为18位"),
        ("id", "110105194902300021", "出生日期不存在"),
        ("id", "110105194912310021", "校验位不对"),
        ("code", 1.234567890123e17, "请把该列设为“文本”后重填"),
        ("code", "4.41302E+17", "请把该列设为“文本”后重填"),
        ("text", "#N/A", "单元格是公式错误“#N/A”"),
    ],
    ids=repr,
)
def test_a_cell_is_refused(kind, raw, sentence):
    with pytest.raises(ValueError, match=sentence.replace("+", r"\+")):
        parse_cell(Field("x", "列", kind), raw)


@pytest.mark.parametrize(
    ("kind", "column", "raw", "value"),
    [
        ("posts", "post", "站长", "station_head"),
        ("posts", "post", "Station Head", "station_head"),
        ("units", "kind", "县(区)", "county"),
        ("units", "kind", "村(居)", "village"),
        ("certificates", "level", "社会工作师", "social_worker"),
        ("trainings", "category", "岗前培训", "prejob"),
        ("assessments", "departments", "民政局;妇联", ["民政", "妇联"]),
        ("people", "former_post", "商超收银", "商超收银"),
        ("funds", "kind", "其他", "其他"),
        ("candidates", "step", "面试", "面试"),
    ],
)
def test_chinese_words_stand_for_the_choices(kind, column, raw, value):
    assert parse_cell(KINDS[kind].field(column), raw) == value


def test_a_word_outside_a_closed_list_is_refused() -> None:
    closed = Field("channels", "通知通道", "list", choices={"email": ("邮件",), "sms": ("短信",)})
    assert parse_cell(closed, "短信;email") == ["sms", "email"]
    with pytest.raises(ValueError, match="“传真”不在可选值内，应为：邮件（email）、短信（sms）"):
        parse_cell(closed, "短信;传真")


def test_a_word_outside_the_choices_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="“班长”不在可选值内，应为：站长（station_head）、常务副站长"):
        parse_cell(KINDS["posts"].field("post"), "班长")
