"""List and conversation on one page: the pane, addresses, what is fetched ahead, what stays where it was."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.mail import arrive, arrive_all, letter, new
from tests.people import Person
from webmail.store import mailboxes, queries

ROWS = "#rows > .row"
PANE = "#pane .conversation"


@pytest.fixture
def reader(page: Page, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """A page in Alice's session, which holds 60 conversations; it asks nothing more once the test is over."""
    letters = [letter(f"Letter {n}", f"Text {n}\r\n" * 30, number=n) for n in range(1, 61)]
    arrive_all([new(raw, alice.account.pk, minute=n) for n, raw in enumerate(letters)])
    sign_in(page, alice)
    yield page
    page.goto("about:blank")


def with_pane(person: Person, where: str) -> None:
    person.user.reading_pane = where
    person.user.save()


def row(page: Page, subject: str) -> Locator:
    return page.locator(ROWS).filter(has=page.locator(f".row-subject:text-is('{subject}')"))


def open_row(page: Page, subject: str) -> None:
    row(page, subject).locator(".row-link").click()
    expect(subject_of(page)).to_have_text(subject)


def subject_of(page: Page) -> Locator:
    return page.locator(f"{PANE} .conversation-subject")


def unread(person: Person) -> int:
    return next(
        box.unseen_thread_count for box in queries.mailbox_list(person.account.pk) if box.role == "inbox"
    )


def asked_for(page: Page, pattern: str) -> list[Request]:
    """Requests from now on whose address matches."""
    asked: list[Request] = []
    page.on("request", lambda request: re.search(pattern, request.url) and asked.append(request))
    return asked


# --- The pane
@pytest.mark.parametrize("where", ["right", "below"])
def test_a_row_opens_beside_the_list_which_stays(reader: Page, site: str, alice: Person, where: str) -> None:
    with_pane(alice, where)
    reader.goto(f"{site}/mail/inbox/")
    expect(reader.locator("#pane")).to_contain_text("60 unread conversations")
    reader.evaluate("window.sameDocument = true")
    reader.locator("#list-scroll").evaluate("list => list.scrollTop = 400")
    row(reader, "Letter 45").locator("input").check()
    row(reader, "Letter 47").scroll_into_view_if_needed()
    before = reader.locator("#list-scroll").evaluate("list => list.scrollTop")
    open_row(reader, "Letter 47")
    expect(reader).to_have_url(re.compile(r"/conversations/\d+/\?in=inbox$"))
    expect(reader).to_have_title(re.compile(r"^(\(\d+\) )?Letter 47 – Postillion$"))
    expect(row(reader, "Letter 47")).to_have_class(re.compile("is-open"))
    expect(row(reader, "Letter 47").locator(".row-link")).to_have_attribute("aria-current", "true")
    expect(row(reader, "Letter 47")).not_to_have_class(re.compile("is-unread"))
    expect(row(reader, "Letter 45").locator("input")).to_be_checked()
    expect(row(reader, "Letter 47").locator(".row-link")).to_be_focused()
    assert reader.locator("#list-scroll").evaluate("list => list.scrollTop") == before
    arrive(alice.account.pk, letter("Just now", number=99), minute=99)
    expect(reader.locator(f"{ROWS} .row-subject").first).to_have_text("Just now")
    # The title is still the conversation's, and the count goes on.
    expect(reader.locator('#nav [data-slug="inbox"] .count')).to_have_text("60")
    expect(reader).to_have_title(re.compile(r"^(\(\d+\) )?Letter 47 – Postillion$"))
    row(reader, "Letter 45").locator("input").uncheck()
    reader.keyboard.press("u")
    expect(reader.locator("#pane")).to_contain_text("60 unread conversations")
    expect(reader).to_have_url(f"{site}/mail/inbox/")
    expect(reader).to_have_title("Inbox (60) – Postillion")
    assert reader.evaluate("window.sameDocument")


def test_the_address_is_good_for_a_new_tab_with_the_page_of_the_list(
    reader: Page, site: str, alice: Person
) -> None:
    with_pane(alice, "right")
    reader.goto(f"{site}/mail/inbox/")
    reader.locator("#older").click()
    expect(reader.locator(ROWS)).to_have_count(10)
    address = reader.url
    open_row(reader, "Letter 5")
    with reader.context.expect_page() as opened:
        row(reader, "Letter 7").locator(".row-link").click(button="middle")
    tab = opened.value
    expect(tab.locator(ROWS)).to_have_count(10)
    expect(subject_of(tab)).to_have_text("Letter 7")
    expect(row(tab, "Letter 7")).to_have_class(re.compile("is-open"))
    expect(tab.locator("#range")).to_have_text("51–60 of 60")
    tab.close()
    reader.reload()
    expect(reader.locator(ROWS)).to_have_count(10)
    expect(subject_of(reader)).to_have_text("Letter 5")
    reader.keyboard.press("Escape")
    expect(reader).to_have_url(address)
    expect(reader.locator(PANE)).to_have_count(0)


