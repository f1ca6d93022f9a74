"""Mail put in order: a rule made of a message and asked why, an answer while away, spam and its ways out."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from mailserver.smtp.envelope import Envelope, Peer
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import inbound
from webmail.delivery.directory import Directory
from webmail.models import OutboundRecipient, SenderChoice
from webmail.store import mailboxes, queries

from .conftest import Tongue, row

SHOP = "Shop <news@shop.test>"


def subjects(person: Person, mailbox_id: int) -> list[str]:
    rows = queries.mailbox_page(person.account.pk, mailbox_id, limit=100).rows
    return [row.subject for row in rows]


def come(person: Person, raw: bytes, return_path: str) -> None:
    """Bring a message by SMTP's door."""
    peer = Peer("192.0.2.1", 1, "client.test")
    envelope = Envelope(peer, return_path, (person.address,), raw, timezone.now())
    assert inbound.receive([inbound.read(envelope)], Directory())[0].code == 250


def open_letter(page: Page, say: Tongue, subject: str, act: str) -> None:
    """Open a message, and one of what its menu offers."""
    row(page, subject).first.click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    page.locator(".message-head").get_by_role("button", name=say("More")).last.click()
    page.get_by_role("link", name=say(act)).click()


def test_a_rule_is_made_tried_rehearsed_and_asked_why(desk: Page, say: Tongue, alice: Person) -> None:
    account = alice.account.pk
    label, _done = mailboxes.create(account, "Shop")
    for number in range(2):
        raw = letter(f"Offer {number}", number=number, sender=SHOP)
        arrive(account, raw, received_at=timezone.now())
    open_letter(desk, say, "Offer 1", "Filter messages like this…")
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label(say("From"), exact=True)).to_have_value("news@shop.test")
    dialog.get_by_label(say("Put it in")).select_option("Shop")
    dialog.get_by_label(say("Skip the Inbox")).check()
    dialog.get_by_role("button", name=say("Try it out")).click()
    expect(dialog.locator(".rehearsal li")).to_have_count(2)
    dialog.get_by_label(say("Do this to mail that is here already, too")).check()
    dialog.get_by_role("button", name=say("Save rule")).click()
    expect(desk.locator("#toasts")).to_contain_text(say("Rule saved."))
    assert subjects(alice, alice.mailbox("inbox")) == []
    come(alice, letter("Offer 3", number=3, sender=SHOP), "news@shop.test")
    desk.get_by_role("treeitem", name="Shop").or_(desk.get_by_role("link", name="Shop")).first.click()
    open_letter(desk, say, "Offer 3", "Why is this here?")
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text(say("Your rule “%(name)s” found it.", name="from:news@shop.test"))
    expect(dialog).to_contain_text("192.0.2.1")
    dialog.get_by_role("link", name=say("Edit rule")).click()
    expect(desk.get_by_role("heading", name=say("Edit rule"))).to_be_visible()
    assert subjects(alice, label) == ["Offer 3", "Offer 1", "Offer 0"]


def test_somebody_is_away_and_back(desk: Page, say: Tongue, alice: Person, site: str) -> None:
    desk.goto(f"{site}/settings/vacation/")
    desk.get_by_label(say("Message"), exact=True).fill("在路上。 Back on Monday.")
    desk.get_by_role("button", name=say("Switch on")).click()
    expect(desk.locator(".away")).to_contain_text(say("Mail to you is answered while you are away."))
    come(alice, letter("Lunch?", sender="Bob <bob@far.test>"), "bob@far.test")
    answered = OutboundRecipient.objects.get()
    assert answered.address == "bob@far.test"
    desk.goto(f"{site}/mail/inbox/")
    open_letter(desk, say, "Lunch?", "Why is this here?")
    expect(desk.get_by_role("dialog")).to_contain_text(say("Your vacation’s answer was sent."))
    desk.keyboard.press("Escape")
    # The list says all the time that one is away.
    desk.get_by_role("button", name=say("End now")).click()
    expect(desk.locator("#toasts")).to_contain_text(say("You are back: nobody is answered any more."))
    come(alice, letter("Dinner?", number=2, sender="Eve <eve@far.test>"), "eve@far.test")
    assert OutboundRecipient.objects.count() == 1


def test_spam_is_told_taken_back_blocked_and_left(
    desk: Page, say: Tongue, alice: Person, sign_in: Callable
) -> None:
    account = alice.account.pk
    leave = b"List-Unsubscribe: <mailto:leave@shop.test>\r\n"
    arrive(account, leave + letter("Offer", number=1, sender=SHOP))
    arrive(account, letter("You won", number=2, sender="Prize <win@prize.test>"))
    row(desk, "You won").click()
    expect(desk.get_by_role("heading", name="You won")).to_be_visible()
    desk.get_by_role("button", name=say("Report spam")).first.click()
    expect(desk.locator("#toasts")).to_contain_text(
        say.count("Moved to Spam", "%(count)d conversations moved to Spam", 1)
    )
    assert subjects(alice, alice.mailbox("inbox")) == ["Offer"]
    desk.get_by_role("link", name=say("Spam")).first.click()
    row(desk, "You won").click()
    desk.get_by_role("button", name=say("Not spam")).click()
    expect(row(desk, "You won")).to_have_count(0)
    desk.get_by_role("link", name=say("Inbox")).first.click()
    expect(desk.locator("#rows .row-link")).to_have_count(2)
    open_letter(desk, say, "You won", "Block sender…")
    desk.get_by_role("dialog").get_by_role("button", name=say("Block"), exact=True).click()
    expect(desk.locator(".sender-note")).to_contain_text("win@prize.test")
    assert SenderChoice.objects.get().sender == "win@prize.test"
    come(alice, letter("You won again", number=3, sender="Prize <win@prize.test>"), "win@prize.test")
    assert subjects(alice, alice.mailbox("junk")) == ["You won again"]
    desk.get_by_role("link", name=say("Inbox")).first.click()
    row(desk, "Offer").click()
    desk.get_by_role("link", name=say("Unsubscribe")).click()
    desk.get_by_role("dialog").get_by_role("button", name=say("Unsubscribe")).click()
    said = say("A message was sent that unsubscribes you from %(name)s.", name="Shop")
    expect(desk.locator("#toasts")).to_contain_text(said)
    assert OutboundRecipient.objects.get().address == "leave@shop.test"
