"""The flat list: single messages in every place, acted on, opened and walked through one by one."""

import pytest
from django.test import Client

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import MailboxMessage
from webmail.store import mailboxes, queries
from webmail.store.bulk_scope import Batch

JSON = {"Accept": "application/json"}


@pytest.fixture
def flat(web: Client, alice: Person) -> Client:
    """Alice's browser, when she wants no conversations."""
    alice.user.conversation_view = False
    alice.user.save()
    return web


@pytest.fixture
def talk(alice: Person) -> list[int]:
    """A conversation of three messages: two came in, the second was answered between them."""
    account_id = alice.account.pk
    return [
        arrive(account_id, letter("Lunch", "First words", number=1)).message_id,
        arrive(
            account_id,
            letter("Re: Lunch", "An answer", number=2, references=[1], sender="Alice <alice@crepes.test>"),
            role="sent",
            minute=1,
            flags=frozenset({"\\Seen"}),
        ).message_id,
        arrive(account_id, letter("Re: Lunch", "Last words", number=3, references=[1]), minute=2).message_id,
    ]


def ids(web: Client, path: str) -> list[int]:
    return [line.id for line in web.get(path).context["lines"]]


def unread(message_id: int) -> bool:
    return MailboxMessage.objects.filter(message_id=message_id, seen=False).exists()


def test_every_place_lists_messages(flat: Client, alice: Person, talk: list[int]) -> None:
    first, answer, last = talk
    assert ids(flat, "/mail/inbox/") == [last, first]
    assert ids(flat, "/mail/sent/") == [answer]
    assert ids(flat, "/mail/all/") == [last, answer, first]
    assert ids(flat, "/mail/starred/") == []
    assert ids(flat, "/search/?q=lunch") == [last, answer, first]
    assert ids(flat, "/search/?q=from:bob") == [last, first]
    shown = flat.get("/mail/inbox/").content.decode()
    for words in ("Re: Lunch", "1–2 of 2", f'href="/messages/{last}/?in=inbox"', "Inbox (2)"):
        assert words in shown
    assert '<span class="row-count">' not in shown


def test_all_mail_shows_a_message_once_and_nothing_of_the_bins(flat: Client, alice: Person) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work")
    kept = arrive(alice.account.pk, letter("Kept", number=1), roles=("inbox", "trash"), mailbox_ids=(label,))
    arrive(alice.account.pk, letter("Gone", number=2), role="trash")
    arrive(alice.account.pk, letter("Bad", number=3), role="junk")
    assert ids(flat, "/mail/all/") == [kept.message_id]
    assert ids(flat, f"/mail/label-{label}/") == [kept.message_id]
    assert len(ids(flat, "/mail/trash/")) == 2


def test_pages_go_both_ways(flat: Client, alice: Person) -> None:
    for number in range(1, 53):
        arrive(alice.account.pk, letter("Talk", number=number, references=[1]), minute=number)
    first = flat.get("/mail/inbox/")
    assert "1–50 of 52" in first.content.decode()
    second = flat.get(f"/mail/inbox/?before={first.context['page'].next}")
    assert "51–52 of 52" in second.content.decode()
    back = flat.get(f"/mail/inbox/?after={second.context['page'].previous}")
    assert [line.id for line in back.context["lines"]] == [line.id for line in first.context["lines"]]


@pytest.mark.parametrize("path", ["/mail/inbox/", "/mail/all/", "/mail/starred/"])
def test_a_list_takes_three_statements_whatever_its_length(
    flat: Client, alice: Person, talk: list[int], path: str, django_assert_num_queries
) -> None:
    flat.get(path)
    for number in range(10, 18):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number), minute=number)
    with django_assert_num_queries(3):
        flat.get(path)


def test_an_act_means_one_message_and_is_undone(flat: Client, alice: Person, talk: list[int]) -> None:
    first, _answer, last = talk
    fields = {"ids": last, "of": "message", "in": "inbox"}
    answer = flat.post("/conversations/archive/", fields, headers=JSON).json()
    assert answer["text"] == "Archived"
    assert (ids(flat, "/mail/inbox/"), ids(flat, "/mail/archive/")) == ([first], [last])
    flat.post(answer["undo"], headers=JSON)
    assert ids(flat, "/mail/inbox/") == [last, first]
    both = flat.post("/conversations/trash/", fields | {"ids": f"{first},{last}"}, headers=JSON).json()
    assert both["text"] == "2 messages moved to Trash"
    assert ids(flat, "/mail/all/") == [talk[1]]


