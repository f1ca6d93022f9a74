"""Marking hits: whole words as the index finds them, only where they were asked for, and always escaped."""

import pytest

from mailserver.query import parse
from webmail.views import search_marks


def subject(query: str, text: str) -> str:
    return search_marks.of(parse(query).tree).subject(text)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("flour", "Flour, flours and cornflour", "<mark>Flour</mark>, flours and cornflour"),
        ("flo*", "Flour, aflo", "<mark>Flo</mark>ur, aflo"),
        ("ÉTÉ", "Réunion d’été", "Réunion d’<mark>été</mark>"),
        ('"flour and milk"', "Flour, and MILK", "<mark>Flour, and MILK</mark>"),
        ("e-mail", "An e-mail, e mail", "An <mark>e-mail</mark>, <mark>e mail</mark>"),
        ("读书", "十二月读书会", "十二月<mark>读书</mark>会"),
        ("读书 2026", "读书2026年", "<mark>读书</mark><mark>2026</mark>年"),
        ('"2026年 计划"', "2026年计划", "<mark>2026年计划</mark>"),
        ("milk OR (flour -eggs)", "milk, flour, eggs", "<mark>milk</mark>, <mark>flour</mark>, eggs"),
        ("subject:milk from:flour", "milk flour", "<mark>milk</mark> flour"),
        ("b", "<b>&", "&lt;<mark>b</mark>&gt;&amp;"),
        ("&lt; <", "< &lt;", "&lt; &amp;<mark>lt</mark>;"),
        ("is:unread", "is:unread", "is:unread"),
        ("", "<", "&lt;"),
    ],
)
def test_in_a_subject(query: str, text: str, marked: str) -> None:
    assert subject(query, text) == marked


def test_a_name_is_marked_among_people_only() -> None:
    marks = search_marks.of(parse("from:bob sugar").tree)
    assert marks.people("Bob Sugar") == "<mark>Bob</mark> <mark>Sugar</mark>"
    assert marks.preview("Bob has sugar") == "Bob has <mark>sugar</mark>"


def test_what_the_browser_is_told() -> None:
    query = '"Flour and 小麦" sug* -salt is:read before:2026 list:cooks filename:plan.pdf'
    assert search_marks.spoken(parse(query).tree) == "flour and 小 麦,sug*,plan pdf"
