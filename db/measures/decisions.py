"""Results that call for a decision of the employer, and the decisions on record. Nothing here decides."""

from __future__ import annotations

from db.measures.current import quoted
from db.measures.question import Question, question
from db.measures.relief import RELIEF
from policy.checks.decision import Decision
from policy.plan import House, Obligation

SERVED = {
    **RELIEF,
    "employed": "SELECT DISTINCT w.person, p.number FROM periods p JOIN relief_posts w "
    "ON w.starts <= p.last AND w.starts <= :as_of AND w.ends >= p.first "
    "UNION SELECT r.subject, p.number FROM periods p JOIN results r ON r.year = p.number "
    "WHERE r.subject NOT IN (SELECT person FROM posts)",
    "results": "SELECT ref, subject, year, held_on, grade, rank, population, assessor FROM assessments "
    "WHERE kind = 'worker' AND held_on <= :as_of",
    "decided": "SELECT ref, subject, day FROM acts WHERE clause = :clause AND day <= :as_of "
    "AND COALESCE(verdict, '') <> 'returned'",
}
"""Who was assessed as a worker was one, also while no post of hers is on record yet."""
ROWS = (
    "SELECT f.person, f.number, f.times, f.held_on, MIN(d.day), f.unclear FROM found f LEFT JOIN decided d "
    "ON d.subject = f.person AND d.day >= f.held_on GROUP BY f.person, f.number, f.times, f.held_on, f.unclear"
)
DECIDED = (
    " UNION ALL SELECT f.person, f.number, d.ref, CASE WHEN d.day < f.held_on THEN '早于考核' END FROM found f "
    "JOIN decided d ON d.subject = f.person WHERE f.times > 0"
)


@question
def graded(obligation: Obligation, house: House) -> Question:
    """Relief workers whose last grade of the year is the one that calls for a decision. Clauses JX-2.1-13, -14."""
    check = obligation.check
    assert isinstance(check, Decision)
    assert check.grade
    return Question(
        ROWS,
        f"SELECT subject, year AS period, ref, CASE WHEN grade <> {quoted([check.grade])} THEN "
        f"'等次不是{check.grade}' END "
        f"AS refused FROM results WHERE grade IS NOT NULL{DECIDED}",
        {
            **SERVED,
            "latest": "SELECT subject, year, held_on, grade, ROW_NUMBER() OVER (PARTITION BY subject, year "
            f"ORDER BY held_on DESC, CASE WHEN grade = {quoted([check.grade])} THEN 0 ELSE 1 END) AS place "
            "FROM results WHERE grade IS NOT NULL",
            "found": f"SELECT e.person, e.number, CASE WHEN r.grade = {quoted([check.grade])} THEN 1 ELSE 0 END "
            f"AS times, "
            "r.held_on, 0 AS unclear FROM employed e LEFT JOIN latest r ON r.subject = e.person AND r.year = e.number "
            "AND r.place = 1",
        },
    )


@question
def ranked_last(obligation: Obligation, house: House) -> Question:
    """Relief workers ranked last of at least two, this year and the year before. Clause JX-2.1-15 (A63).

    A year without a ranking breaks the row; two years ranked by different assessors are not clearly one group.
    """
    assert isinstance(obligation.check, Decision)
    return Question(
        ROWS,
        "SELECT subject, year AS period, ref, CASE WHEN population < 2 THEN '只有一人参评' WHEN rank <> population "
        f"THEN '不是末位' END AS refused FROM results WHERE rank IS NOT NULL AND population IS NOT NULL{DECIDED}",
        {
            **SERVED,
            "latest": "SELECT subject, year, held_on, assessor, CASE WHEN population >= 2 AND rank = population "
            "THEN 1 ELSE 0 "
            "END AS was_last, ROW_NUMBER() OVER (PARTITION BY subject, year ORDER BY held_on DESC, rank DESC) AS place "
            "FROM results WHERE rank IS NOT NULL AND population IS NOT NULL",
            "found": "SELECT e.person, e.number, CASE WHEN r.was_last = 1 THEN 1 + COALESCE(b.was_last, 0) ELSE 0 "
            "END AS times, "
            "r.held_on, CASE WHEN r.assessor <> b.assessor THEN 1 ELSE 0 END AS unclear FROM employed e "
            "LEFT JOIN latest r ON r.subject = e.person AND r.year = e.number AND r.place = 1 "
            "LEFT JOIN latest b ON b.subject = e.person AND b.year = e.number - 1 AND b.place = 1",
        },
    )
