"""Above a message: whether it is from who it says, as our own server found."""

import re

import pytest
from django.test import Client, override_settings

from tests.mail import arrive, letter
from tests.people import Person
from webmail.store.spam_marks import Reason

RECEIVED = b"Received: from mx.evil.test ([192.0.2.7])\r\n\tby mx.crepes.test with ESMTPS id 1; now\r\n"
PASSED = b"spf=pass smtp.mailfrom=hamburger.test; dkim=none; dmarc=pass header.from=hamburger.test"
FORGED = b"spf=pass smtp.mailfrom=evil.test; dkim=none; dmarc=fail header.from=hamburger.test"
BROKEN = (
    b"spf=fail smtp.mailfrom=x.test; dkim=fail header.d=hamburger.test; dmarc=fail header.from=hamburger.test"
)
SIGNED = (
    b"spf=none smtp.mailfrom=x.test; dkim=pass header.d=hamburger.test; dmarc=none header.from=hamburger.test"
)
BY_SPF = b"spf=fail smtp.mailfrom=hamburger.test; dkim=none; dmarc=none header.from=hamburger.test"
UNSURE = b"spf=temperror smtp.mailfrom=hamburger.test; dkim=none; dmarc=temperror header.from=hamburger.test"
NOTHING = b"spf=none smtp.mailfrom=hamburger.test; dkim=none; dmarc=none header.from=hamburger.test"


def shown(web: Client, person: Person, said: bytes, server: bytes = b"mx.crepes.test", **how: object) -> str:
    prefix = b"Authentication-Results: " + server + b"; " + said + b"\r\n" + RECEIVED
    added = arrive(person.account.pk, letter("Lunch?"), prefix=prefix, **how)
    with override_settings(MAIL_HOSTNAME="mx.crepes.test"):
        page = web.get(f"/conversations/{added.thread_id}/").content.decode()
    return re.sub(
        r"\s+", " ", re.sub(r"<(?!span class=\"message-proven|div class=\"notice)[^>]+>", " ", page)
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (PASSED, "hamburger.test confirms that this is from it."),
        (SIGNED, "hamburger.test signed this."),
    ],
)
def test_a_sender_who_is_proven_has_a_quiet_mark(web: Client, alice: Person, said: bytes, words: str) -> None:
    page = shown(web, alice, said)
    assert f'<span class="message-proven" title="{words}">' in page
    assert "notice sender-note" not in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FORGED, "but hamburger.test neither signed it nor sent it: 192.0.2.7 did."),
        (BROKEN, "but its signature is broken"),
        (BY_SPF, "hamburger.test says that 192.0.2.7, which brought this message, does not send its mail"),
    ],
)
def test_a_forged_one_is_told_of(web: Client, alice: Person, said: bytes, words: str) -> None:
    page = shown(web, alice, said)
    assert '<div class="notice sender-note is-bad">' in page
    assert words in page
    assert "message-proven" not in page


@pytest.mark.parametrize("said", [UNSURE, NOTHING])
def test_what_is_not_known_is_not_told(web: Client, alice: Person, said: bytes) -> None:
    page = shown(web, alice, said)
    assert "message-proven" not in page
    assert "sender-note" not in page


def test_what_others_wrote_proves_nothing(web: Client, alice: Person) -> None:
    assert "message-proven" not in shown(web, alice, PASSED, server=b"mx.evil.test")
    raw = b"Authentication-Results: mx.crepes.test; " + PASSED + b"\r\n" + letter("Lunch?")
    added = arrive(alice.account.pk, raw)
    with override_settings(MAIL_HOSTNAME="mx.crepes.test"):
        assert b"message-proven" not in web.get(f"/conversations/{added.thread_id}/").content


def test_who_brought_it_to_a_neighbour_is_told(web: Client, alice: Person) -> None:
    handed_on = b"Received: by mx.crepes.test id 7\r\n\tfor <alice@crepes.test>; now\r\n"
    said = b"Authentication-Results: mx.crepes.test; " + FORGED + b"\r\n"
    added = arrive(alice.account.pk, letter("Lunch?"), prefix=handed_on + said + RECEIVED)
    with override_settings(MAIL_HOSTNAME="mx.crepes.test"):
        page = web.get(f"/conversations/{added.thread_id}/").content.decode()
    assert "nor sent it: 192.0.2.7 did" in page


def test_in_spam_it_is_told_once(web: Client, alice: Person) -> None:
    reason = Reason("dmarc", ("hamburger.test",))
    page = shown(web, alice, FORGED, role="junk", spam=reason)
    assert page.count("notice sender-note") == 1
    # The reason alone, where the rest was lost.
    alone = shown(web, alice, NOTHING, role="junk", spam=reason)
    assert "hamburger.test denies having sent it, and asks to distrust such mail." in alone
