"""Every page, on a desk and on a phone: axe-core finds nothing to complain of, and everything fits."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.accessibility import violations
from tests.browser.fitting import misfits
from tests.browser.scenes import SCENES, furnish, walk
from tests.logs import LogWatch
from tests.people import Person


def test_nothing_is_wrong_on_any_page(
    window: BrowserContext, site: str, sign_in: Callable, alice: Person, log_watch: LogWatch
) -> None:
    log_watch.expect("Not Found: /mail/nowhere/")
    log_watch.expect("Unprocessable Content: /settings/rules/new/")
    sign_in(window, alice)
    world = furnish(alice)
    # In this order: the second leaves the letters wider.
    assert walk(window.new_page(), site, world, lambda page: violations(page) + misfits(page)) == {}


@pytest.fixture
def system_colours(browser: Browser, site: str, sign_in: Callable, alice: Person):
    """A page in the colours of the system."""
    context = browser.new_context(forced_colors="active", viewport={"width": 1366, "height": 768})
    sign_in(context, alice)
    yield context.new_page()
    context.close()


def test_in_the_colours_of_the_system_states_can_be_told_apart(
    system_colours: Page, site: str, alice: Person
) -> None:
    page, world = system_colours, furnish(alice)

    def ground(selector: str, before: str = "") -> str:
        look = "(each, before) => getComputedStyle(each, before).backgroundColor"
        return page.locator(selector).first.evaluate(look, before)

    SCENES["settings"].enter(page, site, world)
    assert ground("#theme label:has(:checked)") != ground("#theme label:not(:has(:checked))")
    on = ground("#show_snippets-field")
    page.locator("#show_snippets-field").uncheck()
    assert ground("#show_snippets-field") != on
    SCENES["selection"].enter(page, site, world)
    assert ground("#rows .row:has(:checked)") != ground("#rows .row:not(:has(:checked))")
    unread = "#rows .row.is-unread:not(:has(:checked))"
    assert ground(f"{unread} .row-link", "::before") != ground(unread)
    assert ground("#nav [aria-current]") != ground("#nav a:not([aria-current])")
    page.goto("about:blank")
