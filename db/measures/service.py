"""Beneficiaries and candidates: files, plans, visits, services, steps."""

from __future__ import annotations

from db.measures.current import later, quoted
from db.measures.question import Question, done, of_kind, question, whole
from policy.checks.not_before import NotBefore
from policy.checks.order_of_steps import OrderOfSteps
from policy.plan import House, Obligation

ON_REGISTER = "b.registers <= :as_of AND b.leaves_on > :as_of"


@question
def beneficiaries_covered(obligation: Obligation, house: House) -> Question:
    """Registered persons of the listed categories with a file and a service. Clauses HZ-3-04, HZ-5.4-05 (A32, A33).

    The register is that of the due day (or of now, before it), so later arrivals do not reopen it.
    """
    listed = " OR ".join(f"b.category LIKE {quoted([f'%{word}%'])}" for word in house.beneficiary_categories)
    return whole(
        f"SELECT b.code, b.ref, {later('b.file_on', 'b.served_on')} AS day, CASE WHEN b.file_on IS NULL OR b.file_on > :as_of "
        "THEN '尚未建档' WHEN b.served_on IS NULL OR b.served_on > :as_of THEN '尚无服务记录' END AS refused "
        f"FROM beneficiaries b WHERE b.registers <= :cut AND b.leaves_on > :cut AND ({listed})"
    )


@question
def village_served(obligation: Obligation, house: House) -> Question:
    """Villages where somebody was served. Clause HZ-5.3.1-06 (A33)."""
    return done(
        f"SELECT subject, period, 1 AS need FROM ({of_kind('village')}) AS v",
        "SELECT village AS subject, 0 AS period, ref, served_on AS day, '' AS item, CASE WHEN served_on IS NULL "
        "THEN '尚无服务记录' WHEN served_on > :as_of THEN '晚于判定日' END AS refused FROM beneficiaries "
        "UNION ALL SELECT a.subject, 0, a.ref, a.day, '', CASE WHEN a.day > :as_of THEN '晚于判定日' END "
        "FROM acts a WHERE a.clause = :clause",
    )


def _each(holds: str, refused: str) -> Question:
    return Question(
        f"SELECT b.code, 0, CASE WHEN {holds} THEN 1 ELSE 0 END, 1, CAST(NULL AS INTEGER) FROM beneficiaries b "
        f"WHERE {ON_REGISTER}",
        f"SELECT b.code AS subject, 0 AS period, b.ref, CASE WHEN NOT COALESCE({holds}, FALSE) THEN '{refused}' END "
        f"AS refused FROM beneficiaries b WHERE {ON_REGISTER}",
    )


@question
def visited(obligation: Obligation, house: House) -> Question:
    """Beneficiaries who were visited at home. Clause HZ-5.3.2-01."""
    return _each("b.visited_on <= :as_of", "尚未入户走访")


@question
def planned(obligation: Obligation, house: House) -> Question:
    """Beneficiaries with a plan of their own. Clause HZ-5.3.2-05."""
    return _each("b.plan_on <= :as_of", "尚无服务计划")


@question
def household_file(obligation: Obligation, house: House) -> Question:
    """Households with a file. Clause HZ-5.3.2-02; a beneficiary without a household stands for one."""
    return Question(
        "SELECT b.household, 0, MAX(CASE WHEN b.file_on <= :as_of THEN 1 ELSE 0 END), 1, CAST(NULL AS INTEGER) "
        f"FROM beneficiaries b WHERE {ON_REGISTER} GROUP BY b.household",
        "SELECT b.household AS subject, 0 AS period, b.ref, CASE WHEN b.file_on IS NULL THEN '尚未建档' "
        f"WHEN b.file_on > :as_of THEN '晚于判定日' END AS refused FROM beneficiaries b WHERE {ON_REGISTER}",
    )


