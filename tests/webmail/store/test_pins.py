"""Pins: first in their place, whatever comes and goes, and back again by Undo."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.mail import account, arrive, do, letter
from webmail.models import MailboxMessage
from webmail.store import bulk, check, expunge, mailboxes, pins, queries, undo
from webmail.store.board import UnknownMailboxError
from webmail.store.done import Done

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_is_well() -> Iterator[None]:
    yield
    assert list(check.problems()) == []


@pytest.fixture
def alice() -> int:
    return account().pk


@pytest.fixture
def threads(alice: int) -> list[int]:
    """Three conversations in the Inbox and in a label, the oldest first."""
    label, _ = mailboxes.create(alice, "Work")
    return [
        arrive(alice, letter(f"No. {n}", number=n), minute=n, mailbox_ids=(label,)).thread_id
        for n in (1, 2, 3)
    ]


def inbox(account_id: int) -> int:
    return queries.mailbox_by_role(account_id, "inbox")


def work(account_id: int) -> int:
    return queries.mailbox_by_path(account_id, "Work") or 0


def listed(account_id: int, mailbox_id: int) -> list[str]:
    """Subjects in their order; those that are pinned with a star."""
    rows = queries.mailbox_page(account_id, mailbox_id).rows
    return [f"*{row.subject}" if row.pinned else row.subject for row in rows]


def take_back(account_id: int, done: Done) -> None:
    undo.undo(account_id, undo.remember(account_id, done))


def test_it_stands_first_where_it_was_pinned(alice: int, threads: list[int]) -> None:
    done = do("pin", alice, threads[:1], work(alice))
    assert listed(alice, work(alice)) == ["*No. 1", "No. 3", "No. 2"]
    assert listed(alice, inbox(alice)) == ["No. 3", "No. 2", "No. 1"]
    take_back(alice, done)
    assert listed(alice, work(alice)) == ["No. 3", "No. 2", "No. 1"]


def test_where_nothing_can_be_pinned_the_inbox_is_meant(alice: int, threads: list[int]) -> None:
    for place in (None, queries.mailbox_by_role(alice, "archive")):
        do("pin", alice, threads[:1], place)
        assert listed(alice, inbox(alice)) == ["*No. 1", "No. 3", "No. 2"]
        take_back(alice, do("unpin", alice, threads, place))
        assert listed(alice, inbox(alice)) == ["*No. 1", "No. 3", "No. 2"]
        do("unpin", alice, threads, place)


def test_the_newest_pinned_comes_first_and_new_mail_keeps_the_pin(alice: int, threads: list[int]) -> None:
    do("pin", alice, threads[:2], inbox(alice))
    assert listed(alice, inbox(alice)) == ["*No. 2", "*No. 1", "No. 3"]
    arrive(alice, letter("Re: No. 1", number=9, references=[1]), minute=9)
    arrive(alice, letter("No. 10", number=10), minute=10)
    assert listed(alice, inbox(alice)) == ["*No. 1", "*No. 2", "No. 10", "No. 3"]


def test_it_goes_with_the_last_that_was_pinned(alice: int, threads: list[int]) -> None:
    reply = arrive(alice, letter("Re: No. 1", number=9, references=[1]), minute=9)
    do("pin", alice, threads[:1], inbox(alice))
    expunge.expunge(alice, inbox(alice), [reply.message_id])
    assert listed(alice, inbox(alice))[0] == "*No. 1"


@pytest.mark.parametrize(
    "away",
    [
        lambda account, threads: do("archive", account, threads),
        lambda account, threads: do("trash", account, threads),
        lambda account, threads: do("snooze", account, threads, until=timezone.now() + timedelta(hours=1)),
    ],
)
def test_it_goes_with_its_conversation_and_comes_back_by_undo(alice: int, threads: list[int], away) -> None:
    do("pin", alice, threads[:1], inbox(alice))
    done = away(alice, threads[:1])
    assert listed(alice, inbox(alice)) == ["No. 3", "No. 2"]
    assert not MailboxMessage.objects.filter(pinned=True).exists()
    take_back(alice, done)
    assert listed(alice, inbox(alice)) == ["*No. 1", "No. 3", "No. 2"]


def test_a_label_that_comes_back_has_its_pins(alice: int, threads: list[int]) -> None:
    do("pin", alice, threads[:1], work(alice))
    take_back(alice, mailboxes.delete(alice, work(alice)))
    assert listed(alice, work(alice))[0] == "*No. 1"


def test_conversations_that_merge_stay_pinned(alice: int, threads: list[int]) -> None:
    one, two = (arrive(alice, letter("Party", number=n), minute=n) for n in (20, 21))
    do("pin", alice, [one.thread_id], inbox(alice))
    arrive(alice, letter("Re: Party", number=22, references=[20, 21]), minute=22)
    assert listed(alice, inbox(alice)) == ["*Party", "No. 3", "No. 2", "No. 1"]
    assert two.thread_id != one.thread_id


def test_there_is_room_for_fifty(alice: int, monkeypatch: pytest.MonkeyPatch, threads: list[int]) -> None:
    monkeypatch.setattr(pins, "MOST", 2)
    do("pin", alice, threads[:2], inbox(alice))
    do("pin", alice, threads[:2], inbox(alice))
    with pytest.raises(pins.TooManyPinsError):
        do("pin", alice, threads, inbox(alice))
    assert listed(alice, inbox(alice)) == ["*No. 2", "*No. 1", "No. 3"]
    do("pin", alice, threads[2:], work(alice))
    # What comes back by Undo finds its place, full or not.
    done = do("archive", alice, threads[:1])
    do("pin", alice, threads[2:], inbox(alice))
    take_back(alice, done)
    assert listed(alice, inbox(alice)) == ["*No. 3", "*No. 2", "*No. 1"]


def test_everything_in_a_place(alice: int, threads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk.Batch, "SIZE", 2)
    token = bulk.begin(alice, bulk.Asked("pin", inbox(alice)))
    assert bulk.carry_out(alice, token, 60).done == 3
    assert listed(alice, inbox(alice)) == ["*No. 3", "*No. 2", "*No. 1"]
    # Whatever is first, each is come to once.
    do("unpin", alice, threads[2:], inbox(alice))
    token = bulk.begin(alice, bulk.Asked("star", inbox(alice)))
    assert bulk.carry_out(alice, token, 60).done == 3
    monkeypatch.setattr(pins, "MOST", 2)
    token = bulk.begin(alice, bulk.Asked("pin", work(alice)))
    progress = bulk.carry_out(alice, token, 60)
    assert (progress.is_finished, progress.done) == (True, 2)


def test_another_pins_nothing_of_it(alice: int, threads: list[int]) -> None:
    bob = account("bob@crepes.test").pk
    assert do("pin", bob, threads).count == 0
    with pytest.raises(UnknownMailboxError):
        do("pin", bob, threads, inbox(alice))
