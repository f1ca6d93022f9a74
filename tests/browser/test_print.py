"""A conversation on paper."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from mailserver.message import compose
from tests.mail import arrive
from tests.people import Person

FRAME = """() => {
  const frame = document.querySelector("letter-frame iframe");
  const { body, documentElement } = frame.contentDocument;
  return [frame.clientWidth, frame.clientHeight >= body.scrollHeight, documentElement.dataset.ground ?? ""];
}"""


def test_a_letter_fits_its_paper_and_comes_back_to_the_screen(
    page: Page, site: str, sign_in: Callable, alice: Person
) -> None:
    sign_in(page, alice)
    people = (compose.Address("", "alice", "crepes.test"), compose.Address("Carol", "carol", "x.test"))
    html = "<p>" + "Words that wrap on paper. " * 200 + "</p>"
    raw = compose.compose(compose.Draft(from_=people[:1], to=people, subject="On paper", html=html))
    added = arrive(alice.account.pk, raw)
    page.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    expect(page.locator("letter-frame")).to_have_class("is-shown")
    width, _, ground = page.evaluate(FRAME)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(FRAME) == [680, True, "light"]
    expect(page.get_by_text("Carol <carol@x.test>")).to_be_visible()
    for left_out in (".topbar", ".sidebar", ".conversation-answer", ".message-head .icon-button"):
        expect(page.locator(left_out).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(FRAME) == [width, True, ground]
    page.goto("about:blank")
