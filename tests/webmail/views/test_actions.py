"""Acts on conversations: done, told, taken back; and never on another's."""

import pytest
from django.test import Client

from tests.logs import LogWatch
from tests.mail import arrive, letter
from tests.people import Person
from webmail.store import mailboxes, queries
from webmail.store.bulk_scope import Batch

JSON = {"Accept": "application/json"}


def ids_in(person: Person, role: str) -> list[int]:
    rows = queries.mailbox_page(person.account.pk, person.mailbox(role)).rows
    return [row.thread_id for row in rows]


def act(web: Client, verb: str, *threads: int, **more: object):
    fields = {"ids": ",".join(map(str, threads)), "in": "inbox", **more}
    return web.post(f"/conversations/{verb}/", fields, headers=JSON)


@pytest.mark.parametrize(
    "away",
    [
        ("archive", "archive", "Archived"),
        ("trash", "trash", "Moved to Trash"),
        ("junk", "junk", "Moved to Spam"),
    ],
)
def test_putting_away_and_undo(alice: Person, web: Client, thread: int, away: tuple[str, str, str]) -> None:
    verb, role, words = away
    answer = act(web, verb, thread).json()
    assert answer["text"] == words
    assert (ids_in(alice, "inbox"), ids_in(alice, role)) == ([], [thread])
    assert web.post(answer["undo"], headers=JSON).json()["text"] == "Undone"
    assert (ids_in(alice, "inbox"), ids_in(alice, role)) == ([thread], [])
    assert web.post(answer["undo"], headers=JSON).status_code == 404


def test_many_at_once(web: Client, alice: Person) -> None:
    threads = [arrive(alice.account.pk, letter(f"No. {n}", number=n)).thread_id for n in range(1, 4)]
    assert act(web, "archive", *threads).json()["text"] == "3 conversations archived"
    assert sorted(ids_in(alice, "archive")) == threads


@pytest.mark.parametrize(
    ("verb", "column", "value"),
    [("star", "flagged", True), ("read", "unseen", False), ("unread", "unseen", True)],
)
def test_marks(web: Client, thread: int, verb: str, column: str, value: bool) -> None:
    assert act(web, verb, thread).status_code == 200
    account_id = web.get("/mail/inbox/").context["account"].pk
    assert getattr(queries.thread_rows(account_id, [thread])[0], column) is value


def test_moving_and_labelling(web: Client, alice: Person, thread: int) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Recipes")
    assert act(web, "label", thread, mailbox=label).json()["text"] == "Labelled Recipes"
    assert ids_in(alice, "inbox") == [thread]
    assert act(web, "unlabel", thread, mailbox=label).json()["text"] == "Recipes removed"
    assert act(web, "move", thread, mailbox=label).json()["text"] == "Moved from Inbox to Recipes"
    assert ids_in(alice, "inbox") == []
    assert queries.thread_rows(alice.account.pk, [thread], label)


def test_without_scripts_a_form_leads_back_with_a_toast(web: Client, alice: Person, thread: int) -> None:
    fields = {"ids": [thread], "in": "inbox", "next": "/mail/inbox/?before=1.1.1"}
    answer = web.post("/conversations/archive/", fields)
    assert answer["Location"] == "/mail/inbox/?before=1.1.1"
    shown = web.get("/mail/inbox/").content.decode()
    assert "Archived" in shown
    assert 'action="/undo/' in shown


def test_next_leads_nowhere_else(web: Client, thread: int) -> None:
    answer = web.post("/conversations/star/", {"only": thread, "in": "inbox", "next": "//evil.test/"})
    assert answer["Location"] == "/mail/inbox/"


def test_only_wins_over_the_boxes(web: Client, alice: Person) -> None:
    one, two = (arrive(alice.account.pk, letter(f"No. {n}", number=n)).thread_id for n in (1, 2))
    web.post("/conversations/archive/", {"ids": [one], "only": two, "in": "inbox"})
    assert ids_in(alice, "archive") == [two]


