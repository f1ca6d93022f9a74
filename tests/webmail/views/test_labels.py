"""Labels: made, renamed, recoloured, deleted."""

import pytest
from django.test import Client

from tests.mail import do
from tests.people import Person
from webmail.store import mailboxes, queries


def labels(person: Person) -> list[tuple[str, str]]:
    return [(row.path, row.color) for row in queries.mailbox_list(person.account.pk) if not row.role]


def test_a_label_is_made_with_those_above_it(web: Client, alice: Person) -> None:
    answer = web.post("/labels/new/", {"path": " Travel / Lisbon ", "color": "teal"})
    assert answer["Location"].startswith("/mail/label-")
    assert labels(alice) == [("Travel", ""), ("Travel/Lisbon", "teal")]
    assert "Lisbon" in web.get("/mail/inbox/").content.decode()


@pytest.mark.parametrize("path", ["", "Travel", "travel", "Inbox", "a//b"])
def test_a_name_that_cannot_be_is_told_at_the_field(web: Client, alice: Person, path: str) -> None:
    mailboxes.create(alice.account.pk, "Travel")
    answer = web.post("/labels/new/", {"path": path, "color": "red"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_renaming_and_recolouring(web: Client, alice: Person) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work")
    assert web.get(f"/labels/{label}/").status_code == 200
    web.post(f"/labels/{label}/", {"path": "Bakery", "color": "orange"})
    assert labels(alice) == [("Bakery", "orange")]


def test_deleting_can_be_undone(web: Client, alice: Person, thread: int) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work", color="red")
    do("label", alice.account.pk, [thread], target=label)
    web.post(f"/labels/{label}/delete/")
    assert labels(alice) == []
    shown = web.get("/mail/inbox/").content.decode()
    undo = shown.partition('action="/undo/')[2].partition('"')[0]
    web.post(f"/undo/{undo}")
    assert labels(alice) == [("Work", "red")]


def test_others_labels_and_mailboxes_with_a_role_are_not_found(
    web: Client, alice: Person, bob: Person
) -> None:
    his, _done = mailboxes.create(bob.account.pk, "His")
    for target in (his, alice.mailbox("inbox")):
        assert web.get(f"/labels/{target}/").status_code == 404
        assert web.post(f"/labels/{target}/", {"path": "Mine", "color": "red"}).status_code == 404
        assert web.post(f"/labels/{target}/delete/").status_code == 404
    assert labels(bob) == [("His", "")]
