"""The queue from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.peer import Peer
from webmail.delivery import attempt, claims
from webmail.models import OutboundRecipient

from .conftest import Send

pytestmark = pytest.mark.django_db


def run(*words: object) -> str:
    out = StringIO()
    call_command("queue", *map(str, words), stdout=out)
    return out.getvalue()


def test_list_shows_what_waits_and_why(send: Send, routed: Peer) -> None:
    routed.answers = {"RCPT TO:<bob@hamburger.test>": "450 4.2.0 greylisted"}
    done = send("dan@hamburger.test")
    waiting = send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    text = run("list")
    assert f"{waiting.pk} " in text
    assert "bob@hamburger.test greylisted" in text
    assert "dan@" not in text
    assert f"\n{done.pk} " in run("list", "--all")


def test_show_prints_the_dialogue(send: Send, routed: Peer) -> None:
    outbound = send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    assert "C: RCPT TO:<bob@hamburger.test>" in run("show", outbound.pk)


def test_hold_release_retry_cancel(send: Send) -> None:
    outbound = send("bob@hamburger.test")
    assert "1 recipients held" in run("hold", outbound.pk)
    assert claims.claim_due("hamburger.test", timezone.now()) is None
    assert "hamburger.test" in run("release", outbound.pk)
    assert "hamburger.test" in run("retry", outbound.pk)
    assert "bob@hamburger.test cancelled" in run("cancel", outbound.pk)
    assert OutboundRecipient.objects.get().state == "cancelled"


def test_bounce_and_expire(send: Send) -> None:
    first, second = send("bob@hamburger.test"), send("dan@hamburger.test")
    assert "bob@hamburger.test" in run("bounce", first.pk)
    assert "nothing waits" in run("bounce", first.pk)
    assert "hamburger.test" in run("expire", second.pk)
    rows = OutboundRecipient.objects.order_by("pk")
    assert list(rows.values_list("state", flat=True)) == ["failed", "waiting"]


def test_a_message_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="no outbound message 99"):
        run("show", 99)
