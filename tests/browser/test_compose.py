"""Writing as a person does it: nothing lost, one message sent, taken back when regretted."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from mailserver.message import content
from mailserver.message.parser import parse
from tests.logs import LogWatch
from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import Message, OutboundMessage
from webmail.store import identities, queries

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGP8z4APMOGVHbbSDADQbwEPo0k5rAAAAABJRU5ErkJggg=="
)
PASTE = """(data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "dot.png", { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector(".composer-editor").dispatchEvent(paste);
}"""


@pytest.fixture
def desk(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """Alice's inbox; it asks nothing more once the test is over."""
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    yield page
    page.goto("about:blank")


def compose(page: Page) -> Locator:
    page.keyboard.press("c")
    window = page.locator("compose-window")
    expect(window.locator(".composer-editor")).to_be_visible()
    return window


def write(window: Locator, to: str, subject: str, text: str) -> None:
    field = window.get_by_role("combobox", name="To", exact=True)
    field.fill(to)
    field.press("Enter")
    window.get_by_label("Subject").fill(subject)
    window.locator(".composer-editor").click()
    window.page.keyboard.insert_text(text)


def saved(window: Locator) -> None:
    expect(window.locator("[data-note-saved]")).to_have_text("Saved", timeout=10_000)


def test_a_letter_with_a_picture_and_a_file_is_sent_once_and_taken_back(desk: Page, alice: Person) -> None:
    window = compose(desk)
    write(window, "Bob 王 <bob@hamburger.test>", "冬季菜单", "你好，见图。附件 follows.")
    desk.evaluate(PASTE, PNG)
    expect(window.locator(".composer-editor img")).to_have_count(1)
    file = {"name": "说明.txt", "mimeType": "text/plain", "buffer": b"words"}
    window.locator("input[type=file]").set_input_files([file])
    expect(window.locator(".composer-file:not([data-inline])")).to_have_count(1)
    saved(window)
    desk.keyboard.press("Control+Enter")
    expect(window).to_have_count(0)
    toast = desk.locator(".toast")
    expect(toast).to_contain_text("Sending in")
    (sent,) = OutboundMessage.objects.all()
    raw = queries.raw(alice.account.pk, sent.sent_message_id)
    root = parse(raw)
    shown = content.display_parts(raw, root)
    assert "你好，见图。" in content.text(raw, root.find(shown.html))
    assert "你好，见图。" in content.text(raw, root.find(shown.text))
    assert [root.find(section).filename for section in shown.attachments] == ["说明.txt"]
    (picture,) = shown.inline.values()
    assert content.decoded(raw, root.find(picture)) == b64decode(PNG)
    toast.get_by_role("button", name="Undo").click()
    back = desk.locator("compose-window")
    expect(back.get_by_label("Subject")).to_have_value("冬季菜单")
    expect(back.locator(".recipient")).to_have_text("Bob 王×")
    expect(back.locator(".composer-editor img")).to_have_js_property("naturalWidth", 8)
    assert not OutboundMessage.objects.filter(recipients__state="waiting").exists()


def test_a_draft_saves_itself_and_opens_again_from_the_list(desk: Page, site: str, alice: Person) -> None:
    window = compose(desk)
    write(window, "bob@hamburger.test", "Half done", "The first half")
    saved(window)
    expect(window.locator(".composer-editor")).to_be_focused()
    desk.goto(f"{site}/mail/drafts/")
    desk.locator("#rows .row-link", has_text="Half done").click()
    window = desk.locator("compose-window")
    expect(window.locator(".composer-editor")).to_contain_text("The first half")
    assert desk.url.partition("#")[0] == f"{site}/mail/drafts/"
    expect(window.locator(".recipient")).to_have_attribute("data-spec", "bob@hamburger.test")


def test_what_was_written_last_is_kept_when_the_page_is_left(desk: Page, site: str, alice: Person) -> None:
    window = compose(desk)
    write(window, "bob@hamburger.test", "Quick", "Last words")
    desk.goto(f"{site}/mail/drafts/")
    desk.wait_for_timeout(500)
    desk.reload()
    expect(desk.locator("#rows .row-link", has_text="Quick")).to_have_count(1)


def test_a_window_opened_and_left_alone_leaves_no_draft(desk: Page, alice: Person) -> None:
    original = arrive(alice.account.pk, letter("Lunch", "At noon?", number=7))
    desk.evaluate("document.querySelector('#compose-button').click()")
    expect(desk.locator("compose-window .composer-editor")).to_be_visible()
    desk.goto(f"{desk.url.partition('/mail/')[0]}/compose/?reply={original.message_id}")
    expect(desk.locator("compose-window .composer-editor")).to_be_visible()
    # As extensions do.
    desk.locator("compose-window .composer-editor").evaluate("(each) => each.dataset.seen = 'yes'")
    desk.wait_for_timeout(3500)
    assert Message.objects.filter(placements__mailbox__role="drafts").count() == 0


def test_a_discarded_letter_comes_back_with_undo(desk: Page, alice: Person) -> None:
    window = compose(desk)
    write(window, "bob@hamburger.test", "No, rather not", "Words")
    saved(window)
    window.get_by_role("button", name="Discard draft").click()
    expect(window).to_have_count(0)
    desk.locator(".toast").get_by_role("button", name="Undo").click()
    expect(desk.locator("compose-window .composer-editor")).to_contain_text("Words")
    saved(desk.locator("compose-window"))
    assert Message.objects.filter(placements__mailbox__role="drafts").count() == 1


def test_no_subject_and_a_forgotten_file_are_asked_about(desk: Page) -> None:
    window = compose(desk)
    write(window, "bob@hamburger.test", "", "请看附件")
    window.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator("dialog[open]")).to_contain_text("without a subject")
    desk.get_by_role("button", name="Send anyway").click()
    expect(desk.locator("dialog[open]")).to_contain_text("forget the attachment")
    desk.get_by_role("button", name="Back to the message").click()
    expect(window).to_be_visible()
    assert OutboundMessage.objects.count() == 0


