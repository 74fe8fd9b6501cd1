"""duban arm as it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_a_new_machine_is_armed_in_one_line(duban: Any) -> None:
    answer = duban("arm", "--by", "4413", "--why", "新装")
    assert (answer.code, answer.out) == (0, "已启用：从现在起由本机发送\n")


def test_a_moved_ledger_is_refused_and_then_armed(duban: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_HOST_ID", "old")
    assert duban("dispatch", "--once").code == 0
    monkeypatch.setenv("DUBAN_HOST_ID", "new")
    refused = duban("dispatch", "--once")
    assert refused.code == 3
    assert "duban arm --by" in refused.said[-1]
    assert duban("arm", "--by", "4413", "--why", "换机器").code == 0
    assert duban("dispatch", "--once").code == 0


def test_without_the_journal_it_says_so_in_one_line_and_changes_nothing(duban: Any, tmp_path: Path) -> None:
    assert duban("dispatch", "--once").code == 0
    (tmp_path / "data-journal" / "sent.jsonl").unlink()
    refused = duban("arm", "--by", "4413", "--why", "恢复")
    assert (refused.code, len(refused.said)) == (2, 1)
    assert refused.said[0].startswith("没有发送日志")
    assert (
        duban("arm", "--by", "4413", "--why", "恢复", "--journal", tmp_path / "none").said[0].endswith("没有这个文件")
    )


def test_nobody_and_no_reason_arm_nothing(duban: Any) -> None:
    assert duban("arm", "--by", " ", "--why", "x").code == 2


def test_a_file_that_is_no_journal_arms_nothing(duban: Any, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,name\n4413,惠州市\n", encoding="utf-8")
    refused = duban("arm", "--by", "4413", "--why", "恢复", "--journal", tmp_path / "units.csv")
    assert (refused.code, refused.said) == (2, [f"{tmp_path / 'units.csv'}：不是发送日志"])


def test_a_reason_of_many_lines_arms_nothing(duban: Any) -> None:
    assert duban("arm", "--by", "4413", "--why", "一\n二").said == ["理由（--why）应为一句话，不能换行，不含控制字符"]
