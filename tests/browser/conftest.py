"""A server process on the test database, a Chromium, and people who are signed in.

`site` is the address of the server; `sign_in(page, person)` gives a page that session. A test fails when
the server logs a warning, or when the console of a page shows an error.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.logs import LogWatch
from tests.people import Person
from tests.serving import serving

# Playwright's loop runs in this thread, and Django would refuse the database for it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# The shell is Chromium without its own windows: the same engine, and a third less work for each test.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and leave it out where there is none."""
    for item in items:
        if HERE in item.path.parents:
            # A busy machine can be too late for one of hundreds of moments; what fails three times is broken.
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=2))
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium found"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Start the system's Chromium."""
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A desk, in English, in one zone everywhere."""
    size = {"width": 1366, "height": 850}
    zone = {"locale": "en-GB", "timezone_id": "UTC"}
    # Requests that a test watches or answers itself would come from the worker: test_offline.py lets it in.
    return browser_context_args | zone | {"viewport": size, "service_workers": "block"}


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server writes."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: object, server_log: Path) -> Iterator[str]:
    """Serve pages and live stream from the test database, once for all tests."""
    with serving("webmail.asgi:application", server_log) as address:
        yield address


@pytest.fixture
def site(server: str, server_log: Path, transactional_db: None, log_watch: LogWatch) -> Iterator[str]:
    """The address of the running site; its log belongs to this test."""
    os.truncate(server_log, 0)
    log_watch.watch_file(server_log)
    yield server
    # A composer that was just closed has sent its last save: let it find its account.
    time.sleep(0.1)


@pytest.fixture
def new_context(site: str, new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Windows open after the database is ready, and so close before it is emptied."""
    return new_context


@pytest.fixture
def sign_in(site: str) -> Callable[[Page | BrowserContext, Person], None]:
    """Give a page, or all pages of a context, a person's session."""

    def give(page: Page | BrowserContext, person: Person) -> None:
        client = Client()
        client.force_login(person.user)
        key = client.session.session_key
        context = page.context if isinstance(page, Page) else page
        context.add_cookies([{"name": f"session_{site.rsplit(':', 1)[-1]}", "value": key, "url": site}])

    return give


@pytest.fixture(params=["desk", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[BrowserContext]:
    """Windows on a desk, then on a phone, where nothing moves by itself."""
    size = {"viewport": {"width": 1366, "height": 850}}
    if request.param == "phone":
        size = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    made = browser.new_context(
        **size, reduced_motion="reduce", locale="en-GB", timezone_id="UTC", service_workers="block"
    )
    yield made
    made.close()


@pytest.fixture(autouse=True)
def console(page: Page) -> Iterator[list[str]]:
    """Fail on errors of scripts and on what the content security policy stopped."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} {message.location}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"{error} {error.stack}"))
    yield complaints
    assert complaints == []
