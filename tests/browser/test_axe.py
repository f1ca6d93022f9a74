"""axe-core finds nothing to complain of where nobody is signed in, and in the administration."""

from collections.abc import Callable, Iterator

import pytest
from django.test import RequestFactory
from playwright.sync_api import BrowserContext, expect

from tests.browser.accessibility import violations
from tests.browser.test_conversation import sent
from tests.logs import LogWatch
from tests.people import Person
from webmail.models import Account, OutboundRecipient, User
from webmail.views import errors


def test_who_has_no_session_or_no_account(
    window: BrowserContext, site: str, sign_in: Callable, log_watch: LogWatch
) -> None:
    log_watch.expect("Unprocessable Content: /sign-in/")
    page = window.new_page()
    page.goto(site)
    assert violations(page) == []
    page.get_by_label("E-mail address").fill("nobody@crepes.test")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    log_watch.expect("Forbidden: /mail/inbox/")
    user = User.objects.create_user("guest@crepes.test")
    sign_in(window, Person(user, Account()))
    page.goto(f"{site}/mail/inbox/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("view", [errors.failed, errors.refused, errors.csrf_failure])
def test_what_went_wrong(window: BrowserContext, site: str, rf: RequestFactory, view: Callable) -> None:
    answer = view(rf.get("/"))
    page = window.new_page()
    page.route(f"{site}/broken/", lambda route: route.fulfill(body=answer.content, content_type="text/html"))
    page.goto(f"{site}/broken/")
    assert violations(page) == []


# What the frame of django-unfold lacks: landmarks, names of its select2, room around its small icons.
_UNFOLD = ("region", "landmark-one-main", "aria-input-field-name", "target-size")


def admin_pages(recipient: OutboundRecipient) -> Iterator[str]:
    """The lists, a page of each, and the forms that make new ones."""
    account = recipient.message.account
    rows = {
        "domain": account.domain_id,
        "user": account.user_id,
        "account": account.pk,
        "alias": None,
        "mailbox": account.mailboxes.first().pk,
        "outboundmessage": recipient.message_id,
        "outboundrecipient": recipient.pk,
        "deliveryattempt": recipient.attempts.first().pk,
    }
    for name, key in rows.items():
        yield f"webmail/{name}/"
        if key:
            yield f"webmail/{name}/{key}/change/"
    for name in ("domain", "user", "alias"):
        yield f"webmail/{name}/add/"


@pytest.mark.parametrize("window", ["desk"], indirect=True)
def test_the_administration(window: BrowserContext, site: str, sign_in: Callable, alice: Person) -> None:
    alice.user.is_staff = alice.user.is_superuser = True
    alice.user.save()
    sign_in(window, alice)
    recipient = sent(alice)
    page = window.new_page()
    found = {}
    for path in ("", *admin_pages(recipient)):
        page.goto(f"{site}/admin/{path}")
        found[path] = violations(page)
    ours = {path: [each for each in wrong if not each.startswith(_UNFOLD)] for path, wrong in found.items()}
    assert {path: wrong for path, wrong in ours.items() if wrong} == {}