def test_the_older_of_two_windows_is_told(
    desk: Page, site: str, alice: Person, console: list[str], log_watch: LogWatch
) -> None:
    log_watch.expect("Conflict: /compose/save/")
    window = compose(desk)
    write(window, "bob@hamburger.test", "Twice", "Here")
    saved(window)
    draft = window.locator("[name=draft]").input_value()
    other = desk.context.new_page()
    other.goto(f"{site}/compose/?draft={draft}")
    second = other.locator("compose-window")
    second.locator(".composer-editor").click()
    other.keyboard.insert_text("There ")
    saved(second)
    other.close()
    window.locator(".composer-editor").click()
    desk.keyboard.insert_text(" more")
    notice = window.locator("[data-notice]")
    expect(notice).to_contain_text("changed in another window", timeout=10_000)
    notice.get_by_role("button", name="Keep mine").click()
    saved(window)
    assert Message.objects.filter(placements__mailbox__role="drafts").count() == 2
    # The browser tells of the refusal, too.
    assert all("409" in line for line in console)
    console.clear()


def test_a_plain_letter_changes_its_signature_with_the_sender(desk: Page, site: str, alice: Person) -> None:
    spec = alice.address
    for address, name in ((spec, "Alice"), (spec.replace("@", "+shop@"), "The shop")):
        signed = f"<div>{name}</div><div>12 Harbour Street</div>"
        fields = {"name": name, "reply_to": "", "signature_html": signed, "is_default": address == spec}
        identities.keep(alice.account, address, fields)
    original = arrive(alice.account.pk, letter("Lunch", "At noon?", number=7))
    desk.goto(f"{site}/compose/?reply={original.message_id}")
    window = desk.locator("compose-window")
    window.get_by_role("button", name="More options").click()
    desk.get_by_role("button", name="Plain text").click()
    area = window.locator("textarea[name=text]")
    expect(area).to_have_value(
        re.compile(r"Alice\n12 Harbour Street\n\nOn .*wrote:\n\n?> At noon\?", re.DOTALL)
    )
    area.press_sequentially("Gladly.")
    window.get_by_label("From").select_option(label="The shop <alice+shop@crepes.test>")
    expect(area).to_have_value(
        re.compile(r"^Gladly\.\s+The shop\n12 Harbour Street\n\nOn .*wrote:", re.DOTALL)
    )
    expect(area).not_to_have_value(re.compile("Alice\n12"))
    saved(window)


def test_an_answer_quotes_and_goes_back(desk: Page, site: str, alice: Person) -> None:
    page = desk
    original = arrive(alice.account.pk, letter("Lunch", "At noon?\r\nAt the harbour.", number=7))
    page.goto(f"{site}/conversations/{original.thread_id}/?in=inbox")
    page.keyboard.press("r")
    window = page.locator("compose-window")
    expect(window.get_by_label("Subject")).to_have_value("Re: Lunch")
    expect(window.locator("blockquote")).to_contain_text("At noon?")
    expect(window.locator(".recipient")).to_have_attribute("data-spec", "bob@hamburger.test")
    page.keyboard.insert_text("Gladly")
    page.keyboard.press("Control+Enter")
    expect(window).to_have_count(0)
    sent = OutboundMessage.objects.get().sent_message
    assert sent.thread_id == original.thread_id
    raw = queries.raw(alice.account.pk, sent.pk)
    assert b"In-Reply-To: <7@hamburger.test>" in raw
    text = content.text(raw, parse(raw).find(content.display_parts(raw, parse(raw)).text))
    assert text.startswith("Gladly")
    assert "> At the harbour." in text
