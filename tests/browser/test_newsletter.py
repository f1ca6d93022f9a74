"""Newsletters as they look: dark with contrast, whole on a phone, links that tell where they lead."""
# ruff: noqa: E501

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from mailserver.message import colour
from tests.mail import arrive
from tests.people import Person

SHOP = """<html><head><style>
body { margin: 0; background: #f4f4f4; color: #555 }
.card { background: #ffffff; border: 1px solid #dddddd }
h1 { color: #1a2b3c } .note { color: #999999; font-size: 12px } a.button { background: #ffcc00; color: #222222; padding: 12px }
.dark { background: #20232a } .dark td { color: #8a8f99 } .deal { background: rgba(255, 80, 0, .85); color: white }
@media (max-width: 480px) { .column { display: block !important; width: 100% !important } }
</style></head><body><table width="100%"><tr><td align="center"><table class="card" width="600" style="max-width:100%">
<tr><td colspan="2"><h1>Winter sale</h1><p>Everything must go. <a href="https://shop.test/sale">Look around</a></p></td></tr>
<tr><td class="column" width="50%" id="left"><p class="deal">Boots</p><font color="#bbbbbb">half price</font></td>
<td class="column" width="50%" bgcolor="#eef6ff" id="right"><p style="color:navy">Gloves</p></td></tr>
<tr><td colspan="2"><a class="button" href="https://shop.test/buy">Buy now</a><p class="note">You asked for this.</p></td></tr>
<tr class="dark"><td colspan="2">Shop Ltd, <a href="https://x.test/" style="color:#7aa2f7">unsubscribe</a></td></tr>
</table></td></tr></table></body></html>"""
NIGHT = """<body bgcolor="#101010" text="#eeeeee"><center><font color="yellow" size="5">Night club</font>
<p style="background:linear-gradient(#300,#600);color:#fc9">Tonight: <span style="color:rgba(255,255,255,.6)">Strings</span></p>
<p style="border:12px solid #222222;background:#222222;display:inline-block;color:#ffffff">Tickets</p></center></body>"""
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm; color:black;
mso-style-priority:99} --></style><!--[if gte mso 9]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]--></head>
<body lang="EN-GB" style="tab-interval:36.0pt"><p class="MsoNormal"><span style="color:windowtext;background:white">Dear all,</span></p>
<table border="1" style="border-collapse:collapse;border:1px solid windowtext"><tr><td style="border:1px solid black;background:#D9E2F3">Total</td>
<td style="color:#C00000">-12</td></tr></table><p style="color:#1F497D">Regards<o:p></o:p></p></body></html>"""
WIDE = "<table width='660'><tr>" + "<td width='110'>cell of a table</td>" * 6 + "</tr></table>"

# Every run of text with its colour and that of the ground below it, as [r, g, b] of 0 to 255.
_PAIRS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const pixel = (...layers) => {
    canvas.globalCompositeOperation = 'copy';
    for (const layer of layers) {
      canvas.fillStyle = layer;
      canvas.fillRect(0, 0, 1, 1);
      canvas.globalCompositeOperation = 'source-over';
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const sheet = getComputedStyle(frameElement.closest('main, .shell > *')).backgroundColor;
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!texts.currentNode.textContent.trim()) continue;
    const grounds = [];
    for (let at = texts.currentNode.parentElement; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const gradient = style.backgroundImage.match(/rgba?\\([^)]*\\)|#[0-9a-f]+|color\\([^)]*\\)/g);
      grounds.unshift(style.backgroundColor, ...(gradient ?? []).slice(-1));
    }
    const ink = getComputedStyle(texts.currentNode.parentElement).color;
    found.push([texts.currentNode.textContent.trim(), pixel(sheet, ...grounds, ink), pixel(sheet, ...grounds)]);
  }
  return found;
}"""


def newsletter(html: str, number: int = 1) -> bytes:
    head = (
        f"From: News <news@shop.test>\r\nTo: alice@crepes.test\r\nSubject: News\r\nMessage-ID: <{number}@shop.test>\r\n"
        "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    )
    return head.encode() + html.replace("\n", "\r\n").encode()


@pytest.fixture
def window(browser: Browser, sign_in: Callable, alice: Person) -> Iterator[Callable[..., Page]]:
    """Open Alice's windows, of any size and theme."""
    contexts = []

    def make(width: int = 1366, theme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 850}, color_scheme=theme, locale="en-GB"
        )
        contexts.append(context)
        sign_in(context, alice)
        return context.new_page()

    yield make
    for context in contexts:
        context.pages[0].goto("about:blank")
        context.close()


