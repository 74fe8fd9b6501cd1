"""The page for the office names every channel, every setting and every cause there is."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from notifications.causes import ADVICE, LABELS
from notifications.channel import discover
from settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "channels.md").read_text("utf-8")
UNDERSTOOD = ("_SECONDS",)
"""Said once for all channels."""


@pytest.mark.parametrize("kind", sorted(discover()))
def test_a_channel_and_its_settings_stand_on_the_page(kind: str) -> None:
    if kind != "folder":
        assert f"`{kind}`" in PAGE
    account = getattr(importlib.import_module(f"notifications.channels.{kind}"), "Account", None)
    names = [f"{account.model_config['env_prefix']}{name}".upper() for name in account.model_fields] if account else []
    assert [name for name in names if f"`{name}`" not in PAGE and not name.endswith(UNDERSTOOD)] == []


def test_the_settings_of_receipts_stand_on_the_page() -> None:
    names = [f"DUBAN_{name}".upper() for name in Settings.model_fields if name.startswith("receipts")]
    assert len(names) == 3
    assert [name for name in names if name not in PAGE] == []


def test_every_cause_and_its_cure_stand_on_the_page_as_the_program_says_them() -> None:
    missing = [cause for cause in ADVICE if f"| {LABELS[cause]} |" not in PAGE or f"| {ADVICE[cause]} |" not in PAGE]
    assert missing == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_page_can_be_found(readme: str) -> None:
    assert "(docs/channels.md)" in (ROOT / readme).read_text("utf-8")
