"""Acts, reports and assessments: dated papers that somebody had to do, send or receive."""

from __future__ import annotations

from db.measures.current import quoted
from db.measures.question import Question, done, of_kind, question
from policy.checks.done_by import DoneBy
from policy.checks.hung_after import HungAfter
from policy.checks.standing import Standing
from policy.directory import GOVERNMENT
from policy.plan import House, Obligation
from policy.words import Role


def _named(items: tuple[str, ...]) -> str:
    """SQL for which of the wanted items an act's `item` is; each may list spellings with |. NULL = none of them."""
    arms = " ".join(f"WHEN {_spelt(item)} THEN {quoted([item])}" for item in items)
    return f"CASE {arms} END"


def _spelt(item: str) -> str:
    return " OR ".join(f"lower(a.item) LIKE {quoted([f'%{word.lower()}%'])}" for word in item.split("|"))


def _act_evidence(items: tuple[str, ...]) -> str:
    item = _named(items) if items else "''"
    # One wanted item may also stand unnamed: a plaque of the station needs no second word.
    item = f"COALESCE({item}, CASE WHEN a.item IS NULL THEN {quoted(items)} END)" if len(items) == 1 else item
    return (
        f"SELECT a.subject, 0 AS period, a.ref, a.day, {item} AS item, CASE WHEN a.day > :as_of THEN '晚于判定日' "
        f"WHEN a.verdict = 'returned' THEN '审核退回' WHEN {item} IS NULL THEN '不是本条所列事项' END AS refused "
        "FROM acts a WHERE a.clause = :clause"
    )


@question
def act(obligation: Obligation, house: House) -> Question:
    """One dated fact of the clause on the subject, or one for each named item."""
    check = obligation.check
    assert isinstance(check, DoneBy)
    need = len(check.items) or check.need
    return done(
        f"SELECT subject, period, {need} AS need FROM ({of_kind(obligation.subject)}) AS u",
        _act_evidence(check.items),
        str(need),
    )


@question
def plaque_of_early_point(obligation: Obligation, house: House) -> Question:
    """Only points open by the date hang a plaque by it. Clause HZ-5.2-14 (A16)."""
    check = obligation.check
    assert isinstance(check, DoneBy)
    subjects = "SELECT code AS subject, 0 AS period, CASE WHEN opens <= :due THEN 1 ELSE 0 END AS need "
    return done(f"{subjects} FROM open_units WHERE kind = 'point'", _act_evidence(check.items))


@question
def equipment(obligation: Obligation, house: House) -> Question:
    """Distinct wanted items that acts of the clause list. Clause HZ-5.2-11."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT s.subject, 0, COUNT(DISTINCT e.item), {check.least}, CAST(NULL AS INTEGER) FROM ({of_kind('point')}) s "
        "LEFT JOIN evidence e ON e.subject = s.subject AND e.refused IS NULL GROUP BY s.subject",
        "SELECT subject, period, ref, refused FROM evidence",
        {"evidence": _act_evidence(check.items)},
    )


@question
def plaques(obligation: Obligation, house: House) -> Question:
    """Three plaques of a station and the registrations two of them wait for. Clause HZ-5.2-05 (A16)."""
    check = obligation.check
    assert isinstance(check, HungAfter)
    hung = ", ".join(f"MIN(CASE WHEN e.item = {quoted([item])} THEN e.day END)" for item in check.items)
    registered = ", ".join(
        f"(SELECT MIN(r.day) FROM acts r WHERE r.clause = {quoted([clause])} AND r.subject = u.parent AND r.day <= :as_of)"
        for clause in check.after
    )
    return Question(
        f"SELECT u.code, 0, {hung}, {registered} FROM open_units u LEFT JOIN evidence e ON e.subject = u.code "
        "AND e.refused IS NULL WHERE u.kind = 'station' GROUP BY u.code, u.parent",
        "SELECT subject, period, ref, refused FROM evidence",
        {"evidence": _act_evidence(check.items)},
    )


@question
def topics(obligation: Obligation, house: House) -> Question:
    """Subjects that the city's courses have covered. Clause HZ-5.3.3-03."""
    check = obligation.check
    assert isinstance(check, Standing)
    have = " + ".join(
        f"(SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END FROM courses c WHERE c.held_on <= :as_of AND "
        f"c.topic LIKE {quoted([f'%{topic}%'])})"
        for topic in check.items
    )
    return Question(
        f"SELECT u.code, 0, {have}, {len(check.items)}, CAST(NULL AS INTEGER) FROM units u WHERE u.kind = 'city'",
        "SELECT u.code AS subject, 0 AS period, c.ref, CASE WHEN c.held_on > :as_of THEN '晚于判定日' "
        "WHEN c.topic IS NULL THEN '没有写明主题' END AS refused FROM courses c JOIN units u ON u.kind = 'city'",
    )


