"""The search box: what it finds, how hits show, what acts do there."""

import pytest
from django.test import Client

from mailserver.query import parse
from tests.mail import arrive, letter
from tests.people import Person
from webmail.views.search import marker


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
def test_nothing_found_is_said(web: Client, thread: int, query: str) -> None:
    answer = web.get("/search/", {"q": query})
    assert answer.status_code == 200
    assert "Nothing found" in answer.content.decode() or not query.strip()


def test_anothers_mail_is_not_found(web: Client, bob: Person) -> None:
    arrive(bob.account.pk, letter("Secret plan"))
    assert web.get("/search/", {"q": "secret"}).context["lines"] == []


def test_marks_never_open_a_door() -> None:
    assert marker(parse("b").tree)("<b>&") == "&lt;<mark>b</mark>&gt;&amp;"
    assert marker(parse("&lt; <").tree)("< &lt;") == "<mark>&lt;</mark> <mark>&amp;lt;</mark>"


def test_acts_on_results_lead_back_to_them(web: Client, thread: int) -> None:
    fields = {"ids": thread, "in": "search", "next": "/search/?q=sugar"}
    assert web.post("/conversations/star/", fields)["Location"] == "/search/?q=sugar"
