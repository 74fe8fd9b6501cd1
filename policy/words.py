"""The words of a verdict: statuses, roles, reasons, kinds of subject, with the Chinese that people read.

Identifiers are fixed by the outside contract (sections 1 and 2); a test holds every one of them to a label.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What is so of one obligation, one subject and one period."""

    NOT_APPLICABLE = "not_applicable"
    UNSCHEDULED = "unscheduled"
    NOT_YET_DUE = "not_yet_due"
    MET = "met"
    MET_LATE = "met_late"
    NOT_MET = "not_met"
    NO_EVIDENCE = "no_evidence"
    BLOCKED_BY_UPSTREAM = "blocked_by_upstream"
    DEVIATION_JUSTIFIED = "deviation_justified"
    DEVIATION_UNJUSTIFIED = "deviation_unjustified"
    NEEDS_RULING = "needs_ruling"


class Force(StrEnum):
    """How strongly the text speaks (reading note A47, A48)."""

    MUST = "must"
    SHOULD = "should"
    IN_PRINCIPLE = "in-principle"
    MAY = "may"
    PROHIBITED = "prohibited"
    TARGET = "target"
    CONDITIONAL = "conditional"
    FACT = "fact"


class Role(StrEnum):
    """Who acts or is told."""

    WORKER = "worker"
    POINT_CONTACT = "point_contact"
    STATION_DEPUTY_HEAD = "station_deputy_head"
    STATION_EXECUTIVE_HEAD = "station_executive_head"
    STATION_HEAD = "station_head"
    STATION = "station"
    TOWNSHIP = "township"
    COUNTY_BUREAU = "county_bureau"
    CITY_BUREAU = "city_bureau"
    SUPERVISOR = "supervisor"
    SUPERVISION_MECHANISM = "supervision_mechanism"
    LEADING_GROUP = "leading_group"
    JOINT_CONFERENCE = "joint_conference"
    CITY_GOVERNMENT = "city_government"
    PROVINCIAL_DEPARTMENT = "provincial_department"
    EMPLOYER = "employer"
    CONTRACTOR = "contractor"
    COUNTY_FINANCE = "county_finance"


class SubjectKind(StrEnum):
    """What a verdict is about."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    STATION = "station"
    POINT = "point"
    VILLAGE = "village"
    CENTRE = "centre"
    AGENCY = "agency"
    PERSON = "person"
    CONTRACT = "contract"
    POST = "post"
    HOUSEHOLD = "household"
    BENEFICIARY = "beneficiary"
    VISIT = "visit"
    COURSE = "course"
    FUND = "fund"
    CANDIDATE = "candidate"


class Flag(StrEnum):
    NEEDS_RULING = "needs_ruling"
    PROVISIONAL_CALENDAR = "provisional_calendar"
    HOUSE_RULE = "house_rule"
    REPORTED_ONLY = "reported_only"
    RECOMMENDED = "recommended"


class Reason(StrEnum):
    """Why somebody is told something."""

    ASSIGNED = "assigned"
    REMINDER = "reminder"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    PHASE_OPENED = "phase_opened"
    PHASE_CLOSING = "phase_closing"
    DIGEST = "digest"
    AGENDA = "agenda"
    UNREACHABLE = "unreachable"


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Grade(StrEnum):
    """How grave a finding in a plan is: an error keeps it from loading, a warning wants an answer, a note a look."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class NoticeState(StrEnum):
    DUE = "due"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"


