"""The list as a person uses it."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, Page, Route, expect

from tests.mail import arrive, letter
from tests.people import Person
from webmail.store import mailboxes, queries

ROWS = "#rows > .row"


@pytest.fixture
def inbox(page: Page, site: str, sign_in: Callable, alice: Person) -> Page:
    """Alice's inbox with three conversations, the newest first."""
    for number, subject in enumerate(("Oldest", "Middle", "Newest"), start=1):
        arrive(alice.account.pk, letter(subject, number=number), minute=number)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    expect(page.locator(ROWS)).to_have_count(3)
    return page


def row(page: Page, subject: str):
    return page.locator(ROWS, has_text=subject)


def subjects(page: Page) -> list[str]:
    return page.locator(f"{ROWS} .row-subject").all_text_contents()


def stands_in(person: Person, role: str) -> list[str]:
    return [found.subject for found in queries.mailbox_page(person.account.pk, person.mailbox(role)).rows]


def test_signing_in_leads_where_one_wanted_to_go(page: Page, site: str, alice: Person, settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    alice.user.password = make_password(alice.password)
    alice.user.save()
    page.goto(f"{site}/mail/sent/")
    page.get_by_label("E-mail address").fill(alice.address)
    page.get_by_label("Password").fill(alice.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site}/mail/sent/")
    expect(page).to_have_title("Sent – Postillion")
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{site}/sign-in/")


def test_a_star_shows_at_once_and_stays(inbox: Page, alice: Person) -> None:
    row(inbox, "Middle").get_by_role("button", name="Star").click()
    expect(row(inbox, "Middle")).to_have_class("row is-unread is-starred is-current")
    inbox.get_by_role("link", name="Starred", exact=True).click()
    expect(inbox.locator(ROWS)).to_have_count(1)
    inbox.reload()
    assert subjects(inbox) == ["Middle"]


def test_archive_by_hover_and_undo_by_key(inbox: Page, alice: Person) -> None:
    row(inbox, "Middle").hover()
    row(inbox, "Middle").get_by_role("button", name="Archive").click()
    expect(inbox.locator(ROWS)).to_have_count(2)
    expect(inbox.locator("#toasts")).to_contain_text("Archived")
    assert stands_in(alice, "archive") == ["Middle"]
    inbox.keyboard.press("z")
    expect(inbox.locator(ROWS)).to_have_count(3)
    assert subjects(inbox) == ["Newest", "Middle", "Oldest"]
    assert stands_in(alice, "archive") == []


def test_what_the_server_refuses_comes_back(inbox: Page, console: list[str]) -> None:
    inbox.route("**/conversations/**", lambda route: route.fulfill(status=500, body="no"))
    row(inbox, "Middle").hover()
    row(inbox, "Middle").get_by_role("button", name="Archive").click()
    expect(inbox.locator("#toasts .is-bad")).to_be_visible()
    assert subjects(inbox) == ["Newest", "Middle", "Oldest"]
    console.clear()


def test_a_range_by_shift_is_moved_to_trash(inbox: Page, alice: Person) -> None:
    row(inbox, "Newest").locator("input").click()
    row(inbox, "Oldest").locator("input").click(modifiers=["Shift"])
    expect(inbox.locator("#selected-count")).to_have_text("3 selected")
    inbox.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    expect(inbox.locator("#empty")).to_be_visible()
    expect(inbox.locator("#toasts")).to_contain_text("3 conversations moved to Trash")
    assert len(stands_in(alice, "trash")) == 3


def test_select_unread_and_mark_read(inbox: Page, alice: Person) -> None:
    inbox.get_by_role("button", name="Select…").click()
    inbox.locator('[data-select="unread"]').click()
    inbox.get_by_role("toolbar").get_by_role("button", name="Mark as read").click()
    expect(inbox.locator(f"{ROWS}.is-unread")).to_have_count(0)
    expect(inbox.locator('#nav [data-slug="inbox"] .count')).to_have_text("")


def test_a_label_is_made_given_and_opened(inbox: Page, alice: Person) -> None:
    inbox.get_by_role("link", name="New label").first.click()
    dialog = inbox.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Family")
    dialog.get_by_title("Green").click()
    dialog.get_by_role("button", name="Create").click()
    expect(inbox).to_have_title("Family – Postillion")
    inbox.get_by_role("link", name="Inbox").click()
    row(inbox, "Middle").locator("input").check()
    inbox.get_by_role("button", name="Label as…").click()
    inbox.locator("#picker").get_by_role("option", name="Family").click()
    expect(row(inbox, "Middle").locator(".chip")).to_have_text("Family")
    inbox.locator('#nav [data-slug^="label-"]').click()
    expect(inbox.locator(ROWS)).to_have_count(1)


def test_mail_arrives_without_reload(inbox: Page, alice: Person) -> None:
    inbox.evaluate("window.sameDocument = true")
    arrive(alice.account.pk, letter("Just now", number=9), minute=9)
    expect(inbox.locator(ROWS)).to_have_count(4, timeout=5000)
    assert subjects(inbox)[0] == "Just now"
    expect(inbox.locator('#nav [data-slug="inbox"] .count')).to_have_text("4")
    expect(inbox).to_have_title("Inbox (4) – Postillion")
    assert inbox.evaluate("window.sameDocument")


def test_another_window_follows(
    inbox: Page, browser: Browser, site: str, sign_in: Callable, alice: Person
) -> None:
    context = browser.new_context()
    sign_in(context, alice)
    other = context.new_page()
    other.goto(f"{site}/mail/archive/")
    row(inbox, "Middle").hover()
    row(inbox, "Middle").get_by_role("button", name="Archive").click()
    expect(other.locator(ROWS)).to_have_count(1, timeout=5000)
    context.close()


def test_back_keeps_the_place(inbox: Page, site: str, alice: Person) -> None:
    inbox.get_by_role("link", name="Trash").click()
    expect(inbox).to_have_url(f"{site}/mail/trash/")
    expect(inbox.locator('#nav [aria-current="page"]')).to_have_text("Trash")
    inbox.go_back()
    expect(inbox.locator(ROWS)).to_have_count(3)
    expect(inbox.locator("#nav [aria-current]")).to_contain_text("Inbox")


def test_keys_alone(inbox: Page, alice: Person) -> None:
    for key in ("j", "j", "x", "k", "s", "j"):
        inbox.keyboard.press(key)
    expect(row(inbox, "Middle").locator("input")).to_be_checked()
    inbox.keyboard.press("e")
    expect(inbox.locator(ROWS)).to_have_count(2)
    expect(inbox.locator("#toasts")).to_contain_text("Archived")
    inbox.keyboard.press("z")
    expect(inbox.locator(ROWS)).to_have_count(3)
    inbox.keyboard.press("/")
    expect(inbox.get_by_role("combobox", name="Search mail")).to_be_focused()
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("?")
    expect(inbox.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("g")
    inbox.keyboard.press("d")
    expect(inbox).to_have_title("Drafts – Postillion")


def test_undo_is_of_what_was_done_last_whichever_answer_is_last(inbox: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    inbox.route("**/conversations/star/", hold)
    for key in ("j", "s", "e"):
        inbox.keyboard.press(key)
    expect(inbox.locator("#toasts")).to_contain_text("Archived")
    inbox.keyboard.press("z")
    held[0].continue_()
    expect(inbox.locator(ROWS)).to_have_count(3)
    expect(row(inbox, "Newest")).to_have_class(re.compile("is-starred"))


def test_keys_can_be_off(inbox: Page, alice: Person) -> None:
    alice.user.keyboard_shortcuts = False
    alice.user.save()
    inbox.reload()
    inbox.keyboard.press("j")
    inbox.keyboard.press("e")
    expect(inbox.locator(ROWS)).to_have_count(3)


def test_on_a_phone(browser: Browser, site: str, sign_in: Callable, alice: Person) -> None:
    arrive(alice.account.pk, letter("A rather long subject that won't fit on a narrow screen"))
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    sign_in(context, alice)
    phone = context.new_page()
    phone.goto(f"{site}/mail/inbox/")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    expect(phone.get_by_role("link", name="Archive")).to_be_hidden()
    phone.get_by_role("button", name="Menu").tap()
    phone.get_by_role("link", name="Archive").tap()
    expect(phone).to_have_title("Archive – Postillion")
    expect(phone.locator("#sidebar")).to_be_hidden()
    context.close()


def test_without_scripts(browser: Browser, site: str, sign_in: Callable, alice: Person) -> None:
    arrive(alice.account.pk, letter("Plain"))
    mailboxes.create(alice.account.pk, "Family")
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, alice)
    plain = context.new_page()
    plain.goto(f"{site}/mail/inbox/")
    plain.locator(f"{ROWS} input").check()
    plain.get_by_role("toolbar").get_by_role("button", name="Archive").click()
    expect(plain.locator(ROWS)).to_have_count(0)
    expect(plain.locator("#toasts")).to_contain_text("Archived")
    plain.get_by_role("button", name="Undo").click()
    expect(plain.locator(ROWS)).to_have_count(1)
    context.close()


def test_the_range_follows_and_a_page_fills_up(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    for number in range(1, 56):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number), minute=number)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    row(page, "Letter 55").locator("input").check()
    page.get_by_role("toolbar").get_by_role("button", name="Archive").click()
    expect(page.locator("#range")).to_have_text("1–49 of 54")
    page.locator("#select-all").check()
    page.get_by_role("toolbar").get_by_role("button", name="Archive").click()
    expect(page.locator(ROWS)).to_have_count(5)
    expect(page.locator("#range")).to_have_text("1–5 of 5")


def test_mail_that_arrives_does_not_move_what_is_read(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    for number in range(1, 41):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number), minute=number)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    page.locator("#list-scroll").evaluate("element => (element.scrollTop = 400)")
    before = row(page, "Letter 25").bounding_box()
    arrive(alice.account.pk, letter("Fresh", number=99), minute=99)
    expect(page.locator(ROWS)).to_have_count(41)
    after = row(page, "Letter 25").bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2


def test_everything_in_the_inbox_is_archived_and_comes_back(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    for number in range(1, 56):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number), minute=number)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    page.locator("#select-all").check()
    expect(page.locator("#everything")).to_contain_text("All 50 conversations on this page are selected.")
    page.get_by_role("button", name="Select all 55 conversations in Inbox").click()
    expect(page.locator("#everything")).to_contain_text("All 55 conversations in Inbox are selected.")
    page.get_by_role("toolbar").get_by_role("button", name="Archive").click()
    expect(page.locator("#toasts")).to_contain_text("55 conversations archived")
    expect(page.locator(ROWS)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#range")).to_contain_text("of 55")
    expect(row(page, "Letter 55")).to_be_visible()
    expect(page.locator("#everything")).to_be_hidden()
