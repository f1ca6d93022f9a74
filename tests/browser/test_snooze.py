"""Snooze and pin as a person uses them: at once, by key, live in every window, and taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_list import ROWS, row, stands_in, subjects
from tests.logs import LogWatch
from tests.mail import arrive, do, letter
from tests.people import Person
from webmail.store import pins, queries, snooze

PINNED = f"{ROWS}.is-pinned"


@pytest.fixture
def inbox(page: Page, site: str, sign_in: Callable, alice: Person) -> Page:
    """Alice's inbox with three conversations, the newest first."""
    for number, subject in enumerate(("Oldest", "Middle", "Newest"), start=1):
        arrive(alice.account.pk, letter(subject, number=number), minute=number)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    expect(page.locator(ROWS)).to_have_count(3)
    page.evaluate("window.sameDocument = true")
    return page


@pytest.fixture
def other(inbox: Page, browser: Browser, site: str, sign_in: Callable, alice: Person):
    """Her inbox in a second window."""
    context = browser.new_context()
    sign_in(context, alice)
    window = context.new_page()
    window.goto(f"{site}/mail/inbox/")
    expect(window.locator(ROWS)).to_have_count(3)
    yield window
    context.close()


def in_order(page: Page, *wanted: str) -> None:
    """Wait until the rows stand so."""
    expect(page.locator(f"{ROWS} .row-subject")).to_have_text(list(wanted))


def menu(page: Page):
    return page.locator("#snooze-menu")


def test_by_key_and_back_by_key(inbox: Page, alice: Person) -> None:
    for key in ("j", "j", "b"):
        inbox.keyboard.press(key)
    expect(menu(inbox).locator(".menu-item").first).to_be_focused()
    inbox.keyboard.press("ArrowDown")
    expect(menu(inbox).locator(".menu-item").nth(1)).to_be_focused()
    menu(inbox).get_by_role("button", name="Tomorrow").press("Enter")
    in_order(inbox, "Newest", "Oldest")
    expect(inbox.locator("#toasts")).to_contain_text("Snoozed until tomorrow, 8:00")
    expect(inbox.locator('#nav [data-slug="snoozed"] .count')).to_have_text("1")
    inbox.keyboard.press("z")
    in_order(inbox, "Newest", "Middle", "Oldest")
    assert stands_in(alice, "snoozed") == []


def test_from_the_row_whatever_is_chosen(inbox: Page, alice: Person) -> None:
    row(inbox, "Newest").locator("input").check()
    row(inbox, "Oldest").hover()
    row(inbox, "Oldest").get_by_role("button", name="Snooze").click()
    menu(inbox).get_by_role("button", name="Tomorrow").click()
    in_order(inbox, "Newest", "Middle")
    expect(inbox.locator("#toasts")).to_contain_text("Snoozed until tomorrow, 8:00")
    assert stands_in(alice, "snoozed") == ["Oldest"]
    # The next time it is for what is chosen.
    inbox.locator("#snooze-button").click()
    menu(inbox).get_by_role("button", name="Tomorrow").click()
    in_order(inbox, "Middle")


def test_a_time_of_ones_own(inbox: Page, alice: Person) -> None:
    inbox.keyboard.press("j")
    inbox.keyboard.press("b")
    menu(inbox).get_by_role("button", name="Pick date and time").click()
    expect(menu(inbox).get_by_label("Date")).to_be_focused()
    expect(menu(inbox)).to_contain_text("Time zone: UTC")
    at = timezone.localtime() + timedelta(days=40)
    menu(inbox).get_by_label("Date").fill(f"{at:%Y-%m-%d}")
    menu(inbox).get_by_label("Time").fill("09:30")
    menu(inbox).get_by_label("Time").press("Enter")
    in_order(inbox, "Middle", "Oldest")
    expect(inbox.locator("#toasts")).to_contain_text("9:30")
    (found,) = queries.mailbox_page(alice.account.pk, alice.mailbox("snoozed")).rows
    assert found.snoozed_until == at.replace(hour=9, minute=30, second=0, microsecond=0)


def test_a_time_that_is_over_is_refused_in_words(
    inbox: Page, console: list[str], log_watch: LogWatch
) -> None:
    log_watch.expect("Unprocessable Content: /conversations/snooze/")
    inbox.keyboard.press("j")
    inbox.keyboard.press("b")
    menu(inbox).get_by_role("button", name="Pick date and time").click()
    menu(inbox).get_by_label("Date").fill("2020-01-01")
    menu(inbox).locator("[data-snooze-picked]").click()
    expect(inbox.locator("#toasts .is-bad")).to_have_text("Choose a time that is still to come.")
    in_order(inbox, "Newest", "Middle", "Oldest")
    console.clear()


