"""Reads plans/: strict, with every finding named by file, line and what would be right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from db.measures import QUESTIONS
from db.measures.subjects import speaks_of
from db.plan_lines import Sheets
from db.planfile import parsed, refused, text_of
from policy.amendment_faults import amendment_faults
from policy.amendments import text_on
from policy.errors import PlanInvalid
from policy.finding import Finding, Located, error
from policy.plan import Obligation, Plan, PublishedYear
from policy.soundness import findings
from policy.soundness.inhibition import inhibitions
from policy.words import LABELS, Grade, Role

PLANS = Path(__file__).resolve().parent.parent / "plans"
LISTS = ("obligations", "amendments")
CHAINS = TypeAdapter(dict[str, tuple[Role, ...]])
YEARS = TypeAdapter(tuple[PublishedYear, ...])
FILES = ("plan.yaml", "clauses.yaml", "house.yaml")
CALENDAR = "calendar.yaml"
"""The holidays taken over by the office, one entry a notice; a plan may be without."""


def plan_keys(root: Path = PLANS) -> tuple[str, ...]:
    """Every plan there is, by key; a folder whose name starts with _ is a template."""
    return tuple(sorted(p.parent.name for p in root.glob("*/plan.yaml") if not p.parent.name.startswith("_")))


def load_plan(key: str, overrides: dict[str, str] | None = None, root: Path = PLANS) -> Plan:
    """The plan of a city with the house's values overridden by dotted key (`readings.A35`).

    Raises PlanInvalid with one Chinese line per fault.
    """
    folder = _there(key, root)
    return _load(folder, tuple(sorted((overrides or {}).items())), _stamp(folder))


def plan_folder(key: str, root: Path = PLANS) -> Path:
    """The folder of a plan by its key, or any folder by its path."""
    own = root / key
    return own if Path(key).name == key and own.is_dir() else Path(key)


def reported_keys(root: Path = PLANS) -> tuple[str, ...]:
    """The programmes known from reports alone; db/reported.py reads them."""
    return tuple(sorted(p.parent.name for p in root.glob("reported/*/reported.yaml")))


def reported_folder(key: str, root: Path = PLANS) -> Path | None:
    """The folder of a reported programme by its key, or by its path; None where there is none."""
    own = root / "reported" / key if Path(key).name == key else Path(key)
    return own if (own / "reported.yaml").exists() else None


def _there(key: str, root: Path) -> Path:
    """The folder of a plan that has its plan.yaml. Raises PlanInvalid."""
    folder = plan_folder(key, root)
    if folder.is_dir() and not (folder / "plan.yaml").exists() and reported_folder(key, root) is None:
        raise refused(folder.name, "file", "plan.yaml", "缺少这个文件")
    if not (folder / "plan.yaml").exists():
        raise PlanInvalid([_absent(key, root)])
    return folder


def _absent(key: str, root: Path) -> str:
    if reported_folder(key, root):
        return f"“{key}”是报道口径，只作对照，不判定也不通知；请用 duban compare {key}"
    return f"没有名为“{Path(key).name}”的方案；现有：{'、'.join(plan_keys())}"


def _stamp(folder: Path) -> tuple[int, ...]:
    """Changes whenever a file of the plan does, so that a running office sees an edit."""
    files = (folder / name for name in (*FILES, CALENDAR))
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


@lru_cache(maxsize=32)
def _load(folder: Path, overrides: tuple[tuple[str, str], ...], stamp: tuple[int, ...]) -> Plan:
    plan, sheets = _compiled(folder, overrides)
    if faults := [found for found in _said_of(plan, sheets) if found.grade is Grade.ERROR]:
        raise PlanInvalid(faults)
    return plan


def findings_of(key: str, root: Path = PLANS) -> list[Located]:
    """Everything that can be said of a plan, each with its line, the gravest first; also of one that does not load.

    Raises PlanInvalid for a folder that holds no plan.
    """
    try:
        plan, sheets = _compiled(_there(key, root), ())
    except PlanInvalid as invalid:
        if not invalid.located:
            raise
        return invalid.located
    return _said_of(plan, sheets)


def located(key: str, found: Iterable[Finding], root: Path = PLANS) -> list[Located]:
    """What was found elsewhere against a plan that loads, with its lines."""
    folder = _there(key, root)
    sheets = _sheets(folder)
    return [sheets.located(finding) for finding in found]


def _said_of(plan: Plan, sheets: Sheets) -> list[Located]:
    """Of the base text, and of what its amendments make of it."""
    base = text_on(plan, date.min)
    amended = [sheets.of_fault(fault) for fault in amendment_faults(plan)]
    later = () if amended else (*_later_unanswerable(plan), *inhibitions(plan))
    return [*amended, *(sheets.located(found) for found in (*_unanswerable(base), *later, *findings(base)))]


def _later_unanswerable(plan: Plan) -> Iterator[Finding]:
    for amendment in plan.amendments:
        known = {finding.message for finding in _unanswerable(text_on(plan, date.min))}
        for finding in _unanswerable(text_on(plan, amendment.date)):
            if finding.message not in known:
                yield error(finding.rule, ("plan.yaml", "amendments", amendment.key), finding.message, finding.clause)


def _compiled(folder: Path, overrides: tuple[tuple[str, str], ...]) -> tuple[Plan, Sheets]:
    """The plan, and its files as they were read. Raises PlanInvalid where it has not even the shape of one."""
    sheets = _sheets(folder)
    said = {name: parsed(folder / name, text) for name, text in sheets.texts.items()}
    house = _overridden(said["house.yaml"], overrides)
    published = _published(sheets, said.get(CALENDAR))
    house = {**house, "published": published} if published and isinstance(house, dict) else house
    chains = _chains(sheets, said["plan.yaml"])
    assembled = _assemble(folder.name, said["plan.yaml"], chains, said["clauses.yaml"], house)
    try:
        plan = Plan.model_validate({**assembled, "revision": _revision(sheets.texts, overrides)})
    except ValidationError as faults:
        raise PlanInvalid(sheets.of_faults(faults.errors())) from faults
    return plan, sheets


def _sheets(folder: Path) -> Sheets:
    names = (*FILES, CALENDAR) if (folder / CALENDAR).exists() else FILES
    return Sheets(folder.name, {name: text_of(folder / name) for name in names})


def _published(sheets: Sheets, given: Any) -> tuple[PublishedYear, ...]:
    """The notices of calendar.yaml. Raises PlanInvalid."""
    try:
        return YEARS.validate_python(given or ())
    except ValidationError as faults:
        located = ({**fault, "loc": ("calendar", *fault["loc"])} for fault in faults.errors())
        raise PlanInvalid(sheets.of_faults(located)) from faults


def _unanswerable(plan: Plan) -> Iterator[Finding]:
    """What a plan asks that no question answers: not at all, not for this subject, not for this kind of check."""
    for o in plan.obligations:
        place = ("plan.yaml", "obligations", o.key)
        asks, kinds = (*place, "check", "asks"), speaks_of(o.check.asks)
        if o.check.asks not in QUESTIONS:
            yield error("question-unknown", asks, f"没有名为“{o.check.asks}”的问法", o.clause)
        elif kinds and o.subject not in kinds:
            about = "、".join(LABELS[kind] for kind in kinds)
            said = f"“{o.check.asks}”这种问法的对象是{about}，这里写的是{LABELS[o.subject]}"
            yield error("question-unfit", (*place, "subject"), said, o.clause)
        elif not _fits(o, plan):
            said = f"“{o.check.asks}”这种问法不能用于{o.check.kind}，或缺少它要用的项"
            yield error("question-unfit", asks, said, o.clause)


def _fits(o: Obligation, plan: Plan) -> bool:
    """Whether the question can be put: it asserts its kind of check, and looks up what the check names."""
    try:
        QUESTIONS[o.check.asks](o, plan.house)
    except (AssertionError, AttributeError, KeyError, ValueError):
        return False
    return True


def _chains(sheets: Sheets, plan: Any) -> dict[str, Any]:
    """The chains by name, taken out of the plan: one fault each, not one for every obligation that names it."""
    chains = plan.pop("chains", None) if isinstance(plan, dict) else None
    try:
        CHAINS.validate_python({} if chains is None else chains)
    except ValidationError as faults:
        located = ({**fault, "loc": ("chains", *fault["loc"])} for fault in faults.errors())
        raise PlanInvalid(sheets.of_faults(located)) from faults
    return chains or {}


def _assemble(name: str, plan: Any, chains: dict[str, Any], clauses: Any, house: Any) -> dict[str, Any]:
    """Chains are written out and the force of each obligation comes from its clause."""
    for file, given, shape, said in (
        ("plan.yaml", plan, dict, "键值"),
        ("clauses.yaml", clauses, list, "列表"),
        ("house.yaml", house, dict, "键值"),
    ):
        if not isinstance(given, shape):
            raise refused(name, "shape", file, f"整个文件应为{said}")
    for part in LISTS:
        if not isinstance(plan.get(part) or [], list):
            raise refused(name, "shape", "plan.yaml", f"{part} 应为列表，每项以“- ”开头")
    forces = {str(c.get("id")): c.get("force") for c in clauses if isinstance(c, dict)}
    obligations = [_filled(o, chains, forces) for o in plan.get("obligations") or []]
    amendments = [_filled_in(a, chains, forces) for a in plan.get("amendments") or []]
    return {**plan, "obligations": obligations, "amendments": amendments, "clauses": clauses, "house": house}


def _filled_in(amendment: Any, chains: dict[str, Any], forces: dict[Any, Any]) -> Any:
    """What an amendment adds is filled like any obligation; of what it changes only the chain is written out."""
    if not isinstance(amendment, dict):
        return amendment
    filled = dict(amendment)
    if isinstance(filled.get("adds"), list):
        filled["adds"] = [_filled(added, chains, forces) for added in filled["adds"]]
    if isinstance(filled.get("changes"), dict):
        filled["changes"] = {key: _chained(fields, chains) for key, fields in filled["changes"].items()}
    return filled


def _chained(fields: Any, chains: dict[str, Any]) -> Any:
    chain = fields.get("escalation") if isinstance(fields, dict) else None
    if not isinstance(chain, str):
        return fields
    unknown = [f"没有名为{chain}的上报链，chains 里有：{'、'.join(map(str, chains))}"]
    return {**fields, "escalation": chains.get(chain, unknown)}


def _filled(obligation: Any, chains: dict[str, Any], forces: dict[Any, Any]) -> Any:
    if not isinstance(obligation, dict):
        return obligation
    return _chained({"force": forces.get(str(obligation.get("clause")), "should"), **obligation}, chains)


def _overridden(house: Any, overrides: tuple[tuple[str, str], ...]) -> Any:
    for dotted, value in overrides:
        *path, last = dotted.split(".")
        place = house
        for step in path:
            place = place.get(step) if isinstance(place, dict) else None
        if not isinstance(place, dict) or last not in place:
            raise PlanInvalid([f"--set {dotted}：house.yaml 里没有这一项"])
        # Where a word stands a word is given: YAML would read 08:30 as a number and no as a refusal.
        place[last] = value if isinstance(place[last], str) else _given(dotted, value)
    return house


def _given(dotted: str, value: str) -> Any:
    try:
        return yaml.safe_load(value)
    except (yaml.YAMLError, ValueError) as error:
        raise PlanInvalid([f"--set {dotted}：“{value}”看不懂，应写成 house.yaml 里的样子"]) from error


def _revision(texts: Mapping[str, str], overrides: tuple[tuple[str, str], ...]) -> str:
    content = json.dumps([dict(texts), overrides], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