def test_anothers_conversations_stay_as_they_are(web: Client, bob: Person, thread: int) -> None:
    his = arrive(bob.account.pk, letter("Private", number=7)).thread_id
    act(web, "trash", his)
    act(web, "star", his)
    assert ids_in(bob, "inbox") == [his]
    assert not queries.thread_rows(bob.account.pk, [his])[0].flagged


def test_anothers_label_and_undo_are_not_found(web: Client, alice: Person, bob: Person, thread: int) -> None:
    label, _done = mailboxes.create(bob.account.pk, "His")
    assert act(web, "move", thread, mailbox=label).status_code == 404
    undo = act(web, "archive", thread).json()["undo"]
    other = Client()
    other.force_login(bob.user)
    assert other.post(undo, headers=JSON).status_code == 404
    assert ids_in(alice, "archive") == [thread]


@pytest.mark.parametrize("ids", ["x", "1,-2", ",".join(["1"] * 501), "1" * 30])
def test_what_is_no_selection_is_refused(web: Client, ids: str) -> None:
    assert web.post("/conversations/star/", {"ids": ids, "in": "inbox"}).status_code == 400


def test_an_unknown_verb_is_not_found_and_get_does_nothing(web: Client) -> None:
    assert web.post("/conversations/explode/", {"ids": "1"}).status_code == 404
    assert web.get("/conversations/archive/").status_code == 405


def test_changes_need_the_token_of_our_page(alice: Person, thread: int, log_watch: LogWatch) -> None:
    log_watch.expect("CSRF cookie not set")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.user)
    answer = strict.post("/conversations/archive/", {"ids": thread, "in": "inbox"})
    assert answer.status_code == 403
    assert "open too long" in answer.content.decode()
    assert ids_in(alice, "inbox") == [thread]


def test_a_script_without_session_is_led_to_signing_in() -> None:
    answer = Client().post("/conversations/archive/", {"ids": "1"}, headers=JSON)
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/sign-in/")


def test_everything_in_a_place_with_progress_and_one_undo(
    web: Client, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Batch, "SIZE", 2)
    monkeypatch.setattr("webmail.views.bulk._FIRST_SECONDS", 0)
    monkeypatch.setattr("webmail.views.bulk._SECONDS", 0)
    for number in range(1, 6):
        arrive(alice.account.pk, letter(f"No. {number}", number=number), minute=number)
    answer = web.post("/conversations/archive/", {"in": "inbox", "all": "1"}, headers=JSON).json()
    assert answer["text"] == "2 of 5 conversations…"
    answer_2 = web.post(answer["more"], headers=JSON).json()
    assert answer_2["text"] == "4 of 5 conversations…"
    answer_3 = web.post(answer["more"], headers=JSON).json()
    assert (answer_3["text"], answer_3["more"]) == ("5 conversations archived", "")
    assert len(ids_in(alice, "archive")) == 5
    back = web.post(answer_3["undo"], headers=JSON).json()
    while back["more"]:
        back = web.post(back["more"], headers=JSON).json()
    assert back["text"] == "Undone"
    assert len(ids_in(alice, "inbox")) == 5


def test_everything_that_a_search_finds_without_scripts(web: Client, alice: Person) -> None:
    for number in range(1, 6):
        arrive(alice.account.pk, letter(f"No. {number}", "odd" if number % 2 else "even", number=number))
    fields = {"in": "search", "q": "odd", "all": "1", "next": "/search/?q=odd"}
    assert web.post("/conversations/trash/", fields)["Location"] == "/search/?q=odd"
    assert len(ids_in(alice, "trash")) == 3
    assert "3 conversations moved to Trash" in web.get("/mail/trash/").content.decode()
    assert web.post("/conversations/trash/", {"in": "search", "q": "", "all": "1"}).status_code == 404
