"""Every word that people read has its Chinese, and every status its light."""

from __future__ import annotations

import pytest

from policy import words
from policy.words import BROKEN, LABELS, LIGHTS, OPEN, Light, Status

ENUMS = (
    words.Status,
    words.Force,
    words.Role,
    words.SubjectKind,
    words.Flag,
    words.Reason,
    words.Light,
    words.NoticeState,
    words.Change,
)


@pytest.mark.parametrize("enum", ENUMS)
def test_every_word_has_a_chinese_label(enum: type) -> None:
    for member in enum:  # type: ignore[attr-defined]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in LABELS[member]), member


def test_labels_within_one_kind_of_word_differ() -> None:
    for enum in ENUMS:
        labels = [LABELS[member] for member in enum]
        assert len(set(labels)) == len(labels)


def test_every_status_has_a_light_and_what_is_broken_is_red() -> None:
    assert LIGHTS.keys() == set(Status)
    assert {status for status, light in LIGHTS.items() if light is Light.RED} == BROKEN
    assert BROKEN < OPEN


def test_the_words_of_the_contract_are_spelt_as_it_spells_them() -> None:
    assert {status.value for status in Status} == {
        "not_applicable", "unscheduled", "not_yet_due", "met", "met_late", "not_met", "no_evidence",
        "blocked_by_upstream", "deviation_justified", "deviation_unjustified", "needs_ruling",
    }  # fmt: skip
    # said in the ledger alone; `duban notices` gives those of the contract
    assert {reason.value for reason in words.Reason} - {"unreachable"} == {
        "assigned", "reminder", "due_today", "overdue", "escalated", "resolved", "phase_opened", "phase_closing",
        "digest", "agenda",
    }  # fmt: skip
