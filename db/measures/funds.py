"""Money: budgets before contracts, reserves in them, what a county charges to assistance funds. Whole cents."""

from __future__ import annotations

from db.measures.current import quoted
from db.measures.question import Question, question
from policy.checks.money import AmountAtLeast, AmountCap, ApprovedFirst
from policy.checks.standing import Standing
from policy.plan import House, Obligation


def _purchases(clause: str) -> dict[str, str]:
    """Purchase contracts: an act of the clause is the signing (contract 3), its code that of the contract."""
    return {
        "purchases": "SELECT a.code, a.subject AS buyer, a.day, a.ref FROM acts a "
        f"WHERE a.clause = {quoted([clause])} AND a.day <= :as_of AND COALESCE(a.verdict, '') <> 'returned'"
    }


def _lines(kind: str) -> str:
    return f"FROM purchases c JOIN funds f ON f.act = c.code AND f.kind = {quoted([kind])}"


UNDATED = "WHEN f.day > :as_of THEN '晚于判定日' WHEN f.amount <= 0 THEN '金额为零'"


@question
def approved_before_signing(obligation: Obligation, house: House) -> Question:
    """Each purchase contract, the day it was signed and the first approval of its budget. Clause SZ-4-18."""
    assert isinstance(obligation.check, ApprovedFirst)
    return Question(
        "SELECT c.code, 0, c.day, MIN(e.day) FROM purchases c LEFT JOIN evidence e ON e.subject = c.code "
        "AND e.refused IS NULL GROUP BY c.code, c.day",
        "SELECT subject, 0 AS period, ref, CASE WHEN refused IS NULL AND day > signed THEN '批准晚于签订' "
        "ELSE refused END AS refused FROM evidence UNION ALL SELECT code, 0, ref, NULL FROM purchases",
        {
            **_purchases(obligation.clause),
            "evidence": "SELECT c.code AS subject, f.ref, f.day, c.day AS signed, CASE WHEN f.day IS NULL "
            f"THEN '没有批准日期' {UNDATED} END AS refused {_lines('budget_approved')}",
        },
    )


@question
def budgeted_in_year(obligation: Obligation, house: House) -> Question:
    """Purchase contracts of the plan's time with a budget line of the year of signing. Clause SZ-4-19."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT c.code, 0, COUNT(DISTINCT e.ref), CASE WHEN c.day >= :starts THEN {check.least} END, "
        "CAST(NULL AS INTEGER) FROM purchases c LEFT JOIN evidence e ON e.subject = c.code AND e.refused IS NULL "
        "GROUP BY c.code, c.day",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            **_purchases(check.occasion),
            "evidence": f"SELECT c.code AS subject, f.ref, CASE {UNDATED} WHEN f.year <> c.day / 10000 "
            f"THEN '不是签订当年的预算' END AS refused {_lines('budget_approved')}",
        },
    )


@question
def reserved(obligation: Obligation, house: House) -> Question:
    """What each purchased project sets aside for supervision and evaluation. Clause SZ-6.2-05."""
    check = obligation.check
    assert isinstance(check, AmountAtLeast)
    return Question(
        "SELECT c.code, 0, COALESCE(SUM(e.amount), 0), CASE WHEN c.day >= :starts THEN 1 ELSE 0 END FROM purchases c "
        "LEFT JOIN evidence e ON e.subject = c.code AND e.refused IS NULL GROUP BY c.code, c.day",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            **_purchases(check.occasion),
            "evidence": f"SELECT c.code AS subject, f.ref, f.amount, CASE {UNDATED} END AS refused "
            f"{_lines('evaluation_reserve')}",
        },
    )


@question
def county_budget(obligation: Obligation, house: House) -> Question:
    """What the county itself has approved for stations by the day. Clause SZ-6.2-01."""
    assert isinstance(obligation.check, AmountAtLeast)
    return Question(
        "SELECT u.code, 0, COALESCE(SUM(e.amount), 0) FROM units u LEFT JOIN evidence e ON e.subject = u.code "
        "AND e.refused IS NULL WHERE u.kind = 'county' AND u.closes > :as_of GROUP BY u.code",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": f"SELECT f.unit AS subject, f.ref, f.amount, CASE {UNDATED} WHEN f.year > :as_of / 10000 "
            "THEN '以后年度的预算' WHEN f.year < :starts / 10000 THEN '方案施行以前的预算' END AS refused FROM funds f "
            "WHERE f.kind = 'budget_approved'"
        },
    )


@question
def charged_to_assistance(obligation: Obligation, house: House) -> Question:
    """County x year: purchased assistance services charged, and the local total of the year before. Clause SZ-5-02."""
    assert isinstance(obligation.check, AmountCap)
    return Question(
        "SELECT u.code, p.number, COALESCE(SUM(CASE WHEN e.kind = 'assistance_charged' THEN e.amount END), 0), "
        "SUM(CASE WHEN e.kind = 'assistance_local_total' THEN e.amount END) FROM units u JOIN periods p ON 1 = 1 "
        "LEFT JOIN evidence e ON e.subject = u.code AND e.period = p.number AND e.refused IS NULL "
        "WHERE u.kind = 'county' AND u.closes > :as_of GROUP BY u.code, p.number",
        "SELECT subject, period, ref, refused FROM evidence",
        {
            "evidence": "SELECT f.unit AS subject, f.kind, f.ref, f.amount, CASE WHEN f.kind = 'assistance_charged' "
            "THEN f.year ELSE f.year + 1 END AS period, CASE WHEN f.day > :as_of THEN '晚于判定日' END AS refused "
            "FROM funds f WHERE f.kind IN ('assistance_charged', 'assistance_local_total')"
        },
    )
