"""Reading as a person does it: frames that run nothing, pictures on request, the way a letter took."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import DeliveryAttempt, Message, OutboundMessage, OutboundRecipient
from webmail.store.change import touch

HTML = """From: Bob <bob@hamburger.test>\r
To: Alice <alice@crepes.test>\r
Subject: Pictures\r
Message-ID: <html@hamburger.test>\r
Date: Sun, 22 Nov 2026 12:00:00 +0000\r
MIME-Version: 1.0\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Look <img src="https://tracker.test/a.png"> <a href="https://x.test/">here</a></p>\r
<div style="height:900px">tall</div><script>parent.document.title = "stolen"</script>\r
<blockquote type="cite">old words</blockquote>\r
"""


@pytest.fixture
def reader(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """A page in Alice's session; it asks nothing more once the test is over."""
    sign_in(page, alice)
    yield page
    page.goto("about:blank")


def watched(page: Page) -> list[str]:
    """Answer every request that leaves the site with nothing, and tell which there were."""
    seen: list[str] = []

    def answer(route: Route) -> None:
        seen.append(route.request.url)
        route.fulfill(status=200, content_type="image/png", body=b"")

    page.route(lambda url: "127.0.0.1" not in url, answer)
    return seen


def test_nothing_leaves_the_page_until_pictures_are_asked_for(reader: Page, site: str, alice: Person) -> None:
    seen = watched(reader)
    added = arrive(alice.account.pk, HTML.encode())
    reader.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    bar = reader.locator(".letter-bar")
    expect(bar).to_contain_text("1 remote picture not shown")
    height = reader.locator("letter-frame iframe").evaluate("frame => frame.clientHeight")
    assert height > 900
    bar.get_by_role("button", name="Show pictures").click()
    picture = reader.frame_locator("letter-frame iframe").locator("img")
    expect(picture).to_have_attribute("src", re.compile(r"^/messages/\d+/pictures/"))
    expect(bar).to_be_hidden()
    # Whatever is shown comes from our own address.
    assert seen == []
    expect(reader).to_have_title("Pictures – Postillion")


def test_quotes_unfold_and_the_frame_grows(reader: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, HTML.encode())
    reader.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    frame = reader.frame_locator("letter-frame iframe")
    quote = frame.get_by_text("old words")
    expect(quote).to_be_hidden()
    frame.locator("summary").click()
    expect(quote).to_be_visible()


def test_opening_from_the_list_gives_the_subject_the_focus(reader: Page, site: str, alice: Person) -> None:
    arrive(alice.account.pk, letter("Lunch", "At noon?"))
    reader.goto(f"{site}/mail/inbox/")
    reader.locator("#rows .row-link").click()
    expect(reader.get_by_role("heading", name="Lunch", level=1)).to_be_focused()
    reader.keyboard.press("u")
    expect(reader).to_have_url(f"{site}/mail/inbox/")
    expect(reader.locator("#rows > .row.is-unread")).to_have_count(0)


def test_archiving_a_conversation_leads_back_with_undo(reader: Page, site: str, alice: Person) -> None:
    arrive(alice.account.pk, letter("Lunch", "At noon?"))
    reader.goto(f"{site}/mail/inbox/")
    reader.locator("#rows .row-link").click()
    expect(reader.locator(".conversation")).to_be_visible()
    reader.keyboard.press("e")
    expect(reader.locator(".toast")).to_contain_text("Archived")
    expect(reader.locator("#rows > .row")).to_have_count(0)
    reader.locator(".toast").get_by_role("button", name="Undo").click()
    expect(reader.locator("#rows > .row")).to_have_count(1)


def test_a_star_keeps_the_conversation_open(reader: Page, site: str, alice: Person) -> None:
    added = arrive(alice.account.pk, letter("Lunch", "At noon?"))
    address = f"{site}/conversations/{added.thread_id}/?in=inbox"
    reader.goto(address)
    reader.keyboard.press("s")
    star = reader.locator("#conversation-toolbar").get_by_role("button", name="Star")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(reader).to_have_url(address)


