"""Mail that a mail program has marked as deleted and not taken out yet: shown as that, in its folder."""

import pytest
from django.test import Client

from tests.mail import arrive, letter
from tests.people import Person
from webmail.store import flags

DELETED = frozenset({"\\Deleted"})
WORDS = "Marked as deleted"


@pytest.fixture(params=[True, False], ids=["conversations", "messages"])
def reader(request: pytest.FixtureRequest, web: Client, alice: Person) -> Client:
    alice.user.conversation_view = request.param
    alice.user.save()
    return web


def mark(person: Person, message_id: int, role: str = "inbox") -> None:
    flags.set_flags(person.account.pk, [message_id], add=DELETED, mailbox_id=person.mailbox(role))


def shown(web: Client, path: str) -> str:
    return web.get(path).content.decode()


def test_it_is_struck_out_with_a_word(reader: Client, alice: Person) -> None:
    message = arrive(alice.account.pk, letter("Plan"))
    assert WORDS not in shown(reader, "/mail/inbox/")
    mark(alice, message.message_id)
    page = shown(reader, "/mail/inbox/")
    assert "is-deleted" in page
    assert WORDS in page
    assert WORDS in shown(reader, f"/messages/{message.message_id}/?in=inbox")


def test_where_it_was_not_marked_it_is_as_ever(reader: Client, alice: Person) -> None:
    message = arrive(alice.account.pk, letter("Plan"), roles=("inbox", "archive"))
    mark(alice, message.message_id)
    assert WORDS not in shown(reader, "/mail/archive/")
    assert WORDS not in shown(reader, "/mail/all/")
    assert WORDS not in shown(reader, f"/messages/{message.message_id}/?in=archive")


def test_of_a_conversation_only_what_is_marked_whole_is(web: Client, alice: Person) -> None:
    first = arrive(alice.account.pk, letter("Plan", number=1))
    answer = arrive(alice.account.pk, letter("Re: Plan", number=2, references=[1]))
    mark(alice, first.message_id)
    assert WORDS not in shown(web, "/mail/inbox/")
    assert shown(web, f"/conversations/{first.thread_id}/?in=inbox").count(WORDS) == 1
    mark(alice, answer.message_id)
    assert WORDS in shown(web, "/mail/inbox/")


def test_an_open_page_is_told(web: Client, alice: Person) -> None:
    message = arrive(alice.account.pk, letter("Plan"))
    alice.account.refresh_from_db()
    since = alice.account.modseq
    mark(alice, message.message_id)
    assert WORDS in shown(web, f"/changes/?since={since}&in=inbox")
