"""Reading a conversation: what is open, what is marked read, what stays others' business."""

import pytest
from django.test import Client

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import MailboxMessage
from webmail.store import mailboxes, queries
from webmail.store.flags import set_flags

HTML = b"""From: Bob <bob@hamburger.test>\r
To: Alice <alice@crepes.test>\r
Subject: Pictures\r
Message-ID: <html@hamburger.test>\r
Date: Sun, 22 Nov 2026 12:00:00 +0000\r
MIME-Version: 1.0\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Look <img src="https://tracker.test/a.png"></p><script>alert(1)</script>\r
"""


@pytest.fixture
def reader(client: Client, alice: Person) -> Client:
    client.force_login(alice.user)
    return client


def _unseen(account_id: int) -> int:
    return MailboxMessage.objects.filter(account_id=account_id, seen=False).count()


def test_opening_a_conversation_marks_it_read_and_a_prefetch_does_not(reader: Client, alice: Person) -> None:
    added = arrive(alice.account.pk, letter("Lunch", "At noon?"))
    url = f"/conversations/{added.thread_id}/?in=inbox"
    assert reader.head(url).status_code == 200
    assert reader.get(url, headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert _unseen(alice.account.pk) == 1
    page = reader.get(url).content.decode()
    assert "At noon?" in page
    assert _unseen(alice.account.pk) == 0


def test_labels_lead_to_their_lists(reader: Client, alice: Person) -> None:
    label = mailboxes.create(alice.account.pk, "Menu")
    key = alice.account.mailboxes.get(path="Menu").pk
    added = arrive(alice.account.pk, letter("Autumn"), mailbox_ids=(key,))
    assert label
    page = reader.get(f"/conversations/{added.thread_id}/?in=inbox").content.decode()
    assert f'href="/mail/label-{key}/">Menu</a>' in page


def test_read_messages_are_closed_the_last_and_the_unread_are_open(reader: Client, alice: Person) -> None:
    first = arrive(alice.account.pk, letter("Plan", "The first text", number=1))
    arrive(alice.account.pk, letter("Re: Plan", "The second text", number=2, references=[1]), minute=1)
    arrive(alice.account.pk, letter("Re: Plan", "The third text", number=3, references=[1]), minute=2)
    set_flags(alice.account.pk, [first.message_id], add=frozenset({"\\Seen"}))
    page = reader.get(f"/conversations/{first.thread_id}/?in=inbox").content.decode()
    assert page.count('class="message is-open is-unread"') == 2
    assert f'hx-get="/messages/{first.message_id}/"' in page
    part = reader.get(f"/messages/{first.message_id}/", headers={"HX-Request": "true"}).content.decode()
    assert "The first text" in part
    assert "<html" not in part


def test_quotes_are_folded_and_text_is_escaped(reader: Client, alice: Person) -> None:
    body = "See https://x.test/?a=1&b=<script>\r\n\r\nOn Monday, Ana wrote:\r\n> old words\r\n"
    added = arrive(alice.account.pk, letter("Q", body))
    page = reader.get(f"/conversations/{added.thread_id}/?in=inbox").content.decode()
    assert '<details class="quote">' in page
    assert "&lt;script&gt;" in page
    assert 'href="https://x.test/?a=1&amp;b="' in page


def test_the_body_of_an_html_letter_stands_in_a_frame_without_scripts(reader: Client, alice: Person) -> None:
    added = arrive(alice.account.pk, HTML)
    page = reader.get(f"/conversations/{added.thread_id}/?in=inbox").content.decode()
    assert f'src="/messages/{added.message_id}/body/"' in page
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in page
    assert "allow-scripts" not in page
    answer = reader.get(f"/messages/{added.message_id}/body/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "https:" not in policy
    text = answer.content.decode()
    assert "<script" not in text
    assert "tracker.test" not in text
    assert "1 remote picture not shown" in text


def test_remote_pictures_come_when_they_are_asked_for(reader: Client, alice: Person) -> None:
    added = arrive(alice.account.pk, HTML)
    answer = reader.get(f"/messages/{added.message_id}/body/?remote=1")
    assert f'src="/messages/{added.message_id}/pictures/' in answer.content.decode()


def test_the_ways_to_the_neighbours_follow_the_list(reader: Client, alice: Person) -> None:
    threads = [
        arrive(alice.account.pk, letter(f"N{number}", number=number), minute=number).thread_id
        for number in range(3)
    ]
    older = reader.get(f"/conversations/{threads[1]}/older/?in=inbox")
    newer = reader.get(f"/conversations/{threads[1]}/newer/?in=inbox")
    assert older["Location"] == f"/conversations/{threads[0]}/?in=inbox"
    assert newer["Location"] == f"/conversations/{threads[2]}/?in=inbox"
    assert reader.get(f"/conversations/{threads[2]}/newer/?in=inbox")["Location"] == "/mail/inbox/"


def test_the_page_of_a_read_conversation_costs_few_statements(
    reader: Client, alice: Person, django_assert_max_num_queries
) -> None:
    added = arrive(alice.account.pk, letter("Few", "words"))
    url = f"/conversations/{added.thread_id}/?in=inbox"
    reader.get(url)
    with django_assert_max_num_queries(8):
        reader.get(url)


def test_nothing_of_another_account_is_found(client: Client, alice: Person, bob: Person) -> None:
    added = arrive(alice.account.pk, HTML)
    client.force_login(bob.user)
    key = added.message_id
    paths = [
        f"/conversations/{added.thread_id}/",
        f"/conversations/{added.thread_id}/older/",
        f"/messages/{key}/",
        f"/messages/{key}/body/",
        f"/messages/{key}/source/",
        f"/messages/{key}/message.eml",
        f"/messages/{key}/attachments.zip",
        f"/messages/{key}/parts/0/",
        f"/messages/{key}/trace/",
        f"/messages/{key}/trace/1/",
        f"/compose/?reply={key}",
        f"/compose/?reply_all={key}",
        f"/compose/?forward={key}",
        f"/compose/?draft={key}",
    ]
    assert {client.get(path).status_code for path in paths} == {404}


def test_the_original_can_be_seen_and_saved_to_the_byte(reader: Client, alice: Person) -> None:
    added = arrive(alice.account.pk, HTML)
    shown = reader.get(f"/messages/{added.message_id}/source/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    saved = reader.get(f"/messages/{added.message_id}/message.eml")
    assert b"".join(saved.streaming_content) == queries.raw(alice.account.pk, added.message_id)
    assert saved["Content-Disposition"].startswith('attachment; filename="Pictures.eml"')
    assert saved["X-Content-Type-Options"] == "nosniff"


def test_the_way_back_from_a_search_leads_to_what_it_found(web: Client, thread: int) -> None:
    shown = web.get(f"/conversations/{thread}/?in=search&q=sugar+%26+%22flour%22").content.decode()
    assert 'href="/search/?q=sugar+%26+%22flour%22" data-key="u"' in shown
    assert 'name="next" value="/search/?q=sugar+%26+%22flour%22"' in shown
    assert (
        'href="/mail/inbox/" data-key="u"' in web.get(f"/conversations/{thread}/?in=inbox").content.decode()
    )
