"""What is written is not lost: the session ends, the tab dies, answers don't arrive, words are half typed."""

import contextlib
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, Route, expect
from pytest_django import Settings

from tests.logs import LogWatch
from tests.people import Person
from webmail.models import Message, OutboundMessage, Session, Upload
from webmail.store import queries

from .test_compose import compose, desk, saved, write

__all__ = ["desk"]


@pytest.fixture
def known(desk: Page, alice: Person, sign_in: Callable, settings: Settings) -> Page:
    """Alice's inbox, and a password that the server can check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    alice.user.set_password(alice.password)
    alice.user.save()
    sign_in(desk, alice)
    desk.reload()
    return desk


def draft_text(person: Person) -> str:
    (draft,) = Message.objects.filter(account=person.account, placements__mailbox__role="drafts")
    return queries.raw(person.account.pk, draft.pk).decode()


def test_signed_out_while_writing_one_signs_in_and_goes_on(
    known: Page, alice: Person, log_watch: LogWatch, console: list[str]
) -> None:
    desk = known
    # Whichever asks first.
    log_watch.expect("Unauthorized: /(compose/save|changes|contacts/check)/")
    window = compose(desk)
    write(window, "bob@hamburger.test", "Long letter", "First half.")
    saved(window)
    Session.objects.all().delete()
    desk.keyboard.insert_text(" Second half.")
    window.get_by_role("button", name="Sign in").click(timeout=10_000)
    page = desk.frame_locator(".sign-in-again iframe")
    page.get_by_label("E-mail address").fill(alice.address)
    page.get_by_label("Password").fill(alice.password)
    page.get_by_role("button", name="Sign in").click()
    expect(desk.locator(".sign-in-again")).to_have_count(0)
    saved(window)
    assert "First half. Second half." in draft_text(alice)
    desk.keyboard.press("Control+Enter")
    expect(window).to_have_count(0)
    assert OutboundMessage.objects.count() == 1
    console.clear()


def test_a_tab_that_dies_leaves_the_text_in_the_browser(desk: Page, site: str, alice: Person) -> None:
    dying = desk.context.new_page()
    dying.route("**/compose/save/", lambda route: route.abort())
    dying.goto(f"{site}/mail/inbox/")
    window = compose(dying)
    write(window, "bob@hamburger.test", "Unsaved", "Words that no server has.")
    expect(window.locator("[data-note-saved]")).to_contain_text("Not saved", timeout=10_000)
    # As long as the letter is open, no other page takes it.
    desk.reload()
    desk.wait_for_timeout(500)
    assert not Message.objects.filter(placements__mailbox__role="drafts").exists()
    with dying.expect_event("crash"), contextlib.suppress(Error):
        dying.goto("chrome://crash", timeout=2000)
    desk.reload()
    desk.locator(".toast").get_by_role("button", name="Open").click()
    expect(desk.locator("compose-window .composer-editor")).to_contain_text("Words that no server has.")


def test_answers_that_are_lost_make_no_second_letter(desk: Page, alice: Person, console: list[str]) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        kind = route.request.url.rpartition("/compose/")[2]
        if kind in lost:
            route.continue_()
            return
        lost.append(kind)
        route.fetch()
        route.abort()

    desk.route("**/compose/save/", lose_the_first)
    desk.route("**/compose/send/", lose_the_first)
    window = compose(desk)
    write(window, "bob@hamburger.test", "Once", "One.")
    expect(window.locator("[data-note-saved]")).to_contain_text("Not saved", timeout=10_000)
    desk.keyboard.insert_text(" Two.")
    saved(window)
    assert "One. Two." in draft_text(alice)
    desk.keyboard.press("Control+Enter")
    expect(window).to_have_count(0, timeout=10_000)
    assert lost == ["save/", "send/"]
    assert OutboundMessage.objects.count() == 1
    assert not Message.objects.filter(placements__mailbox__role="drafts").exists()
    console.clear()


def test_who_turns_to_another_program_has_it_saved(desk: Page, alice: Person) -> None:
    desk.clock.install()
    desk.reload()
    window = compose(desk)
    write(window, "bob@hamburger.test", "Just begun", "A word")
    # No timer comes any more.
    desk.clock.pause_at(desk.evaluate("Date.now() + 900"))
    desk.evaluate("dispatchEvent(new Event('blur'))")
    saved(window)
    assert "A word" in draft_text(alice)


def test_half_typed_words_are_left_alone(desk: Page, alice: Person) -> None:
    window = compose(desk)
    devtools = desk.context.new_cdp_session(desk)

    def typing(text: str) -> None:
        end = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        devtools.send("Input.imeSetComposition", end)

    field = window.get_by_role("combobox", name="To", exact=True)
    field.click()
    typing("wang")
    # Enter takes the word, and isn't the end of the recipient.
    field.dispatch_event(
        "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    )
    expect(window.locator(".recipient")).to_have_count(0)
    devtools.send("Input.insertText", {"text": "王"})
    field.fill("王 <wang@hamburger.test>")
    field.press("Enter")
    expect(window.locator(".recipient")).to_have_text("王×")
    window.locator(".composer-editor").click()
    desk.keyboard.insert_text("你好，")
    typing("shijie")
    # A save in the middle of a word takes nothing from it.
    saved(window)
    expect(window.locator(".composer-editor")).to_contain_text("你好，shijie")
    devtools.send("Input.insertText", {"text": "世界"})
    expect(window.locator(".composer-editor")).to_have_text("你好，世界")
    desk.keyboard.press("Control+s")
    saved(window)
    desk.wait_for_timeout(1500)
    (draft,) = Message.objects.filter(account=alice.account, placements__mailbox__role="drafts")
    assert draft.preview == "你好，世界"


def test_a_large_file_goes_on_where_the_line_broke(desk: Page, console: list[str]) -> None:
    broken: list[str] = []

    def break_once(route: Route) -> None:
        if len(broken) == 1:
            broken.append("now")
            route.abort()
            return
        broken.append("")
        route.continue_()

    desk.route(re.compile(r"/uploads/pieces/\w+/"), break_once)
    window = compose(desk)
    file = {"name": "film.bin", "mimeType": "application/x-own", "buffer": bytes(2_500_000)}
    window.locator("input[type=file]").set_input_files([file])
    expect(window.locator(".composer-file progress")).to_have_count(0, timeout=15_000)
    expect(window.locator(".composer-file.is-wrong")).to_have_count(0)
    assert Upload.objects.get().size == 2_500_000
    # Three pieces, one of them twice, and the question how much was there.
    assert len(broken) == 5
    console.clear()
