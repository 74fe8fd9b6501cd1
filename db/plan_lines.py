"""Where a finding stands in the files of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import yaml

from db.fault_words import one_a_slip, said
from policy.finding import Finding, Located, error

NAMES = ("key", "id")
DAY_IN_PATH = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")


@dataclass(frozen=True)
class Sheets:
    """The texts of a plan's files, by file name, as they were read."""

    plan: str
    texts: Mapping[str, str]

    @cached_property
    def nodes(self) -> dict[str, Any]:
        return {name: yaml.compose(text, Loader=yaml.CSafeLoader) for name, text in self.texts.items()}

    def located(self, finding: Finding) -> Located:
        return Located(self.plan, finding, self._line(finding.place))

    def of_faults(self, faults: Iterable[Any]) -> list[Located]:
        """Findings for all errors of one validation, one for each slip."""
        return [self.of_fault(fault) for fault in one_a_slip(faults)]

    def of_fault(self, fault: Any) -> Located:
        """A finding for an error of pydantic's, whose path tells items of lists by their number."""
        file, path = self._home([_part(part) for part in fault["loc"]])
        place, clause = self._named(file, path)
        return self.located(error("value", (file, *place), said(fault), clause))

    def _home(self, loc: list[str]) -> tuple[str, list[str]]:
        """What is under `clauses` stands in clauses.yaml where there is one; all else in the first file."""
        own = f"{loc[0]}.yaml" if loc else ""
        return (own, loc[1:]) if own in self.texts else (next(iter(self.texts)), loc)

    def _line(self, place: Sequence[str]) -> int | None:
        """The line of the last part of the place that the file has; None where it has none of it."""
        file, *path = place
        node, line = self.nodes.get(file), None
        for part in path:
            child = _child(node, part)
            if child is None:
                break
            node, line = child[1], child[0].start_mark.line + 1
        return line

    def _named(self, file: str, path: Sequence[str]) -> tuple[list[str], str | None]:
        """The path with the keys and ids of list items, as far as the file goes, and the clause it is about.

        pydantic's path also names what the file does not: the member of a union.
        """
        node, named, clause = self.nodes.get(file), [], None
        for number, part in enumerate(path):
            child = _child(node, part)
            last = number == len(path) - 1
            if child is None and not last:
                continue
            node = child[1] if child else None
            named.append(_word(node, NAMES) or part)
            clause = _word(node, ("clause", "id")) or clause
        return named, clause


def _part(part: object) -> str:
    """One step of pydantic's path; a day for a key is written as its Python object."""
    return DAY_IN_PATH.sub(lambda found: str(date(*map(int, found.groups()))), str(part))


def _child(node: Any, part: str) -> tuple[Any, Any] | None:
    """Where the part begins, and its node: by key in a mapping, by number, key or id in a list."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode):
        named = (item for item in node.value if part in (_word(item, (name,)) for name in NAMES))
        item = next(named, None) or _numbered(node, part)
        return (item, item) if item else None
    return None


def _numbered(node: yaml.SequenceNode, part: str) -> Any:
    return node.value[int(part)] if part.isdigit() and int(part) < len(node.value) else None


def _word(node: Any, names: tuple[str, ...]) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    words = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    return next((words[name] for name in names if name in words), None)
