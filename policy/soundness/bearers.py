"""Somebody bears every duty and can be found from its subject; a report has somebody to receive it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from policy.directory import UNIT_OF
from policy.finding import Finding, error, note, warning
from policy.plan import Obligation, Plan
from policy.soundness.chains import CITY, RANK
from policy.soundness.places import of_obligation
from policy.words import LABELS, Role, SubjectKind

SPAN, REPORTING = "phase_span", "reporting"
MANY = 20
ACTORS: dict[str, frozenset[Role]] = {
    "市局领导小组": frozenset({Role.LEADING_GROUP}),
    "领导小组": frozenset({Role.LEADING_GROUP}),
    "市级督导机制": frozenset({Role.SUPERVISION_MECHANISM}),
    "联席会议": frozenset({Role.JOINT_CONFERENCE}),
    "市民政局": frozenset({Role.CITY_BUREAU}),
    "市局": frozenset({Role.CITY_BUREAU}),
    "县区财政": frozenset({Role.COUNTY_FINANCE}),
    "财政部门": frozenset({Role.COUNTY_FINANCE}),
    "县区": frozenset({Role.COUNTY_BUREAU}),
    "乡镇街道": frozenset({Role.TOWNSHIP}),
    "镇街": frozenset({Role.TOWNSHIP}),
    "承接机构": frozenset({Role.CONTRACTOR}),
    "用人单位": frozenset({Role.EMPLOYER, Role.TOWNSHIP, Role.CONTRACTOR}),
}
"""Names at the head of a summary, and who may bear what it says they should do."""
_NAMED = "|".join(sorted(ACTORS, key=len, reverse=True))
HEAD = re.compile(
    rf"(?:原则上)?各?({_NAMED})(?:民政部门)?(?:[和与及、]({_NAMED}|[\u4e00-\u9fff]{{2,6}}?))?"
    r"(?:最迟)?(?:原则上)?(?:应|须|负责|可以|可)"
)
RECEIVERS = (
    (re.compile("省厅|省民政厅"), Role.PROVINCIAL_DEPARTMENT),
    (re.compile("市政府"), Role.CITY_GOVERNMENT),
    (re.compile("成员"), Role.JOINT_CONFERENCE),
    (re.compile("市局备案|到市局|报市民政局|给市民政局"), Role.CITY_BUREAU),
)
"""Words of a summary that say to whom something goes."""
_AREA = {"city": 0, "county": 1, "township": 2, "station": 3, "point": 4}
HOME = {
    Role.COUNTY_BUREAU: "county",
    Role.COUNTY_FINANCE: "county",
    Role.TOWNSHIP: "township",
    Role.STATION: "township",
    Role.STATION_HEAD: "township",
    Role.STATION_EXECUTIVE_HEAD: "township",
    Role.STATION_DEPUTY_HEAD: "township",
    Role.SUPERVISOR: "township",
    Role.POINT_CONTACT: "point",
}
"""The smallest area from which one such role is meant: a town finds its station, a county does not."""
AREA_OF = {
    SubjectKind.CITY: "city",
    SubjectKind.COUNTY: "county",
    SubjectKind.CENTRE: "county",
    SubjectKind.TOWNSHIP: "township",
    SubjectKind.VILLAGE: "station",
    SubjectKind.STATION: "station",
}


_CITY = frozenset(role for role, rank in RANK.items() if rank >= CITY)
_NEAR = frozenset(role for role, rank in RANK.items() if rank <= RANK[Role.TOWNSHIP])
BORNE_BY = {
    SubjectKind.CITY: (_CITY, "市级单位"),
    SubjectKind.AGENCY: (frozenset({Role.CONTRACTOR, Role.EMPLOYER}), "承接机构或用人单位"),
}
"""Whose duty it has to be, at least among others, when it is about such a subject."""
REVIEWED_BY = {
    SubjectKind.HOUSEHOLD: (_NEAR, "社工、社工站或乡镇（街道）"),
    SubjectKind.BENEFICIARY: (_NEAR, "社工、社工站或乡镇（街道）"),
}
REVIEWED = "reviewed_evidence"
NEVER_REVIEWED = (SubjectKind.COURSE, SubjectKind.VISIT, SubjectKind.FUND, SubjectKind.POST, SubjectKind.CONTRACT)
"""What is a record itself has nothing to be reviewed one by one."""


def born_by_somebody(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        if not o.who and o.check.kind != SPAN:
            yield error("nobody-bears", of_obligation(o, "who"), "没有写由谁办理（who）", o.clause)
        for field, roles in (("who", o.who), ("copies", o.copies), ("recipients", o.recipients)):
            if len(set(roles)) < len(roles):
                yield warning("named-twice", of_obligation(o, field), "同一个角色写了两次", o.clause)


def found_from_the_subject(plan: Plan) -> Iterator[Finding]:
    """From a county nobody knows which supervisor is meant: what he should bear reaches nobody. Units below it, such as
    stations, are all told, and none of them answers for the whole. Where others bear it too, one note for each kind
    of subject and role."""
    beside: dict[str, list[Obligation]] = defaultdict(list)
    for o in plan.obligations:
        lost = [role for role in o.who if not _reached(role, o.subject)]
        each = "、".join(LABELS[role] for role in lost if role in UNIT_OF)
        nobody = "、".join(LABELS[role] for role in lost if role not in UNIT_OF)
        alone = len(lost) == len(o.who)
        said = [f"对象是{LABELS[o.subject]}"]
        if each:
            said.append(f"其下每一个{each}都会收到" + ("，没有一个对整件事负责" if alone else ""))
        if nobody:
            others = "没有人会收到" if alone and not each else "只有其余办理人会收到"
            said.append(f"无法知道是哪一个{nobody}，{others}")
        if lost and alone:
            yield warning("nobody-bears", of_obligation(o, "who"), "，".join(said), o.clause)
        elif lost:
            beside["，".join(said)].append(o)
    for told, borne in sorted(beside.items()):
        first, *_ = same = sorted(borne, key=lambda o: (o.clause, o.key))
        clauses = "、".join(dict.fromkeys(o.clause for o in same))
        yield note("bearer-unknown", of_obligation(first, "who"), f"{told}：{clauses}", first.clause)


def about_whom_it_is_borne(plan: Plan) -> Iterator[Finding]:
    """A subject far from everybody who bears the duty is a slip in one of the two."""
    for o in plan.obligations:
        reviewed = o.check.kind == REVIEWED
        near = BORNE_BY.get(o.subject) or (REVIEWED_BY.get(o.subject) if reviewed else None)
        about, said = LABELS[o.subject], None
        if o.who and near and not near[0] & set(o.who):
            said = f"对象是{about}，办理人（who）里却没有{near[1]}，请核对对象或办理人"
        elif reviewed and o.subject in NEVER_REVIEWED:
            said = f"按材料审核的事项，对象不应是{about}，应是单位或人"
        elif reviewed and o.who and set(o.who) <= _CITY and o.subject not in (SubjectKind.CITY, SubjectKind.COUNTY):
            said = f"只由市级单位办理，对象却是{about}，请核对对象或办理人"
        if said:
            yield warning("subject-unfit", of_obligation(o, "subject"), said, o.clause)


def _reached(role: Role, subject: SubjectKind) -> bool:
    home, area = HOME.get(role), AREA_OF.get(subject)
    return home is None or area is None or _AREA[area] >= _AREA[home]


def born_by_whom_the_clause_names(plan: Plan) -> Iterator[Finding]:
    """“市局应…” is born by the city bureau, whoever else acts."""
    for o in plan.obligations:
        clause = plan.clause_of.get(o.clause)
        head = HEAD.match(clause.summary) if clause else None
        for name in head.groups() if head and o.who else ():
            if name in ACTORS and not ACTORS[name] & set(o.who):
                said = f"概述说“{name}”应办，办理人（who）里却没有，请核对"
                yield warning("bearer-unwritten", of_obligation(o, "who"), said, o.clause)


def known_elsewhere(plan: Plan) -> Iterator[Finding]:
    """A bearer who is named nowhere else in a plan of some size may be a slip for another."""
    named = Counter(role for o in plan.obligations for role in {*o.who, *o.copies, *o.recipients, *o.escalation})
    posts = {post for o in plan.obligations for post in getattr(o.check, "posts", ())}
    for o in plan.obligations if len(plan.obligations) >= MANY else ():
        for role in o.who:
            if named[role] == 1 and role.value not in posts:
                said = f"{LABELS[role]}只在这一处出现，请核对是不是写错了角色"
                yield warning("bearer-unheard-of", of_obligation(o, "who"), said, o.clause)


def reports_received(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        clause = plan.clause_of.get(o.clause)
        if clause is None or not (clause.kind == REPORTING or o.check.asks == "report"):
            continue
        at = of_obligation(o, "recipients")
        if not o.recipients:
            yield warning("nobody-receives", at, "是报送或通报，却没有写送给谁（recipients）", o.clause)
        elif set(o.recipients) <= set(o.who):
            yield warning("nobody-receives", at, "报送的对象就是报送人自己", o.clause)
        yield from _received_by_whom_the_clause_names(o, clause.summary)


def _received_by_whom_the_clause_names(o: Obligation, summary: str) -> Iterator[Finding]:
    for word, role in RECEIVERS:
        said = word.search(summary)
        if said and o.recipients and role not in (*o.recipients, *o.who):
            wrong = f"概述说到“{said.group()}”，收件方（recipients）里却没有{LABELS[role]}，请核对"
            yield warning("recipient-unwritten", of_obligation(o, "recipients"), wrong, o.clause)


RULES = (
    born_by_somebody,
    found_from_the_subject,
    about_whom_it_is_borne,
    born_by_whom_the_clause_names,
    known_elsewhere,
    reports_received,
)
