"""The kinds of record and their columns (contract 3), as one table.

A column refers (`ref`) to the codes of other kinds; `households` is no kind of its own but the column of that name.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from policy.records import choices as words
from policy.records.choices import Choices


class Field(NamedTuple):
    """One column. `kind` is one of text, code, id, day, instant, minutes, cents, integer, period, flag, choice, list.

    Outside a `closed` vocabulary a word is kept as written. A `soft` reference to nothing is a warning;
    one to a kind in `when_kept` is asked only where that kind is kept.
    """

    name: str
    zh: str
    kind: str = "text"
    required: bool = False
    ref: tuple[str, ...] = ()
    choices: Choices = MappingProxyType({})
    closed: bool = True
    soft: bool = False
    when_kept: bool = False
    aliases: tuple[str, ...] = ()


class RecordKind(NamedTuple):
    """`key` is what stays the same across the versions of one record. Where `coded`, two rows of one key known
    since the same instant contradict each other; elsewhere they are two records. `spans` are (from, to) columns."""

    name: str
    zh: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    coded: bool = False
    spans: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


COMMON = (Field("recorded_on", "登记时间", "instant", aliases=("获知时间",)), Field("source", "来源"))

PEOPLE, UNITS = ("people",), ("units",)
EITHER = ("units", "people")
ANY_SUBJECT = (
    "units",
    "people",
    "contracts",
    "visits",
    "beneficiaries",
    "households",
    "candidates",
    "courses",
    "acts",
    "funds",
)


def _code(zh: str, *aliases: str) -> Field:
    return Field("code", zh, "code", True, aliases=("编码", "编号", *aliases))


def _to(name: str, zh: str, ref: tuple[str, ...], required: bool = False, **more: object) -> Field:
    return Field(name, zh, "code", required, ref, **more)  # type: ignore[arg-type]


def _day(name: str, zh: str, required: bool = False, *aliases: str) -> Field:
    return Field(name, zh, "day", required, aliases=aliases)


def _choice(name: str, zh: str, choices: Choices, required: bool = False, closed: bool = True) -> Field:
    return Field(name, zh, "choice", required, choices=choices, closed=closed)


def _channels() -> Field:
    return Field("channels", "通知通道", "list", choices=words.CHANNELS, aliases=("通知方式",))


def _background() -> tuple[Field, ...]:
    return (
        _day("born_on", "出生日期", False, "出生年月"),
        Field("education", "学历"),
        Field("household_city", "户籍所在市", aliases=("户籍",)),
        _day("work_started_on", "参加工作日期"),
        _choice("former_post", "原工作经历", words.FORMER_POSTS, closed=False),
    )


def _span(starts: str, ends: str, required: bool = False, ends_required: bool = False) -> tuple[Field, Field]:
    return _day("starts_on", starts, required), _day("ends_on", ends, ends_required)


RUNS = (("starts_on", "ends_on"),)

# fmt: off
_ALL = (
    RecordKind("units", "机构", (
        _code("机构编码"), Field("name", "机构名称", required=True, aliases=("名称",)),
        _choice("kind", "机构类型", words.UNIT_KINDS, True), _to("parent", "上级机构", UNITS, aliases=("上级编码",)),
        _day("opened_on", "设立日期"), _day("closed_on", "撤销日期"),
        _to("point", "覆盖社工点", UNITS), _day("covered_from", "覆盖起始日期"), _day("covered_to", "覆盖结束日期"),
        _choice("mode", "建设方式", words.MODES), _choice("kind_note", "县区性质", words.COUNTY_KINDS, closed=False),
        Field("email", "邮箱", aliases=("电子邮箱",)), Field("phone", "电话", aliases=("联系电话", "手机")), _channels(),
    ), ("code",), True, (("opened_on", "closed_on"), ("covered_from", "covered_to"))),
    RecordKind("people", "人员", (
        _code("人员编码", "工号"), Field("name", "姓名", required=True), *_background(),
        _day("social_work_started_on", "从事社工日期"), _day("graduated_on", "毕业日期"),
        Field("phone", "手机", aliases=("手机号", "手机号码", "联系电话", "电话")),
        Field("email", "邮箱", aliases=("电子邮箱",)), _channels(),
        Field("id_number", "身份证号", "id", aliases=("身份证号码", "身份证")),
    ), ("code",), True),
    RecordKind("posts", "任职", (
        _to("person", "人员编码", PEOPLE, True, aliases=("人员",)),
        _to("unit", "机构编码", UNITS, True, aliases=("机构",)),
        _choice("post", "岗位", words.POSTS, True), *_span("任职起始日期", "任职结束日期"),
        Field("full_time", "是否专职", "flag", aliases=("专职",)),
    ), ("person", "unit", "post", "starts_on"), spans=RUNS),
    RecordKind("contracts", "合同", (
        _code("合同编号"), _to("person", "人员编码", PEOPLE, True, aliases=("人员",)),
        _to("employer", "用人单位", UNITS, True), *_span("合同起始日期", "合同终止日期", True, True),
        _to("renews", "续签自", ("contracts",)), Field("insurance_lines", "社保险种数", "integer", aliases=("险种数",)),
        _day("ended_on", "实际终止日期"), Field("integrated", "是否先期整合", "flag", aliases=("先期整合",)),
    ), ("code",), True, RUNS),
    RecordKind("certificates", "证书", (
        _to("person", "人员编码", PEOPLE, True, aliases=("人员",)), _choice("level", "证书级别", words.LEVELS, True),
        _day("issued_on", "发证日期", True), _day("valid_to", "有效期至"),
    ), ("person", "level", "issued_on"), spans=(("issued_on", "valid_to"),)),
    RecordKind("trainings", "培训", (
        _to("person", "人员编码", PEOPLE, True, aliases=("人员",)),
        Field("starts_at", "开始时间", "instant", True, aliases=("培训时间",)),
        Field("hours", "时长（小时）", "minutes", True, aliases=("学时", "时长", "小时数")),
        _choice("category", "培训类别", words.CATEGORIES, True),
        _to("course", "培训班编号", ("courses",), when_kept=True, aliases=("培训班",)), Field("topic", "培训主题"),
        Field("provider", "举办单位"), _choice("unit_of_hours", "学时单位", words.HOUR_UNITS),
    ), ("person", "starts_at", "category", "course")),
    RecordKind("courses", "培训班", (
        _code("培训班编号"), _choice("category", "培训类别", words.CATEGORIES, True, closed=False),
        _day("held_on", "开班日期", True), _to("organiser", "主办单位", UNITS, soft=True),
        Field("topic", "培训主题"), _day("ends_on", "结束日期"),
    ), ("code",), True, (("held_on", "ends_on"),)),
    RecordKind("assignments", "督导分工", (
        _to("supervisor", "督导编码", PEOPLE, True, aliases=("督导",)), _to("station", "社工站", UNITS, True),
        *_span("分工起始日期", "分工结束日期", True),
    ), ("supervisor", "station", "starts_on"), spans=RUNS),
    RecordKind("visits", "督导记录", (
        Field("visit", "督导编号", "code", True), _to("supervisor", "督导编码", PEOPLE, True, aliases=("督导",)),
        _to("station", "社工站", UNITS, True), Field("starts_at", "开始时间", "instant", True),
        Field("hours", "时长（小时）", "minutes", True, aliases=("小时数",)), _to("point", "社工点", UNITS),
        Field("remote", "是否远程", "flag", aliases=("远程",)),
    ), ("visit", "starts_at")),
    RecordKind("assessments", "考核评估", (
        _code("考核编号"), _choice("kind", "考核类型", words.ASSESSMENT_KINDS, True),
        _to("subject", "考核对象", ("people", "units"), True), _day("held_on", "考核日期", True),
        _day("period_from", "考核期起"), _day("period_to", "考核期止"), _choice("grade", "等次", words.GRADES),
        Field("rank", "排名", "integer"), Field("population", "参评人数", "integer"),
        _to("assessor", "考核单位", UNITS),
        Field("departments", "参与部门", "list", choices=words.DEPARTMENTS, closed=False),
        Field("third_party", "第三方机构"), Field("qualified", "是否具备资质", "flag", aliases=("是否合格",)),
    ), ("code",), True, (("period_from", "period_to"),)),
    RecordKind("reports", "报送", (
        _code("报送编号"), Field("clause", "条款", "code", True), _to("from_unit", "报送单位", UNITS, True),
        _to("to_unit", "接收单位", UNITS, True), _to("subject", "报送对象", EITHER),
        Field("period", "所属期", "period"),
        _day("sent_on", "报送日期"), _day("received_on", "收到日期"), Field("document", "文件"),
    ), ("code",), True),
    RecordKind("acts", "事项", (
        _code("事项编号"), Field("clause", "条款", "code", True),
        _to("subject", "事项对象", ("units", "people", "contracts", "beneficiaries", "households", "candidates"), True),
        _day("on", "日期", True, "办理日期"), _to("by", "办理单位或人员", EITHER),
        Field("item", "项目"), Field("value", "数值"), Field("unit", "单位"),
        _choice("verdict", "审核意见", words.RULINGS), Field("document", "文件"),
        Field("note", "备注"),
    ), ("code",), True),
    RecordKind("exceptions", "例外", (
        _code("例外编号"), Field("clause", "条款", "code", True), _to("subject", "例外对象", ANY_SUBJECT, True),
        Field("reason", "理由", required=True), _to("approver", "批准人", EITHER, True, aliases=("批准单位",)),
        _day("approved_on", "批准日期", True), _day("expires_on", "失效日期", True),
    ), ("code",), True),
    RecordKind("leaves", "请假", (
        _to("person", "人员编码", PEOPLE, True, aliases=("人员",)), *_span("请假起始日期", "请假结束日期", True, True),
        _to("substitute", "顶岗人员", PEOPLE),
    ), ("person", "starts_on"), spans=RUNS),
    RecordKind("beneficiaries", "服务对象", (
        _code("对象编码"), _to("village", "村（居）编码", UNITS, True, aliases=("村（居）", "所在村居")),
        Field("category", "对象类别", required=True), Field("household", "家庭编码", "code", aliases=("家庭编号",)),
        _day("registered_on", "纳入日期"), _day("removed_on", "退出日期"), _day("file_on", "建档日期"),
        _day("plan_on", "方案日期"), _day("visited_on", "探访日期"), _day("served_on", "服务日期"),
    ), ("code",), True, (("registered_on", "removed_on"),)),
    RecordKind("funds", "经费", (
        _code("经费编号"), _to("unit", "支付单位", UNITS, True), Field("year", "年度", "integer", True),
        _choice("kind", "经费类型", words.FUNDS, True, closed=False), Field("amount", "金额（元）", "cents", True),
        _day("on", "日期"), _to("person", "人员编码", PEOPLE), _to("act", "事项编号", ("acts",)),
    ), ("code",), True),
    RecordKind("candidates", "应聘", (
        _code("应聘编号"), Field("name", "姓名", required=True), _day("applied_on", "报名日期", True), *_background(),
        Field("family_in_need", "是否困难家庭", "flag", aliases=("困难家庭",)), _choice("step", "环节", words.STEPS),
        _day("step_on", "环节日期"), _to("person", "人员编码", PEOPLE), Field("round", "批次"),
        _day("deadline_on", "资格截止日期"),
    ), ("code", "step")),
)
# fmt: on

KINDS: dict[str, RecordKind] = {kind.name: kind._replace(fields=kind.fields + COMMON) for kind in _ALL}
CODE_COLUMNS = {
    "units": "code",
    "people": "code",
    "contracts": "code",
    "courses": "code",
    "acts": "code",
    "funds": "code",
    "candidates": "code",
    "beneficiaries": "code",
    "visits": "visit",
}
"""Where the codes that others may refer to stand; households stand in `beneficiaries.household`."""

PARENTS = {
    "county": "city",
    "township": "county",
    "station": "township",
    "point": "station",
    "village": "township",
    "centre": "county",
}
"""The kind of unit each kind of unit must hang under; agency, government and city hang where they like."""
