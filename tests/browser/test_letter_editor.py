"""The letter's editor: what is quoted keeps its look, files are dropped on it, nothing is lost."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import JSHandle, Locator, Page, expect

from mailserver.message import compose, content
from mailserver.message.parser import parse
from tests.logs import LogWatch
from tests.mail import arrive
from tests.people import Person
from webmail.models import Message, OutboundMessage
from webmail.store import queries

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGP8z4APMOGVHbbSDADQbwEPo0k5rAAAAABJRU5ErkJggg=="
)
NEWS = (
    "<html><head><style>.box{background:#fff4e0;padding:16px} h1{color:#b03010}</style></head><body>"
    '<table width="900" style="width:900px"><tr><td class="box"><h1>Winter menu</h1>'
    '<p style="font-size:18px">Six weeks of <b style="background:yellow">soup</b>.</p>'
    '<img src="cid:logo@x" width="120" height="60">'
    '<img src="https://pics.test/a.png?b=1&amp;c" width="200" height="80">'
    '</td><td style="width:300px">Side column</td></tr></table></body></html>'
)
LOOK = """(editor) => {
  const look = (selector, property) => getComputedStyle(editor.querySelector(selector))[property];
  const ground = (selector) => look(selector, "backgroundColor");
  return [look("h1", "color"), look("p", "fontSize"), ground("b"), ground("td")];
}"""
AS_SENT = ["rgb(176, 48, 16)", "18px", "rgb(255, 255, 0)", "rgb(255, 244, 224)"]


@pytest.fixture
def desk(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """Alice's inbox; it asks nothing more once the test is over."""
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    yield page
    page.goto("about:blank")


def opened(page: Page, query: str = "") -> Locator:
    detail = f"{{detail: {{url: '/compose/?{query}'}}}}"
    page.evaluate(f"document.dispatchEvent(new CustomEvent('postillion:compose', {detail}))")
    window = page.locator("compose-window")
    expect(window.locator(".composer-editor")).to_be_visible()
    return window


def news(alice: Person) -> int:
    logo = compose.Attachment("logo.png", "image/png", PNG, "logo@x", inline=True)
    bob = compose.Address("Bob", "bob", "hamburger.test")
    draft = compose.Draft(from_=(bob,), subject="News", html=NEWS, attachments=(logo,), message_id="n@x")
    return arrive(alice.account.pk, compose.compose(draft)).message_id


def files(page: Page, *named: tuple[str, str, bytes]) -> JSHandle:
    """What a person drags over the window."""
    script = """(named) => {
      const data = new DataTransfer();
      for (const [name, type, text] of named) {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      return data;
    }"""
    return page.evaluate_handle(
        script, [[name, kind, b64encode(data).decode()] for name, kind, data in named]
    )


def test_a_quoted_newsletter_keeps_its_look_through_undo_and_on_its_way(desk: Page, alice: Person) -> None:
    window = opened(desk, f"reply={news(alice)}")
    editor = window.locator(".composer-editor")
    assert editor.evaluate(LOOK) == AS_SENT
    desk.keyboard.type("Thanks")
    desk.keyboard.press("Enter")
    desk.keyboard.type("more")
    desk.keyboard.press("Control+z")
    desk.keyboard.press("Control+z")
    assert editor.evaluate(LOOK) == AS_SENT
    desk.keyboard.press("Control+y")
    assert editor.evaluate(LOOK) == AS_SENT
    # It is wider than the window: what is to the right can be reached.
    quote = editor.locator("blockquote").first
    assert quote.evaluate("(quote) => quote.scrollWidth > quote.clientWidth")
    desk.keyboard.press("Control+Enter")
    expect(window).to_have_count(0)
    raw = queries.raw(alice.account.pk, OutboundMessage.objects.get().sent_message_id)
    root = parse(raw)
    shown = content.display_parts(raw, root)
    html = content.text(raw, root.find(shown.html))
    assert "Thanks" in html
    assert "background:#fff4e0" in html.replace(": ", ":").replace("rgb(255, 244, 224)", "#fff4e0")
    assert 'src="https://pics.test/a.png?b=1&amp;c"' in html
    assert f'src="cid:{next(iter(shown.inline))}"' in html
    assert "data-" not in html