def _called_as(role: Role) -> str:
    names = " OR ".join(f"t.name LIKE '%{name}'" for name in GOVERNMENT[role])
    return f"({names})"


PROVINCE, CITY = _called_as(Role.PROVINCIAL_DEPARTMENT), _called_as(Role.CITY_GOVERNMENT)
ELSEWHERE = {
    Role.CITY_BUREAU: "WHEN t.kind <> 'city' THEN '不是报市民政局的'",
    Role.PROVINCIAL_DEPARTMENT: f"WHEN t.kind <> 'government' OR {CITY} THEN '不是报省民政厅的'",
    Role.CITY_GOVERNMENT: f"WHEN t.kind <> 'government' OR {PROVINCE} THEN '不是报市政府的'",
    Role.JOINT_CONFERENCE: f"WHEN t.kind NOT IN ('city', 'government') OR {PROVINCE} OR {CITY} THEN '不是送成员单位的'",
}
"""The other units of kind government are the member departments (contract 3), whatever they are called."""


@question
def report(obligation: Obligation, house: House) -> Question:
    """Reports of the clause: by whom or to whom, on the day sent or received; several where each member gets one."""
    check = obligation.check
    assert isinstance(check, DoneBy)
    day = f"r.{check.dated}"
    subject = "u.code" if check.of == "city" else f"r.{check.of}"
    period = "p.number" if obligation.every else "0"
    join = "JOIN units u ON u.kind = 'city' " if check.of == "city" else ""
    join += "JOIN units t ON t.code = r.to_unit "
    elsewhere = ELSEWHERE.get(obligation.recipients[0], "") if len(obligation.recipients) == 1 else ""
    if obligation.every:
        join += (
            f"JOIN periods p ON CASE WHEN COALESCE(r.period, '') = '' THEN {day} / 10000 = p.number "
            "ELSE substr(r.period, 1, 4) = CAST(p.number AS TEXT) END"
        )
    item = f"r.{check.distinct}" if check.distinct else "''"
    return done(
        _each_period(obligation, check.need),
        f"SELECT {subject} AS subject, {period} AS period, r.ref, {day} AS day, {item} AS item, CASE WHEN {day} IS NULL "
        f"THEN '没有报送日期' WHEN {day} > :as_of THEN '晚于判定日' {elsewhere} END AS refused "
        f"FROM reports r {join} "
        "WHERE r.clause = :clause",
        str(check.need),
    )


def _each_period(obligation: Obligation, need: int) -> str:
    units = of_kind(obligation.subject)
    if not obligation.every:
        return f"SELECT subject, period, {need} AS need FROM ({units}) AS u"
    return f"SELECT u.subject, p.number AS period, {need} AS need FROM ({units}) AS u JOIN periods p ON 1 = 1"


