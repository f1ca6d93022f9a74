"""Many at once: no deadlock, no lost change, no uid twice; modseqs in the order of the commits."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from tests.mail import account, arrive, do, letter, new
from webmail.models import Account, Mailbox, MailboxMessage
from webmail.store import change, check, copy, flags, queries
from webmail.store.add import add_messages

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], object]) -> None:
    """Run all at once in threads of their own; raise what any of them raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            work()
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def test_deliveries_to_the_same_accounts_in_any_order() -> None:
    people = [account(f"user{n}@crepes.test").pk for n in range(6)]

    def deliver(worker: int) -> Callable[[], None]:
        order = people if worker % 2 else people[::-1]

        def work() -> None:
            for n in range(8):
                raw = letter("Lunch", number=1000 * (n % 3) + worker % 2, references=[1])
                add_messages([new(raw, *order), new(letter(number=worker * 100 + n), order[0])])

        return work

    together(*(deliver(worker) for worker in range(4)))
    assert list(check.problems()) == []
    for person in people:
        uids = MailboxMessage.objects.filter(account_id=person).order_by("uid").values_list("uid", flat=True)
        assert list(uids) == list(range(1, len(uids) + 1))


def test_verbs_and_deliveries_at_once() -> None:
    alice = account().pk
    added = [arrive(alice, letter("Lunch", number=n, references=[1])) for n in range(1, 5)]
    ids = [one.message_id for one in added]
    threads = [added[0].thread_id]
    inbox, archive = (queries.mailbox_by_role(alice, role) for role in ("inbox", "archive"))

    def deliver() -> None:
        for n in range(100, 110):
            arrive(alice, letter("Lunch", number=n, references=[1]))

    def mark() -> None:
        for _ in range(10):
            flags.set_flags(alice, ids, add=frozenset({"\\Seen"}))
            flags.set_flags(alice, ids, remove=frozenset({"\\Seen"}), add=frozenset({"$Work"}))

    def shift() -> None:
        for _ in range(5):
            copy.move_messages(alice, ids, inbox, archive)
            copy.move_messages(alice, ids, archive, inbox)

    def bulk() -> None:
        for _ in range(5):
            do("star", alice, threads)
            do("archive", alice, threads)
            do("move", alice, threads, target=inbox)

    together(deliver, mark, shift, bulk)
    assert list(check.problems()) == []
    assert MailboxMessage.objects.filter(account_id=alice).values("message_id").distinct().count() == 14
    placed = MailboxMessage.objects.filter(mailbox_id=inbox).values_list("uid", flat=True)
    assert len(set(placed)) == len(placed)


def test_flags_set_from_two_sides_are_both_there() -> None:
    alice = account().pk
    added = arrive(alice, letter())
    words = [f"$Word{n}" for n in range(8)]
    together(
        *(
            lambda word=word: flags.set_flags(alice, [added.message_id], add=frozenset({word}))  # type: ignore[misc]
            for word in words
        )
    )
    row = MailboxMessage.objects.get()
    assert row.keywords.split() == words
    assert row.modseq == Account.objects.get(pk=alice).modseq


def test_a_reader_who_saw_a_modseq_misses_nothing() -> None:
    alice = account().pk
    done = threading.Event()
    seen: set[int] = set()

    def write() -> None:
        for n in range(1, 31):
            arrive(alice, letter(number=n))
        done.set()

    def read() -> None:
        at = 0
        while True:
            last = done.is_set()
            changes = queries.changes_since(alice, at)
            seen.update(changes.threads)
            at = changes.modseq
            if last:
                return

    together(write, read)
    assert len(seen) == 30


def test_a_change_within_a_change_shares_its_modseq() -> None:
    alice, bob = account().pk, account("bob@crepes.test").pk
    before = queries.current_modseq(alice)
    with change.Change([alice]):
        added = arrive(alice, letter())
        flags.set_flags(alice, [added.message_id], add=frozenset({"\\Seen"}))
        with pytest.raises(ValueError, match="all accounts"):
            arrive(bob, letter())
    assert queries.current_modseq(alice) == before + 1
    assert list(check.problems()) == []


def test_nothing_is_left_of_a_change_that_failed() -> None:
    alice = account().pk
    before = Account.objects.get(pk=alice)
    with pytest.raises(RuntimeError), transaction.atomic(), change.Change([alice]):
        arrive(alice, letter())
        raise RuntimeError
    after = Account.objects.get(pk=alice)
    assert (after.modseq, after.used_bytes) == (before.modseq, 0)
    assert Mailbox.objects.get(account_id=alice, role="inbox").uid_next == 1
    arrive(alice, letter())
    assert list(check.problems()) == []
