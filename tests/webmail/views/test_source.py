"""The original of a message: what is told of it, and its bytes in pieces."""

import pytest
from django.test import Client, override_settings

from mailserver.message.digest import digest
from tests.mail import NOON, arrive, letter
from tests.parcels import HEAD
from tests.people import Person
from webmail.store.add import NewMessage, Placement, add_messages

OURS = (
    b"Authentication-Results: mail.crepes.test; spf=pass smtp.mailfrom=bob@hamburger.test;\r\n"
    b"\tdkim=pass header.d=hamburger.test; dmarc=fail header.from=hamburger.test\r\n"
    b"Return-Path: <bob@hamburger.test>\r\n"
    b"Received: from mx.hamburger.test ([192.0.2.7])\r\n\tby mail.crepes.test with ESMTPS id 1\r\n"
    b"\tfor <alice@crepes.test>; Sun, 22 Nov 2026 12:00:00 +0000\r\n"
)


def bring(person: Person, raw: bytes, prefix: bytes) -> int:
    placement = Placement(account_id=person.account.pk, received_at=NOON, roles=("inbox",), prefix=prefix)
    return add_messages([NewMessage(raw, digest(raw), (placement,))])[0][0].message_id


def lines(page: str) -> str:
    return " ".join(page.replace("<", " <").split())


@override_settings(MAIL_HOSTNAME="mail.crepes.test")
def test_our_own_findings_are_told(web: Client, alice: Person) -> None:
    key = bring(alice, HEAD + b"\r\nwords\r\n", OURS)
    page = web.get(f"/messages/{key}/source/").content.decode()
    assert "files@hamburger.test" in page
    assert "delivered after 4 seconds" in page
    assert (
        '<span class="badge is-good">passed</span> hamburger.test <span class="faint">from 192.0.2.7' in page
    )
    assert '<span class="badge is-bad">failed</span> hamburger.test' in page


@override_settings(MAIL_HOSTNAME="mail.crepes.test")
@pytest.mark.parametrize("prefix", [b"", OURS.replace(b"mail.crepes.test; spf", b"other.test; spf")])
def test_findings_of_others_are_not_believed(web: Client, alice: Person, prefix: bytes) -> None:
    claim = b"Authentication-Results: mail.crepes.test; spf=pass smtp.mailfrom=evil.test\r\n"
    key = bring(alice, claim + HEAD + b"\r\nwords\r\n", prefix)
    page = web.get(f"/messages/{key}/source/").content.decode()
    assert "passed" not in page
    assert page.count("not checked") == 2
    assert "not signed" in page


def test_a_huge_message_comes_in_pieces(web: Client, alice: Person) -> None:
    body = b"".join(b"line %d of a long letter\r\n" % number for number in range(60_000))
    raw = HEAD + b"\r\n" + body
    key = arrive(alice.account.pk, raw).message_id
    page = web.get(f"/messages/{key}/source/").content
    assert len(page) < 120_000
    shown = page.split(b'tabindex="0">')[1].split(b"</pre>")[0]
    start, pieces = len(raw[:65536].rpartition(b"\n")[0]) + 1, []
    assert f"?from={start}".encode() in page
    while start < len(raw):
        piece = web.get(f"/messages/{key}/source/?from={start}&piece=1").content
        text = piece.split(b'tabindex="0">')[1].split(b"</pre>")[0]
        pieces.append(text)
        start += len(text)
    assert body.endswith(pieces[-1])
    assert (shown + b"".join(pieces)).endswith(body)
    whole = web.get(f"/messages/{key}/source.txt")
    assert whole.streaming
    assert b"".join(whole.streaming_content) == raw
    assert whole["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in whole["Content-Security-Policy"]
    assert whole["X-Content-Type-Options"] == "nosniff"


def test_one_endless_line_comes_in_pieces_too(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, HEAD + b"\r\n" + b"x" * 200_000).message_id
    page = web.get(f"/messages/{key}/source/").content.decode()
    assert "x" * 60_000 in page
    assert "?from=65536" in page


@pytest.mark.parametrize("start", ["-1", "x", "99999999999999999999", "²", ""])
def test_odd_places_to_begin(web: Client, alice: Person, start: str) -> None:
    key = arrive(alice.account.pk, letter("Odd", "words")).message_id
    assert "words" in web.get(f"/messages/{key}/source/", {"from": start}).content.decode()


def test_it_costs_few_statements(web: Client, alice: Person, django_assert_max_num_queries) -> None:
    key = arrive(alice.account.pk, letter("Few", "words")).message_id
    web.get(f"/messages/{key}/source/")
    with django_assert_max_num_queries(8):
        web.get(f"/messages/{key}/source/")