ON_POST = {
    "worker": "SELECT DISTINCT w.person AS subject, p.number AS period FROM periods p "
    "JOIN worker_posts w ON w.starts <= p.cut AND w.ends >= p.cut",
    "supervisor": "SELECT DISTINCT w.person AS subject, p.number AS period FROM periods p JOIN posts w "
    "ON w.post IN ('supervisor', 'supervision_monitor') AND w.starts <= p.cut AND w.ends >= p.cut",
    "liaison": "SELECT DISTINCT w.person AS subject, p.number AS period FROM periods p JOIN posts w "
    "ON w.post = 'county_liaison' AND w.starts <= p.cut AND w.ends >= p.cut",
    "station": "SELECT u.code AS subject, p.number AS period FROM periods p JOIN units u "
    "ON u.kind = 'station' AND u.opens <= p.cut AND u.closes > p.cut",
    "point": "SELECT u.code AS subject, p.number AS period FROM periods p JOIN units u "
    "ON u.kind = 'point' AND u.opens <= p.cut AND u.closes > p.cut",
}
QUALIFIED = "WHEN NOT a.qualified THEN '第三方没有资质'"
WANTS = {
    "worker": "WHEN a.grade IS NULL THEN '没有等次'",
    "station": QUALIFIED,
    "point": QUALIFIED,
    "supervisor": QUALIFIED,
}
KINDS = {"worker": "'worker'", "supervisor": "'supervisor'", "liaison": "'liaison', 'supervisor'"}


@question
def assessed(obligation: Obligation, house: House) -> Question:
    """Who was on post at the period's end (or is now) and has that year's assessment (A21: by `period_to`)."""
    check = obligation.check
    assert isinstance(check, DoneBy)
    assert check.of
    graded = WANTS.get(check.of, "")
    return done(
        f"SELECT subject, period, {check.need} AS need FROM ({ON_POST[check.of]}) AS s",
        "SELECT a.subject, a.year AS period, a.ref, a.held_on AS day, '' AS item, CASE WHEN a.held_on > :as_of "
        f"THEN '晚于判定日' {graded} END AS refused FROM assessments a "
        f"WHERE a.kind IN ({KINDS.get(check.of, quoted(['station']))})",
    )


@question
def departments(obligation: Obligation, house: House) -> Question:
    """How many of the five departments took part in the year's assessment of each worker. Clause HZ-4.2.3-02 (A34)."""
    check = obligation.check
    assert isinstance(check, DoneBy)
    arms = (f"CASE WHEN a.departments LIKE {quoted([f'%{item}%'])} THEN 1 ELSE 0 END" for item in check.items)
    need = len(check.items)
    return Question(
        f"SELECT s.subject, s.period, CAST(NULL AS INTEGER), {need}, COALESCE(MAX(e.present), 0), "
        f"MIN(CASE WHEN e.present = {need} THEN e.day END) FROM ({ON_POST['worker']}) AS s "
        "LEFT JOIN evidence e ON e.subject = s.subject AND e.period = s.period AND e.day <= :as_of AND e.graded = 1 "
        "GROUP BY s.subject, s.period",
        f"SELECT subject, period, ref, CASE WHEN day > :as_of THEN '晚于判定日' WHEN graded = 0 THEN '没有等次' "
        f"WHEN present < {need} THEN '参与部门不足' END AS refused FROM evidence",
        {
            "evidence": f"SELECT a.subject, a.year AS period, a.ref, a.held_on AS day, {' + '.join(arms)} AS present, "
            "CASE WHEN a.grade IS NULL THEN 0 ELSE 1 END AS graded FROM assessments a WHERE a.kind = 'worker'"
        },
    )


@question
def reviewed_act(obligation: Obligation, house: House) -> Question:
    """What was uploaded for a clause and the reviewer's latest word on it."""
    subjects = of_kind(obligation.subject)
    return Question(
        "SELECT s.subject, 0, COUNT(e.ref), CASE WHEN MAX(e.good) >= COALESCE(MAX(e.bad), 0) THEN MAX(e.good) END, "
        "CASE WHEN MAX(e.bad) > COALESCE(MAX(e.good), 0) THEN MAX(e.bad) END "
        f"FROM ({subjects}) AS s LEFT JOIN evidence e ON e.subject = s.subject AND e.day <= :as_of GROUP BY s.subject",
        "SELECT subject, 0 AS period, ref, CASE WHEN day > :as_of THEN '晚于判定日' WHEN bad IS NOT NULL THEN '审核退回' "
        "WHEN good IS NULL THEN '尚未审核' END AS refused FROM evidence",
        {
            "evidence": "SELECT a.subject, a.ref, a.day, CASE WHEN a.verdict = 'accepted' THEN a.day END AS good, "
            "CASE WHEN a.verdict = 'returned' THEN a.day END AS bad FROM acts a WHERE a.clause = :clause"
        },
    )
