"""A push message reaches the service worker of a real browser, shows as a notice, and leads to the mail."""

import json
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, CDPSession, Page, Worker, expect

from tests.mail import arrive, letter
from tests.people import Person
from tests.waiting import until
from webmail.delivery import push
from webmail.store import queries
from webmail.store.queries import News

SHOWN = """async () => (await self.registration.getNotifications()).map(
  ({ title, body, tag, icon, badge, data }) => ({ title, body, tag, icon, badge, ...data })
)"""
# Only a person's own click may bring a window to the front: a browser that is driven refuses it.
CLICK = """async () => {
  WindowClient.prototype.focus = async function () { return this; };
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


@pytest.fixture(scope="module")
def whole(browser_type: BrowserType, browser_type_launch_args: dict) -> Iterator[Browser]:
    """Chromium with its windows: its shell shows no notices."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium with windows found")
    started = browser_type.launch(**browser_type_launch_args | {"executable_path": path})
    yield started
    started.close()


@pytest.fixture
def phone(whole: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser in which service workers may work, and notices may be shown."""
    made = whole.new_context(locale="en-GB", timezone_id="UTC", service_workers="allow")
    made.grant_permissions(["notifications"], origin=site)
    yield made
    made.close()


class Service:
    """What a push service does: hand a message to the worker of a site."""

    def __init__(self, devtools: CDPSession, site: str) -> None:
        self.devtools, self.site = devtools, site
        self.found: list[dict] = []
        devtools.on(
            "ServiceWorker.workerRegistrationUpdated", lambda told: self.found.extend(told["registrations"])
        )
        devtools.send("ServiceWorker.enable")

    def deliver(self, said: dict[str, object]) -> None:
        (registration,) = {each["registrationId"] for each in self.found}
        message = {"origin": self.site, "registrationId": registration, "data": json.dumps(said)}
        self.devtools.send("ServiceWorker.deliverPushMessage", message)


@pytest.fixture
def desk(phone: BrowserContext, site: str, sign_in: Callable, alice: Person) -> Page:
    """Alice's inbox, with a worker that answers for it."""
    sign_in(phone, alice)
    page = phone.new_page()
    page.goto(f"{site}/mail/inbox/")
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    return page


def shown(worker: Worker) -> list[dict[str, str]]:
    found: list[dict[str, str]] = worker.evaluate(SHOWN)
    return found


def test_a_push_is_shown_and_its_click_opens_the_conversation(
    phone: BrowserContext, desk: Page, site: str, alice: Person
) -> None:
    thread = arrive(alice.account.pk, letter("Crêpes on Sunday?", "Bring sugar.")).thread_id
    news = News(
        queries.current_modseq(alice.account.pk), thread, "Bob", "bob@hamburger.test", "Crêpes on Sunday?"
    )
    said = push.said_of(news, "en", shows_content=True)
    service = Service(phone.new_cdp_session(desk), site)
    # Events come only while the browser is listened to.
    until(lambda: desk.wait_for_timeout(50) is None and bool(service.found))
    (worker,) = phone.service_workers
    # Whoever looks at the mail needs no notice of it.
    service.deliver(said)
    desk.wait_for_timeout(500)
    assert shown(worker) == []
    desk.goto("about:blank")
    service.deliver(said)
    until(lambda: bool(shown(worker)))
    (notice,) = shown(worker)
    assert (notice["title"], notice["body"]) == ("Bob", "Crêpes on Sunday?")
    assert (notice["tag"], notice["url"]) == (f"conversation-{thread}", f"/conversations/{thread}/?in=inbox")
    assert phone.request.get(notice["icon"]).ok
    # A second one of the conversation takes its place.
    service.deliver(push.said_of(news._replace(subject="Re: Crêpes"), "en", shows_content=True))
    until(lambda: [each["body"] for each in shown(worker)] == ["Re: Crêpes"])
    desk.goto(f"{site}/mail/inbox/")
    worker.evaluate(CLICK)
    expect(desk.locator("#pane")).to_contain_text("Bring sugar.")
    expect(desk).to_have_url(f"{site}/conversations/{thread}/?in=inbox")
    assert shown(worker) == []
