"""Newsletters: rules for narrow screens, colours in the dark, counting pictures, links."""
# ruff: noqa: E501

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailserver.message import colour, html, link, style, tracker
from mailserver.message.remote_picture import RemotePictures

REMOTE = RemotePictures("/pictures/", "key")


def safe(source: str, remote: RemotePictures | None = None) -> html.SafeHtml:
    return html.safe(source, cid_url=lambda _cid: None, remote=remote)


# --- Width rules


def test_rules_for_narrow_screens_survive_with_the_names_they_need() -> None:
    found = safe(
        "<style>@media only screen and (max-device-width: 600px), print {"
        " .col, table[class=wide] td#head { width:100% !important; display : block } body .x:hover{color:red}"
        "}</style><body><table class='wide other'><td id=head class=col>a<td class=col>b</table></body>"
    )
    assert found.css.startswith(
        '@media (max-width:600px){.letter .m-col,.letter table[class~="m-wide"] td#m-head{'
    )
    assert "{width:100% !important;display:block !important}" in found.css
    assert ".letter .m--body .m-x:hover{color:light-dark(red," in found.css
    assert '<table class="m-wide">' in found.html
    assert 'id="m-head"' in found.html
    assert found.html.count('class="m-col"') == 2
    assert "other" not in found.html


@pytest.mark.parametrize(
    "sheet",
    [
        "@media (max-width:600px){p{background:url(http://evil.test/x)}}",
        "@media (max-width:600px){@import 'http://evil.test/x'; p{width:expression(x)}}",
        "@media (max-width:600px){html{color:red}.remote-notice:not(.x){color:red}p::before{content:'x'}}",
        "@media (max-width:600px){p{color:red}</style ><script>evil.test</script>",
        "@media (min-width:1px) and (x:</style><script>evil.test</script>){p{color:red}}",
        "@media print{p{color:red}}@media (prefers-color-scheme:dark){p{color:red}}",
        '@media (max-width:600px){[class="a\\"]{}</style><script>evil.test"]{color:red}}',
        "@media (max-width:600px){p{font-family:'</style><script>evil.test</script>'}}",
        "@media (max-width:600px){p{position:fixed;min-height:100vh}}",
        "@media (max-width:600px){.a:has(.b){color:red}.a . b{color:red}>{color:red}}",
    ],
)
def test_nothing_else_of_a_style_sheet_survives(sheet: str) -> None:
    found = safe(f"<style>{sheet}</style><p class=a>x</p>")
    for bad in (
        "evil.test",
        "<",
        "@import",
        "url",
        "expression",
        "html",
        "::",
        "content",
        "print",
        "fixed",
        "vh",
        ":has",
    ):
        assert bad not in found.css
    assert "<script" not in found.html


@settings(deadline=None)
@given(st.lists(st.sampled_from(["@media (max-width:9px){", "}", "{", ".a", "#b", ":", "\\", "\"", "'", "</style", "<!--", "[", "]", "(", ")", "url(", ";", "color:red", ",", "/*", "*/", "@import 'x'"]), max_size=30))  # fmt: skip
def test_no_style_sheet_breaks_out(pieces: list[str]) -> None:
    css = safe("<style>@media (max-width:9px){" + "".join(pieces) + "</style>").css
    assert "<" not in css
    assert "url(" not in css
    assert "@import" not in css


def test_microsofts_conditions_and_xml_are_dropped() -> None:
    found = safe(
        "<!--[if mso]><table><td>OUTLOOK</td></table><![endif]--><![if !mso]><p>others</p><![endif]>"
        "<xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><o:p>&nbsp;</o:p>"
    ).html
    assert "OUTLOOK" not in found
    assert "96" not in found
    assert "others" in found


def test_a_letter_can_neither_scroll_inside_nor_grow_with_its_frame() -> None:
    cleaned = style.clean(
        "overflow:auto;overflow-y:scroll;height:100vh;min-height:calc(1px + 50svh);width:50vmax;overflow-x:hidden",
        lambda _url: None,
    )
    assert cleaned == "overflow-x:hidden"


def test_nested_functions_of_any_depth() -> None:
    assert style.clean("width:/**/" + "calc(" * 1900, lambda _url: None) is None
    assert style.clean("width:/**/calc(calc(1px + 2px))", lambda _url: None) == "width:calc(calc(1px + 2px))"


# --- Colours


