"""What the codes of servers, gateways and carriers mean."""

from __future__ import annotations

import pytest

from notifications.causes import ADVICE, LABELS, Cause, cause_of_refusal, cause_of_report, worth_another_try


@pytest.mark.parametrize(
    ("phase", "code", "text", "cause"),
    [
        ("rcpt", "550", "5.1.1 no such user", Cause.ADDRESS),
        ("rcpt", "553", "5.1.3 bad address", Cause.ADDRESS),
        ("rcpt", "552", "5.2.2 mailbox full", Cause.FULL),
        ("rcpt", "550", "over quota", Cause.FULL),
        ("dot", "550", "looks like junk", Cause.CONTENT),
        ("address", "address", "没有邮箱地址", Cause.ADDRESS),
        ("answer", "isv.MOBILE_NUMBER_ILLEGAL", "", Cause.ADDRESS),
        ("answer", "isv.BLACK_KEY_CONTROL_LIMIT", "", Cause.CONTENT),
        ("answer", "InvalidParameterValue.IncorrectPhoneNumber", "", Cause.ADDRESS),
        ("answer", "FailedOperation.PhoneNumberInBlacklist", "", Cause.ADDRESS),
        ("answer", "FailedOperation.ContainSensitiveWord", "", Cause.CONTENT),
        ("answer", "InvalidMobile", "", Cause.ADDRESS),
        ("answer", "81013", "", Cause.ADDRESS),
        ("answer", "nobody knows this", "", Cause.OTHER),
        (None, None, None, Cause.OTHER),
    ],
)
def test_what_a_refusal_is_about(phase: str | None, code: str | None, text: str | None, cause: Cause) -> None:
    assert cause_of_refusal(phase, code, text) is cause


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("MK:0001", Cause.ADDRESS), ("MK:0012", Cause.ABSENT), ("UNDELIV", Cause.ABSENT), ("undeliv", Cause.ABSENT),
        ("BLACK", Cause.ADDRESS), ("BLACK_KEY_CONTROL_LIMIT", Cause.CONTENT), ("REJECTD", Cause.CONTENT),
        ("SIGNBLOCKED", Cause.OURS), ("new", Cause.OTHER), (None, Cause.OTHER),
    ],
)  # fmt: skip
def test_what_a_failed_report_is_about(code: str | None, cause: Cause) -> None:
    assert cause_of_report(code) is cause


def test_every_cause_has_a_name_and_an_advice() -> None:
    assert set(LABELS) == set(ADVICE) == set(Cause)


def test_only_who_is_absent_is_tried_once_more() -> None:
    assert [code for code in ("UNDELIV", "MK:0012", "EXPIRED", "MK:0001", "CONTENT", "new") if worth_another_try(code)] == [
        "UNDELIV", "MK:0012", "EXPIRED",
    ]  # fmt: skip
