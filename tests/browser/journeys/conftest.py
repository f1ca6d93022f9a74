"""The desk of somebody who reads English or Chinese, and what the pages say there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect

from tests.people import Person
from webmail.delivery import attempt
from webmail.models import OutboundMessage, OutboundRecipient


@dataclass(frozen=True)
class Tongue:
    """What pages say, by the text in the source: a text that isn't there, or isn't translated, fails."""

    code: str

    def __call__(self, text: str, context: str = "", **values: object) -> str:
        with translation.override(self.code):
            found = translation.pgettext(context, text) if context else translation.gettext(text)
        assert self.code == "en" or found != text, f"no such text: {text}"
        return found % values if values else found

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """What is said of so many."""
        with translation.override(self.code):
            found = translation.ngettext(one, many, number)
        assert self.code == "en" or found not in {one, many}, f"no such text: {many}"
        return found % ({"count": number} | values)

    def like(self, text: str, context: str = "") -> re.Pattern[str]:
        """The text, whatever stands where it has room for something."""
        pieces = re.split(r"%\(\w+\)s|\{\w+\}", self(text, context))
        return re.compile(".+".join(map(re.escape, pieces)))


@pytest.fixture(params=["en", "zh-hans"])
def say(request: pytest.FixtureRequest) -> Tongue:
    """English, then Chinese."""
    return Tongue(request.param)


@pytest.fixture
def alice(alice: Person, say: Tongue) -> Person:
    """Alice, who reads that language."""
    alice.user.language = say.code
    alice.user.save()
    return alice


@pytest.fixture
def desk(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """Alice's inbox; it asks nothing more once the test is over."""
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    yield page
    page.goto("about:blank")


def writing(page: Page, say: Tongue, key: str = "c") -> Locator:
    """Open the composer by its key."""
    page.keyboard.press(key)
    window = page.locator("compose-window")
    expect(window.get_by_role("textbox", name=say("Message"), exact=True)).to_be_visible()
    return window


def address(window: Locator, say: Tongue, *people: str) -> Locator:
    """Name recipients; the field."""
    field = window.get_by_role("combobox", name=say("To"), exact=True)
    for person in people:
        field.fill(person)
        field.press("Enter")
    return field


def write(window: Locator, say: Tongue, subject: str, text: str) -> None:
    """Give a letter its subject and text."""
    window.get_by_label(say("Subject")).fill(subject)
    window.get_by_role("textbox", name=say("Message"), exact=True).click()
    window.page.keyboard.insert_text(text)


def send(window: Locator, say: Tongue) -> Locator:
    """Press Send; the toast that says so."""
    window.get_by_role("button", name=say("Send"), exact=True).click()
    expect(window).to_have_count(0)
    toast = window.page.locator(".toast", has_text=say.like("Sending in {seconds} s"))
    expect(toast).to_be_visible()
    return toast


def deliver(domain: str = "crepes.test") -> None:
    """Do what the worker does with what is due, or would be when the time for Undo is over."""
    OutboundMessage.objects.update(hold_until=None)
    OutboundRecipient.objects.filter(state="waiting").update(next_attempt_at=timezone.now())
    attempt.deliver(domain)


def row(page: Page, subject: str) -> Locator:
    """A line of the list."""
    return page.locator("#rows .row-link", has_text=subject)
