"""The yearly notice of holidays read back: against the packaged days of eight years, and every fault with its line."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import chinese_calendar
import pytest
from chinese_calendar.constants import holidays as packaged_rest
from chinese_calendar.constants import workdays as packaged_work
from hypothesis import given
from hypothesis import strategies as st

from policy.holiday_notice import WEEKDAYS, NoticeUnclear, read_notice

ZH = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
NUMBERS = "一二三四五六七"
A_DAY = timedelta(days=1)

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节、国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周五）至3日（周日）放假，共3天。
　　二、春节：2月5日（农历除夕、周五）至13日（农历正月初八、周六）放假调休，共9天。1月31日（周日）、2月20日（周六）上班。
　　三、清明节：4月3日（周六）至5日（周一）放假，共3天。
　　四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
　　五、端午节：6月9日（周三）放假1天，不调休。
　　六、中秋节：9月15日（周三）放假，共1天。
　　七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。鼓励各单位安排职工在9月30日休年假。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2026年11月4日
"""


def stretches(year: int) -> dict[str, tuple[date, date]]:
    """The holidays of a notice from their first to their last day; two that lie together are one, as in 国庆节、中秋节."""
    days: dict[str, list[date]] = defaultdict(list)
    for day, name in sorted(packaged_rest.items()):
        if belongs(day, name) == year:
            days[ZH[name]].append(day)
    found = {name: (own[0], own[-1]) for name, own in days.items()}
    autumn, national = found.get("中秋节"), found["国庆节"]
    if autumn is None or (autumn[0] <= national[1] and national[0] <= autumn[1] + A_DAY):
        ends = [*national, *(autumn or ())]
        found = {name: span for name, span in found.items() if name not in ("中秋节", "国庆节")}
        found["国庆节、中秋节"] = (min(ends), max(ends))
    return dict(sorted(found.items(), key=lambda item: item[1]))


def belongs(day: date, name: str) -> int:
    """The year whose notice speaks of the day: the last days of December are of the New Year after them."""
    return day.year + (day.month == 12 and name == "New Year's Day")


class Writer:
    """The official wording, with what has changed in it from year to year left to chance."""

    def __init__(self, year: int, draw: st.DrawFn) -> None:
        self.year, self.draw = year, draw
        self.weekday = draw(st.sampled_from(["", "周", "星期"]))
        self.printed_year = draw(st.booleans())

    def notice(self) -> str:
        items = list(stretches(self.year).items())
        body = "\n".join(f"　　{NUMBERS[n]}、{name}：{self.item(name, *span)}" for n, (name, span) in enumerate(items))
        title = f"国务院办公厅关于{self.year}年部分节假日安排的通知\n国办发明电〔{self.year - 1}〕7号\n"
        return f"{title}{body}\n　　节假日期间，各地要妥善安排好值班。\n国务院办公厅\n{self.year - 1}年11月8日\n"

    def item(self, name: str, first: date, last: date) -> str:
        worked = [
            day for day, of in sorted(packaged_work.items()) if ZH.get(of, of) in name and belongs(day, of) == self.year
        ]
        return self.rest(first, last) + (f"{'、'.join(map(self.day, worked))}上班。" if worked else "")

    def rest(self, first: date, last: date) -> str:
        if first == last:
            ends = ["放假1天，不调休。", "放假，共1天。", "放假。"]
            near = first.weekday() in (0, 4)
            return self.day(first) + self.draw(st.sampled_from([*ends, "放假，与周末连休。"] if near else ends))
        said = self.draw(st.sampled_from(["放假调休", "放假"]))
        return f"{self.day(first)}至{self.day(last, first)}{said}，共{(last - first).days + 1}天。"

    def day(self, day: date, after: date | None = None) -> str:
        year = f"{day.year}年" if day.year != (after.year if after else self.year) or self.printed_year else ""
        month = "" if after and after.month == day.month and not year else f"{day.month}月"
        weekday = f"（{self.weekday}{WEEKDAYS[day.weekday()]}）" if self.weekday else ""
        return f"{year}{month}{day.day}日{weekday}"


@st.composite
def written(draw: st.DrawFn) -> tuple[int, str]:
    year = draw(st.integers(2019, 2026))
    text = Writer(year, draw).notice()
    if draw(st.booleans()):
        text = text.replace("（", "(").replace("）", ")").replace("，", ",").replace("：", ":")
    if draw(st.booleans()):
        text = "\n".join(text[n : n + 17] for n in range(0, len(text), 17))
    return year, text


@given(written())
def test_a_notice_in_the_official_wording_gives_the_days_of_the_package(written: tuple[int, str]) -> None:
    year, text = written
    notice = read_notice(text)
    assert notice.year == year
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    worked = {
        day: day in notice.work or (day.weekday() < 5 and day not in notice.rest) for day in days if day.year == year
    }
    assert {day for day, works in worked.items() if works != chinese_calendar.is_workday(day)} == set()