def read(page: Page, site: str, alice: Person, html: str) -> None:
    added = arrive(alice.account.pk, newsletter(html))
    page.goto(f"{site}/conversations/{added.thread_id}/?in=inbox")
    expect(page.locator("letter-frame.is-shown")).to_have_count(1)


def contrasts(page: Page) -> dict[str, float]:
    """The contrast (WCAG 2.2) of each text of the letter with what is below it."""
    found = {}
    for text, ink, ground in page.frames[1].evaluate(_PAIRS):
        one, other = (colour.luminance(*(part / 255 for part in each)) for each in (ink, ground))
        found[text] = (max(one, other) + 0.05) / (min(one, other) + 0.05)
    return found


@pytest.mark.parametrize("html", [SHOP, NIGHT, WORD], ids=["shop", "night", "word"])
def test_every_text_can_be_read_in_the_dark(
    window: Callable[..., Page], site: str, alice: Person, html: str
) -> None:
    page = window(theme="dark")
    read(page, site, alice, html)
    found = contrasts(page)
    assert len(found) >= 3
    assert {text: value for text, value in found.items() if value < 4.5} == {}


def test_a_letter_lies_on_a_light_ground_on_request(
    window: Callable[..., Page], site: str, alice: Person
) -> None:
    page = window(theme="dark")
    read(page, site, alice, SHOP)
    heading = page.frame_locator("letter-frame iframe").get_by_role("heading", name="Winter sale")
    expect(heading).not_to_have_css("color", "rgb(26, 43, 60)")
    page.get_by_role("button", name="Light background").click()
    expect(heading).to_have_css("color", "rgb(26, 43, 60)")
    page.get_by_role("button", name="Light background").click()
    expect(heading).not_to_have_css("color", "rgb(26, 43, 60)")


def test_in_the_light_there_is_nothing_to_switch(
    window: Callable[..., Page], site: str, alice: Person
) -> None:
    page = window()
    read(page, site, alice, SHOP)
    expect(page.locator(".letter-bar")).to_be_hidden()
    heading = page.frame_locator("letter-frame iframe").get_by_role("heading", name="Winter sale")
    expect(heading).to_have_css("color", "rgb(26, 43, 60)")


def test_columns_stand_below_each_other_on_a_phone(
    window: Callable[..., Page], site: str, alice: Person
) -> None:
    for width, below in ((1366, False), (390, True)):
        page = window(width)
        read(page, site, alice, SHOP)
        frame = page.frame_locator("letter-frame iframe")
        left, right = (
            frame.get_by_text(text).evaluate("e => e.getBoundingClientRect().top")
            for text in ("Boots", "Gloves")
        )
        assert (right - left > 20) == below


@pytest.mark.parametrize("html", [SHOP, WIDE, "<div style='height:100vh;overflow:scroll'>x</div>"])
def test_no_bars_inside_a_letter_on_any_screen(
    window: Callable[..., Page], site: str, alice: Person, html: str
) -> None:
    for width in (1366, 390):
        page = window(width)
        read(page, site, alice, html)
        page.wait_for_timeout(200)
        frame = page.frames[1]
        assert frame.evaluate(
            "() => [document.documentElement, document.querySelector('.letter')]"
            ".every((each) => each.scrollHeight <= each.clientHeight + 1 && each.scrollWidth <= each.clientWidth + 3)"
        )
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("() => document.querySelector('letter-frame iframe').clientHeight") < 2000


def test_the_page_tells_where_a_link_leads(window: Callable[..., Page], site: str, alice: Person) -> None:
    page = window()
    read(
        page,
        site,
        alice,
        '<p><a href="https://xn--pple-43d.test/x" title="apple.test">apple.test</a> and <b>more</b></p>',
    )
    frame = page.frame_locator("letter-frame iframe")
    expect(frame.locator(".link-target")).to_have_text("xn--pple-43d.test")
    status = page.locator(".link-status")
    frame.get_by_role("link").hover()
    expect(status).to_have_text("https://xn--pple-43d.test/x")
    frame.get_by_text("more").hover()
    expect(status).to_be_hidden()
    frame.get_by_role("link").focus()
    expect(status).to_be_visible()
    expect(frame.get_by_role("link")).to_have_attribute("target", "_blank")
    expect(frame.get_by_role("link")).to_have_attribute("rel", "noopener noreferrer nofollow")
