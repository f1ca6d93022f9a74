"""axe-core finds nothing to complain of on any page, light and dark, on a desk and on a phone."""

from collections.abc import Callable

import pytest
from django.test import RequestFactory
from playwright.sync_api import BrowserContext, expect

from tests.browser.accessibility import violations
from tests.browser.scenes import furnish, walk
from tests.logs import LogWatch
from tests.people import Person
from webmail.models import Account, User
from webmail.views import errors


def test_every_page(
    window: BrowserContext, site: str, sign_in: Callable, alice: Person, log_watch: LogWatch
) -> None:
    log_watch.expect("Not Found: /mail/nowhere/")
    sign_in(window, alice)
    page = window.new_page()
    world = furnish(alice)
    assert walk(page, site, world, violations) == {}


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
