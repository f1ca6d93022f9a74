"""Keys: every action by its key, keys of one's own, the help, the palette."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.contacts import know
from tests.mail import arrive, arrive_all, do, letter, new
from tests.people import Person
from webmail.store import flags, mailboxes, queries

ROWS = "#rows > .row"


@pytest.fixture
def inbox(page: Page, site: str, sign_in: Callable, alice: Person) -> Page:
    """Alice's inbox with five conversations, the newest first."""
    for number, subject in enumerate(("Five", "Four", "Three", "Two", "One"), start=1):
        arrive(alice.account.pk, letter(subject, number=number), minute=number)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    expect(page.locator(ROWS)).to_have_count(5)
    return page


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def row(page: Page, subject: str) -> Locator:
    return page.locator(ROWS, has_text=subject)


def link(page: Page, subject: str) -> Locator:
    return row(page, subject).locator(".row-link")


def stands_in(person: Person, role: str) -> list[str]:
    return [found.subject for found in queries.mailbox_page(person.account.pk, person.mailbox(role)).rows]


def test_the_words_and_the_registry_name_the_same_actions(inbox: Page) -> None:
    names = inbox.evaluate("""async () => {
      const script = [...document.querySelectorAll("script[type=module]")].map(({ src }) => src)[0];
      const registry = await import(script.replace(/\\/(js|build)\\/.*/, "/js/keys/registry.js"));
      const words = document.getElementById("action-words").content.querySelectorAll("[data-name]");
      const named = [...words].map(({ dataset }) => dataset.name);
      return [registry.ACTIONS.map(({ name }) => name).sort(), named.sort()];
    }""")
    assert names[0] == names[1]


def test_after_each_act_the_next_row_has_the_focus(inbox: Page, alice: Person) -> None:
    press(inbox, "j j e")
    expect(link(inbox, "Three")).to_be_focused()
    press(inbox, "#")
    expect(link(inbox, "Four")).to_be_focused()
    press(inbox, "[")
    expect(link(inbox, "One")).to_be_focused()
    press(inbox, "]")
    expect(link(inbox, "Five")).to_be_focused()
    press(inbox, "y")
    expect(inbox.get_by_role("heading", name="All read and put away")).to_be_focused()
    press(inbox, "g e")
    expect(inbox.locator(ROWS)).to_have_count(4)
    assert sorted(stands_in(alice, "archive")) == ["Five", "Four", "One", "Two"]
    assert stands_in(alice, "trash") == ["Three"]


def test_what_was_chosen_goes_and_the_pointer_stays(inbox: Page) -> None:
    press(inbox, "j x j j x k e")
    expect(inbox.locator(ROWS)).to_have_count(3)
    expect(link(inbox, "Two")).to_be_focused()


def test_keys_of_kinds(inbox: Page, alice: Person) -> None:
    press(inbox, "j j s * s")
    expect(inbox.locator("#selected-count")).to_have_text("1 selected")
    press(inbox, "* t")
    expect(inbox.locator("#selected-count")).to_have_text("4 selected")
    press(inbox, "Shift+i")
    expect(inbox.locator(f"{ROWS}.is-unread")).to_have_count(1)
    press(inbox, "* u")
    expect(inbox.locator("#selected-count")).to_have_text("1 selected")
    press(inbox, "* r Shift+u * n")
    expect(inbox.locator(f"{ROWS}.is-unread")).to_have_count(5)
    expect(inbox.locator("#selected-count")).to_be_empty()


def test_z_takes_back_what_was_done_last(inbox: Page) -> None:
    press(inbox, "j e")
    expect(inbox.locator(ROWS)).to_have_count(4)
    expect(inbox.locator("#toasts")).to_contain_text("Archived. Undo with z")
    press(inbox, "s")
    expect(inbox.locator(f"{ROWS}.is-starred")).to_have_count(1)
    press(inbox, "z")
    expect(inbox.locator(f"{ROWS}.is-starred")).to_have_count(0)
    expect(inbox.locator(ROWS)).to_have_count(4)


def test_undo_outlives_its_toast(inbox: Page) -> None:
    press(inbox, "j e")
    expect(inbox.locator("#toasts")).to_contain_text("Archived")
    inbox.evaluate("document.querySelector('#toasts .toast').remove()")
    press(inbox, "z")
    expect(inbox.locator(ROWS)).to_have_count(5)


