"""Whatever is logged once the guard stands: no number and no address, in words, arguments or tracebacks."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from notifications.masking import mask, masked
from tasks.logs import guard

NUMBER, ADDRESS = "19900001234", "ye.qinghe@example.invalid"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler of somebody else, who knows nothing of the guard, writes."""
    before, stream = logging.getLogRecordFactory(), io.StringIO()
    handler, logger = logging.StreamHandler(stream), logging.getLogger("somebody.else")
    logger.addHandler(handler)
    logger.propagate = False
    guard()
    guard()
    yield stream
    logging.setLogRecordFactory(before)
    logger.removeHandler(handler)
    logger.propagate = True


def test_words_and_arguments_are_masked(written: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning("给 %s 和 %s 的通知：%d项", NUMBER, ADDRESS, 3)
    assert written.getvalue() == "给 199****1234 和 y***@example.invalid 的通知：3项\n"


def test_the_name_of_a_message_is_kept_whole_whatever_digits_stand_in_it(written: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning("%s 第1次：%s", "06efe19900001234b25d", f"{NUMBER}拒收")
    assert written.getvalue() == "06efe19900001234b25d 第1次：199****1234拒收\n"
    assert masked("efe19900001234b") == "efe199****1234b"


def test_a_traceback_is_masked_and_still_says_where(written: io.StringIO) -> None:
    try:
        raise RuntimeError(f"{NUMBER} {ADDRESS}")
    except RuntimeError:
        logging.getLogger("somebody.else").exception("失败")
    said = written.getvalue()
    assert "test_a_traceback_is_masked" in said
    assert NUMBER not in said
    assert ADDRESS not in said


def test_what_holds_nothing_keeps_its_arguments(written: io.StringIO) -> None:
    record = logging.getLogRecordFactory()("n", logging.INFO, "p", 1, "%s项", (3,), None)
    assert (record.msg, record.args) == ("%s项", (3,))


def test_words_that_do_not_fit_their_arguments_are_no_hole(written: io.StringIO) -> None:
    record = logging.getLogRecordFactory()("n", logging.INFO, "p", 1, f"{NUMBER} %d", ("x",), None)
    assert NUMBER not in record.getMessage()


def test_httpx_does_not_say_which_address_it_asks(written: io.StringIO) -> None:
    assert [logging.getLogger(name).isEnabledFor(logging.INFO) for name in ("httpx", "httpcore")] == [False, False]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("+8619900001234", "+86199****1234"), ("008619900001234", "0086199****1234"),
        ("199-0000-1234", "199****1234"), ("199 0000 1234", "199****1234"), ("(19900001234)", "(199****1234)"),
        ("tel:19900001234,", "tel:199****1234,"), ("441302001000", "441302001000"), ("20210730123456789", "20210730123456789"),
        ("<ye.qinghe@example.invalid>", "<y***@example.invalid>"), ("HZ-4.2.4-09", "HZ-4.2.4-09"),
    ],
)  # fmt: skip
def test_numbers_are_found_as_people_and_gateways_write_them(said: str, kept: str) -> None:
    assert masked(said) == mask(said) == kept
