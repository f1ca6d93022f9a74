"""The watch on logs does see, forgive and demand."""

import logging
from pathlib import Path

from tests.logs import LogWatch

_LOG = logging.getLogger("tests.somewhere")


def _record(level: int, text: str, name: str = "tests.somewhere") -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, text, None, None)


def test_a_warning_that_nobody_expected_is_a_complaint() -> None:
    watch = LogWatch()
    watch.handle(_record(logging.WARNING, "the disk is nearly full"))
    assert watch.complaints() == ["unexpected: WARNING tests.somewhere the disk is nearly full"]


def test_an_expected_warning_passes_and_must_come() -> None:
    watch = LogWatch()
    watch.expect("nearly full")
    assert watch.complaints() == ["never logged: nearly full"]
    watch.handle(_record(logging.WARNING, "the disk is nearly full"))
    assert watch.complaints() == []


def test_an_answer_404_is_left_to_the_test_that_asked() -> None:
    watch = LogWatch()
    watch.handle(_record(logging.WARNING, "Not Found: /x", "django.request"))
    watch.handle(_record(logging.ERROR, "Internal Server Error: /x", "django.request"))
    assert watch.complaints() == ["unexpected: ERROR django.request Internal Server Error: /x"]


def test_a_traceback_in_the_log_of_a_server_is_a_complaint(tmp_path: Path) -> None:
    log = tmp_path / "smtp.log"
    log.write_text("2026-11-22 INFO started\nTraceback (most recent call last):\n  File\nKeyError: 1\n")
    watch = LogWatch()
    watch.watch_file(log)
    (complaint,) = watch.complaints()
    assert complaint.startswith("unexpected: smtp.log\nTraceback")
    assert complaint.endswith("KeyError: 1")


def test_the_fixture_hears_what_a_test_logs(log_watch: LogWatch) -> None:
    log_watch.expect("heard")
    _LOG.warning("heard")
    assert log_watch.seen == ["WARNING tests.somewhere heard"]
