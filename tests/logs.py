"""Nothing goes wrong in silence: a test fails on each warning or traceback it did not expect."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

# A line of ours in a server's log (settings.LOGGING), or the head of a traceback from anybody.
_BAD_LINE = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b|Traceback \(most recent call last\)|\[(WARN|ERROR)\]")


class LogWatch(logging.Handler):
    """Gathers what was logged at WARNING and above, here and in the log files of server processes."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []
        self.expected: list[str] = []
        self.allowed: list[str] = []
        self.files: list[tuple[Path, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record, but for answers 4xx: the test that asked for one reads its status."""
        if record.name.startswith("django.request") and record.levelno < logging.ERROR:
            return
        line = f"{record.levelname} {record.name} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + logging.Formatter().formatException(record.exc_info)
        self.seen.append(line)

    def expect(self, pattern: str) -> None:
        """Say that a record matching the regular expression must come, any number of times."""
        self.expected.append(pattern)

    def allow(self, pattern: str) -> None:
        """Say that a matching record may come: it depends on how fast something else was."""
        self.allowed.append(pattern)

    def watch_file(self, path: Path, since: int = 0) -> Path:
        """Read the log of a server process too, from byte `since`, when the test is over; returns `path`."""
        self.files.append((path, since))
        return path

    def complaints(self) -> list[str]:
        """What was logged and not expected, then what was expected and not logged."""
        lines = self.seen + [line for path, since in self.files for line in _bad_lines(path, since)]
        known = self.expected + self.allowed
        unexpected = [line for line in lines if not any(re.search(p, line) for p in known)]
        missing = [p for p in self.expected if not any(re.search(p, line) for line in lines)]
        return [f"unexpected: {line}" for line in unexpected] + [f"never logged: {p}" for p in missing]


def _bad_lines(path: Path, since: int) -> Iterator[str]:
    """Each complaint in a log file, a traceback as one."""
    lines = path.read_bytes()[since:].decode(errors="replace").splitlines() if path.exists() else []
    for number, line in enumerate(lines):
        if "Traceback (most recent call last)" in line:
            yield "\n".join([path.name, *lines[number : number + 40]])
        elif _BAD_LINE.search(line):
            yield f"{path.name}: {line}"


@pytest.fixture(autouse=True)
def log_watch() -> Iterator[LogWatch]:
    """Fail the test on an unexpected log record; `log_watch.expect(pattern)` allows and demands one."""
    watch = LogWatch()
    logging.getLogger().addHandler(watch)
    # Loggers that don't hand their records up would escape the root.
    closed = [
        logger
        for logger in logging.root.manager.loggerDict.values()
        if isinstance(logger, logging.Logger) and not logger.propagate
    ]
    for logger in closed:
        logger.addHandler(watch)
    yield watch
    for logger in [logging.getLogger(), *closed]:
        logger.removeHandler(watch)
    complaints = watch.complaints()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
