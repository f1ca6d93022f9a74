"""Rows that the IMAP server keeps are as the store has them, whoever changed it."""

import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from mailserver.imap.backend import Mailbox
from tests.mail import arrive, do, letter
from tests.people import make_person
from webmail.models import Account, ExpungedMessage
from webmail.servers import imap_rolls
from webmail.servers.imap_rolls import Rolls
from webmail.store import flags, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(imap_rolls, "WORTH_KEEPING", 2)
    alice = make_person("alice@crepes.test", "Alice").account.pk
    for number in range(4):
        arrive(alice, letter(f"Letter {number}", number=number))
    return alice


def _inbox(account: int) -> Mailbox:
    found = next(row for row in queries.imap_mailboxes(account) if row.role == "inbox")
    return Mailbox(found.id, *found[1:])


def _told(rolls: Rolls, account: int) -> dict[int, str]:
    rows = rolls.rows(account, _inbox(account), range(1, 100))
    assert rows is not None
    return {row.uid: row.flags for row in rows}


def test_rows_follow_what_changes(account: int) -> None:
    rolls = Rolls()
    assert _told(rolls, account) == {1: "", 2: "", 3: "", 4: ""}
    inbox = _inbox(account)
    threads = {row.uid: row.thread for row in rolls.rows(account, inbox, [1, 2, 3, 4]) or ()}
    do("star", account, [threads[2]])
    do("archive", account, [threads[3]])
    arrive(account, letter("Letter 5", number=5))
    assert _told(rolls, account) == {1: "", 2: "\\Flagged", 4: "", 5: ""}
    assert [row.uid for row in rolls.rows(account, inbox, [1, 3, 5]) or ()] == [1, 5]
    assert rolls.rows(account, inbox, []) == []


def test_uids_follow_what_changes(account: int) -> None:
    rolls, inbox = Rolls(), _inbox(account)
    first = rolls.uids(account, inbox)
    assert list(first) == [1, 2, 3, 4]
    assert rolls.uids(account, inbox) is first
    [thread] = [row.thread_id for row in queries.imap_rows(inbox.key, [3])]
    do("archive", account, [thread])
    arrive(account, letter("Letter 5", number=5))
    assert list(rolls.uids(account, inbox)) == [1, 2, 4, 5]
    assert list(first) == [1, 2, 3, 4]


def test_what_is_forgotten_is_read_anew(account: int) -> None:
    rolls = Rolls()
    threads = {row.uid: row.thread for row in rolls.rows(account, _inbox(account), [1, 2, 3, 4]) or ()}
    do("archive", account, [threads[3]])
    ExpungedMessage.objects.all().delete()
    Account.objects.filter(pk=account).update(forgotten_modseq=F("modseq"))
    assert _told(rolls, account) == {1: "", 2: "", 4: ""}


def test_statements(account: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rolls, inbox = Rolls(), _inbox(account)
    keys = [row.message_id for row in queries.imap_rows(inbox.key, [1, 2])]
    with django_assert_num_queries(0):
        assert rolls.rows(account, inbox, [1]) is None
    with django_assert_num_queries(2):
        rolls.rows(account, inbox, [1, 2, 3, 4])
    with django_assert_num_queries(1):
        rolls.rows(account, inbox, [1])
    flags.set_flags(account, keys, add=frozenset({"\\Flagged"}))
    with django_assert_num_queries(4):
        rolls.rows(account, inbox, [1, 2, 3, 4])


def test_what_was_learnt_last_is_told_without_reading(
    account: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rolls, inbox = Rolls(), _inbox(account)
    rows = rolls.rows(account, inbox, [1, 2, 3, 4]) or []
    done = flags.set_flags(account, [rows[1].message], add=frozenset({"\\Flagged"}))
    rolls.rows(account, inbox, [1, 2, 3, 4])
    with django_assert_num_queries(1):
        found = rolls.changes(inbox, inbox.highest_modseq)
    assert found.modseq == done.modseq
    assert [(row.uid, row.flags) for row in found.rows] == [(2, "\\Flagged")]
    # Who knows less, or something newer came: it is read.
    assert [row.uid for row in rolls.changes(inbox, 0).rows] == [1, 2, 3, 4]
    do("archive", account, [rows[2].thread])
    assert rolls.changes(inbox, done.modseq).gone == [3]
    assert rolls.changes(inbox, inbox.highest_modseq).gone == [3]


def test_no_more_are_kept_than_may_be(
    account: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inbox = _inbox(account)
    assert Rolls(most_rows=3).rows(account, inbox, [1, 2, 3, 4]) is None
    rolls = Rolls(most_rows=4)
    rolls.rows(account, inbox, [1, 2, 3, 4])
    threads = [row.thread_id for row in queries.imap_rows(inbox.key, [1, 2])]
    do("archive", account, threads)
    archive = next(row for row in queries.imap_mailboxes(account) if row.role == "archive")
    rolls.rows(account, Mailbox(archive.id, *archive[1:]), [1, 2])
    for number in (5, 6):
        arrive(account, letter(f"Letter {number}", number=number))
    assert rolls.rows(account, inbox, [3, 4, 5, 6]) is not None
    with django_assert_num_queries(2):
        rolls.rows(account, Mailbox(archive.id, *archive[1:]), [1, 2])