def sent(person: Person) -> OutboundRecipient:
    """A letter on its way to one recipient, tried once and put off."""
    added = arrive(
        person.account.pk, letter("To Bob", sender=person.address, to="bob@hamburger.test"), role="sent"
    )
    message = Message.objects.get(pk=added.message_id)
    now = timezone.now()
    outbound = OutboundMessage.objects.create(
        account=person.account,
        sent_message=message,
        blob_id=message.blob_id,
        submission_key="k",
        mail_from=person.address,
        created_at=now - timedelta(seconds=60),
        expires_at=now + timedelta(days=5),
    )
    recipient = OutboundRecipient.objects.create(
        message=outbound,
        address="bob@hamburger.test",
        original_address="bob@hamburger.test",
        domain="hamburger.test",
        next_attempt_at=now + timedelta(minutes=5),
        attempt_count=1,
    )
    attempt(recipient, 450, "4.2.0", "Greylisted, come again")
    return recipient


def attempt(recipient: OutboundRecipient, code: int, enhanced: str, text: str) -> None:
    DeliveryAttempt.objects.create(
        recipient=recipient,
        started_at=timezone.now() - timedelta(seconds=2),
        finished_at=timezone.now(),
        host="mx.hamburger.test",
        ip="192.0.2.7",
        tls="TLSv1.3 TLS_AES_256_GCM_SHA384",
        code=code,
        enhanced_code=enhanced,
        text=text,
        transcript=[
            [0.0, "*", "connected to mx.hamburger.test"],
            [0.01, "S", "220 mx.hamburger.test ESMTP"],
            [0.02, "C", "EHLO mail.crepes.test"],
            [0.05, "C", "RCPT TO:<bob@hamburger.test>"],
            [0.06, "S", f"{code} {enhanced} {text}"],
        ],
    )


def test_the_trace_tells_the_way_and_redraws_itself(reader: Page, site: str, alice: Person) -> None:
    recipient = sent(alice)
    thread = recipient.message.sent_message.thread_id
    reader.goto(f"{site}/conversations/{thread}/?in=sent")
    lane = reader.locator(".lane")
    expect(lane.locator(".badge")).to_have_text("Waiting")
    expect(lane).to_contain_text("greylisting")
    expect(lane.locator("count-down")).to_contain_text("4:5")
    expect(lane.locator(".station.is-done")).to_have_count(4)
    lane.locator(".lane-head").click()
    lines = reader.locator(".dialogue .line")
    expect(lines).to_have_count(5)
    expect(lines.nth(1)).to_contain_text("220 mx.hamburger.test ESMTP")
    expect(lines.nth(2).locator(".line-side")).to_have_text("C:")
    attempt(recipient, 250, "2.0.0", "Queued")
    OutboundRecipient.objects.filter(pk=recipient.pk).update(
        state="delivered", finished_at=timezone.now(), next_attempt_at=None
    )
    touch([alice.account.pk])
    reader.evaluate("document.dispatchEvent(new CustomEvent('postillion:changed'))")
    expect(lane.locator(".badge")).to_have_text("Delivered")
    expect(lane.locator(".station.is-done")).to_have_count(5)
    expect(reader.locator(".dialogue .attempt")).to_have_count(2)


def test_without_scripts_everything_can_be_read(browser, site: str, sign_in: Callable, alice: Person) -> None:
    added = arrive(alice.account.pk, letter("Lunch", "At noon?"))
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, alice)
    page = context.new_page()
    page.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    expect(page.get_by_text("At noon?")).to_be_visible()
    page.get_by_role("link", name="Reply", exact=True).last.click()
    expect(page.locator("textarea[name=text]")).to_be_visible()
    page.locator("textarea[name=text]").fill("Gladly")
    page.get_by_role("button", name="Send", exact=True).click()
    assert OutboundMessage.objects.count() == 1
    context.close()
