"""Settings as a person changes them: at once, without a reload, found by words and by address."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.logs import LogWatch
from tests.mail import arrive, letter
from tests.people import Person


@pytest.fixture
def settings(page: Page, site: str, sign_in: Callable, alice: Person) -> Iterator[Page]:
    """Alice's settings; nothing is asked once the test is over."""
    sign_in(page, alice)
    page.goto(f"{site}/settings/")
    page.evaluate("window.sameDocument = true")
    yield page
    page.goto("about:blank")


def saved(page: Page, name: str, words: str = "Saved") -> None:
    expect(page.locator(f"#{name} .setting-saved")).to_have_text(words)


def chosen(person: Person, name: str) -> object:
    person.user.refresh_from_db()
    return getattr(person.user, name)


def test_a_theme_shows_at_once(settings: Page, alice: Person) -> None:
    settings.get_by_role("radiogroup", name="Theme").get_by_text("Dark").click()
    expect(settings.locator("html")).to_have_attribute("data-theme", "dark")
    saved(settings, "theme")
    assert chosen(alice, "theme") == "dark"
    assert settings.evaluate("window.sameDocument")


def test_a_density_changes_the_lines_on_a_desk(settings: Page, site: str, alice: Person) -> None:
    arrive(alice.account.pk, letter())
    heights = {}
    for density in ("Comfortable", "Cosy", "Compact"):
        settings.get_by_role("radiogroup", name="Density").get_by_text(density).click()
        saved(settings, "density")
        settings.get_by_role("link", name="Inbox").click()
        heights[density] = settings.locator("#rows > .row").bounding_box()["height"]
        settings.go_back()
        expect(settings.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    assert heights["Comfortable"] > heights["Cosy"] > heights["Compact"] >= 32
    assert chosen(alice, "density") == "compact"
    assert settings.evaluate("window.sameDocument")


def test_previews_can_be_off(settings: Page, alice: Person) -> None:
    arrive(alice.account.pk, letter("Lunch", "At noon?"))
    settings.get_by_role("switch", name="Previews").uncheck()
    saved(settings, "show_snippets")
    settings.get_by_role("link", name="Inbox").click()
    expect(settings.locator(".row-subject")).to_be_visible()
    expect(settings.locator(".row-preview")).to_be_hidden()
    settings.reload()
    expect(settings.locator(".row-preview")).to_be_hidden()


def test_keys_are_off_at_once(settings: Page, alice: Person) -> None:
    settings.get_by_role("switch", name="Keyboard shortcuts").uncheck()
    saved(settings, "keyboard_shortcuts")
    settings.locator("h1").click()
    settings.keyboard.press("?")
    expect(settings.get_by_role("dialog")).to_have_count(0)


def test_a_language_is_that_of_the_whole_page(settings: Page, alice: Person) -> None:
    settings.get_by_role("radiogroup", name="Language").get_by_text("简体中文").click()
    expect(settings.get_by_role("heading", level=1)).to_have_text("设置")
    expect(settings.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(settings.get_by_role("link", name="收件箱")).to_be_visible()
    expect(settings.locator("#language")).to_be_in_viewport()
    settings.get_by_text("English").click()
    expect(settings.get_by_role("heading", level=1)).to_have_text("Settings")


def test_a_name_is_kept_when_the_field_is_left(settings: Page, alice: Person) -> None:
    field = settings.get_by_label("Your name")
    field.fill("Alice M.")
    field.press("Enter")
    saved(settings, "name")
    assert chosen(alice, "name") == "Alice M."


def test_what_is_wrong_stands_at_the_field(
    settings: Page, alice: Person, log_watch: LogWatch, console: list[str]
) -> None:
    log_watch.expect("Unprocessable Content: /settings/time_zone/")
    zone = settings.get_by_label("Time zone")
    zone.fill("Atlantis")
    zone.press("Enter")
    expect(settings.locator("#time_zone-error")).to_contain_text("There is no such time zone")
    expect(zone).to_have_attribute("aria-invalid", "true")
    zone.fill("Tokyo")
    zone.press("Enter")
    saved(settings, "time_zone")
    expect(settings.locator("#time_zone-error")).to_be_empty()
    assert chosen(alice, "time_zone") == "Asia/Tokyo"
    console.clear()


def test_what_could_not_be_kept_goes_back(settings: Page, console: list[str]) -> None:
    settings.route("**/settings/theme/", lambda route: route.abort())
    settings.get_by_role("radiogroup", name="Theme").get_by_text("Dark").click()
    expect(settings.locator("#theme-error")).to_contain_text("Nothing was changed")
    expect(settings.locator("html")).to_have_attribute("data-theme", "system")
    expect(settings.get_by_role("radio", name="As the system")).to_be_checked()
    console.clear()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("night", ["theme"]),
        ("深色", ["theme"]),
        ("unsend", ["undo_send_seconds"]),
        ("撤回", ["undo_send_seconds"]),
    ],
)
def test_words_of_both_languages_narrow_the_page(settings: Page, words: str, found: list[str]) -> None:
    settings.get_by_role("searchbox", name="Search settings").fill(words)
    shown = settings.locator(".setting:visible")
    expect(shown).to_have_count(len(found))
    assert shown.evaluate_all("all => all.map((each) => each.id)") == found
    expect(settings.locator("#main").get_by_role("heading", level=2)).to_have_count(1)


def test_words_that_nothing_has(settings: Page) -> None:
    search = settings.get_by_role("searchbox", name="Search settings")
    search.fill("carrier pigeon")
    expect(settings.get_by_text("No setting has these words.")).to_be_visible()
    search.fill("")
    expect(settings.locator(".setting:visible")).not_to_have_count(0)


def test_an_address_leads_to_a_setting(settings: Page, site: str) -> None:
    settings.goto(f"{site}/mail/inbox/")
    settings.goto(f"{site}/settings/#time_zone")
    expect(settings.locator("#time_zone")).to_be_in_viewport()
    expect(settings.locator("#time_zone")).to_have_class(re.compile("is-meant"))
    assert settings.evaluate("document.scrollingElement.scrollTop") == 0


def test_the_zone_of_the_browser(browser: Browser, site: str, sign_in: Callable, alice: Person) -> None:
    arrive(alice.account.pk, letter())
    context = browser.new_context(timezone_id="Asia/Shanghai", locale="en-GB")
    sign_in(context, alice)
    page = context.new_page()
    page.goto(f"{site}/settings/")
    expect(page.get_by_label("Time zone")).to_have_attribute("placeholder", re.compile("Asia/Shanghai"))
    page.goto(f"{site}/mail/inbox/")
    page.locator("#rows .row-link").click()
    expect(page.locator(".message-head time")).to_have_attribute("title", re.compile("20:00|8 p.m."))
    context.close()
