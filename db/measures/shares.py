"""Shares of a whole on the due day: towns with a station, certified station staff (A50: whole numbers only).

The whole is counted on the due day, and again now where the share was not reached by then: what was reached in time
stays reached when towns and staff change later, what comes later comes late.
"""

from __future__ import annotations

from datetime import timedelta

from db.columns import day_number
from db.measures.current import later, quoted
from db.measures.question import Question, question
from policy.checks.certified import CertifiedShare
from policy.checks.done_by import Share
from policy.plan import House, Obligation

LEVELS = quoted(("assistant", "social_worker", "senior"))
NOT_STAFF = quoted(("station_head", "part_time", "intern", "volunteer"))
ASKED = {"asked": "SELECT CAST(:cut AS INTEGER) AS asked_on UNION SELECT CAST(:as_of AS INTEGER)"}


def _shared(name: str, pool: str, obligation: Obligation) -> dict[str, str]:
    """Parts that end in `{name}_result` (subject, need, have, done_on). `pool` selects asked_on, subject, item, ref and
    the day since when the item counts, NULL where it does not."""
    assert isinstance(obligation.check, Share)
    assert obligation.due
    part, whole = obligation.check.least
    after = day_number(obligation.due + timedelta(days=1))
    reached = f"CASE WHEN r.asked_on > :cut AND r.day < {after} THEN {after} ELSE r.day END"
    return {
        f"{name}_pool": pool,
        f"{name}_counts": "SELECT asked_on, subject, COUNT(DISTINCT item) AS need, COUNT(DISTINCT CASE WHEN day IS NOT "
        f"NULL THEN item END) AS have FROM {name}_pool GROUP BY asked_on, subject",
        f"{name}_held": f"SELECT subject, MIN(CASE WHEN have * {whole} >= need * {part} THEN asked_on END) AS held_on "
        f"FROM {name}_counts GROUP BY subject",
        f"{name}_judged": "SELECT n.asked_on, n.subject, n.need, n.have, h.held_on, "
        f"(n.need * {part} + {whole} - 1) / {whole} AS wanted FROM {name}_counts n "
        f"JOIN {name}_held h ON h.subject = n.subject "
        "WHERE n.asked_on = COALESCE(h.held_on, :as_of)",
        f"{name}_first": f"SELECT p.asked_on, p.subject, p.item, MIN(p.day) AS day FROM {name}_pool p "
        "WHERE p.day IS NOT NULL GROUP BY p.asked_on, p.subject, p.item",
        f"{name}_ranked": "SELECT asked_on, subject, day, ROW_NUMBER() OVER "
        f"(PARTITION BY asked_on, subject ORDER BY day) AS place FROM {name}_first",
        f"{name}_result": f"SELECT j.subject, j.need, j.have, {reached} AS done_on FROM {name}_judged j "
        f"LEFT JOIN {name}_ranked r ON r.subject = j.subject AND r.asked_on = j.held_on AND r.place = j.wanted",
    }


def _proof(name: str, why: str) -> str:
    return (
        f"SELECT p.subject, 0 AS period, p.ref, CASE WHEN p.day IS NULL THEN {quoted([why])} END AS refused "
        f"FROM {name}_pool p JOIN {name}_judged j ON j.subject = p.subject AND j.asked_on = p.asked_on"
    )


@question
def towns_with_station(obligation: Obligation, house: House) -> Question:
    """Towns of the city, or of each county, with an open station. Clauses SZ-2.1-01, -10, -11, SZ-4-10."""
    whole = "c.code = t.parent" if obligation.subject == "county" else "1 = 1"
    pool = (
        "SELECT d.asked_on, c.code AS subject, t.code AS item, COALESCE(s.ref, t.ref) AS ref, s.opened_on AS day "
        "FROM asked d JOIN units t ON t.kind = 'township' AND t.closes > d.asked_on "
        f"JOIN units c ON c.kind = '{obligation.subject}' AND {whole} AND c.closes > :as_of "
        "LEFT JOIN units s ON s.kind = 'station' AND s.parent = t.code AND s.opened_on <= d.asked_on "
        "AND s.closes > d.asked_on"
    )
    return Question(
        "SELECT c.code, 0, CAST(NULL AS INTEGER), COALESCE(r.need, 0), COALESCE(r.have, 0), r.done_on FROM units c "
        f"LEFT JOIN town_result r ON r.subject = c.code WHERE c.kind = '{obligation.subject}' AND c.closes > :as_of",
        _proof("town", "没有开放的社工站"),
        {**ASKED, **_shared("town", pool, obligation)},
    )


@question
def certified_staff(obligation: Obligation, house: House) -> Question:
    """Station staff of the city who hold a valid certificate, without and with heads and helpers. Clause SZ-2.1-12."""
    assert isinstance(obligation.check, CertifiedShare)
    pool = (
        "SELECT d.asked_on, c.code AS subject, p.person AS item, COALESCE(k.ref, p.ref) AS ref, "
        f"CASE WHEN k.issued_on IS NOT NULL THEN {later('k.issued_on', 'p.starts')} END AS day "
        "FROM asked d JOIN posts p ON p.starts <= d.asked_on AND p.ends >= d.asked_on "
        "JOIN units s ON s.code = p.unit AND s.kind = 'station' AND s.opens <= d.asked_on AND s.closes > d.asked_on "
        "JOIN units c ON c.kind = 'city' LEFT JOIN certificates k ON k.person = p.person "
        f"AND k.level IN ({LEVELS}) AND k.issued_on <= d.asked_on AND k.valid_to >= d.asked_on"
    )
    staff = f"{pool} WHERE p.post NOT IN ({NOT_STAFF})"
    return Question(
        "SELECT c.code, 0, CAST(NULL AS INTEGER), COALESCE(r.need, 0), COALESCE(r.have, 0), r.done_on, "
        "COALESCE(e.need, 0), COALESCE(e.have, 0), e.done_on FROM units c "
        "LEFT JOIN staff_result r ON r.subject = c.code "
        "LEFT JOIN everyone_result e ON e.subject = c.code WHERE c.kind = 'city'",
        _proof("staff", "没有有效的职业水平证书"),
        {**ASKED, **_shared("staff", staff, obligation), **_shared("everyone", pool, obligation)},
    )