def dark(name: str, value: str) -> float:
    """The luminance of the one colour of a declaration, in the dark."""
    found = re.fullmatch(r"light-dark\(.*,#(..)(..)(..)\)", colour.for_both(name, value))
    assert found is not None
    return colour.luminance(*(int(part, 16) / 255 for part in found.groups()))


COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@settings(deadline=None)
@given(COLOURS, COLOURS)
def test_any_text_on_any_ground_has_contrast_in_the_dark(text: str, ground: str) -> None:
    assert (dark("color", text) + 0.05) / (dark("background-color", ground) + 0.05) >= 4.5


def test_what_is_light_stays_light_and_what_is_white_becomes_the_sheet() -> None:
    assert colour.for_both("color", "#fff") == "light-dark(#fff,#ffffff)"
    assert colour.for_both("background", "WHITE none") == "light-dark(WHITE,#1a1a1a) none"
    assert dark("color", "rgba(0, 0, 0, .5)") > 0.5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("color", "inherit"),
        ("background", "transparent none"),
        ("background", 'url("red.png#fff") no-repeat'),
        ("font-family", "red, 'Navy'"),
        ("color", "windowtext"),
        ("background", "0 0 repeat-x"),
        ("width", "red"),
    ],
)
def test_what_is_no_colour_stays(name: str, value: str) -> None:
    assert colour.for_both(name, value) == value


def test_colours_inside_gradients_and_beside_pictures() -> None:
    found = safe(
        '<td><p style="background:#fff url(http://x.test/a.png);background-image:linear-gradient(#000,rgb(9,9,9))">',
        REMOTE,
    ).html
    assert f"background:{colour.VEIL},light-dark(#fff,#1a1a1a) url(" in found
    assert "linear-gradient(light-dark(#000,#292929),light-dark(rgb(9,9,9),#292929))" in found


def test_old_attributes_become_styles() -> None:
    found = safe(
        '<table bgcolor=ffffff background="http://x.test/a(1).png"><td bgcolor=" Red "><font color=navy size=2>x</table>',
        REMOTE,
    ).html
    assert "bgcolor" not in found
    assert "background-color:light-dark(#ffffff,#1a1a1a)" in found
    assert f"url(&quot;{REMOTE.address('http://x.test/a%281%29.png')}&quot;)" in found
    assert "background-color:light-dark(Red," in found
    assert 'style="color:light-dark(navy,' in found


# --- Pictures that count


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://acme.us1.list-manage.com/track/open.php?u=1&id=2", "Mailchimp"),
        ("https://u12.ct.sendgrid.net/wf/open?upn=abc", "SendGrid"),
        ("http://links.acme.test/wf/open?upn=abc", "SendGrid"),
        ("https://track.hubspot.com/__ptq.gif?a=1", "HubSpot"),
        ("https://d2v8.eu1.hubspotlinks.com/Cto/W+113/xyz", "HubSpot"),
        ("https://mailtrack.io/trace/mail/abc.png", "Mailtrack"),
        ("https://pstmrk.it/open/abc", "Postmark"),
        ("https://abc.r.eu-west-1.awstrack.me/I0/0102", "Amazon SES"),
        ("https://email.acme.test/o/eJwNyUEKgCAQ_abcdef=", "Mailgun"),
        ("https://cl.exct.net/open.aspx?ffcb10-fe", "Salesforce"),
        ("https://www.google-analytics.com/collect?v=1", "Google Analytics"),
        ("//sctrack.sendcloud.net/track/open2/abc.gif", "SendCloud"),
    ],
)
def test_known_trackers_are_named_and_never_loaded(url: str, service: str) -> None:
    found = safe(f'<img src="{url}" width=300><p style="background:url({url})">x', REMOTE)
    assert found.trackers == (service,)
    assert found.remote_count == 0
    assert "/pictures/" not in found.html


@pytest.mark.parametrize(
    "attributes",
    [
        "width=1 height=1",
        'width="1px" height="0"',
        'style="width:1px;HEIGHT:1px !important"',
        'height=1 style="max-width: 0"',
        'style="display:none"',
        'style="visibility : hidden;"',
    ],
)
def test_what_nobody_can_see_is_removed(attributes: str) -> None:
    found = safe(
        f'<img src="//count.acme.test/x.gif?id=1" {attributes}><img src="http://a.test/b.png">', REMOTE
    )
    assert found.trackers == ("count.acme.test",)
    assert found.remote_count == 1
    assert found.html.count("/pictures/") == 1


