"""What is learnt of spam: from reports and moves, once, taken back by Undo, and bounded."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailserver.message import parser
from tests.mail import arrive, arrive_all, do, letter, new
from tests.people import Person
from webmail.models import Account, MailboxMessage, SpamClue
from webmail.store import bulk, clues, conversations, queries, spam_learning, undo


def counts(person: Person) -> tuple[int, int]:
    found = Account.objects.get(pk=person.account.pk)
    return found.spam_count, found.ham_count


def known(person: Person, word: str) -> tuple[int, int] | None:
    return SpamClue.objects.filter(account=person.account, word=word).values_list("spam", "ham").first()


def test_clues_of_a_message() -> None:
    html = (
        b"From: =?utf-8?b?546L?= <Win@Shop.test>\r\nReply-To: a@else.test\r\n"
        b"Subject: FREE =?gbk?b?x+u8+w==?=\r\n"
        b"X-Mailer: The Bat! (v1.52)\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>Buy <a href='HTTP://evil.test:80/x?y'>now</a> \xe5\x8f\x91\xe7\xa5\xa8\xe9\x80\x9a a "
        + b"x" * 30
        + b"</p>"
    )
    found = clues.of_message(html, parser.parse(html))
    assert {"s:free", "s:请见", "f:win@shop.test", "d:shop.test", "n:王", "u:evil.test"} <= set(found)
    assert {"w:buy", "w:now", "w:发票", "w:票通", "h:html-only", "h:reply-elsewhere"} <= set(found)
    assert {"h:program the bat v", "h:no-to", "h:no-date", "h:charset utf-8"} <= set(found)
    assert not any("xxxxx" in clue for clue in found)
    assert -(2**63) <= clues.key(found[0]) < 2**63


def test_a_report_is_learnt_once_and_taken_back(alice: Person) -> None:
    account = alice.account.pk
    added = arrive(account, letter("Lottery", "You win a lottery."))
    done = do("junk", account, [added.thread_id])
    token = undo.remember(account, done)
    assert counts(alice) == (0, 0)
    spam_learning.carry_on()
    spam_learning.carry_on()
    do("junk", account, [added.thread_id])
    spam_learning.carry_on()
    assert counts(alice) == (1, 0)
    assert known(alice, "s:lottery") == known(alice, "w:win") == (1, 0)
    undo.undo(account, token)
    spam_learning.carry_on()
    assert counts(alice) == (0, 0)
    assert not SpamClue.objects.exists()


def test_who_changes_their_mind_before_it_is_learnt_leaves_no_trace(alice: Person) -> None:
    added = arrive(alice.account.pk, letter("Lottery"))
    token = undo.remember(alice.account.pk, do("junk", alice.account.pk, [added.thread_id]))
    undo.undo(alice.account.pk, token)
    spam_learning.carry_on()
    assert counts(alice) == (0, 0)
    assert not SpamClue.objects.exists()


@pytest.mark.parametrize(
    ("verb", "learnt"), [("notjunk", (0, 1)), ("move", (0, 1)), ("restore", (0, 1)), ("trash", (1, 0))]
)
def test_what_is_taken_out_of_spam(alice: Person, verb: str, learnt: tuple[int, int]) -> None:
    account, junk = alice.account.pk, alice.mailbox("junk")
    added = arrive(account, letter("Lottery"))
    do("junk", account, [added.thread_id])
    spam_learning.carry_on()
    named = {"target": alice.mailbox("inbox")} if verb == "move" else {}
    token = undo.remember(account, do(verb, account, [added.thread_id], junk, **named))
    spam_learning.carry_on()
    assert counts(alice) == learnt
    undo.undo(account, token)
    spam_learning.carry_on()
    assert counts(alice) == (1, 0)
    assert known(alice, "s:lottery") == (1, 0)


def test_moves_by_hand_and_in_bulk_count_and_own_mail_does_not(alice: Person) -> None:
    account, junk = alice.account.pk, alice.mailbox("junk")
    for number in range(3):
        arrive(account, letter(f"Prize {number}", number=number))
    sent = arrive(account, letter("Mine", number=9), role="sent")
    conversations.move(account, [sent.message_id], junk, alice.mailbox("sent"))
    token = bulk.begin(account, bulk.Asked("move", alice.mailbox("inbox"), junk))
    bulk.carry_out(account, token, 10)
    spam_learning.carry_on()
    assert counts(alice) == (3, 0)
    bulk.take_back(account, token)
    bulk.carry_out(account, token, 10)
    spam_learning.carry_on()
    assert counts(alice) == (0, 0)


def test_mail_that_was_kept_counts_as_wanted(alice: Person) -> None:
    account = alice.account.pk
    old = timezone.now() - timedelta(days=2)
    arrive_all([new(letter(f"Kept {n}", number=n), account, received_at=old) for n in range(6)])
    arrive(account, letter("Young", number=10), received_at=timezone.now())
    MailboxMessage.objects.update(seen=True)
    arrive(account, letter("Unread", number=11), received_at=old)
    arrive(account, letter("Mine", number=12), role="sent", received_at=old)
    spam = [arrive(account, letter(f"Prize {n}", number=20 + n)).thread_id for n in range(4)]
    do("junk", account, spam)
    for _ in range(3):
        spam_learning.carry_on()
    assert counts(alice) == (4, 6)
    assert known(alice, "s:kept") == (0, 6)
    done = spam_learning.forget(account)
    assert counts(alice) == (0, 0)
    assert not SpamClue.objects.exists()
    undo.undo(account, undo.remember(account, done))
    spam_learning.carry_on()
    assert counts(alice) == (4, 6)
    [first, *_] = queries.strongest_clues(account, of_spam=True, limit=5)
    assert (first.clue, first.spam, first.ham) == ("s:prize", 4, 0)
    assert "s:kept" in {word.clue for word in queries.strongest_clues(account, of_spam=False, limit=5)}


def test_the_least_useful_is_forgotten(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam_learning, "MAX_CLUES", 40)
    account = alice.account.pk
    for number in range(4):
        body = " ".join(f"word{number}x{n}" for n in range(20))
        do("junk", account, [arrive(account, letter("Prize", body, number=number)).thread_id])
        spam_learning.carry_on()
    assert SpamClue.objects.count() <= 40
    assert known(alice, "s:prize") == (4, 0)
    assert known(alice, "w:word3x0") == (1, 0)


def test_a_batch_costs_a_fixed_number_of_statements(alice: Person, carol: Person) -> None:
    def statements(person: Person, number: int) -> int:
        account = person.account.pk
        added = [arrive(account, letter(f"Prize {n}", number=n)).thread_id for n in range(number)]
        with CaptureQueriesContext(connection) as captured:
            do("junk", account, added)
        with CaptureQueriesContext(connection) as learning:
            spam_learning.learn(account)
        assert counts(person) == (number, 0)
        return len(captured) * 100 + len(learning)

    assert statements(alice, 2) == statements(carol, 30)