def test_everything_is_done_to_messages(
    flat: Client, alice: Person, talk: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Batch, "SIZE", 1)
    monkeypatch.setattr("webmail.views.bulk._FIRST_SECONDS", 0)
    first, _answer, last = talk
    fields = {"all": "1", "of": "message", "in": "inbox"}
    answer = flat.post("/conversations/trash/", fields, headers=JSON).json()
    assert answer["text"] == "1 of 2 messages…"
    while answer["more"]:
        answer = flat.post(answer["more"], headers=JSON).json()
    assert answer["text"] == "2 messages moved to Trash"
    assert ids(flat, "/mail/trash/") == [last, first]
    back = flat.post(answer["undo"], headers=JSON).json()
    while back["more"]:
        back = flat.post(back["more"], headers=JSON).json()
    assert ids(flat, "/mail/inbox/") == [last, first]


def test_everything_that_a_search_finds(flat: Client, alice: Person, talk: list[int]) -> None:
    fields = {"all": "1", "of": "message", "in": "search", "q": "words"}
    flat.post("/conversations/star/", fields, headers=JSON)
    assert ids(flat, "/mail/starred/") == [talk[2], talk[0]]


def since(web: Client, modseq: int, place: str) -> dict:
    return web.get(f"/changes/?since={modseq}&in={place}&of=message").json()


def test_changes_are_told_by_message(flat: Client, alice: Person, talk: list[int]) -> None:
    first, _answer, last = talk
    account_id = alice.account.pk
    before = queries.current_modseq(account_id)
    flat.post("/conversations/archive/", {"ids": last, "of": "message", "in": "inbox"}, headers=JSON)
    flat.post("/conversations/star/", {"ids": first, "of": "message", "in": "inbox"}, headers=JSON)
    told = since(flat, before, "inbox")
    assert ([row["id"] for row in told["rows"]], told["gone"], told["total"]) == ([first], [last], 1)
    assert told["counts"]["inbox"] == 1
    assert sorted(row["id"] for row in since(flat, before, "all")["rows"]) == [first, last]
    starred = since(flat, before, "starred")
    assert ([row["id"] for row in starred["rows"]], starred["gone"]) == ([first], [last])
    before = told["modseq"]
    new = arrive(account_id, letter("Re: Lunch", number=4, references=[1]), minute=3).message_id
    assert [row["id"] for row in since(flat, before, "inbox")["rows"]] == [new]


def test_a_row_opens_its_message_alone(flat: Client, alice: Person, talk: list[int]) -> None:
    first, answer, last = talk
    page = flat.get(f"/messages/{last}/?in=inbox").content.decode()
    assert "Last words" in page
    assert "2 more messages in this conversation" in page
    for other in (first, answer):
        assert f'href="/messages/{other}/?in=inbox"' in page
    assert f'href="/conversations/{queries.message(alice.account.pk, last).thread_id}/?in=inbox' in page
    assert (unread(first), unread(last)) == (True, False)
    assert 'name="of" value="message"' in page


def test_next_and_previous_walk_the_flat_list(flat: Client, talk: list[int]) -> None:
    first, answer, last = talk
    assert flat.get(f"/messages/{last}/older/?in=inbox")["Location"] == f"/messages/{first}/?in=inbox"
    assert flat.get(f"/messages/{last}/older/?in=all")["Location"] == f"/messages/{answer}/?in=all"
    assert flat.get(f"/messages/{first}/newer/?in=inbox")["Location"] == f"/messages/{last}/?in=inbox"
    assert flat.get(f"/messages/{last}/newer/?in=inbox")["Location"] == "/mail/inbox/"


def test_a_page_of_one_message_costs_few_statements(
    flat: Client, talk: list[int], django_assert_max_num_queries
) -> None:
    url = f"/messages/{talk[2]}/?in=inbox"
    flat.get(url)
    with django_assert_max_num_queries(8):
        flat.get(url)


def test_an_address_without_a_place_follows_the_reader(web: Client, alice: Person, talk: list[int]) -> None:
    url = f"/messages/{talk[2]}/"
    assert web.get(url)["Location"].startswith("/conversations/")
    alice.user.conversation_view = False
    alice.user.save()
    assert "Last words" in web.get(url).content.decode()


def test_a_draft_is_written_on(flat: Client, alice: Person) -> None:
    draft = arrive(alice.account.pk, letter("Plan"), role="drafts", flags=frozenset({"\\Draft", "\\Seen"}))
    assert ids(flat, "/mail/drafts/") == [draft.message_id]
    opened = flat.get(f"/messages/{draft.message_id}/?in=drafts")
    assert opened["Location"] == f"/compose/?draft={draft.message_id}"


def test_counts_in_the_sidebar_are_of_messages(flat: Client, talk: list[int]) -> None:
    assert '<span class="count">2</span>' in flat.get("/sidebar/").content.decode()
