"""What fingers do, by real touch events: swipe, long press, pull, the drawer, reading on at the end."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from tests.browser.lists import ROWS, filled, row, said, stands_in
from tests.people import Person

SIZE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZE, has_touch=True, is_mobile=True)
    sign_in(context, alice)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def inbox(phone: Page, site: str, alice: Person) -> Page:
    filled(alice, [f"Letter {number}" for number in range(1, 21)])
    phone.goto(f"{site}/mail/inbox/")
    expect(phone.locator(ROWS)).to_have_count(20)
    return phone


class Finger:
    """One finger on the screen."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._page = page
        self.x = self.y = 0.0

    def down(self, on: Locator, x: float = 150) -> None:
        box = on.bounding_box()
        self.x, self.y = x, box["y"] + box["height"] / 2
        self._send("touchStart")

    def move(self, dx: float, dy: float = 0, steps: int = 8) -> None:
        for _ in range(steps):
            self.x, self.y = self.x + dx / steps, self.y + dy / steps
            self._send("touchMove")

    def up(self) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind: str) -> None:
        points = [{"x": self.x, "y": self.y}]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.fixture
def finger(phone: Page) -> Finger:
    return Finger(phone)


@pytest.mark.parametrize(
    "way", [(200, "archive", "Archived"), (-200, "trash", "Moved to Trash")], ids=["right", "left"]
)
def test_a_swipe_puts_away_and_undo_brings_back(
    inbox: Page, alice: Person, finger: Finger, way: tuple[int, str, str]
) -> None:
    dx, role, words = way
    finger.down(row(inbox, "Letter 18"), 195)
    finger.move(dx)
    expect(row(inbox, "Letter 18").locator(".row-swipe")).to_have_class(f"row-swipe swipe-{role} is-far")
    finger.up()
    expect(row(inbox, "Letter 18")).to_have_count(0)
    said(inbox, words)
    assert stands_in(alice, alice.mailbox(role)) == ["Letter 18"]
    inbox.get_by_role("button", name="Undo").click()
    expect(row(inbox, "Letter 18")).to_have_count(1)


def test_a_short_swipe_does_nothing_and_opens_nothing(inbox: Page, site: str, finger: Finger) -> None:
    finger.down(row(inbox, "Letter 18"))
    finger.move(60)
    expect(inbox.locator(".row-swipe:not(.is-far)")).to_have_count(1)
    finger.up()
    expect(inbox.locator(".row-swipe")).to_have_count(0)
    expect(inbox.locator(".is-swiping")).to_have_count(0)
    expect(inbox).to_have_url(f"{site}/mail/inbox/")
    expect(inbox.locator(ROWS)).to_have_count(20)


def test_scrolling_never_swipes(inbox: Page, finger: Finger) -> None:
    finger.down(row(inbox, "Letter 16"))
    finger.move(30, -150)
    finger.move(180, -60)
    expect(inbox.locator(".row-swipe")).to_have_count(0)
    finger.up()
    expect(inbox.locator(ROWS)).to_have_count(20)
    assert inbox.locator("#list-scroll").evaluate("list => list.scrollTop") > 50


def test_the_directions_can_be_others(inbox: Page, finger: Finger) -> None:
    inbox.evaluate("Object.assign(document.body.dataset, { swipeRight: 'read', swipeLeft: 'none' })")
    finger.down(row(inbox, "Letter 18"))
    finger.move(200)
    finger.up()
    expect(row(inbox, "Letter 18")).not_to_have_class("is-unread")
    said(inbox, "Marked as read")
    finger.down(row(inbox, "Letter 17"), 300)
    finger.move(-200)
    expect(inbox.locator(".row-swipe")).to_have_count(0)
    finger.up()
    expect(inbox.locator(ROWS)).to_have_count(20)


