"""An account made safe: a second step, its codes, a password for a program, browsers signed out; settings."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.people import PASSWORD, Person
from tests.security import SECURITY, at, code, hash_truly
from webmail.models import Door, Session
from webmail.store import credentials

from .conftest import Tongue


@pytest.fixture
def two(browser: Browser, browser_context_args: dict, site: str, say: Tongue) -> Iterator[tuple[Page, Page]]:
    """Two browsers that nobody has signed in with; they ask for the language."""
    locale = {"en": "en-GB", "zh-hans": "zh-CN"}[say.code]
    made = [browser.new_context(**browser_context_args | {"locale": locale}) for _ in range(2)]
    yield made[0].new_page(), made[1].new_page()
    for context in made:
        context.close()


def give_password(page: Page, site: str, say: Tongue, person: Person) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label(say("E-mail address")).fill(person.address)
    page.get_by_label(say("Password")).fill(PASSWORD)
    page.get_by_role("button", name=say("Sign in"), exact=True).click()


def test_a_second_step_and_what_goes_with_it(
    two: tuple[Page, Page], site: str, say: Tongue, alice: Person
) -> None:
    page, other = two
    hash_truly(alice)
    give_password(page, site, say, alice)
    expect(page.locator("#account-button")).to_be_visible()
    page.goto(f"{site}{SECURITY}")
    page.get_by_role("link", name=say("Set up")).click()
    expect(page.get_by_role("heading", name=say("Authenticator app"), level=1)).to_be_visible()
    secret = page.locator(".security-secret code").inner_text().replace(" ", "")
    page.get_by_label(say("Type the code that it shows")).fill(code(secret, -1))
    page.get_by_role("button", name=say("Switch on")).click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    kept = page.locator(".recovery-codes li").all_inner_texts()
    page.get_by_role("link", name=say("I have kept them")).click()

    # Elsewhere the password alone opens nothing any more; a code that was kept does, once.
    give_password(other, site, say, alice)
    expect(other.get_by_role("heading", name=say("One more step"))).to_be_visible()
    other.get_by_label(say("Code of your authenticator app")).fill(kept[0])
    other.get_by_role("button", name=say("Continue")).click()
    expect(other.locator("#account-button")).to_be_visible()

    page.get_by_role("link", name=say("New app password")).click()
    # The page before it has a field for the name of a passkey.
    page.get_by_label(say("Name"), exact=True).fill("Thunderbird")
    page.get_by_role("button", name=say("Create")).click()
    made = page.locator(".security-secret code").inner_text()
    assert credentials.authenticate(alice.address, made, at(Door.IMAP))
    page.get_by_role("link", name=say("Done")).click()
    expect(page.get_by_text(say.count("%(count)s is left", "%(count)s are left", 9))).to_be_visible()

    assert Session.objects.filter(user=alice.user).count() == 2
    page.get_by_role("button", name=say("Sign out everywhere else")).click()
    expect(page.get_by_text(say("You are signed out everywhere else."))).to_be_visible()
    other.reload()
    expect(other.get_by_role("button", name=say("Sign in"), exact=True)).to_be_visible()
    page.get_by_role("link", name=say("All of the last 90 days")).click()
    expect(page.locator(".log-ins")).to_contain_text("Thunderbird")
    other.goto("about:blank")


def test_a_setting_is_found_and_acts_at_once(desk: Page, say: Tongue, alice: Person) -> None:
    desk.keyboard.press("g")
    desk.get_by_role("link", name=say("Settings")).first.click()
    words = {"en": "unsend", "zh-hans": "撤回"}[say.code]
    desk.get_by_role("searchbox", name=say("Search settings")).fill(words)
    setting = desk.locator(".setting:visible")
    expect(setting).to_have_count(1)
    setting.get_by_text(re.compile("30")).click()
    expect(setting.locator(".setting-saved")).to_have_text(say("Saved"))
    alice.account.refresh_from_db()
    assert alice.account.undo_send_seconds == 30