@pytest.mark.parametrize(
    "attributes", ["width=1", "height=1 width=600", 'style="width:10px;height:1px"', "width=100%"]
)
def test_a_line_is_no_tracker(attributes: str) -> None:
    assert safe(f'<img src="http://a.test/b.png" {attributes}>').trackers == ()


@pytest.mark.parametrize(
    "url",
    ["https://acme.test/open/house.png", "https://x.test/e/o.png", "http://a.test/track.png", "http://[x/"],
)
def test_ordinary_pictures_are_not_accused(url: str) -> None:
    assert tracker.known(url) is None


def test_pictures_in_other_places_are_counted() -> None:
    found = safe(
        '<img srcset="http://a.test/1.png 1x, http://a.test/2.png 2x"><video poster="http://a.test/3.png"><p>no</p></video>'
        '<picture><source srcset="http://a.test/4.webp"><img src="http://a.test/4.png"></picture>'
        '<table background="http://a.test/5.png"><td style="background-image:url(\'http://a.test/6.png\')">x</table>',
    )
    assert found.remote_count == 5
    assert "a.test" not in found.html


# --- Our addresses for pictures


def test_an_address_of_ours_leads_back_and_can_not_be_forged() -> None:
    signature, _, coded = REMOTE.address("http://a.test/ü?x=1&y").removeprefix("/pictures/").partition("/")
    assert REMOTE.url(signature, coded) == "http://a.test/ü?x=1&y"
    assert RemotePictures("/pictures/", "other").url(signature, coded) is None
    assert REMOTE.url(signature, coded + "A") is None
    assert REMOTE.url("ü", "%%%") is None


# --- Links


@pytest.mark.parametrize(
    ("text", "url", "told"),
    [
        ("https://paypal.com/login", "https://evil.test/paypal.com", "evil.test"),
        ("www.paypal.com", "http://paypal.com.evil.test/", "paypal.com.evil.test"),
        ("paypal.com", "http://paypal.com@evil.test/", "evil.test"),
        ("paypal.com", "https:\\\\evil.test\\x", "evil.test"),
        ("ＰＡＹＰＡＬ.com", "https://evil.test/", "evil.test"),
        ("pay\u00adpal.com\u200b", "https://evil.test/", None),
        ("paypal.com", "https://p\u0430ypal.com/", "xn--pypal-4ve.com"),
        ("apple.com", "https://\u0430\u0440\u0440\u04cf\u0435.com/", "xn--80ak6aa92e.com"),
        ("example.com", "https://例子.测试/", "例子.测试"),
        ("example.com", "https://bücher.test/", "bücher.test"),
        ("http://1.example.co.uk", "https://other.co.uk/", "other.co.uk"),
        ("paypal.com", "https://paypal.com/x", None),
        ("paypal.com", "https://www.mail.paypal.com/x", None),
        ("https://x.test/a", "https://x.test:8080/b", None),
        ("Click here", "https://evil.test/", None),
        ("report.pdf", "https://evil.test/", None),
        ("e.g. this", "https://evil.test/", None),
        ("Node.js", "https://evil.test/", None),
        ("bob@paypal.com", "https://evil.test/", None),
        ("paypal.com", "mailto:bob@evil.test", None),
    ],
)
def test_a_link_that_names_another_host_is_told(text: str, url: str, told: str | None) -> None:
    assert link.deceives(text, url) == told


def test_the_mark_stands_behind_the_link() -> None:
    found = safe(
        '<a href="http://evil.test/x" title="paypal.com"><b>pay</b><font color=red>pal.com</font></a> now'
    ).html
    assert '</font></a><small class="link-target">evil.test</small> now' in found
    assert "title" not in found
    assert "light-dark(red," in found
    assert "link-target" not in safe('<a href="http://evil.test/">here</a>').html


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_link_raises(text: str, host: str) -> None:
    link.deceives(text, f"https://{host}")
    safe(f'<a href="https://{host}">{text}</a>')


def test_a_quote_keeps_its_own_colours_and_addresses() -> None:
    found = html.quotable(
        '<style>@media (max-width:9px){.a{color:red}}</style><p class=a bgcolor=red style="color:#123">x'
        '<img src="http://a.test/b.png"><img src="http://count.test/" width=1 height=1>'
        '<a href="http://evil.test/">paypal.com</a>',
        cid_url=lambda _cid: None,
    )
    assert '<p style="color:#123">' in found
    assert 'src="http://a.test/b.png"' in found
    assert "count.test" not in found
    assert "link-target" not in found
