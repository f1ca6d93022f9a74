"""Without a network: kept mail is read, a letter waits and goes out, and signing out leaves nothing."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.mail import arrive, letter
from tests.people import Person
from tests.waiting import until
from webmail.models import OutboundMessage

HTML = (
    b"From: Bob <bob@hamburger.test>\r\nTo: alice@crepes.test\r\nSubject: In colour\r\n"
    b"Message-ID: <h@x.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p style='color:red'>Red words</p>"
)
KEPT = """async () => {
  const names = await caches.keys();
  const mail = names.find((name) => name.startsWith("mail-"));
  const index = mail && await (await caches.open(mail)).match("/kept/index");
  const { at, pending } = index ? await index.json() : {};
  return at > 0 && pending.length === 0;
}"""
LEFT = """async () => [
  ...(await caches.keys()).filter((name) => name.startsWith("mail-") || name === "device"),
  ...(await new Promise((resolve) => {
    const asked = indexedDB.open("postillion", 1);
    asked.onsuccess = () => {
      const found = asked.result.transaction("letters").objectStore("letters").getAllKeys();
      found.onsuccess = () => resolve(found.result);
    };
  })),
]"""


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser in which service workers may work."""
    made = browser.new_context(locale="en-GB", timezone_id="UTC", service_workers="allow")
    yield made
    made.close()


def kept_page(phone: BrowserContext, site: str, sign_in: Callable, person: Person) -> Page:
    sign_in(phone, person)
    page = phone.new_page()
    page.goto(f"{site}/mail/inbox/")
    until(lambda: page.evaluate(KEPT))
    return page


def test_a_day_without_a_network(
    phone: BrowserContext, site: str, sign_in: Callable, alice: Person, bob: Person
) -> None:
    arrive(alice.account.pk, HTML)
    arrive(alice.account.pk, letter("Crêpes on Sunday?", "Bring sugar.", number=2))
    page = kept_page(phone, site, sign_in, alice)
    phone.set_offline(True)
    # The list and a conversation of it, reloaded and opened by a click.
    page.reload()
    expect(page.locator("#rows > .row")).to_have_count(2)
    expect(page.locator("#offline-line")).to_contain_text("Offline. Mail as of")
    page.get_by_role("link", name="Crêpes on Sunday?").click()
    expect(page.locator("#pane")).to_contain_text("Bring sugar.")
    page.go_back()
    page.get_by_role("link", name="In colour").click()
    expect(page.frame_locator("letter-frame iframe").locator("p", has_text="Red words")).to_be_visible()
    page.reload()
    expect(page.locator("#conversation-subject")).to_have_text("In colour")
    # An answer knows whom and what; a letter waits, and goes out once.
    page.keyboard.press("r")
    answer = page.locator("compose-window")
    expect(answer).to_contain_text("bob@hamburger.test")
    expect(answer.locator("[name=subject]")).to_have_value("Re: In colour")
    answer.locator("[data-window=discard]").click()
    page.keyboard.press("c")
    composer = page.locator("compose-window")
    composer.get_by_role("textbox", name="To", exact=True).or_(
        composer.get_by_role("combobox", name="To")
    ).first.fill("bob@hamburger.test")
    composer.locator("[name=subject]").fill("From a train")
    composer.locator("[data-editor]").fill("Written in a tunnel.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#offline-line")).to_contain_text("1 letter waits")
    expect(composer).to_have_count(0)
    phone.set_offline(False)
    expect(page.locator("#offline-line")).to_be_hidden()
    assert OutboundMessage.objects.filter(account=alice.account).count() == 1
    # Signed out, nothing of hers is left in this browser.
    page.goto(f"{site}/mail/inbox/")
    page.locator("#account-button").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Postillion")).to_be_visible()
    assert page.evaluate(LEFT) == []
    phone.set_offline(True)
    page.goto(f"{site}/mail/inbox/")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
