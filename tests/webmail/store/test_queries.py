"""Reading: pages without gaps, few statements, each served by its index."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import batched

import pytest
from django.db import connection

from tests.mail import NOON, account, arrive, arrive_all, do, letter, new
from webmail.models import Account, Alias, User
from webmail.store import copy, mailboxes, queries, sql
from webmail.store.queries import Cursor, Page, Row

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES = 600


@pytest.fixture
def alice() -> int:
    return account().pk


@pytest.fixture
def filled(alice: int) -> int:
    """A mailbox of many conversations, many of the same minute; some unread, starred, labelled."""
    label, _ = mailboxes.create(alice, "Work")
    sent = queries.mailbox_by_role(alice, "sent")
    for start in range(0, MESSAGES, 200):
        batch = [
            new(
                letter(f"Talk {n}", number=n),
                alice,
                minute=n // 7,
                flags=frozenset({"\\Seen"} if n % 5 else {"\\Flagged"}),
            )
            for n in range(start, start + 200)
        ]
        added = arrive_all(batch)
        copy.copy_messages(alice, [one.message_id for one in added[::10]], label)
        copy.copy_messages(alice, [one.message_id for one in added[::40]], sent)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return alice


type Pager = Callable[..., Page]


def pagers(account_id: int) -> dict[str, tuple[Pager, int]]:
    """Each kind of page, and how many conversations it lists."""
    inbox = queries.mailbox_by_role(account_id, "inbox")
    return {
        "mailbox": (lambda **how: queries.mailbox_page(account_id, inbox, **how), MESSAGES),
        "unread": (
            lambda **how: queries.mailbox_page(account_id, inbox, unread_only=True, **how),
            MESSAGES // 5,
        ),
        "all": (lambda **how: queries.all_page(account_id, **how), MESSAGES),
        "starred": (lambda **how: queries.starred_page(account_id, **how), MESSAGES // 5),
        "messages": (lambda **how: queries.mailbox_messages(account_id, inbox, **how), MESSAGES),
        "all messages": (lambda **how: queries.all_messages(account_id, **how), MESSAGES),
        "starred messages": (lambda **how: queries.starred_messages(account_id, **how), MESSAGES // 5),
    }


def forth_and_back(pager: Pager, limit: int) -> list[Row]:
    """Go to the end of a list, and back; all rows, none twice, none lost."""
    pages, cursor = [], None
    while True:
        page = pager(before=cursor, limit=limit)
        assert page.start == sum(len(earlier.rows) for earlier in pages)
        pages.append(page)
        if page.next is None:
            break
        cursor = Cursor.parse(str(page.next))
    for later, earlier in zip(pages[:0:-1], pages[-2::-1], strict=True):
        assert later.previous is not None
        back = pager(after=later.previous, limit=limit)
        assert [row.id for row in back.rows] == [row.id for row in earlier.rows]
        assert back.start == earlier.start
    assert pages[0].previous is None
    return [row for page in pages for row in page.rows]


KINDS = ["mailbox", "unread", "all", "starred", "messages", "all messages", "starred messages"]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_forth_and_back(filled: int, kind: str) -> None:
    pager, count = pagers(filled)[kind]
    rows = forth_and_back(pager, 37)
    assert len(rows) == len({row.id for row in rows}) == count
    order = [(row.latest_received_at, row.id) for row in rows]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("limit", [4, 9, 37])
@pytest.mark.parametrize("kind", ["mailbox", "unread"])
def test_pages_begin_with_what_is_pinned(filled: int, kind: str, limit: int) -> None:
    pager, count = pagers(filled)[kind]
    some = {row.thread_id for row in pager(limit=count).rows[5 : count - 5 : count // 9]}
    do("pin", filled, some, queries.mailbox_by_role(filled, "inbox"))
    rows = forth_and_back(pager, limit)
    assert len(rows) == len({row.thread_id for row in rows}) == count
    assert {row.thread_id for row in rows[: len(some)]} == some
    order = [(row.pinned, row.latest_received_at, row.thread_id) for row in rows]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("limit", [4, 37])
def test_pages_of_what_is_snoozed_begin_with_the_soonest(filled: int, limit: int) -> None:
    threads = [row.thread_id for row in queries.all_page(filled, limit=60).rows]
    for number, some in enumerate(batched(threads, 7, strict=False)):
        do("snooze", filled, some, until=NOON + timedelta(days=400, hours=number % 5))
    snoozed = queries.mailbox_by_role(filled, "snoozed")
    rows = forth_and_back(
        lambda **how: queries.mailbox_page(filled, snoozed, soonest_first=True, **how), limit
    )
    order = [(row.snoozed_until, row.thread_id) for row in rows]
    assert sorted(key for _, key in order) == sorted(threads)
    assert order == sorted(order)


def test_a_cursor_from_a_stranger() -> None:
    for text in ("", "x", "1.2", "1.2.3.4", "1.2.3.4.5", "1.2.3.x", "9" * 40 + ".1.1", "-1.-1.-1"):
        cursor = Cursor.parse(text)
        assert cursor is None or cursor.position >= 0


type Statement = tuple[str, Sequence[object]]


def statements(read: Callable[[], object]) -> list[Statement]:
    """What is asked, with its parameters: how PostgreSQL goes about it can depend on them."""
    found: list[Statement] = []

    def noted(execute, statement, parameters, many, context):
        found.append((statement, parameters))
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(noted):
        read()
    return found


def plan(statement: Statement, *, may_sort: bool = False) -> str:
    """How the database goes about a statement."""
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    if connection.vendor == "postgresql":
        # What the planner chooses among a million rows, asked of a thousand.
        for way in ["seqscan", "bitmapscan", "hashjoin", "mergejoin", *([] if may_sort else ["sort"])]:
            sql.run(f"SET enable_{way} = off")
    rows = sql.run(explain + statement[0], statement[1])
    if connection.vendor == "postgresql":
        sql.run("RESET ALL")
    return "\n".join(str(row[-1]) for row in rows)


BEGINS = re.compile(r"(pinned,latest_received_at,thread_id\)|latest_received_at)[<>]\(?\?")
INDEX_OF = {
    "mailbox": "mailbox_thread_newest",
    "unread": "mailbox_thread_unseen",
    "all": "thread_newest",
    "starred": "thread_starred",
}


@pytest.mark.parametrize("kind", [*INDEX_OF, "snoozed"])
def test_a_page_is_one_statement_served_by_its_index(filled: int, kind: str) -> None:
    inbox = queries.mailbox_by_role(filled, "inbox")
    do("pin", filled, [row.thread_id for row in queries.mailbox_page(filled, inbox, limit=9).rows], inbox)
    soonest = partial(queries.mailbox_page, filled, inbox, soonest_first=True)
    pager, _ = pagers(filled).get(kind) or (soonest, 0)
    middle, pinned = pager(limit=50).next, pager(limit=3).next
    for how in ({}, {"before": middle}, {"after": middle}, {"before": pinned}, {"after": pinned}):
        found = statements(lambda how=how: pager(limit=50, **how))  # type: ignore[misc]
        (listing,) = (plan(statement) for statement in found)
        assert INDEX_OF.get(kind, "mailbox_thread_newest") in listing
        # Where the page begins is looked up: on SQLite the plan says by which columns.
        assert connection.vendor != "sqlite" or not how or BEGINS.search(listing)
        # The index gives the order: nothing is sorted, and nothing read that isn't shown.
        assert "TEMP B-TREE" not in listing
        assert "Sort" not in listing
        # Where each stands is read from the index of the constraint mailbox_thread.
        assert (
            "SEARCH s USING COVERING INDEX" in listing
            or "mailbox_thread on webmail_mailboxthread s" in listing
        )


MESSAGE_INDEX_OF = {
    "messages": "placement_newest",
    "all messages": "placement_newest",
    "starred messages": "placement_flagged",
}


@pytest.mark.parametrize("kind", MESSAGE_INDEX_OF)
def test_a_page_of_messages_is_one_statement_served_by_its_index(filled: int, kind: str) -> None:
    pager, _ = pagers(filled)[kind]
    middle = pager(limit=50).next
    for how in ({}, {"before": middle}, {"after": middle}):
        found = statements(lambda how=how: pager(limit=50, **how))  # type: ignore[misc]
        # What is merged from the mailboxes is sorted: a page of each at most.
        (listing,) = (plan(statement, may_sort=kind != "messages") for statement in found)
        assert MESSAGE_INDEX_OF[kind] in listing
        assert "SCAN webmail_mailboxmessage" not in listing
        assert "Seq Scan on webmail_mailboxmessage" not in listing
        if kind == "messages":
            assert "TEMP B-TREE" not in listing
            assert "Sort" not in listing


def test_rows_of_messages_are_read_by_their_keys(filled: int) -> None:
    inbox = queries.mailbox_by_role(filled, "inbox")
    keys = [row.message_id for row in queries.mailbox_messages(filled, inbox, limit=9).rows if row.message_id]
    for how in ({}, {"mailbox_id": inbox}, {"listed_only": True}):
        found = statements(lambda how=how: queries.message_rows(filled, keys, **how))  # type: ignore[misc]
        (listing,) = (plan(statement, may_sort=True) for statement in found)
        assert "message_id" in listing
        assert "placement_newest" not in listing
        assert [row.message_id for row in queries.message_rows(filled, keys, **how)] == keys


def test_a_message_is_listed_once_and_not_from_the_bins(alice: int) -> None:
    label, _ = mailboxes.create(alice, "Work")
    first = arrive(alice, letter("Lunch", number=1), roles=("inbox",), mailbox_ids=(label,))
    second = arrive(
        alice,
        letter("Re: Lunch", number=2, references=[1]),
        role="trash",
        minute=1,
        flags=frozenset({"\\Flagged"}),
    )
    third = arrive(
        alice,
        letter("Re: Lunch", number=3, references=[1]),
        roles=("sent", "junk"),
        minute=2,
        flags=frozenset({"\\Flagged"}),
    )
    rows = queries.all_messages(alice).rows
    assert [row.message_id for row in rows] == [third.message_id, first.message_id]
    assert [(row.subject, row.message_count) for row in rows] == [("Re: Lunch", 1), ("Lunch", 1)]
    assert [row.message_id for row in queries.starred_messages(alice).rows] == [third.message_id]
    assert sorted(rows[1].mailbox_ids) == [queries.mailbox_by_role(alice, "inbox"), label]
    keys = [first.message_id, second.message_id, third.message_id]
    assert len(queries.message_rows(alice, keys)) == 3
    assert [row.message_id for row in queries.message_rows(alice, keys, listed_only=True)] == keys[::-2]


def test_a_conversation_is_two_statements(filled: int) -> None:
    thread = queries.all_page(filled, limit=1).rows[0].thread_id
    found = statements(lambda: queries.conversation(filled, thread))
    assert len(found) == 2
    assert "message_of_thread" in plan(found[0])
    assert "placement_of_thread" in plan(found[1], may_sort=True)


def test_changes_are_one_statement_when_there_are_none(filled: int) -> None:
    now = queries.current_modseq(filled)
    assert len(statements(lambda: queries.changes_since(filled, now))) == 1
    found = statements(lambda: queries.changes_since(filled, now - 1))
    assert len(found) == 2
    assert "thread_changed" in plan(found[1])


def test_mailboxes_come_in_one_statement_with_counts(filled: int) -> None:
    found: list[queries.MailboxRow] = []
    assert len(statements(lambda: found.extend(queries.mailbox_list(filled)))) == 1
    assert [row.path for row in found] == [
        *("Inbox", "Snoozed", "Drafts", "Sent", "Archive", "Junk", "Trash"),
        "Work",
    ]
    assert (found[0].message_count, found[0].unseen_count) == (MESSAGES, MESSAGES // 5)


def test_where_a_conversation_stands(alice: int) -> None:
    label, _ = mailboxes.create(alice, "Work/Projects", color="teal")
    arrive(alice, letter(), roles=("inbox",), mailbox_ids=(label,))
    (row,) = queries.mailbox_page(alice, queries.mailbox_by_role(alice, "inbox")).rows
    assert sorted(row.mailbox_ids) == [queries.mailbox_by_role(alice, "inbox"), label]


def test_a_part_is_read_by_its_section(alice: int) -> None:
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nOne\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    body += b"VHdv" * 100_000 + b"\r\n--b--\r\n"
    raw = b"From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + body
    added = arrive(alice, raw, prefix=b"Delivered-To: alice@crepes.test\r\n")
    assert queries.part_bytes(alice, added.message_id, "1") == b"One"
    assert queries.part_bytes(alice, added.message_id, "2") == b"Two" * 100_000
    with pytest.raises(queries.MessageNotFoundError):
        queries.part_bytes(alice, added.message_id, "3")
    with pytest.raises(queries.MessageNotFoundError):
        queries.raw(alice + 1, added.message_id)


def test_where_an_address_leads() -> None:
    alice, bob = account().pk, account("bob@crepes.test").pk
    Account.objects.filter(pk=bob).update(is_active=True)
    domain = Account.objects.get(pk=alice).domain
    for target in (alice, bob):
        Alias.objects.create(domain=domain, address="team@crepes.test", account_id=target)
    User.objects.filter(accounts=bob).update(is_superuser=True)
    asked = [
        "Alice@crepes.test",
        "alice+lists@crepes.test",
        "team@crepes.test",
        "nobody@crepes.test",
        "Postmaster@crepes.test",
        "postmaster@elsewhere.test",
    ]
    found = [[to.account_id for to in leads] for leads in queries.resolve_recipients(asked).values()]
    assert found == [[alice], [alice], [alice, bob], [], [bob], []]
    Account.objects.filter(pk=alice).update(is_active=False)
    assert queries.resolve_recipients(["alice@crepes.test"]) == {"alice@crepes.test": []}