def test_times_that_are_old_are_asked_for_anew(inbox: Page) -> None:
    inbox.evaluate("document.querySelector('.snooze').dataset.goodUntil = 0")
    inbox.evaluate("document.querySelector('.snooze .menu-title').textContent = 'Long ago'")
    inbox.keyboard.press("j")
    inbox.keyboard.press("b")
    expect(menu(inbox).get_by_role("button", name="Tomorrow")).to_be_visible()
    expect(menu(inbox)).not_to_contain_text("Long ago")


def test_what_is_due_comes_back_into_the_open_list(inbox: Page, other: Page, alice: Person) -> None:
    thread = queries.mailbox_page(alice.account.pk, alice.mailbox("inbox")).rows[-1].thread_id
    until = timezone.now() + timedelta(hours=1)
    do("snooze", alice.account.pk, [thread], until=until)
    for window in (inbox, other):
        in_order(window, "Newest", "Middle")
    other.locator('#nav [data-slug="snoozed"]').click()
    expect(other.locator(ROWS)).to_have_count(1)
    snooze.wake(until)
    in_order(inbox, "Oldest", "Newest", "Middle")
    expect(row(inbox, "Oldest").locator(".row-note")).to_contain_text("Snoozed until")
    expect(inbox.locator('#nav [data-slug="snoozed"] .count')).to_have_text("")
    expect(other.locator(ROWS)).to_have_count(0)
    assert inbox.evaluate("window.sameDocument")
    row(inbox, "Oldest").locator(".row-link").click()
    expect(inbox.locator(".conversation-head")).to_contain_text("Snoozed until")
    inbox.keyboard.press("u")
    in_order(inbox, "Oldest", "Newest", "Middle")
    expect(inbox.locator(".row-note")).to_have_count(0)


