"""Returned mail is told from answers by themselves and from ordinary mail, and never raises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from given_returns import absent, dsn, plain
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.bounces import LABELS, Kind, read

NAME = "0123456789abcdef0123"


@pytest.mark.parametrize("name", [NAME, f"{NAME}.2"])
@pytest.mark.parametrize("verp", [True, False])
def test_a_return_names_our_mail_by_its_address_or_by_its_message_id(name: str, verp: bool) -> None:
    found = read(dsn(name, verp=verp))
    assert (found.kind, found.message, found.code) == (Kind.HARD, name, "5.1.1")
    assert found.at == datetime(2021, 7, 30, 1, 5, tzinfo=UTC)
    assert "gone@" not in found.text


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (dsn(NAME, action="delayed", status="4.4.1"), Kind.SOFT, "4.4.1"),
        (dsn(NAME, action="failed", status="4.4.7"), Kind.HARD, "4.4.7"),
        (dsn(NAME, action="delivered", status="2.0.0"), Kind.STRAY, "2.0.0"),
        (plain(NAME), Kind.HARD, "5.1.1"),
        (plain(NAME, "550 Mailbox not found"), Kind.HARD, "5.1.1"),
        (plain(NAME, "552 over quota"), Kind.HARD, "5.2.2"),
        (plain(NAME, "452 4.2.2 mailbox full, will retry"), Kind.SOFT, "4.2.2"),
        (plain(NAME, "no code at all"), Kind.STRAY, ""),
        (absent(NAME), Kind.AUTOMATIC, ""),
        (dsn("someone-elses"), Kind.STRAY, ""),
        (b"From: a@example.invalid\r\n\r\nhello", Kind.STRAY, ""),
        (b"", Kind.STRAY, ""),
    ],
    ids=range(12),
)
def test_what_comes_back_is_of_a_kind(raw: bytes, kind: Kind, code: str) -> None:
    found = read(raw)
    assert (found.kind, found.code) == (kind, code)


@example(noise=b"", cut=28)  # a sender cut short
@example(noise=b"\nContent-Type: text/plain; charset=nobody-knows\n\nx", cut=0)
@given(st.binary(max_size=400), st.integers(0, 1200))
def test_nothing_that_arrives_raises(noise: bytes, cut: int) -> None:
    whole = dsn(NAME)
    assert read(noise).kind in Kind
    assert read(whole[:cut] + noise + whole[cut:]).kind in Kind
    assert read(whole[:cut]).kind in Kind


def test_every_kind_has_a_name() -> None:
    assert set(LABELS) == set(Kind)
