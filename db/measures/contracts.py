"""Contracts: in force, with whom, for how long, renewed for whom, insured how."""

from __future__ import annotations

from db.measures.question import Question, question
from policy.checks.renewal import Renewal
from policy.checks.standing import Standing
from policy.plan import House, Obligation

IN_FORCE = "c.starts_on <= :as_of AND c.really_ends >= :as_of"
NOT_IN_FORCE = "WHEN c.starts_on > :as_of THEN '尚未开始' WHEN c.really_ends < :as_of THEN '已经终止'"


@question
def contract_in_force(obligation: Obligation, house: House) -> Question:
    """Workers with a contract in force with the town, or an old one that still runs. Clause HZ-4.2.2-02 (A43)."""
    return Question(
        "SELECT w.person, 0, CASE WHEN COUNT(e.ref) > 0 THEN 1 ELSE 0 END, 1, CAST(NULL AS INTEGER) FROM workers w "
        "LEFT JOIN evidence e ON e.subject = w.person AND e.refused IS NULL GROUP BY w.person",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": f"SELECT c.person AS subject, c.ref, CASE {NOT_IN_FORCE} WHEN u.kind <> 'township' "
            "AND c.starts_on >= :starts THEN '用人单位不是乡镇（街道）' END AS refused "
            "FROM contracts c JOIN units u ON u.code = c.employer"
        },
    )


@question
def insurance(obligation: Obligation, house: House) -> Question:
    """Insurance lines of each worker's contract in force. Clause HZ-4.3-03 (A45)."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT w.person, 0, COALESCE(MAX(c.insurance_lines), 0), {check.least}, CAST(NULL AS INTEGER) FROM workers w "
        f"LEFT JOIN contracts c ON c.person = w.person AND {IN_FORCE} GROUP BY w.person",
        f"SELECT c.person AS subject, 0 AS period, c.ref, CASE {NOT_IN_FORCE} WHEN c.insurance_lines IS NULL "
        "THEN '没有填写参保项数' END AS refused FROM contracts c",
    )


@question
def contract_terms(obligation: Obligation, house: House) -> Question:
    """Each contract's dates and whether the rule speaks of it. Clause HZ-4.2.2-03 (A41, A43)."""
    return Question(
        "SELECT c.code, 0, c.starts_on, c.ends_on, CASE WHEN u.kind = 'township' AND c.starts_on >= :starts "
        "THEN 1 ELSE 0 END FROM contracts c JOIN units u ON u.code = c.employer",
        "SELECT code AS subject, 0 AS period, ref, NULL AS refused FROM contracts",
    )


@question
def direct_employer(obligation: Obligation, house: House) -> Question:
    """Contracts begun since the start of direct employment and whether the town signed. Clause HZ-5.1-15 (A43)."""
    return Question(
        "SELECT c.code, 0, CASE WHEN u.kind = 'township' THEN 1 ELSE 0 END, "
        "CASE WHEN c.starts_on >= :starts THEN 1 END, CAST(NULL AS INTEGER), CASE WHEN c.starts_on > :as_of THEN 1 ELSE 0 "
        "END FROM contracts c JOIN units u ON u.code = c.employer",
        "SELECT code AS subject, 0 AS period, ref, NULL AS refused FROM contracts",
    )


@question
def integrated_in_term(obligation: Obligation, house: House) -> Question:
    """Integrated persons and whether an integrated contract covered the day they came. Clause HZ-5.1-13."""
    return Question(
        "SELECT i.person, 0, CASE WHEN COUNT(e.ref) > 0 THEN 1 ELSE 0 END, 1, CAST(NULL AS INTEGER), "
        "CASE WHEN MAX(i.came) <= :as_of THEN 0 ELSE 1 END "
        "FROM integrated_people i LEFT JOIN evidence e ON e.subject = i.person AND e.refused IS NULL GROUP BY i.person",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "came": "SELECT person, MIN(starts) AS came FROM (SELECT person, starts FROM worker_posts UNION ALL "
            "SELECT person, starts FROM posts WHERE post = 'integrated_clerk') AS p GROUP BY person",
            "integrated_people": "SELECT DISTINCT c.person, a.came FROM contracts c LEFT JOIN came a "
            "ON a.person = c.person WHERE c.integrated",
            "evidence": "SELECT c.person AS subject, c.ref, CASE WHEN NOT COALESCE(c.integrated, FALSE) "
            "THEN '不是整合时的合同' WHEN c.starts_on > a.came OR c.really_ends < a.came "
            "THEN '整合之日不在合同有效期内' END AS refused FROM contracts c JOIN came a ON a.person = c.person",
        },
    )


LEVELS = "'assistant', 'social_worker', 'senior'"


@question
def renewals(obligation: Obligation, house: House) -> Question:
    """Renewing contracts: certificate valid on the day, and the last grade before it. Clause HZ-5.1-21 (A42)."""
    assert isinstance(obligation.check, Renewal)
    return Question(
        "SELECT c.code, 0, c.starts_on, CASE WHEN EXISTS (SELECT 1 FROM certificates q WHERE q.person = c.person "
        f"AND q.level IN ({LEVELS}) AND q.issued_on <= c.starts_on AND q.issued_on <= :as_of AND q.valid_to >= c.starts_on) "
        "THEN 1 ELSE 0 END, "
        "g.grade FROM contracts c LEFT JOIN latest g ON g.code = c.code AND g.place = 1 WHERE c.renews IS NOT NULL",
        "SELECT c.code AS subject, 0 AS period, q.ref, CASE WHEN q.issued_on > c.starts_on THEN '晚于续聘日' "
        f"WHEN q.valid_to < c.starts_on THEN '登记已过有效期' WHEN q.level NOT IN ({LEVELS}) THEN '不是职业水平证书' "
        "END AS refused FROM contracts c JOIN certificates q ON q.person = c.person WHERE c.renews IS NOT NULL "
        "UNION ALL SELECT c.code, 0, a.ref, CASE WHEN a.held_on > c.starts_on THEN '晚于续聘日' END FROM contracts c "
        "JOIN assessments a ON a.subject = c.person AND a.kind = 'worker' WHERE c.renews IS NOT NULL",
        {
            "latest": "SELECT c.code, a.grade, ROW_NUMBER() OVER (PARTITION BY c.code ORDER BY a.held_on DESC) AS place "
            "FROM contracts c JOIN assessments a ON a.subject = c.person AND a.kind = 'worker' "
            "AND a.grade IS NOT NULL AND a.held_on <= c.starts_on AND a.held_on <= :as_of"
        },
    )
