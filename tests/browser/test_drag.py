"""Rows dragged to places and labels, labels dragged to rows, by a real mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import ROWS, filled, label, row, said, stands_in
from tests.mail import do
from tests.people import Person
from webmail.store import mailboxes


@pytest.fixture
def work(alice: Person) -> int:
    return mailboxes.create(alice.account.pk, "Work/Projects")[0]


@pytest.fixture
def inbox(page: Page, site: str, sign_in: Callable, alice: Person, work: int) -> Page:
    filled(alice)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    expect(page.locator(ROWS)).to_have_count(3)
    return page


def lift(page: Page, source: Locator) -> None:
    """Press on something and begin to drag it."""
    box = source.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + box["height"] / 2 + 5, steps=4)


def carry(page: Page, target: Locator) -> None:
    """Move what is dragged over something."""
    box = target.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=6)


def place(page: Page, slug: str) -> Locator:
    return page.locator(f'#nav [data-slug="{slug}"]')


def test_a_selection_is_dragged_to_trash(inbox: Page, alice: Person) -> None:
    row(inbox, "Oldest").locator("input").check()
    row(inbox, "Newest").locator("input").check()
    lift(inbox, row(inbox, "Newest").locator(".row-link"))
    carry(inbox, place(inbox, "trash"))
    expect(place(inbox, "trash")).to_have_class("nav-item is-drop")
    inbox.mouse.up()
    expect(inbox.locator(ROWS)).to_have_count(1)
    said(inbox, "2 conversations moved to Trash")
    assert stands_in(alice, alice.mailbox("trash")) == ["Newest", "Oldest"]
    inbox.keyboard.press("z")
    expect(inbox.locator(ROWS)).to_have_count(3)


def test_a_row_beside_the_selection_is_dragged_alone_to_archive(inbox: Page, alice: Person) -> None:
    row(inbox, "Oldest").locator("input").check()
    lift(inbox, row(inbox, "Middle").locator(".row-link"))
    carry(inbox, place(inbox, "archive"))
    inbox.mouse.up()
    said(inbox, "Archived")
    assert stands_in(alice, alice.mailbox("archive")) == ["Middle"]


def test_a_folded_label_springs_open_and_takes_a_row_out_of_the_inbox(
    inbox: Page, alice: Person, work: int
) -> None:
    lift(inbox, row(inbox, "Middle").locator(".row-link"))
    carry(inbox, inbox.locator("#nav-labels > li > .nav-item"))
    expect(label(inbox, work)).to_be_visible()
    carry(inbox, label(inbox, work))
    expect(label(inbox, work)).to_have_class("nav-item is-drop")
    inbox.mouse.up()
    said(inbox, "Moved from Inbox to Work/Projects")
    assert stands_in(alice, work) == ["Middle"]
    expect(inbox.locator(ROWS)).to_have_count(2)
    # It folds again.
    expect(label(inbox, work)).to_be_hidden()


def test_with_control_the_label_is_only_given(inbox: Page, alice: Person, work: int) -> None:
    inbox.get_by_role("button", name="Labels under Work").click()
    lift(inbox, row(inbox, "Middle").locator(".row-link"))
    inbox.keyboard.down("Control")
    carry(inbox, label(inbox, work))
    inbox.mouse.up()
    inbox.keyboard.up("Control")
    expect(row(inbox, "Middle").locator(".chip")).to_have_text("Work/Projects")
    said(inbox, "Labelled Work/Projects")
    assert stands_in(alice, work) == ["Middle"]
    expect(inbox.locator(ROWS)).to_have_count(3)


def test_a_label_is_dragged_onto_a_row(inbox: Page, alice: Person, work: int) -> None:
    inbox.get_by_role("button", name="Labels under Work").click()
    lift(inbox, label(inbox, work))
    target = row(inbox, "Oldest").locator(".row-link")
    carry(inbox, target)
    expect(row(inbox, "Oldest")).to_have_class("row is-unread is-drop")
    inbox.mouse.up()
    expect(row(inbox, "Oldest").locator(".chip")).to_have_text("Work/Projects")
    expect(label(inbox, work).locator(".count")).to_have_text("1")
    assert stands_in(alice, work) == ["Oldest"]


def test_what_takes_nothing_and_escape(inbox: Page, alice: Person) -> None:
    lift(inbox, row(inbox, "Middle").locator(".row-link"))
    for slug in ("sent", "drafts", "inbox"):
        carry(inbox, place(inbox, slug))
        expect(inbox.locator(".is-drop")).to_have_count(0)
    carry(inbox, place(inbox, "trash"))
    expect(inbox.locator(".is-drop")).to_have_count(1)
    inbox.keyboard.press("Escape")
    expect(inbox.locator(".is-drop")).to_have_count(0)
    inbox.mouse.up()
    expect(inbox.locator(ROWS)).to_have_count(3)
    assert stands_in(alice, alice.mailbox("trash")) == []


def test_from_a_label_to_the_inbox(inbox: Page, site: str, alice: Person, work: int) -> None:
    threads = filled(alice, ["Filed"])
    do("move", alice.account.pk, threads, alice.mailbox("inbox"), target=work)
    inbox.goto(f"{site}/mail/label-{work}/")
    lift(inbox, row(inbox, "Filed").locator(".row-link"))
    carry(inbox, place(inbox, "inbox"))
    inbox.mouse.up()
    expect(inbox.locator("#empty")).to_be_visible()
    said(inbox, "Moved to Inbox")
    assert "Filed" in stands_in(alice, alice.mailbox("inbox"))
