"""A day's work without scripts, in both languages: read, put in order, write, take back."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_conversation import HTML, sent
from tests.logs import LogWatch
from tests.mail import arrive, letter
from tests.parcels import file, multipart, text
from tests.people import Person
from webmail.models import OutboundMessage
from webmail.store import mailboxes, queries

ROWS = "#rows > .row"


@pytest.fixture(params=["en-GB", "zh-CN"])
def plain(
    request: pytest.FixtureRequest, browser: Browser, site: str, sign_in: Callable, alice: Person
) -> Iterator[Page]:
    """Alice's window, where no script runs; the test itself reads the same language."""
    context = browser.new_context(
        java_script_enabled=False,
        locale=request.param,
        viewport={"width": 1366, "height": 850},
        timezone_id="UTC",
    )
    sign_in(context, alice)
    with translation.override({"en-GB": "en", "zh-CN": "zh-hans"}[request.param]):
        yield context.new_page()
    context.close()


def button(within: Page | Locator, text: str) -> Locator:
    return within.get_by_role("button", name=_(text), exact=True)


def link(within: Page | Locator, text: str) -> Locator:
    return within.get_by_role("link", name=_(text), exact=True)


def row(page: Page, subject: str) -> Locator:
    return page.locator(ROWS, has_text=subject)


def subjects(person: Person, role: str) -> list[str]:
    return [found.subject for found in queries.mailbox_page(person.account.pk, person.mailbox(role)).rows]


def test_signing_in_reading_and_leaving(plain: Page, site: str, alice: Person) -> None:
    talk = arrive(alice.account.pk, letter("Lunch", "At noon?", number=1), flags=frozenset({"\\Seen"}))
    arrive(alice.account.pk, letter("Re: Lunch", "Rather at one.", number=2, references=[1]), minute=1)
    html = arrive(alice.account.pk, HTML.encode(), minute=2)
    files = arrive(
        alice.account.pk, multipart(text("Look."), file("a.txt", b"words", "text/plain")), minute=3
    )
    plain.goto(f"{site}/mail/inbox/")
    row(plain, "Lunch").locator(".row-link").click()
    expect(plain.get_by_text("Rather at one.")).to_be_visible()
    plain.locator(".message-row").first.click()
    expect(plain.get_by_text("At noon?").last).to_be_visible()
    assert f"/conversations/{talk.thread_id}/" in plain.url
    plain.locator(".message-details summary").first.click()
    expect(plain.locator(".message-details dl").first).to_contain_text("alice@crepes.test")
    plain.locator(".message-head [popovertarget]").last.click()
    link(plain.locator(".menu:popover-open"), "Show original").click()
    expect(plain.get_by_role("heading", name=_("Original message"))).to_be_visible()
    plain.goto(f"{site}/conversations/{html.thread_id}/?in=inbox")
    frame = plain.frame_locator("letter-frame iframe")
    expect(frame.get_by_text("Look")).to_be_visible()
    expect(frame.get_by_role("link", name=_("Show"))).to_be_visible()
    assert plain.locator("letter-frame iframe").bounding_box()["height"] > 400
    plain.goto(f"{site}/conversations/{files.thread_id}/?in=inbox")
    plain.locator("a.file-open").click()
    expect(plain.get_by_text("words")).to_be_visible()
    plain.goto(f"{site}/mail/inbox/")
    plain.locator("#account-button").click()
    button(plain, "Sign out").click()
    expect(plain).to_have_url(f"{site}/sign-in/")


def test_putting_in_order(plain: Page, site: str, alice: Person) -> None:
    for number in (1, 2, 3, 4):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number), minute=number)
    mailboxes.create(alice.account.pk, "Family")
    tools = plain.locator(".toolbar")
    plain.goto(f"{site}/mail/inbox/")
    row(plain, "Letter 1").locator(".row-star").click()
    link(plain.locator("#nav"), "Starred").click()
    expect(plain.locator(ROWS)).to_have_count(1)
    plain.goto(f"{site}/mail/inbox/")
    for subject in ("Letter 2", "Letter 3"):
        row(plain, subject).locator("input").check()
    button(tools, "Archive").click()
    assert subjects(alice, "archive") == ["Letter 3", "Letter 2"]
    button(plain.locator("#toasts"), "Undo").click()
    expect(plain.locator(ROWS)).to_have_count(4)
    row(plain, "Letter 2").locator("input").check()
    button(tools, "Label as…").click()
    plain.get_by_role("checkbox", name="Family").check()
    button(plain, "Apply").click()
    expect(row(plain, "Letter 2").locator(".chip")).to_have_text("Family")
    row(plain, "Letter 3").locator("input").check()
    button(tools, "Move to…").click()
    button(plain.locator("#main"), "Trash").click()
    assert subjects(alice, "trash") == ["Letter 3"]
    row(plain, "Letter 4").locator("input").check()
    button(tools, "Mark as read").click()
    expect(row(plain, "Letter 4")).not_to_have_class("is-unread")
    row(plain, "Letter 4").locator(".row-link").click()
    button(tools, "Move to…").click()
    button(plain.locator("#main"), "Spam").click()
    assert subjects(alice, "junk") == ["Letter 4"]
    plain.locator("#nav .nav-heading a[data-dialog]").click()
    plain.locator("#label-path").fill("Travel/Paris")
    button(plain, "Create").click()
    expect(plain.locator("#nav")).to_contain_text("Paris")


