"""Single messages under the hand: the flat list, and acts on one message of a conversation."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import MailboxMessage
from webmail.store import mailboxes, queries

ROWS = "#rows > .row"
BOTH = b"""From: Bob <bob@hamburger.test>\r
To: Alice <alice@crepes.test>\r
Subject: Menu\r
Message-ID: <both@hamburger.test>\r
Date: Sun, 22 Nov 2026 12:00:00 +0000\r
MIME-Version: 1.0\r
Content-Type: text/html; charset=utf-8\r
\r
<p>The <b>fine</b> menu</p>\r
"""


@pytest.fixture
def talk(alice: Person) -> list[int]:
    """A conversation of three messages in the inbox."""
    return [
        arrive(
            alice.account.pk,
            letter("Lunch" if number == 1 else "Re: Lunch", f"Words {number}", number=number, references=[1]),
            minute=number,
        ).message_id
        for number in (1, 2, 3)
    ]


@pytest.fixture
def reader(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """A page in Alice's session; it asks nothing more once the test is over."""
    sign_in(page, alice)
    yield page
    page.goto("about:blank")


@pytest.fixture
def flat(reader: Page, site: str, alice: Person, talk: list[int]) -> Page:
    """Alice's inbox without conversations."""
    alice.user.conversation_view = False
    alice.user.save()
    reader.goto(f"{site}/mail/inbox/")
    expect(reader.locator(ROWS)).to_have_count(3)
    return reader


@pytest.fixture
def opened(reader: Page, site: str, alice: Person, talk: list[int]) -> Page:
    """The conversation, opened."""
    thread = queries.message(alice.account.pk, talk[0]).thread_id
    reader.goto(f"{site}/conversations/{thread}/?in=inbox")
    expect(reader.locator(".message")).to_have_count(3)
    return reader


def stands_in(person: Person, role: str) -> list[int | None]:
    page = queries.mailbox_messages(person.account.pk, person.mailbox(role))
    return [row.message_id for row in page.rows]


def previews(page: Page) -> list[str]:
    return page.locator(f"{ROWS} .row-preview").all_text_contents()


def message(page: Page, key: int):
    return page.locator(f"#message-{key}")


def test_the_switch_shows_messages_and_conversations_again(flat: Page, alice: Person) -> None:
    assert previews(flat) == ["Words 3", "Words 2", "Words 1"]
    expect(flat.locator("#range")).to_have_text("1–3 of 3")
    flat.get_by_role("button", name="Display").click()
    flat.get_by_role("button", name="Conversations").click()
    expect(flat.locator(ROWS)).to_have_count(1)
    flat.get_by_role("button", name="Display").click()
    expect(flat.get_by_role("button", name="Conversations")).to_have_attribute("aria-pressed", "true")
    flat.get_by_role("button", name="Single messages").click()
    expect(flat.locator(ROWS)).to_have_count(3)


def test_one_message_is_archived_and_comes_back(flat: Page, alice: Person, talk: list[int]) -> None:
    flat.locator(ROWS, has_text="Words 2").locator("input").check()
    flat.get_by_role("toolbar").get_by_role("button", name="Archive").click()
    expect(flat.locator(ROWS)).to_have_count(2)
    expect(flat.locator("#toasts")).to_contain_text("Archived")
    expect(flat.locator("#range")).to_have_text("1–2 of 2")
    assert stands_in(alice, "archive") == [talk[1]]
    flat.keyboard.press("z")
    expect(flat.locator(ROWS)).to_have_count(3)
    assert previews(flat) == ["Words 3", "Words 2", "Words 1"]


def test_a_hover_acts_on_one_message(flat: Page, alice: Person, talk: list[int]) -> None:
    row = flat.locator(ROWS, has_text="Words 1")
    row.hover()
    row.get_by_role("button", name="Delete").click()
    expect(flat.locator(ROWS)).to_have_count(2)
    expect(flat.locator("#toasts")).to_contain_text("Moved to Trash")
    assert stands_in(alice, "trash") == [talk[0]]


def test_mail_arrives_as_one_more_row(flat: Page, alice: Person) -> None:
    arrive(alice.account.pk, letter("Re: Lunch", "Words 4", number=4, references=[1]), minute=4)
    expect(flat.locator(ROWS)).to_have_count(4, timeout=5000)
    assert previews(flat)[0] == "Words 4"
    expect(flat.locator('#nav [data-slug="inbox"] .count')).to_have_text("4")


