"""Files as a person looks at them: the overlay and the explorer by mouse and keys, and without scripts."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.mail import arrive
from tests.parcels import PDF, file, forwarded, multipart, part, png, text
from tests.people import Person

INNER = multipart(
    part("text/html; charset=utf-8", b"<h1>Offer</h1><script>parent.document.title = 'stolen'</script>"),
    boundary="inner",
)
PARCEL = multipart(
    text("Look."),
    file("evening.png", png(40, 30), "image/png"),
    file("notes.txt", "你好 <b>there</b>".encode(), "text/plain"),
    file("invoice.pdf", PDF, "application/pdf"),
    forwarded(INNER, "Content-Description: An offer"),
)


@pytest.fixture
def reader(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """A page in Alice's session; it asks nothing more once the test is over."""
    sign_in(page, alice)
    yield page
    page.goto("about:blank")


def test_files_are_looked_at_over_the_conversation(reader: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, PARCEL)
    address = f"{site}/conversations/{added.thread_id}/?in=inbox"
    reader.goto(address)
    card = reader.locator("a[data-view]").first
    card.focus()
    reader.keyboard.press("Enter")
    box = reader.get_by_role("dialog", name="evening.png")
    expect(box.get_by_role("img", name="evening.png")).to_be_visible()
    expect(box.get_by_role("button", name="Close")).to_be_focused()
    assert box.get_by_role("img", name="evening.png").evaluate("picture => picture.naturalWidth") == 40
    reader.keyboard.press("ArrowRight")
    expect(reader.get_by_role("dialog", name="notes.txt")).to_contain_text("你好 <b>there</b>")
    reader.get_by_role("link", name="Next file").click()
    document = reader.get_by_role("dialog", name="invoice.pdf")
    expect(document.locator("iframe")).to_have_attribute(
        "src", f"/messages/{added.message_id}/parts/4/?show=1#navpanes=0"
    )
    reader.get_by_role("link", name="Previous file").focus()
    reader.keyboard.press("ArrowLeft")
    expect(reader.get_by_role("dialog", name="notes.txt")).to_be_visible()
    expect(reader.get_by_role("link", name="Previous file")).to_be_focused()
    reader.keyboard.press("Escape")
    expect(reader.locator("dialog.lightbox")).to_have_count(0)
    # The window itself may have lost the focus to the browser's PDF viewer.
    assert card.evaluate("link => document.activeElement === link")
    expect(reader).to_have_url(address)


def test_a_picture_that_is_none_has_an_icon(reader: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, multipart(text("Look."), file("a.png", b"<html>no", "image/png")))
    reader.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    expect(reader.locator(".file-thumb")).to_have_class("file-thumb is-broken")
    expect(reader.locator(".file-thumb .file-icon")).to_be_visible()


def test_a_message_inside_opens_on_its_page_in_a_frame_that_runs_nothing(
    reader: Page, site: str, alice: Person
) -> None:
    added = arrive(alice.account.pk, PARCEL)
    reader.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    reader.get_by_role("link", name="An offer.eml Message").click()
    expect(reader.frame_locator("letter-frame iframe").get_by_role("heading", name="Offer")).to_be_visible()
    expect(reader).to_have_title("Files – Postillion")
    reader.keyboard.press("u")
    expect(reader.get_by_text("Look.")).to_be_visible()


def test_the_explorer_is_walked_by_keys(reader: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, PARCEL)
    reader.goto(f"{site}/messages/{added.message_id}/parts/")
    tree = reader.get_by_role("tree")
    parts = tree.get_by_role("treeitem")
    expect(parts).to_have_count(8)
    chosen = tree.locator('[aria-selected="true"]')
    expect(chosen).to_contain_text("text/plain")
    chosen.focus()
    reader.keyboard.press("ArrowLeft")
    expect(parts.first).to_be_focused()
    reader.keyboard.press("End")
    expect(parts.last).to_be_focused()
    reader.keyboard.press("ArrowUp")
    reader.keyboard.press("ArrowUp")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", name="message/rfc822", level=1)).to_be_visible()
    expect(parts.nth(5)).to_be_focused()
    expect(parts.nth(5)).to_have_attribute("aria-selected", "true")


def test_a_charset_is_chosen_and_shown_at_once(reader: Page, site: str, alice: Person) -> None:
    raw = b"From: Ivan <ivan@x.test>\r\nSubject: x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n"
    added = arrive(alice.account.pk, raw + "Привет".encode("koi8-r"))
    reader.goto(f"{site}/messages/{added.message_id}/parts/")
    reader.get_by_role("button", name="Windows-1251").click()
    expect(reader.get_by_text("You chose it for this sender.")).to_be_visible()
    expect(reader.get_by_role("button", name="Windows-1251")).to_have_attribute("aria-pressed", "true")
    reader.get_by_role("button", name="Forget the choice").click()
    expect(reader.get_by_text("You chose it for this sender.")).to_have_count(0)


def test_without_scripts_files_have_pages(browser, site: str, sign_in: Callable, alice: Person) -> None:
    added = arrive(alice.account.pk, PARCEL)
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, alice)
    page = context.new_page()
    page.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    page.locator("a.file-open").first.click()
    expect(page.get_by_role("img", name="evening.png")).to_be_visible()
    page.get_by_role("link", name="Next file").click()
    expect(page.get_by_text("你好 <b>there</b>")).to_be_visible()
    page.goto(f"{site}/messages/{added.message_id}/parts/")
    page.get_by_role("treeitem", name="message/rfc822").click()
    expect(page.get_by_text("A message inside this one")).to_be_visible()
    context.close()
