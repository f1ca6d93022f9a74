"""Work grows with the length of a message and no faster, counted in lines of Python that run."""

import sys
from collections.abc import Callable
from types import CodeType

from hypothesis import given, settings
from hypothesis import strategies as st

from mailserver.message import html, quote
from mailserver.message.digest import digest

from . import strategies
from .seeds import TOKENS

_TOOL = 4
_FOLDER = "/mailserver/"
_REPEATS = 100


def steps(work: Callable[[], object]) -> int:
    """How many lines of our own code run in `work`."""
    count = 0

    def line(code: CodeType, _number: int) -> object:
        nonlocal count
        if _FOLDER not in code.co_filename:
            return sys.monitoring.DISABLE
        count += 1
        return None

    sys.monitoring.use_tool_id(_TOOL, "steps")
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, line)
    sys.monitoring.set_events(_TOOL, sys.monitoring.events.LINE)
    try:
        work()
    finally:
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.free_tool_id(_TOOL)
        sys.monitoring.restart_events()
    return count


def read_whole(raw: bytes) -> None:
    """All that is done to a message on its way in, and to its text when it is shown."""
    digest(raw)
    text = raw.decode("utf-8", "replace")
    quote.split(text)
    html.to_text(text)


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(
    st.sampled_from(TOKENS)
    | strategies.values()
    | strategies.headers()
    | strategies.texts()
    | strategies.pages(),
    st.booleans(),
)
def test_twice_the_length_takes_about_twice_the_work(piece: bytes, in_header: bool) -> None:
    begin = (
        b"Content-Type: multipart/mixed; boundary=b\nTo: " if in_header else b"Content-Type: text/html\n\n"
    )

    def work(times: int) -> int:
        raw = begin + piece * times
        return steps(lambda: read_whole(raw))

    assert work(2 * _REPEATS) <= 3 * work(_REPEATS) + 1000
