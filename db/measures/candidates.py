"""Applications as they stand on the reference day, with what relaxes the conditions (A61, A62, A68)."""

from __future__ import annotations

from db.measures.question import Question, question
from policy.checks.eligibility import Condition
from policy.plan import House, Obligation

COPIED = ("born_on", "education", "household_city", "work_started_on", "former_post")
EACH = ", ".join(f"COALESCE(MAX(c.{name}), MAX(n.{name})) AS {name}" for name in COPIED)
FORMER = " OR ".join(
    f"a.former_post {test}"
    for test in ("IN ('civil_affairs', 'village')", "LIKE '%民政%'", "LIKE '%村%'", "LIKE '%社区%'")
)


@question
def candidacies(obligation: Obligation, house: House) -> Question:
    """Each candidate on the deadline (else the day of applying); what the application leaves empty is taken from the
    person of the same code. Clauses JX-A-01 to -10."""
    assert isinstance(obligation.check, Condition)
    return Question(
        f"SELECT a.code, 0, a.reference_day, CASE WHEN {FORMER} OR EXISTS (SELECT 1 FROM evidence e "
        "WHERE e.subject = a.code AND e.refused IS NULL) THEN 1 ELSE 0 END, "
        "a.preferred, a.born_on, a.education, a.household_city, a.work_started_on FROM applicants a",
        "SELECT code AS subject, 0 AS period, ref, NULL AS refused FROM candidates UNION ALL "
        "SELECT subject, 0, ref, refused FROM evidence",
        {
            "applicants": "SELECT c.code, c.person, COALESCE(MAX(c.deadline_on), MIN(c.applied_on)) AS reference_day, "
            f"MAX(CASE WHEN c.family_in_need THEN 1 ELSE 0 END) AS preferred, {EACH} FROM candidates c "
            "LEFT JOIN people n ON n.code = c.person WHERE c.applied_on <= :as_of GROUP BY c.code, c.person",
            "evidence": "SELECT a.code AS subject, q.ref, CASE WHEN q.issued_on > a.reference_day THEN "
            "'晚于资格基准日' "
            "WHEN q.issued_on > :as_of THEN '晚于判定日' WHEN q.level NOT IN ('assistant', 'social_worker', 'senior') "
            "THEN '不是职业水平证书' END AS refused FROM applicants a JOIN certificates q ON q.person = a.person",
        },
    )