class Change(StrEnum):
    """What becomes of something said or asked when it is compared with another time, text or reading."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


class Learned(StrEnum):
    """How one record is known otherwise than before; `kept` and `unkept` are said of a whole kind of record."""

    ENTERED = "entered"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    KEPT = "kept"
    UNKEPT = "unkept"


LABELS: dict[StrEnum, str] = {
    Status.NOT_APPLICABLE: "不适用",
    Status.UNSCHEDULED: "未定期限",
    Status.NOT_YET_DUE: "未到期",
    Status.MET: "已达标",
    Status.MET_LATE: "逾期达标",
    Status.NOT_MET: "未达标",
    Status.NO_EVIDENCE: "无佐证",
    Status.BLOCKED_BY_UPSTREAM: "上游未就绪",
    Status.DEVIATION_JUSTIFIED: "有据偏离",
    Status.DEVIATION_UNJUSTIFIED: "无据偏离",
    Status.NEEDS_RULING: "待裁定",
    Force.MUST: "必须",
    Force.SHOULD: "应当",
    Force.IN_PRINCIPLE: "原则上",
    Force.MAY: "可以",
    Force.PROHIBITED: "禁止",
    Force.TARGET: "目标",
    Force.CONDITIONAL: "附条件",
    Force.FACT: "事实",
    Role.WORKER: "社工",
    Role.POINT_CONTACT: "社工点联络人",
    Role.STATION_DEPUTY_HEAD: "副站长",
    Role.STATION_EXECUTIVE_HEAD: "常务副站长",
    Role.STATION_HEAD: "站长",
    Role.STATION: "社工站",
    Role.TOWNSHIP: "乡镇（街道）",
    Role.COUNTY_BUREAU: "县（区）民政局",
    Role.CITY_BUREAU: "市民政局",
    Role.SUPERVISOR: "督导员",
    Role.SUPERVISION_MECHANISM: "市督导协调机制",
    Role.LEADING_GROUP: "市民政局工作领导小组",
    Role.JOINT_CONFERENCE: "市联席会议",
    Role.CITY_GOVERNMENT: "市政府",
    Role.PROVINCIAL_DEPARTMENT: "省民政厅",
    Role.EMPLOYER: "用人单位",
    Role.CONTRACTOR: "承接机构",
    Role.COUNTY_FINANCE: "县（区）财政局",
    SubjectKind.CITY: "市",
    SubjectKind.COUNTY: "县（区）",
    SubjectKind.TOWNSHIP: "乡镇（街道）",
    SubjectKind.STATION: "社工站",
    SubjectKind.POINT: "社工点",
    SubjectKind.VILLAGE: "村（居）",
    SubjectKind.CENTRE: "服务中心",
    SubjectKind.AGENCY: "机构",
    SubjectKind.PERSON: "人员",
    SubjectKind.CONTRACT: "合同",
    SubjectKind.POST: "岗位",
    SubjectKind.HOUSEHOLD: "服务家庭",
    SubjectKind.BENEFICIARY: "服务对象",
    SubjectKind.VISIT: "督导",
    SubjectKind.COURSE: "培训班",
    SubjectKind.FUND: "经费",
    SubjectKind.CANDIDATE: "应聘人员",
    Flag.NEEDS_RULING: "待裁定",
    Flag.PROVISIONAL_CALENDAR: "放假安排未公布",
    Flag.HOUSE_RULE: "内部规则",
    Flag.REPORTED_ONLY: "仅据报道",
    Flag.RECOMMENDED: "建议条件",
    Reason.ASSIGNED: "交办",
    Reason.REMINDER: "临期提醒",
    Reason.DUE_TODAY: "今日到期",
    Reason.OVERDUE: "逾期催办",
    Reason.ESCALATED: "逾期上报",
    Reason.RESOLVED: "办结销号",
    Reason.PHASE_OPENED: "阶段启动",
    Reason.PHASE_CLOSING: "阶段临近结束",
    Reason.DIGEST: "汇总",
    Reason.AGENDA: "列入议程",
    Reason.UNREACHABLE: "联系不上",
    Light.GREEN: "绿灯",
    Light.YELLOW: "黄灯",
    Light.RED: "红灯",
    Light.GREY: "灰灯",
    Grade.ERROR: "错误",
    Grade.WARNING: "警告",
    Grade.NOTE: "提示",
    NoticeState.DUE: "应发",
    NoticeState.SUPPRESSED: "不发",
    NoticeState.SUPERSEDED: "已被取代",
    Change.ADDED: "新增",
    Change.REMOVED: "取消",
    Change.MOVED: "改期",
    Change.CHANGED: "改变",
    Learned.ENTERED: "录入",
    Learned.CORRECTED: "更正",
    Learned.WITHDRAWN: "撤回",
    Learned.RESTORED: "恢复",
    Learned.KEPT: "开始有这类记录",
    Learned.UNKEPT: "不再有这类记录",
}

OPEN = frozenset({Status.NOT_YET_DUE, Status.NOT_MET, Status.DEVIATION_UNJUSTIFIED})
"""Statuses in which somebody still has to act."""

BROKEN = frozenset({Status.NOT_MET, Status.DEVIATION_UNJUSTIFIED})
"""Statuses in which it is late or wrong: overdue is said, and the ladder climbs."""

LIGHTS: dict[Status, Light] = {
    Status.NOT_APPLICABLE: Light.GREY,
    Status.UNSCHEDULED: Light.GREY,
    Status.NO_EVIDENCE: Light.GREY,
    Status.NOT_YET_DUE: Light.GREEN,
    Status.MET: Light.GREEN,
    Status.MET_LATE: Light.YELLOW,
    Status.BLOCKED_BY_UPSTREAM: Light.YELLOW,
    Status.DEVIATION_JUSTIFIED: Light.YELLOW,
    Status.NEEDS_RULING: Light.YELLOW,
    Status.NOT_MET: Light.RED,
    Status.DEVIATION_UNJUSTIFIED: Light.RED,
}
