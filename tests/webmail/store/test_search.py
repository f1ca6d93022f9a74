"""Searching: words, Chinese, phrases, operators; only one's own mail, and pages without gaps."""

import re
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from mailserver.query import parse
from tests.mail import account, arrive, arrive_all, do, letter, new
from webmail.models import (
    DeliveryAttempt,
    Mailbox,
    MailboxMessage,
    Message,
    OutboundMessage,
    OutboundRecipient,
    Unit,
)
from webmail.store import conversations, expunge, mailboxes, queries, sql
from webmail.store.flag_names import MUTED
from webmail.store.reindex import rebuild
from webmail.store.terms import query_terms, terms
from webmail.store.time_limit import TooSlowError, until

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> int:
    return account().pk


def search(account_id: int, text: str, **how: object) -> queries.Found:
    ground = queries.ground_of(account_id, queries.mailbox_list(account_id), NOW, UTC)
    return queries.search_page(ground, parse(text), **how)


def found(account_id: int, text: str, **how: object) -> set[str]:
    return {row.subject for row in search(account_id, text, **how).page.rows}


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
        ("l*", {"Crêpes"}),
        ("z*", set()),
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
        ("FLOUR OR carte", {"Pancakes", "Butter", "Crêpes"}),
        ("milk flour OR carte", {"Pancakes", "Butter"}),
        ("{carte 予定}", {"Crêpes", "カレンダー"}),
        ("flour -(eggs OR carte)", {"Butter"}),
        ('-"flour and milk" milk', {"Butter"}),
        ('"flour and milk" OR from:chloe', {"Pancakes", "Crêpes"}),
        ('(is:starred OR "flour and milk") -is:read', {"Pancakes"}),
        ('-(is:read OR "flour and milk") flour', {"Butter"}),
        ('"milk flour"', {"Butter"}),
        ('"milk, FLOUR"', {"Butter"}),
        ('subject:"Crêpes"', {"Crêpes"}),
        ("subject:项目进度", set()),
        ("subject:可丽", {"可丽饼"}),
        ("subject:pan*", {"Pancakes"}),
        ("subject:flour", set()),
        ("from:crepes.test", {"Crêpes"}),
        ("from:CHLOÉ", {"Crêpes"}),
        ('from:"Chloé chloe"', {"Crêpes"}),
        ("from:alice", set()),
        ("cc:alice", set()),
        ("larger:1M", set()),
        ("smaller:1K flour", {"Pancakes", "Butter"}),
        ("larger:10 flour", {"Pancakes", "Butter"}),
        ("older_than:1d", set()),
        ("newer_than:1d flour", {"Pancakes", "Butter"}),
        ("after:2026/11/22 before:2026/11/23 flour", {"Pancakes", "Butter"}),
        ("before:2026 flour", set()),
        ("after:2027", set()),
        ("rfc822msgid:<3@hamburger.test>", {"可丽饼"}),
        ("rfc822msgid:3@hamburger.test flour", set()),
        ("-flour -carte -is:starred in:inbox 今天", {"可丽饼", "分开"}),
        ("is:muted", set()),
        ("status:failed", set()),
        ("remote:hamburger.test", set()),
        ("!!!", set()),
        ("flour !!!", {"Pancakes", "Butter"}),
        ("\ud800 flour\x00", {"Pancakes", "Butter"}),
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
    conversations.trash(alice, [added.message_id])
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
        page = search(alice, "flour", before=cursor, limit=7).page
        assert page.start == len(seen)
        seen += [row.thread_id for row in page.rows]
        if page.next is None:
            break
        cursor = queries.SearchCursor.parse(str(page.next))
    assert len(seen) == len(set(seen)) == 30


def test_terms_of_what_is_stored_and_asked() -> None:
    assert terms("Don't e-mail x_y") == {"don", "t", "e", "mail", "x", "y"}
    assert terms("中国人ok") == {"中国", "国人", "人", "ok"}
    assert query_terms("中国人") == ["中国", "国人"]
    assert query_terms("人") == ["人"]


