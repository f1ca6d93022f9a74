"""What is done to one message of a conversation, the forms it is shown in, and what its details tell."""

import pytest
from django.test import Client

from tests.mail import arrive, do, letter
from tests.people import Person
from webmail.models import MailboxMessage
from webmail.store import conversations, mailboxes, queries
from webmail.store.add import AddedMessage

JSON = {"Accept": "application/json"}
BOTH = b"""From: Bob <bob@hamburger.test>\r
To: Alice <alice@crepes.test>\r
Reply-To: Kitchen <kitchen@hamburger.test>\r
Cc: Carol <carol@crepes.test>\r
Subject: Menu\r
Message-ID: <both@hamburger.test>\r
Date: Sun, 22 Nov 2026 12:00:00 +0000\r
List-Id: Slow cooks <slow.cooks.test>\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
The plain <menu>\r
--b\r
Content-Type: text/html; charset=utf-8\r
\r
<p>The <b>fine</b> menu</p>\r
--b--\r
"""
HTML_ONLY = BOTH.replace(b"multipart/alternative; boundary=b", b"text/html").replace(
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe plain <menu>\r\n--b\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n",
    b"<script>alert(1)</script>",
)
RESULTS = (
    b"Authentication-Results: localhost; spf=pass smtp.mailfrom=news@mail.hamburger.test;\r\n"
    b" dkim=pass header.d=hamburger.test; dkim=fail header.d=evil.test\r\n"
)


@pytest.fixture
def talk(alice: Person) -> list[AddedMessage]:
    """Three messages of one conversation in the inbox, read."""
    return [
        arrive(
            alice.account.pk,
            letter("Lunch" if number == 1 else "Re: Lunch", f"Words {number}", number=number, references=[1]),
            minute=number,
            flags=frozenset({"\\Seen"}),
        )
        for number in (1, 2, 3)
    ]


def act(web: Client, verb: str, message_id: int, place: str = "inbox") -> dict:
    fields = {"only": message_id, "of": "message", "in": place}
    return web.post(f"/conversations/{verb}/", fields, headers=JSON).json()


def page_of(web: Client, talk: list[AddedMessage], more: str = "") -> str:
    return web.get(f"/conversations/{talk[0].thread_id}/?in=inbox{more}").content.decode()


def roles(message_id: int) -> set[str]:
    return set(MailboxMessage.objects.filter(message_id=message_id).values_list("mailbox__role", flat=True))


def test_each_message_has_a_star_also_when_closed(web: Client, talk: list[AddedMessage]) -> None:
    act(web, "star", talk[0].message_id)
    page = page_of(web, talk)
    assert page.count("message-star") == 3
    assert page.count("message-star is-starred") == 1
    assert list(MailboxMessage.objects.filter(flagged=True).values_list("message_id", flat=True)) == [
        talk[0].message_id
    ]


def test_a_deleted_message_hides_behind_a_line(web: Client, talk: list[AddedMessage]) -> None:
    middle = talk[1].message_id
    told = act(web, "trash", middle)
    assert told["text"] == "Moved to Trash"
    page = page_of(web, talk)
    assert f'id="message-{middle}"' not in page
    assert "1 deleted message in this conversation." in page
    shown = page_of(web, talk, "&deleted=1")
    assert f'id="message-{middle}"' in shown
    assert "1 deleted message" not in shown
    assert "Restore" in web.get(f"/messages/{middle}/?in=trash").content.decode()
    in_trash = web.get(f"/conversations/{talk[0].thread_id}/?in=trash").content.decode()
    assert in_trash.count('<article class="message') == 3
    asked_for = web.get(f"/messages/{middle}/")["Location"].partition("#")[0]
    assert f'id="message-{middle}"' in web.get(asked_for).content.decode()
    web.post(told["undo"], headers=JSON)
    assert "1 deleted message" not in page_of(web, talk)


def test_spam_hides_as_well_and_what_stands_elsewhere_too_does_not(
    web: Client, alice: Person, talk: list[AddedMessage]
) -> None:
    act(web, "junk", talk[0].message_id)
    trash = alice.mailbox("trash")
    do("copy", alice.account.pk, [talk[0].thread_id], alice.mailbox("inbox"), target=trash)
    page = page_of(web, talk)
    assert "1 message in this conversation is spam." in page
    assert "deleted message" not in page
    assert page.count('<article class="message') == 2


def test_what_is_wholly_deleted_is_shown(web: Client, alice: Person, talk: list[AddedMessage]) -> None:
    do("trash", alice.account.pk, [talk[0].thread_id])
    assert page_of(web, talk).count('<article class="message') == 3


def test_a_hidden_message_stays_unread(web: Client, alice: Person, talk: list[AddedMessage]) -> None:
    late = arrive(alice.account.pk, letter("Re: Lunch", number=9, references=[1]), role="junk", minute=9)
    page_of(web, talk)
    assert MailboxMessage.objects.filter(message_id=late.message_id, seen=False).exists()


