"""duban import and undo: records into the ledger of this installation, and out of it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from given_city import UNITS, write_city
from sqlalchemy import text

from db.engine import open_engine

BUILT = UNITS + "S2,二镇社工站,station,T2,2022-01-05,,\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city")


def stations(data: Path) -> list[str]:
    """The stations that stand in an installation's ledger."""
    engine = open_engine(f"sqlite:///{data / 'ledger.db'}")
    with engine.connect() as connection:
        query = text("SELECT code FROM unit WHERE kind = 'station' AND known_to > 9999999999 ORDER BY code")
        found = list(connection.execute(query).scalars())
    engine.dispose()
    return found


def test_import_twice_and_undo(duban, city, tmp_path):
    data = tmp_path / "data"
    tried = duban("import", city, "--dry-run")
    assert tried.code == 0
    assert tried.out.splitlines()[-1] == "试导入（没有写入）：新增16条，更正0条，没有变化0条"
    assert stations(data) == []
    assert "批次 1，撤回用 duban undo 1" in duban("import", city).out
    assert stations(data) == ["S1"]
    assert "没有变化16条；台账没有改变" in duban("import", city).out
    write_city(city, {}, units=BUILT)
    second = duban("import", city / "units.csv")
    assert "新增1条，更正0条，没有变化10条；批次" in second.out
    assert stations(data) == ["S1", "S2"]
    batch = second.out.rsplit(" ", 1)[-1].strip()
    undone = duban("undo", batch).out
    assert "判定改变" in undone
    assert undone.splitlines()[-1] == f"批次 {batch} 已撤回，共1条记录不再计入"
    assert stations(data) == ["S1"]
    again = duban("undo", batch)
    assert (again.code, again.said) == (2, [f"没有可撤回的批次 {batch}（不存在，或已经撤回）"])
    assert duban("undo", 1).code == 0
    assert stations(data) == []


def test_an_older_word_than_the_one_on_file_is_not_taken_and_counted(duban, city):
    duban("import", city)
    old = UNITS.replace("covered_from\n", "covered_from,recorded_on\n")
    old = old.replace("S1,一镇社工站,station,T1,2021-06-15,,", "S1,一镇旧站,station,T1,2021-06-15,,,2021-07-01")
    new = old.replace("一镇旧站", "一镇新站").replace("2021-07-01", "2022-07-01")
    assert "更正1条" in duban("import", write_city(city, {}, units=new) / "units.csv").out
    out = duban("import", write_city(city, {}, units=old) / "units.csv").out
    assert "更正0条，没有变化9条，登记早于台账现有内容而未采用1条；台账没有改变" in out


def test_undo_of_what_a_later_import_builds_on_is_refused(duban, city, tmp_path):
    duban("import", city)
    write_city(city, {}, units=UNITS.replace("一镇社工站", "一镇社会工作站"))
    assert "更正1条" in duban("import", city).out
    answer = duban("undo", 1)
    assert (answer.code, answer.out) == (2, "")
    assert answer.said == ["批次 1 的记录已被后来的批次更正或引用，应先撤回后来的批次"]
    assert stations(tmp_path / "data") == ["S1"]


def test_an_import_may_refer_to_what_the_ledger_knows(duban, city, tmp_path):
    duban("import", city)
    leaves = tmp_path / "leaves.csv"
    leaves.write_text("person,starts_on,ends_on\nW1,2021-08-01,2021-08-05\n", "utf-8")
    assert duban("import", leaves).code == 0
    leaves.write_text("person,starts_on,ends_on\nW7,2021-08-01,2021-08-05\n", "utf-8")
    answer = duban("import", leaves)
    assert answer.code == 2
    assert answer.said == ["leaves.csv 第2行 person：“W7”在“人员”里找不到，应先登记或改正编码"]


def test_a_unit_under_the_wrong_kind_of_unit_of_the_ledger_is_refused(duban, city, tmp_path):
    duban("import", city)
    units = tmp_path / "units.csv"
    units.write_text("code,name,kind,parent\nS9,九站,station,K\n", "utf-8")
    answer = duban("import", units)
    assert (answer.code, len(answer.said)) == (2, 1)
    assert "units.csv 第2行 parent" in answer.said[0]


def test_faulty_records_change_nothing(duban, city, tmp_path):
    duban("import", city)
    write_city(city, {}, units=BUILT, posts="person,unit,post\nW1,S1,nosuch\n")
    answer = duban("import", city)
    assert (answer.code, answer.out) == (2, "")
    assert [line.split("：")[0] for line in answer.said] == ["posts.csv 第2行 post"]
    assert stations(tmp_path / "data") == ["S1"]


def test_each_data_folder_is_an_installation_of_its_own(duban, city, tmp_path, monkeypatch):
    duban("import", city)
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path / "other"))
    assert duban("undo", 1).code == 2
    assert "新增16条" in duban("import", city).out
    assert stations(tmp_path / "other") == stations(tmp_path / "data") == ["S1"]