def test_back_and_forward_walk_through_what_was_open(reader: Page, site: str, alice: Person) -> None:
    with_pane(alice, "right")
    reader.goto(f"{site}/mail/inbox/")
    reader.evaluate("window.sameDocument = true")
    open_row(reader, "Letter 60")
    open_row(reader, "Letter 58")
    reader.go_back()
    expect(subject_of(reader)).to_have_text("Letter 60")
    expect(reader).to_have_title(re.compile(r"^(\(\d+\) )?Letter 60 – Postillion$"))
    reader.go_back()
    expect(reader.locator(PANE)).to_have_count(0)
    expect(reader).to_have_title(re.compile("^Inbox"))
    reader.go_forward()
    expect(subject_of(reader)).to_have_text("Letter 60")
    expect(row(reader, "Letter 60")).to_have_class(re.compile("is-open"))
    assert reader.evaluate("window.sameDocument")


def test_what_is_put_away_in_the_pane_makes_room_for_the_next(reader: Page, site: str, alice: Person) -> None:
    with_pane(alice, "right")
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 59")
    reader.keyboard.press("e")
    expect(subject_of(reader)).to_have_text("Letter 58")
    expect(row(reader, "Letter 59")).to_have_count(0)
    expect(reader.locator("#toasts")).to_contain_text("Archived")
    reader.keyboard.press("#")
    expect(subject_of(reader)).to_have_text("Letter 57")
    expect(reader.locator("#toasts")).to_contain_text("Moved to Trash")
    reader.keyboard.press("z")
    expect(row(reader, "Letter 58")).to_have_count(1)
    expect(subject_of(reader)).to_have_text("Letter 57")


def test_chosen_rows_come_before_the_open_conversation(reader: Page, site: str, alice: Person) -> None:
    with_pane(alice, "right")
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 59")
    row(reader, "Letter 57").locator("input").check()
    reader.keyboard.press("e")
    expect(row(reader, "Letter 57")).to_have_count(0)
    expect(subject_of(reader)).to_have_text("Letter 59")
    # Chosen in the list and put away from there, what is open is closed.
    row(reader, "Letter 59").locator("input").check()
    reader.keyboard.press("e")
    expect(reader.locator(PANE)).to_have_count(0)
    expect(reader).to_have_url(f"{site}/mail/inbox/")


def test_the_pane_is_switched_in_the_toolbar_and_kept(reader: Page, site: str, alice: Person) -> None:
    reader.goto(f"{site}/mail/inbox/")
    expect(reader.locator("#pane")).to_be_hidden()
    reader.get_by_role("button", name="Display").click()
    with reader.expect_response("**/settings/reading_pane/"):
        reader.get_by_role("button", name="Right of the list").click()
    expect(reader.locator("#pane")).to_be_visible()
    open_row(reader, "Letter 60")
    expect(row(reader, "Letter 60")).to_be_visible()
    reader.reload()
    expect(row(reader, "Letter 60")).to_be_visible()
    expect(subject_of(reader)).to_have_text("Letter 60")
    reader.get_by_role("button", name="Display").click()
    chosen = reader.get_by_role("button", name="Right of the list")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    with reader.expect_response("**/settings/reading_pane/"):
        reader.get_by_role("button", name="Off", exact=True).click()
    expect(reader.locator("#bulk")).to_be_hidden()
    reader.keyboard.press("u")
    expect(reader.locator("#bulk")).to_be_visible()
    expect(reader.locator("#pane")).to_be_hidden()


def test_the_line_between_is_moved_by_keys_and_pointer_and_kept(
    reader: Page, site: str, alice: Person
) -> None:
    with_pane(alice, "right")
    reader.goto(f"{site}/mail/inbox/")
    line = reader.get_by_role("separator", name="Size of the list")
    expect(line).to_have_attribute("aria-valuenow", "42")
    expect(line).to_have_attribute("aria-orientation", "vertical")
    line.focus()
    reader.keyboard.press("ArrowRight")
    expect(line).to_have_attribute("aria-valuenow", "46")
    width = reader.locator("#bulk").evaluate("list => list.offsetWidth")
    box = line.bounding_box()
    assert box
    reader.mouse.move(box["x"], box["y"] + 200)
    reader.mouse.down()
    reader.mouse.move(box["x"] - 100, box["y"] + 220, steps=4)
    reader.mouse.up()
    narrower = reader.locator("#bulk").evaluate("list => list.offsetWidth")
    assert width - 110 < narrower < width - 90
    reader.reload()
    assert abs(reader.locator("#bulk").evaluate("list => list.offsetWidth") - narrower) < 8