@question
def matter_recorded(obligation: Obligation, house: House) -> Question:
    """Served beneficiaries with a case record. Clause HZ-5.3.2-03."""
    return Question(
        "SELECT b.code, 0, COALESCE(r.cases, 0), CASE WHEN b.served_on <= :as_of THEN 1 END, CAST(NULL AS INTEGER) "
        f"FROM beneficiaries b LEFT JOIN recorded r ON r.subject = b.code WHERE {ON_REGISTER}",
        "SELECT subject, 0 AS period, ref, CASE WHEN day > :as_of THEN '晚于判定日' END AS refused FROM acts "
        "WHERE clause = :clause",
        {
            "recorded": "SELECT subject, COUNT(*) AS cases FROM acts WHERE clause = :clause AND day <= :as_of "
            "GROUP BY subject"
        },
    )


def _steps(check: OrderOfSteps) -> dict[str, str]:
    """Place of each step in the order, and whether an earlier step is dated after a later one."""
    arms = " ".join(f"WHEN step = '{step}' THEN {place}" for place, step in enumerate(check.steps, 1))
    return {
        "placed": f"SELECT subject, CASE {arms} END AS place, MIN(day) AS day FROM steps WHERE day <= :as_of "
        f"AND step IN ({quoted(check.steps)}) GROUP BY subject, CASE {arms} END",
        "checked": "SELECT subject, place, day, MAX(day) OVER (PARTITION BY subject ORDER BY place ROWS BETWEEN "
        "UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_before FROM placed",
        "walked": "SELECT subject, COUNT(*) AS have, MAX(CASE WHEN latest_before > day THEN 1 ELSE 0 END) AS disordered, "
        f"MAX(CASE WHEN place = {len(check.steps)} THEN 1 ELSE 0 END) AS finished FROM checked GROUP BY subject",
    }


STEP_ROWS = (
    "SELECT s.subject, 0, COALESCE(w.have, 0), COALESCE(w.disordered, 0), COALESCE(w.finished, 0) FROM wanted s "
    "LEFT JOIN walked w ON w.subject = s.subject"
)
STEP_PROOF = (
    "SELECT subject, 0 AS period, ref, CASE WHEN day > :as_of THEN '晚于判定日' WHEN day IS NULL THEN '没有日期' END "
    "AS refused FROM steps"
)


@question
def case_steps(obligation: Obligation, house: House) -> Question:
    """The six steps of serving a beneficiary. Clause HZ-5.3.1-03."""
    check = obligation.check
    assert isinstance(check, OrderOfSteps)
    return Question(
        STEP_ROWS,
        STEP_PROOF,
        {
            "wanted": f"SELECT b.code AS subject FROM beneficiaries b WHERE {ON_REGISTER}",
            "steps": "SELECT subject, ref, item AS step, day FROM acts WHERE clause = :clause",
            **_steps(check),
        },
    )


@question
def recruitment_steps(obligation: Obligation, house: House) -> Question:
    """The six steps of a recruitment. Clause HZ-5.2-19."""
    check = obligation.check
    assert isinstance(check, OrderOfSteps)
    return Question(
        STEP_ROWS,
        STEP_PROOF,
        {
            "wanted": "SELECT DISTINCT code AS subject FROM candidates WHERE applied_on <= :as_of",
            "steps": "SELECT code AS subject, ref, step, step_on AS day FROM candidates",
            **_steps(check),
        },
    )


@question
def first_post_of_round(obligation: Obligation, house: House) -> Question:
    """Recruits of the round and their first day; without a round, first posts since its day. Clause HZ-5.4-03."""
    check = obligation.check
    assert isinstance(check, NotBefore)
    year, day = check.day.year, check.day.year * 10000 + check.day.month * 100 + check.day.day
    return Question(
        "SELECT r.person, 0, c.first_day FROM recruits r LEFT JOIN careers c ON c.person = r.person",
        "SELECT person AS subject, 0 AS period, ref, NULL AS refused FROM worker_posts",
        {
            "careers": "SELECT person, MIN(starts) AS first_day FROM worker_posts GROUP BY person",
            "recruits": f"SELECT DISTINCT person FROM candidates WHERE round = '{year}' AND step = '录用' "
            f"AND step_on <= :as_of UNION SELECT person FROM careers WHERE first_day >= {day} AND person NOT IN "
            "(SELECT k.person FROM candidates k WHERE k.round IS NOT NULL)",
        },
    )
