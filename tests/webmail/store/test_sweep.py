"""Sweeping: only what nobody can need any more."""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from mailserver.query import parse
from tests.mail import account, arrive, letter
from webmail.models import Account, Blob, ExpungedMessage, Message, Thread, UndoableAction, Upload
from webmail.store import blobs, check, conversations, expunge, queries, sweep, undo

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(hours=2)


def test_a_deleted_message_goes_when_its_hour_is_over() -> None:
    alice = account().pk
    kept, gone = arrive(alice, letter("Kept", number=1)), arrive(alice, letter("Gone", number=2))
    token = undo.remember(alice, expunge.delete_forever(alice, [gone.message_id]))
    now = timezone.now()
    assert sweep.run(now + timedelta(minutes=59)).messages == 0
    swept = sweep.run(now + LATER)
    assert (swept.messages, swept.blobs) == (1, 1)
    assert Message.objects.get().pk == kept.message_id
    assert undo.undo(alice, token).count == 0
    ground = queries.ground_of(alice, queries.mailbox_list(alice), now, UTC)
    assert queries.search_page(ground, parse("gone in:anywhere")).page.rows == []
    assert list(check.problems()) == []


def test_shared_bytes_stay_while_one_account_has_them() -> None:
    alice, bob = account().pk, account("bob@crepes.test").pk
    arrive(alice, letter())
    theirs = arrive(bob, letter())
    expunge.delete_forever(bob, [theirs.message_id])
    sweep.run(timezone.now() + LATER)
    assert Blob.objects.count() == 1
    assert list(check.problems()) == []


def test_the_bins_are_emptied_after_thirty_days() -> None:
    alice = account().pk
    added = arrive(alice, letter())
    conversations.trash(alice, [added.message_id])
    now = timezone.now()
    assert sweep.run(now + timedelta(days=29)).expired == 0
    assert sweep.run(now + timedelta(days=31)).expired == 1
    assert queries.conversation(alice, added.thread_id) == []
    assert sweep.run(now + timedelta(days=31)).messages == 1
    assert list(check.problems()) == []


def test_a_merged_conversation_still_says_where_it_went() -> None:
    alice = account().pk
    arrive(alice, letter("Lunch", number=1))
    merged = arrive(alice, letter("Re: Lunch", number=3, references=[2])).thread_id
    arrive(alice, letter("Re: Lunch", number=2, references=[1]))
    sweep.run(timezone.now() + LATER)
    assert len(queries.conversation(alice, merged)) == 3


def test_old_undo_and_uploads_go() -> None:
    alice = account().pk
    (blob,) = blobs.save_many([b"picture"])
    Upload.objects.create(account_id=alice, blob=blob, name="x", content_type="image/png", size=7)
    undo.remember(alice, conversations.archive(alice, []))
    swept = sweep.run(timezone.now() + timedelta(hours=25))
    assert (swept.uploads, swept.undo_actions, swept.blobs) == (1, 1, 1)
    assert not UndoableAction.objects.exists()


def test_a_page_learns_what_went_for_as_long_as_anybody_knows() -> None:
    alice = account().pk
    gone = arrive(alice, letter("Gone", number=1))
    asleep = queries.current_modseq(alice)
    expunge.delete_forever(alice, [gone.message_id])
    now = timezone.now()
    assert sweep.run(now + timedelta(days=89)).threads == 0
    assert queries.changes_since(alice, asleep).gone == [gone.thread_id]
    assert sweep.run(now + timedelta(days=91)).threads == 1
    assert not Thread.objects.exists()
    assert queries.changes_since(alice, asleep).all
    woken = queries.current_modseq(alice)
    arrive(alice, letter("Fresh", number=2))
    assert not queries.changes_since(alice, woken).all


def test_expunged_rows_are_forgotten_after_ninety_days_and_the_account_says_so() -> None:
    alice, bob = account().pk, account("bob@crepes.test").pk
    old = [arrive(alice, letter(f"Old {n}", number=n)).message_id for n in range(3)]
    theirs = arrive(bob, letter())
    expunge.delete_forever(alice, old)
    last = queries.current_modseq(alice)
    ExpungedMessage.objects.update(expunged_at=timezone.now() - timedelta(days=60))
    expunge.delete_forever(alice, [arrive(alice, letter("Young", number=9)).message_id])
    expunge.delete_forever(bob, [theirs.message_id])
    now = timezone.now()
    assert sweep.run(now + timedelta(days=29)).forgotten == 0
    assert sweep.run(now + timedelta(days=31)).forgotten == 3
    assert [row.account_id for row in ExpungedMessage.objects.order_by("account_id")] == [alice, bob]
    assert Account.objects.get(pk=alice).forgotten_modseq == last
    assert Account.objects.get(pk=bob).forgotten_modseq == 0
    assert list(check.problems()) == []


def test_a_great_many_expunged_rows_go_in_several_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "_BATCH", 2)
    alice = account().pk
    for number in range(5):
        expunge.delete_forever(alice, [arrive(alice, letter(number=number)).message_id])
    last = queries.current_modseq(alice)
    assert sweep.run(timezone.now() + timedelta(days=91)).forgotten == 5
    assert Account.objects.get(pk=alice).forgotten_modseq == last
