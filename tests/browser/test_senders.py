"""What a person does with senders, in Chromium: block, unsubscribe, sweep, the Screener, an empty Trash."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import SenderChoice, Unsubscription, Verdict
from webmail.store import mailboxes, queries, senders

ROWS = "#rows > .row"
NEWS = "Shop <news@shop.test>"


def stands_in(person: Person, role: str) -> list[str]:
    rows = queries.mailbox_page(person.account.pk, person.mailbox(role), limit=100).rows
    return [row.subject for row in rows]


@pytest.fixture
def desk(page: Page, site: str, sign_in: Callable, alice: Person) -> Page:
    """Alice's inbox: three offers of a shop, and a letter of Bob's."""
    account = alice.account.pk
    for number in range(3):
        arrive(account, letter(f"Offer {number}", number=number, sender=NEWS), minute=number)
    arrive(account, letter("Lunch?", number=9), minute=9)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    return page


def open_letter(page: Page, subject: str) -> None:
    page.locator(".row-link", has_text=subject).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def choose_in_menu(page: Page, name: str) -> None:
    page.get_by_role("button", name="More").last.click()
    page.get_by_role("link", name=name).click()


def test_block_a_sender_with_what_is_there_and_take_it_back(desk: Page, alice: Person) -> None:
    open_letter(desk, "Offer 2")
    choose_in_menu(desk, "Block sender…")
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Block Shop?")
    expect(dialog.get_by_role("radio", name="Only news@shop.test 3 messages here")).to_be_focused()
    dialog.get_by_label("Move what is here already to Spam, too").check()
    dialog.get_by_role("button", name="Block").click()
    expect(dialog).to_have_count(0)
    expect(desk.locator("#toasts")).to_contain_text("news@shop.test is blocked. 3 messages moved to Spam")
    expect(desk.locator(".sender-note").first).to_contain_text("You blocked news@shop.test")
    assert stands_in(alice, "inbox") == ["Lunch?"]
    desk.keyboard.press("z")
    expect(desk.locator("#toasts")).to_contain_text("Undone")
    expect(desk.locator(".sender-note")).to_have_count(0)
    assert len(stands_in(alice, "inbox")) == 4
    assert not SenderChoice.objects.exists()


def test_unblock_above_the_message(desk: Page, alice: Person) -> None:
    senders.choose(alice.account, "@shop.test", Verdict.BLOCKED)
    open_letter(desk, "Offer 2")
    desk.get_by_role("button", name="Unblock").click()
    expect(desk.locator("#toasts")).to_contain_text("@shop.test is no longer blocked.")
    expect(desk.locator(".sender-note")).to_have_count(0)
    assert not SenderChoice.objects.exists()


def test_the_page_of_senders_blocks_finds_and_unblocks(desk: Page, site: str) -> None:
    desk.goto(f"{site}/settings/senders/")
    for who in ("ads@spam.test", "cheap.test"):
        desk.get_by_label("Block an address or a domain").fill(who)
        desk.get_by_role("button", name="Block", exact=True).click()
        expect(desk.locator("#toasts")).to_contain_text("is blocked.")
    expect(desk.locator("#senders > li")).to_have_count(2)
    desk.get_by_label("Search senders").fill("cheap")
    desk.get_by_label("Search senders").press("Enter")
    expect(desk.locator("#senders > li")).to_have_count(1)
    desk.get_by_role("button", name="Unblock @cheap.test").click()
    expect(desk.get_by_text("Nothing found.")).to_be_visible()
    desk.keyboard.press("z")
    expect(desk.locator("#senders > li")).to_have_count(1)


def test_sweep_says_how_much_moves_it_and_brings_it_back(desk: Page, alice: Person) -> None:
    desk.locator(ROWS, has_text="Offer 1").locator("input").check()
    desk.get_by_role("button", name="More").click()
    desk.get_by_role("button", name="Sweep…").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Sweep mail from Shop")
    expect(dialog.locator(".options")).to_contain_text("All of it3 messages")
    dialog.get_by_role("radio", name="All but the newest").check()
    dialog.get_by_role("button", name="Sweep").click()
    expect(desk.locator("#toasts")).to_contain_text("2 messages moved to Trash")
    expect(desk.locator(ROWS)).to_have_count(2)
    assert stands_in(alice, "inbox") == ["Lunch?", "Offer 2"]
    desk.keyboard.press("z")
    expect(desk.locator(ROWS)).to_have_count(4)


def test_unsubscribe_by_a_message_is_told_and_kept(desk: Page, alice: Person) -> None:
    raw = b"List-Unsubscribe: <mailto:leave@hamburger.test>\r\n" + letter("Weekly", number=20, sender=NEWS)
    arrive(alice.account.pk, raw, minute=20)
    open_letter(desk, "Weekly")
    desk.get_by_role("link", name="Unsubscribe").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("We send a message from alice@crepes.test to leave@hamburger.test.")
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert not Unsubscription.objects.exists()
    desk.get_by_role("link", name="Unsubscribe").click()
    dialog.get_by_role("button", name="Unsubscribe").click()
    expect(desk.locator("#toasts")).to_contain_text("A message was sent that unsubscribes you from Shop.")
    expect(desk.locator(".sender-note")).to_contain_text("You unsubscribed on")
    assert Unsubscription.objects.get().list_key == "news@shop.test"


def test_a_page_to_unsubscribe_opens_apart(desk: Page, alice: Person) -> None:
    raw = b"List-Unsubscribe: <http://127.0.0.1:9/leave>\r\n" + letter("Weekly", number=20, sender=NEWS)
    arrive(alice.account.pk, raw, minute=20)
    open_letter(desk, "Weekly")
    desk.get_by_role("link", name="Unsubscribe").click()
    link = desk.get_by_role("dialog").get_by_role("link", name="Open the page")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")
    with desk.context.expect_page() as opened:
        link.click()
    opened.value.close()
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_reported_list_mail_can_be_left_from_the_toast(desk: Page, alice: Person) -> None:
    raw = b"List-Unsubscribe: <mailto:leave@hamburger.test>\r\n" + letter("Weekly", number=20, sender=NEWS)
    arrive(alice.account.pk, raw, minute=20)
    desk.locator(ROWS, has_text="Weekly").locator("input").check()
    desk.get_by_role("toolbar").get_by_role("button", name="Report spam").click()
    desk.locator("#toasts").get_by_role("link", name="Unsubscribe").click()
    expect(desk.get_by_role("dialog")).to_contain_text("leave@hamburger.test")


def test_the_screener_counts_live_and_yes_and_no_can_be_taken_back(
    desk: Page, site: str, alice: Person
) -> None:
    desk.goto(f"{site}/settings/senders/")
    desk.get_by_role("button", name="Switch the Screener on").click()
    expect(desk.get_by_role("button", name="Switch off")).to_be_visible()
    mailboxes.create(alice.account.pk, "News")
    desk.goto(f"{site}/mail/inbox/")
    expect(desk.locator("#screener-banner")).to_be_hidden()
    account = alice.account.pk
    arrive(account, letter("Hello", number=30, sender="Eve <eve@x.test>"), role="screener", minute=30)
    expect(desk.locator("#screener-banner")).to_contain_text("Waiting in the Screener: 1", timeout=5000)
    desk.locator("#screener-banner a").click()
    cards = desk.locator(".screener-card")
    expect(cards).to_have_count(1)
    arrive(account, letter("Buy", number=31, sender="ad@y.test"), role="screener", minute=31)
    expect(cards).to_have_count(2, timeout=5000)
    desk.get_by_role("button", name="No: keep ad@y.test out").click()
    expect(cards).to_have_count(1)
    expect(desk.locator("#toasts")).to_contain_text("ad@y.test is kept out. 1 message moved to Trash")
    assert stands_in(alice, "trash") == ["Buy"]
    desk.keyboard.press("z")
    expect(cards).to_have_count(2, timeout=5000)
    desk.get_by_role("button", name="Yes: let Eve in").click()
    expect(desk.locator("#toasts")).to_contain_text("eve@x.test is let in. 1 message moved to Inbox")
    assert "Hello" in stands_in(alice, "inbox")
    desk.get_by_role("button", name="Let ad@y.test in to a label").click()
    desk.get_by_role("button", name="News").click()
    expect(desk.locator("#toasts")).to_contain_text("1 message moved to News")
    expect(desk.get_by_text("Nobody waits")).to_be_visible()


def test_trash_is_emptied_after_a_question(desk: Page, site: str, alice: Person) -> None:
    for number in range(2):
        arrive(alice.account.pk, letter(f"Old {number}", number=40 + number), role="trash")
    desk.goto(f"{site}/mail/trash/")
    desk.get_by_role("link", name="Empty Trash now").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("2 messages are deleted for good")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Empty Trash").click()
    expect(desk.locator(ROWS)).to_have_count(0)
    expect(desk.locator("#toasts")).to_contain_text("2 conversations deleted for good")
    assert stands_in(alice, "trash") == []


@pytest.mark.parametrize("width", [360, 1366])
def test_long_names_break_no_page(
    page: Page, site: str, sign_in: Callable, alice: Person, width: int
) -> None:
    senders.screen(alice.account.pk, on=True)
    long = f"{'a-very-long-name.' * 3}x@{'mail.' * 6}shop.test"
    senders.choose(alice.account, long, Verdict.BLOCKED)
    raw = letter("A subject without end " * 8, number=1, sender=f"{'Somebody ' * 12}<b{long}>")
    waiting = arrive(alice.account.pk, raw, role="screener")
    sign_in(page, alice)
    page.set_viewport_size({"width": width, "height": 800})
    for address in (
        "settings/senders/",
        "mail/screener/",
        f"messages/{waiting.message_id}/block/",
        f"sweep/?message={waiting.message_id}&in=screener",
        f"conversations/{waiting.thread_id}/?in=screener",
    ):
        page.goto(f"{site}/{address}")
        wide = page.evaluate(
            """() => [...document.querySelectorAll("html, #main, .scroll, .sender-note, .screener-card")]
              .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className || one.id)"""
        )
        assert wide == [], address