def test_on_a_phone_there_is_one_at_a_time(
    browser: Browser, site: str, sign_in: Callable, alice: Person
) -> None:
    arrive_all([new(letter(f"Letter {n}", number=n), alice.account.pk, minute=n) for n in range(30)])
    with_pane(alice, "right")
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    sign_in(context, alice)
    phone = context.new_page()
    phone.goto(f"{site}/mail/inbox/")
    expect(phone.locator("#pane")).to_be_hidden()
    row(phone, "Letter 9").scroll_into_view_if_needed()
    before = phone.locator("#list-scroll").evaluate("list => list.scrollTop")
    assert before > 0
    row(phone, "Letter 9").locator(".row-link").tap()
    expect(subject_of(phone)).to_be_visible()
    expect(phone.locator("#bulk")).to_be_hidden()
    phone.go_back()
    expect(phone.locator("#pane")).to_be_hidden()
    assert phone.locator("#list-scroll").evaluate("list => list.scrollTop") == before
    phone.goto("about:blank")
    context.close()


def test_without_scripts_list_and_conversation_are_both_there(
    browser: Browser, site: str, sign_in: Callable, alice: Person
) -> None:
    arrive(alice.account.pk, letter("Plain"))
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 800})
    sign_in(context, alice)
    plain = context.new_page()
    plain.goto(f"{site}/mail/inbox/")
    plain.get_by_role("button", name="Display").click()
    plain.get_by_role("button", name="Below the list").click()
    expect(plain.locator("#pane")).to_contain_text("1 unread conversation")
    plain.locator(f"{ROWS} .row-link").click()
    expect(subject_of(plain)).to_have_text("Plain")
    expect(plain.locator(ROWS)).to_be_visible()
    context.close()


# --- Fetched ahead
def test_a_rest_on_a_row_fetches_it_and_marks_nothing(reader: Page, site: str, alice: Person) -> None:
    reader.goto(f"{site}/mail/inbox/")
    asked = asked_for(reader, r"/conversations/\d+/(\?|seen/)")
    with reader.expect_response(re.compile(r"/conversations/\d+/\?in=inbox")) as response:
        row(reader, "Letter 55").hover()
    response.value.finished()
    assert asked[0].headers["hx-preloaded"] == "true"
    assert unread(alice) == 60
    with reader.expect_response("**/seen/"):
        open_row(reader, "Letter 55")
    assert unread(alice) == 59
    # Once it is read, the news of that draw it anew.
    urls = [request.url for request in asked]
    opened = next(number for number, url in enumerate(urls) if url.endswith("/seen/"))
    assert urls[:opened].count(urls[0]) == 1