def test_files_are_dropped_on_the_window_and_pictures_on_the_text(desk: Page, alice: Person) -> None:
    window = opened(desk)
    form = window.locator("form")
    dragged = files(desk, ("报告 1.bin", "application/x-own", bytes(3_000_000)))
    form.dispatch_event("dragenter", {"dataTransfer": dragged})
    expect(window.locator(".composer-drop")).to_be_visible()
    form.dispatch_event("drop", {"dataTransfer": dragged})
    expect(window.locator(".composer-drop")).to_be_hidden()
    expect(window.locator(".composer-file")).to_contain_text("报告 1.bin")
    expect(window.locator(".composer-file progress")).to_have_count(0)
    both = files(desk, ("dot.png", "image/png", PNG), ("a.txt", "text/plain", b"words"))
    window.locator(".composer-editor").dispatch_event("drop", {"dataTransfer": both})
    expect(window.locator(".composer-editor img")).to_have_js_property("naturalWidth", 8)
    expect(window.locator(".composer-file:not([data-inline])")).to_have_count(2)
    expect(window.locator("[data-note-saved]")).to_have_text("Saved", timeout=10_000)
    (draft,) = Message.objects.filter(placements__mailbox__role="drafts")
    assert draft.has_attachment


def test_a_file_dropped_beside_the_window_does_not_take_the_page_away(desk: Page) -> None:
    opened(desk)
    dragged = files(desk, ("a.txt", "text/plain", b"words"))
    refused = """(data) => {
      const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
      return !document.querySelector("#main").dispatchEvent(drop);
    }"""
    assert desk.evaluate(refused, dragged)


def test_last_words_of_a_long_letter_wait_in_the_browser(
    desk: Page, alice: Person, bob: Person, sign_in: Callable, log_watch: LogWatch
) -> None:
    # What the page still sends while it goes is sent in the other's name, and refused.
    log_watch.allow("Unauthorized: /compose/save/")
    drafts = desk.url.replace("inbox", "drafts")
    window = opened(desk)
    window.get_by_label("Subject").fill("Long letter")
    window.locator(".composer-editor").click()
    desk.keyboard.insert_text("long words " * 9000)
    expect(window.locator("[data-note-saved]")).to_have_text("Saved", timeout=10_000)
    desk.keyboard.insert_text("and the last")
    # Somebody else at the same desk neither sees nor saves it.
    sign_in(desk, bob)
    desk.goto(drafts)
    expect(desk.locator("#main")).to_be_visible()
    desk.wait_for_load_state("networkidle")
    assert not Message.objects.filter(account=bob.account).exists()
    sign_in(desk, alice)
    desk.goto(drafts)
    toast = desk.locator(".toast", has_text="now in Drafts")
    toast.get_by_role("button", name="Open").click()
    expect(desk.locator("compose-window .composer-editor")).to_contain_text("and the last")
    expect(desk.locator("compose-window").get_by_label("Subject")).to_have_value("Long letter")
    assert Message.objects.filter(placements__mailbox__role="drafts").count() == 1
    assert desk.evaluate("Object.keys(localStorage).filter((name) => name.includes('letter')).length") == 0


PASTED = Path(__file__).parent / "pasted"
PASTE = """(html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", "");
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector(".composer-editor").dispatchEvent(paste);
}"""


def test_what_is_pasted_leaves_its_page_behind(desk: Page) -> None:
    text = opened(desk).locator(".composer-editor")
    text.click()

    def paste(name: str) -> None:
        desk.keyboard.press("Control+a")
        desk.evaluate(PASTE, (PASTED / f"{name}.html").read_text())

    paste("word")
    expect(text.locator("> ul > li")).to_have_text(["Crêpeswith sugar", "Galettes"])
    expect(text.locator("ul > li > ol > li")).to_have_text("with sugar")
    expect(text.locator("b")).to_have_text("Menu")
    assert text.inner_html().count("style=") == 1
    expect(text.get_by_text("dishes")).to_have_css("color", "rgb(192, 0, 0)")
    for foreign in ("mso", "Mso", "o:p", "Calibri", "·", "supportLists", "StartFragment"):
        assert foreign not in text.inner_html()
    paste("docs")
    expect(text).to_have_text("Bold and not")
    expect(text.get_by_text("Bold", exact=True)).to_have_css("font-weight", "700")
    expect(text.get_by_text("and not")).to_have_css("font-weight", "400")
    paste("web")
    expect(text.locator("h2")).to_have_text("News")
    expect(text.locator("a")).to_have_attribute("href", "https://example.test/")
    assert "position" not in text.inner_html()
    assert text.locator("img").count() == 0