@pytest.fixture
def rich(alice: int) -> int:
    """Mail with copies, a list, files, and a plus address."""
    arrive(
        alice,
        message(
            "To: Bob <bob@hamburger.test>",
            "Cc: Carol Jones <carol@crepes.test>",
            "Bcc: dave@crepes.test",
            "List-Id: The cooks <cooks.lists.test>",
            "Subject: copied",
        ),
        prefix=b"Received: from x\r\n\tby y with SMTP id 1\r\n\tfor <alice+cooks@crepes.test>; now\r\n",
    )
    arrive(alice, message("Subject: filed", "Delivered-To: sales@crepes.test", file="预算 report-2026.xlsx"))
    return alice


def message(*fields: str, file: str = "") -> bytes:
    head = "\r\n".join(["From: Eve <eve@x.test>", *fields, "MIME-Version: 1.0"])
    if not file:
        return f"{head}\r\nContent-Type: text/plain\r\n\r\nHello\r\n".encode()
    name = quote(file)
    return (
        f"{head}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{name}\r\n\r\nx\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("to:bob", {"copied"}),
        ("to:carol", {"copied"}),
        ("cc:carol@crepes.test", {"copied"}),
        ('cc:"Carol Jones"', {"copied"}),
        ('cc:"crepes Jones"', set()),
        ("cc:bob", set()),
        ("bcc:dave", {"copied"}),
        ("to:carol@hamburger.test", set()),
        ("list:cooks", {"copied"}),
        ("list:lists.test", {"copied"}),
        ("deliveredto:alice+cooks@crepes.test", {"copied"}),
        ("deliveredto:sales@crepes.test", {"filed"}),
        ("deliveredto:bob@hamburger.test", set()),
        ("has:attachment", {"filed"}),
        ("-has:attachment", {"copied"}),
        ('has:attachment OR "no such words"', {"filed"}),
        ("filename:xlsx", {"filed"}),
        ("filename:预算", {"filed"}),
        ('filename:"report-2026.xlsx"', {"filed"}),
        ("report", {"filed"}),
        ("cooks", set()),
    ],
)
def test_fields_and_files(rich: int, text: str, subjects: set[str]) -> None:
    assert found(rich, text) == subjects


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("flour in:nowhere", [("mailbox", 6, 16, "nowhere")]),
        ("flour is:great", [("value", 6, 14, "is")]),
        ("in:nowhere -label:gone", [("mailbox", 0, 10, "nowhere"), ("mailbox", 12, 22, "gone")]),
    ],
)
def test_an_error_is_told_and_nothing_runs(library: int, text: str, problems: list[tuple]) -> None:
    answer = search(library, text)
    assert [(each.code, each.start, each.end, each.detail) for each in answer.problems] == problems
    assert answer.page.rows == []


def test_folders_by_role_by_path_and_by_their_last_name(alice: int) -> None:
    mailboxes.create(alice, "Travel/To do")
    label = queries.mailbox_by_path(alice, "Travel/To do")
    arrive(alice, letter("There", "flour", number=1), roles=("sent",), mailbox_ids=(label,))
    arrive(alice, letter("Elsewhere", "flour", number=2))
    for name in ("label:to-do", 'in:"travel/to do"', "in:sent", 'in:"TO DO"', "-in:inbox"):
        assert found(alice, f"{name} flour") == {"There"}
    assert found(alice, "in:travel") == set()
    assert found(alice, "in:inbox OR in:sent") == {"There", "Elsewhere"}


def test_what_is_muted(library: int) -> None:
    thread = search(library, "eggs").page.rows[0].thread_id
    do("mute", library, [thread])
    assert found(library, "is:muted") == found(library, "is:muted flour") == {"Pancakes"}
    assert found(library, "flour -is:muted") == {"Butter"}


