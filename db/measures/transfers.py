"""What a county transferred for each relief worker and year."""

from __future__ import annotations

from db.measures.current import earlier, later, quoted, serial
from db.measures.question import Question, question
from db.measures.relief import RELIEF
from policy.checks.paid_each import PaidEach
from policy.plan import House, Obligation


@question
def transfers(obligation: Obligation, house: House) -> Question:
    """County x year: relief workers, what each got, and when each had enough. Clause JX-2.1-17 (A64).

    Money without a day counts as known now, at the latest on the due day. A share is cut to whole cents, as it is said.
    """
    check = obligation.check
    assert isinstance(check, PaidEach)
    length = f"{serial('last')} - {serial('first')} + 1"
    full, share = f"so_far >= {check.cents}", f"so_far >= {check.cents} * s.served / r.days"
    return Question(
        "SELECT u.code, p.number, COUNT(e.person), COALESCE(SUM(e.enough), 0), COALESCE(SUM(e.paid), 0), "
        "COALESCE(SUM(e.part), 0), COALESCE(MIN(e.paid), 0), COALESCE(MAX(CASE WHEN e.place = 1 THEN e.paid END), 0), "
        "COALESCE(MAX(CASE WHEN e.place = 1 THEN e.served END), 0), "
        "CASE WHEN COUNT(e.full_on) = COUNT(*) THEN MAX(e.full_on) END, "
        "CASE WHEN COUNT(e.share_on) = COUNT(*) THEN MAX(e.share_on) END "
        "FROM units u JOIN periods p ON 1 = 1 LEFT JOIN placed e ON e.county = u.code AND e.number = p.number "
        "WHERE u.kind = 'county' AND u.closes > :as_of GROUP BY u.code, p.number",
        "SELECT county AS subject, number AS period, ref, refused FROM transferred",
        {
            **RELIEF,
            "year_days": f"SELECT number, first, last, {length} AS days FROM periods",
            "spells": f"SELECT w.county, w.person, p.number, {later('w.starts', 'p.first')} AS first, "
            f"{earlier('w.ends', 'p.last')} AS last FROM periods p JOIN relief_posts w "
            "ON w.starts <= p.last AND w.ends >= p.first AND w.county IS NOT NULL",
            "spells_so_far": "SELECT county, person, number, first, last, MAX(last) OVER (PARTITION BY county, "
            "person, number "
            "ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered FROM spells",
            "on_post": "SELECT county, person, number, SUM(CASE WHEN covered IS NULL OR covered < first "
            f"THEN {length} WHEN covered < last THEN {serial('last')} - {serial('covered')} ELSE 0 END) AS served "
            "FROM spells_so_far GROUP BY county, person, number HAVING MIN(first) <= :as_of",
            "transferred": "SELECT f.ref, f.unit AS county, f.person, p.number, f.amount, COALESCE(f.day, p.cut) "
            "AS day, "
            "CASE WHEN f.day > :as_of THEN '晚于判定日' WHEN f.person IS NULL THEN '没有写明社工' WHEN s.person "
            "IS NULL "
            "THEN '当年不是本县（区）的救助专职社工' END AS refused FROM funds f JOIN periods p ON p.number = f.year "
            "LEFT JOIN on_post s ON s.county = f.unit AND s.person = f.person AND s.number = f.year "
            f"WHERE f.kind = {quoted([check.fund])}",
            "running": "SELECT county, person, number, day, amount, SUM(amount) OVER (PARTITION BY county, "
            "person, number "
            "ORDER BY day) AS so_far FROM transferred WHERE refused IS NULL",
            "each_worker": "SELECT s.county, s.person, s.number, s.served, r.days, COALESCE(SUM(t.amount), 0) AS paid, "
            f"MIN(CASE WHEN {full} THEN t.day END) AS full_on, MIN(CASE WHEN {share} THEN t.day END) AS share_on "
            "FROM on_post s JOIN year_days r ON r.number = s.number LEFT JOIN running t ON t.county = s.county "
            "AND t.person = s.person AND t.number = s.number GROUP BY s.county, s.person, s.number, s.served, r.days",
            "placed": f"SELECT county, person, number, served, paid, full_on, share_on, CASE WHEN paid >= "
            f"{check.cents} "
            "THEN 1 ELSE 0 END AS enough, CASE WHEN served < days THEN 1 ELSE 0 END AS part, ROW_NUMBER() OVER "
            f"(PARTITION BY county, number ORDER BY paid * days - {check.cents} * served, person) AS place FROM "
            f"each_worker",
        },
    )
