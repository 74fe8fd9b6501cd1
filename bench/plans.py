"""How much of what a clerk gets wrong in a plan `duban plans check` finds, and how often it cries for nothing.

Each slip of `slips.py` is played on a plan drawn by seed. It is found when an error or a warning that was not there
before names its place; a harmless change is a false alarm when any error or warning is new.
"""

from __future__ import annotations

import copy
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bench.slips import HARMLESS, SLIPS, Files, Slip
from db.planstore import FILES, PLANS, findings_of, plan_keys
from policy.finding import Located
from policy.words import Grade

SEEDS, CHANGES = 10, 5
Said = tuple[str, str, tuple[str, ...], str]


@dataclass(frozen=True)
class Played:
    """One slip or change: what was new, and whether it named one of `names`."""

    kind: str
    plan: str
    seed: int
    names: tuple[str, ...]
    new: tuple[Located, ...]

    @property
    def named(self) -> bool:
        return any(_speaks_of(finding, name) for finding in self.new for name in self.names)


@dataclass(frozen=True)
class Score:
    slips: tuple[Played, ...]
    changes: tuple[Played, ...]

    @property
    def found(self) -> int:
        return sum(one.named for one in self.slips)

    @property
    def false_alarms(self) -> int:
        return sum(bool(one.new) for one in self.changes)

    def missed(self) -> dict[str, int]:
        return dict(Counter(one.kind for one in self.slips if not one.named))


def measure(seeds: Iterable[int] = range(SEEDS), changes: Iterable[int] = range(CHANGES)) -> Score:
    return Score(tuple(_played(SLIPS, seeds)), tuple(_played(HARMLESS, changes)))


def _played(kinds: dict[str, Slip], seeds: Iterable[int]) -> Iterator[Played]:
    for seed in seeds:
        for kind, slip in kinds.items():
            yield play(kind, slip, seed)


def play(kind: str, slip: Slip, seed: int) -> Played:
    """The slip on a plan of the seed; where the plan has nothing it could happen to, on the next one drawn."""
    draw = Random(f"{kind} {seed}")
    while True:
        key = draw.choice(plan_keys())
        files = copy.deepcopy(_read(key))
        if (names := slip(files, draw)) is not None:
            return Played(kind, key, seed, names, tuple(_new(key, files)))


@cache
def _read(key: str) -> Files:
    return {name: yaml.safe_load((PLANS / key / name).read_text("utf-8")) for name in FILES}


@cache
def _before(key: str) -> frozenset[Said]:
    return frozenset(_said(finding) for finding in findings_of(key))


def _new(key: str, files: Files) -> Iterator[Located]:
    with tempfile.TemporaryDirectory(prefix="duban-slip-") as folder:
        for name, content in files.items():
            _write(Path(folder) / name, content)
        for finding in findings_of(folder):
            if finding.grade is not Grade.NOTE and _said(finding) not in _before(key):
                yield finding


def _write(path: Path, content: Any) -> None:
    path.write_text(yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False), "utf-8")


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes what is written twice twice: a clerk uses no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _said(finding: Located) -> Said:
    found = finding.finding
    return found.grade.value, found.rule, found.place, found.message


def _speaks_of(finding: Located, name: str) -> bool:
    found = finding.finding
    return name == found.clause or name in found.place or name in found.message
