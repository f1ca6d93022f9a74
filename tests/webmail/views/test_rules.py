"""The pages of rules: made from a message or a search, tried out, applied to old mail and taken back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mailserver.smtp.envelope import Envelope, Peer
from tests.mail import NOON as NOW
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import inbound
from webmail.delivery.directory import Directory
from webmail.models import Rule, Verdict
from webmail.store import conversations, mailboxes, queries, rules, senders
from webmail.store.rules import Written
from webmail.views import bulk

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an act finish in its first answer, however busy the machine."""
    monkeypatch.setattr(bulk, "_FIRST_SECONDS", 60)


def text_of(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def value_of(answer: object, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())  # type: ignore[attr-defined]
    return found[1].replace("&quot;", '"') if found else ""


def where(person: Person) -> dict[str, set[str]]:
    rows = queries.mailbox_list(person.account.pk)
    pages = {row.role or row.path: queries.mailbox_page(person.account.pk, row.id).rows for row in rows}
    return {name: {row.subject for row in page} for name, page in pages.items() if page}


@pytest.fixture
def shop(alice: Person) -> list[int]:
    """Two offers, one with a reply that was sent, and a letter of Bob's."""
    account, now = alice.account.pk, {"received_at": timezone.now()}
    list_id = b"List-Id: Offers <offers.shop.test>\r\n"
    return [
        arrive(
            account, list_id + letter("Offer", number=1, sender="Shop <news@shop.test>"), **now
        ).message_id,
        arrive(account, letter("Order", number=2, sender="Shop <news@shop.test>"), **now).message_id,
        arrive(
            account, letter("Offer no more", number=3, sender=alice.address), role="sent", **now
        ).message_id,
        arrive(account, letter("Lunch", number=4), **now).message_id,
    ]


def test_the_form_knows_what_messages_have_in_common(web: Client, shop: list[int]) -> None:
    assert value_of(web.get(f"/settings/rules/new/?message={shop[0]}"), "words") == 'list:"offers.shop.test"'
    answer = web.get(f"/settings/rules/new/?message={shop[1]}")
    assert value_of(answer, "sender") == "news@shop.test"
    assert "2 messages fit now." in text_of(answer)
    assert web.get("/settings/rules/new/?message=9999").status_code == 404


def test_of_a_search_what_cannot_be_told_is_left_out(web: Client) -> None:
    answer = web.get("/settings/rules/new/", {"q": "from:bob in:inbox larger:2M"})
    assert (value_of(answer, "sender"), value_of(answer, "words")) == ("bob", "")
    assert "“in:inbox” is not known when a message arrives." in text_of(answer).replace("&quot;", '"')


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stars": "on"}, "Say which mail is meant"),
        ({"words": "...", "stars": "on"}, "Say which mail is meant"),
        ({"sender": "bob"}, "Choose what to do with it."),
        ({"words": "is:unread", "stars": "on"}, "“is:unread” is not known when a message arrives."),
        ({"words": "larger:x", "stars": "on"}, "“larger:” needs a size"),
        ({"words": " ".join("abcdefghijklmnopqrstuvw"), "stars": "on"}, "at most 20 conditions"),
    ],
)
def test_what_is_no_rule_is_refused_at_its_place(web: Client, fields: dict[str, str], said: str) -> None:
    answer = web.post("/settings/rules/new/", fields)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Rule.objects.exists()


def test_tried_out_saved_applied_and_taken_back(web: Client, alice: Person, shop: list[int]) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Shop")
    fields = {
        "words": "offer OR order",
        "mailbox": label,
        "archives": "on",
        "marks_read": "on",
        "name": "Shop",
    }
    tried = text_of(web.post("/settings/rules/new/", fields | {"rehearse": "1"}))
    assert "It would have found 2 messages in the last 90 days." in tried
    assert "Shop Order" in tried
    assert "Offer no more" not in tried
    before = where(alice)
    answer = web.post("/settings/rules/new/", fields | {"apply": "on"}, headers=JSON).json()
    assert answer["text"] == "Rule saved. Applied to 2 messages."
    assert where(alice)["Shop"] == {"Offer", "Order"}
    assert where(alice)["inbox"] == {"Lunch"}
    assert web.post(answer["undo"], headers=JSON).json()["text"] == "Undone"
    assert where(alice) == before
    assert Rule.objects.get().query == "offer OR order"