def test_cities_of_one_ledger_do_not_touch_each_other(duban, city):
    duban("import", city)
    assert "新增16条" in duban("import", city, "--plan", "jiaxing").out
    assert duban("undo", 2, "--plan", "huizhou").code == 2
    assert duban("undo", 2, "--plan", "jiaxing").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "nowhere"), "nowhere：路径不存在"),
        (("import", "."), "文件夹里没有 CSV 文件"),
        (("import", ".", "--plan", "nosuch"), "没有名为“nosuch”的方案"),
        (("import",), "缺少 PATH"),
        (("undo", "7"), "没有可撤回的批次 7"),
        (("undo", "seven"), "BATCH 的值不对：应为整数；用法见 duban undo --help"),
        (("calendar", "show", "1900"), "YEAR 的值不对：应不小于2000"),
        (("calendar", "show", "2500"), "YEAR 的值不对：应不大于2100"),
        (("undo", "1", "--format", "word"), "--format 的值不对：没有“word”，应为table、json；用法见 duban undo --help"),
        (("undo", "1", "2"), "多出了参数 2；"),
        (("undo", "1", "--plan"), "--plan 后面要写值"),
        (("undo", "1", "--plam", "x"), "没有选项 --plam"),
        (("undo",), "缺少 BATCH"),
        (("undo", "1", "--plan", "nosuch"), "没有名为“nosuch”的方案"),
        ((), "缺少命令"),
        (("nosuch",), "没有命令 nosuch"),
    ],
)
def test_a_wrong_call_is_one_line_and_ends_with_two(duban, words, said):
    answer = duban(*words)
    assert answer.code == 2
    (line,) = answer.said
    assert said in line


UNREACHABLE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.mark.parametrize("words", [("import", "city"), ("undo", "1")])
def test_a_database_that_cannot_be_reached_ends_with_three(duban, city, monkeypatch, words):
    monkeypatch.setenv("DUBAN_DATABASE_URL", UNREACHABLE)
    answer = duban(*words)
    assert (answer.code, answer.out) == (3, "")
    (line,) = answer.said
    assert line.startswith("数据库出错：")


def test_a_data_folder_that_cannot_be_made_ends_with_three(duban, city, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path / "file" / "data"))
    answer = duban("import", city)
    assert (answer.code, len(answer.said)) == (3, 1)
    assert "file" in answer.said[0]


def test_a_ledger_that_is_no_database_ends_with_three(duban, city, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ledger.db").write_text("不是数据库" * 200, "utf-8")
    answer = duban("import", city)
    assert (answer.code, len(answer.said)) == (3, 1)


def test_a_ledger_of_a_newer_program_is_left_alone(duban, city, tmp_path):
    duban("import", city)
    engine = open_engine(f"sqlite:///{tmp_path / 'data' / 'ledger.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    engine.dispose()
    answer = duban("import", city)
    assert (answer.code, len(answer.said)) == (3, 1)
    assert "应先更新程序" in answer.said[0]


def test_a_setting_that_cannot_be_read_is_named(duban, monkeypatch):
    monkeypatch.setenv("DUBAN_PREFECT_PORT", "many")
    answer = duban("undo", 1)
    assert (answer.code, len(answer.said)) == (2, 1)
    assert answer.said[0] == "环境变量 DUBAN_PREFECT_PORT：应为整数（写的是“many”）"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "DATABASE_URL",
            "mysql://duban:geheim@db/duban",
            "应为 postgresql+psycopg://用户:口令@主机/库名 或 sqlite:///文件",
        ),
        ("CLOCK", "ftp://clock", "应为 http://…、https://… 或 ntp://主机"),
        ("RECEIPTS_PORT", "99999", "应不大于65535"),
    ],
)
def test_a_setting_that_means_nothing_is_named_and_gives_no_password_away(duban, monkeypatch, name, value, said):
    monkeypatch.setenv(f"DUBAN_{name}", value)
    answer = duban("levers")
    assert (answer.code, len(answer.said)) == (2, 1)
    assert answer.said[0].startswith(f"环境变量 DUBAN_{name}：{said}")
    assert "geheim" not in answer.said[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("template", "nowhere/form.xlsx"), "nowhere/form.xlsx：没有这个文件或文件夹"),
        (("sample", "--out", "here", "--until", "2021-01-01"), "here：已经存在"),
        (("compare", "--format", "xlsx", "--out", "nowhere/a.xlsx"), "nowhere/a.xlsx：没有这个文件或文件夹"),
    ],
)
def test_what_cannot_be_written_is_one_chinese_line_and_ends_with_three(duban, tmp_path, words, said):
    (tmp_path / "here").write_text("")
    answer = duban(*words)
    assert (answer.code, answer.out, answer.said) == (3, "", [said])


def test_the_template_is_a_workbook_that_import_takes(duban, tmp_path):
    assert duban("template", tmp_path / "form.xlsx").code == 0
    answer = duban("import", tmp_path / "form.xlsx", "--dry-run")
    assert answer.code == 0
    assert "新增0条" in answer.out


def test_the_sample_city_is_the_same_for_the_same_seed_and_can_be_judged(duban, tmp_path):
    for name in ("one", "two"):
        assert duban("sample", "--out", tmp_path / name, "--seed", "3", "--until", "2021-08-31").code == 0
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert [(tmp_path / "one" / name).read_bytes() for name in files] == [
        (tmp_path / "two" / name).read_bytes() for name in files
    ]
    judged = duban(
        "judge", "--plan", "huizhou", "--records", tmp_path / "one", "--as-of", "2021-08-31", "--clause", "HZ-3-01",
        "--format", "json",
    )  # fmt: skip
    assert len(judged.objects) > 10