def test_from_page_to_page(page: Page, site: str, sign_in: Callable, alice: Person) -> None:
    arrive_all([new(letter(f"Letter {number}", number=number), alice.account.pk) for number in range(60)])
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    press(page, "g n")
    expect(page.locator(ROWS)).to_have_count(10)
    expect(page.locator(f"{ROWS} .row-link").first).to_be_focused()
    press(page, "g p")
    expect(page.locator(ROWS)).to_have_count(50)


def test_y_takes_a_label_off_where_one_is_in_it(inbox: Page, site: str, alice: Person) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work")
    threads = [
        found.thread_id for found in queries.mailbox_page(alice.account.pk, alice.mailbox("inbox")).rows
    ]
    do("label", alice.account.pk, threads[:2], add=[label])
    inbox.goto(f"{site}/mail/label-{label}/")
    press(inbox, "j y")
    expect(inbox.locator(ROWS)).to_have_count(1)
    press(inbox, "o")
    expect(inbox.get_by_role("heading", level=1)).to_be_focused()
    press(inbox, "y")
    expect(inbox.locator("#empty")).to_be_visible()
    assert len(stands_in(alice, "inbox")) == 5


def test_a_menu_by_keys_acts_on_the_row_and_leaves_it_unchosen(inbox: Page, alice: Person) -> None:
    for name in ("Family", "Work", "Worms"):
        mailboxes.create(alice.account.pk, name)
    inbox.reload()
    press(inbox, "j l")
    expect(inbox.locator("#picker")).to_be_visible()
    inbox.keyboard.press("Escape")
    expect(link(inbox, "One")).to_be_focused()
    expect(row(inbox, "One").get_by_role("checkbox")).not_to_be_checked()
    press(inbox, "l")
    inbox.keyboard.type("wor")
    press(inbox, "Enter")
    expect(row(inbox, "One").locator(".chip")).to_have_text("Work")
    expect(row(inbox, "One").get_by_role("checkbox")).not_to_be_checked()
    press(inbox, "v")
    inbox.keyboard.type("worm")
    press(inbox, "Enter")
    expect(inbox.locator(ROWS)).to_have_count(4)
    expect(link(inbox, "Two")).to_be_focused()


def test_a_conversation_by_keys(inbox: Page, alice: Person) -> None:
    press(inbox, "j j o")
    expect(inbox.get_by_role("heading", name="Two", level=1)).to_be_focused()
    press(inbox, "j")
    expect(inbox.get_by_role("heading", name="Three", level=1)).to_be_focused()
    press(inbox, "]")
    expect(inbox.get_by_role("heading", name="Four", level=1)).to_be_focused()
    press(inbox, "k")
    expect(inbox.get_by_role("heading", name="Two", level=1)).to_be_focused()
    press(inbox, "u")
    expect(link(inbox, "Two")).to_be_focused()
    press(inbox, "j o")
    expect(inbox.get_by_role("heading", name="Four", level=1)).to_be_focused()
    press(inbox, "e")
    expect(inbox.locator(ROWS)).to_have_count(3)
    expect(link(inbox, "Five")).to_be_focused()
    press(inbox, "o")
    expect(inbox.get_by_role("heading", name="Five", level=1)).to_be_focused()
    press(inbox, "m")
    expect(inbox.locator("#toasts")).to_contain_text("Muted")
    expect(inbox.locator(ROWS)).to_have_count(2)
    assert sorted(stands_in(alice, "archive")) == ["Five", "Four", "Three"]


def thread_of_five(alice: Person) -> int:
    for number in range(1, 6):
        added = arrive(
            alice.account.pk,
            letter("Long", f"Part {number}", number=number, references=range(1, number)),
            minute=number,
        )
        if number < 5:
            flags.set_flags(alice.account.pk, [added.message_id], add=frozenset({"\\Seen"}))
    return added.thread_id


def test_from_message_to_message(page: Page, site: str, sign_in: Callable, alice: Person) -> None:
    thread = thread_of_five(alice)
    sign_in(page, alice)
    page.goto(f"{site}/conversations/{thread}/?in=inbox")
    messages = page.locator(".message")
    press(page, "n")
    expect(messages.first.locator(".message-row")).to_be_focused()
    press(page, "o")
    expect(messages.first).to_be_focused()
    press(page, "r")
    expect(page.locator("compose-window [name=in_reply_to]")).to_have_value("1@hamburger.test")
    press(page, "Escape")
    expect(page.locator("compose-window")).to_have_count(0)
    expect(messages.first).to_be_focused()
    press(page, "n n")
    expect(messages.last).to_be_focused()
    press(page, "p p")
    expect(messages.first).to_be_focused()


