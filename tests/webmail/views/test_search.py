"""The search box: what it finds, how hits show, what acts do there."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.contacts import know
from tests.mail import arrive, arrive_all, do, letter, new
from tests.people import Person
from webmail.store import mailboxes, queries


def test_hits_are_marked_and_lead_back(web: Client, alice: Person, thread: int) -> None:
    arrive(alice.account.pk, letter("Other", "Nothing of that", number=5))
    answer = web.get("/search/", {"q": "sunday sugar"}).content.decode()
    assert answer.count('<li class="row') == 1
    assert "Crêpes on <mark>Sunday</mark>?" in answer
    assert "Bring <mark>sugar</mark>." in answer
    assert f"/conversations/{thread}/?in=search&amp;q=sunday+sugar" in answer


def test_two_chinese_characters_are_enough(web: Client, alice: Person) -> None:
    arrive(alice.account.pk, letter("十二月读书会", number=3))
    assert "十二月<mark>读书</mark>会" in web.get("/search/", {"q": "读书"}).content.decode()


@pytest.mark.parametrize("query", ["", "   ", "zebra", '"', "from:", "-x", "is:", "(((", "x" * 5000, "\x00"])
def test_anything_typed_is_answered(web: Client, thread: int, query: str) -> None:
    answer = web.get("/search/", {"q": query})
    assert answer.status_code == 200
    shown = answer.content.decode()
    said = ("Nothing found", "can’t be understood", "What are you looking for?")
    assert sum(words in shown for words in said) == 1


def test_anothers_mail_is_not_found(web: Client, bob: Person) -> None:
    arrive(bob.account.pk, letter("Secret plan"))
    assert web.get("/search/", {"q": "secret"}).context["lines"] == []


def test_the_message_that_fits_is_open_and_its_words_are_named(web: Client, alice: Person) -> None:
    batch = [
        new(letter("Talk", f"Part {n} pancakes", number=n, references=[1]), alice.account.pk, minute=n)
        for n in range(1, 9)
    ]
    thread = arrive_all(batch)[0].thread_id
    ids = queries.messages_of_threads(alice.account.pk, [thread])
    web.get(f"/conversations/{thread}/")
    answer = web.get(f"/conversations/{thread}/", {"in": "search", "q": '"part 3" from:bob is:read'})
    shown = answer.content.decode()
    assert [int(key) for key in re.findall(r'class="message is-open" id="message-(\d+)"', shown)] == [
        ids[2],
        ids[7],
    ]
    assert 'data-marks="part 3,bob"' in shown
    assert 'href="/search/?q=%22part+3%22+from%3Abob+is%3Aread"' in shown
    for query in ("in:nowhere", '"', "is:great", "-part"):
        assert web.get(f"/conversations/{thread}/", {"in": "search", "q": query}).status_code == 200


def test_acts_on_results_lead_back_to_them(web: Client, thread: int) -> None:
    fields = {"ids": thread, "in": "search", "next": "/search/?q=sugar"}
    assert web.post("/conversations/star/", fields)["Location"] == "/search/?q=sugar"


def test_an_error_is_marked_where_it_stands(web: Client, thread: int) -> None:
    answer = web.get("/search/", {"q": "sugar before:<b> in:nowhere"}).content.decode()
    assert "sugar <mark>before:&lt;b&gt;</mark> <mark>in:nowhere</mark>" in answer
    assert "“before:” needs a day, as 2026/11/22." in answer
    assert "You have no folder or label “nowhere”." in answer
    assert '<li class="row' not in answer


def test_what_was_mended_is_told(web: Client, thread: int) -> None:
    answer = web.get("/search/", {"q": "form:bob OR sugar"}).content.decode()
    assert "Did you mean “from:”?" in answer
    assert '<li class="row' in answer


def test_one_that_found_nothing_proposes_wider_ones(web: Client, alice: Person, thread: int) -> None:
    do("trash", alice.account.pk, [thread])
    answer = web.get("/search/", {"q": "sugar is:starred"})
    links = {each.text: each.url for each in answer.context["suggestions"]}
    assert list(links) == [
        "Search Spam and Trash too",
        "Search without “is:starred”",
        "Search without “sugar”",
    ]
    assert web.get("/search/", {"q": "sugar in:anywhere"}).context["lines"]
    assert links["Search Spam and Trash too"].endswith("sugar+is%3Astarred+in%3Aanywhere")


def test_the_form_writes_the_query_and_reads_it(web: Client, alice: Person) -> None:
    mailboxes.create(alice.account.pk, "To do")
    fields = {
        "sender": "Bob 王",
        "recipient": "carol@crepes.test",
        "subject": "plan",
        "words": 'sugar "by sunday"',
        "without": "salt pepper",
        "place": "To do",
        "since": "2026-11-01",
        "until": "2026-11-22",
        "size_is": "larger",
        "size": "5",
        "size_unit": "M",
        "attachment": "on",
    }
    answer = web.post("/search/options/", fields)
    query = parse_qs(urlsplit(answer["Location"]).query)["q"][0]
    assert query == (
        'from:"Bob 王" to:carol@crepes.test subject:plan sugar "by sunday" -salt -pepper'
        ' in:"To do" after:2026/11/01 before:2026/11/23 larger:5M has:attachment'
    )
    shown = web.get("/search/options/", {"q": query}).context["form"].initial
    assert shown["sender"] == "Bob 王"
    assert (shown["place"], shown["size"], shown["size_unit"], shown["attachment"]) == ("To do", 5, "M", True)
    assert (str(shown["since"]), str(shown["until"])) == ("2026-11-01", "2026-11-22")
    assert (shown["words"], shown["without"]) == ('sugar "by sunday"', "salt pepper")
    assert web.post("/search/options/", {"since": "yesterday"}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("fro", "from:"),
        ("sugar is:un", "sugar is:unread "),
        ("from:bo", "from:bob@hamburger.test "),
        ("label:wo", 'label:"Work now" '),
        ("-in:spa", "-in:spam "),
        ("sugar bo", "sugar from:bob@hamburger.test "),
        ("status:f", "status:failed "),
    ],
)
def test_what_is_typed_is_completed(web: Client, alice: Person, typed: str, first: str) -> None:
    mailboxes.create(alice.account.pk, "Work now")
    know(alice.account.pk, "Bob", "bob@hamburger.test")
    items = web.get("/search/suggest/", {"q": typed}).json()["items"]
    assert items[0]["query"] == first


def test_whatever_is_typed_into_the_box_is_answered(web: Client) -> None:
    for typed in ("\x00", "from:\x00", '"', "(", "x" * 3000, "in:", "-"):
        assert web.get("/search/suggest/", {"q": typed}).status_code == 200
        assert (
            web.post("/conversations/star/", {"in": "search", "all": "1", "q": f"a{typed}"}).status_code
            == 302
        )


def test_a_search_is_saved_shown_changed_and_deleted(web: Client, alice: Person, thread: int) -> None:
    where = web.post("/searches/new/", {"name": "Sweet", "query": "sugar"})["Location"]
    answer = web.get(where)
    shown = answer.content.decode()
    assert shown.count('<li class="row') == 1
    assert f'href="{where}"' in shown
    assert "<title>Sweet – Postillion</title>" in shown
    again = web.post("/searches/new/", {"name": "Sweet", "query": "salt"})
    assert again.status_code == 422
    assert "of this name already" in again.content.decode()
    edit = f"/searches/{answer.context['saved_id']}/"
    web.post(edit, {"name": "Salty", "query": "salt"})
    assert web.get(where).context["lines"] == []
    assert web.get(f"/conversations/{thread}/", {"in": where.split("/")[2]}).status_code == 200
    web.post(f"{edit}delete/")
    assert web.get(where).status_code == 404
