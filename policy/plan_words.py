"""An obligation and the house's rules in words that a clerk reads: one line a field, numbers with their unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from policy.numbers import cut, hours, zh_day
from policy.plan import House, Obligation, PublishedYear, Rung
from policy.records import KINDS
from policy.recurrence import Recurrence
from policy.words import LABELS

FIELDS = {
    "title": "名称",
    "clause": "条款",
    "subject": "对象类别",
    "starts": "起算",
    "due": "期限",
    "every": "周期",
    "records": "所依记录",
    "told_by": "有无此事看哪类记录",
    "who": "由谁办理",
    "after": "以哪些事项为前提",
    "recipients": "报送给谁",
    "copies": "同时告知",
    "escalation": "上报",
    "phase": "所属阶段",
    "duty": "所属业务",
    "force": "力度",
    "recommended": "建议条件",
}
CHECKS = {
    "kind": "判定方式",
    "asks": "问法",
    "what": "要求的事",
    "items": "项目",
    "need": "需要几项",
    "distinct": "分别计数",
    "dated": "以何日为准",
    "of": "以谁计",
    "still_open": "须仍在",
    "unit": "计量",
    "least": "至少",
    "most": "至多",
    "sides": "边长（厘米）",
    "office": "办公面积",
    "activity": "活动面积",
    "cents": "金额",
    "occasion": "何时适用",
    "base": "计提基数",
    "share": "比例上限",
    "before": "须先于",
    "reading": "读法",
    "years": "年限",
    "after": "须后于",
    "day": "不早于",
    "steps": "步骤",
    "early": "可提前",
    "first": "开始",
    "last": "结束",
    "minutes": "时长",
    "per": "按什么计",
    "since": "何时起",
    "grades": "所需等次",
    "unscheduled": "未定期限",
    "posts": "岗位",
    "full_time": "须专职",
    "excused_by": "例外依据",
    "category": "培训类别",
    "cohort": "首批截止",
    "long_leave_days": "长期请假天数",
    "group": "条件组",
    "by": "放宽幅度",
    "decision": "决定事项",
    "times": "次数",
    "grade": "等次",
    "levels": "学历",
    "places": "户籍地",
    "province": "省份",
    "fund": "资金类别",
}
RULES = {
    "readings": "读法",
    "reading_values": "读法的说明",
    "ladder": "提醒与上报的阶梯",
    "phase_closing_workdays": "阶段结束前提醒的工作日",
    "channel": "通道",
    "fallback": "送不到时依次改用的通道",
    "windows": "发送时段",
    "digest_lines": "汇总的行数",
    "yellow_days": "亮黄灯的天数",
    "dwell_workdays": "相邻两级之间至少隔几个工作日",
    "patience_workdays": "下一级一直送不到时，几个工作日后照常上报",
    "min_notice_workdays": "期限提前时至少留几个工作日",
    "ack_workdays": "签收后几个工作日不再列入未办结清单",
    "snooze_workdays": "最多暂缓的工作日",
    "snoozes_most": "每人最多暂缓次数",
    "extensions_most": "最多延期次数",
    "inhibited_by": "前置里程碑未办结时不提醒",
    "academic_minutes": "一学时的分钟数",
    "workday_minutes": "一个工作日的分钟数",
    "plaque_days": "牌匾的宽限天数",
    "beneficiary_categories": "服务对象类别",
    "review_dates": "审核日期",
    "holidays": "放假调整",
    "published": "录入的放假安排",
}
NOTHING = "（无）"


def obligation_words(obligation: Obligation) -> dict[str, str]:
    """Every field of an obligation by its Chinese name; those of its check among them."""
    own = {FIELDS[name]: words(getattr(obligation, name)) for name in FIELDS}
    check = obligation.check
    return own | {CHECKS.get(name, name): _of_check(name, getattr(check, name)) for name in type(check).model_fields}


def house_words(house: House) -> dict[str, str]:
    """Every value of the house's rules by its Chinese name; tables line by line."""
    said: dict[str, str] = {}
    for name in House.model_fields:
        value, label = getattr(house, name), RULES.get(name, name)
        if isinstance(value, Mapping):
            said |= {f"{label} {words(key)}": words(one) for key, one in value.items()}
        else:
            said[label] = words(value)
    return said


def _of_check(name: str, value: Any) -> str:
    if name == "minutes" and value is not None:
        return f"{hours(value)}小时"
    if name == "cents" and value is not None:
        return f"{cut(value)}元"
    if name in ("share", "least") and isinstance(value, tuple):
        return "/".join(str(part) for part in value)
    return words(value)


def words(value: Any) -> str:
    """A value of a plan as people write it."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, StrEnum):
        return LABELS[value]
    if isinstance(value, date):
        return zh_day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Recurrence):
        return recurrence_words(value)
    return _together(value)


def _together(value: Any) -> str:
    if isinstance(value, tuple):
        return "、".join(words(one) for one in value)
    if isinstance(value, Mapping):
        return "，".join(f"{words(key)}：{words(one)}" for key, one in value.items())
    if isinstance(value, PublishedYear):
        return f"{value.year}年（{value.document or '无文号'}，放假{len(value.rest)}天，上班{len(value.work)}天）"
    if isinstance(value, Rung):
        return f"{LABELS[value.reason]}{value.workdays:+d}" + (f"（第{value.level}级）" if value.level else "")
    if isinstance(value, BaseModel):
        return " ".join(words(one) for one in value.__dict__.values())
    return KINDS[value].zh if isinstance(value, str) and value in KINDS else str(value)


def recurrence_words(every: Recurrence) -> str:
    """`每年10月31日前（自2021年起）`, `每月最后一日前（自2021年7月起）`."""
    first = every.first_due
    day = "最后一日" if "BYMONTHDAY=-1" in every.rule.split(";") else f"{first.day}日"
    if every.span == "year":
        return f"每年{first.month}月{day}前（自{first.year}年起）"
    return f"每月{day}前（自{first.year}年{first.month}月起）"
