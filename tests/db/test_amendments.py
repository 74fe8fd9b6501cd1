"""An amended plan as files and as the ledger knows it: read strictly, moved by decisions on record, judged in rounds."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from given_amendments import AMENDMENTS, amended_huizhou
from given_city import read_city
from sqlalchemy import Engine, text

from db.amendments import plan_known
from db.columns import second_of
from db.intake import import_rows
from db.measures.beginnings import subjects_began
from db.planstore import findings_of, load_plan
from policy.calendar import at, end_of
from policy.errors import PlanInvalid
from policy.plan import Move, Plan
from policy.words import SubjectKind
from tasks.jobs import Office
from tasks.rounds import hold, part_named, parts
from tasks.stateless import asked, verdict_objects

END = date(2022, 12, 31)
NOW = end_of(END)
ACTS = "code,clause,subject,on,item,by,verdict\n"
VISITS = "visit,supervisor,station,starts_at,hours\nA,D1,S1,2022-04-05,8\nB,D1,S1,2022-05-05,8\n"


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return load_plan(str(amended_huizhou(tmp_path)))


def with_records(engine: Engine, **kinds: str) -> None:
    with engine.begin() as connection:
        import_rows(connection, "huizhou", read_city(**kinds).rows, "test", NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("date: 2022-05-01", "date: 2020-05-01", "amendments.HZ-XG1.date：修订不能早于方案印发"),
        ("points-grown: {due", "points-growing: {due", "amendments.HZ-XG1.changes.points-growing：当时没有名为“points-growing”的事项"),
        ("{check: {least: 4}}", "{check: {leest: 4}}", "amendments.HZ-XG1.changes.affairs-establishment.check.leest：不认识这一项"),
        ("escalation: D}", "escalation: Q}", "没有名为Q的上报链"),
        ("ends: [county-liaison]", "ends: [county-liaisons]", "当时没有名为“county-liaisons”的事项"),
        ("branding: {starts: 2023-04-01}", "branding: {starts: 2024-04-01}", "施行后不自洽：plan.yaml phases.branding"),
        ("check: {kind: done_by, asks: act,", "check: {kind: done_by, asks: deed,", "amendments.HZ-XG1：没有名为“deed”的问法"),
        ("    changes:\n", "    changing:\n", "amendments.HZ-XG1.changing：不认识这一项"),
    ],
)  # fmt: skip
def test_a_fault_of_an_amendment_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in AMENDMENTS
    with pytest.raises(PlanInvalid) as refused:
        load_plan(str(amended_huizhou(tmp_path, AMENDMENTS.replace(old, new))))
    lines = refused.value.findings
    assert any(said in line for line in lines), lines
    assert all(line.startswith("huizhou/plan.yaml 第") and "\n" not in line for line in lines)


def test_amendments_that_are_no_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanInvalid, match="amendments 应为列表"):
        load_plan(str(amended_huizhou(tmp_path, "\namendments: {HZ-XG1: 2022-05-01}\n")))
    (line,) = _refused(tmp_path / "again", "\namendments: [HZ-XG1]\n")
    assert "amendments.0：应为键值" in line
    (line,) = _refused(
        tmp_path / "more",
        AMENDMENTS.replace("monthly-supervision: {check: {minutes: 480}}", "monthly-supervision: 480"),
    )
    assert "amendments.HZ-XG1.changes.monthly-supervision：应为键值" in line


def _refused(folder: Path, amendments: str) -> list[str]:
    folder.mkdir()
    with pytest.raises(PlanInvalid) as refused:
        load_plan(str(amended_huizhou(folder, amendments)))
    return refused.value.findings


def test_an_amended_plan_that_is_sound_has_no_more_findings_than_its_base(tmp_path: Path) -> None:
    amended = findings_of(str(amended_huizhou(tmp_path)))
    assert {str(one.finding) for one in amended} == {str(one.finding) for one in findings_of("huizhou")}


def test_decisions_are_acts_of_the_amendment_with_a_named_approver(engine: Engine, plan: Plan) -> None:
    acts = (
        ACTS.strip()
        + ",recorded_on\n"
        + (
            "1,HZ-XG1,C,2022-05-10,,C,,2022-06-01T09:00\n"
            "2,HZ-XG1,S1,2022-05-11,monthly-supervision,C,accepted,\n"
            "3,HZ-XG1,S1,2022-05-12,,,accepted,\n"
            "4,HZ-XG1,S1,2022-05-13,,C,returned,\n"
            "5,HZ-XG1,S1,2023-01-01,,C,,\n"
            "6,HZ-5.2-15,K,2022-05-10,,C,,\n"
        )
    )
    with_records(engine, acts=acts)
    with engine.connect() as connection:
        assert plan_known(connection, plan, END, second_of(NOW)).moves == (
            Move("HZ-XG1", date(2022, 5, 10)),
            Move("HZ-XG1", date(2022, 5, 11), "monthly-supervision", "S1"),
        )
        before = at(date(2022, 5, 31), time(9))
        assert [m.subject for m in plan_known(connection, plan, END, second_of(before)).moves] == ["S1"]
        assert plan_known(connection, plan, date(2022, 4, 30), second_of(NOW)) is plan
        base = load_plan("huizhou")
        assert plan_known(connection, base, END, second_of(NOW)) is base


def test_each_kind_of_subject_begins_on_its_recorded_day(engine: Engine) -> None:
    with_records(
        engine,
        visits=VISITS,
        contracts="code,person,employer,starts_on,ends_on\nX,W1,T1,2021-07-01,2024-06-30\n",
        courses="code,category,held_on\nO,prejob,2021-08-01\n",
        candidates="code,name,applied_on\nN,应聘某,2021-06-10\n",
        beneficiaries="code,village,category,household,registered_on\nB1,V1,低保,J,2021-07-03\nB2,V1,低保,J,2021-07-02\n",
    )  # fmt: skip
    expected = {
        SubjectKind.PERSON: ("W1", date(2021, 7, 1)),
        SubjectKind.STATION: ("S1", date(2021, 6, 15)),
        SubjectKind.VISIT: ("B", date(2022, 5, 5)),
        SubjectKind.CONTRACT: ("X", date(2021, 7, 1)),
        SubjectKind.COURSE: ("O", date(2021, 8, 1)),
        SubjectKind.CANDIDATE: ("N", date(2021, 6, 10)),
        SubjectKind.BENEFICIARY: ("B1", date(2021, 7, 3)),
        SubjectKind.HOUSEHOLD: ("J", date(2021, 7, 2)),
    }
    with engine.connect() as connection:
        for kind, (code, day) in expected.items():
            assert subjects_began(connection, "huizhou", kind, second_of(NOW))[code] == day


def test_months_and_visits_are_judged_and_proved_by_the_text_of_their_day(plan: Plan) -> None:
    with asked(plan, read_city(visits=VISITS).rows, END) as question:
        duties = [question.plan.by_key[key] for key in ("monthly-supervision", "visit-length")]
        said = {
            (one["duty"], (one["period"] or {}).get("label") or one["subject"]["code"]): one
            for one in verdict_objects(question, duties)
        }
    april, may = said["monthly-supervision", "2022-04"], said["monthly-supervision", "2022-05"]
    assert (april["status"], april["amendment"], april["counted"]) == ("not_met", None, [])
    assert (may["status"], may["amendment"]) == ("met", "HZ-XG1")
    assert len(may["counted"]) == len(april["refused"]) == 1
    assert (said["visit-length", "A"]["status"], said["visit-length", "B"]["status"]) == ("not_met", "met")


def test_visits_before_the_end_of_a_rule_are_judged_by_it_and_later_ones_not_at_all(tmp_path: Path) -> None:
    ended = "\namendments:\n  - {key: X, date: 2022-05-01, document: 示例, ends: [visit-length]}\n"
    plan = load_plan(str(amended_huizhou(tmp_path, ended, "")))
    with asked(plan, read_city(visits=VISITS).rows, END) as question:
        said = list(verdict_objects(question, [question.plan.by_key["visit-length"]]))
    assert [(one["subject"]["code"], one["status"]) for one in said] == [("A", "not_met")]


def test_a_decision_on_record_moves_the_due_day_of_what_is_open(plan: Plan) -> None:
    def due(**kinds: str) -> str:
        with asked(plan, read_city(**kinds).rows, END) as question:
            (one,) = verdict_objects(question, [question.plan.by_key["village-covered"]], ["V4"])
            return f"{one['due']} {one['status']}"

    assert due() == "2022-12-31 not_yet_due"
    assert due(acts=ACTS + "1,HZ-XG1,C,2022-05-10,HZ-3-02,C,\n") == "2023-06-30 not_yet_due"
    assert due(acts=ACTS + "1,HZ-XG1,V4,2022-05-10,village-covered,C,\n") == "2023-06-30 not_yet_due"
    assert due(acts=ACTS + "1,HZ-XG1,V3,2022-05-10,village-covered,C,\n") == "2022-12-31 not_yet_due"


def test_a_round_closes_what_an_amendment_ends_and_opens_what_it_adds(engine: Engine, plan: Plan) -> None:
    with_records(engine)
    for day in (date(2022, 4, 30), date(2022, 5, 1)):
        for key in ("supervision", "deepening"):
            hold(engine, plan, part_named(plan, key, day), day, NOW)
    query = text(
        "SELECT r.status FROM verdict v JOIN ruling r ON r.id = v.ruling WHERE v.duty = :duty AND v.period = 0 ORDER BY v.id"
    )
    with engine.connect() as connection:
        assert list(connection.execute(query, {"duty": "county-liaison"}).scalars()) == ["not_met", "not_applicable"]
        assert list(connection.execute(query, {"duty": "volunteer-book"}).scalars()) == ["no_evidence"]
    again = hold(engine, plan, part_named(plan, "supervision", date(2022, 5, 1)), date(2022, 5, 1), NOW)
    assert again.changed == 0


def test_a_stage_ahead_moves_and_one_begun_moves_by_decision(engine: Engine, plan: Plan, tmp_path: Path) -> None:
    assert "branding" in {part.key for part in parts(load_plan("huizhou"), date(2023, 1, 1))}
    assert "branding" not in {part.key for part in parts(plan, date(2023, 1, 1))}
    office, day = Office(engine, plan, tmp_path), date(2022, 7, 2)
    late = plan.amendments[0].model_copy(update={"date": date(2022, 7, 2)})
    amended_late = Office(engine, plan.model_copy(update={"amendments": (late,)}), tmp_path)
    deepening = part_named(plan, "deepening", day)
    with_records(engine, acts=ACTS + "1,HZ-XG1,C,2022-08-01,deepening,C,\n")
    assert office.work(deepening, day, NOW).phase.ends == date(2023, 3, 31)
    assert amended_late.work(deepening, day, NOW).phase.ends == date(2022, 12, 31)
    assert amended_late.work(deepening, date(2022, 8, 1), NOW).phase.ends == date(2023, 3, 31)
    assert Office(engine, load_plan("huizhou"), tmp_path).work(deepening, day, NOW).phase.ends == date(2022, 12, 31)
