"""The house kept in order: who imports whom, what is named where, how long a file may be, what no file may hold."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from db.measures import QUESTIONS
from db.planstore import load_plan, plan_keys
from db.schema import MIGRATIONS
from policy import words

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "ARCHITECTURE.md"
POLICY_TEXTS = ROOT.parent / "shared" / "policies"

LONGEST, LONGEST_TEST = 400, 600
RATCHET: dict[str, int] = {}
"""Modules over the limit, with the length they may not pass. It only ever shrinks."""
GENERATED = "db/migrations/versions/"


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts() -> dict[str, str]:
    """Every tracked file that is text."""
    found = {}
    for path in tracked():
        try:
            found[name_of(path)] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def modules() -> dict[str, int]:
    """Every tracked Python file that people write, with its lines."""
    python = (path for path in tracked() if path.suffix == ".py" and not name_of(path).startswith(GENERATED))
    return {name_of(path): path.read_text("utf-8").count("\n") for path in python}


def test_imports_go_one_way() -> None:
    """In a process of its own: the linter sets up logging and silences every logger that exists."""
    asked = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    found = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


ENUMS = [kind for _, kind in inspect.getmembers(words, inspect.isclass) if issubclass(kind, StrEnum) and list(kind)]


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_word_has_a_chinese_label(kind: type[StrEnum]) -> None:
    assert [member for member in kind if not re.search(r"[一-鿿]", words.LABELS.get(member, ""))] == []


def test_a_word_of_two_enums_is_one_key_of_the_labels_and_has_to_mean_the_same() -> None:
    every = [member.value for kind in ENUMS for member in kind]
    twice = {word for word in every if every.count(word) > 1}
    assert twice == {"station", "township", "needs_ruling"}, "the later label wins: is it right for both?"


def page() -> str:
    assert PAGE.exists(), "ARCHITECTURE.md is missing: it is the map that this test holds to the tree"
    return PAGE.read_text("utf-8")


def tree() -> str:
    """The block of the page that draws the folders."""
    drawn = re.search(r"## The tree\s+```\w*\n(.*?)```", page(), re.DOTALL)
    assert drawn, "ARCHITECTURE.md has no section “The tree” with a block"
    return drawn.group(1)


def folders() -> set[str]:
    return {parent.as_posix() for path in tracked() for parent in path.relative_to(ROOT).parents} - {"."}


def test_every_folder_and_module_named_on_the_page_exists() -> None:
    endings = {f"/{folder}/" for folder in folders()}
    for folder in re.findall(r"(?<![\w/<>.*])((?:[a-z_]+/)+)", tree()):
        assert any(ending.endswith(f"/{folder}") for ending in endings), f"ARCHITECTURE.md names {folder}"
    files = {path.name for path in tracked()}
    for file in re.findall(r"(?<![\w/<>])([a-z_]+\.(?:py|yaml|md))\b", tree()):
        assert file in files, f"ARCHITECTURE.md names {file}"


def test_every_top_level_folder_is_named_on_the_page() -> None:
    drawn = re.findall(r"^([a-z_]+)/", tree(), re.MULTILINE)
    top = {folder for folder in folders() if "/" not in folder and not folder.startswith(".")}
    assert sorted(top - set(drawn)) == []


def test_the_page_stays_a_page() -> None:
    assert page().count("\n") <= 150


def test_every_question_that_a_plan_asks_can_be_answered_and_every_answer_is_asked_for() -> None:
    asked = {o.check.asks for key in plan_keys() for o in load_plan(key).obligations}
    assert sorted(asked - QUESTIONS.keys()) == []
    assert sorted(QUESTIONS.keys() - asked) == []


def test_migrations_are_numbered_one_after_the_other_and_the_newest_is_written_down() -> None:
    names = sorted(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+", name) for name in names)
    assert (MIGRATIONS / ".current-alembic-head").read_text().strip() == names[-1]


def test_no_module_is_longer_than_the_house_allows() -> None:
    def limit(name: str) -> int:
        return RATCHET.get(name, LONGEST_TEST if name.startswith("tests/") else LONGEST)

    assert {name: lines for name, lines in modules().items() if lines > limit(name)} == {}


def test_the_ratchet_names_only_what_needs_it() -> None:
    lengths = modules()
    assert [name for name in RATCHET if lengths.get(name, 0) <= LONGEST] == []


FAULTS = re.compile(r"^\| F(\d\d) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_every_fault_of_the_reference_is_shown_by_tests_that_exist() -> None:
    rows = FAULTS.findall((ROOT / "docs" / "faults.md").read_text("utf-8"))
    assert [number for number, _ in rows] == [f"{n:02d}" for n in range(1, 46)]
    for number, tests in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", tests)
        assert named, f"F{number}"
        for file, test in named:
            assert f"\ndef {test}(" in (ROOT / "tests" / file).read_text("utf-8"), f"F{number} names {file}::{test}"


BANNED_NAMES = ("utils", "util", "common", "manager", "managers", "helper", "helpers")


def test_no_file_has_a_name_that_says_nothing() -> None:
    said = [name_of(path) for path in tracked() if set(re.split(r"[/._-]", name_of(path).lower())) & set(BANNED_NAMES)]
    assert said == []


# In two pieces, so that this file does not hold what no file may hold.
FORBIDDEN = [f"/{word}/" for word in ("work",)] + [f"/tmp/{letter}/" for letter in "w"]
REGISTRIES = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
]


@pytest.mark.parametrize("held", [*FORBIDDEN, *REGISTRIES, "pypi-" + "more", "index-" + "url ="])
def test_no_file_holds_a_path_of_one_machine_or_the_host_of_a_registry(held: str) -> None:
    assert [name for name, text in texts().items() if held in text] == []


@pytest.mark.skipif(not POLICY_TEXTS.is_dir(), reason="the policy texts are not beside this checkout")
def test_no_sentence_of_the_policy_texts_is_copied() -> None:
    ours = {name: bare(text) for name, text in texts().items()}
    copied = [
        (name, sentence)
        for file in sorted(POLICY_TEXTS.glob("*.txt"))
        for sentence in sentences(file.read_text("utf-8"))
        for name, text in ours.items()
        if sentence in text
    ]
    assert copied == []


DOCUMENT = re.compile(r"(方案|办法|通知|意见|细则)\Z")


def sentences(text: str) -> set[str]:
    """Sentences of at least twelve Chinese characters, without blanks and marks; a document's own name is no sentence."""
    found = (bare(part) for part in re.split(r"[。；！？\n]", text))
    return {said for said in found if len(re.findall(r"[一-鿿]", said)) >= 12 and not DOCUMENT.search(said)}


def bare(text: str) -> str:
    """Letters, digits and characters alone: a comma changed does not make a sentence ours."""
    return re.sub(r"[\W_]+", "", text)
