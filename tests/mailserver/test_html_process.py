"""Cleaning in a child process: large mails are cleaned, endless ones killed, none holds the caller."""

import time

import pytest

from mailserver import html_process
from mailserver.html_process import Cleaner, Question

LARGE = "<p>words <b>bold</b><script>x</script></p>" * 30_000


@pytest.fixture
def cleaner(monkeypatch: pytest.MonkeyPatch) -> Cleaner:
    """A child of this test's own, ended with it."""
    own = Cleaner()
    monkeypatch.setattr(html_process, "_CLEANER", own)
    yield own
    own.stop()


def safe(source: str, seconds: float = 20) -> str:
    pictures = {"p@x": "/parts/2/"}
    return html_process.safe(source, cid_url=pictures.get, remote=None, seconds=seconds).html


def test_simple_html_needs_no_child(cleaner: Cleaner) -> None:
    assert safe('<img src="cid:P%40x">') == '<img src="/parts/2/">'
    assert cleaner._child is None


def test_a_large_mail_is_cleaned_by_the_child(cleaner: Cleaner) -> None:
    found = safe('<img src="cid:P%40x">' + LARGE)
    assert found.startswith('<img src="/parts/2/"><p>words <b>bold</b></p>')
    assert "script" not in found
    child = cleaner._child
    assert safe(LARGE).startswith("<p>")
    assert cleaner._child is child
    assert cleaner.kills == 0


def test_what_takes_too_long_is_killed_and_shown_as_text(cleaner: Cleaner) -> None:
    slow = "".join(f"<font color={n}>" for n in range(700)) + "<p>words</p>" * 5000
    started = time.monotonic()
    assert safe(slow, seconds=0.01).startswith('<div class="plain">')
    assert time.monotonic() - started < 5
    assert cleaner.kills == 1
    assert safe(LARGE).startswith("<p>")


def test_past_all_limits_no_child_is_asked(cleaner: Cleaner) -> None:
    assert safe("<div>" * 50_000 + "words").startswith('<div class="plain">')
    assert safe("x" * (html_process.MAX_CHARACTERS + 1)).startswith('<div class="plain">')
    assert cleaner._child is None


def test_a_child_that_died_is_replaced(cleaner: Cleaner) -> None:
    assert safe(LARGE).startswith("<p>")
    assert cleaner._child is not None
    cleaner._child.kill()
    cleaner._child.wait()
    answer = cleaner.ask(Question(html="<p>x</p>", pictures={}, remote=None), 20)
    assert answer == {"html": "<p>x</p>", "css": "", "remote_count": 0, "trackers": []}