def test_answers_in_new_tabs(inbox: Page, context: BrowserContext) -> None:
    press(inbox, "j o")
    expect(inbox.get_by_role("heading", name="One", level=1)).to_be_focused()
    with context.expect_page() as opened:
        press(inbox, "Shift+r")
    expect(opened.value.get_by_label("Subject")).to_have_value("Re: One")
    with context.expect_page() as opened:
        press(inbox, "d")
    expect(opened.value).to_have_title("New message – Postillion")


def test_keys_while_writing(inbox: Page) -> None:
    press(inbox, "j c")
    composer = inbox.locator("compose-window")
    to = composer.get_by_role("combobox", name="To", exact=True)
    expect(to).to_be_focused()
    inbox.keyboard.type("je#?")
    press(inbox, "Control+Shift+c")
    expect(composer.get_by_role("combobox", name="Cc", exact=True)).to_be_focused()
    press(inbox, "Control+Shift+b")
    expect(composer.get_by_role("combobox", name="Bcc", exact=True)).to_be_focused()
    composer.get_by_label("Subject").fill("Lists")
    press(inbox, "Tab")
    inbox.keyboard.type("one")
    press(inbox, "Control+Shift+8")
    expect(composer.locator("[data-editor] ul li")).to_have_text("one")
    press(inbox, "Control+Shift+7")
    expect(composer.locator("[data-editor] ol li")).to_have_text("one")
    press(inbox, "Control+Shift+7 Control+Shift+9")
    expect(composer.locator("[data-editor] blockquote")).to_have_text("one")
    press(inbox, "Control+a Control+k")
    inbox.keyboard.type("crepes.test")
    press(inbox, "Enter")
    expect(composer.locator("[data-editor] a")).to_have_attribute("href", "https://crepes.test")
    press(inbox, "Control+s")
    expect(composer.get_by_role("status")).to_have_text("Saved")
    press(inbox, "Escape")
    expect(composer).to_have_count(0)
    expect(link(inbox, "One")).to_be_focused()
    expect(inbox.locator(ROWS)).to_have_count(5)


