"""The demo's people have believable mail, read right by our own reader."""

import pytest

from webmail.demo import files
from webmail.demo.fill import RESIDENTS, fill
from webmail.demo.letters import all_letters
from webmail.demo.servers import two_servers
from webmail.models import Account, Mailbox, Message, Thread
from webmail.store import queries


def test_every_letter_can_be_read() -> None:
    letters = all_letters()
    assert len(letters) > 75
    assert all(letter.text and letter.subject and letter.readers for letter in letters)
    keys = {letter.key for letter in letters}
    assert {letter.reply_to for letter in letters} - {""} <= keys


@pytest.mark.django_db
def test_each_person_finds_mail_once() -> None:
    assert fill("crepes.test", "postillion") > 40
    assert fill("crepes.test", "postillion") == 0
    alice = Account.objects.get(address="alice@crepes.test")
    assert alice.user.check_password("postillion")
    assert Message.objects.filter(account=alice).count() > 40
    assert Mailbox.objects.get(account=alice, role="inbox").unseen_count > 3
    assert Mailbox.objects.get(account=alice, path="Festival").message_count > 3
    stand = Thread.objects.get(account=alice, subject__contains="share a stand")
    assert stand.message_count == 5
    assert Message.objects.filter(account=alice, subject__startswith="Re: 关于冬季").exists()
    assert {account.address.split("@")[0] for account in Account.objects.all()} == set(
        RESIDENTS["crepes.test"]
    )


@pytest.mark.django_db
def test_each_person_has_people_texts_and_rules() -> None:
    fill("crepes.test", "postillion")
    alice = Account.objects.get(address="alice@crepes.test")
    assert set(alice.contacts.filter(is_collected=False).values_list("name", flat=True)) == {
        "Bob Keller",
        "Carol Jones",
        "Jun Sato",
        "王芳",
    }
    bob = alice.contacts.get(name="Bob Keller").addresses.get()
    assert (bob.address, bob.use_count > 1) == ("bob@hamburger.test", True)
    assert [group.size for group in queries.contact_groups(alice.pk)] == [3]
    senders = queries.sending_addresses(alice)
    assert [each.address for each in senders] == ["alice@crepes.test", "alice+festival@crepes.test"]
    assert all(each.signature_html for each in senders)
    assert len(queries.templates(alice.pk)) == 1
    assert [rule.mailbox.path for rule in alice.rules.order_by("position")] == ["Bills", "Reading"]


def test_made_files_are_what_they_say() -> None:
    content_type, data = files.make("harbour.png", "Harbour")
    assert (content_type, data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    content_type, data = files.make("bill.pdf", "Your bill (October)")
    assert content_type == "application/pdf"
    assert data.startswith(b"%PDF-1.4")
    assert b"Your bill October" in data


def test_the_two_servers_know_the_way_to_each_other() -> None:
    crepes, hamburger = two_servers(9000)
    assert (crepes.site_url, hamburger.smtp) == ("http://127.0.0.1:9000", "127.0.0.1:9125")
