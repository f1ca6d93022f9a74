"""A sender is told in words why a copy waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from webmail.delivery.trace import AttemptTrace, RecipientTrace
from webmail.views.trace_words import words

NOW = timezone.now()


def _waits(code: int, enhanced: str, text: str, host: str = "") -> str:
    attempt = AttemptTrace(1, NOW, NOW, host, "192.0.2.1" if host else "", "", code, enhanced, text, ())
    later = NOW + timedelta(minutes=5)
    row = RecipientTrace(1, 1, "bob@hamburger.test", "waiting", later, None, None, NOW, later, (attempt,))
    return words(row, NOW).sentence


@pytest.mark.parametrize(
    ("code", "enhanced", "text", "host", "sentence"),
    [
        (0, "4.4.1", "Connection refused", "", "hamburger.test cannot be reached."),
        (0, "4.4.2", "The server did not answer in time", "", "hamburger.test cannot be reached."),
        (0, "4.4.3", "SERVFAIL", "", "The mail server of hamburger.test could not be found."),
        (421, "4.3.2", "busy", "mx.hamburger.test", "mx.hamburger.test is too busy right now."),
    ],
)
def test_why_it_waits(code: int, enhanced: str, text: str, host: str, sentence: str) -> None:
    assert _waits(code, enhanced, text, host) == sentence