FIRE = """init => {
  const event = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""
LAYOUTS = {
    "Cyrillic": ({"key": "о", "code": "KeyJ"}, "One"),
    "Caps Lock": ({"key": "J", "code": "KeyJ"}, "One"),
    "Dvorak": ({"key": "j", "code": "KeyC"}, "One"),
    "input method": ({"key": "Process", "code": "KeyJ", "keyCode": 229}, None),
    "composing": ({"key": "j", "code": "KeyJ", "isComposing": True}, None),
    "with Alt": ({"key": "j", "code": "KeyJ", "altKey": True}, None),
}


@pytest.mark.parametrize(("event", "subject"), LAYOUTS.values(), ids=LAYOUTS)
def test_keys_are_what_they_type(inbox: Page, event: dict, subject: str | None) -> None:
    inbox.evaluate(FIRE, event)
    expect(inbox.locator(f"{ROWS}.is-current")).to_have_count(1 if subject else 0)
    if subject:
        expect(link(inbox, subject)).to_be_focused()


def test_a_sign_by_altgr_and_one_of_a_chinese_keyboard(inbox: Page) -> None:
    press(inbox, "j")
    inbox.evaluate(
        FIRE, {"key": "#", "code": "Digit3", "ctrlKey": True, "altKey": True, "modifierAltGraph": True}
    )
    expect(inbox.locator(ROWS)).to_have_count(4)
    inbox.evaluate(FIRE, {"key": "？", "code": "Slash", "shiftKey": True})
    expect(inbox.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_own_keys_act_and_are_told_everywhere(inbox: Page, alice: Person) -> None:
    alice.user.key_map = {"archive": "q", "undo": "", "go-drafts": "g x", "unknown": "w"}
    alice.user.save()
    inbox.reload()
    press(inbox, "j e")
    expect(inbox.locator(ROWS)).to_have_count(5)
    press(inbox, "q")
    expect(inbox.locator(ROWS)).to_have_count(4)
    expect(inbox.locator("#toasts kbd")).to_have_count(0)
    row(inbox, "Two").hover()
    archive = row(inbox, "Two").get_by_role("button", name="Archive")
    archive.hover()
    expect(archive).to_have_attribute("title", "Archive (q)")
    expect(archive).to_have_attribute("aria-keyshortcuts", "q")
    press(inbox, "z g x")
    expect(inbox).to_have_title("Drafts – Postillion")


def test_keys_are_set_by_pressing(inbox: Page, site: str, alice: Person) -> None:
    press(inbox, "?")
    inbox.get_by_role("link", name="Change keys").click()
    expect(inbox).to_have_title("Keyboard shortcuts – Postillion")

    def choose(name: str, keys: str) -> None:
        inbox.get_by_role("button", name=f"Change the key of “{name}”").click()
        press(inbox, keys)

    def kept(wanted: dict[str, str]) -> None:
        inbox.wait_for_function(
            "wanted => (document.body.dataset.keyMap ?? '{}') === wanted",
            arg=json.dumps(wanted, separators=(",", ":")),
        )
        alice.user.refresh_from_db()
        assert alice.user.key_map == wanted

    line = inbox.get_by_role("listitem").filter(has=inbox.get_by_text("Archive", exact=True)).first
    choose("Archive", "h")
    expect(line.locator("kbd")).to_have_text("h")
    kept({"archive": "h"})
    expect(inbox.get_by_role("button", name="Change the key of “Archive”", exact=True)).to_be_focused()
    choose("Archive", "j")
    expect(line).to_contain_text("j is taken: Older conversation.")
    press(inbox, "Enter")
    kept({"archive": "j", "older": "h"})
    choose("Send", "s")
    expect(inbox.get_by_text("While you write, only keys with")).to_be_visible()
    choose("Send", "Control+m")
    kept({"archive": "j", "older": "h", "send": "Mod+m"})
    choose("Star", "g i")
    expect(inbox.get_by_text("g i is taken: Go to Inbox.")).to_be_visible()
    inbox.get_by_role("button", name="Cancel").click()
    inbox.get_by_role("button", name="No key for “Mute”").click()
    kept({"archive": "j", "older": "h", "send": "Mod+m", "mute": ""})
    inbox.get_by_role("button", name="Reset all keys").click()
    kept({})
    with inbox.expect_response("**/settings/keys/"):
        inbox.get_by_label("Single keys act").uncheck()
    inbox.goto(f"{site}/mail/inbox/")
    press(inbox, "j e")
    expect(inbox.locator(ROWS)).to_have_count(5)
    expect(inbox.locator("#search-form kbd")).to_be_hidden()
    press(inbox, "Control+k")
    expect(inbox.get_by_role("dialog", name="What do you want to do?")).to_be_visible()


def test_the_help_finds_a_key_by_a_word(inbox: Page) -> None:
    press(inbox, "j ?")
    dialog = inbox.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    inbox.keyboard.type("archive")
    expect(dialog.locator(".shortcut:visible")).to_have_count(5)
    inbox.keyboard.type("zzz")
    expect(dialog.get_by_role("status")).to_have_text("Nothing fits.")
    press(inbox, "Escape")
    expect(dialog).to_have_count(0)
    expect(link(inbox, "One")).to_be_focused()


def test_the_palette_does_what_it_finds(inbox: Page, site: str, alice: Person) -> None:
    for name in ("Family", "合同/供应商"):
        mailboxes.create(alice.account.pk, name)
    know(alice.account.pk, "Bob 王", "bob@hamburger.test")
    inbox.reload()
    press(inbox, "j Control+k")
    box = inbox.get_by_role("combobox", name="What do you want to do?")
    expect(box).to_be_focused()
    inbox.keyboard.type("lab fam")
    expect(inbox.get_by_role("option").first).to_have_text("Label as Family")
    press(inbox, "Enter")
    expect(row(inbox, "One").locator(".chip")).to_have_text("Family")
    expect(link(inbox, "One")).to_be_focused()
    press(inbox, "Control+k")
    expect(box).to_be_focused()
    inbox.keyboard.type("供应")
    expect(inbox.get_by_role("option").first).to_have_text("Go to 合同/供应商")
    press(inbox, "Escape")
    expect(link(inbox, "One")).to_be_focused()
    press(inbox, "Control+Shift+p")
    inbox.keyboard.type("mkr")
    expect(inbox.get_by_role("option", selected=True)).to_contain_text("Mark as read")
    press(inbox, "Enter")
    expect(row(inbox, "One")).not_to_have_class("is-unread")
    press(inbox, "Control+k")
    inbox.keyboard.type("bob")
    inbox.get_by_role("option", name="Write to Bob 王").click()
    composer = inbox.locator("compose-window")
    expect(composer.locator(".recipient")).to_have_count(1)
    press(inbox, "Escape")
    expect(composer).to_have_count(0)
    press(inbox, "Control+k")
    inbox.keyboard.type("Three")
    press(inbox, "ArrowUp Enter")
    expect(inbox.locator(ROWS)).to_have_count(1)
    press(inbox, "Control+k")
    inbox.keyboard.type("thre")
    expect(inbox.get_by_role("option", name="Search for “Three”")).to_be_visible()
    inbox.keyboard.type("xyz")
    press(inbox, "Enter")
    expect(inbox).to_have_url(f"{site}/search/?q=threxyz")


def test_the_palette_asks_nobody_and_bears_500_labels(inbox: Page, alice: Person) -> None:
    for number in range(500):
        mailboxes.create(alice.account.pk, f"Label {number}")
    inbox.reload()
    press(inbox, "j Control+k")
    expect(inbox.get_by_role("listbox")).to_be_visible()
    press(inbox, "Escape")
    inbox.wait_for_load_state("networkidle")
    asked: list[str] = []
    inbox.on("request", lambda request: asked.append(request.url))
    opened = inbox.evaluate("""async () => {
      const keys = { key: "k", ctrlKey: true, bubbles: true, cancelable: true };
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", keys));
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return document.querySelectorAll(".palette [role=option]").length;
    }""")
    assert opened > 0
    assert asked == []
    inbox.keyboard.type("to label 499")
    expect(inbox.get_by_role("option").first).to_contain_text("Label 499")
    press(inbox, "Escape g l")
    box = inbox.get_by_role("combobox", name="Which label?")
    expect(box).to_be_focused()
    inbox.keyboard.type("321")
    press(inbox, "Enter")
    expect(inbox).to_have_title("Label 321 – Postillion", timeout=20_000)


def test_what_is_typed_ahead_waits_for_its_place(inbox: Page) -> None:
    press(inbox, "j Control+Shift+p")
    inbox.keyboard.type("mkr")
    expect(inbox.get_by_role("option").first).to_contain_text("Mark as read")
    press(inbox, "Escape ?")
    inbox.keyboard.type("quote")
    expect(inbox.locator(".shortcut:visible")).to_have_count(1)
    press(inbox, "Escape o")
    expect(inbox.get_by_role("heading", name="One", level=1)).to_be_focused()
    press(inbox, "r")
    inbox.keyboard.type("Gladly, zoe!")
    expect(inbox.locator("[data-editor]")).to_contain_text("Gladly, zoe!")


def test_keys_pressed_in_a_letter(page: Page, site: str, sign_in: Callable, alice: Person) -> None:
    html = letter("Shiny").replace(b"Content-Type: text/plain", b"Content-Type: text/html")
    arrive(alice.account.pk, html)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    press(page, "j o")
    page.frame_locator("letter-frame iframe").locator("body").click()
    press(page, "Control+k")
    expect(page.get_by_role("combobox", name="What do you want to do?")).to_be_focused()
    press(page, "Escape")
    page.frame_locator("letter-frame iframe").locator("body").click()
    press(page, "g d")
    expect(page).to_have_title("Drafts – Postillion")


def test_what_a_screen_reader_is_told(inbox: Page) -> None:
    press(inbox, "j s x")
    expect(inbox.locator("main")).to_match_aria_snapshot("""
      - toolbar "Conversations":
        - heading "Inbox" [level=1]
      - list "Inbox":
        - listitem:
          - checkbox "One" [checked]
          - button "Star" [pressed]
          - link /Unread\\. Starred\\. Selected\\. Bob One/
        - listitem:
          - checkbox "Two"
          - button "Star"
          - link /Unread\\. Bob Two/
    """)
    press(inbox, "x s Shift+i")
    expect(link(inbox, "One")).to_have_accessible_name("Bob One Hello there. Nov 22")
    press(inbox, "e")
    expect(inbox.get_by_role("status").filter(has_text="Archived")).to_contain_text("Archived. Undo with z.")
    press(inbox, "o")
    expect(inbox.locator("main")).to_match_aria_snapshot("""
      - region "Conversation":
        - form "Conversation":
          - link "Back to Inbox"
        - article:
          - heading "Two" [level=1]
          - article /Bob/:
            - heading /Bob/ [level=2]
          - navigation "Answer":
            - link "Reply"
    """)
    press(inbox, "Control+k")
    expect(inbox.get_by_role("dialog")).to_match_aria_snapshot("""
      - dialog "What do you want to do?":
        - combobox "What do you want to do?" [expanded]
        - listbox "Results":
          - option "Star s" [selected]
          - option "Archive e"
    """)
