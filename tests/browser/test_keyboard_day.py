"""A day's work without a mouse: signing in, reading, answering, putting in order, finding, signing out."""

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Locator, Page, expect

from tests.contacts import know
from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import OutboundMessage
from webmail.store import mailboxes, queries

ROWS = "#rows > .row"


class Desk:
    """A page that is used by keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, keys: str) -> None:
        """Press one key after the other."""
        for key in keys.split():
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.page.keyboard.type(text)

    def stands_on(self, target: Locator) -> None:
        """The focus is there, and it can be seen."""
        expect(target).to_be_focused()
        expect(target.and_(self.page.locator(":focus-visible"))).to_be_in_viewport()

    def reads(self, subject: str) -> None:
        """A conversation is open, and its subject has the focus."""
        self.stands_on(self.page.get_by_role("heading", name=subject, level=1, exact=True))

    def row(self, subject: str) -> Locator:
        """The line of a conversation."""
        return self.page.locator(ROWS).filter(has=self.page.locator(".row-subject", has_text=subject))

    def link(self, subject: str) -> Locator:
        """What has the focus when one stands on a line."""
        return self.row(subject).locator(".row-link")

    def is_in(self, place: str) -> None:
        """A list is shown."""
        expect(self.page.get_by_role("heading", name=place, level=1)).to_be_attached()

    def told(self, words: str) -> None:
        """Something was announced."""
        expect(self.page.locator("#toasts")).to_contain_text(words)


@pytest.fixture
def desk(page: Page, site: str, alice: Person, settings) -> Desk:
    """Alice's sign-in page; twelve letters wait, the eighth is a conversation of three."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    alice.user.password = make_password(alice.password)
    alice.user.save()
    for number in range(1, 13):
        arrive(alice.account.pk, letter(f"Letter {number:02}", number=number), minute=number)
    for more in (1, 2):
        raw = letter("Re: Letter 08", f"More {more}", number=80 + more, references=[8])
        arrive(alice.account.pk, raw, minute=8)
    for name in ("Family", "Travel", "Work"):
        mailboxes.create(alice.account.pk, name)
    know(alice.account.pk, "Carol Jones", "carol@crepes.test")
    page.goto(f"{site}/mail/inbox/")
    return Desk(page)


def sign_in(desk: Desk, alice: Person) -> None:
    expect(desk.page.get_by_label("E-mail address")).to_be_focused()
    desk.type(alice.address)
    desk.press("Tab")
    desk.type(alice.password)
    desk.press("Enter")
    expect(desk.page.locator(ROWS)).to_have_count(12)
    # Scripts run once the page is whole.
    desk.page.wait_for_load_state()


def read_ten(desk: Desk) -> None:
    desk.press("j")
    desk.stands_on(desk.link("Letter 12"))
    desk.press("o")
    for number in range(12, 2, -1):
        desk.reads(f"Letter {number:02}")
        if number == 8:
            desk.press("n")
            desk.stands_on(desk.page.locator(".message").first)
            desk.press("n n p")
            desk.stands_on(desk.page.locator(".message").nth(1))
        desk.press("j")
    desk.reads("Letter 02")


def answer_two(desk: Desk) -> None:
    for number, words in ((2, "With pleasure."), (3, "Sorry, no.")):
        desk.reads(f"Letter {number:02}")
        desk.press("r")
        expect(desk.page.locator("compose-window")).to_be_visible()
        desk.type(words)
        desk.press("Control+Enter")
        expect(desk.page.locator("compose-window")).to_have_count(0)
        desk.told("Sending in")
        desk.reads(f"Letter {number:02}")
        desk.press("k")
    desk.reads("Letter 04")


def put_away(desk: Desk) -> None:
    desk.press("[")
    desk.reads("Letter 05")
    desk.press("e")
    desk.is_in("Inbox")
    desk.stands_on(desk.link("Letter 03"))
    desk.press("e")
    desk.stands_on(desk.link("Letter 02"))
    expect(desk.page.locator(ROWS)).to_have_count(9)


def label_and_move(desk: Desk) -> None:
    desk.press("k")
    desk.stands_on(desk.link("Letter 06"))
    desk.press("l")
    desk.type("Work")
    desk.press("Enter")
    expect(desk.row("Letter 06").locator(".chip")).to_have_text("Work")
    desk.stands_on(desk.link("Letter 06"))
    desk.press("v")
    desk.type("Trav")
    desk.press("Enter")
    desk.told("to Travel")
    desk.stands_on(desk.link("Letter 02"))
    expect(desk.page.locator(ROWS)).to_have_count(8)