def test_a_message_is_opened_reloaded_and_walked_from(flat: Page, site: str, talk: list[int]) -> None:
    flat.locator(ROWS, has_text="Words 3").locator(".row-link").click()
    expect(flat).to_have_url(f"{site}/messages/{talk[2]}/?in=inbox")
    expect(flat.get_by_role("heading", name="Re: Lunch", level=1)).to_be_focused()
    flat.reload()
    expect(flat.locator(".message")).to_have_count(1)
    flat.keyboard.press("j")
    expect(flat).to_have_url(f"{site}/messages/{talk[1]}/?in=inbox")
    flat.locator(".message-rest").get_by_role("link", name="Words 1").click()
    expect(flat).to_have_url(f"{site}/messages/{talk[0]}/?in=inbox")
    flat.keyboard.press("k")
    expect(flat).to_have_url(f"{site}/messages/{talk[1]}/?in=inbox")
    flat.get_by_role("link", name="Show the whole conversation").click()
    expect(flat.locator(".message")).to_have_count(3)
    flat.keyboard.press("u")
    expect(flat.locator(f"{ROWS}.is-unread")).to_have_count(0)


def test_an_opened_message_is_archived_alone(flat: Page, alice: Person, talk: list[int]) -> None:
    flat.locator(ROWS, has_text="Words 3").locator(".row-link").click()
    expect(flat.locator(".message")).to_be_visible()
    flat.keyboard.press("e")
    expect(flat.locator(".toast")).to_contain_text("Archived")
    expect(flat.locator(ROWS)).to_have_count(2)
    assert stands_in(alice, "archive") == [talk[2]]
    flat.keyboard.press("z")
    expect(flat.locator(ROWS)).to_have_count(3)


def test_the_original_leads_back_to_the_message(flat: Page, site: str, talk: list[int]) -> None:
    flat.goto(f"{site}/messages/{talk[0]}/source/")
    flat.get_by_role("link", name="Back to the conversation").click()
    expect(flat.locator(".message")).to_have_count(1)
    expect(flat.locator("#sidebar")).to_be_visible()


