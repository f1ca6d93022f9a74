"""Searching as a person does it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.contacts import know
from tests.mail import arrive, letter
from tests.people import Person

ROWS = "#rows > .row"


@pytest.fixture
def inbox(page: Page, site: str, sign_in: Callable, alice: Person) -> Page:
    """Alice's inbox, with mail of Bob and of Carol."""
    arrive(alice.account.pk, letter("From Bob", "Bring sugar and flour", number=1), minute=1)
    carol = "Carol <carol@crepes.test>"
    arrive(alice.account.pk, letter("From Carol", "Bring sugar", number=2, sender=carol), minute=2)
    know(alice.account.pk, "Carol", "carol@crepes.test")
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    return page


def test_by_keys_with_what_is_proposed_and_what_was_searched_for(inbox: Page, site: str) -> None:
    box = inbox.get_by_role("combobox", name="Search mail")
    inbox.keyboard.press("/")
    inbox.keyboard.type("sugar car")
    expect(inbox.get_by_role("option", name="Carol")).to_be_visible()
    inbox.keyboard.press("ArrowDown")
    inbox.keyboard.press("Enter")
    expect(inbox.locator(ROWS)).to_have_count(1)
    expect(inbox).to_have_url(f"{site}/search/?q=sugar+from%3Acarol%40crepes.test+")
    expect(box).to_have_value("sugar from:carol@crepes.test")
    expect(inbox.locator("#rows mark")).to_have_text("sugar")
    inbox.keyboard.press("j")
    inbox.keyboard.press("o")
    expect(inbox).to_have_title("(1) From Carol – Postillion")
    assert inbox.evaluate("CSS.highlights.get('search').size") > 0
    inbox.go_back()
    expect(inbox.locator(f"{ROWS} .row-link")).to_be_focused()
    box.fill("sug")
    expect(inbox.get_by_role("option", name="Recent search")).to_have_count(1)
    inbox.keyboard.press("Escape")
    expect(inbox.get_by_role("option")).to_have_count(0)
    expect(box).to_be_focused()


def test_hits_are_marked_in_letters_of_text_and_of_html(inbox: Page, site: str, alice: Person) -> None:
    html = letter("Formatted", "<p>Brown <b>sugar</b>, 红糖</p><p>sugary</p>", number=9)
    arrive(alice.account.pk, html.replace(b"text/plain", b"text/html"), minute=9)
    inbox.goto(f"{site}/search/?q=sugar+红糖+subject:formatted")
    inbox.locator(ROWS).click()
    inbox.wait_for_selector("letter-frame.is-shown")
    inside = inbox.locator("letter-frame iframe").element_handle().content_frame()
    texts = "[...CSS.highlights.get('search')].map((range) => range.toString())"
    assert inside is not None
    assert inside.evaluate(texts) == ["sugar", "红糖"]
    assert inbox.evaluate(texts) == ["Formatted"]
    inbox.keyboard.press("u")
    expect(inbox).to_have_url(f"{site}/search/?q=sugar+%E7%BA%A2%E7%B3%96+subject%3Aformatted")
    expect(inbox.locator(ROWS)).to_have_count(1)


def test_the_form_writes_a_query_that_is_kept(inbox: Page, site: str) -> None:
    inbox.get_by_role("link", name="Search options").click()
    dialog = inbox.get_by_role("dialog")
    dialog.get_by_label("From", exact=True).fill("bob")
    dialog.get_by_label("Has the words").fill("sugar")
    dialog.get_by_role("button", name="Search").click()
    expect(inbox.get_by_role("combobox", name="Search mail")).to_have_value("from:bob sugar")
    expect(inbox.locator(ROWS)).to_have_count(1)
    inbox.get_by_role("link", name="Save search").click()
    dialog.get_by_label("Name").fill("Bob's sugar")
    dialog.get_by_role("button", name="Save").click()
    expect(inbox).to_have_title("Bob's sugar – Postillion")
    inbox.get_by_role("link", name="Inbox").click()
    expect(inbox.locator(ROWS)).to_have_count(2)
    inbox.get_by_role("link", name="Bob's sugar", exact=True).click()
    expect(inbox.locator(ROWS)).to_have_count(1)


def test_without_scripts(browser: Browser, site: str, sign_in: Callable, inbox: Page, alice: Person) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, alice)
    plain = context.new_page()
    plain.goto(f"{site}/mail/inbox/")
    plain.get_by_role("searchbox").fill("sugar before:never")
    plain.get_by_role("searchbox").press("Enter")
    expect(plain.get_by_role("alert")).to_contain_text("needs a day")
    plain.get_by_role("link", name="Search options").click()
    plain.get_by_label("Has the words").fill("flour")
    plain.get_by_role("button", name="Search").click()
    expect(plain.locator(ROWS)).to_have_count(1)
    context.close()