def test_a_pointer_that_sweeps_over_rows_asks_for_nothing(reader: Page, site: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    asked = asked_for(reader, r"/conversations/\d+/\?")
    boxes = [row(reader, f"Letter {n}").bounding_box() for n in (60, 50)]
    top, bottom = (box["y"] + 10 for box in boxes if box)
    # In the page's own time: a busy machine must not turn a sweep into a rest.
    reader.evaluate(
        """([top, bottom]) => {
          for (let y = top; y < bottom; y += 10) {
            const target = document.elementFromPoint(700, y);
            target.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
          }
          const away = new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" });
          document.body.dispatchEvent(away);
        }""",
        [top, bottom],
    )
    reader.wait_for_timeout(300)
    assert asked == []


def test_what_was_fetched_is_forgotten_when_it_changes(reader: Page, site: str, alice: Person) -> None:
    reader.goto(f"{site}/mail/inbox/")
    with reader.expect_response(re.compile(r"/conversations/\d+/\?in=inbox")) as response:
        row(reader, "Letter 55").hover()
    response.value.finished()
    arrive(alice.account.pk, letter("Re: Letter 55", "A late answer", number=200, references=[55]), minute=90)
    expect(row(reader, "Letter 55").locator(".row-count")).to_have_text("2")
    row(reader, "Letter 55").locator(".row-link").click()
    expect(reader.locator(PANE)).to_contain_text("A late answer")


def test_the_neighbours_are_there_before_j_is_pressed(reader: Page, site: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    asked = asked_for(reader, r"/conversations/\d+/\?")
    open_row(reader, "Letter 50")
    reader.wait_for_function(
        """() => performance.getEntriesByType("resource")
          .filter(({ name }) => /conversations.\\d+.\\?/.test(name)).length >= 3"""
    )
    asked.clear()
    reader.keyboard.press("j")
    expect(subject_of(reader)).to_have_text("Letter 49")
    expect(subject_of(reader)).to_be_focused()
    shown = row(reader, "Letter 49").get_attribute("data-id")
    assert shown not in {request.url.split("/")[4] for request in asked}
    reader.keyboard.press("k")
    expect(subject_of(reader)).to_have_text("Letter 50")


def test_at_the_end_of_a_page_j_leads_to_the_next(reader: Page, site: str, alice: Person) -> None:
    # A narrow list has no pages: more is put below.
    with_pane(alice, "below")
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 11")
    reader.keyboard.press("j")
    expect(subject_of(reader)).to_have_text("Letter 10")
    expect(reader.locator("#range")).to_have_text("51–60 of 60")
    expect(row(reader, "Letter 10")).to_have_class(re.compile("is-open"))
    reader.keyboard.press("k")
    expect(subject_of(reader)).to_have_text("Letter 11")
    expect(reader.locator("#range")).to_have_text("1–50 of 60")


# --- Back in the list
def test_the_list_is_as_it_was_left(reader: Page, site: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    row(reader, "Letter 20").scroll_into_view_if_needed()
    before = reader.locator("#list-scroll").evaluate("list => list.scrollTop")
    open_row(reader, "Letter 20")
    expect(subject_of(reader)).to_be_focused()
    expect(reader.locator("#bulk")).to_be_hidden()
    lists = asked_for(reader, r"/mail/inbox/")
    reader.go_back()
    expect(row(reader, "Letter 20").locator(".row-link")).to_be_focused()
    assert reader.locator("#list-scroll").evaluate("list => list.scrollTop") == before
    reader.go_forward()
    expect(subject_of(reader)).to_have_text("Letter 20")
    reader.keyboard.press("u")
    expect(row(reader, "Letter 20").locator(".row-link")).to_be_focused()
    assert reader.locator("#list-scroll").evaluate("list => list.scrollTop") == before
    assert lists == []


def test_back_from_another_page_finds_the_place_again(reader: Page, site: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    reader.locator("#older").click()
    expect(reader.locator(ROWS)).to_have_count(10)
    reader.go_back()
    expect(reader.locator(ROWS)).to_have_count(50)
    reader.locator("#list-scroll").evaluate("list => list.scrollTop = 500")
    reader.locator('#nav [data-slug="sent"]').click()
    expect(reader).to_have_title("Sent – Postillion")
    reader.go_back()
    expect(reader.locator(ROWS)).to_have_count(50)
    reader.wait_for_function("() => document.getElementById('list-scroll').scrollTop === 500")


def test_the_original_leads_back_to_the_conversation_and_its_list(reader: Page, site: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 30")
    address = reader.url
    reader.locator(f"{PANE} .message-head").get_by_role("button", name="More").click()
    reader.get_by_role("link", name="Show original").click()
    expect(reader.get_by_role("heading", name="Original message")).to_be_visible()
    reader.keyboard.press("u")
    expect(subject_of(reader)).to_have_text("Letter 30")
    expect(reader).to_have_url(address)
    reader.keyboard.press("u")
    expect(row(reader, "Letter 30")).to_be_visible()


def test_unread_goes_back_and_stays_unread(reader: Page, site: str, alice: Person) -> None:
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 30")
    with reader.expect_response("**/conversations/unread/"):
        reader.keyboard.press("Shift+U")
    expect(reader).to_have_url(f"{site}/mail/inbox/")
    expect(row(reader, "Letter 30")).to_have_class(re.compile("is-unread"))
    expect(reader.locator("#toasts")).to_contain_text("Marked as unread")
    reader.reload()
    expect(row(reader, "Letter 30")).to_have_class(re.compile("is-unread"))
    assert unread(alice) == 60


def test_archiving_without_a_pane_shows_the_list_at_once(reader: Page, site: str, alice: Person) -> None:
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 30")
    lists = asked_for(reader, r"/mail/inbox/")
    reader.keyboard.press("e")
    expect(reader.locator("#bulk")).to_be_visible()
    expect(row(reader, "Letter 30")).to_have_count(0)
    expect(reader.locator("#toasts")).to_contain_text("Archived")
    assert lists == []
    reader.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(row(reader, "Letter 30")).to_have_count(1)


def test_keys_of_the_list_do_nothing_to_it_while_it_is_covered(reader: Page, site: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 30")
    for key in ("x", "ArrowDown", "*", "a", "I"):
        reader.keyboard.press(key)
    reader.keyboard.press("u")
    expect(reader.locator(f"{ROWS} input:checked")).to_have_count(0)
    expect(row(reader, "Letter 30")).to_have_class(re.compile("is-current"))


def test_a_label_given_in_the_conversation_shows_there(reader: Page, site: str, alice: Person) -> None:
    mailboxes.create(alice.account.pk, "Family")
    reader.goto(f"{site}/mail/inbox/")
    open_row(reader, "Letter 30")
    reader.keyboard.press("l")
    reader.locator(".picker:popover-open").get_by_role("option", name="Family").click()
    expect(reader.locator("#conversation-head .chip")).to_have_text("Family")
    expect(subject_of(reader)).to_have_text("Letter 30")
    reader.keyboard.press("s")
    star = reader.locator("#conversation-toolbar").get_by_role("button", name="Star")
    expect(star).to_have_attribute("aria-pressed", "true")
    reader.keyboard.press("u")
    expect(row(reader, "Letter 30").locator(".chip")).to_have_text("Family")
    expect(row(reader, "Letter 30")).to_have_class(re.compile("is-starred"))


# --- Writing has its address, too
def test_a_letter_being_written_is_part_of_the_address(reader: Page, site: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    reader.keyboard.press("c")
    expect(reader.locator("compose-window")).to_have_count(1)
    expect(reader).to_have_url(f"{site}/mail/inbox/#compose=new")
    with reader.expect_response("**/compose/save/"):
        reader.get_by_label("Subject").fill("Half a letter")
    expect(reader).to_have_url(re.compile(r"/mail/inbox/#compose=draft=\d+$"))
    reader.keyboard.press("Escape")
    expect(reader.locator("compose-window")).to_have_count(0)
    expect(reader).to_have_url(f"{site}/mail/inbox/")
    reader.locator('#nav [data-slug="drafts"]').click()
    row(reader, "Half a letter").locator(".row-link").click()
    expect(reader.locator("compose-window")).to_have_count(1)
    address = reader.url
    reader.goto("about:blank")
    reader.goto(address)
    expect(reader.get_by_label("Subject")).to_have_value("Half a letter")
    reader.locator('#nav [data-slug="inbox"]').click()
    open_row(reader, "Letter 60")
    expect(reader).to_have_url(re.compile(r"/conversations/\d+/\?in=inbox#compose=draft=\d+$"))
    reader.go_back()
    expect(reader).to_have_url(re.compile(r"/mail/inbox/#compose=draft=\d+$"))
    expect(reader.locator("compose-window")).to_have_count(1)


def test_the_page_for_writing_leads_on_without_a_reload(reader: Page, site: str) -> None:
    reader.goto(f"{site}/compose/?to=bob@hamburger.test")
    expect(reader.locator(".compose-page compose-window")).to_be_visible()
    reader.reload()
    expect(reader.locator(".compose-page compose-window")).to_be_visible()
    reader.evaluate("window.sameDocument = true")
    reader.get_by_role("button", name="Save and close").click()
    expect(reader).to_have_url(f"{site}/mail/inbox/")
    expect(reader.locator(ROWS)).to_have_count(50)
    assert reader.evaluate("window.sameDocument")


@pytest.mark.parametrize(
    "address", ["/settings/", "/search/?q=Letter+5", "/search/options/", "/mail/starred/"]
)
def test_every_page_comes_again_by_its_address(reader: Page, site: str, address: str) -> None:
    reader.goto(f"{site}/mail/inbox/")
    reader.evaluate("window.sameDocument = true")
    link = f"<a id='there' href='{address}'>there</a>"
    reader.evaluate("html => { main.insertAdjacentHTML('afterbegin', html); htmx.process(main); }", link)
    reader.locator("#there").click()
    expect(reader).to_have_url(f"{site}{address}")
    reader.wait_for_function("() => !document.getElementById('there')")
    title, heading = reader.title(), reader.locator("#main h1").first.text_content()
    reader.go_back()
    expect(reader.locator(ROWS)).to_have_count(50)
    reader.go_forward()
    expect(reader.locator("#main h1").first).to_have_text(heading or "")
    assert reader.evaluate("window.sameDocument")
    reader.reload()
    expect(reader).to_have_title(title)
    expect(reader.locator("#main h1").first).to_have_text(heading or "")