def test_the_time_is_changed_and_the_list_follows(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    now = timezone.now()
    for number, subject in enumerate(("First", "Second"), start=1):
        added = arrive(alice.account.pk, letter(subject, number=number))
        do("snooze", alice.account.pk, [added.thread_id], until=now + timedelta(days=20 + number))
    sign_in(page, alice)
    page.goto(f"{site}/mail/snoozed/")
    in_order(page, "First", "Second")
    row(page, "Second").hover()
    row(page, "Second").get_by_role("button", name="Change the time").click()
    menu(page).get_by_role("button", name="Tomorrow").click()
    in_order(page, "Second", "First")
    expect(row(page, "Second").locator(".row-date")).to_have_text("Tomorrow, 8:00")
    page.keyboard.press("z")
    in_order(page, "First", "Second")
    row(page, "First").hover()
    row(page, "First").get_by_role("button", name="Unsnooze").click()
    in_order(page, "Second")
    expect(page.locator("#toasts")).to_contain_text("Back in the Inbox")
    assert stands_in(alice, "inbox") == ["First"]
    page.keyboard.press("z")
    in_order(page, "First", "Second")


def test_in_a_conversation(inbox: Page, site: str, alice: Person) -> None:
    row(inbox, "Middle").locator(".row-link").click()
    expect(inbox.get_by_role("heading", name="Middle")).to_be_visible()
    inbox.keyboard.press("b")
    inbox.locator("#conversation-snooze-menu").get_by_role("button", name="Tomorrow").click()
    expect(inbox).to_have_url(f"{site}/mail/inbox/")
    in_order(inbox, "Newest", "Oldest")
    expect(inbox.locator("#toasts")).to_contain_text("Snoozed until tomorrow, 8:00")
    assert stands_in(alice, "snoozed") == ["Middle"]
    row(inbox, "Oldest").locator(".row-link").click()
    inbox.locator("#conversation-toolbar").get_by_role("button", name="Pin").click()
    expect(inbox.locator("#conversation-toolbar .is-pinned")).to_be_visible()
    inbox.keyboard.press("u")
    in_order(inbox, "Oldest", "Newest")


def test_pinned_in_both_windows_and_unpinned_by_the_mark(inbox: Page, other: Page) -> None:
    row(inbox, "Oldest").hover()
    row(inbox, "Oldest").get_by_role("button", name="Pin", exact=True).click()
    in_order(inbox, "Oldest", "Newest", "Middle")
    expect(inbox.locator("#toasts")).to_contain_text("Pinned")
    in_order(other, "Oldest", "Newest", "Middle")
    expect(other.locator(PINNED)).to_have_count(1)
    row(other, "Oldest").get_by_role("button", name="Unpin").click()
    for window in (other, inbox):
        in_order(window, "Newest", "Middle", "Oldest")
        expect(window.locator(PINNED)).to_have_count(0)
    expect(row(other, "Oldest").locator(".row-link")).to_be_focused()
    other.keyboard.press("z")
    for window in (other, inbox):
        in_order(window, "Oldest", "Newest", "Middle")
    assert inbox.evaluate("window.sameDocument")


def test_new_mail_stands_below_what_is_pinned(inbox: Page, alice: Person) -> None:
    row(inbox, "Middle").locator("input").check()
    inbox.get_by_role("button", name="More", exact=True).click()
    inbox.locator("#more-menu").get_by_role("button", name="Pin", exact=True).click()
    in_order(inbox, "Middle", "Newest", "Oldest")
    arrive(alice.account.pk, letter("Fresh", number=9), minute=9)
    in_order(inbox, "Middle", "Fresh", "Newest", "Oldest")
    arrive(alice.account.pk, letter("Re: Middle", number=10, references=[2]), minute=10)
    expect(row(inbox, "Middle").locator(".row-count")).to_have_text("2")
    in_order(inbox, "Middle", "Fresh", "Newest", "Oldest")


def test_one_pin_too_many_is_refused_in_words_and_comes_back(
    inbox: Page, alice: Person, console: list[str], log_watch: LogWatch
) -> None:
    log_watch.expect("Unprocessable Content: /conversations/pin/")
    threads = [
        arrive(alice.account.pk, letter(f"No. {n}", number=n), minute=n - 200).thread_id
        for n in range(100, 100 + pins.MOST)
    ]
    do("pin", alice.account.pk, threads)
    inbox.reload()
    inbox.get_by_role("link", name="Older").click()
    in_order(inbox, "Newest", "Middle", "Oldest")
    expect(inbox.locator("#range")).to_have_text("51–53 of 53")
    row(inbox, "Middle").hover()
    row(inbox, "Middle").get_by_role("button", name="Pin", exact=True).click()
    expect(inbox.locator("#toasts .is-bad")).to_contain_text("At most 50 conversations can be pinned")
    in_order(inbox, "Newest", "Middle", "Oldest")
    console.clear()


def test_what_moves_to_another_page_leaves_this_one(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    threads = {}
    for number in range(1, 61):
        added = arrive(alice.account.pk, letter(f"No. {number}", number=number), minute=number)
        threads[number] = added.thread_id
    do("pin", alice.account.pk, [threads[1]])
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    expect(page.locator(ROWS)).to_have_count(50)
    assert subjects(page)[:2] == ["No. 1", "No. 60"]
    row(page, "No. 1").first.get_by_role("button", name="Unpin").click()
    expect(page.locator(ROWS)).to_have_count(49)
    page.get_by_role("link", name="Older").click()
    expect(page.locator(f"{ROWS} .row-subject").last).to_have_text("No. 1")
    do("pin", alice.account.pk, [threads[5]])
    expect(page.locator(ROWS, has_text="No. 5")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone(browser: Browser, site: str, sign_in: Callable, alice: Person, width: int) -> None:
    thread = arrive(alice.account.pk, letter("A rather long subject that fills the line")).thread_id
    do("pin", alice.account.pk, [thread])
    context = browser.new_context(viewport={"width": width, "height": 780}, has_touch=True, is_mobile=True)
    sign_in(context, alice)
    phone = context.new_page()
    phone.goto(f"{site}/mail/inbox/")
    phone.locator(".row-check").tap()
    inside(phone, "#bulk .toolbar", width)
    phone.goto(f"{site}/conversations/{thread}/?in=inbox")
    inside(phone, "#conversation-toolbar", width)
    phone.locator("#conversation-more").tap()
    phone.locator("#conversation-more-menu").get_by_role("button", name="Snooze").tap()
    phone.locator("#conversation-snooze-menu").get_by_role("button", name="Tomorrow").tap()
    expect(phone.locator("#toasts")).to_contain_text("Snoozed until tomorrow, 8:00")
    phone.goto(f"{site}/mail/snoozed/")
    phone.locator(".row-check").tap()
    inside(phone, "#bulk .toolbar", width)
    phone.goto(f"{site}/conversations/{thread}/?in=snoozed")
    inside(phone, "#conversation-toolbar", width)
    context.close()


def inside(phone: Page, toolbar: str, width: int) -> None:
    """No button of a toolbar stands beyond the screen."""
    expect(phone.locator(toolbar)).to_be_visible()
    script = f"[...document.querySelectorAll('{toolbar} button')].map((b) => b.getBoundingClientRect().right)"
    assert max(phone.evaluate(script)) <= width
    assert phone.evaluate("document.documentElement.scrollWidth") == width


def test_without_scripts(browser: Browser, site: str, sign_in: Callable, alice: Person) -> None:
    arrive(alice.account.pk, letter("Plain"))
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, alice)
    plain = context.new_page()
    plain.goto(f"{site}/mail/inbox/")
    plain.locator(f"{ROWS} input").check()
    plain.get_by_role("toolbar").get_by_role("button", name="Snooze").click()
    plain.locator("#snooze-menu").get_by_role("button", name="Pick date and time").click()
    plain.locator("#snooze-clock").fill("09:30")
    plain.get_by_role("button", name="Snooze", exact=True).click()
    expect(plain.locator(ROWS)).to_have_count(0)
    expect(plain.locator("#toasts")).to_contain_text("Snoozed until tomorrow, 9:30")
    plain.get_by_role("button", name="Undo").click()
    expect(plain.locator(ROWS)).to_have_count(1)
    context.close()
