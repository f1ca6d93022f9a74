"""What an open page is told it missed."""

import pytest
from django.test import Client

from tests.mail import arrive, do, letter
from tests.people import Person
from webmail.store import mailboxes, queries, saved_searches


def since(web: Client, modseq: int, place: str = "inbox") -> dict:
    return web.get(f"/changes/?since={modseq}&in={place}").json()


def test_nothing_new_is_one_statement(web: Client, alice: Person, django_assert_num_queries) -> None:
    modseq = queries.current_modseq(alice.account.pk)
    web.get(f"/changes/?since={modseq}&in=inbox")
    # Session with person and account, modseq.
    with django_assert_num_queries(2):
        assert since(web, modseq) == {"modseq": modseq}


def test_an_arrival_comes_as_a_row_with_counts(web: Client, alice: Person) -> None:
    before = queries.current_modseq(alice.account.pk)
    thread = arrive(alice.account.pk, letter("Fresh")).thread_id
    told = since(web, before)
    assert told["modseq"] > before
    assert told["counts"]["inbox"] == 1
    assert told["total"] == 1
    assert [row["id"] for row in told["rows"]] == [thread]
    assert "Fresh" in told["rows"][0]["html"]
    assert since(web, told["modseq"]) == {"modseq": told["modseq"]}


def test_what_left_is_gone_here_and_new_there(web: Client, alice: Person, thread: int) -> None:
    before = queries.current_modseq(alice.account.pk)
    do("archive", alice.account.pk, [thread])
    assert since(web, before)["gone"] == [thread]
    assert [row["id"] for row in since(web, before, "archive")["rows"]] == [thread]
    assert [row["id"] for row in since(web, before, "all")["rows"]] == [thread]
    assert since(web, before, "starred")["gone"] == [thread]


def test_trash_is_not_in_all_mail(web: Client, alice: Person, thread: int) -> None:
    before = queries.current_modseq(alice.account.pk)
    do("trash", alice.account.pk, [thread])
    assert since(web, before, "all")["gone"] == [thread]


@pytest.mark.parametrize("query", ["", "since=x", "since=" + "9" * 30])
def test_nonsense_is_refused(web: Client, query: str) -> None:
    assert web.get(f"/changes/?{query}").status_code == 400


def test_anothers_mail_is_never_told(web: Client, bob: Person) -> None:
    arrive(bob.account.pk, letter("His"))
    assert since(web, 0)["rows"] == []


def test_the_shape_tells_of_labels(web: Client, alice: Person, thread: int) -> None:
    """A page compares it with that of its sidebar: names, colours and order; not what is counted."""
    account_id = alice.account.pk
    shapes = []

    def note() -> None:
        shapes.append(since(web, 0)["shape"])

    label = mailboxes.create(account_id, "Work")[0]
    note()
    mailboxes.rename(account_id, label, "Firm")
    note()
    mailboxes.recolor(account_id, label, "red")
    note()
    mailboxes.show(account_id, label, "never")
    note()
    saved_searches.create(account_id, "Unread", "is:unread")
    note()
    mailboxes.delete(account_id, label)
    note()
    assert len(set(shapes)) == len(shapes) == 6
    do("read", account_id, [thread])
    note()
    assert shapes[-1] == shapes[-2]
    drawn = web.get("/sidebar/").content.decode()
    assert f'data-shape="{shapes[-1]}"' in drawn


def test_a_place_that_is_gone_is_told(web: Client, alice: Person) -> None:
    told = since(web, 0, "label-999999")
    assert told["gone_place"]
    assert "rows" not in told
