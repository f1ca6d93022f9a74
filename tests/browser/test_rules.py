"""A rule in Chromium: made from a message, tried out, applied to old mail, and taken back."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import Rule
from webmail.store import mailboxes, queries

SHOP = "Shop <news@shop.test>"


def stands_in(person: Person, mailbox_id: int) -> set[str]:
    rows = queries.mailbox_page(person.account.pk, mailbox_id, limit=100).rows
    return {row.subject for row in rows}


def test_from_a_message_tried_out_applied_and_taken_back(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    account = alice.account.pk
    label, _done = mailboxes.create(account, "Shop")
    for number in range(3):
        arrive(account, letter(f"Offer {number}", number=number, sender=SHOP), received_at=timezone.now())
    arrive(account, letter("Lunch?", number=9), received_at=timezone.now())
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    page.locator(".row-link", has_text="Offer 2").click()
    page.get_by_role("button", name="More").last.click()
    page.get_by_role("link", name="Filter messages like this…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("From", exact=True)).to_have_value("news@shop.test")
    expect(dialog.get_by_label("From", exact=True)).to_be_focused()
    dialog.get_by_label("Put it in").select_option("Shop")
    dialog.get_by_label("Skip the Inbox").check()
    dialog.get_by_role("button", name="Try it out").click()
    expect(dialog.locator(".rehearsal")).to_contain_text("It would have found 3 messages")
    expect(dialog.locator(".rehearsal li")).to_have_count(3)
    expect(dialog.get_by_label("Put it in")).to_have_value(str(label))
    dialog.get_by_label("Do this to mail that is here already, too").check()
    dialog.get_by_role("button", name="Save rule").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Rule saved. Applied to 3 messages.")
    assert stands_in(alice, label) == {"Offer 0", "Offer 1", "Offer 2"}
    assert stands_in(alice, alice.mailbox("inbox")) == {"Lunch?"}
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert stands_in(alice, label) == set()
    assert len(stands_in(alice, alice.mailbox("inbox"))) == 4
    assert Rule.objects.get().query == "from:news@shop.test"
