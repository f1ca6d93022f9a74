"""What mail programs do by uid costs a fixed number of statements, however many messages it is done to."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.mail import arrive, letter
from tests.people import make_person
from webmail.models import Mailbox, MailboxMessage
from webmail.store import by_uid, check

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> int:
    alice = make_person("alice@crepes.test", "Alice").account.pk
    for number in range(14):
        arrive(alice, letter(f"Letter {number}", number=number))
    return alice


def _mailbox(account: int, role: str) -> int:
    return Mailbox.objects.get(account_id=account, role=role).pk


def _statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as context:
        act()
    return len(context)


def test_flags(account: int) -> None:
    inbox = _mailbox(account, "inbox")

    def flag(uids: range) -> int:
        add = frozenset({"\\Flagged", "\\Seen", "$Todo"})
        return _statements(lambda: by_uid.set_flags(account, inbox, uids, add=add, remove=frozenset()))

    assert flag(range(1, 3)) == flag(range(3, 15)) <= 12
    assert MailboxMessage.objects.filter(flagged=True, seen=True, keywords=" $Todo ").count() == 14
    # Nothing changes: nothing is written.
    assert flag(range(1, 15)) <= 8
    assert list(check.problems()) == []


def test_flags_of_light_weight(account: int) -> None:
    inbox = _mailbox(account, "inbox")

    def flag(uids: range) -> int:
        add = frozenset({"\\Flagged", "$Todo"})
        return _statements(lambda: by_uid.set_flags(account, inbox, uids, add=add, remove=frozenset()))

    assert flag(range(1, 3)) == flag(range(3, 15)) <= 11
    assert list(check.problems()) == []


def test_a_neighbour_of_what_is_gone_stays_as_it_is(account: int) -> None:
    inbox = _mailbox(account, "inbox")
    by_uid.take_out(account, inbox, 3)
    by_uid.set_flags(account, inbox, [1, 3], add=frozenset({"\\Flagged"}), remove=frozenset())
    assert [row.uid for row in MailboxMessage.objects.filter(flagged=True)] == [1]
    by_uid.move_to(account, inbox, [1, 3], _mailbox(account, "archive"))
    assert MailboxMessage.objects.filter(mailbox_id=inbox, uid=2).exists()


def test_move_and_expunge(account: int) -> None:
    inbox, archive = _mailbox(account, "inbox"), _mailbox(account, "archive")

    def move(uids: range) -> int:
        return _statements(lambda: by_uid.move_to(account, inbox, uids, archive))

    assert move(range(1, 3)) == move(range(3, 15)) <= 20
    assert MailboxMessage.objects.filter(mailbox_id=archive).count() == 14
    deleted = frozenset({"\\Deleted"})
    by_uid.set_flags(account, archive, range(1, 15), add=deleted, remove=frozenset())

    def expunge(uids: range) -> int:
        return _statements(lambda: by_uid.expunge_deleted(account, archive, uids))

    assert expunge(range(1, 3)) == expunge(range(3, 15)) <= 20
    assert not MailboxMessage.objects.exists()
    assert list(check.problems()) == []


def test_who_knows_of_more_takes_what_a_faster_session_left(account: int) -> None:
    inbox = _mailbox(account, "inbox")
    assert by_uid.recent(inbox, 11, takes=True) == 1
    faster: list[int] = []

    def be_faster(execute: Callable, statement: str, *rest: object) -> object:
        if statement.startswith("UPDATE") and not faster:
            faster.append(0)
            faster[0] = by_uid.recent(inbox, 13, takes=True)
        return execute(statement, *rest)

    with connection.execute_wrapper(be_faster):
        assert by_uid.recent(inbox, 15, takes=True) == 13
    assert faster == [11]
    assert by_uid.recent(inbox, 15, takes=True) == 15
