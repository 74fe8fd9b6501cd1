"""The few sentences a text message may be: registered with the provider word for word, with counts as the only variables.

A message is frozen as its words. A channel finds the sentence again by its words, so that trying again sends the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from notifications.channel import SendError
from notifications.digest import LATE, OPEN, Digest
from policy.words import LABELS, Reason

FILE = Path(__file__).parent / "templates" / "sms.yaml"
LONGEST, LONGEST_SIGN = 70, 12
LAST_RESORT = "news_plain"
VARIABLES = {"n": (r"\d{1,6}", "999999"), "day": (r"\d{4}-\d{2}-\d{2}", "2026-12-31")}
"""By name: what it looks like, and its longest value; no provider takes more than 20 characters."""
LONGEST_VALUES = {name: longest for name, (_, longest) in VARIABLES.items()}
HOLE = re.compile(r"\{(\w*)\}")
FORBIDDEN = re.compile(r"https?:|www\.|\.(?:cn|com)|【|】|1[3-9]\d{9}", re.IGNORECASE)


class Sentence(BaseModel):
    """`sha` is of the text as it was registered; `plain` names the sentence without variables that stands in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    sha: str
    plain: str = ""


@dataclass(frozen=True)
class Said:
    """A sentence found by its words, with the values of its variables in the order of the text."""

    key: str
    values: dict[str, str]


class SentencesInvalid(Exception):
    """The sentences are wrong; one Chinese line each."""


class Code(BaseModel):
    """What a provider calls a sentence, and the hash of the text it approved."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    sha: str


def sha_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def read_sentences(file: Path = FILE) -> dict[str, Sentence]:
    """Checked. Raises SentencesInvalid."""
    found = TypeAdapter(dict[str, Sentence]).validate_python(yaml.safe_load(file.read_text("utf-8")))
    faults = list(faults_of(found))
    if faults:
        raise SentencesInvalid("\n".join(faults))
    return found


@cache
def sentences() -> dict[str, Sentence]:
    """The product's own sentences."""
    return read_sentences()


def faults_of(found: Mapping[str, Sentence]) -> Iterator[str]:
    if LAST_RESORT not in found:
        yield f"短信文字：缺少 {LAST_RESORT}"
    for key, sentence in found.items():
        faults = [*_wording(sentence), *_stand_in(sentence, found)]
        if not faults and _taken_for_another(found, key):
            faults = ["与另一条分不清"]
        yield from (f"短信文字 {key}：{fault}" for fault in faults)


def _wording(sentence: Sentence) -> Iterator[str]:
    names = HOLE.findall(sentence.text)
    yield from (f"没有名为“{name}”的变量" for name in names if name not in VARIABLES)
    if len(set(names)) != len(names) or "}{" in sentence.text:
        yield "每个变量只能用一次，变量之间要有文字"
    if FORBIDDEN.search(sentence.text):
        yield "不能有网址、号码和【】"
    length = len(_filled(sentence.text, LONGEST_VALUES)) + LONGEST_SIGN + len("【】")
    if length > LONGEST:
        yield f"连同签名最长{length}字，应不超过{LONGEST}字"
    if sentence.sha != sha_of(sentence.text):
        yield f"文字与 sha 不符：改过文字就要重新报备，新的 sha 是 {sha_of(sentence.text)}"


def _stand_in(sentence: Sentence, found: Mapping[str, Sentence]) -> Iterator[str]:
    if not HOLE.search(sentence.text):
        return
    if sentence.plain not in found or HOLE.search(found[sentence.plain].text):
        yield "要有一条没有变量的备用文字（plain）"


def _taken_for_another(found: Mapping[str, Sentence], key: str) -> bool:
    """Whether these words with their longest values would be found as another sentence."""
    values = {name: LONGEST_VALUES[name] for name in HOLE.findall(found[key].text)}
    readable = {other: one for other, one in found.items() if set(HOLE.findall(one.text)) <= VARIABLES.keys()}
    return find(readable, say(found, key, values)) != Said(key, values)


def count(digest: Digest) -> str:
    """A digest as one sentence: how many and the earliest day; never a name or a matter."""
    for key, reasons in (("late", LATE), ("soon", OPEN)):
        said = [line.alike for line in digest.lines if line.alike.reason in reasons]
        days = [one.due or one.since for one in said if one.due or key == "late"]
        if days:
            return say(sentences(), key, {"n": str(_number(digest, reasons)), "day": str(min(days))})
    return say(sentences(), "news", {"n": str(digest.total)})


def _number(digest: Digest, reasons: Iterable[Reason]) -> int:
    """Of all matters, also of those the digest has no line for."""
    labels = {LABELS[reason] for reason in reasons}
    return sum(number for label, number in digest.counts if label in labels)


def say(found: Mapping[str, Sentence], key: str, values: Mapping[str, str]) -> str:
    return _filled(found[key].text, values)


def find(found: Mapping[str, Sentence], text: str) -> Said | None:
    """The sentence whose words these are."""
    for key, sentence in found.items():
        if matched := _pattern(sentence.text).fullmatch(text):
            return Said(key, matched.groupdict())
    return None


def choose(text: str, codes: Mapping[str, Code]) -> tuple[Said, str]:
    """The sentence to send and its code; the plain one where the provider gave no code for these very words.

    Words that are no sentence of ours become the last resort. Raises SendError where not even the plain one has a code.
    """
    known = sentences()
    said = find(known, text) or Said(LAST_RESORT, {})
    for one in (said, Said(known[said.key].plain or LAST_RESORT, {}), Said(LAST_RESORT, {})):
        code = codes.get(one.key)
        if code and code.sha == known[one.key].sha:
            return one, code.code
    raise SendError("没有登记可用的短信模板编号", halts=True, code="template", phase="template")


def codes_of(file: Path, provider: str) -> dict[str, Code]:
    """What the office entered for this provider; empty where there is no file. Raises SendError for what it is not."""
    if not file.exists():
        return {}
    try:
        entered = yaml.safe_load(file.read_text("utf-8")) or {}
        return TypeAdapter(dict[str, dict[str, Code]]).validate_python(entered).get(provider, {})
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        text = f'{file.name} 写法不对，应为 {provider}: {{late: {{code: "…", sha: "…"}}}}'
        raise SendError(text, halts=True, code="template", phase="template") from error


def _filled(text: str, values: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = HOLE.split(text)
    made = (f"(?P<{part}>{VARIABLES[part][0]})" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile("".join(made))
