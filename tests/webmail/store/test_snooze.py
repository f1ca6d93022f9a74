"""Snooze: out of the Inbox until a time, back at its top and unread, and back again by Undo."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.mail import NOON, account, arrive, do, letter, new
from tests.webmail.store.test_concurrency import together
from tests.webmail.store.test_queries import plan, statements
from webmail.models import Account, Mailbox, MailboxMessage, User
from webmail.store import bulk, check, copy, flags, mailboxes, queries, snooze, undo
from webmail.store.add import add_messages
from webmail.store.done import Done

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _all_is_well() -> Iterator[None]:
    yield
    assert list(check.problems()) == []


@pytest.fixture
def alice() -> int:
    return account().pk


def box(account_id: int, role: str) -> int:
    return queries.mailbox_by_role(account_id, role)


def listed(account_id: int, role: str) -> list[str]:
    page = queries.mailbox_page(account_id, box(account_id, role), soonest_first=role == "snoozed")
    return [row.subject for row in page.rows]


def state(account_id: int) -> set[tuple]:
    """All of what stands where, but uids and modseqs."""
    rows = MailboxMessage.objects.filter(account_id=account_id)
    columns = ("mailbox__path", "message_id", "seen", "flagged", "snoozed_until", "surfaced_at")
    return set(rows.values_list(*columns))


def take_back(account_id: int, done: Done) -> None:
    undo.undo(account_id, undo.remember(account_id, done))


def soon() -> timezone.datetime:
    return timezone.now() + HOUR


def test_it_leaves_the_inbox_and_labels_stay(alice: int) -> None:
    label, _ = mailboxes.create(alice, "Work")
    added = arrive(alice, letter("Lunch"), roles=("inbox",), mailbox_ids=(label,))
    before, until = state(alice), soon()
    done = do("snooze", alice, [added.thread_id], until=until)
    assert (listed(alice, "inbox"), listed(alice, "snoozed")) == ([], ["Lunch"])
    (row,) = queries.mailbox_page(alice, box(alice, "snoozed")).rows
    assert (row.snoozed_until, row.latest_received_at) == (until, until)
    assert len(queries.mailbox_page(alice, label).rows) == 1
    take_back(alice, done)
    assert state(alice) == before


def test_what_is_due_comes_back_at_the_top_and_unread(alice: int) -> None:
    old = arrive(alice, letter("Old", number=1), minute=1, flags=frozenset({"\\Seen", "$Work"}))
    arrive(alice, letter("Re: Old", number=2, references=[1]), minute=2, flags=frozenset({"\\Seen"}))
    arrive(alice, letter("New", number=3), minute=50, flags=frozenset({"\\Seen"}))
    until = soon()
    do("snooze", alice, [old.thread_id], until=until)
    assert snooze.wake() == 0
    assert snooze.wake(until - timedelta(seconds=1)) == 0
    assert snooze.wake(until) == 1
    assert (listed(alice, "inbox"), listed(alice, "snoozed")) == (["Old", "New"], [])
    row = queries.mailbox_page(alice, box(alice, "inbox")).rows[0]
    assert (row.unseen, row.snoozed_until) == (True, until)
    assert row.latest_received_at > NOON + timedelta(minutes=50)
    # The newest is unread, the others are as they were; when they came stays true.
    rows = MailboxMessage.objects.filter(thread_id=old.thread_id).order_by("received_at")
    assert [row.seen for row in rows] == [True, False]
    assert [row.received_at for row in rows] == [NOON + timedelta(minutes=n) for n in (1, 2)]
    assert rows[0].keywords == " $Work "
    assert snooze.wake(until) == 0


def test_what_it_came_back_from_is_told_until_it_is_read(alice: int) -> None:
    added = arrive(alice, letter("Lunch"))
    until = soon()
    do("snooze", alice, [added.thread_id], until=until)
    snooze.wake(until)
    place = queries.mailbox_page(alice, box(alice, "inbox")).rows[0].latest_received_at
    flags.set_flags(alice, [added.message_id], add=frozenset({"\\Seen"}))
    (row,) = queries.mailbox_page(alice, box(alice, "inbox")).rows
    assert (row.snoozed_until, row.latest_received_at) == (None, place)


def test_another_time_and_its_undo(alice: int) -> None:
    added = arrive(alice, letter("Lunch"))
    do("snooze", alice, [added.thread_id], until=soon())
    before, later = state(alice), soon() + HOUR
    done = do("snooze", alice, [added.thread_id], until=later)
    assert queries.mailbox_page(alice, box(alice, "snoozed")).rows[0].snoozed_until == later
    take_back(alice, done)
    assert state(alice) == before


def test_unsnooze_and_its_undo(alice: int) -> None:
    added = arrive(alice, letter("Lunch"), flags=frozenset({"\\Seen"}))
    arrive(alice, letter("Dinner", number=2), minute=5)
    do("snooze", alice, [added.thread_id], until=soon())
    before = state(alice)
    done = do("unsnooze", alice, [added.thread_id])
    assert listed(alice, "inbox") == ["Lunch", "Dinner"]
    row = queries.mailbox_page(alice, box(alice, "inbox")).rows[0]
    assert (row.unseen, row.snoozed_until) == (False, None)
    take_back(alice, done)
    assert state(alice) == before
    assert snooze.wake(soon()) == 1


def test_a_conversation_of_which_only_a_part_is_in_the_inbox(alice: int) -> None:
    first = arrive(alice, letter("Lunch", number=1))
    do("archive", alice, [first.thread_id])
    arrive(alice, letter("Re: Lunch", number=2, references=[1]))
    arrive(alice, letter("Re: Lunch", number=3, references=[2]), roles=("sent",))
    do("snooze", alice, [first.thread_id], until=soon())
    paths = MailboxMessage.objects.order_by("message_id").values_list("mailbox__path", flat=True)
    assert list(paths) == ["Archive", "Snoozed", "Sent"]


@pytest.mark.parametrize("role", ["archive", "sent"])
def test_what_is_not_in_the_inbox_comes_to_it(alice: int, role: str) -> None:
    added = arrive(alice, letter("Lunch"), roles=(role,))
    before = state(alice)
    done = do("snooze", alice, [added.thread_id], until=soon())
    assert listed(alice, "snoozed") == ["Lunch"]
    take_back(alice, done)
    assert state(alice) == before
    do("snooze", alice, [added.thread_id], until=soon())
    snooze.wake(soon())
    assert listed(alice, "inbox") == ["Lunch"]
    assert (role in {path.lower() for path, *_ in state(alice)}) == (role == "sent")


@pytest.mark.parametrize("role", ["junk", "trash", "drafts"])
def test_bins_and_drafts_are_left_alone(alice: int, role: str) -> None:
    added = arrive(alice, letter("Lunch"), roles=(role,))
    before = state(alice)
    assert do("snooze", alice, [added.thread_id], until=soon()).count == 0
    assert state(alice) == before


AWAY = {
    "archive": lambda a, t, here: do("archive", a, t, here),
    "trash": lambda a, t, here: do("trash", a, t, here),
    "junk": lambda a, t, here: do("junk", a, t, here),
    "mute": lambda a, t, here: do("mute", a, t),
    "move": lambda a, t, here: do("move", a, t, here, target=box(a, "archive")),
    "imap": lambda a, t, here: copy.move_messages(
        a, queries.messages_of_threads(a, t), here, box(a, "archive")
    ),
}


@pytest.mark.parametrize("verb", AWAY)
def test_any_other_way_out_forgets_it_and_undo_remembers(alice: int, verb: str) -> None:
    added = arrive(alice, letter("Lunch"))
    do("snooze", alice, [added.thread_id], until=soon())
    before = state(alice)
    done = AWAY[verb](alice, [added.thread_id], box(alice, "snoozed"))
    assert listed(alice, "snoozed") == []
    assert snooze.wake(soon() + HOUR) == 0
    take_back(alice, done)
    assert state(alice) == before


def test_archiving_elsewhere_leaves_it_snoozed(alice: int) -> None:
    added = arrive(alice, letter("Lunch"))
    do("snooze", alice, [added.thread_id], until=soon())
    do("archive", alice, [added.thread_id])
    assert listed(alice, "snoozed") == ["Lunch"]


def test_new_mail_brings_it_back_at_once(alice: int) -> None:
    added = arrive(alice, letter("Lunch", number=1), flags=frozenset({"\\Seen"}))
    arrive(alice, letter("Dinner", number=5), minute=5)
    do("snooze", alice, [added.thread_id], until=soon())
    arrive(alice, letter("Re: Lunch", number=2, references=[1]), minute=9)
    assert (listed(alice, "inbox"), listed(alice, "snoozed")) == (["Lunch", "Dinner"], [])
    row = queries.mailbox_page(alice, box(alice, "inbox")).rows[0]
    assert (row.snoozed_until, row.message_count) == (None, 2)
    assert snooze.wake(soon()) == 0


@pytest.mark.parametrize("role", ["sent", "archive", "junk", "drafts"])
def test_what_does_not_come_to_the_inbox_leaves_it_snoozed(alice: int, role: str) -> None:
    added = arrive(alice, letter("Lunch", number=1))
    do("snooze", alice, [added.thread_id], until=soon())
    arrive(alice, letter("Re: Lunch", number=2, references=[1]), roles=(role,))
    assert listed(alice, "snoozed") == ["Lunch"]


def test_two_that_are_joined_by_the_mail_that_brings_them_back(alice: int) -> None:
    one, two = (arrive(alice, letter("Lunch", number=n)) for n in (1, 2))
    do("snooze", alice, [one.thread_id, two.thread_id], until=soon())
    arrive(alice, letter("Re: Lunch", number=3, references=[1, 2]))
    assert (listed(alice, "inbox"), listed(alice, "snoozed")) == (["Lunch"], [])


def test_an_account_from_before_gets_its_mailbox(alice: int) -> None:
    Mailbox.objects.filter(account_id=alice, role="snoozed").delete()
    mailboxes.create(alice, "SNOOZED")
    added = arrive(alice, letter("Lunch"))
    do("snooze", alice, [added.thread_id], until=soon())
    do("snooze", alice, [added.thread_id], until=soon())
    made = Mailbox.objects.get(account_id=alice, role="snoozed")
    assert made.path == "Snoozed 2"
    assert made.uid_validity < Account.objects.get(pk=alice).next_uid_validity


def test_one_that_is_not_theirs(alice: int) -> None:
    bob = account("bob@crepes.test").pk
    added = arrive(alice, letter("Lunch"))
    assert do("snooze", bob, [added.thread_id], until=soon()).count == 0
    assert do("unsnooze", bob, [added.thread_id]).count == 0
    assert listed(alice, "inbox") == ["Lunch"]


def test_everything_that_a_query_finds(alice: int) -> None:
    for number in range(1, 8):
        arrive(alice, letter(f"Letter {number}", "sugar" if number % 2 else "salt", number=number))
    before, until = state(alice), soon()
    token = bulk.begin(alice, bulk.Asked("snooze", query="sugar", until=until))
    assert bulk.carry_out(alice, token, 60).done == 4
    assert {row.snoozed_until for row in queries.mailbox_page(alice, box(alice, "snoozed")).rows} == {until}
    bulk.take_back(alice, token)
    bulk.carry_out(alice, token, 60)
    assert state(alice) == before


def filled(count: int) -> list[int]:
    """Accounts, each with snoozed conversations of two messages that are due."""
    people = [account(f"user{n}@crepes.test").pk for n in range(3)]
    for number in range(count):
        raw = letter(f"Letter {number}", number=2 * number + 1)
        reply = letter(f"Letter {number}", number=2 * number + 2, references=[2 * number + 1])
        seen = frozenset({"\\Seen"})
        add_messages([new(raw, *people, flags=seen), new(reply, *people, flags=seen)])
    for person in people:
        rows = queries.mailbox_page(person, box(person, "inbox"), limit=1000).rows
        do("snooze", person, [row.thread_id for row in rows], until=timezone.now())
    return people


def test_waking_takes_as_many_statements_for_many_people_as_for_one() -> None:
    counts = []
    for wanted in (1, 9):
        filled(wanted)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert snooze.wake() == 3 * wanted
        counts.append(len(captured))
        Account.objects.all().delete()
        User.objects.all().delete()
    assert counts[0] == counts[1]


def test_what_is_due_is_found_by_its_index() -> None:
    filled(2)
    (first, *_rest) = statements(lambda: snooze.wake(timezone.now() - HOUR))
    assert "placement_snoozed" in plan(first)


def test_two_workers_wake_each_once_while_mail_comes_and_people_act() -> None:
    people = filled(12)
    woken: list[int] = []

    def deliver() -> None:
        for number in range(0, 12, 3):
            reply = letter(f"Letter {number}", number=100 + number, references=[2 * number + 1])
            add_messages([new(reply, *people)])

    def act() -> None:
        rows = queries.mailbox_page(people[0], box(people[0], "snoozed"), limit=4).rows
        do("trash", people[0], [row.thread_id for row in rows])

    together(*(lambda: woken.append(snooze.wake()) for _ in range(3)), deliver, act)
    assert sum(woken) <= 36
    for person in people:
        assert listed(person, "snoozed") == []
        placed = MailboxMessage.objects.filter(account_id=person).values_list("message_id", flat=True)
        assert len(placed) == len(set(placed)) == 24 + 4
