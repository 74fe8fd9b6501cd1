"""What a station has: floor space, equipment, plaques, how it is run; and what it must not do."""

from __future__ import annotations

from db.measures.current import quoted
from db.measures.question import Question, of_kind, question
from db.measures.station_staff import STAFF, rooms
from policy.checks.areas import Areas
from policy.checks.standing import Standing
from policy.plan import House, Obligation

SQUARE_METRES = quoted(("m2", "m²", "㎡", "平方米", "平米"))
FACTS = (
    "SELECT a.subject, a.ref, a.day, a.item, a.value, CASE WHEN a.day > :as_of THEN '晚于判定日' "
    "WHEN a.verdict = 'returned' THEN '审核退回'"
)


def _spelt(item: str) -> str:
    """Whether an act names the wanted item, in its `item` or its `value`; spellings divided by |."""
    words = (quoted([f"%{word.lower()}%"]) for word in item.split("|"))
    return " OR ".join(f"lower(COALESCE(e.item, '') || ' ' || COALESCE(e.value, '')) LIKE {word}" for word in words)


@question
def equipped(obligation: Obligation, house: House) -> Question:
    """How many of the wanted items the acts of the clause name; one act may name several.

    Clauses SZ-3.3-03, SZ-3.3-04, SZ-3.5-01. A village is asked only where a room was set up.
    """
    check = obligation.check
    assert isinstance(check, Standing)
    have = " + ".join(f"MAX(CASE WHEN {_spelt(item)} THEN 1 ELSE 0 END)" for item in check.items)
    any_item = " OR ".join(_spelt(item) for item in check.items)
    with_room = "SELECT village AS subject FROM rooms"
    subjects = with_room if obligation.subject == "village" else of_kind(obligation.subject)
    return Question(
        f"SELECT s.subject, 0, {have}, {check.least}, CAST(NULL AS INTEGER) FROM ({subjects}) s LEFT JOIN evidence e "
        "ON e.subject = s.subject AND e.refused IS NULL GROUP BY s.subject",
        "SELECT e.subject, 0 AS period, e.ref, COALESCE(e.refused, "
        f"CASE WHEN NOT ({any_item}) THEN '不是本条所列事项' END) AS refused FROM evidence e",
        {"evidence": f"{FACTS} END AS refused FROM acts a WHERE a.clause = :clause", **rooms(check.occasion)},
    )


@question
def floor_space(obligation: Obligation, house: House) -> Question:
    """The latest size on record of the office and of the activity room of each station. Clause SZ-3.3-02."""
    check = obligation.check
    assert isinstance(check, Areas)
    activity = _spelt(check.activity)
    return Question(
        "SELECT u.code, 0, MAX(CASE WHEN e.room = 'office' THEN e.value END), MAX(CASE WHEN e.room = 'activity' "
        "THEN e.value END) FROM open_units u LEFT JOIN latest e ON e.subject = u.code AND e.place = 1 "
        "WHERE u.kind = 'station' GROUP BY u.code",
        "SELECT subject, 0 AS period, ref, CASE WHEN refused IS NULL AND place > 1 THEN '已有更新的记录' "
        "ELSE refused END AS refused FROM latest "
        "UNION ALL SELECT subject, 0, ref, refused FROM evidence WHERE refused IS NOT NULL",
        {
            "evidence": f"{FACTS} WHEN a.unit IS NOT NULL AND lower(a.unit) NOT IN ({SQUARE_METRES}) "
            "THEN '单位不是平方米' WHEN a.value IS NULL THEN '没有填写数值' END "
            "AS refused FROM acts a WHERE a.clause = :clause",
            "rooms_measured": "SELECT e.subject, e.ref, e.day, e.value, e.refused, "
            f"CASE WHEN {activity} THEN 'activity' WHEN e.item IS NULL OR {_spelt(check.office)} THEN 'office' "
            "ELSE 'other' "
            "END AS room FROM evidence e "
            "WHERE e.refused IS NULL",
            "latest": "SELECT subject, ref, value, room, "
            "CASE WHEN room = 'other' THEN '不是本条所列事项' END AS refused, "
            "ROW_NUMBER() OVER (PARTITION BY subject, room ORDER BY day DESC, ref DESC) AS place FROM rooms_measured",
        },
    )


@question
def mode_given(obligation: Obligation, house: House) -> Question:
    """Stations that say whether they are run by purchase or by direct hiring, and whose staff are employed that way.

    Clause SZ-3.1-03 (A55): bought from an agency, or hired by a bureau or a town.
    """
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT u.code, 0, CASE WHEN u.mode IN ({quoted(check.items)}) AND NOT EXISTS (SELECT 1 FROM misfits m "
        f"WHERE m.unit = u.code) THEN 1 ELSE 0 END, {check.least}, CAST(NULL AS INTEGER) FROM open_units u "
        "WHERE u.kind = 'station'",
        "SELECT code AS subject, 0 AS period, ref, CASE WHEN mode IS NULL THEN '没有填写建设方式' END AS refused "
        "FROM open_units WHERE kind = 'station' UNION ALL SELECT unit, 0, ref, '用人单位与建设方式不符' FROM misfits",
        {
            **STAFF,
            "misfits": "SELECT s.unit, c.ref FROM station_staff s JOIN open_units u ON u.code = s.unit "
            "JOIN contracts c ON c.person = s.person AND c.starts_on <= :as_of AND c.really_ends >= :as_of "
            "JOIN units e "
            "ON e.code = c.employer WHERE (u.mode = 'purchase' AND e.kind <> 'agency') "
            "OR (u.mode = 'direct' AND e.kind = 'agency')",
        },
    )


@question
def violations(obligation: Obligation, house: House) -> Question:
    """Breaches of a prohibition found at the subject and not yet put right. Clauses SZ-2.2-07, -08, SZ-3.6-04.

    Every act of the clause is a finding, unless it was returned (not upheld) or names the remedy (`items`); a remedy
    closes the findings up to its day.
    """
    check = obligation.check
    assert isinstance(check, Standing)
    people = "SELECT DISTINCT person AS subject FROM station_staff"
    subjects = people if obligation.subject == "person" else of_kind(obligation.subject)
    remedy = " OR ".join(f"COALESCE(a.item, '') LIKE {quoted([f'%{item}%'])}" for item in check.items)
    return Question(
        f"SELECT s.subject, 0, COUNT(DISTINCT e.ref), {check.least}, {check.most} FROM ({subjects}) s "
        "LEFT JOIN evidence e ON e.subject = s.subject AND e.refused IS NULL GROUP BY s.subject",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            **STAFF,
            "mended": f"SELECT a.subject, MAX(a.day) AS day FROM acts a WHERE a.clause = :clause AND a.day <= :as_of "
            f"AND ({remedy}) GROUP BY a.subject",
            "evidence": "SELECT a.subject, a.ref, CASE WHEN a.day > :as_of THEN '晚于判定日' "
            f"WHEN a.verdict = 'returned' THEN '经核查不成立' WHEN {remedy} THEN '整改记录' "
            "WHEN a.day <= m.day THEN '已经整改' END AS refused FROM acts a "
            "LEFT JOIN mended m ON m.subject = a.subject WHERE a.clause = :clause",
        },
    )
