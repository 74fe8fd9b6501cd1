"""duban bounces: what was in the mailbox, in one line; as JSON for programs."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

from given_returns import absent, dsn

NAME = "0123456789abcdef0123"


def test_the_kinds_are_counted(duban, tmp_path):
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "a.eml").write_bytes(dsn(NAME))
    (tmp_path / "returns" / "b.eml").write_bytes(absent(NAME))
    assert duban("bounces", tmp_path / "returns").out == "读了2封：退信1、自动回复1；新的回执1条\n"
    (found,) = duban("bounces", "--json", tmp_path / "returns").objects
    assert found == {"mails": {"hard": 1, "automatic": 1}, "new": 0, "messages": {}}


def test_one_mail_may_be_piped_in(duban, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(dsn(NAME))))
    assert duban("bounces", "-").out == "读了1封：退信1；新的回执1条\n"


def test_a_path_to_nothing_is_one_line(duban):
    refused = duban("bounces", "nowhere")
    assert (refused.code, refused.said) == (2, ["nowhere：没有这个文件或文件夹"])