def find(desk: Desk) -> None:
    desk.press("/")
    desk.type('"Letter 05"')
    desk.press("Enter")
    expect(desk.page.locator(ROWS)).to_have_count(1)
    desk.stands_on(desk.link("Letter 05"))
    desk.press("o")
    desk.reads("Letter 05")
    desk.press("u")
    desk.stands_on(desk.link("Letter 05"))
    desk.press("g i")
    desk.is_in("Inbox")
    desk.stands_on(desk.link("Letter 12"))


def star_and_mark(desk: Desk, alice: Person) -> None:
    desk.press("s j s")
    expect(desk.page.locator(f"{ROWS}.is-starred")).to_have_count(2)
    desk.press("* u")
    expect(desk.page.locator("#selected-count")).to_have_text("1 selected")
    desk.press("Shift+i * n")
    expect(desk.page.locator(f"{ROWS}.is-unread")).to_have_count(0)
    desk.press("g s")
    desk.is_in("Starred")
    expect(desk.page.locator(ROWS)).to_have_count(2)


def change_ones_mind(desk: Desk) -> None:
    desk.stands_on(desk.link("Letter 11"))
    desk.press("g i")
    desk.is_in("Inbox")
    desk.stands_on(desk.link("Letter 11"))
    desk.press("m")
    desk.told("Muted. Undo with z")
    desk.stands_on(desk.link("Letter 10"))
    desk.press("z")
    expect(desk.row("Letter 11")).to_be_visible()
    desk.press("#")
    desk.told("Moved to Trash")
    desk.press("z")
    expect(desk.row("Letter 10")).to_be_visible()
    expect(desk.page.locator(ROWS)).to_have_count(8)


def snooze(desk: Desk) -> None:
    desk.stands_on(desk.page.locator(f"{ROWS}.is-current .row-link"))
    desk.press("b")
    expect(desk.page.locator("#snooze-menu .menu-item").first).to_be_focused()
    desk.press("Escape")
    desk.stands_on(desk.page.locator(f"{ROWS}.is-current .row-link"))
    desk.press("b")
    expect(desk.page.locator("#snooze-menu .menu-item").first).to_be_focused()
    desk.press("ArrowDown Enter")
    desk.told("Snoozed")
    expect(desk.page.locator(ROWS)).to_have_count(7)
    desk.press("g b")
    desk.is_in("Snoozed")
    expect(desk.page.locator(ROWS)).to_have_count(1)


def write_and_go(desk: Desk, site: str) -> None:
    desk.press("c")
    desk.type("carol")
    expect(desk.page.get_by_role("option", name="Carol Jones")).to_be_visible()
    desk.press("Enter")
    expect(desk.page.locator("compose-window .recipient")).to_have_text("Carol Jones×")
    # Past Cc and Bcc
    desk.press("Tab Tab Tab")
    desk.type("Till tomorrow")
    desk.press("Tab")
    desk.type("I go home now.")
    desk.press("Control+s")
    expect(desk.page.locator("compose-window [data-note-saved]")).to_have_text("Saved")
    desk.press("Escape")
    expect(desk.page.locator("compose-window")).to_have_count(0)
    expect(desk.page.locator(f"{ROWS}.is-current .row-link")).to_be_focused()
    desk.press("g d")
    desk.stands_on(desk.link("Till tomorrow"))
    desk.press("Control+k")
    desk.type("sign out")
    desk.press("Enter")
    expect(desk.page).to_have_url(f"{site}/sign-in/")


def test_a_day_without_a_mouse(desk: Desk, site: str, alice: Person) -> None:
    sign_in(desk, alice)
    read_ten(desk)
    answer_two(desk)
    put_away(desk)
    label_and_move(desk)
    find(desk)
    star_and_mark(desk, alice)
    change_ones_mind(desk)
    snooze(desk)
    write_and_go(desk, site)
    assert OutboundMessage.objects.count() == 2
    archived = [row.subject for row in queries.mailbox_page(alice.account.pk, alice.mailbox("archive")).rows]
    assert sorted(archived) == ["Letter 03", "Letter 04", "Letter 05"]
