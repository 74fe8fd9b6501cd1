"""People at stations and rooms: qualifications, schooling, experience, and what is arranged for graduates."""

from __future__ import annotations

from db.measures.current import quoted
from db.measures.question import Question, question
from db.measures.shares import LEVELS, NOT_STAFF
from policy.checks.certified import QualifiedStaff
from policy.checks.experience import Experience
from policy.checks.standing import Standing
from policy.plan import House, Obligation

STAFF = {
    "station_staff": "SELECT p.person, p.unit, p.ref, p.post FROM posts_now p JOIN open_units u ON u.code = p.unit "
    f"AND u.kind = 'station' WHERE p.post NOT IN ({NOT_STAFF})"
}


@question
def qualified_at_station(obligation: Obligation, house: House) -> Question:
    """People at a station with a valid certificate, without and with heads and helpers. Clause SZ-3.2-01 (A51).

    A degree in the trade would do as well, but no record says which degree somebody holds.
    """
    assert isinstance(obligation.check, QualifiedStaff)
    staff = f"e.post NOT IN ({NOT_STAFF})"
    return Question(
        f"SELECT u.code, 0, COUNT(DISTINCT CASE WHEN {staff} THEN e.person END), COUNT(DISTINCT e.person) "
        "FROM open_units u LEFT JOIN evidence e ON e.subject = u.code AND e.refused IS NULL "
        "WHERE u.kind = 'station' GROUP BY u.code",
        "SELECT e.subject, 0 AS period, e.ref, COALESCE(e.refused, "
        f"CASE WHEN NOT ({staff}) THEN '兼任、兼职、实习或志愿人员' END) AS refused FROM evidence e",
        {
            "evidence": "SELECT p.unit AS subject, p.person, p.post, k.ref, CASE WHEN k.issued_on > :as_of "
            "THEN '晚于判定日' WHEN k.valid_to < :as_of THEN '登记已过有效期' "
            f"WHEN k.level NOT IN ({LEVELS}) THEN '不是职业水平证书' END AS refused "
            "FROM posts_now p JOIN certificates k ON k.person = p.person"
        },
    )


@question
def schooled(obligation: Obligation, house: House) -> Question:
    """Station staff whose schooling is one of the named ones. Clause SZ-3.2-06."""
    check = obligation.check
    assert isinstance(check, Standing)
    named = " OR ".join(f"n.education LIKE {quoted([f'%{item}%'])}" for item in check.items)
    return Question(
        f"SELECT s.person, 0, MAX(CASE WHEN {named} THEN 1 ELSE 0 END), {check.least}, CAST(NULL AS INTEGER) "
        "FROM station_staff s LEFT JOIN people n ON n.code = s.person GROUP BY s.person",
        f"SELECT s.person AS subject, 0 AS period, n.ref, CASE WHEN n.education IS NULL THEN '没有登记学历' "
        f"WHEN NOT ({named}) THEN '学历不够' END AS refused FROM station_staff s JOIN people n ON n.code = s.person",
        STAFF,
    )


@question
def supervisor_experience(obligation: Obligation, house: House) -> Question:
    """Supervisors, since when they do social work, and the first day of the post they hold. Clause SZ-3.2-04."""
    assert isinstance(obligation.check, Experience)
    return Question(
        "SELECT h.person, 0, n.social_work_started_on, h.takes_up FROM supervising h "
        "LEFT JOIN people n ON n.code = h.person",
        "SELECT h.person AS subject, 0 AS period, n.ref, CASE WHEN n.social_work_started_on IS NULL "
        "THEN '没有登记从事社工日期' END AS refused FROM supervising h JOIN people n ON n.code = h.person",
        {
            "supervising": "SELECT person, MIN(CASE WHEN starts = 19000101 THEN :starts ELSE starts END) AS takes_up "
            "FROM (SELECT person, starts, ends FROM posts WHERE post = 'supervisor' UNION ALL "
            "SELECT supervisor, starts, ends FROM assignments) AS h WHERE ends >= :as_of GROUP BY person"
        },
    )


@question
def graduates_enrolled(obligation: Obligation, house: House) -> Question:
    """Graduates among the station staff and the act that enrols them; others do not apply. Clause SZ-4-23."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        "SELECT s.person, 0, COUNT(DISTINCT e.subject), "
        f"CASE WHEN MAX(n.graduated_on) <= :as_of THEN {check.least} END, CAST(NULL AS INTEGER) FROM station_staff s "
        "LEFT JOIN people n ON n.code = s.person LEFT JOIN evidence e ON e.subject = s.person AND e.refused IS NULL "
        "GROUP BY s.person",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            **STAFF,
            "evidence": "SELECT subject, ref, CASE WHEN day > :as_of THEN '晚于判定日' WHEN verdict = 'returned' "
            "THEN '审核退回' END AS refused FROM acts WHERE clause = :clause",
        },
    )


@question
def stations_of_agency(obligation: Obligation, house: House) -> Question:
    """Stations at which people under contract with an agency work; below the least the rule has no occasion.

    Clause SZ-3.2-03, a permission: who runs one station only has nothing to choose.
    """
    check = obligation.check
    assert isinstance(check, Standing)
    count = "COUNT(DISTINCT e.station)"
    return Question(
        f"SELECT u.code, 0, {count}, CASE WHEN {count} >= {check.least} THEN {check.least} END, CAST(NULL AS INTEGER) "
        "FROM open_units u LEFT JOIN evidence e ON e.subject = u.code WHERE u.kind = 'agency' GROUP BY u.code",
        "SELECT subject, 0 AS period, ref, NULL AS refused FROM evidence",
        {
            "evidence": "SELECT c.employer AS subject, c.ref, s.code AS station FROM contracts c JOIN posts_now p "
            "ON p.person = c.person JOIN open_units s ON s.code = p.unit AND s.kind = 'station' "
            "WHERE c.starts_on <= :as_of AND c.really_ends >= :as_of"
        },
    )


@question
def head_of_room(obligation: Obligation, house: House) -> Question:
    """Villages where a service room was set up, and who heads it. Clause SZ-3.2-05."""
    check = obligation.check
    assert isinstance(check, Standing)
    posts = quoted(check.posts)
    return Question(
        f"SELECT r.village, 0, COUNT(DISTINCT p.person), {check.least}, {check.most} FROM rooms r "
        f"LEFT JOIN posts_now p ON p.unit = r.village AND p.post IN ({posts}) GROUP BY r.village",
        f"SELECT unit AS subject, 0 AS period, ref, NULL AS refused FROM posts_now WHERE post IN ({posts})",
        rooms(check.occasion),
    )


def rooms(set_up_by: str) -> dict[str, str]:
    """Villages with a room: an act of the clause that allows it, or somebody who heads it."""
    return {
        "rooms": "SELECT a.subject AS village FROM acts a JOIN open_units v ON v.code = a.subject "
        f"AND v.kind = 'village' WHERE a.clause = {quoted([set_up_by])} AND a.day <= :as_of "
        "UNION SELECT p.unit FROM posts_now p "
        "JOIN open_units v ON v.code = p.unit AND v.kind = 'village' WHERE p.post = 'room_head'"
    }
