"""Every template is tried before any message is sent: it parses, asks only for what it gets, and survives odd names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from jinja2 import TemplateError, TemplateNotFound, meta
from jinja2.sandbox import SandboxedEnvironment

from notifications.approved import sentences
from notifications.digest import Alike, Digest, Line, Next
from notifications.render import FILL_ERRORS, LONGEST_SUBJECT, Caution, Renderer, RoundMissing, environment
from policy.words import LABELS, Reason

ASK_NAMES, LINE_NAMES = frozenset({"line"}), frozenset({"line", "ask"})
WHOLE_NAMES = {
    "digest": frozenset({"digest", "shown", "failed"}),
    "alarm": frozenset({"alarm", "failed"}),
    "warning": frozenset({"warning", "failed"}),
}
ODD = ("测试站", "长" * 200, "{{ 7 * 7 }}", "<b>&\"'", "某站\r\nBcc: x@example.invalid", "")


class TemplatesInvalid(Exception):
    """One or more templates are wrong; one Chinese line each."""


@cache
def renderer() -> Renderer:
    """A renderer with the product's own templates, checked; the sentences for text messages too."""
    sentences()
    return checked(environment())


def checked(made: SandboxedEnvironment) -> Renderer:
    """Raises TemplatesInvalid."""
    faults = list(faults_of(made))
    if faults:
        raise TemplatesInvalid("\n".join(faults))
    return Renderer(made)


def faults_of(made: SandboxedEnvironment) -> Iterator[str]:
    wanted = {f"{reason}.zh.j2": ASK_NAMES for reason in Reason if reason is not Reason.DIGEST}
    wanted |= {f"line.{part}.zh.j2": LINE_NAMES for part in ("text", "html")}
    wanted |= {f"{n}.{part}.zh.j2": names for n, names in WHOLE_NAMES.items() for part in ("subject", "text", "html")}
    broken = [fault for name, names in wanted.items() for fault in _read(made, name, names)]
    yield from broken
    if not broken:
        yield from _tried(Renderer(made))


def _read(made: SandboxedEnvironment, name: str, names: frozenset[str]) -> Iterator[str]:
    assert made.loader is not None
    try:
        asked = meta.find_undeclared_variables(made.parse(made.loader.get_source(made, name)[0]))
    except TemplateNotFound:
        yield f"模板 {name}：缺少这个文件"
    except TemplateError as error:
        yield f"模板 {name}：写法有误（{error}）"
    else:
        yield from (f"模板 {name}：没有名为“{one}”的内容" for one in sorted(asked - names))


def _tried(renderer: Renderer) -> Iterator[str]:
    for alike in all_alike():
        try:
            asked = renderer.ask(alike)
        except FILL_ERRORS as error:
            yield f"模板 {alike.reason}.zh.j2：填写失败（{error}）"
        else:
            if not asked:
                yield f"模板 {alike.reason}.zh.j2：没有写出任何内容"
    for digest in digests():
        yield from _whole("digest", lambda digest=digest: renderer.digest(digest))
    for alarm in alarms():
        yield from _whole("alarm", lambda alarm=alarm: renderer.alarm(alarm))
    for warning in warnings():
        yield from _whole("warning", lambda warning=warning: renderer.warning(warning))


def _whole(name, render) -> Iterator[str]:  # type: ignore[no-untyped-def]
    try:
        made = render()
    except FILL_ERRORS as error:
        yield f"模板 {name}.*.zh.j2：填写失败（{error}）"
        return
    if not made.subject or len(made.subject) > LONGEST_SUBJECT or len(made.subject.splitlines()) != 1:
        yield f"模板 {name}.subject.zh.j2：主题要写成一行，不超过{LONGEST_SUBJECT}字"
    if "<b>&" in made.html:
        yield f"模板 {name}.html.zh.j2：内容没有转义"


def all_alike() -> Iterator[Alike]:
    """Every reason with every odd name, with and without due day, next level and clause title."""
    day = date(2026, 9, 30)
    for reason in Reason:
        if reason is Reason.DIGEST:
            continue
        for odd in ODD:
            next_ = Next(day, odd or "市")
            full = Alike(reason, LABELS[reason], "红", odd, "XX-1-01", odd, day, day, 3, 0, odd, odd, odd, next_)
            yield full
            yield full._replace(due=None, days_late=0, next=None, told="", clause_title="", actors="")


def digests() -> Iterator[Digest]:
    every, day = tuple(Line(alike.situation, alike) for alike in all_alike()), date(2026, 9, 30)
    counts = tuple((LABELS[reason], 40_000) for reason in Reason)
    for name in ODD:
        yield Digest(name, day, name, name, 7, counts, (), 7, every[:2], 3)
        for shown, office in ((every[:1], name), (every, "市民政局")):
            yield Digest(name, day, name, office, len(shown) + 7, counts, shown, 7, every[:2], 3)


def alarms() -> Iterator[RoundMissing]:
    for name in ODD:
        yield RoundMissing(date(2026, 9, 30), "09:30", name, name, ())
        yield RoundMissing(date(2026, 9, 30), "09:30", name, name, (name, name))


def warnings() -> Iterator[Caution]:
    for name in ODD:
        yield Caution(date(2026, 9, 30), "09:30", name, name, name, ())
        yield Caution(date(2026, 9, 30), "09:30", name, name, name, (name, name))
