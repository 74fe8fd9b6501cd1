"""What the tests of sending share: an installation of their own and a mail server that its settings name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from smtp_server import Box, smtp_server

from settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """A mail server that the settings of the e-mail channel name."""
    with smtp_server() as opened:
        for name, value in {"HOST": "127.0.0.1", "PORT": str(opened.port), "SENDER": "duban@example.invalid"}.items():
            monkeypatch.setenv(f"EMAIL_{name}", value)
        yield opened
