"""Nothing jumps and nothing blocks: layout shifts and long tasks, as the browser itself counts them."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from mailserver.message import compose
from tests.mail import arrive, arrive_all, letter, new
from tests.people import Person
from webmail.store import picture_senders

# Before anything else of a page: what moves without anybody having asked for it, and what moves at all.
OBSERVE = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const nodes = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.nodeName);
    window.shifts.push([entry.value, ...nodes]);
  }
}).observe({ type: "layout-shift", buffered: true });"""
NEWSLETTER = "<h1>News</h1>" + "<p>Words that wrap. </p>" * 60
INVITATION = (
    b"From: Bob <bob@hamburger.test>\r\nTo: alice@crepes.test\r\nSubject: Meeting\r\n"
    b"Message-ID: <ics@x.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nDo come.\r\n"
    b"--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    b"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x.test\r\nDTSTAMP:20261122T120000Z\r\n"
    b"DTSTART:20261124T120000Z\r\nDTEND:20261124T130000Z\r\nSUMMARY:Batter\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n"
)
NO_PICTURES = (
    b"From: Bob <bob@hamburger.test>\r\nTo: alice@crepes.test\r\nSubject: Plain look\r\n"
    b"Message-ID: <p@x.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>No pictures</p>\r\n"
)


def newsletter(number: int, references: tuple[int, ...] = ()) -> bytes:
    """An HTML letter, with a picture that its sender must not hear of."""
    people = (
        (compose.Address("Bob", "bob", "hamburger.test"),),
        (compose.Address("", "alice", "crepes.test"),),
    )
    html = f"{NEWSLETTER}<img src='https://news.test/{number}.png'>"
    raw = compose.compose(
        compose.Draft(
            from_=people[0], to=people[1], subject="News", html=html, message_id=f"<{number}@n.test>"
        )
    )
    if references:
        parents = " ".join(f"<{parent}@n.test>" for parent in references)
        raw = raw.replace(b"\r\n", f"\r\nReferences: {parents}\r\n".encode(), 1)
    return raw


@pytest.fixture
def calm(page: Page, sign_in: Callable, alice: Person, console: list[str]) -> Iterator[Page]:
    """Alice's page, watched."""
    arrive_all([new(letter(f"Letter {n}", number=n), alice.account.pk, minute=n) for n in range(60)])
    sign_in(page, alice)
    page.add_init_script(OBSERVE)
    yield page
    page.goto("about:blank")
    # The frames of letters let nothing in, and so not our observer.
    console[:] = [text for text in console if "Blocked script execution" not in text]


def shifts(page: Page) -> list:
    """What moved; asked for after the frame in which it would have."""
    page.wait_for_timeout(400)
    return page.evaluate("window.shifts")


def test_the_list_does_not_move(calm: Page, site: str) -> None:
    calm.goto(f"{site}/mail/inbox/")
    expect(calm.locator("#rows > .row")).to_have_count(50)
    calm.mouse.move(700, 300)
    calm.mouse.move(700, 500, steps=5)
    assert shifts(calm) == []


@pytest.mark.parametrize("pane", ["off", "right"])
def test_a_row_is_as_high_before_its_text_has_come(calm: Page, site: str, alice: Person, pane: str) -> None:
    alice.user.reading_pane = pane
    alice.user.save()
    calm.goto(f"{site}/mail/inbox/")
    heights = calm.locator("#rows > .row").evaluate_all(
        """([row]) => {
          const whole = row.offsetHeight;
          row.querySelector(".row-link").remove();
          return [whole, row.offsetHeight];
        }"""
    )
    assert abs(heights[0] - heights[1]) < 3, "the browser counts 3 pixels as a move"


@pytest.mark.parametrize("pane", ["off", "right", "below"])
def test_a_conversation_of_letters_does_not_move_while_they_grow(
    calm: Page, site: str, alice: Person, pane: str
) -> None:
    alice.user.reading_pane = pane
    alice.user.save()
    first = arrive(alice.account.pk, newsletter(1), minute=70)
    arrive(alice.account.pk, newsletter(2, (1,)), minute=71)
    calm.goto(f"{site}/conversations/{first.thread_id}/?in=inbox")
    expect(calm.locator("letter-frame.is-shown")).not_to_have_count(0)
    expect(calm.locator(".conversation")).to_have_class("conversation is-settled")
    assert shifts(calm) == []


def test_an_invitation_does_not_push_the_text_down(calm: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, INVITATION, minute=70)
    calm.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    expect(calm.locator(".message-event .events")).to_be_visible()
    expect(calm.get_by_text("Do come.")).to_be_visible()
    assert shifts(calm) == []


def test_opening_and_going_back_move_nothing(calm: Page, site: str, alice: Person) -> None:
    alice.user.reading_pane = "right"
    alice.user.save()
    arrive(alice.account.pk, newsletter(1), minute=70)
    calm.goto(f"{site}/mail/inbox/")
    for subject in ("News", "Letter 59", "News"):
        calm.locator("#rows .row-link", has_text=subject).first.click()
        expect(calm.locator("#pane .conversation-subject")).to_have_text(subject)
        calm.wait_for_timeout(600)
    calm.keyboard.press("u")
    expect(calm.locator("#pane")).to_contain_text("Choose a conversation")
    assert shifts(calm) == []


def test_a_letter_fetched_ahead_moves_in_as_it_is_and_tells_nobody(
    calm: Page, site: str, alice: Person
) -> None:
    added = arrive(alice.account.pk, newsletter(1), minute=70)
    picture_senders.allow(alice.account.pk, "bob@hamburger.test")
    other = arrive(alice.account.pk, NO_PICTURES, minute=71)
    pictures: list[str] = []
    calm.on("request", lambda request: "/pictures/" in request.url and pictures.append(request.url))
    calm.route("**/pictures/**", lambda route: route.fulfill(status=200, content_type="image/png", body=b""))
    calm.goto(f"{site}/mail/inbox/")
    with calm.expect_response(f"**/messages/{added.message_id}/body/?early=1"):
        calm.locator("#rows .row-link", has_text="News").first.hover()
    calm.wait_for_timeout(200)
    assert pictures == []
    bodies: list[str] = []
    calm.on("request", lambda request: "/body/" in request.url and bodies.append(request.url))
    calm.locator("#rows .row-link", has_text="News").first.click()
    expect(calm.frame_locator("letter-frame iframe").get_by_role("heading", name="News")).to_be_visible()
    # Its pictures are always allowed: it is loaded once more, with them, now that it is read.
    calm.wait_for_function("() => document.querySelector('letter-frame iframe').src.endsWith('/body/')")
    expect(calm.frame_locator("letter-frame iframe").locator("img")).to_have_attribute(
        "src", re.compile("/pictures/")
    )
    assert pictures
    assert [url for url in bodies if f"/{added.message_id}/" in url] == [
        f"{site}/messages/{added.message_id}/body/"
    ]
    calm.keyboard.press("u")
    calm.locator("#rows .row-link", has_text="Plain look").first.hover()
    expect(calm.locator(f'#frame-stage iframe[src^="/messages/{other.message_id}/"]')).to_have_count(1)
    bodies.clear()
    calm.locator("#rows .row-link", has_text="Plain look").first.click()
    expect(calm.frame_locator("letter-frame iframe").get_by_text("No pictures")).to_be_visible()
    assert not [url for url in bodies if f"/{other.message_id}/" in url]
