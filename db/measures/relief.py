"""The relief workers of Jiaxing: one in every town, employed by an agency, assessed every year, titled in five."""

from __future__ import annotations

from db.measures.question import Question, done, of_kind, question
from policy.checks.done_by import DoneBy
from policy.checks.standing import Standing
from policy.checks.term import Term
from policy.checks.title_within import TitleWithin
from policy.plan import House, Obligation

RELIEF = {
    "places": "SELECT u.code, CASE WHEN u.kind = 'township' THEN u.code WHEN p.kind = 'township' THEN p.code "
    "ELSE p.parent END AS town FROM units u LEFT JOIN units p ON p.code = u.parent",
    "relief_posts": "SELECT p.ref, p.person, p.starts, p.ends, p.full_time, t.code AS town, t.parent AS county "
    "FROM posts p JOIN places x ON x.code = p.unit LEFT JOIN units t ON t.code = x.town AND t.kind = 'township' "
    "WHERE p.post = 'relief_worker'",
    "relief_people": "SELECT DISTINCT person FROM relief_posts WHERE starts <= :as_of AND ends >= :as_of",
}
"""The town is the post's unit or the one above it; a post at the agency belongs to no town."""
PART_TIME = "WHEN NOT p.full_time THEN '不是专职'"


@question
def relief_first(obligation: Obligation, house: House) -> Question:
    """Towns and the day each got its first relief worker; one gone before the due day leaves none. Clause JX-2.1-04."""
    assert isinstance(obligation.check, DoneBy)
    return done(
        f"SELECT subject, period, 1 AS need FROM ({of_kind('township')}) AS t",
        "SELECT p.town AS subject, 0 AS period, p.ref, p.starts AS day, '' AS item, CASE WHEN p.starts > :as_of "
        f"THEN '尚未到任' WHEN p.ends < :due THEN '期限日前已经离任' {PART_TIME} END AS refused FROM relief_posts p",
    ).with_parts(**RELIEF)


@question
def relief_workers(obligation: Obligation, house: House) -> Question:
    """Relief workers on post in each town on the day. Clause JX-2.1-05 (A65)."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT u.code, 0, COUNT(DISTINCT e.person), {check.least}, CAST(NULL AS INTEGER) FROM units u LEFT JOIN "
        f"evidence e "
        "ON e.subject = u.code AND e.refused IS NULL WHERE u.kind = 'township' AND u.closes > :as_of GROUP BY u.code",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            **RELIEF,
            "evidence": "SELECT p.town AS subject, p.ref, p.person, CASE WHEN p.starts > :as_of THEN '尚未到任' "
            f"WHEN p.ends < :as_of THEN '已经离任' {PART_TIME} END AS refused FROM relief_posts p",
        },
    )


@question
def relief_employed(obligation: Obligation, house: House) -> Question:
    """Relief workers on post with a contract in force with an agency. Clause JX-2.1-08 (A69)."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT w.person, 0, CASE WHEN COUNT(e.ref) > 0 THEN 1 ELSE 0 END, {check.least}, CAST(NULL AS INTEGER) "
        "FROM relief_people w LEFT JOIN evidence e ON e.subject = w.person AND e.refused IS NULL GROUP BY w.person",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            **RELIEF,
            "evidence": "SELECT c.person AS subject, c.ref, CASE WHEN c.starts_on > :as_of THEN '尚未开始' "
            "WHEN c.really_ends < :as_of THEN '已经终止' WHEN u.kind <> 'agency' THEN '用人单位不是社会组织' END "
            "AS refused "
            "FROM contracts c JOIN units u ON u.code = c.employer",
        },
    )


@question
def relief_terms(obligation: Obligation, house: House) -> Question:
    """Contracts of relief workers with an agency since the rule; each stands alone. Clause JX-2.1-09 (A41, A69).

    Where no post of the person is on record yet, the contract says whose worker she is.
    """
    assert isinstance(obligation.check, Term)
    return Question(
        "SELECT c.code, 0, c.starts_on, c.ends_on, CASE WHEN u.kind = 'agency' AND c.starts_on >= :starts THEN 1 "
        "ELSE 0 END "
        "FROM contracts c JOIN units u ON u.code = c.employer "
        "WHERE c.person IN (SELECT person FROM relief_posts) OR c.person NOT IN (SELECT person FROM posts)",
        "SELECT code AS subject, 0 AS period, ref, NULL AS refused FROM contracts",
        RELIEF,
    )


@question
def relief_assessed(obligation: Obligation, house: House) -> Question:
    """Relief workers on post at the year's end (or now) and that year's assessment. Clause JX-2.1-12 (A67)."""
    assert isinstance(obligation.check, DoneBy)
    return done(
        "SELECT DISTINCT w.person AS subject, p.number AS period, 1 AS need FROM periods p "
        "JOIN relief_posts w ON w.starts <= p.cut AND w.ends >= p.cut",
        "SELECT a.subject, a.year AS period, a.ref, a.held_on AS day, '' AS item, CASE WHEN a.held_on > :as_of "
        "THEN '晚于判定日' END AS refused FROM assessments a WHERE a.kind = 'worker'",
    ).with_parts(**RELIEF)


TITLES = {"title": "'social_worker', 'senior'", "lesser": "'assistant'"}


@question
def titles_of_hired(obligation: Obligation, house: House) -> Question:
    """Who was engaged, from when to when, and the first day of each title. Clause JX-A-11 (A62)."""
    assert isinstance(obligation.check, TitleWithin)
    won = ", ".join(f"MIN(CASE WHEN e.level IN ({levels}) THEN e.issued_on END)" for levels in TITLES.values())
    return Question(
        f"SELECT h.person, 0, h.first_day, h.last_day, {won} FROM hired h LEFT JOIN evidence e ON e.subject = h.person "
        "AND e.refused IS NULL GROUP BY h.person, h.first_day, h.last_day",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            **RELIEF,
            "hired": "SELECT person, MIN(starts) AS first_day, MAX(ends) AS last_day FROM relief_posts GROUP BY person "
            "HAVING MIN(starts) <= :as_of",
            "evidence": "SELECT c.person AS subject, c.ref, c.level, c.issued_on, CASE WHEN c.issued_on > :as_of "
            f"THEN '晚于判定日' WHEN c.level NOT IN ({', '.join(TITLES.values())}) THEN '不是职业水平证书' END AS "
            f"refused "
            "FROM certificates c",
        },
    )