def test_a_notice_names_its_number_its_days_and_their_holidays() -> None:
    notice = read_notice(NOTICE)
    assert (notice.year, notice.document) == (2027, "国办发明电〔2026〕9号")
    assert (len(notice.rest), len(notice.work)) == (29, 6)
    assert (notice.rest[date(2027, 2, 13)], notice.work[date(2027, 9, 26)]) == ("春节", "国庆节")
    assert date(2027, 9, 30) not in notice.rest, "what is only encouraged is no holiday"


def test_days_of_the_december_before_belong_to_the_notice() -> None:
    december = "2026年12月31日至2027年1月2日放假调休，共3天。2026年12月27日（周日）上班。"
    notice = read_notice(NOTICE.replace("1月1日（周五）至3日（周日）放假，共3天。", december))
    assert notice.rest[date(2026, 12, 31)] == notice.work[date(2026, 12, 27)] == "元旦"


NEW_YEAR, AUTUMN = "1月1日（周五）至3日（周日）放假，共3天。", "9月15日（周三）放假，共1天。"
LIKE = "应写成“10月1日至7日放假调休，共7天”或“10月10日（周六）上班”"


@pytest.mark.parametrize(
    ("was", "written", "fault"),
    [
        ("共9天", "共8天", "第6行 春节：写的是共8天，2月5日(农历除夕、周五)至13日(农历正月初八、周六)却有9天"),
        ("5月8日（周六）", "5月8日（周五）", "第8行 劳动节：2027年5月8日是周六，写的却是周五"),
        ("5月8日（周六）", "5月7日", "第8行 劳动节：2027年5月7日是周五，上班的应是周六或周日"),
        ("放假，共3天。\n　　四", "放假。\n　　四", "第7行 清明节：没有写共几天，应写“共3天”"),
        ("6月9日（周三）放假1天", "6月31日放假1天", "第9行 端午节：没有2027年6月31日这一天"),
        ("6月9日（周三）放假1天", "9日放假1天", "第9行 端午节：9日没有写月份"),
        ("6月9日（周三）放假1天", "8月9日放假1天", "第9行 端午节：端午节应在2027年5月或6月，写的是2027年8月9日起"),
        ("6月9日（周三）放假1天，不调休", "6月9日全民休闲", f"第9行 端午节：看不懂“6月9日全民休闲”，{LIKE}"),
        (AUTUMN, "另行通知。", f"第10行 中秋节：没有看到哪天放假，{LIKE}"),
        (
            AUTUMN,
            "9月25日放假，共1天。9月26日放假，共1天。",
            "2027年9月26日既写放假又写上班（中秋节、国庆节），应只写一处",
        ),
        (
            "10月1日（周五）至7日（周四）放假调休，共7天",
            "10月2日至8日放假调休，共7天",
            "第11行 国庆节：国庆节应包括10月1日",
        ),
        ("10月1日（周五）至7日", "9月15日至10月7日", "第11行 国庆节：2027年9月15日已在中秋节放假，写重了"),
        (
            NEW_YEAR,
            "12月31日至1月2日放假，共3天。",
            "第5行 元旦：12月31日至1月2日：2027年1月2日早于2027年12月31日，跨年的应写出年份",
        ),
        (
            NEW_YEAR,
            "2026年1月1日放假。1月1日放假。",
            "第5行 元旦：2026年1月1日不在2027年（只有上一年12月的日子可以写在里面）",
        ),
        ("三、清明节：", "三、清名节：", "没有看到清明节，应是完整的通知，写成“三、清明节：4月4日至6日放假，共3天。”"),
        ("五、端午节：", "五、清明节：6月9日放假。五、端午节：", "清明节写了2次，应只写一次"),
        ("现将2027年", "现将2026年", "标题和正文的年份不一致：2026、2027，应只贴一年的通知"),
    ],
)
def test_what_does_not_add_up_is_said_with_its_line(was: str, written: str, fault: str) -> None:
    assert was in NOTICE
    with pytest.raises(NoticeUnclear) as refused:
        read_notice(NOTICE.replace(was, written, 1))
    assert fault in refused.value.faults


def test_two_faults_are_two_lines() -> None:
    with pytest.raises(NoticeUnclear) as refused:
        read_notice(NOTICE.replace("共9天", "共8天").replace("2月20日（周六）", "2月20日（周日）"))
    assert len(refused.value.faults) == len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "今天天气很好。", "一、元旦：1月1日放假。"])
def test_a_text_without_a_year_is_no_notice(text: str) -> None:
    with pytest.raises(NoticeUnclear, match="看不出是哪一年的放假安排"):
        read_notice(text)


def test_a_title_alone_lacks_all_seven_holidays() -> None:
    with pytest.raises(NoticeUnclear, match="没有看到元旦、春节、清明节、劳动节、端午节、中秋节、国庆节"):
        read_notice("国务院办公厅关于2027年部分节假日安排的通知")
