"""A page that lost the server for a while catches up, and an open conversation follows what others do."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.mail import arrive, arrive_all, do, letter, new
from tests.people import Person
from webmail.live import PACE_SECONDS
from webmail.models import DeliveryAttempt, Message, OutboundMessage, OutboundRecipient
from webmail.store import change, expunge, mailboxes, queries

ROWS = "#rows > .row"


@pytest.fixture
def cable(site: str) -> Iterator[Cable]:
    made = Cable(site)
    yield made
    made.close()


@pytest.fixture
def reader(page: Page, cable: Cable, sign_in: Callable, alice: Person, console: list[str]) -> Iterator[Page]:
    """Alice's browser, at the far end of the cable; that it is cut may be told in its console."""
    sign_in(page, alice)
    yield page
    console[:] = [line for line in console if "net::ERR_" not in line]


def put_under_pointer(page: Page, subject: str) -> float:
    """Point at a row; where it stands."""
    row = page.locator(ROWS, has_text=subject)
    row.hover()
    box = row.bounding_box()
    assert box
    return box["y"]


def test_a_list_catches_up_after_the_network_was_away(reader: Page, cable: Cable, alice: Person) -> None:
    account = alice.account.pk
    subjects = ["Starred elsewhere", "Read elsewhere", "Labelled elsewhere", "Deleted elsewhere", "Untouched"]
    threads = {
        subject: arrive(account, letter(subject, number=n), minute=n).thread_id
        for n, subject in enumerate(subjects, 1)
    }
    reader.goto(f"{cable.site}/mail/inbox/")
    expect(reader.locator(ROWS)).to_have_count(5)
    reader.evaluate("window.stayed = true")
    cable.cut()
    label, _ = mailboxes.create(account, "Travel", color="teal")
    do("star", account, [threads["Starred elsewhere"]])
    do("read", account, [threads["Read elsewhere"]])
    do("label", account, [threads["Labelled elsewhere"]], add=[label])
    do("trash", account, [threads["Deleted elsewhere"]])
    for number in range(10, 13):
        arrive(account, letter(f"Arrived {number}", number=number), minute=number)
    reader.wait_for_timeout(500)
    expect(reader.locator(ROWS)).to_have_count(5)
    cable.mend()
    expect(reader.locator(ROWS)).to_have_count(7, timeout=20_000)
    expect(reader.locator(ROWS).first).to_contain_text("Arrived 12")
    expect(reader.locator(f"#t{threads['Starred elsewhere']}.is-starred")).to_be_visible()
    expect(reader.locator(f"#t{threads['Read elsewhere']}")).not_to_have_class("is-unread")
    expect(reader.locator(f"#t{threads['Labelled elsewhere']} .chip")).to_have_text("Travel")
    expect(reader.locator(f"#t{threads['Deleted elsewhere']}")).to_have_count(0)
    expect(reader.locator("#nav").get_by_role("link", name="Travel 1")).to_be_visible()
    expect(reader).to_have_title("Inbox (6) – Postillion")
    assert reader.evaluate("window.stayed")


def test_no_row_jumps_under_the_pointer_when_it_comes_back(reader: Page, cable: Cable, alice: Person) -> None:
    account = alice.account.pk
    arrive_all([new(letter(f"Old {n}", number=n), account, minute=n) for n in range(1, 40)])
    reader.goto(f"{cable.site}/mail/inbox/")
    reader.locator("#list-scroll").evaluate("(list) => list.scrollTo(0, 300)")
    before = put_under_pointer(reader, "Old 25")
    cable.cut()
    arrive_all([new(letter(f"New {n}", number=100 + n), account, minute=50 + n) for n in range(5)])
    cable.mend()
    expect(reader.locator(ROWS).first).to_contain_text("New 4", timeout=20_000)
    box = reader.locator(ROWS, has_text="Old 25").bounding_box()
    assert box
    assert abs(box["y"] - before) < 2


