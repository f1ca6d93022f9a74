"""What a person does with senders: block and unblock, the page of them, the Screener, sweep, empty bins."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import Account, MailboxMessage, SenderChoice, Verdict
from webmail.store import mailboxes, queries, senders
from webmail.views import bulk

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an act finish in its first answer, however busy the machine."""
    monkeypatch.setattr(bulk, "_FIRST_SECONDS", 60)


def subjects(person: Person, role: str) -> set[str]:
    rows = queries.mailbox_page(person.account.pk, person.mailbox(role), limit=200).rows
    return {row.subject for row in rows}


def text_of(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


@pytest.fixture
def offers(alice: Person) -> list[int]:
    """Three letters of a shop, one of a neighbour in its domain, one of Bob's; the first was archived."""
    account = alice.account.pk
    found = [
        arrive(account, letter("Old offer", number=1, sender="Shop <news@shop.test>"), role="archive"),
        arrive(account, letter("Offer", number=2, sender="Shop <news@shop.test>"), minute=1),
        arrive(account, letter("New offer", number=3, sender="Shop <News@shop.test>"), minute=2),
        arrive(account, letter("Order", number=4, sender="orders@mail.shop.test"), minute=3),
        arrive(account, letter("Lunch", number=5), minute=4),
    ]
    return [added.message_id for added in found]


def test_the_dialog_names_whom_it_blocks_and_how_much_is_there(web: Client, offers: list[int]) -> None:
    said = text_of(web.get(f"/messages/{offers[1]}/block/"))
    assert "Block Shop?" in said
    assert "Only news@shop.test 3 messages here" in said
    assert "Everybody at shop.test 4 messages here" in said


def test_block_and_unblock(web: Client, alice: Person, offers: list[int]) -> None:
    fields = {"sender": "news@shop.test"}
    answer = web.post(f"/messages/{offers[1]}/block/", fields, headers=JSON).json()
    assert answer["text"] == "news@shop.test is blocked."
    assert subjects(alice, "junk") == set()
    thread = queries.message(alice.account.pk, offers[1]).thread_id
    page = web.get(f"/conversations/{thread}/?in=inbox")
    assert "You blocked news@shop.test on" in text_of(page)
    assert web.post(answer["undo"], headers=JSON).status_code == 200
    assert not SenderChoice.objects.exists()
    assert "You blocked" not in text_of(web.get(f"/conversations/{thread}/?in=inbox"))
    web.post(f"/messages/{offers[1]}/block/", fields, headers=JSON)
    answer = web.post("/senders/forget/", fields, headers=JSON).json()
    assert answer["text"] == "news@shop.test is no longer blocked."
    assert not SenderChoice.objects.exists()
    web.post(answer["undo"], headers=JSON)
    assert SenderChoice.objects.get().verdict == Verdict.BLOCKED


def test_blocking_a_domain_moves_what_is_there_and_one_undo_brings_it_back(
    web: Client, alice: Person, offers: list[int]
) -> None:
    fields = {"sender": "@shop.test", "move": "on"}
    answer = web.post(f"/messages/{offers[1]}/block/", fields, headers=JSON).json()
    assert answer["text"] == "@shop.test is blocked. 4 messages moved to Spam"
    assert answer["more"] == ""
    assert subjects(alice, "junk") == {"Old offer", "Offer", "New offer", "Order"}
    web.post(answer["undo"], headers=JSON)
    assert (subjects(alice, "junk"), subjects(alice, "archive")) == (set(), {"Old offer"})
    assert not SenderChoice.objects.exists()


def test_what_is_not_offered_is_not_blocked(web: Client, alice: Person, offers: list[int]) -> None:
    for sender in ("bob@hamburger.test", "@test", "@crepes.test", "", "x"):
        answer = web.post(f"/messages/{offers[1]}/block/", {"sender": sender}, headers=JSON)
        assert answer.status_code == 404
    free = arrive(alice.account.pk, letter("Free", number=9, sender="someone@gmail.com")).message_id
    assert "Everybody at" not in text_of(web.get(f"/messages/{free}/block/"))
    colleague = arrive(alice.account.pk, letter("Hi", number=10, sender="carol@crepes.test")).message_id
    assert "Everybody at" not in text_of(web.get(f"/messages/{colleague}/block/"))
    nobody = arrive(alice.account.pk, b"Subject: x\r\n\r\nx\r\n").message_id
    assert web.get(f"/messages/{nobody}/block/").status_code == 404


def test_oneself_is_refused_in_words(web: Client, alice: Person) -> None:
    mine = arrive(alice.account.pk, letter("Mine", sender="alice@crepes.test")).message_id
    answer = web.post(f"/messages/{mine}/block/", {"sender": "alice@crepes.test"}, headers=JSON).json()
    assert answer == {
        "text": "That is your own address or domain. Nothing was changed.",
        "undo": "",
        "leave": "",
    }


def test_the_page_blocks_finds_and_goes_on(web: Client, alice: Person) -> None:
    assert "Nobody is blocked." in text_of(web.get("/settings/senders/"))
    answer = web.post("/settings/senders/", {"sender": " Spam.TEST "}, follow=True)
    assert "Everybody at spam.test" in text_of(answer)
    assert "@spam.test is blocked." in text_of(answer)
    for wrong, words in (("nonsense", "Type an address"), ("crepes.test", "your own address")):
        answer = web.post("/settings/senders/", {"sender": wrong})
        assert answer.status_code == 422
        assert words in text_of(answer)
    for number in range(55):
        senders.choose(alice.account, f"a{number:02}@x.test", Verdict.BLOCKED)
    senders.choose(alice.account, "friend@x.test", Verdict.ACCEPTED)
    first = web.get("/settings/senders/")
    assert "a48@x.test" in text_of(first)
    assert "a49@x.test" not in text_of(first)
    following = re.search(r'href="(\?show=blocked[^"]*after=[^"]+)"', first.content.decode())
    assert following is not None
    second = text_of(web.get(f"/settings/senders/{following[1].replace('&amp;', '&')}"))
    assert "a54@x.test" in second
    assert "a48@x.test" not in second
    assert "a33@x.test" in text_of(web.get("/settings/senders/?q=A33"))
    assert "Nothing found." in text_of(web.get("/settings/senders/?q=nowhere"))
    assert "friend@x.test" in text_of(web.get("/settings/senders/?show=accepted"))


def test_nothing_a_stranger_wrote_is_markup(web: Client, alice: Person) -> None:
    raw = letter("<b>x</b>", number=1, sender='"<script>alert(1)</script>" <a@x.test>')
    message = arrive(alice.account.pk, raw, role="inbox")
    senders.screen(alice.account.pk, on=True)
    arrive(alice.account.pk, letter("<i>y</i>", number=2, sender='"<img src=x>" <b@x.test>'), role="screener")
    pages = [
        web.get(f"/messages/{message.message_id}/block/"),
        web.get(f"/sweep/?message={message.message_id}&in=inbox"),
        web.get("/mail/screener/"),
        web.get("/settings/senders/?q=<script>alert(1)"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b"<img src=x>" not in page.content
        assert b"<i>y</i>" not in page.content


@pytest.fixture
def waiting(alice: Person) -> dict[str, int]:
    """Three who wait, Eve with two letters."""
    senders.screen(alice.account.pk, on=True)
    mail = (
        ("Hello", "Eve <eve@x.test>"),
        ("Hello again", "Eve <EVE@x.test>"),
        ("Offer", "ad@y.test"),
        ("Odd", "odd"),
    )
    return {
        subject: arrive(
            alice.account.pk, letter(subject, number=n, sender=sender), role="screener", minute=n
        ).message_id
        for n, (subject, sender) in enumerate(mail)
    }


def judge(web: Client, sender: str, **fields: object):
    return web.post("/senders/judge/", {"sender": sender, **fields}, headers=JSON)


def test_the_screener_shows_each_sender_once(web: Client, waiting: dict[str, int]) -> None:
    said = text_of(web.get("/mail/screener/"))
    assert said.count("eve@x.test") + said.count("EVE@x.test") == 1
    assert "Hello again" in said
    assert "2 messages" in said
    inbox = text_of(web.get("/mail/inbox/"))
    assert "Waiting in the Screener: 4" in inbox


def test_yes_lets_in_now_and_later_and_undo_takes_it_back(
    web: Client, alice: Person, waiting: dict[str, int]
) -> None:
    answer = judge(web, "eve@x.test", verdict="accepted").json()
    assert answer["text"] == "eve@x.test is let in. 2 messages moved to Inbox"
    assert subjects(alice, "inbox") == {"Hello", "Hello again"}
    assert SenderChoice.objects.get().verdict == Verdict.ACCEPTED
    web.post(answer["undo"], headers=JSON)
    assert subjects(alice, "inbox") == set()
    assert subjects(alice, "screener") == {"Hello", "Hello again", "Offer", "Odd"}
    assert not SenderChoice.objects.exists()


def test_yes_to_a_label_and_no_to_trash(web: Client, alice: Person, waiting: dict[str, int]) -> None:
    label, _done = mailboxes.create(alice.account.pk, "News")
    assert judge(web, "eve@x.test", mailbox=label).json()["text"].endswith("2 messages moved to News")
    assert judge(web, "ad@y.test", verdict="refused").json()["text"] == (
        "ad@y.test is kept out. 1 message moved to Trash"
    )
    chosen = dict(SenderChoice.objects.values_list("sender", "verdict"))
    assert chosen == {"eve@x.test": "accepted", "ad@y.test": "refused"}
    assert subjects(alice, "trash") == {"Offer"}
    assert {row.subject for row in queries.mailbox_page(alice.account.pk, label).rows} == {
        "Hello",
        "Hello again",
    }
    thread = queries.message(alice.account.pk, waiting["Offer"]).thread_id
    assert "You kept out ad@y.test" in text_of(web.get(f"/conversations/{thread}/?in=trash"))


def test_a_waiting_letter_asks_on_its_own_page(web: Client, alice: Person, waiting: dict[str, int]) -> None:
    thread = queries.message(alice.account.pk, waiting["Offer"]).thread_id
    page = web.get(f"/conversations/{thread}/?in=screener")
    assert "This sender writes to you for the first time. Yes, let in No" in text_of(page)


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": "eve@x.test", "verdict": "maybe"},
        {"sender": "", "verdict": "accepted"},
        {"sender": "eve@x.test", "mailbox": "999999"},
        {"sender": "eve@x.test", "mailbox": "x"},
    ],
)
def test_a_judgement_of_another_kind_is_none(
    web: Client, waiting: dict[str, int], fields: dict[str, str]
) -> None:
    assert web.post("/senders/judge/", fields, headers=JSON).status_code == 404


def test_another_persons_label_is_no_target(web: Client, bob: Person, waiting: dict[str, int]) -> None:
    his, _done = mailboxes.create(bob.account.pk, "His")
    assert judge(web, "eve@x.test", mailbox=his).status_code == 404


def test_the_screener_is_off_until_it_is_wanted_and_gives_back_who_waits(web: Client, alice: Person) -> None:
    assert web.get("/mail/screener/").status_code == 404
    assert judge(web, "eve@x.test", verdict="accepted").status_code == 404
    assert 'data-slug="screener"' not in web.get("/mail/inbox/").content.decode()
    web.post("/settings/senders/screener/", {"on": "1"})
    assert Account.objects.get(pk=alice.account.pk).screens_senders
    assert 'data-slug="screener"' in web.get("/mail/inbox/").content.decode()
    arrive(alice.account.pk, letter("Hello", sender="eve@x.test"), role="screener")
    answer = web.post("/settings/senders/screener/", {}, headers=JSON).json()
    assert answer["text"] == "The Screener is off. Moved to Inbox"
    assert subjects(alice, "inbox") == {"Hello"}
    web.post(answer["undo"], headers=JSON)
    assert subjects(alice, "screener") == {"Hello"}


def test_a_sweep_says_how_much_and_spares_what_is_to_stay(
    web: Client, alice: Person, offers: list[int]
) -> None:
    week = timezone.now() - timedelta(days=7)
    MailboxMessage.objects.filter(message_id=offers[2]).update(received_at=week)
    thread = queries.message(alice.account.pk, offers[1]).thread_id
    for address in (f"/sweep/?in=inbox&ids={thread}", f"/sweep/?in=inbox&message={offers[2]}"):
        said = text_of(web.get(address))
        assert "Sweep mail from Shop" in said
        assert "In Inbox All of it 2 messages All but the newest 1 message" in said
    fields = {"in": "inbox", "sender": "news@shop.test", "which": "older", "mailbox": alice.mailbox("trash")}
    answer = web.post("/sweep/", fields, headers=JSON).json()
    assert answer["text"] == "1 message moved to Trash"
    assert subjects(alice, "inbox") == {"New offer", "Order", "Lunch"}
    assert subjects(alice, "archive") == {"Old offer"}
    web.post(answer["undo"], headers=JSON)
    assert "Offer" in subjects(alice, "inbox")


def test_a_sweep_of_all_mail_reaches_everywhere_but_bins(
    web: Client, alice: Person, offers: list[int]
) -> None:
    fields = {"in": "all", "sender": "news@shop.test", "which": "all", "mailbox": alice.mailbox("trash")}
    assert web.post("/sweep/", fields, headers=JSON).json()["text"] == "3 messages moved to Trash"
    assert subjects(alice, "trash") == {"Old offer", "Offer", "New offer"}


def test_a_sweep_goes_by_senders_and_never_by_oneself(web: Client, alice: Person, offers: list[int]) -> None:
    mine = arrive(alice.account.pk, letter("Mine", number=20, sender="alice@crepes.test"), role="sent")
    thread = queries.message(alice.account.pk, mine.message_id).thread_id
    assert "Choose mail that somebody else sent." in text_of(web.get(f"/sweep/?in=sent&ids={thread}"))
    threads = [queries.message(alice.account.pk, key).thread_id for key in offers]
    said = text_of(web.get(f"/sweep/?in=inbox&ids={','.join(map(str, threads))}"))
    assert "Sweep mail from Bob, orders@mail.shop.test, Shop" in said
    assert "All of it 4 messages" in said


@pytest.mark.parametrize(
    "wrong",
    [
        {"which": "x"},
        {"which": ""},
        {"mailbox": "0"},
        {"mailbox": "junk"},
        {"sender": "nobody"},
        {"in": "label-1"},
    ],
)
def test_a_sweep_of_another_kind_is_none(
    web: Client, alice: Person, offers: list[int], wrong: dict[str, str]
) -> None:
    fields = {"in": "inbox", "sender": "news@shop.test", "which": "all", "mailbox": alice.mailbox("trash")}
    assert web.post("/sweep/", fields | wrong, headers=JSON).status_code == 404


def test_bins_are_emptied_after_a_question_with_the_number(web: Client, alice: Person) -> None:
    for number in range(3):
        arrive(alice.account.pk, letter(f"No. {number}", number=number), role="trash")
    page = web.get("/mail/trash/")
    assert "Mail is deleted for good 30 days after it came here. Empty Trash now" in text_of(page)
    assert "3 messages are deleted for good" in text_of(web.get("/mail/trash/empty/"))
    answer = web.post("/mail/trash/empty/", headers=JSON).json()
    assert answer["text"] == "3 conversations deleted for good"
    assert subjects(alice, "trash") == set()
    web.post(answer["undo"], headers=JSON)
    assert len(subjects(alice, "trash")) == 3
    assert web.get("/mail/junk/empty/").status_code == 200
    for slug in ("inbox", "all", "sent", "search"):
        assert web.get(f"/mail/{slug}/empty/").status_code == 404


def test_the_notes_cost_nothing_where_nothing_was_chosen(
    web: Client, alice: Person, offers: list[int], django_assert_max_num_queries
) -> None:
    thread = queries.message(alice.account.pk, offers[1]).thread_id
    web.get(f"/conversations/{thread}/?in=inbox")
    with django_assert_max_num_queries(6) as before:
        web.get(f"/conversations/{thread}/?in=inbox")
    senders.choose(alice.account, "ads@z.test", Verdict.BLOCKED)
    with django_assert_max_num_queries(len(before) + 1):
        web.get(f"/conversations/{thread}/?in=inbox")
