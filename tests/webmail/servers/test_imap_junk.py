"""Spam as mail programs mark it by keywords: learnt, and left where it stands."""

import pytest

from tests.mail import arrive, letter
from tests.mailserver.imap.memory import RawClient
from tests.people import Person
from webmail.models import MailboxMessage, SpamMark
from webmail.store import spam_learning


def said() -> dict[int, str]:
    """What messages are said to be, by uid."""
    rows = MailboxMessage.objects.filter(message__spam_mark__isnull=False)
    return dict(rows.order_by("uid").values_list("uid", "message__spam_mark__said"))


@pytest.mark.parametrize(
    ("spam", "ham"), [("$Junk", "$NotJunk"), ("Junk", "NonJunk"), ("Junk", "NotJunk"), ("$junk", "$NOTJUNK")]
)
def test_what_is_marked_is_learnt_and_stays(program: RawClient, alice: Person, spam: str, ham: str) -> None:
    arrive(alice.account.pk, letter("Win", number=1))
    program.ask("SELECT INBOX")
    assert program.ask(f"STORE 1 +FLAGS ({spam})")[-1].startswith("OK")
    assert said() == {1: "spam"}
    assert spam_learning.learn(alice.account.pk) == 1
    # As Thunderbird does it: one word is added, then the other removed.
    program.ask(f"STORE 1 +FLAGS ({ham})")
    program.ask(f"STORE 1 -FLAGS ({spam})")
    assert said() == {1: "ham"}
    assert spam_learning.learn(alice.account.pk) == 1
    alice.account.refresh_from_db()
    assert (alice.account.spam_count, alice.account.ham_count) == (0, 1)
    assert list(MailboxMessage.objects.values_list("mailbox__role", flat=True)) == ["inbox"]


def test_a_mark_that_is_taken_off_is_forgotten(program: RawClient, alice: Person) -> None:
    arrive(alice.account.pk, letter("Win", number=1))
    program.ask("SELECT INBOX")
    program.ask("STORE 1 FLAGS (\\Seen $Junk)")
    program.ask("STORE 1 FLAGS (\\Seen)")
    assert said() == {1: ""}


def test_a_program_that_finds_all_mail_good_teaches_nothing(program: RawClient, alice: Person) -> None:
    arrive(alice.account.pk, letter("Plan", number=1))
    program.ask("SELECT INBOX")
    program.ask("STORE 1 +FLAGS (NonJunk)")
    assert said() == {}


def test_what_is_no_spam_in_spam_is_learnt(program: RawClient, alice: Person) -> None:
    arrive(alice.account.pk, letter("Plan", number=1), role="junk")
    program.ask("SELECT Junk")
    program.ask("STORE 1 +FLAGS ($NotJunk)")
    assert said() == {1: "ham"}


def test_other_words_and_own_mail_say_nothing(program: RawClient, alice: Person) -> None:
    arrive(alice.account.pk, letter("Plan", number=1))
    arrive(alice.account.pk, letter("Mine", number=2), role="sent")
    program.ask("SELECT INBOX")
    program.ask("STORE 1 +FLAGS ($Phishing $Label1)")
    program.ask("SELECT Sent")
    program.ask("STORE 1 +FLAGS ($Junk)")
    assert not SpamMark.objects.exists()