def test_a_page_that_slept_longer_than_anybody_remembers_is_drawn_anew(
    reader: Page, cable: Cable, alice: Person
) -> None:
    account = alice.account
    gone = arrive(account.pk, letter("Gone", number=1))
    reader.goto(f"{cable.site}/mail/inbox/")
    expect(reader.locator(ROWS)).to_have_count(1)
    cable.cut()
    expunge.delete_forever(account.pk, [gone.message_id])
    account.refresh_from_db()
    account.forgotten_modseq = account.modseq
    account.save()
    arrive(account.pk, letter("Fresh", number=2))
    cable.mend()
    expect(reader.locator(ROWS)).to_have_count(1, timeout=20_000)
    expect(reader.locator(ROWS)).to_contain_text("Fresh", timeout=20_000)


def test_an_open_conversation_follows(reader: Page, cable: Cable, alice: Person) -> None:
    account = alice.account.pk
    first = arrive(account, letter("Talk", "The first.", number=1))
    arrive(account, letter("Other", number=5))
    thread = first.thread_id
    reader.goto(f"{cable.site}/conversations/{thread}/?in=inbox")
    expect(reader).to_have_title("(1) Talk – Postillion")
    star = reader.locator("#conversation-toolbar [data-key='s']")
    expect(star).to_have_attribute("aria-pressed", "false")
    cable.cut()
    label, _ = mailboxes.create(account, "Travel", color="teal")
    do("star", account, [thread])
    do("label", account, [thread], add=[label])
    arrive(account, letter("Re: Talk", "The second.", number=2, references=[1]), minute=2)
    arrive(account, letter("Third", number=6), minute=3)
    cable.mend()
    expect(star).to_have_attribute("aria-pressed", "true", timeout=20_000)
    expect(reader.locator(".conversation-head .chip")).to_have_text("Travel")
    expect(reader.locator(".message")).to_have_count(2)
    expect(reader.locator(".message").last).to_contain_text("The second.")
    expect(reader.get_by_text("A new message came to this conversation.")).to_be_visible()
    # It is read as it was seen; what came beside it is counted.
    expect(reader).to_have_title("(2) Talk – Postillion", timeout=10_000)
    do("unread", account, [thread])
    expect(reader.locator(".message.is-unread").first).to_be_visible()
    expunge.delete_forever(account, queries.messages_of_threads(account, [thread]))
    expect(reader.get_by_text("This conversation was deleted for good.")).to_be_visible()


def test_delivery_states_come_to_an_open_sent_message(reader: Page, cable: Cable, alice: Person) -> None:
    account = alice.account.pk
    sent = arrive(
        account, letter("Sent", sender=f"Alice <{alice.address}>"), roles=("sent",), flags={"\\Seen"}
    )
    now = timezone.now()
    outbound = OutboundMessage.objects.create(
        account_id=account,
        sent_message_id=sent.message_id,
        blob=Message.objects.get(pk=sent.message_id).blob,
        submission_key="1",
        mail_from=alice.address,
        created_at=now,
        expires_at=now + timedelta(days=5),
    )
    recipient = OutboundRecipient.objects.create(
        message=outbound, address="bob@gmail.test", domain="gmail.test", state="waiting", next_attempt_at=now
    )
    reader.goto(f"{cable.site}/conversations/{sent.thread_id}/?in=sent")
    expect(reader.locator(".lane.is-waiting")).to_be_visible()
    cable.cut()
    recipient.state = "delivered"
    recipient.save()
    DeliveryAttempt.objects.create(recipient=recipient, started_at=now, host="mx.gmail.test", code=250)
    change.touch([account])
    cable.mend()
    expect(reader.locator(".lane.is-delivered")).to_be_visible(timeout=20_000)


def test_a_storm_of_mail_does_not_make_the_page_ask_each_time(
    reader: Page, cable: Cable, alice: Person
) -> None:
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url) if "/changes/" in request.url else None)
    reader.goto(f"{cable.site}/mail/inbox/")
    expect(reader.locator("#empty")).to_be_visible()
    started = time.monotonic()
    for number in range(100):
        arrive(alice.account.pk, letter(f"No. {number}", number=number), minute=number)
    expect(reader.locator(ROWS)).to_have_count(100, timeout=20_000)
    assert 0 < len(asked) <= (time.monotonic() - started) / PACE_SECONDS + 2
