"""The words people read, whole; and templates that cannot be filled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from given_digest import about, digested
from given_notices import FRIDAY, a_notice, on
from jinja2 import ChoiceLoader, DictLoader
from jinja2.sandbox import SandboxedEnvironment

from notifications.render import Rendered, Renderer, RoundMissing, environment, zh
from notifications.template_check import ODD, TemplatesInvalid, all_alike, checked, digests, renderer
from policy.words import Reason

SNAPSHOTS = Path(__file__).parent / "snapshots"


def with_template(name: str, text: str) -> SandboxedEnvironment:
    made = environment()
    assert made.loader
    made.loader = ChoiceLoader([DictLoader({name: text}), made.loader])
    return made


def one_of_each() -> Rendered:
    """A digest with every reason in it."""
    rungs = {Reason.ESCALATED: "E1", Reason.REMINDER: "D-5", Reason.ASSIGNED: "D-20", Reason.DUE_TODAY: "D+0"}
    late = {Reason.ESCALATED: date(2021, 7, 26), Reason.OVERDUE: date(2021, 7, 29)}
    due = {Reason.DUE_TODAY: FRIDAY, Reason.REMINDER: date(2021, 8, 6), Reason.ASSIGNED: date(2021, 8, 27)}
    said = {Reason.ESCALATED: on(date(2021, 7, 29), "08:30")}
    notices = [
        about(
            reason.value,
            reason=reason,
            rung=rungs.get(reason, "D+1"),
            due={**late, **due}.get(reason, FRIDAY),
            not_before=said.get(reason, on(FRIDAY, "08:30")),
        )
        for reason in Reason
        if reason is not Reason.DIGEST
    ]
    standing = a_notice("standing", due=None, duty="station-head")
    gathered = digested([*notices, standing])
    return renderer().digest(replace(gathered, total=gathered.total + 3, more=3))


def same_as(snapshot: str, text: str) -> None:
    """A missing snapshot is written and fails once: delete the file to renew it."""
    path = SNAPSHOTS / snapshot
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path} was written; read it")
    assert text == path.read_text(encoding="utf-8")


def test_the_digest_reads_as_agreed() -> None:
    made = one_of_each()
    same_as("digest.txt", f"{made.subject}\n\n{made.text}")
    same_as("digest.html", made.html)


def test_the_alarm_reads_as_agreed() -> None:
    alarm = RoundMissing(
        FRIDAY, "09:30", "惠州市兜底民生服务社会工作双百工程", "惠州市民政局", ("阶段三·规范运作", "月度督导")
    )
    made = renderer().alarm(alarm)
    same_as("alarm.txt", f"{made.subject}\n\n{made.text}")


def test_days_are_written_one_way() -> None:
    assert zh(date(2026, 9, 30)) == "2026年9月30日 周三"
    assert zh(date(2021, 8, 1)) == "2021年8月1日 周日"


def test_odd_names_stay_names_in_every_part() -> None:
    for digest in digests():
        made = renderer().digest(digest)
        assert "49" not in made.subject
        assert "<b>" not in made.html.replace("&lt;b&gt;", "")
        assert len(made.subject.splitlines()) == 1


def test_a_station_named_like_a_template_is_not_filled() -> None:
    assert "{{ 7 * 7 }}" in ODD
    made = renderer().digest(replace(digested([a_notice()]), name="{{ 7 * 7 }}"))
    assert "{{ 7 * 7 }}" in made.text
    assert "{{ 7 * 7 }}" in made.html


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("overdue.zh.j2", "{% if %}", "写法有误"),
        ("overdue.zh.j2", "{{ notice.text }}", "没有名为“notice”的内容"),
        ("overdue.zh.j2", "{{ line.no_such }}", "填写失败"),
        ("overdue.zh.j2", "  ", "没有写出任何内容"),
        ("overdue.zh.j2", "{{ line.__class__.__mro__ }}", "填写失败"),
        ("overdue.zh.j2", "{{ line.due|zh }}{{ 1 / 0 }}", "填写失败"),
        ("digest.subject.zh.j2", "", "主题"),
        ("digest.html.zh.j2", "{{ digest.name|safe }}", "转义"),
    ],
)
def test_a_faulty_template_is_found_before_anything_is_sent(name: str, text: str, fault: str) -> None:
    with pytest.raises(TemplatesInvalid, match=fault):
        checked(with_template(name, text))


def test_a_missing_template_is_named() -> None:
    made = environment()
    made.loader = DictLoader({})
    with pytest.raises(TemplatesInvalid, match=r"overdue\.zh\.j2：缺少这个文件"):
        checked(made)


def test_a_line_that_cannot_be_filled_is_said_plainly_and_the_rest_goes_out() -> None:
    broken = Renderer(with_template("overdue.zh.j2", "{{ line.next.no_such.at_all }}"))
    made = broken.digest(digested([about("a"), about("b", reason=Reason.REMINDER, rung="D-5")]))
    assert made.failed == 1
    assert "a镇 建成社工站" in made.text
    assert "暂时无法显示" in made.text
    assert "其中1项的说明未能完整显示" in made.html


def test_a_change_of_a_template_changes_the_version() -> None:
    assert Renderer(environment()).version == renderer().version
    assert Renderer(with_template("overdue.zh.j2", "另一句话")).version != renderer().version


def test_a_digest_with_open_matters_alone_reads_as_agreed() -> None:
    still = [about(name, due=date(2021, 7, day)) for name, day in (("甲", 12), ("乙", 8))]
    made = renderer().digest(digested([], still_open=[*still, a_notice("standing", due=None, duty="station-head")]))
    same_as("open_matters.txt", f"{made.subject}\n\n{made.text}")


def test_after_an_outage_nobody_is_said_to_have_heard_who_has_not() -> None:
    made = renderer().digest(digested([about("甲", due=date(2021, 7, 1), not_before=on(date(2021, 7, 2), "08:30"))]))
    assert "按规定已到逐级上报市民政局、市联席会议、市政府的时间。" in made.text
    assert "已上报" not in made.text


def test_the_office_is_not_sent_to_itself_for_the_whole_list() -> None:
    for name, said in (("惠州市民政局", "全部清单用 duban judge 导出"), ("桥东街道", "请向惠州市民政局索取清单")):
        still_open = [about("乙", due=date(2021, 7, 8)), about("丙", due=date(2021, 7, 9))]
        gathered = digested([about("甲")], most=2, still_open=still_open)
        made = renderer().digest(replace(gathered, name=name, more=3))
        for part in (made.text, made.html):
            assert part.count(said) == 2
            assert ("请向惠州市民政局索取" in part) is (name == "桥东街道")


def test_what_is_said_alike_is_the_same_whether_it_was_said_before_or_not() -> None:
    made = renderer()
    for alike in [*all_alike(), *all_alike()]:
        assert made.phrased(alike) == made._phrase(alike)


def test_a_request_that_speaks_of_one_matter_is_found_before_anything_is_sent() -> None:
    with pytest.raises(TemplatesInvalid, match=r"overdue\.zh\.j2：填写失败"):
        checked(with_template("overdue.zh.j2", "请办理{{ line.matter }}。"))