def test_unread_from_here(web: Client, talk: list[AddedMessage]) -> None:
    told = act(web, "unreadfrom", talk[1].message_id)
    assert told["text"] == "Marked as unread"
    unseen = MailboxMessage.objects.filter(seen=False).values_list("message_id", flat=True)
    assert set(unseen) == {talk[1].message_id, talk[2].message_id}
    form = {"only": talk[1].message_id, "of": "message", "in": "inbox", "next": "/mail/inbox/"}
    assert web.post("/conversations/unreadfrom/", form)["Location"] == "/mail/inbox/"


def test_a_message_is_restored_to_where_it_stood(
    web: Client, alice: Person, talk: list[AddedMessage]
) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work")
    conversations.label(alice.account.pk, [talk[1].message_id], label)
    for verb in ("trash", "restore"):
        told = act(web, verb, talk[1].message_id, "trash")
    assert told["text"] == "Restored"
    assert roles(talk[1].message_id) == {"inbox", ""}
    web.post(told["undo"], headers=JSON)
    assert roles(talk[1].message_id) == {"trash"}
    mailboxes.delete(alice.account.pk, label)
    act(web, "restore", talk[1].message_id, "trash")
    assert roles(talk[1].message_id) == {"inbox"}


def test_what_came_to_spam_by_itself_is_restored_to_the_inbox(web: Client, alice: Person) -> None:
    bad = arrive(alice.account.pk, letter(), role="junk").message_id
    act(web, "restore", bad, "junk")
    assert roles(bad) == {"inbox"}


def test_a_message_is_copied(web: Client, alice: Person, talk: list[AddedMessage]) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work")
    fields = {"ids": talk[0].thread_id, "in": "inbox", "mailbox": label}
    told = web.post("/conversations/copy/", fields, headers=JSON).json()
    assert told["text"] == "Copied to Work"
    assert len(queries.mailbox_messages(alice.account.pk, label).rows) == 3
    assert len(queries.mailbox_messages(alice.account.pk, alice.mailbox("inbox")).rows) == 3


def test_plain_text_beside_the_formatted(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, BOTH).message_id
    part = {"HX-Request": "true"}
    formatted = web.get(f"/messages/{key}/", headers=part).content.decode()
    assert "<letter-frame" in formatted
    assert "Show as plain text" in formatted
    plain = web.get(f"/messages/{key}/?as=text", headers=part).content.decode()
    assert "<letter-frame" not in plain
    assert "The plain &lt;menu&gt;" in plain
    assert "Show formatted" in plain
    assert web.get(f"/messages/{key}/?as=text")["Location"].endswith(f"?open={key}&as=text#message-{key}")


def test_plain_text_made_from_html(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, HTML_ONLY).message_id
    plain = web.get(f"/messages/{key}/?as=text", headers={"HX-Request": "true"}).content.decode()
    assert "The fine menu" in plain
    assert "<b>fine" not in plain
    assert "<script>" not in plain


def test_only_plain_text_has_no_other_form(web: Client, talk: list[AddedMessage]) -> None:
    page = page_of(web, talk)
    assert "Show as plain text" not in page
    assert "Show formatted" not in page


def test_the_details_are_complete(web: Client, alice: Person, settings) -> None:
    settings.MAIL_HOSTNAME = "localhost"
    key = arrive(alice.account.pk, BOTH, prefix=RESULTS).message_id
    page = web.get(f"/messages/{key}/", headers={"HX-Request": "true"}).content.decode()
    for words in (
        "<bdi>Kitchen</bdi> &lt;kitchen@hamburger.test&gt;",
        "<bdi>Carol</bdi> &lt;carol@crepes.test&gt;",
        "<dt>Mailed by</dt><dd>mail.hamburger.test</dd>",
        "<dt>Signed by</dt><dd>hamburger.test</dd>",
        "<dt>Mailing list</dt><dd>Slow cooks &lt;slow.cooks.test&gt;</dd>",
    ):
        assert words in page
    assert "evil.test" not in page


def test_whose_server_it_was_is_nobodys_claim(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, RESULTS + BOTH).message_id
    page = web.get(f"/messages/{key}/", headers={"HX-Request": "true"}).content.decode()
    assert "Mailed by" not in page
    assert "Signed by" not in page


def test_nothing_is_done_to_anothers_message(web: Client, bob: Person) -> None:
    his = arrive(bob.account.pk, letter("Private")).message_id
    for verb in ("star", "trash", "unreadfrom", "restore", "delete"):
        act(web, verb, his)
    assert roles(his) == {"inbox"}
    assert not MailboxMessage.objects.filter(message_id=his, flagged=True).exists()
    assert web.get(f"/messages/{his}/?in=inbox").status_code == 404
