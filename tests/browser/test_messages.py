"""Messages of a conversation: by keys, all at once, on paper, and as odd as they come."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.mail import arrive, arrive_all, do, letter, new
from tests.people import Person

PANE = "#pane .conversation"
CURRENT = f"{PANE} .message.is-current"
LONG = "Ein Betreff ohne Ende " * 45
HEBREW = "שלום \u202eevil\u202c, מה שלומך?"
MANY = ", ".join(f"Recipient Number {n} <recipient{n}@a-rather-long-domain.test>" for n in range(40))


@pytest.fixture
def reader(page: Page, sign_in: Callable, alice: Person) -> Iterator[Page]:
    sign_in(page, alice)
    yield page
    page.goto("about:blank")


def talk(person: Person, count: int, *, read: bool = True) -> int:
    """A conversation of so many messages; the id of its thread."""
    batch = [
        letter(
            f"{'Re: ' if n > 1 else ''}Talk",
            f"Words of message {n}",
            number=n,
            references=[1] if n > 1 else [],
        )
        for n in range(1, count + 1)
    ]
    added = arrive_all([new(raw, person.account.pk, minute=n) for n, raw in enumerate(batch)])
    if read:
        do("read", person.account.pk, [added[0].thread_id])
    return added[0].thread_id


def test_n_and_p_walk_through_the_messages(reader: Page, site: str, alice: Person) -> None:
    thread = talk(alice, 3)
    reader.goto(f"{site}/conversations/{thread}/?in=inbox")
    reader.keyboard.press("n")
    expect(reader.locator(f"{PANE} .message").nth(0)).to_have_class(re.compile("is-current"))
    reader.keyboard.press("Enter")
    expect(reader.locator(CURRENT)).to_contain_text("Words of message 1")
    expect(reader.locator(CURRENT)).to_be_focused()
    reader.keyboard.press("n")
    reader.keyboard.press("n")
    expect(reader.locator(f"{PANE} .message").nth(2)).to_have_class(re.compile("is-current"))
    reader.keyboard.press("p")
    expect(reader.locator(f"{PANE} .message").nth(1)).to_have_class(re.compile("is-current"))
    expect(reader.locator(f"{CURRENT} .message-row")).to_be_focused()


def test_all_messages_open_and_close_together(reader: Page, site: str, alice: Person) -> None:
    thread = talk(alice, 100)
    reader.goto(f"{site}/conversations/{thread}/?in=inbox")
    expect(reader.locator(f"{PANE} .message.is-open")).to_have_count(1)
    expect(reader.locator(".message-fold > summary")).to_contain_text("97 older messages")
    reader.keyboard.press(";")
    expect(reader.locator(f"{PANE} .message.is-open")).to_have_count(100)
    expect(reader.locator(PANE)).to_contain_text("Words of message 50")
    reader.keyboard.press(":")
    expect(reader.locator(f"{PANE} .message.is-open")).to_have_count(0)
    expect(reader).to_have_url(f"{site}/conversations/{thread}/?in=inbox")


def test_one_message_or_all_of_them_are_printed(reader: Page, site: str, alice: Person) -> None:
    thread = talk(alice, 6)
    reader.add_init_script("window.printed = 0; window.print = () => (window.printed += 1)")
    reader.goto(f"{site}/conversations/{thread}/?in=inbox")
    reader.locator(f"{PANE} .message.is-open").get_by_role("button", name="More").click()
    reader.get_by_role("button", name="Print", exact=True).click()
    reader.wait_for_function("() => window.printed === 1")
    reader.emulate_media(media="print")
    expect(reader.get_by_text("Words of message 6")).to_be_visible()
    expect(reader.locator(f"{PANE} .message").first).to_be_hidden()
    reader.evaluate("dispatchEvent(new Event('afterprint'))")
    reader.emulate_media(media="screen")
    reader.locator("#conversation-more").click()
    reader.get_by_role("button", name="Print all").click()
    reader.wait_for_function("() => window.printed === 2")
    reader.emulate_media(media="print")
    for number in range(1, 7):
        expect(reader.get_by_text(f"Words of message {number}")).to_be_visible()
    reader.emulate_media(media="screen")


def test_the_list_is_not_printed_with_what_is_open(reader: Page, site: str, alice: Person) -> None:
    alice.user.reading_pane = "right"
    alice.user.save()
    thread = talk(alice, 1)
    reader.goto(f"{site}/conversations/{thread}/?in=inbox")
    reader.emulate_media(media="print")
    expect(reader.get_by_text("Words of message 1").last).to_be_visible()
    expect(reader.locator("#bulk")).to_be_hidden()
    reader.emulate_media(media="screen")


# --- Odd mail
ODD = {
    "a subject of a thousand characters": letter(LONG, "Long", number=1),
    "one word of a thousand characters": letter("W" * 1000, "X" * 3000, number=2),
    "right to left": letter(
        HEBREW, f"{HEBREW}\r\nand back", number=3, sender='"שלום \u202e) moc.live" <rtl@x.test>'
    ),
    "emoji": letter("👩‍👩‍👧‍👦🏳️‍🌈" * 30, "🎉" * 500, number=4, sender='"🦊🦊🦊" <fox@x.test>'),
    "forty recipients": letter("To many", "All of you", number=5, to=MANY),
    "marks upon marks": letter("Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘" * 20, "Ḽ̴͚̳", number=6),
}
OVERFLOW = """() => [...document.querySelectorAll(
    "html, #main, #list-scroll, #conversation-scroll, .row, .message-head, .conversation-head, .message-body"
  )].filter((element) => getComputedStyle(element).overflowX !== "clip")
  .filter((element) => element.clientWidth && element.scrollWidth > element.clientWidth + 1)
  .map((element) => `${element.id || element.className}: ${element.scrollWidth} in ${element.clientWidth}`)"""
HEIGHTS = "() => [...document.querySelectorAll('#rows > .row')].map((row) => row.offsetHeight)"


@pytest.mark.parametrize("screen", ["1366 off", "1366 right", "1366 below", "390 off", "360 off"])
def test_odd_mail_breaks_no_line(
    browser: Browser, site: str, sign_in: Callable, alice: Person, screen: str
) -> None:
    wide, alice.user.reading_pane = screen.split()
    width = int(wide)
    alice.user.save()
    added = [arrive(alice.account.pk, raw, minute=n) for n, raw in enumerate(ODD.values())]
    arrive(alice.account.pk, letter("Usual", number=50), minute=90)
    context = browser.new_context(
        viewport={"width": width, "height": 800}, is_mobile=width < 800, has_touch=width < 800
    )
    sign_in(context, alice)
    page = context.new_page()
    page.goto(f"{site}/mail/inbox/")
    expect(page.locator("#rows > .row")).to_have_count(len(ODD) + 1)
    assert page.evaluate(OVERFLOW) == []
    heights = page.evaluate(HEIGHTS)
    assert max(heights) - min(heights) <= 2, heights
    for one in added:
        page.goto(f"{site}/conversations/{one.thread_id}/?in=inbox")
        expect(page.locator(PANE)).to_be_visible()
        assert page.evaluate(OVERFLOW) == []
        page.locator(".message-details summary").first.click()
        expect(page.locator(".message-details dl").first).to_be_visible()
        assert page.evaluate(OVERFLOW) == []
    page.goto("about:blank")
    context.close()


def test_what_runs_right_to_left_stays_in_its_place(reader: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, ODD["right to left"])
    reader.goto(f"{site}/mail/inbox/")
    # The name, the subject, the preview and the date each run their own way, in the order of the line.
    places = reader.evaluate(
        """() => [".row-people", ".row-subject", ".row-preview", ".row-date"]
          .map((part) => document.querySelector(`#rows > .row ${part}`).getBoundingClientRect().left)"""
    )
    assert places == sorted(places)
    for part in (".row-subject", ".row-preview"):
        expect(reader.locator(f"#rows > .row {part}")).to_have_css("direction", "rtl")
    reader.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    expect(reader.locator(f"{PANE} .conversation-subject")).to_have_css("direction", "rtl")
    expect(reader.locator(f"{PANE} .letter-text .plain").first).to_have_css("unicode-bidi", "plaintext")
    head = reader.locator(f"{PANE} .message-author")
    address = head.locator(".message-address").bounding_box()
    name = head.bounding_box()
    assert address
    assert name
    assert address["x"] > name["x"] + 20
