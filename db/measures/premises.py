"""What a station has: floor space, equipment, plaques, how it is run; and what it must not do."""

from __future__ import annotations

from db.measures.current import quoted
from db.measures.question import Question, of_kind, question
from db.measures.station_staff import STAFF, rooms
from policy.checks.areas import Areas
from policy.checks.plaque_size import PlaqueSize
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


def _written(size: str) -> str:
    """SQL for a size as people write it, `40cm*60cm` or `40×60`, in one spelling: `40x60`, with mm where it says so."""
    for word, plain in ((" ", ""), ("×", "x"), ("*", "x"), ("毫米", "mm"), ("厘米", ""), ("公分", ""), ("cm", "")):
        size = f"REPLACE({size}, '{word}', '{plain}')"
    return f"REPLACE({size}, 'mmx', 'x')"


@question
def plaque_sizes(obligation: Obligation, house: House) -> Question:
    """Plaques of the right size, of another, and of none on record, each item by its latest act. SZ-3.5-02 (A57).

    A village is asked only where a room was set up. A returned act is a plaque that is not right.
    """
    check = obligation.check
    assert isinstance(check, PlaqueSize)
    (short, long), size = check.sides, _written("lower(a.value || COALESCE(a.unit, ''))")
    sizes = (f"{short}x{long}", f"{long}x{short}", f"{short}0x{long}0mm", f"{long}0x{short}0mm")
    with_room = "SELECT village AS subject FROM rooms"
    subjects = with_room if obligation.subject == "village" else of_kind(obligation.subject)
    counts = ", ".join(f"COUNT(CASE WHEN e.said = '{said}' THEN 1 END)" for said in ("right", "other", "unmeasured"))
    return Question(
        f"SELECT s.subject, 0, {counts} FROM ({subjects}) s LEFT JOIN latest e ON e.subject = s.subject "
        "AND e.place = 1 GROUP BY s.subject",
        "SELECT subject, 0 AS period, ref, CASE WHEN place > 1 THEN '已有更新的记录' WHEN said = 'other' "
        "THEN '尺寸不符或审核退回' WHEN said = 'unmeasured' THEN '没有填写尺寸' END AS refused FROM latest "
        "UNION ALL SELECT subject, 0, ref, '晚于判定日' FROM acts WHERE clause = :clause AND day > :as_of",
        {
            "latest": "SELECT a.subject, a.ref, CASE WHEN a.verdict = 'returned' THEN 'other' "
            f"WHEN {size} IN ({quoted(sizes)}) THEN 'right' WHEN a.value IS NOT NULL THEN 'other' "
            "WHEN a.verdict = 'accepted' THEN 'right' ELSE 'unmeasured' END AS said, ROW_NUMBER() OVER "
            "(PARTITION BY a.subject, COALESCE(a.item, '') ORDER BY a.day DESC, a.ref DESC) AS place "
            "FROM acts a WHERE a.clause = :clause AND a.day <= :as_of",
            **rooms(check.occasion),
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
