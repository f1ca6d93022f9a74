"""Searching: words, Chinese, phrases, operators; only one's own mail, and pages without gaps."""

import pytest

from tests.mail import account, arrive, arrive_all, letter, new
from webmail.store import conversations, expunge, mailboxes, queries
from webmail.store.search_query import parse
from webmail.store.terms import query_terms, terms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> int:
    return account().pk


def found(account_id: int, text: str) -> set[str]:
    return {row.subject for row in queries.search_page(account_id, text).rows}


@pytest.fixture
def library(alice: int) -> int:
    letters = [
        letter("Pancakes", "Flour and milk, eggs_and_butter", number=1),
        letter("Crêpes", "Farine, œufs: À LA CARTE", number=2, sender="Chloé <chloe@crepes.test>"),
        letter("可丽饼", "今天下午三点在会议室讨论项目进度", number=3),
        letter("分开", "今天很好。下午也很好。项目没有,进度也没有", number=4),
        letter("カレンダー", "来週の予定", number=5),
        letter("Ｆｕｌｌｗｉｄｔｈ", "ＡＢＣ１２３", number=6),
        letter("Butter", "milk flour", number=7),
    ]
    arrive_all([new(raw, alice, minute=number) for number, raw in enumerate(letters)])
    return alice


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("flour", {"Pancakes", "Butter"}),
        ("FLOUR eggs", {"Pancakes"}),
        ("butter", {"Pancakes", "Butter"}),
        ('"flour and milk"', {"Pancakes"}),
        ("flour -eggs", {"Butter"}),
        ("flo*", {"Pancakes", "Butter"}),
        ("carte", {"Crêpes"}),
        ("crêpes", {"Crêpes"}),
        ("下午", {"可丽饼", "分开"}),
        ("今天下午", {"可丽饼"}),
        ("项目进度", {"可丽饼"}),
        ("饼", {"可丽饼"}),
        ("予定", {"カレンダー"}),
        ("abc123", {"Ｆｕｌｌｗｉｄｔｈ"}),
        ("fullwidth", {"Ｆｕｌｌｗｉｄｔｈ"}),
        ("from:chloe", {"Crêpes"}),
        ("from:chloe@crepes.test", {"Crêpes"}),
        ("subject:butter", {"Butter"}),
        ("to:alice@crepes.test flour", {"Pancakes", "Butter"}),
        ("nothing", set()),
        ("flour'; DROP TABLE x; --", set()),
        ('"', set()),
        ("", set()),
        ("is:starred", set()),
        ("in:sent flour", set()),
        ("in:inbox is:unread flour", {"Pancakes", "Butter"}),
        ("has:attachment", set()),
        ("before:2026-11-22", set()),
        ("after:2026-11-22 flour", {"Pancakes", "Butter"}),
        ("http://flour", set()),
    ],
)
def test_what_is_found(library: int, text: str, subjects: set[str]) -> None:
    assert found(library, text) == subjects


def test_mail_of_others_is_not_found(library: int) -> None:
    bob = account("bob@crepes.test").pk
    arrive(bob, letter("Bob's", "flour"))
    assert found(bob, "flour") == {"Bob's"}
    assert found(library, "flour") == {"Pancakes", "Butter"}


def test_junk_and_trash_only_when_asked_for(alice: int) -> None:
    added = arrive(alice, letter("Gone", "flour"))
    conversations.trash(alice, [added.thread_id])
    assert found(alice, "flour") == set()
    assert found(alice, "flour in:trash") == found(alice, "flour in:anywhere") == {"Gone"}
    expunge.delete_forever(alice, [added.message_id])
    assert found(alice, "flour in:anywhere") == set()


def test_in_a_label(alice: int) -> None:
    label, _ = mailboxes.create(alice, "Work")
    arrive(alice, letter("There", "flour", number=1), roles=(), mailbox_ids=(label,))
    arrive(alice, letter("Elsewhere", "flour", number=2))
    assert found(alice, "flour label:work") == {"There"}


def test_pages_follow_each_other_without_gap_or_repetition(alice: int) -> None:
    batch = [
        new(letter(f"Talk {n % 30}", "flour", number=n, references=[n % 30]), alice) for n in range(1, 91)
    ]
    arrive_all(batch)
    seen: list[int] = []
    cursor = None
    while True:
        page = queries.search_page(alice, "flour", before=cursor, limit=7)
        assert page.start == len(seen)
        seen += [row.thread_id for row in page.rows]
        if page.next is None:
            break
        cursor = queries.Cursor.parse(str(page.next))
    assert len(seen) == len(set(seen)) == 30


def test_terms_of_what_is_stored_and_asked() -> None:
    assert terms("Don't e-mail x_y") == {"don", "t", "e", "mail", "x", "y"}
    assert terms("中国人ok") == {"中国", "国人", "人", "ok"}
    assert query_terms("中国人") == ["中国", "国人"]
    assert query_terms("人") == ["人"]


def test_a_query_has_an_end() -> None:
    assert len(parse("word " * 10_000).terms) <= 20
