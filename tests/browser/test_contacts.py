"""People: written to once, completed the next time; a slip of the fingers put right; groups as recipients."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.contacts import know
from tests.mail import letter
from tests.people import Person
from webmail.delivery import importing
from webmail.models import MailImport, OutboundRecipient
from webmail.store import contact_groups


@pytest.fixture
def desk(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """Alice's inbox; it asks nothing more once the test is over."""
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    yield page
    page.goto("about:blank")


def compose(page: Page) -> tuple[Locator, Locator]:
    page.keyboard.press("c")
    window = page.locator("compose-window")
    field = window.get_by_role("combobox", name="To", exact=True)
    expect(field).to_be_focused()
    return window, field


def test_who_was_written_to_is_completed_and_kept(desk: Page, alice: Person, carol: Person) -> None:
    window, field = compose(desk)
    field.fill("王小明 <carol@crepes.test>")
    window.get_by_label("Subject").fill("Hello")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".toast")).to_contain_text("Sending in")
    window, field = compose(desk)
    field.press_sequentially("wxm")
    expect(desk.get_by_role("option", name="王小明")).to_be_visible()
    field.press("Enter")
    expect(window.locator(".recipient")).to_have_text(["王小明×"])
    field.fill("carrol@crepes.test")
    field.press("Enter")
    expect(window.locator(".composer-remarks")).to_contain_text(
        "There is no address carrol@crepes.test here."
    )
    field.fill("bob@gmial.com")
    field.press("Enter")
    expect(window.get_by_role("button", name="Use bob@gmail.com")).to_be_visible()
    window.get_by_label("Subject").fill("Again")
    desk.keyboard.press("Control+Enter")
    question = desk.get_by_role("dialog", name="Is the address right?")
    expect(question).to_contain_text("bob@gmial.com looks nearly like bob@gmail.com.")
    question.get_by_role("button", name="Back to the message").click()
    window.get_by_role("button", name="Use bob@gmail.com").click()
    expect(window.locator(".recipient").last).to_have_text("bob@gmail.com×")
    desk.keyboard.press("Escape")
    expect(window).to_have_count(0)
    desk.keyboard.press("g")
    desk.keyboard.press("c")
    desk.get_by_role("link", name="王小明").click()
    expect(desk.get_by_text("written to 1 time")).to_be_visible()
    desk.get_by_role("button", name="Delete").click()
    desk.locator(".toast", has_text="deleted").get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("link", name="王小明")).to_be_visible()


def test_a_group_is_a_recipient(desk: Page, alice: Person, bob: Person) -> None:
    group, _ = contact_groups.create(alice.account.pk, "家人")
    for name in ("Bob", "Carol"):
        know(alice.account.pk, name, f"{name}@hamburger.test".lower(), group_ids=(group,))
    window, field = compose(desk)
    field.press_sequentially("jiaren")
    expect(desk.get_by_role("option", name="家人")).to_be_visible()
    field.press("Enter")
    expect(window.locator(".recipient")).to_have_text(["Bob×", "Carol×"])
    window.get_by_label("Subject").fill("Hello")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".toast")).to_contain_text("Sending in")
    assert OutboundRecipient.objects.count() == 2


def test_a_file_of_mail_is_brought_in(desk: Page, site: str, alice: Person) -> None:
    desk.goto(f"{site}/settings/data/")
    mbox = b"From bob Sun Nov 22 12:00:00 2026\n" + letter("Brought").replace(b"\r\n", b"\n")
    desk.locator("#mail-file").set_input_files(
        [{"name": "old.mbox", "mimeType": "application/mbox", "buffer": mbox}]
    )
    desk.get_by_role("button", name="Import").click()
    expect(desk.locator("#imports")).to_contain_text("Waiting")
    importing.run(MailImport.objects.get().pk)
    expect(desk.locator("#imports")).to_contain_text("1 message added")
    expect(desk.locator("#imports progress")).to_have_count(0)