def test_changed_moved_switched_deleted(web: Client, alice: Person) -> None:
    account = alice.account.pk
    keys = [rules.create(account, Written(query=name, stars=True)) for name in ("one", "two", "three")]
    page = text_of(web.get("/settings/rules/"))
    assert "one star No mail yet" in page
    web.post(f"/settings/rules/{keys[2]}/move/", {"to": "up"})
    web.post(f"/settings/rules/{keys[0]}/move/", {"to": "up"})
    web.post(f"/settings/rules/{keys[0]}/", {"words": "uno", "trashes": "on"})
    assert [rule.query for rule in queries.rules(account)] == ["uno", "three", "two"]
    web.post(f"/settings/rules/{keys[0]}/switch/", {})
    alice.account.refresh_from_db()
    assert alice.account.automation_count == 2
    page = web.post(f"/settings/rules/{keys[0]}/delete/", follow=True)
    token = re.search(r'action="(/undo/[^"]+)"', page.content.decode())
    assert token
    assert [rule.query for rule in queries.rules(account)] == ["three", "two"]
    web.post(token[1])
    assert next((rule.query, rule.enabled) for rule in queries.rules(account)) == ("uno", False)


def test_why_it_is_here(web: Client, alice: Person, shop: list[int]) -> None:
    account = alice.account.pk
    assert "No rule and no choice of yours" in text_of(web.get(f"/messages/{shop[3]}/why/"))
    rules.create(account, Written(query="from:bob subject:dinner", stars=True, name="Dinner"))
    rules.create(account, Written(query="from:bob lunch", stars=True))
    rules.create(account, Written(query="from:ann subject:dinner", stars=True))
    envelope = Envelope(
        Peer("192.0.2.9", 1, "mx.bob.test"), "bob@x.test", (alice.address,), letter("Lunch"), NOW
    )
    inbound.receive([inbound.read(envelope)], Directory())
    new = queries.find_message_id(account, "1@hamburger.test")[-1]
    said = text_of(web.get(f"/messages/{new}/why/")).replace("&quot;", '"')
    assert "In Inbox Your rule “from:bob lunch” found it. Edit rule" in said
    assert "Rules that came close “Dinner” fits but for “subject:dinner”. Edit rule" in said
    assert ": brought by mx.bob.test [192.0.2.9]" in said
    assert "ann" not in said
    senders.choose(alice.account, "bob@hamburger.test", Verdict.BLOCKED)
    conversations.junk(account, [shop[0]])
    assert "You blocked bob@hamburger.test" in text_of(web.get(f"/messages/{new}/why/"))
    assert "You reported it, or moved it here." in text_of(web.get(f"/messages/{shop[0]}/why/"))


def test_out_and_in_as_sieve(web: Client, alice: Person) -> None:
    account = alice.account.pk
    label, _done = mailboxes.create(account, "Work/Bob")
    rules.create(account, Written(query="from:bob", mailbox_id=label, archives=True, name="Bob"))
    script = web.get("/settings/rules/postillion.sieve").content.decode()
    assert 'fileinto "Work/Bob";' in script
    script += 'if header :contains "subject" "ticket" { fileinto "Trips"; }\nif exists "x-foo" { stop; }\n'
    script += 'redirect "stranger@else.test";\n'
    answer = web.post("/settings/rules/sieve/", {"script": script})
    said = text_of(answer)
    assert "2 rules made." in said
    assert "Line 8 exists if exists &quot;x-foo&quot; { stop; }" in said
    assert "stranger@else.test larger:0" in said
    names = {row.id: row.path for row in queries.mailbox_list(account)}
    made = [(rule.name, rule.query, names[rule.mailbox_id], rule.archives) for rule in queries.rules(account)]
    assert made == [
        ("Bob", "from:bob", "Work/Bob", True),
        ("Bob", "from:bob", "Work/Bob", True),
        ("", "subject:ticket", "Trips", True),
    ]
    token = re.search(r'action="(/undo/[^"]+)"', answer.content.decode())
    assert token
    web.post(token[1])
    assert len(queries.rules(account)) == 1
    upload = SimpleUploadedFile("a.sieve", b'if header :contains "subject" "x" { discard; }')
    assert "1 rule made" in text_of(web.post("/settings/rules/sieve/", {"file": upload}, follow=True))