def test_everything_means_messages(page: Page, site: str, sign_in: Callable, alice: Person) -> None:
    alice.user.conversation_view = False
    alice.user.save()
    for number in range(1, 53):
        arrive(alice.account.pk, letter("Talk", number=number, references=[1]), minute=number)
    sign_in(page, alice)
    page.goto(f"{site}/mail/inbox/")
    page.locator("#select-all").check()
    page.get_by_role("button", name="Select all 52 messages in Inbox").click()
    page.get_by_role("toolbar").get_by_role("button", name="Archive").click()
    expect(page.locator("#toasts")).to_contain_text("52 messages archived")
    expect(page.locator(ROWS)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#range")).to_contain_text("of 52")


def test_a_star_of_a_closed_message(opened: Page, alice: Person, talk: list[int]) -> None:
    opened.reload()
    expect(message(opened, talk[0])).not_to_have_class("is-open")
    star = message(opened, talk[0]).get_by_role("button", name="Star")
    with opened.expect_response("**/conversations/star/"):
        star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    whole = opened.locator("#conversation-toolbar").get_by_role("button", name="Star")
    expect(whole).to_have_attribute("aria-pressed", "true")
    opened.reload()
    expect(message(opened, talk[0]).locator(".message-star")).to_have_attribute("aria-pressed", "true")
    message(opened, talk[0]).locator(".message-star").click()
    expect(whole).to_have_attribute("aria-pressed", "false")
    assert not MailboxMessage.objects.filter(message_id=talk[2], flagged=True).exists()


def test_a_deleted_message_folds_away_and_comes_back(opened: Page, alice: Person, talk: list[int]) -> None:
    middle = message(opened, talk[1])
    middle.get_by_role("button", name="More").click()
    opened.get_by_role("button", name="Delete this message").click()
    expect(middle).to_be_hidden()
    expect(opened.locator(".toast")).to_contain_text("Moved to Trash")
    assert stands_in(alice, "trash") == [talk[1]]
    opened.keyboard.press("z")
    expect(middle).to_be_visible()
    expect(opened.locator(".toast")).to_contain_text("Undone")
    assert stands_in(alice, "trash") == []


def test_what_the_server_refuses_comes_back(opened: Page, talk: list[int], console: list[str]) -> None:
    opened.route("**/conversations/*/", lambda route: route.fulfill(status=500, body="no"))
    middle = message(opened, talk[1])
    middle.get_by_role("button", name="More").click()
    opened.get_by_role("button", name="Delete this message").click()
    expect(opened.locator("#toasts .is-bad")).to_be_visible()
    expect(middle).to_be_visible()
    middle.get_by_role("button", name="Star").click()
    expect(middle.locator(".message-star")).to_have_attribute("aria-pressed", "false")
    console.clear()


def test_deleting_the_last_message_leads_back(
    opened: Page, site: str, alice: Person, talk: list[int]
) -> None:
    for left, key in enumerate(talk, 1):
        message(opened, key).get_by_role("button", name="More").click()
        opened.get_by_role("button", name="Delete this message").click()
        expect(message(opened, key)).to_be_hidden()
        expect(opened.locator(".toast")).to_contain_text("Moved to Trash")
        if left < len(talk):
            expect(opened.locator(".message:visible")).to_have_count(len(talk) - left)
    expect(opened).to_have_url(f"{site}/mail/inbox/")
    expect(opened.locator("#empty")).to_be_visible()


def test_hidden_messages_are_viewed_and_restored(
    opened: Page, site: str, alice: Person, talk: list[int]
) -> None:
    message(opened, talk[1]).get_by_role("button", name="More").click()
    opened.get_by_role("button", name="Delete this message").click()
    expect(opened.locator(".toast")).to_contain_text("Moved to Trash")
    opened.reload()
    expect(opened.locator(".message")).to_have_count(2)
    opened.get_by_role("link", name="1 deleted message in this conversation.").click()
    expect(opened.locator(".message")).to_have_count(3)
    expect(message(opened, talk[1]).locator(".badge")).to_have_text("Deleted")
    message(opened, talk[1]).locator(".message-row").click()
    message(opened, talk[1]).get_by_role("button", name="More").click()
    opened.get_by_role("button", name="Restore").click()
    expect(opened.locator(".toast")).to_contain_text("Restored")
    expect(message(opened, talk[1]).locator(".badge")).to_have_count(0)
    assert len(stands_in(alice, "inbox")) == 3


def test_unread_from_here_leads_back_to_the_list(
    opened: Page, site: str, alice: Person, talk: list[int]
) -> None:
    message(opened, talk[1]).get_by_role("button", name="More").click()
    opened.get_by_role("button", name="Mark unread from here").click()
    expect(opened).to_have_url(f"{site}/mail/inbox/")
    expect(opened.locator(f"{ROWS}.is-unread")).to_have_count(1)
    expect(opened.locator(".toast")).to_contain_text("Marked as unread")
    unseen = MailboxMessage.objects.filter(seen=False).values_list("message_id", flat=True)
    assert set(unseen) == {talk[1], talk[2]}
    opened.keyboard.press("z")
    expect(opened.locator(f"{ROWS}.is-unread")).to_have_count(0)


def test_plain_text_and_back(reader: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, BOTH)
    reader.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    more = message(reader, added.message_id).get_by_role("button", name="More")
    more.click()
    reader.get_by_role("link", name="Show as plain text").click()
    expect(reader.locator("letter-frame")).to_have_count(0)
    expect(reader.locator(".letter-text")).to_contain_text("The fine menu")
    more.click()
    reader.get_by_role("link", name="Show formatted").click()
    expect(reader.frame_locator("letter-frame iframe").locator("b")).to_have_text("fine")
    expect(reader).to_have_url(f"{site}/conversations/{added.thread_id}/?in=inbox")


def test_a_conversation_is_copied(opened: Page, site: str, alice: Person, talk: list[int]) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work")
    opened.goto(f"{site}/mail/inbox/")
    opened.locator(f"{ROWS} input").check()
    opened.locator("#more-button").click()
    opened.locator("#more-menu").get_by_role("button", name="Copy to…").click()
    menu = opened.get_by_role("dialog", name="Copy to")
    expect(menu.get_by_role("option", name="Trash")).to_have_count(0)
    menu.get_by_role("option", name="Work").click()
    expect(opened.locator(".toast")).to_contain_text("Copied to Work")
    expect(opened.locator(ROWS)).to_have_count(1)
    assert len(queries.mailbox_messages(alice.account.pk, label).rows) == 3


def test_without_scripts(
    browser: Browser, site: str, sign_in: Callable, alice: Person, talk: list[int]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, alice)
    plain = context.new_page()
    thread = queries.message(alice.account.pk, talk[0]).thread_id
    plain.goto(f"{site}/conversations/{thread}/?in=inbox")
    plain.locator(f"#message-{talk[0]} .message-star").click()
    expect(plain.locator(f"#message-{talk[0]} .message-star")).to_have_attribute("aria-pressed", "true")
    expect(plain.locator(".toast")).to_contain_text("Star added")
    context.close()
