"""Households in need: one plan each, the one-off completion of their data, and who keeps it up to date."""

from __future__ import annotations

from db.measures.question import Question, done, of_kind, question
from db.measures.relief import RELIEF
from db.measures.service import ON_REGISTER
from policy.checks.done_by import DoneBy
from policy.plan import House, Obligation

FAMILIES = {
    "families": "SELECT code, household, village FROM beneficiaries UNION SELECT household, household, village "
    "FROM beneficiaries"
}
"""Codes an act may name, of a person or of the household, and the household meant."""


@question
def household_plan(obligation: Obligation, house: House) -> Question:
    """Households with a plan. Clause JX-2.2.1-04; a beneficiary without a household stands for one."""
    return Question(
        "SELECT b.household, 0, MAX(CASE WHEN b.plan_on <= :as_of THEN 1 ELSE 0 END), 1, CAST(NULL AS INTEGER) "
        f"FROM beneficiaries b WHERE {ON_REGISTER} GROUP BY b.household",
        "SELECT b.household AS subject, 0 AS period, b.ref, CASE WHEN b.plan_on IS NULL THEN '尚无帮扶方案' "
        f"WHEN b.plan_on > :as_of THEN '晚于判定日' END AS refused FROM beneficiaries b WHERE {ON_REGISTER}",
    )


@question
def household_completed(obligation: Obligation, house: House) -> Question:
    """Households registered by the due day, and the act that completed their data. Clause JX-3.1-05 (A66)."""
    assert isinstance(obligation.check, DoneBy)
    return done(
        "SELECT b.household AS subject, 0 AS period, MAX(CASE WHEN b.registers <= :due THEN 1 ELSE 0 END) AS need "
        f"FROM beneficiaries b WHERE {ON_REGISTER} GROUP BY b.household",
        "SELECT DISTINCT f.household AS subject, 0 AS period, a.ref, a.day, '' AS item, CASE WHEN a.day > :as_of "
        "THEN '晚于判定日' WHEN a.verdict = 'returned' THEN '审核退回' END AS refused FROM acts a "
        "JOIN families f ON f.code = a.subject WHERE a.clause = :clause",
    ).with_parts(**FAMILIES)


@question
def town_updated(obligation: Obligation, house: House) -> Question:
    """Towns with a relief worker and a first update on record, of the town or a household. Clause JX-3.1-06."""
    check = obligation.check
    assert isinstance(check, DoneBy)
    return done(
        f"SELECT subject, period, {check.need} AS need FROM ({of_kind('township')}) AS t",
        "SELECT p.town AS subject, 0 AS period, p.ref, p.starts AS day, 'worker' AS item, CASE WHEN p.starts > :as_of "
        "THEN '尚未到任' WHEN p.ends < :due THEN '期限日前已经离任' WHEN NOT p.full_time THEN '不是专职' END AS "
        "refused "
        "FROM relief_posts p UNION ALL SELECT o.town, 0, a.ref, a.day, 'update', CASE WHEN a.day > :as_of "
        "THEN '晚于判定日' WHEN a.verdict = 'returned' THEN '审核退回' END FROM acts a JOIN of_town o ON o.code = "
        "a.subject "
        "WHERE a.clause = :clause",
        str(check.need),
    ).with_parts(
        **RELIEF,
        **FAMILIES,
        of_town="SELECT code, code AS town FROM units WHERE kind = 'township' UNION "
        "SELECT f.code, x.town FROM families f JOIN places x ON x.code = f.village",
    )
