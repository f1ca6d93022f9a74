"""Passkeys as a person meets them: made, the second step, the only one; and the looks of these pages."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.accessibility import violations
from tests.logs import LogWatch
from tests.people import PASSWORD, Person
from tests.security import SECURITY, at, code, hash_truly, with_app
from webmail.models import Door, LogIn, Passkey, Session
from webmail.store import app_passwords, credentials, second_factor


@pytest.fixture
def localhost(site: str) -> str:
    """The site by its name: passkeys are of a host that has one."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def authenticator(page: Page) -> None:
    """A phone in the browser's stead, which makes and uses passkeys; its owner is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": kind | {"isUserVerified": True}})


def give_password(page: Page, site: str, person: Person) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("E-mail address").fill(person.address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def leave(page: Page) -> None:
    page.locator("#account-button").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Postillion")).to_be_visible()


@pytest.mark.usefixtures("authenticator")
def test_a_passkey_is_made_and_signs_in(
    page: Page, localhost: str, alice: Person, log_watch: LogWatch, console: list[str]
) -> None:
    hash_truly(alice)
    give_password(page, localhost, alice)
    page.goto(f"{localhost}{SECURITY}")
    page.get_by_label("Name of the passkey").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is kept.")).to_be_visible()
    page.get_by_role("button", name="Make new codes").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    kept = re.findall("^[a-z2-7-]{19}$", download.value.path().read_text(), re.MULTILINE)
    assert page.locator(".recovery-codes li").all_inner_texts() == kept
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My laptop")).to_be_visible()
    leave(page)
    # As the second step.
    give_password(page, localhost, alice)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#account-button")).to_be_visible()
    leave(page)
    # As the only one, which wants to know the person, too.
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#account-button")).to_be_visible()
    leave(page)
    means = (
        LogIn.objects.filter(user=alice.user, outcome="accepted")
        .order_by("pk")
        .values_list("means", flat=True)
    )
    assert list(means) == ["password", "second_passkey", "passkey"]
    # A copy of the device counts from where it was copied.
    log_watch.expect("Unprocessable Content: /sign-in/passkey/")
    Passkey.objects.update(sign_count=1000)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("This passkey isn’t known here.")).to_be_visible()
    assert not Session.objects.filter(user=alice.user).exists()
    console.clear()


# Those that ask for the password again; scenes.py has the others.
PAGES = ("", "code/", "recovery-codes/", "app-passwords/")


@pytest.mark.parametrize("window", ["phone"], indirect=True)
def test_axe_finds_nothing(window: BrowserContext, localhost: str, alice: Person) -> None:
    hash_truly(alice)
    made = app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    for typed, door in ((made, Door.IMAP), (made, Door.POP3), ("x", Door.SMTP)):
        credentials.authenticate(alice.address, typed, at(door))
    secret = with_app(alice)
    Passkey.objects.create(user=alice.user, name="My phone", credential_id="x", credential=b"")
    second_factor.renew_recovery_codes(alice.user)
    page = window.new_page()
    give_password(page, localhost, alice)
    found = {"second step": violations(page)}
    page.get_by_label("Code of your authenticator app").fill(code(secret))
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#account-button")).to_be_visible()
    for path in PAGES:
        page.goto(f"{localhost}{SECURITY}{path}")
        found[path] = violations(page)
    page.goto(f"{localhost}{SECURITY}app-passwords/")
    page.get_by_label("Name").fill("Phone")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="App password for Phone")).to_be_visible()
    found["made"] = violations(page)
    page.goto(f"{localhost}{SECURITY}recovery-codes/")
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    found["codes"] = violations(page)
    page.goto("about:blank")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