def test_what_is_snoozed_and_what_is_pinned(library: int) -> None:
    for text in ("is:snoozed", "in:snoozed", "is:pinned"):
        assert found(library, text) == set()
    eggs, carte = (search(library, text).page.rows[0].thread_id for text in ("eggs", "carte"))
    do("snooze", library, [eggs], until=NOW + timedelta(days=1))
    do("pin", library, [carte], queries.mailbox_by_role(library, "inbox"))
    for text in ("is:snoozed", "in:snoozed", "is:snoozed flour", "flour is:snoozed -is:pinned"):
        assert found(library, text) == {"Pancakes"}
    assert found(library, "flour -is:snoozed") == {"Butter"}
    assert found(library, "is:pinned") == found(library, "carte is:pinned") == {"Crêpes"}
    assert found(library, "is:snoozed OR is:pinned") == {"Pancakes", "Crêpes"}


def test_an_account_that_never_snoozed_has_nothing_snoozed(library: int) -> None:
    Mailbox.objects.filter(role="snoozed").delete()
    for text in ("is:snoozed", "in:snoozed", "in:snoozed flour"):
        assert search(library, text).problems == ()
        assert found(library, text) == set()


def test_days_are_the_readers(alice: int) -> None:
    arrive(alice, letter("Late"), received_at=datetime(2026, 11, 21, 20, tzinfo=UTC))
    assert found(alice, "after:2026/11/22") == set()
    ground = queries.ground_of(alice, queries.mailbox_list(alice), NOW, ZoneInfo("Asia/Shanghai"))
    assert len(queries.search_page(ground, parse("after:2026/11/22")).page.rows) == 1


def test_the_newest_come_first_whenever_they_were_stored(alice: int) -> None:
    for number, minute in enumerate((30, 10, 40, 20), start=1):
        arrive(alice, letter(f"At {minute}", "flour", number=number), minute=minute)
    rows = search(alice, "flour").page.rows
    assert [row.subject for row in rows] == ["At 40", "At 30", "At 20", "At 10"]


@pytest.mark.parametrize("listed", [(Unit.CONVERSATION, 20), (Unit.MESSAGE, 60)])
@pytest.mark.parametrize("text", ["flour", '"flour today"', "flour is:unread", "in:inbox flour"])
@pytest.mark.parametrize("led_by", ["index", "the newest", "a few"])
def test_windows_are_followed_without_gap_or_repetition(
    alice: int, monkeypatch: pytest.MonkeyPatch, text: str, led_by: str, listed: tuple[Unit, int]
) -> None:
    monkeypatch.setattr("webmail.store.queries.found._WINDOW", 4)
    monkeypatch.setattr("webmail.store.queries.found._GROWTH", 2)
    monkeypatch.setattr("webmail.store.search_plan.FEW", 1_000 if led_by == "a few" else 0)
    monkeypatch.setattr("webmail.store.search_finder.MOST_SORTED", 0 if led_by == "the newest" else 1_000)
    monkeypatch.setattr("webmail.store.search_finder.SAMPLE", 1 if led_by == "the newest" else 1_000)
    arrive_all(
        [
            new(
                letter(f"Talk {n % 20}", "flour today", number=n, references=[n % 20]),
                alice,
                minute=n * 7 % 60,
            )
            for n in range(1, 61)
        ]
    )
    seen: list[int] = []
    cursor, (unit, count) = None, listed
    while True:
        page = search(alice, text, unit=unit, before=cursor, limit=3).page
        seen += [row.id for row in page.rows]
        if page.next is None:
            break
        cursor = queries.SearchCursor.parse(str(page.next))
    assert len(seen) == len(set(seen)) == count


def test_statements_do_not_grow_with_what_is_found(alice: int, django_assert_max_num_queries) -> None:
    arrive_all([new(letter(f"No. {n}", "flour", number=n), alice, minute=n) for n in range(1, 200)])
    ground = queries.ground_of(alice, queries.mailbox_list(alice), NOW, UTC)
    with django_assert_max_num_queries(8):
        assert len(queries.search_page(ground, parse("flour is:unread")).page.rows) == 50


