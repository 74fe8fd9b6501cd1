"""Notices into words: Jinja2 with nothing undefined and nothing unsafe, every template checked when it is loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, MutableMapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from notifications.approved import count
from notifications.channel import Form
from notifications.digest import Alike, Digest, Line, Next
from notifications.mime import one_line

TEMPLATES = Path(__file__).parent / "templates"
WEEKDAYS = "一二三四五六日"
LONGEST_SUBJECT, KEPT = 100, 1000
FILL_ERRORS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What filling a template can raise: its own errors, and those of the expressions in it."""


@dataclass(frozen=True)
class Rendered:
    """`failed` counts the lines whose own template could not be filled; they are shown with a plain sentence."""

    subject: str
    text: str
    html: str
    failed: int = 0


@dataclass(frozen=True)
class RoundMissing:
    """The daily round did not complete in time: what is missing, said by the watchman."""

    day: date
    clock: str
    plan: str
    office: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Caution:
    """Something that keeps word back, or may: what it is, and in lines what was seen and what to do."""

    day: date
    clock: str
    plan: str
    office: str
    title: str
    lines: tuple[str, ...]


class Phrased(NamedTuple):
    """What is said alike, in words; `failed`: without what is asked, which could not be filled in."""

    text: str
    html: Markup
    failed: bool


OURS = {kind: frozenset(kind.__annotations__) for kind in (Digest, Line, Alike, Phrased, Next, RoundMissing, Caution)}
"""What we hand over ourselves, with its fields."""


@cache
def zh(day: date) -> str:
    """2026年9月30日 周三: the only way a date is written to a person."""
    return f"{day.year}年{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def environment(folder: Path = TEMPLATES) -> SandboxedEnvironment:
    made = Sandbox(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and ".html." in name,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
    made.filters["zh"], made.filters["one_line"] = zh, one_line
    made.globals.clear()
    return made


class Sandbox(SandboxedEnvironment):
    """Fields of what we hand over ourselves are not examined: that was half of the time a digest took."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in OURS.get(type(obj), ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dict: Jinja's own is copied key by key, for every part of every message."""
        return {**self.globals, **(d or {})}


class Renderer:
    """Whoever has one has checked templates; see template_check. `version` is the hash of all their texts."""

    def __init__(self, made: SandboxedEnvironment) -> None:
        self._template = cache(made.get_template)
        self.phrased = lru_cache(KEPT)(self._phrase)
        self.version = _version(made)

    def digest(self, digest: Digest, form: Form = Form.LETTER) -> Rendered:
        """Never raises for a line: a failing one is said plainly, and the message says so."""
        if form is Form.COUNTS:
            return Rendered(self._part("digest", "subject", digest=digest), count(digest), "")
        shown = [(line.matter, line.alike, self.phrased(line.alike)) for line in digest.lines]
        parts = ("text", "html") if form is Form.LETTER else ("text",)
        return self._whole("digest", sum(one.failed for *_, one in shown), parts, digest=digest, shown=shown)

    def alarm(self, alarm: RoundMissing) -> Rendered:
        return self._whole("alarm", alarm=alarm)

    def warning(self, warning: Caution) -> Rendered:
        return self._whole("warning", warning=warning)

    def ask(self, alike: Alike) -> str:
        """What is asked of the recipient, in one paragraph."""
        return one_line(self._template(f"{alike.reason}.zh.j2").render(line=alike))

    def _phrase(self, alike: Alike) -> Phrased:
        try:
            ask = self.ask(alike)
        except FILL_ERRORS:
            ask = ""
        text, html = (self._part("line", part, line=alike, ask=ask) for part in ("text", "html"))
        return Phrased(text, Markup(html), not ask)

    def _whole(
        self, name: str, failed: int = 0, parts: Collection[str] = ("text", "html"), **values: object
    ) -> Rendered:
        text, html = (
            self._part(name, part, failed=failed, **values) if part in parts else "" for part in ("text", "html")
        )
        return Rendered(self._part(name, "subject", failed=failed, **values), text.strip() + "\n", html, failed)

    def _part(self, name: str, part: str, **values: object) -> str:
        made = self._template(f"{name}.{part}.zh.j2").render(**values)
        return one_line(made)[:LONGEST_SUBJECT] if part == "subject" else made


def _version(made: SandboxedEnvironment) -> str:
    assert made.loader is not None
    texts = (made.loader.get_source(made, name)[0] for name in sorted(made.list_templates()))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