def test_searching(plain: Page, site: str, alice: Person) -> None:
    arrive(alice.account.pk, letter("Needle", number=1))
    arrive(alice.account.pk, letter("Hay", number=2))
    plain.goto(f"{site}/mail/inbox/")
    plain.locator("#search-input").fill("needle")
    plain.locator("#search-input").press("Enter")
    expect(plain.locator(ROWS)).to_have_count(1)
    plain.locator("#search-options").click()
    plain.locator("#id_words").fill("")
    plain.locator("#id_subject").fill("hay")
    button(plain.locator(".search-form"), "Search").click()
    expect(plain.locator(f"{ROWS} .row-subject")).to_have_text(["Hay"])


def test_writing(plain: Page, site: str, alice: Person, log_watch: LogWatch) -> None:
    log_watch.expect("Unprocessable Content: /compose/send/")
    arrive(alice.account.pk, letter("Lunch", "At noon?", number=1))
    plain.goto(f"{site}/mail/inbox/")
    plain.locator("#compose-button").click()
    plain.locator("[name=to]").fill("bob@hamburger.test")
    plain.locator("[name=subject]").fill("Menu 菜单")
    plain.locator("[name=text]").fill("Soup.")
    plain.locator("[name=files]").set_input_files(
        [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": b"x"} for name in ("one", "two")]
    )
    button(plain, "Save draft").click()
    kept = plain.locator(".composer-files input[name=attachment]")
    expect(kept).to_have_count(2)
    plain.get_by_role("checkbox", name="two.txt").uncheck()
    button(plain, "Send").click()
    expect(plain.locator("#toasts")).to_contain_text(_("Sent"))
    button(plain, "Undo sending").click()
    expect(plain.locator("[name=subject]")).to_have_value("Menu 菜单")
    expect(kept).to_have_count(1)
    assert not OutboundMessage.objects.filter(recipients__state="waiting").exists()
    button(plain, "Send").click()
    plain.goto(f"{site}/mail/inbox/")
    row(plain, "Lunch").locator(".row-link").click()
    link(plain.locator(".conversation-answer"), "Reply").click()
    plain.locator("[name=text]").fill("Gladly")
    plain.locator("[name=to]").fill("not an address")
    button(plain, "Send").click()
    expect(plain.locator("[data-notice]")).to_be_visible()
    expect(plain.locator("[name=text]")).to_have_value("Gladly")
    plain.locator("[name=to]").fill("bob@hamburger.test")
    button(plain, "Send").click()
    assert sorted(subjects(alice, "sent")) == ["Lunch", "Menu 菜单"]


def test_what_is_on_its_way_is_stopped(plain: Page, site: str, alice: Person) -> None:
    recipient = sent(alice)
    plain.goto(f"{site}/conversations/{recipient.message.sent_message.thread_id}/?in=sent")
    plain.locator(".lane-head").click()
    expect(plain.locator(".dialogue .line")).to_have_count(5)
    plain.go_back()
    button(plain, "Stop").click()
    expect(plain.locator(".lane .badge")).to_have_text(_("Cancelled"))


def test_choosing_settings(plain: Page, site: str, alice: Person, log_watch: LogWatch) -> None:
    log_watch.expect("Unprocessable Content: /settings/")
    plain.goto(f"{site}/settings/")
    plain.locator("#theme").get_by_text(_("Dark"), exact=True).click()
    button(plain.locator("#section-look"), "Save").click()
    expect(plain.locator("html")).to_have_attribute("data-theme", "dark")
    plain.locator("#time_zone-field").fill("Nowhere")
    button(plain.locator("#section-language"), "Save").click()
    expect(plain.locator("#time_zone-error")).to_be_visible()
    plain.locator("#time_zone-field").fill("Shanghai")
    button(plain.locator("#section-language"), "Save").click()
    expect(plain.locator("#time_zone-field")).to_have_value("Asia/Shanghai")