def test_a_search_without_time_says_so(library: int) -> None:
    answer = search(library, "flour", seconds=0)
    assert (answer.stopped, answer.page.rows) == (True, [])
    assert not search(library, "flour").stopped


def test_a_slow_statement_is_stopped() -> None:
    slow = (
        "SELECT pg_sleep(60)"
        if connection.vendor == "postgresql"
        else "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    with pytest.raises(TooSlowError), until(time.monotonic() + 0.05):
        sql.run(slow)
    assert sql.run("SELECT 1") == [(1,)]


def sent(account_id: int, copy: Message) -> OutboundMessage:
    return OutboundMessage.objects.create(
        account_id=account_id,
        sent_message=copy,
        blob=copy.blob,
        submission_key="1",
        mail_from="alice@crepes.test",
        created_at=NOW,
        expires_at=NOW,
    )


def test_on_sent_mail_how_it_went(alice: int) -> None:
    copy = arrive(alice, letter("Sent", "flour"), roles=("sent",))
    outbound = sent(alice, Message.objects.get(pk=copy.message_id))
    recipient = OutboundRecipient.objects.create(
        message=outbound, address="bob@gmail.test", domain="gmail.test", state="waiting", attempt_count=2
    )
    DeliveryAttempt.objects.create(recipient=recipient, started_at=NOW, host="mx1.hosting.test")
    for text in ("status:deferred", "remote:gmail.test", "remote:hosting.test flour", "-status:delivered"):
        assert found(alice, text) == {"Sent"}, text
    for text in ("status:waiting", "status:failed", "remote:mail.test", "remote:ting.test"):
        assert found(alice, text) == set(), text


def test_the_index_is_built_anew_from_what_is_kept(rich: int) -> None:
    sql.run(
        "DELETE FROM webmail_search"
        if connection.vendor == "postgresql"
        else "INSERT INTO webmail_search (webmail_search) VALUES ('delete-all')"
    )
    assert found(rich, "hello") == set()
    assert list(rebuild()) == [(2, 2)]
    assert list(rebuild()) == [(2, 2)]
    assert found(rich, "hello") == {"copied", "filed"}
    assert found(rich, "deliveredto:alice+cooks@crepes.test smaller:1M after:2026/11/1") == {"copied"}
    assert found(rich, "has:attachment filename:预算") == {"filed"}


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("flour", "webmail_search"),
        ("flour in:inbox is:unread", "webmail_search"),
        ("rfc822msgid:1@hamburger.test", "message_by_message_id"),
        ("is:starred", "placement_flagged"),
        ("is:starred flour", "placement_flagged"),
        ("is:draft", "placement_draft"),
        ("is:answered", "placement_answered"),
        ("-is:read", "placement_unseen"),
        ("is:muted", "placement_keywords"),
        ("in:inbox", "placement_"),
        ("status:delivered", "outbound_by_sent_message"),
        ("status:failed", "recipient_failed"),
        ("status:waiting", "webmail_outboundrecipient USING INDEX recipient_"),
        ("status:sending", "recipient_leased"),
        ("remote:gmail.test", "outbound_by_sent_message"),
        ("is:unread", "placement_unseen"),
        ("is:pinned", "placement_pinned"),
    ],
)
def test_messages_are_read_by_their_keys(library: int, text: str, index: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by its statistics")
    MailboxMessage.objects.update(flagged=True, draft=True, answered=True, pinned=True, keywords=f" {MUTED} ")
    outbound = sent(library, Message.objects.latest("pk"))
    for state in ("waiting", "sending", "failed", "delivered"):
        OutboundRecipient.objects.create(message=outbound, address=state, domain="x.test", state=state)
    plans: list[list[str]] = []

    def explained(execute, statement, parameters, many, context):
        if statement.startswith("SELECT"):
            rows = execute(f"EXPLAIN QUERY PLAN {statement}", parameters, many, context).fetchall()
            plans.append([row[3] for row in rows])
        return execute(statement, parameters, many, context)

    ground = queries.ground_of(library, queries.mailbox_list(library), NOW, UTC)
    with connection.execute_wrapper(explained):
        queries.search_page(ground, parse(text))
    key = re.compile(r"SEARCH (?:m|webmail_message) USING INTEGER PRIMARY KEY \(rowid=\?\)")
    assert sum(any(map(key.fullmatch, plan)) for plan in plans) == 1
    assert any(index in line for plan in plans for line in plan), plans
    assert not any(line.startswith(("SCAN webmail_m", "SCAN U")) for plan in plans for line in plan)


def test_each_operator_finds_what_it_names(alice: int) -> None:
    """The list of features.md, each with what it finds and what it leaves."""
    label, _ = mailboxes.create(alice, "To do")
    inbox = {"received_at": datetime(2026, 11, 22, 9, tzinfo=UTC)}
    arrive(
        alice,
        message(
            "To: Bob <bob@hamburger.test>",
            "Cc: carol@crepes.test",
            "Bcc: dave@crepes.test",
            "List-Id: <cooks.lists.test>",
            "Message-ID: <one@x.test>",
            "Subject: First red apple",
            file="plan.pdf",
        ),
        prefix=b"Received: from x\r\n\tby y with SMTP id 1\r\n\tfor <alice+a@crepes.test>; now\r\n",
        mailbox_ids=(label,),
        flags={"\\Seen", "\\Flagged", "\\Answered", MUTED},
        **inbox,
    )
    old = letter("Second green apple", "pear " * 2_000, number=2, sender="Zoe <zoe@y.test>")
    arrive(alice, old, received_at=datetime(2025, 1, 5, tzinfo=UTC))
    arrive(alice, letter("Third draft"), roles=("drafts",), flags={"\\Seen", "\\Draft"}, **inbox)
    arrive(alice, letter("Fourth junk apple", number=4), roles=("junk",), **inbox)
    copy = arrive(alice, letter("Fifth sent", number=5), roles=("sent",), flags={"\\Seen"}, **inbox)
    outbound = sent(alice, Message.objects.get(pk=copy.message_id))
    recipient = OutboundRecipient.objects.create(
        message=outbound, address="m@gmail.test", domain="gmail.test", state="failed", attempt_count=1
    )
    DeliveryAttempt.objects.create(recipient=recipient, started_at=NOW, host="mx.google.test")
    expected = {
        "from:zoe": {"Second"},
        "to:hamburger.test": {"First"},
        "cc:carol": {"First"},
        "bcc:dave": {"First"},
        "subject:apple": {"First", "Second"},
        "has:attachment": {"First"},
        "filename:pdf": {"First"},
        "in:drafts": {"Third"},
        "in:sent": {"Fifth"},
        "in:spam": {"Fourth"},
        "in:anywhere apple": {"First", "Second", "Fourth"},
        "is:unread": {"Second"},
        "is:read apple": {"First"},
        "is:starred": {"First"},
        "is:answered": {"First"},
        "is:draft": {"Third"},
        "is:muted": {"First"},
        "label:to-do": {"First"},
        "before:2025/2/1": {"Second"},
        "after:2026 apple": {"First"},
        "older_than:1y": {"Second"},
        "newer_than:2d apple": {"First"},
        "larger:8K": {"Second"},
        "smaller:8K apple": {"First"},
        '"red apple"': {"First"},
        "red OR green": {"First", "Second"},
        "red AND apple": {"First"},
        "red AND green": set(),
        "apple -red": {"Second"},
        "{red draft}": {"First", "Third"},
        "apple (red OR zoe)": {"First", "Second"},
        "list:cooks.lists.test": {"First"},
        "deliveredto:alice+a@crepes.test": {"First"},
        "rfc822msgid:one@x.test": {"First"},
        "status:failed": {"Fifth"},
        "status:delivered": set(),
        "remote:gmail.test": {"Fifth"},
        "remote:google.test": {"Fifth"},
        "app*": {"First", "Second"},
    }
    for query, names in expected.items():
        assert {subject.split()[0] for subject in found(alice, query)} == names, query
