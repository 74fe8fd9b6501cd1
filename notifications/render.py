"""Notices into words: Jinja2 with nothing undefined and nothing unsafe, every template checked when it is loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from notifications.approved import count
from notifications.channel import Form
from notifications.digest import Digest, Line, Next
from notifications.mime import one_line

TEMPLATES = Path(__file__).parent / "templates"
WEEKDAYS = "一二三四五六日"
LONGEST_SUBJECT = 100
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
class Alarm:
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


OURS = (Digest, Line, Next, Alarm, Caution)


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
    return made


class Sandbox(SandboxedEnvironment):
    """Fields of what we hand over ourselves are not examined: that was half of the time a digest took."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, OURS) and attribute in obj.__dataclass_fields__:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


class Renderer:
    """Whoever has one has checked templates; see template_check. `version` is the hash of all their texts."""

    def __init__(self, made: SandboxedEnvironment) -> None:
        self._environment = made
        self.version = _version(made)

    def digest(self, digest: Digest, form: Form = Form.LETTER) -> Rendered:
        """Never raises for a line: a failing one is said plainly, and the message says so."""
        asked = [self._ask(line) for line in digest.lines]
        shown = [(line, ask) for line, ask in zip(digest.lines, asked, strict=True)]
        made = self._whole("digest", failed=asked.count(None), digest=digest, shown=shown)
        match form:
            case Form.LETTER:
                return made
            case Form.TEXT:
                return replace(made, html="")
            case Form.COUNTS:
                return replace(made, text=count(digest), html="", failed=0)

    def alarm(self, alarm: Alarm) -> Rendered:
        return self._whole("alarm", failed=0, alarm=alarm)

    def warning(self, warning: Caution) -> Rendered:
        return self._whole("warning", failed=0, warning=warning)

    def ask(self, line: Line) -> str:
        """What is asked of the recipient, in one paragraph."""
        return one_line(self._environment.get_template(f"{line.reason}.zh.j2").render(line=line))

    def _ask(self, line: Line) -> str | None:
        try:
            return self.ask(line)
        except FILL_ERRORS:
            return None

    def _whole(self, name: str, failed: int, **values: object) -> Rendered:
        subject, text, html = (
            self._environment.get_template(f"{name}.{part}.zh.j2").render(failed=failed, **values)
            for part in ("subject", "text", "html")
        )
        return Rendered(one_line(subject)[:LONGEST_SUBJECT], text.strip() + "\n", html, failed)


def _version(made: SandboxedEnvironment) -> str:
    assert made.loader is not None
    texts = (made.loader.get_source(made, name)[0] for name in sorted(made.list_templates()))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
