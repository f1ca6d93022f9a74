"""The trace on a real page: every state of a copy fits, and what a person types is not lost to news."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_conversation import attempt, sent
from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import OutboundRecipient, RemoteReport
from webmail.store.change import touch


def every_state(person: Person) -> OutboundRecipient:
    """A letter to nine people, whose copies met nine fates; returns the one that was deferred."""
    deferred = sent(person)
    message, now = deferred.message, timezone.now()

    def copy(name: str, state: str, **fields: object) -> OutboundRecipient:
        known = {"address": f"{name}@hamburger.test", "domain": "hamburger.test", "state": state}
        return OutboundRecipient.objects.create(message=message, **known | fields)

    copy("waiting", "waiting", next_attempt_at=now)
    attempt(copy("sending", "sending", attempt_count=1), 0, "", "")
    attempt(copy("delivered", "delivered", finished_at=now), 250, "2.0.0", "stored")
    attempt(copy("failed", "failed", finished_at=now), 550, "5.1.1", "No such user here")
    copy("cancelled", "cancelled", finished_at=now)
    copy("parked", "parked")
    report = arrive(person.account.pk, letter("Undelivered Mail Returned to Sender", number=90))
    for name, action, status, text in (
        ("bounced", "failed", "5.2.2", "552 5.2.2 mailbox full"),
        ("late", "delayed", "4.2.0", "451 4.2.0 busy"),
    ):
        row = copy(name, "failed" if action == "failed" else "delivered", finished_at=now)
        attempt(row, 250, "2.0.0", "stored")
        RemoteReport.objects.create(
            recipient=row,
            message_id=report.message_id,
            received_at=now + timedelta(minutes=3),
            action=action,
            status=status,
            reporting_host="mx.far.test",
            text=text,
        )
    return deferred


def test_every_state_fits_the_screen(
    window: BrowserContext, site: str, sign_in: Callable, alice: Person
) -> None:
    deferred = every_state(alice)
    sign_in(window, alice)
    page = window.new_page()
    page.goto(f"{site}/messages/{deferred.message.sent_message_id}/")
    expect(page.locator(".lane")).to_have_count(9)
    expect(page.locator(".lane.is-failed .lane-again")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    past = "all => all.filter(each => each.getBoundingClientRect().right > innerWidth + 1).length"
    wide = page.locator(".trace *").evaluate_all(past)
    assert wide == 0


def test_an_address_is_corrected_and_sent_again_while_news_come(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    recipient = sent(alice)
    OutboundRecipient.objects.update(state="failed", finished_at=timezone.now(), next_attempt_at=None)
    sign_in(page, alice)
    page.goto(f"{site}/messages/{recipient.message.sent_message_id}/")
    field = page.get_by_label("Correct address")
    field.fill("robert@hamburger.test")
    OutboundRecipient.objects.update(state="failed", finished_at=timezone.now() + timedelta(hours=1))
    with page.expect_response(lambda response: response.url.endswith("/trace/")):
        touch([alice.account.pk])
    expect(field).to_have_value("robert@hamburger.test")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Sent again to robert@hamburger.test.")).to_be_visible()
    expect(page.locator(".lane")).to_have_count(2)
