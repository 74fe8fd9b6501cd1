"""The sentences registered with an SMS provider: what they may hold, what a digest becomes, how one is found again."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from given_digest import about, digested

from notifications.approved import (
    LAST_RESORT,
    LONGEST,
    LONGEST_SIGN,
    VARIABLES,
    Code,
    Said,
    Sentence,
    SentencesInvalid,
    choose,
    count,
    faults_of,
    find,
    read_sentences,
    say,
    sentences,
    sha_of,
)
from notifications.channel import Form, SendError
from notifications.template_check import renderer
from policy.words import Reason

DAY = date(2026, 9, 20)


def given(text: str, plain: str = LAST_RESORT, sha: str | None = None) -> dict[str, Sentence]:
    """The product's sentences with one more called `odd`."""
    return {**sentences(), "odd": Sentence(text=text, sha=sha_of(text) if sha is None else sha, plain=plain)}


def test_the_products_own_sentences_are_sound_and_short_with_the_longest_values() -> None:
    assert list(faults_of(sentences())) == []
    for key in sentences():
        full = say(sentences(), key, {name: longest for name, (_, longest) in VARIABLES.items()})
        assert len(f"【{'名' * LONGEST_SIGN}】{full}") <= LONGEST
        assert not re.search(r"[a-zA-Z]|1[3-9]\d{9}", full)


@pytest.mark.parametrize(("pattern", "longest"), VARIABLES.values())
def test_no_variable_is_longer_than_a_provider_takes(pattern: str, longest: str) -> None:
    assert re.fullmatch(pattern, longest)
    assert not re.fullmatch(pattern, longest + "0")
    assert len(longest) <= 20


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("您有{x}项事项。", "没有名为“x”的变量"),
        ("您有{n}项，共{n}项。", "只能用一次"),
        ("您有{n}{day}事项。", "之间要有文字"),
        ("详见 http://example.invalid", "不能有网址"),
        ("详见 www.example.invalid", "不能有网址"),
        ("请致电19900001234", "不能有网址、号码"),
        ("【督办】您有事项", "不能有网址、号码和【】"),
        ("长" * 57, "应不超过70字"),
        ("有{n}项督办事项逾期，最早{day}，请尽快办理，详见邮件或督办系统。", "与另一条分不清"),
    ],
)
def test_a_sentence_no_provider_would_take_is_refused_with_the_reason(text: str, fault: str) -> None:
    (said,) = faults_of(given(text))
    assert said.startswith("短信文字 odd：")
    assert fault in said


def test_a_changed_text_needs_a_new_hash_and_says_which() -> None:
    (said,) = faults_of(given("您好。", sha="00000000"))
    assert sha_of("您好。") in said


@pytest.mark.parametrize("plain", ["", "nobody", "late"])
def test_a_sentence_with_variables_needs_one_without(plain: str) -> None:
    (said,) = faults_of(given("另有{n}项。", plain=plain))
    assert "备用文字" in said


def test_a_file_without_the_last_resort_does_not_load(tmp_path: Path) -> None:
    file = tmp_path / "sms.yaml"
    file.write_text(f'only:\n  text: 您好。\n  sha: "{sha_of("您好。")}"\n', "utf-8")
    with pytest.raises(SentencesInvalid, match=LAST_RESORT):
        read_sentences(file)


def test_what_is_late_is_counted_with_its_earliest_day_and_nothing_else() -> None:
    late = [
        about("T1", reason=Reason.OVERDUE, due=date(2026, 9, 25)),
        about("T2", reason=Reason.ESCALATED, rung="E1", due=DAY),
        about("T3", reason=Reason.REMINDER, due=date(2026, 1, 1)),
    ]
    assert count(digested(late)) == "有2项督办事项逾期，最早2026-09-20，请尽快办理，详见邮件或督办系统。"


def test_what_is_not_late_is_counted_as_open() -> None:
    coming = [about("T1", reason=Reason.REMINDER, due=DAY), about("T2", reason=Reason.RESOLVED, due=date(2026, 1, 1))]
    assert count(digested(coming)) == "有1项督办事项待办，最近期限2026-09-20，请按期办理，详见邮件或督办系统。"


def test_news_alone_are_counted_without_a_day() -> None:
    assert count(digested([about("T1", reason=Reason.RESOLVED, due=DAY)])) == "有1条督办通知，详见邮件或督办系统。"


def test_matters_without_a_line_of_their_own_are_counted_too() -> None:
    many = [about(f"T{n}", reason=Reason.OVERDUE, due=DAY) for n in range(7)]
    assert count(digested(many, most=1)).startswith("有7项")


def test_the_words_of_a_channel_say_how_much_of_a_digest_it_carries() -> None:
    gathered = digested([about("T1", reason=Reason.OVERDUE, due=DAY)])
    letter, text, counts = (renderer().digest(gathered, form) for form in Form)
    assert letter.html
    assert (text.subject, text.text, text.html) == (letter.subject, letter.text, "")
    assert (counts.subject, counts.text, counts.html) == (letter.subject, count(gathered), "")


def test_a_sentence_is_found_again_by_its_words() -> None:
    for key in sentences():
        values = {"n": "3", "day": "2026-09-20"}
        said = find(sentences(), say(sentences(), key, values))
        assert said is not None
        assert said.key == key
        assert set(said.values.items()) <= set(values.items())
    assert find(sentences(), "有三项督办事项逾期") is None


def code(key: str, text: str | None = None) -> Code:
    return Code(code=f"C-{key}", sha=sha_of(text or sentences()[key].text))


LATE = "有3项督办事项逾期，最早2026-09-20，请尽快办理，详见邮件或督办系统。"


@pytest.mark.parametrize(
    ("text", "codes", "chosen"),
    [
        (LATE, {"late": code("late"), "late_plain": code("late_plain")}, "late"),
        (LATE, {"late": code("late", "旧的文字"), "late_plain": code("late_plain")}, "late_plain"),
        (LATE, {"late_plain": code("late_plain"), LAST_RESORT: code(LAST_RESORT)}, "late_plain"),
        (LATE, {LAST_RESORT: code(LAST_RESORT)}, LAST_RESORT),
        ("不是报备过的文字", {"late": code("late"), LAST_RESORT: code(LAST_RESORT)}, LAST_RESORT),
    ],
)
def test_only_approved_words_go_out_and_the_nearest_ones(text: str, codes: dict[str, Code], chosen: str) -> None:
    said, number = choose(text, codes)
    values = {"n": "3", "day": "2026-09-20"} if chosen == "late" else {}
    assert (said, number) == (Said(chosen, values), f"C-{chosen}")


def test_without_any_approved_words_nothing_goes_out() -> None:
    with pytest.raises(SendError) as caught:
        choose(LATE, {"late": code("late", "旧的文字")})
    assert caught.value.halts
