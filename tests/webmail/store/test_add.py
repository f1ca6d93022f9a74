"""Adding messages: uids, modseq, threads, counters, blobs, whatever comes together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.mail import account, arrive, arrive_all, letter, new
from webmail.models import Account, Blob, Mailbox, MailboxMessage, MailboxThread, Message, Thread
from webmail.store import mailboxes, queries
from webmail.store.add import add_messages
from webmail.store.board import UnknownMailboxError
from webmail.store.change import UnknownAccountError

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENTS_OF_A_BATCH = 18
"""BEGIN and COMMIT included; merging conversations takes five more."""


def inbox(account_id: int) -> Mailbox:
    return Mailbox.objects.get(account_id=account_id, role="inbox")


def test_a_message_arrives_whole() -> None:
    alice = account()
    raw = letter("Crêpes 可丽饼", "Two bytes: é, three: 饼\r\n")
    added = arrive(alice.pk, raw, prefix=b"Return-Path: <bob@hamburger.test>\r\n")
    assert queries.raw(alice.pk, added.message_id) == b"Return-Path: <bob@hamburger.test>\r\n" + raw
    (row,) = queries.mailbox_page(alice.pk, inbox(alice.pk).pk).rows
    assert (row.thread_id, row.message_count, row.unseen) == (added.thread_id, 1, True)
    assert [sender.name for sender in row.senders] == ["Bob"]


def test_counters_follow() -> None:
    alice = account()
    arrive(alice.pk, letter(number=1))
    arrive(alice.pk, letter(number=2), flags=frozenset({"\\Seen", "$Forwarded"}))
    box = inbox(alice.pk)
    size = len(letter(number=1))
    assert (box.message_count, box.unseen_count, box.size, box.uid_next) == (2, 1, 2 * size, 3)
    assert (box.thread_count, box.unseen_thread_count) == (2, 1)
    alice.refresh_from_db()
    assert alice.used_bytes == 2 * size
    assert box.highest_modseq == alice.modseq
    assert MailboxMessage.objects.get(seen=True).keywords == " $Forwarded "


def test_a_batch_takes_consecutive_uids_and_one_modseq() -> None:
    alice = account()
    arrive(alice.pk, letter(number=1))
    before = Account.objects.get(pk=alice.pk).modseq
    added = arrive_all([new(letter(number=n), alice.pk) for n in range(2, 7)])
    box = inbox(alice.pk)
    assert [copy.uids[box.pk] for copy in added] == [2, 3, 4, 5, 6]
    keys = [copy.message_id for copy in added]
    modseqs = MailboxMessage.objects.filter(message_id__in=keys).values_list("modseq", flat=True)
    assert set(modseqs) == {before + 1}


def test_one_message_for_fifty_accounts_is_stored_once() -> None:
    people = [account(f"user{n}@crepes.test") for n in range(50)]
    raw = letter()
    (copies,) = add_messages([new(raw, *(person.pk for person in people))])
    assert Blob.objects.count() == 1
    assert [copy.account_id for copy in copies] == [person.pk for person in people]
    for copy in copies:
        assert queries.raw(copy.account_id, copy.message_id) == raw
    assert Thread.objects.count() == 50


def test_the_same_bytes_twice_in_a_batch_share_a_blob() -> None:
    alice = account()
    first, second = arrive_all([new(letter(), alice.pk), new(letter(), alice.pk)])
    assert first.message_id != second.message_id
    assert Blob.objects.count() == 1
    assert first.thread_id == second.thread_id


def test_a_message_can_stand_in_several_mailboxes() -> None:
    alice = account()
    added = arrive(alice.pk, letter(), roles=("inbox", "sent"))
    assert len(added.uids) == 2
    assert MailboxThread.objects.filter(thread_id=added.thread_id).count() == 2
    alice.refresh_from_db()
    assert alice.used_bytes == len(letter())


@pytest.mark.parametrize("together", [True, False])
def test_a_reply_joins_its_conversation(together: bool) -> None:
    alice = account()
    batch = [
        new(letter("Lunch", number=1), alice.pk, minute=1),
        new(letter("Re: Lunch", number=2, references=[1]), alice.pk, minute=2),
        new(letter("Lunch", number=3), alice.pk, minute=3),
        new(letter("Re: Dinner", number=4, references=[1]), alice.pk, minute=4),
    ]
    if together:
        first, reply, same_subject, other_subject = arrive_all(batch)
    else:
        first, reply, same_subject, other_subject = (arrive_all([one])[0] for one in batch)
    assert first.thread_id == reply.thread_id
    assert len({first.thread_id, same_subject.thread_id, other_subject.thread_id}) == 3
    found = queries.conversation(alice.pk, first.thread_id)
    assert [message.id for message in found] == [first.message_id, reply.message_id]
    assert inbox(alice.pk).thread_count == 3


def test_a_late_link_merges_conversations() -> None:
    alice = account()
    first = arrive(alice.pk, letter("Lunch", number=1), minute=1)
    third = arrive(alice.pk, letter("Re: Lunch", number=3, references=[2]), minute=3)
    assert first.thread_id != third.thread_id
    second = arrive(alice.pk, letter("Re: Lunch", number=2, references=[1]), minute=2)
    assert second.thread_id == first.thread_id
    found = queries.conversation(alice.pk, third.thread_id)
    assert [message.id for message in found] == [first.message_id, second.message_id, third.message_id]
    box = inbox(alice.pk)
    assert (box.thread_count, box.message_count, box.unseen_thread_count) == (1, 3, 1)
    assert Thread.objects.get(pk=third.thread_id).merged_into_id == first.thread_id
    later = arrive(alice.pk, letter("Re: Lunch", number=4, references=[3]), minute=4)
    assert later.thread_id == first.thread_id


def test_a_merge_within_a_batch() -> None:
    alice = account()
    old = arrive(alice.pk, letter("Lunch", number=1))
    batch = [
        new(letter("Lunch", number=5), alice.pk),
        new(letter("Lunch", number=6, references=[5]), alice.pk),
        new(letter("Lunch", number=7, references=[1, 6]), alice.pk),
    ]
    assert {copy.thread_id for copy in arrive_all(batch)} == {old.thread_id}
    assert Thread.objects.filter(message_count__gt=0).count() == 1


def test_a_conversation_ends_at_its_cap() -> None:
    alice = account()
    batch = [new(letter("Loop", number=n, references=[1]), alice.pk, minute=n) for n in range(1, 151)]
    added = arrive_all(batch[:90]) + arrive_all(batch[90:])
    sizes = Thread.objects.order_by("id").values_list("message_count", flat=True)
    assert list(sizes) == [100, 50]
    assert added[0].thread_id != added[-1].thread_id


def test_accounts_have_conversations_of_their_own() -> None:
    alice, bob = account(), account("bob@crepes.test")
    (copies,) = add_messages([new(letter(), alice.pk, bob.pk)])
    assert copies[0].thread_id != copies[1].thread_id
    assert queries.conversation(bob.pk, copies[0].thread_id) == []


def test_nothing_is_stored_when_a_mailbox_is_missing() -> None:
    alice = account()
    with pytest.raises(UnknownMailboxError):
        add_messages([new(letter(), alice.pk), new(letter(), alice.pk, roles=(), mailbox_ids=(999_999,))])
    with pytest.raises(UnknownAccountError):
        add_messages([new(letter(), alice.pk, 999_999)])
    assert not Message.objects.exists()
    assert not Blob.objects.exists()


def test_a_mailbox_of_somebody_else_is_refused() -> None:
    alice, bob = account(), account("bob@crepes.test")
    theirs = inbox(bob.pk).pk
    with pytest.raises(UnknownMailboxError):
        add_messages([new(letter(), bob.pk), new(letter(), alice.pk, roles=(), mailbox_ids=(theirs,))])


def test_hostile_text_is_stored() -> None:
    alice = account()
    raw = (
        b"Subject: nul\x00 and \xff\xfe\r\nFrom: \xff\x00 <x@y>\r\nMessage-ID: <"
        + b"\xe9" * 2000
        + b">\r\n\r\n\x00\xff"
    )
    added = arrive(alice.pk, raw)
    assert queries.raw(alice.pk, added.message_id) == raw


def statements(batch: list) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        add_messages(batch)
    return len(captured)


def test_fifty_messages_take_as_many_statements_as_one() -> None:
    people = [account(f"user{n}@crepes.test") for n in range(5)]
    first = people[0].pk
    for person in people:
        arrive(person.pk, letter("Lunch", number=1))
    one = statements([new(letter("Re: Lunch", number=2, references=[1]), first)])
    fifty = statements(
        [
            new(letter(f"Re: {'Lunch' if n % 2 else 'Dinner'}", number=n, references=[1]), people[n % 5].pk)
            for n in range(100, 150)
        ]
    )
    fresh = statements([new(letter(number=900), first)])
    assert (one, fifty, fresh) == (
        STATEMENTS_OF_A_BATCH - 1,
        STATEMENTS_OF_A_BATCH,
        STATEMENTS_OF_A_BATCH - 2,
    )


def test_an_answer_is_filed_where_its_conversation_has_another_label() -> None:
    alice = account().pk
    work, _ = mailboxes.create(alice, "Work")
    plans, _ = mailboxes.create(alice, "Plans")
    first = arrive(alice, letter("Plans"), roles=(), mailbox_ids=(work,))
    answer = arrive(alice, letter("Re: Plans", number=2, references=[1]), roles=(), mailbox_ids=(plans,))
    assert answer.thread_id == first.thread_id
