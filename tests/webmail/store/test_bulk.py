"""Acts on everything: in batches, only on what was there, undone as one, and carried on by whoever asks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.mail import account, arrive, arrive_all, do, letter, new
from webmail.models import BulkAction, MailboxMessage, UndoableAction, Unit
from webmail.store import bulk, mailboxes, queries, sweep, undo
from webmail.store.bulk import Asked
from webmail.store.bulk_scope import Batch
from webmail.store.check import problems

pytestmark = pytest.mark.django_db

LETTERS = 23


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Batch, "SIZE", 5)
    monkeypatch.setattr("webmail.store.queries.found._WINDOW", 6)
    monkeypatch.setattr("webmail.store.queries.found._BATCH", 4)


@pytest.fixture
def alice() -> int:
    """An inbox of conversations, each of two messages; every third is about sugar."""
    account_id = account().pk
    batch = [
        new(
            letter(
                f"No. {n % LETTERS}",
                "sugar" if n % LETTERS % 3 == 0 else "salt",
                number=n,
                references=[n % LETTERS],
            ),
            account_id,
            minute=n,
            flags=frozenset({"\\Seen"} if n % 2 else set()),
        )
        for n in range(LETTERS, 3 * LETTERS)
    ]
    arrive_all(batch)
    return account_id


def box(account_id: int, role: str) -> int:
    return queries.mailbox_by_role(account_id, role)


def count(account_id: int, role: str) -> int:
    return len(queries.mailbox_page(account_id, box(account_id, role), limit=100).rows)


def state(account_id: int) -> set[tuple]:
    rows = MailboxMessage.objects.filter(account_id=account_id)
    return set(rows.values_list("mailbox__role", "message_id", "seen", "flagged"))


SUGAR = len(range(0, LETTERS, 3))


@pytest.mark.parametrize(
    ("asked", "done"),
    [
        (Asked("archive", total=LETTERS), LETTERS),
        (Asked("trash"), LETTERS),
        (Asked("read"), LETTERS),
        (Asked("star"), LETTERS),
        (Asked("trash", query="sugar"), SUGAR),
        (Asked("read", query='"sugar" is:unread'), SUGAR),
        (Asked("read", query="sugar is:unread"), SUGAR),
        (Asked("archive", query="in:inbox"), LETTERS),
        (Asked("archive", query="is:unread salt"), LETTERS - SUGAR),
        (Asked("archive", query="nowhere"), 0),
        (Asked("archive", query="before:never"), 0),
    ],
)
def test_everything_is_done_and_undone_as_one(alice: int, asked: Asked, done: int) -> None:
    before = state(alice)
    token = bulk.begin(
        alice, Asked(asked.verb, None if asked.query else box(alice, "inbox"), 0, query=asked.query)
    )
    progress = bulk.carry_out(alice, token, 60)
    assert (progress.state, progress.done) == ("done", done)
    assert (state(alice) != before) == (done > 0)
    bulk.take_back(alice, token)
    assert bulk.carry_out(alice, token, 60).state == "undone"
    assert state(alice) == before
    assert list(problems()) == []
    with pytest.raises(undo.NothingToUndoError):
        bulk.take_back(alice, token)


@pytest.mark.parametrize(
    ("asked", "done"),
    [
        (Asked("archive"), 2 * LETTERS),
        (Asked("trash", query="sugar"), 2 * SUGAR),
        (Asked("read", query='"sugar" is:unread'), SUGAR),
        (Asked("star", query="in:inbox"), 2 * LETTERS),
    ],
)
def test_everything_can_mean_single_messages(alice: int, asked: Asked, done: int) -> None:
    before = state(alice)
    here = None if asked.query else box(alice, "inbox")
    token = bulk.begin(alice, Asked(asked.verb, here, query=asked.query, unit=Unit.MESSAGE))
    progress = bulk.carry_out(alice, token, 60)
    assert (progress.state, progress.done, progress.unit) == ("done", done, "message")
    changed = {row[1] for row in state(alice) ^ before}
    assert len(changed) == done
    bulk.take_back(alice, token)
    assert bulk.carry_out(alice, token, 60).state == "undone"
    assert state(alice) == before
    assert list(problems()) == []


def test_the_starred_messages_and_all(alice: int) -> None:
    rows = queries.mailbox_page(alice, box(alice, "inbox"), limit=100).rows
    do("star", alice, [row.thread_id for row in rows[:7]])
    token = bulk.begin(alice, Asked("archive", starred=True, unit=Unit.MESSAGE))
    assert bulk.carry_out(alice, token, 60).done == 7
    token = bulk.begin(alice, Asked("trash", unit=Unit.MESSAGE))
    assert bulk.carry_out(alice, token, 60).done == 2 * LETTERS


def test_a_batch_at_a_time(alice: int) -> None:
    token = bulk.begin(alice, Asked("archive", box(alice, "inbox"), total=LETTERS))
    for done in (5, 10, 15, 20):
        progress = bulk.carry_out(alice, token, 0)
        assert (progress.done, progress.total, progress.is_finished) == (done, LETTERS, False)
        assert count(alice, "archive") == done
    assert bulk.carry_out(alice, token, 0).is_finished
    assert count(alice, "archive") == LETTERS


def test_undo_while_it_runs_takes_back_what_was_done(alice: int) -> None:
    before = state(alice)
    token = bulk.begin(alice, Asked("archive", box(alice, "inbox")))
    bulk.carry_out(alice, token, 0)
    bulk.take_back(alice, token)
    assert bulk.carry_out(alice, token, 60).state == "undone"
    assert state(alice) == before


def test_what_comes_later_is_left_alone(alice: int) -> None:
    token = bulk.begin(alice, Asked("archive", box(alice, "inbox")))
    searched = bulk.begin(alice, Asked("trash", query="sugar"))
    arrive(alice, letter("New", "sugar", number=500), minute=500)
    bulk.carry_out(alice, token, 60)
    bulk.carry_out(alice, searched, 60)
    assert count(alice, "inbox") == 1


def test_the_starred_and_all_mail(alice: int) -> None:
    rows = queries.mailbox_page(alice, box(alice, "inbox"), limit=100).rows
    do("star", alice, [row.thread_id for row in rows[:7]])
    token = bulk.begin(alice, Asked("archive", starred=True))
    assert bulk.carry_out(alice, token, 60).done == 7
    token = bulk.begin(alice, Asked("trash"))
    assert bulk.carry_out(alice, token, 60).done == LETTERS
    assert count(alice, "trash") == LETTERS


def test_the_worker_goes_on_with_what_was_left(alice: int) -> None:
    token = bulk.begin(alice, Asked("archive", box(alice, "inbox")))
    bulk.carry_on()
    assert bulk.progress(alice, token).done == 0
    bulk.carry_on(timezone.now() + timedelta(seconds=10))
    assert bulk.progress(alice, token).is_finished


def test_it_ends_when_its_target_is_gone(alice: int) -> None:
    label, _done = mailboxes.create(alice, "Work")
    token = bulk.begin(alice, Asked("label", box(alice, "inbox"), add=(label,)))
    assert bulk.carry_out(alice, token, 0).done == 5
    mailboxes.delete(alice, label)
    progress = bulk.carry_out(alice, token, 0)
    assert (progress.is_finished, progress.done) == (True, 5)


def test_another_has_nothing_of_it(alice: int) -> None:
    bob = account("bob@crepes.test").pk
    token = bulk.begin(alice, Asked("archive", box(alice, "inbox")))
    for ask in (bulk.progress, bulk.take_back, lambda *who: bulk.carry_out(*who, 1)):
        with pytest.raises(undo.NothingToUndoError):
            ask(bob, token)


def test_old_ones_are_swept_when_they_are_done(alice: int) -> None:
    token = bulk.begin(alice, Asked("archive", box(alice, "inbox")))
    bulk.carry_out(alice, token, 0)
    sweep.run(timezone.now() + timedelta(days=2))
    assert bulk.carry_out(alice, token, 60).is_finished
    sweep.run(timezone.now() + timedelta(days=2))
    assert not BulkAction.objects.exists()
    assert not UndoableAction.objects.exists()
