"""Labels in the sidebar, on their page and in the menus."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lists import ROWS, filled, label, row, said, stands_in
from tests.mail import do
from tests.people import Person
from webmail.store import mailboxes, queries

PICKER = ".picker:popover-open"


@pytest.fixture
def threads(alice: Person) -> list[int]:
    return filled(alice)


@pytest.fixture
def inbox(page: Page, site: str, sign_in: Callable, alice: Person, threads: list[int]) -> Page:
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    expect(page.locator(ROWS)).to_have_count(3)
    return page


def make(person: Person, path: str, **more: str) -> int:
    return mailboxes.create(person.account.pk, path, **more)[0]


def by_path(person: Person, path: str) -> int:
    key = queries.mailbox_by_path(person.account.pk, path)
    assert key
    return key


def test_a_folded_parent_shows_what_is_unread_below_it(
    inbox: Page, alice: Person, threads: list[int]
) -> None:
    paris = make(alice, "Travel/France/Paris")
    travel, france = by_path(alice, "Travel"), by_path(alice, "Travel/France")
    do("label", alice.account.pk, threads[:2], add=[paris])
    expect(label(inbox, travel)).to_have_text("Travel2")
    expect(label(inbox, paris)).to_be_hidden()
    inbox.get_by_role("button", name="Labels under Travel").click()
    expect(label(inbox, france).locator(".count-all")).to_have_text("2")
    expect(label(inbox, travel).locator(".count:visible")).to_have_count(0)
    # It is remembered, also when the sidebar is drawn anew, and by the next page before it is painted.
    make(alice, "Work")
    expect(inbox.locator("#nav-labels > li")).to_have_count(2)
    expect(label(inbox, france)).to_be_visible()
    inbox.reload()
    expect(label(inbox, france)).to_be_visible()
    do("read", alice.account.pk, threads[:1])
    expect(label(inbox, france).locator(".count-all")).to_have_text("1")


def test_the_label_one_is_in_is_seen(inbox: Page, site: str, alice: Person) -> None:
    paris = make(alice, "Travel/France/Paris")
    inbox.goto(f"{site}/mail/label-{paris}/")
    expect(label(inbox, paris)).to_be_visible()
    expect(label(inbox, paris)).to_have_attribute("aria-current", "page")


def test_hidden_labels_are_behind_more(inbox: Page, alice: Person, threads: list[int]) -> None:
    plain, quiet, hidden = make(alice, "Plain"), make(alice, "Quiet"), make(alice, "Hidden")
    mailboxes.show(alice.account.pk, quiet, "unread")
    mailboxes.show(alice.account.pk, hidden, "never")
    expect(label(inbox, plain)).to_be_visible()
    expect(label(inbox, quiet)).to_be_hidden()
    inbox.get_by_role("button", name="More", exact=True).first.click()
    expect(label(inbox, hidden)).to_be_visible()
    inbox.get_by_role("button", name="Fewer").click()
    expect(label(inbox, hidden)).to_be_hidden()
    do("label", alice.account.pk, threads[:1], add=[quiet])
    expect(label(inbox, quiet)).to_be_visible()
    do("read", alice.account.pk, threads[:1])
    expect(label(inbox, quiet)).to_be_hidden()


def test_the_box_finds_a_label(inbox: Page, site: str, alice: Person) -> None:
    for number in range(20):
        make(alice, f"Clients/Müller {number}")
    inbox.reload()
    box = inbox.get_by_role("searchbox", name="Find a label")
    box.fill("muller 13")
    found = by_path(alice, "Clients/Müller 13")
    expect(label(inbox, found)).to_be_visible()
    expect(inbox.locator("#nav-labels .nav-item:visible")).to_have_count(2)
    box.press("Enter")
    expect(inbox).to_have_url(f"{site}/mail/label-{found}/")
    expect(inbox.locator("#nav-labels li.is-out")).to_have_count(0)


def test_names_in_every_script_and_of_any_length(inbox: Page, alice: Person, threads: list[int]) -> None:
    names = ["عائلة وأصدقاء", "👨‍👩‍👧 Kids", "100%s of %(x)s", "<b>bold", "长" * 200]
    keys = [make(alice, name) for name in names]
    for key in keys:
        do("label", alice.account.pk, threads[:1], add=[key])
    inbox.reload()
    for key, name in zip(keys, names, strict=True):
        expect(label(inbox, key).locator(".nav-name")).to_have_text(name)
    chips = row(inbox, "Oldest").locator(".chip")
    assert sorted(chips.all_text_contents()) == sorted(names)
    assert inbox.evaluate("document.documentElement.scrollWidth") == 1366


def test_several_labels_are_ticked_and_applied_at_once(
    inbox: Page, alice: Person, threads: list[int]
) -> None:
    family, work, old = make(alice, "Family"), make(alice, "Work"), make(alice, "Old")
    do("label", alice.account.pk, threads[:1], add=[old])
    do("label", alice.account.pk, threads[:2], add=[work])
    inbox.reload()
    row(inbox, "Oldest").locator("input").check()
    row(inbox, "Middle").locator("input").check()
    inbox.keyboard.press("l")
    picker = inbox.locator(PICKER)
    states = {name: picker.get_by_role("option", name=name) for name in ("Family", "Work", "Old")}
    expect(states["Work"]).to_have_attribute("aria-checked", "true")
    expect(states["Old"]).to_have_attribute("aria-checked", "mixed")
    expect(states["Family"]).to_have_attribute("aria-checked", "false")
    for option in states.values():
        option.locator(".picker-box").click()
    expect(states["Old"]).to_have_attribute("aria-checked", "true")
    inbox.get_by_role("button", name="Apply").click()
    expect(row(inbox, "Middle").locator(".chip")).to_have_text(["Family", "Old"])
    said(inbox, "Labels of 2 conversations changed")
    assert stands_in(alice, family) == stands_in(alice, old) == ["Middle", "Oldest"]
    assert stands_in(alice, work) == []
    inbox.keyboard.press("z")
    expect(row(inbox, "Middle").locator(".chip")).to_have_text(["Work"])
    assert (stands_in(alice, family), stands_in(alice, old)) == ([], ["Oldest"])


def test_a_label_by_keys_alone_and_the_last_one_first(inbox: Page, alice: Person) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        make(alice, name)
    inbox.reload()
    inbox.keyboard.press("j")
    inbox.keyboard.press("l")
    expect(inbox.locator(f"{PICKER} input")).to_be_focused()
    inbox.keyboard.type("gam")
    inbox.keyboard.press("Enter")
    expect(row(inbox, "Newest").locator(".chip")).to_have_text("Gamma")
    inbox.keyboard.press("j")
    inbox.keyboard.press("l")
    expect(inbox.locator(f"{PICKER} [role=option]").first).to_have_text("Gamma")
    for key in ("ArrowDown", "Space", "ArrowDown", "Space", "Enter"):
        inbox.keyboard.press(key)
    expect(row(inbox, "Middle").locator(".chip")).to_have_text(["Alpha", "Gamma"])
    inbox.keyboard.press("l")
    expect(inbox.locator(f"{PICKER} input")).to_be_focused()
    inbox.keyboard.press("Escape")
    expect(inbox.locator(PICKER)).to_have_count(0)
    expect(row(inbox, "Middle").locator(".row-link")).to_be_focused()


def test_a_label_is_made_in_the_menu(inbox: Page, alice: Person) -> None:
    row(inbox, "Middle").locator("input").check()
    inbox.get_by_role("button", name="Label as…").click()
    inbox.locator(f"{PICKER} input").fill("Travel / Lisbon")
    inbox.locator(PICKER).get_by_role("option", name="Create “Travel/Lisbon”").click()
    said(inbox, "Labelled Travel/Lisbon")
    assert stands_in(alice, by_path(alice, "Travel/Lisbon")) == ["Middle"]
    expect(row(inbox, "Middle").locator(".chip")).to_have_text("Travel/Lisbon")
    expect(label(inbox, by_path(alice, "Travel"))).to_be_visible()


def test_moving_by_the_menu(inbox: Page, alice: Person) -> None:
    work = make(alice, "Work")
    inbox.reload()
    inbox.keyboard.press("j")
    inbox.keyboard.press("v")
    expect(inbox.locator(PICKER).get_by_role("option")).to_have_text(["Archive", "Spam", "Trash", "Work"])
    inbox.keyboard.type("work")
    inbox.keyboard.press("Enter")
    expect(inbox.locator(ROWS)).to_have_count(2)
    said(inbox, "Moved from Inbox to Work")
    assert stands_in(alice, work) == ["Newest"]


def test_labels_and_moves_of_an_open_conversation(inbox: Page, site: str, alice: Person) -> None:
    work, old = make(alice, "Work"), make(alice, "Old")
    inbox.reload()
    row(inbox, "Middle").locator(".row-link").click()
    chips = inbox.locator(".conversation-head .chip")
    expect(inbox.get_by_role("heading", name="Middle")).to_be_focused()
    inbox.keyboard.press("l")
    inbox.locator(PICKER).get_by_role("option", name="Work").click()
    expect(chips).to_have_text("Work")
    said(inbox, "Labelled Work")
    inbox.keyboard.press("z")
    expect(chips).to_have_count(0)
    inbox.keyboard.press("v")
    inbox.locator(PICKER).get_by_role("option", name="Old").click()
    expect(inbox).to_have_url(f"{site}/mail/inbox/")
    expect(inbox.locator(ROWS)).to_have_count(2)
    said(inbox, "Moved from Inbox to Old")
    assert (stands_in(alice, work), stands_in(alice, old)) == ([], ["Middle"])


def test_everything_is_labelled_from_the_menu(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    filled(alice, [f"Letter {number}" for number in range(1, 53)])
    work = make(alice, "Work")
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    page.locator("#select-all").check()
    page.get_by_role("button", name="Select all 52 conversations in Inbox").click()
    page.get_by_role("button", name="Label as…").click()
    page.locator(PICKER).get_by_role("option", name="Work").click()
    said(page, "52 conversations labelled Work")
    page.keyboard.press("z")
    said(page, "Undone")
    assert stands_in(alice, work) == []


def test_another_window_follows_labels(inbox: Page, site: str, alice: Person, threads: list[int]) -> None:
    work, gone = make(alice, "Work"), make(alice, "Zebra")
    do("label", alice.account.pk, threads[:1], add=[work])
    inbox.goto(f"{site}/mail/label-{work}/")
    inbox.evaluate("window.sameDocument = true")
    other = inbox.context.new_page()
    other.goto(f"{site}/mail/inbox/")
    label(other, work).hover()
    other.get_by_role("link", name="Edit the label").click()
    other.get_by_label("Name").fill("Bakery")
    other.get_by_title("Green").click()
    other.get_by_role("button", name="Save").click()
    # The dialog stays over the page it was opened on.
    expect(other).to_have_url(f"{site}/mail/inbox/")
    expect(row(other, "Oldest").locator(".chip.color-green")).to_have_text("Bakery")
    expect(label(inbox, work)).to_have_text("Bakery1")
    expect(inbox.locator(".toolbar-name")).to_have_text("Bakery")
    expect(inbox).to_have_title("Bakery (1) – Postillion")
    mailboxes.rename(alice.account.pk, gone, "Able")
    expect(inbox.locator("#nav-labels .nav-name")).to_have_text(["Able", "Bakery"])
    mailboxes.delete(alice.account.pk, gone)
    expect(inbox.locator("#nav-labels .nav-name")).to_have_text(["Bakery"])
    # The place one looks at is deleted: on to the inbox.
    mailboxes.delete(alice.account.pk, work)
    expect(inbox).to_have_url(f"{site}/mail/inbox/")
    expect(row(other, "Oldest").locator(".chip")).to_have_count(0)
    assert inbox.evaluate("window.sameDocument")


def test_the_page_of_all_labels(inbox: Page, site: str, alice: Person, threads: list[int]) -> None:
    work, paris = make(alice, "Work"), make(alice, "Travel/Paris")
    do("label", alice.account.pk, threads, add=[paris])
    inbox.get_by_role("link", name="Manage labels").click()
    expect(inbox).to_have_url(f"{site}/labels/")
    line = inbox.locator(".labels-line", has_text="Paris")
    expect(line).to_contain_text("3 conversations")
    line.get_by_role("button", name="Hide").click()
    expect(line.get_by_role("button", name="Hide")).to_have_attribute("aria-pressed", "true")
    said(inbox, "Label changed")
    inbox.keyboard.press("z")
    expect(line.get_by_role("button", name="Show", exact=True)).to_have_attribute("aria-pressed", "true")
    inbox.get_by_role("link", name="Merge the label Work").click()
    inbox.get_by_label("Merge into").select_option("Travel/Paris")
    inbox.get_by_role("button", name="Merge", exact=True).click()
    said(inbox, "Work merged into Travel/Paris")
    expect(inbox.locator(".labels-line")).to_have_count(2)
    inbox.get_by_role("button", name="Undo").click()
    expect(inbox.locator("#nav-labels .nav-name", has_text="Work")).to_be_visible()
    again = by_path(alice, "Work")
    assert again != work
    expect(label(inbox, again)).to_be_visible()
    inbox.get_by_role("searchbox").last.fill("paris")
    inbox.get_by_role("button", name="Search", exact=True).click()
    expect(inbox.locator(".labels-line")).to_have_count(1)
    expect(inbox.locator(".labels-line")).to_contain_text("Travel/Paris")


def test_without_scripts_a_page_asks(browser: Browser, site: str, sign_in: Callable, alice: Person) -> None:
    filled(alice)
    family, work = make(alice, "Family/Cousins"), make(alice, "Work")
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, alice)
    plain = context.new_page()
    plain.goto(f"{site}/mail/inbox/")
    expect(label(plain, family)).to_be_visible()
    row(plain, "Middle").locator("input").check()
    plain.get_by_role("toolbar").get_by_role("button", name="Label as…").click()
    plain.get_by_label("Family/Cousins").check()
    plain.get_by_role("button", name="Apply").click()
    said(plain, "Labelled Family/Cousins")
    row(plain, "Newest").locator("input").check()
    plain.get_by_role("toolbar").get_by_role("button", name="Move to…").click()
    plain.get_by_role("button", name="Work").click()
    expect(plain.locator(ROWS)).to_have_count(2)
    assert (stands_in(alice, family), stands_in(alice, work)) == (["Middle"], ["Newest"])
    context.close()