def test_a_long_press_chooses_and_taps_go_on(inbox: Page, site: str, alice: Person, finger: Finger) -> None:
    finger.down(row(inbox, "Letter 18"))
    expect(row(inbox, "Letter 18").locator("input")).to_be_checked()
    finger.up()
    row(inbox, "Letter 15").locator(".row-link").tap()
    expect(inbox.locator("#selected-count")).to_have_text("2 selected")
    expect(inbox).to_have_url(f"{site}/mail/inbox/")
    row(inbox, "Letter 15").locator(".row-link").tap()
    expect(inbox.locator("#selected-count")).to_have_text("1 selected")
    inbox.get_by_role("toolbar").get_by_role("button", name="Archive").tap()
    said(inbox, "Archived")
    assert stands_in(alice, alice.mailbox("archive")) == ["Letter 18"]
    # Nothing is chosen any more: a tap opens.
    row(inbox, "Letter 15").locator(".row-link").tap()
    expect(inbox.get_by_role("heading", name="Letter 15")).to_be_visible()


def test_the_selection_is_given_up(inbox: Page, finger: Finger) -> None:
    finger.down(row(inbox, "Letter 18"))
    expect(inbox.get_by_role("button", name="Clear selection").first).to_be_visible()
    finger.up()
    inbox.locator(".selection-clear").tap()
    expect(inbox.locator(f"{ROWS} input:checked")).to_have_count(0)
    expect(inbox.locator("#refresh")).to_be_visible()


def test_pulling_down_loads_anew(inbox: Page, finger: Finger) -> None:
    finger.down(row(inbox, "Letter 19"))
    with inbox.expect_response("**/mail/inbox/"):
        finger.move(0, 180)
        expect(inbox.locator(".pull-mark.is-far")).to_be_visible()
        finger.up()
    expect(inbox.locator(".pull-mark")).to_have_count(0)


def test_the_drawer_is_pushed_away(inbox: Page, finger: Finger) -> None:
    inbox.get_by_role("button", name="Menu").tap()
    sent = inbox.get_by_role("link", name="Sent")
    expect(sent).to_be_visible()
    finger.down(sent, 200)
    finger.move(-150)
    finger.up()
    expect(sent).to_be_hidden()


def test_reading_on_at_the_end_and_back_to_the_same_row(phone: Page, site: str, alice: Person) -> None:
    filled(alice, [f"Letter {number}." for number in range(1, 121)])
    phone.goto(f"{site}/mail/inbox/")
    expect(phone.locator(ROWS)).to_have_count(50)
    phone.locator("#older-end").scroll_into_view_if_needed()
    expect(row(phone, "Letter 60.")).to_be_attached()
    expect(phone.locator(ROWS)).to_have_count(100)
    expect(phone.locator("#range")).to_have_text("1–100 of 120")
    row(phone, "Letter 30.").locator(".row-link").tap()
    expect(phone.get_by_role("heading", name="Letter 30.")).to_be_visible()
    phone.go_back()
    expect(row(phone, "Letter 30.")).to_be_in_viewport()
    expect(row(phone, "Letter 30.")).to_have_class("row is-current")


@pytest.mark.parametrize("width", [360, 390])
def test_nothing_is_cut_and_targets_are_large(phone: Page, site: str, alice: Person, width: int) -> None:
    filled(alice, ["Long " * 60, "שלום עולם", "👩‍🚀🎉"])
    phone.set_viewport_size({"width": width, "height": 780})
    phone.goto(f"{site}/mail/inbox/")
    for button in ("#more-button", "#select-menu"):
        expect(phone.locator(button)).to_be_hidden()
    phone.locator(".row-check").first.tap()
    _fits(phone, width)
    phone.locator(".selection-clear").tap()
    phone.locator(f"{ROWS} .row-link").first.tap()
    expect(phone.locator(".conversation")).to_be_visible()
    _fits(phone, width)


def _fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == width
    buttons = page.locator("#main .toolbar :is(a, button):visible")
    boxes = buttons.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().toJSON())")
    assert len(boxes) >= 5
    for box in boxes:
        assert min(box["width"], box["height"]) >= 43.9, box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
