"""A letter from its first word to its arrival: with a file, answered, handed on, for later, taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import Message, OutboundMessage
from webmail.store import queries

from .conftest import Tongue, address, deliver, row, send, write, writing


def subjects(person: Person, role: str) -> list[str]:
    rows = queries.mailbox_page(person.account.pk, person.mailbox(role), limit=100).rows
    return [row.subject for row in rows]


@pytest.fixture
def hers(new_context: Callable[..., BrowserContext], carol: Person, sign_in: Callable, site: str) -> Page:
    """Carol's inbox, in a browser of her own."""
    context = new_context()
    sign_in(context, carol)
    page = context.new_page()
    page.goto(f"{site}/mail/inbox/")
    return page


def test_written_with_a_file_sent_and_seen_to_arrive(desk: Page, hers: Page, say: Tongue) -> None:
    window = writing(desk, say)
    address(window, say, "Carol <carol@crepes.test>")
    write(window, say, "冬季菜单 Winter menu", "你好，见附件。")
    file = {"name": "说明 1.txt", "mimeType": "text/plain", "buffer": "饺子 and soup".encode()}
    window.locator("input[type=file]").set_input_files([file])
    expect(window.locator(".composer-file")).to_contain_text("说明 1.txt")
    expect(window.locator("[data-note-saved]")).to_have_text(say("Saved"), timeout=10_000)
    send(window, say)
    deliver()
    # Nobody reloads.
    row(hers, "冬季菜单 Winter menu").click()
    expect(hers.frame_locator("letter-frame iframe").locator("body")).to_contain_text("你好，见附件。")
    with hers.expect_download() as download:
        hers.get_by_role("link", name="Download 说明 1.txt").click()
    assert download.value.suggested_filename == "说明 1.txt"
    assert download.value.path().read_text() == "饺子 and soup"
    desk.keyboard.press("g")
    desk.keyboard.press("t")
    row(desk, "冬季菜单").click()
    expect(desk.locator(".lane")).to_contain_text(say("Delivered"))


def test_answered_and_put_away_then_regretted_then_handed_on(
    desk: Page, say: Tongue, alice: Person, site: str
) -> None:
    arrive(alice.account.pk, letter("Lunch?", "At the harbour, at noon?", number=7))
    row(desk, "Lunch?").click()
    expect(desk.locator(".message")).to_contain_text("At the harbour")
    window = writing(desk, say, "r")
    expect(window.get_by_label(say("Subject"))).to_have_value("Re: Lunch?")
    desk.keyboard.insert_text("Gladly.")
    window.get_by_role("button", name=say("More ways to send")).click()
    window.get_by_role("button", name=say("Send and archive")).click()
    expect(window).to_have_count(0)
    assert subjects(alice, "inbox") == []
    desk.locator(".toast").get_by_role("button", name=say("Undo")).click()
    expect(desk.locator(".toast", has_text=say("Sending undone"))).to_be_visible()
    window = desk.locator("compose-window")
    expect(window.locator(".composer-editor")).to_contain_text("Gladly.")
    assert subjects(alice, "inbox") == ["Lunch?"]
    assert len(subjects(alice, "drafts")) == 1
    window.get_by_role("button", name=say("Discard draft")).click()
    expect(window).to_have_count(0)
    # The draft leaves the conversation, too: what is handed on is the letter.
    expect(desk.locator(".message")).to_have_count(1)
    window = writing(desk, say, "f")
    expect(window.get_by_label(say("Subject"))).to_have_value("Fwd: Lunch?")
    expect(window.locator(".composer-editor")).to_contain_text(say("---------- Forwarded message ----------"))
    address(window, say, "carol@crepes.test")
    send(window, say)
    sent = Message.objects.get(subject="Fwd: Lunch?")
    raw = queries.raw(alice.account.pk, sent.pk)
    assert b"At the harbour, at noon?" in raw


def test_for_later_then_at_another_time_then_now(
    desk: Page, say: Tongue, alice: Person, carol: Person, site: str
) -> None:
    window = writing(desk, say)
    address(window, say, "carol@crepes.test")
    write(window, say, "Good morning", "Tea?")
    window.get_by_role("button", name=say("More ways to send")).click()
    window.get_by_label(say("Remind me if nobody answers")).select_option(
        say.count("after %(days)d day", "after %(days)d days", 3, days=3)
    )
    window.get_by_role("button", name=say("Tomorrow")).click()
    expect(desk.locator(".toast")).to_contain_text(say.like("Scheduled for %(time)s."))
    desk.get_by_role("link", name=say("Scheduled")).first.click()
    row(desk, "Good morning").click()
    lane = desk.locator(".trace")
    lane.get_by_role("button", name=say("Change the sending time")).click()
    lane.get_by_label(say("Time"), exact=True).fill("17:45")
    lane.get_by_role("button", name=say("Schedule"), exact=True).click()
    expect(lane).to_contain_text("17:45")
    lane.get_by_role("button", name=say("Send now")).click()
    expect(lane.get_by_role("button", name=say("Send now"))).to_have_count(0)
    deliver()
    assert subjects(carol, "inbox") == ["Good morning"]
    expect(lane).to_contain_text(say("Delivered"))


def test_taken_back_and_sent_after_all(desk: Page, say: Tongue, alice: Person, carol: Person) -> None:
    window = writing(desk, say)
    address(window, say, "carol@crepes.test")
    write(window, say, "Hasty", "First")
    send(window, say).get_by_role("button", name=say("Undo")).click()
    window = desk.locator("compose-window")
    editor = window.locator(".composer-editor")
    expect(editor).to_have_text("First")
    editor.press("End")
    desk.keyboard.insert_text(", then thought.")
    send(window, say)
    deliver()
    assert subjects(carol, "inbox") == ["Hasty"]
    assert Message.objects.get(account=carol.account).preview == "First, then thought."
    assert subjects(alice, "drafts") == []
    assert OutboundMessage.objects.filter(recipients__state="delivered").count() == 1
