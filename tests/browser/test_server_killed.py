"""The server is killed, not stopped, while a letter is saved or sent: nothing is lost, one message goes.

Each time once before it could commit, as somebody else holds the account, and once when it has, and its
answer is lost. It is killed with all its processes by SIGKILL, and started again at the same address.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, Route, expect

from tests.logs import LogWatch
from tests.people import Person
from tests.serving import Serving
from webmail.models import Message, OutboundMessage
from webmail.store import queries
from webmail.store.change import Change

from .test_compose import compose, saved, write

WHEN = pytest.mark.parametrize("committed", [False, True], ids=["before the commit", "after it"])


@pytest.fixture
def mortal(tmp_path: Path, transactional_db: None, log_watch: LogWatch) -> Iterator[Serving]:
    """A server of this test's own, which may be killed."""
    serving = Serving("webmail.asgi:application", log_watch.watch_file(tmp_path / "log"))
    serving.start()
    yield serving
    serving.kill()


@pytest.fixture
def desk(page: Page, mortal: Serving, alice: Person, console: list[str]) -> Iterator[Page]:
    """Alice's inbox there."""
    client = Client()
    client.force_login(alice.user)
    key = client.session.session_key
    cookie = {"name": f"session_{mortal.port}", "value": key, "url": mortal.address}
    page.context.add_cookies([cookie])
    page.goto(f"{mortal.address}/mail/inbox/")
    yield page
    page.goto("about:blank")
    # The browser tells of each connection that was refused.
    console[:] = [line for line in console if "net::ERR_" not in line]


def killing(page: Page, mortal: Serving, path: str, *, committed: bool) -> list[str]:
    """Kill the server with the next request to a path: as it works on it, or with its answer on the way."""
    killed: list[str] = []

    def kill(route: Route) -> None:
        if killed:
            route.continue_()
            return
        killed.append(path)
        if committed:
            route.fetch()
            mortal.kill()
            route.abort()
            return
        # It has the request when it waits for the account: the next ones are answered by nobody.
        route.continue_()
        page.wait_for_timeout(700)
        mortal.kill()

    page.route(f"**{path}", kill)
    return killed


def held(alice: Person, *, committed: bool) -> AbstractContextManager[object]:
    """Nobody else can change Alice's account meanwhile, unless the server is to have its way."""
    return nullcontext() if committed else Change([alice.account.pk])


def text_of(person: Person, role: str) -> str:
    (found,) = Message.objects.filter(account=person.account, placements__mailbox__role=role)
    return queries.raw(person.account.pk, found.pk).decode()


@WHEN
def test_while_a_draft_is_saved(desk: Page, mortal: Serving, alice: Person, *, committed: bool) -> None:
    window = compose(desk)
    killed = killing(desk, mortal, "/compose/save/", committed=committed)
    with held(alice, committed=committed):
        write(window, "bob@hamburger.test", "Long letter", "First half.")
        expect(window.locator("[data-note-saved]")).to_contain_text("Not saved", timeout=15_000)
    assert killed
    desk.keyboard.insert_text(" Second half.")
    mortal.start()
    saved(window)
    assert "First half. Second half." in text_of(alice, "drafts")


def until_gone(window: Locator) -> None:
    """Press Send as people do, who don't wait."""
    for _ in range(60):
        if not window.count():
            return
        window.page.keyboard.press("Control+Enter")
        window.page.wait_for_timeout(500)


@WHEN
def test_between_send_and_its_answer(desk: Page, mortal: Serving, alice: Person, *, committed: bool) -> None:
    window = compose(desk)
    write(window, "bob@hamburger.test", "Once", "Only once.")
    saved(window)
    killed = killing(desk, mortal, "/compose/send/", committed=committed)
    with held(alice, committed=committed):
        desk.keyboard.press("Control+Enter")
        expect(window.locator("[data-notice]")).to_contain_text("can’t be reached", timeout=15_000)
    assert killed
    mortal.start()
    until_gone(window)
    expect(window).to_have_count(0)
    assert OutboundMessage.objects.count() == 1
    assert "Only once." in text_of(alice, "sent")
    assert not Message.objects.filter(placements__mailbox__role="drafts").exists()


def test_nobody_comes_back_and_the_text_is_in_the_browser(
    desk: Page, mortal: Serving, alice: Person, page: Page
) -> None:
    window = compose(desk)
    mortal.kill()
    write(window, "bob@hamburger.test", "Unsaved", "Words that no server has.")
    expect(window.locator("[data-note-saved]")).to_contain_text("Not saved", timeout=15_000)
    # The browser is closed over it; the server comes back before the writer does.
    desk.goto("about:blank")
    mortal.start()
    desk.goto(f"{mortal.address}/mail/inbox/")
    desk.locator(".toast").get_by_role("button", name="Open").click()
    expect(desk.locator("compose-window .composer-editor")).to_contain_text("Words that no server has.")
