"""The list and the sidebar as tests of pages speak of them."""

from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from tests.mail import arrive, letter
from tests.people import Person
from webmail.store import queries

ROWS = "#rows > .row"


def filled(person: Person, subjects: Sequence[str] = ("Oldest", "Middle", "Newest")) -> list[int]:
    """Bring a conversation of each subject to the inbox, the last one newest."""
    return [
        arrive(person.account.pk, letter(subject, number=number), minute=number).thread_id
        for number, subject in enumerate(subjects, start=1)
    ]


def row(page: Page, subject: str) -> Locator:
    """Find the line of a conversation."""
    return page.locator(ROWS, has_text=subject)


def label(page: Page, key: int) -> Locator:
    """Find a label of the sidebar."""
    return page.locator(f'#nav [data-slug="label-{key}"]')


def stands_in(person: Person, mailbox_id: int) -> list[str]:
    """Subjects of what stands in a mailbox, the newest first."""
    return [found.subject for found in queries.mailbox_page(person.account.pk, mailbox_id).rows]


def said(page: Page, text: str) -> None:
    """Wait for a toast."""
    expect(page.locator("#toasts")).to_contain_text(text)
