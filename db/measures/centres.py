"""County centres: whether each county has one, and how many people it employs."""

from __future__ import annotations

from db.measures.current import later
from db.measures.question import Question, question
from policy.checks.done_by import DoneBy
from policy.checks.if_bound import DoneIfBound
from policy.plan import House, Obligation


@question
def centre_opened(obligation: Obligation, house: House) -> Question:
    """Counties with an open centre; whether functional zones need one is not said. Clause SZ-2.1-07 (A52)."""
    assert isinstance(obligation.check, DoneIfBound)
    return Question(
        "SELECT u.code, 0, CAST(NULL AS INTEGER), 1, CASE WHEN COUNT(e.ref) > 0 THEN 1 ELSE 0 END, MIN(e.day), "
        "CASE WHEN u.kind_note = 'functional_zone' THEN 1 ELSE 0 END FROM units u LEFT JOIN evidence e "
        "ON e.subject = u.code AND e.refused IS NULL WHERE u.kind = 'county' AND u.closes > :as_of "
        "GROUP BY u.code, u.kind_note",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": "SELECT s.parent AS subject, s.ref, s.opened_on AS day, CASE WHEN s.opened_on IS NULL "
            "THEN '没有设立日期' WHEN s.opened_on > :as_of THEN '晚于判定日' WHEN s.closes <= :as_of "
            "THEN '该中心已撤销' END AS refused FROM units s WHERE s.kind = 'centre'"
        },
    )


@question
def centre_staffed(obligation: Obligation, house: House) -> Question:
    """Staff of each centre now, and the day they were first enough; with fewer again it is not done. SZ-2.1-09."""
    check = obligation.check
    assert isinstance(check, DoneBy)
    people = "COUNT(DISTINCT n.person)"
    return Question(
        f"SELECT u.code, 0, CAST(NULL AS INTEGER), {check.need}, {people}, CASE WHEN {people} >= {check.need} "
        f"THEN {later('MIN(f.day)', 'u.opens')} END FROM open_units u LEFT JOIN staff_now n ON n.unit = u.code "
        "LEFT JOIN enough f ON f.unit = u.code WHERE u.kind = 'centre' GROUP BY u.code, u.opens",
        "SELECT unit AS subject, 0 AS period, ref, CASE WHEN starts > :as_of THEN '尚未到任' WHEN ends < :as_of "
        "THEN '已经离任' END AS refused FROM centre_posts",
        {
            "centre_posts": "SELECT person, unit, ref, starts, ends FROM posts WHERE post = 'centre_staff'",
            "staff_now": "SELECT person, unit FROM centre_posts WHERE starts <= :as_of AND ends >= :as_of",
            "enough": "SELECT s.unit, s.starts AS day FROM centre_posts s JOIN centre_posts o ON o.unit = s.unit "
            "AND o.starts <= s.starts AND o.ends >= s.starts WHERE s.starts <= :as_of GROUP BY s.unit, s.starts "
            f"HAVING COUNT(DISTINCT o.person) >= {check.need}",
        },
    )
