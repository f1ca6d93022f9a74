"""Foreign HTML: nothing runs, nothing loads, quotes fold, the look stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import html
from mailserver.message.remote_picture import RemotePictures

REMOTE = RemotePictures("/pictures/", "key")


def safe(source: str, remote: bool = False) -> html.SafeHtml:
    return html.safe(source, cid_url={"p@x": "/messages/1/parts/2/"}.get, remote=REMOTE if remote else None)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<form action=//evil.test><input name=a><button formaction=javascript:alert(1)>b</button></form>",
    "<base href=//evil.test/><meta http-equiv=refresh content='0;url=//evil.test'>",
    "<link rel=stylesheet href=//evil.test/x.css><link rel=stylesheet href='file:///etc/passwd'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<style>@import '//evil.test/x.css'; @import url(//evil.test/x.css); p{background:url(//evil.test/x)}</style><p>x",  # noqa: E501
    '<p style="background:url(//evil.test/x)">x</p>',
    "<p style=\"background:u\\72l('//evil.test/x')\">x</p>",
    "<p style='background-image:image-set(\"//evil.test/x\" 1x)'>x</p>",
    "<p style='width:expression(alert(1));behavior:url(//evil.test/x);-moz-binding:url(//evil.test/x)'>x</p>",
    "<p style='color:red;/*;background:url(//evil.test/x)*/'>x</p>",
    "<p style='list-style:url(\"//evil.test/x\")'>x</p>",
    "<table background=//evil.test/x><td background='http://evil.test/y'>x</table>",
    "<img src='http://evil.test/x' srcset='http://evil.test/y 2x'><picture><source srcset=//evil.test/z></picture>",  # noqa: E501
    "<video src=//evil.test/v poster=//evil.test/p></video><audio src=//evil.test/a autoplay></audio>",
    "<img src='&#x2f;/evil.test/x'><img src='\\\\evil.test\\x'><img src='\t//evil.test/x'>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='><img src='data:text/html,x'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><script>alert(1)</script></textarea><xmp><script>x</script></xmp>",
    "<template><script>alert(1)</script></template><!--><script>alert(1)</script>-->",
    "<details class=quote ontoggle=alert(1) open>x</details>",
    "<p id=main name=x class='evil' contenteditable>x</p>",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_runs_and_nothing_loads(source: str) -> None:
    check(safe(source).html)


def check(cleaned: str) -> None:
    tags = [match.lower() for match in re.findall(r"<[^>]*>", cleaned)]
    assert not re.search(
        r"<(?:script|style|svg|math|form|input|button|base|meta|link|object|iframe|embed)\b", "".join(tags)
    )
    assert not re.search(
        r"\son\w+=|javascript:|vbscript:|expression\(|@import|srcset|\sid=|\sname=|\stitle=", "".join(tags)
    )
    assert "evil.test" not in "".join(tags)


@given(
    st.lists(
        st.sampled_from([*HOSTILE, *"<>\"'&/=", "<div>", "</div>", "<!--", "-->", "<table>", "style="]),
        max_size=12,
    )
)
def test_no_mixture_gets_through(pieces: list[str]) -> None:
    check(safe("".join(pieces)).html)


def test_remote_pictures_are_counted_once_each_and_left_out() -> None:
    source = (
        '<img src="http://t.test/a.png?x=1&amp;y=2"><img src="http://t.test/a.png?x=1&amp;y=2">'
        '<p style="background:#fff url(https://t.test/b.png)">x</p><td><img src="//t.test/c">'
    )
    hidden = safe(source)
    assert hidden.remote_count == 3
    assert "t.test" not in hidden.html
    assert "background:light-dark(#fff," in hidden.html
    shown = safe(source, remote=True)
    assert shown.remote_count == 3
    assert shown.html.count(f'src="{REMOTE.address("http://t.test/a.png?x=1&y=2")}"') == 2
    assert f"url(&quot;{REMOTE.address('https://t.test/b.png')}&quot;)" in shown.html
    assert f'src="{REMOTE.address("https://t.test/c")}"' in shown.html
    assert "t.test" not in shown.html


def test_pictures_of_the_message_are_shown() -> None:
    assert 'src="/messages/1/parts/2/"' in safe('<img src="cid:P%40x">').html
    assert "src" not in safe('<img src="cid:unknown">').html
    assert 'src="data:image/png;base64,AAAA"' in safe('<img src="data:image/png;base64,AAAA">').html


def test_links_open_outside() -> None:
    found = safe('<a href="https://x.test/" target=_top rel=opener>x</a>').html
    for attribute in ('href="https://x.test/"', 'target="_blank"', 'rel="noopener noreferrer nofollow"'):
        assert attribute in found


def test_the_style_of_a_newsletter_survives() -> None:
    found = safe('<style>.a{color:red;position:fixed}</style><p class=a style="margin:0">x</p>').html
    assert "color:light-dark(red," in found
    assert "margin:0" in found.replace(": ", ":")
    assert "position" not in found


@pytest.mark.parametrize(
    "quoted",
    [
        '<div class="gmail_quote">On Monday, Ana wrote:<blockquote class="gmail_quote">QUOTED</blockquote></div>',  # noqa: E501
        '<blockquote type="cite">QUOTED</blockquote>',
        '<div class="yahoo_quoted"><div>QUOTED</div></div>',
        "<div>On Monday, Ana &lt;a@x.test&gt; wrote:</div><blockquote>QUOTED</blockquote>",
        "<div>在 2026年11月22日，爱丽丝写道：</div><blockquote>QUOTED</blockquote>",
        "<div>------------------ 原始邮件 ------------------</div><div>发件人: x</div><div>QUOTED</div>",
        "<p>-----Original Message-----</p><p>QUOTED</p>",
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><b>From:</b> x</div></div><p>QUOTED</p>',  # noqa: E501
        '<hr id="stopSpelling"><div>From: x</div><p>QUOTED</p>',
    ],
)
def test_quotes_are_folded(quoted: str) -> None:
    found = safe(f"<p>My answer</p>{quoted}").html
    before, _, inside = found.partition('<details class="quote">')
    assert "My answer" in before
    assert "QUOTED" in inside.partition("</details>")[0]
    assert "QUOTED" not in before


def test_what_follows_a_quote_stays_open() -> None:
    found = safe(
        '<p>a</p><blockquote type="cite">q<blockquote type="cite">r</blockquote></blockquote><p>below</p>'
    )
    assert found.html.count("<details") == 1
    assert "below" in found.html.partition("</details>")[2]


SIGNATURES = [
    '<div class="gmail_signature" data-smartmail="gmail_signature"><div>SIGNED</div></div>',
    '<span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">SIGNED</div>',
    '-- <br><div class="m_-7095gmail_signature">SIGNED</div>',
    '<pre class="moz-signature" cols="72">-- \nSIGNED</pre>',
    '<div class="moz-signature">-- <br><table><tr><td>SIGNED</td></tr></table></div>',
    '<div class="protonmail_signature_block"><div class="protonmail_signature_block-user">SIGNED</div></div>',
    '<div id="AppleMailSignature" dir="ltr">SIGNED</div>',
    '<div id="x_AppleMailSignature" dir="ltr">SIGNED</div>',
    '<div id="Signature"><div></div><p>SIGNED</p></div>',
    '<div class="ms-outlook-ios-signature" id="ms-outlook-mobile-signature">SIGNED</div>',
    '<div id="x_x_ms-outlook-mobile-signature"><p>SIGNED</p></div>',
    '<div class="ydp6fd1e0b9signature">SIGNED</div>',
    '<div class="x_1509065667zmail_signature_below"><div>SIGNED</div></div>',
    '<div class="k9mail-signature">-- <br>SIGNED</div>',
    '<sign signid="0"><div>SIGNED</div></sign>',
    '<hr id="FMSigSeperator" size="1"><div><span id="_FoxFROMNAME"><div>SIGNED</div></span></div>',
]


def folded(source: str) -> tuple[list[str], str]:
    """What is folded, pill by pill, and what stays open."""
    found = safe(source).html
    pills = re.findall(r'<details class="quote">(.*?)</details>', found, re.DOTALL)
    return pills, re.sub(r'<details class="quote">.*?</details>', "", found, flags=re.DOTALL)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_are_folded(signature: str) -> None:
    pills, stays = folded(f"<div>My answer</div><br>{signature}<p>below</p>")
    assert [pill.count("SIGNED") for pill in pills] == [1]
    assert "My answer" in stays
    assert "below" in stays
    assert "--" not in stays


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize(
    "quoted",
    [
        '<br><div class="gmail_quote">Ana wrote:<blockquote>QUOTED</blockquote></div>',
        "<div><br></div>\n<p>&nbsp;</p><div><div><blockquote type=cite>QUOTED</blockquote></div> </div>",
        '<div class="moz-cite-prefix">Ana wrote:</div><blockquote type="cite">QUOTED</blockquote>',
        '<hr><div id="divRplyFwdMsg">From: x</div><p>QUOTED</p>',
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt">From: x</div></div><p>QUOTED</p>',
        "<div>------------------ 原始邮件 ------------------</div><div>QUOTED</div>",
    ],
)
def test_a_signature_and_the_quote_below_it_are_folded_as_one(signature: str, quoted: str) -> None:
    pills, stays = folded(f"<p>My answer</p>{signature}{quoted}")
    assert len(pills) == 1
    assert "SIGNED" in pills[0]
    assert "QUOTED" in pills[0]
    assert "My answer" in stays


def test_words_between_a_signature_and_a_quote_stay_open() -> None:
    pills, stays = folded(
        f"<p>a</p>{SIGNATURES[0]}<p>P.S.</p><blockquote type=cite>QUOTED</blockquote><p>b</p>"
    )
    assert len(pills) == 2
    assert "P.S." in stays
    assert "b" in stays


def test_a_signature_that_ends_an_element_before_the_quote_stays_open() -> None:
    """No element can hold both, and two pills would stand one under the other."""
    pills, stays = folded(
        f"<div><div>My answer</div><div>{SIGNATURES[0]}</div></div><br><div class=gmail_quote>QUOTED</div>"
    )
    assert len(pills) == 1
    assert "QUOTED" in pills[0]
    assert "SIGNED" in stays


def test_a_quote_with_words_beside_it_takes_no_signature_along() -> None:
    pills, stays = folded(
        f"<p>a</p>{SIGNATURES[0]}<div><blockquote type=cite>QUOTED</blockquote>beside</div>"
    )
    assert len(pills) == 1
    assert "beside" in stays
    assert "SIGNED" in stays


@pytest.mark.parametrize(
    "source",
    [
        *SIGNATURES,
        *(f"<p>a</p>{signature.replace('SIGNED', 'long words ' * 300)}" for signature in SIGNATURES),
        *(f"<p>a</p>{signature.replace('SIGNED', '<br>').replace('-- ', '')}" for signature in SIGNATURES),
        '<p>a</p><div class="gmail_signature">SIGNED',
        "<p>a</p><div class=signature>With love, your team</div>",
        "<p>a</p>-- <br>b",
    ],
)
def test_what_is_no_signature_stays_open(source: str) -> None:
    assert "<details" not in safe(source).html


def test_a_forwarded_message_below_a_signature_stays_open() -> None:
    pills, stays = folded(
        f"<p>fyi</p>{SIGNATURES[0]}<br>"
        "<div class=gmail_quote>---------- Forwarded message ---------<br>From: x</div>"
    )
    assert len(pills) == 1
    assert "From: x" in stays


@pytest.mark.parametrize(
    "source",
    [
        '<blockquote type="cite">all there is</blockquote>',
        '<p>fyi</p><div class="gmail_quote">---------- Forwarded message ---------<br>From: x</div>',
        "<p>poem:</p><blockquote>roses</blockquote>",
    ],
)
def test_what_the_mail_is_about_stays_open(source: str) -> None:
    assert "<details" not in safe(source).html


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 5000 + "words",
        "<b>words" * 2_000,
        "".join(f"<font color={number}>" for number in range(2000)) + "<p>words</p>" * 2000,
        "<p " + " ".join(f"a{number}=1" for number in range(20_000)) + ">words",
        "<div></p>" * 3000 + "words",
        "words" + " " * 2_000_000,
        f"<style>{'p{color:red}' * 2000}</style>" + "<p>words</p>" * 5000,
    ],
)
def test_what_would_take_long_is_shown_as_text(source: str) -> None:
    found = safe(source)
    assert found.html.startswith('<div class="plain">')
    assert "words" in found.html


def test_the_colours_of_the_body_survive() -> None:
    found = safe(
        '<html><body bgcolor="#ffcc00" text=navy style="margin:4px" onload=x>hello</body></html>'
    ).html
    assert found.startswith('<div style="background-color:light-dark(#ffcc00,#413200);color:light-dark(navy,')
    assert found.endswith(');margin:4px">hello</div>')
    assert safe("<body style='font-family:\"A\"'>x").html == '<div style="font-family:&quot;A&quot;">x</div>'


def test_our_own_text_stays_as_it_is_among_html() -> None:
    own = html.text_to_html("a\n  b")
    assert safe(f"<p>x</p><hr>{own}").html.endswith(own)


def test_end_tags_may_be_left_out() -> None:
    assert safe("<p>x" * 3000).html.count("<p>") == 3000
    assert safe("<table>" + "<tr><td>a<td>b" * 2000).html.count("<td>") == 4000
    assert safe("<ul>" + "<li>a" * 2000).html.count("<li>") == 2000


def test_to_text() -> None:
    source = (
        "<style>x</style><h1>Title</h1><p>One  two<br>three &amp; four</p><ul><li>a<li>b</ul><ol><li>c</ol>"
        '<p>See <a href="https://x.test/p">the page</a>, <a href="https://y.test/">y.test</a></p>'
        "<blockquote>quoted<blockquote>twice</blockquote></blockquote><pre>a\n  b</pre><table><tr><td>1<td>2</table>"  # noqa: E501
    )
    assert html.to_text(source) == (
        "Title\n\nOne two\nthree & four\n\n* a\n* b\n\n1. c\n\nSee the page <https://x.test/p>, y.test\n\n"
        "> quoted\n>\n>> twice\n\na\n  b\n\n1  2"
    )


@given(st.text(alphabet="<>/abp=\"' \n&;!-", max_size=200))
def test_to_text_never_raises(source: str) -> None:
    html.to_text(source)


def test_text_to_html_escapes_and_links() -> None:
    found = html.text_to_html(
        "<b>&\"'\nsee http://x.test/a?b=1&c=(2)). or www.y.test, bob@z.test; 见https://x.test/页。"
    )
    assert "<b>" not in found
    for link in (
        'href="http://x.test/a?b=1&amp;c=(2)"', 'href="http://www.y.test"', 'href="mailto:bob@z.test"', 'href="https://x.test/"',
    ):  # fmt: skip
        assert link in found


def test_text_quotes_are_folded() -> None:
    found = html.text_to_html("Yes.\n\nOn Monday, Ana wrote:\n\n> Do you come?\n\nBob")
    before, _, rest = found.partition('<details class="quote">')
    inside, _, after = rest.partition("</details>")
    assert "Yes." in before
    assert "Ana wrote" in inside
    assert "&gt; Do you come?" in inside
    assert "Bob" in after
    assert "<details" not in html.text_to_html("> only a quote")


@pytest.mark.parametrize(
    "text",
    [
        "好\n\n在 2026年11月22日，爱丽丝 <a@x.test> 写道：\n> 来吗？",
        "Ja\n\nAm 22.11.2026 um 20:00 schrieb Ana:\n> Kommst du?",
        "Oui\n\nLe 22 nov. 2026 à 20:00, Ana <a@x.test>\na écrit :\n> Tu viens ?",
        "Sí\n\nEl 22 nov 2026, Ana escribió:\n> ¿Vienes?",
        "はい\n\n2026年11月22日(日) 20:00 Ana <a@x.test>のメール:\n> 来ますか",
        "ok\n\n-----Original Message-----\nFrom: Ana\nSent: Monday\nTo: Bob\n\nDo you come?",
        "ok\n\n------------------ 原始邮件 ------------------\n发件人: Ana\n\n来吗",
        "ok\n\nFrom: Ana\nSent: Monday\nTo: Bob\nSubject: x\n\nDo you come?",
        "ok\n\n发件人：Ana\n发送时间：周一\n收件人：Bob\n主题：x\n\n来吗",
    ],
)
def test_text_quotes_of_many_programs(text: str) -> None:
    assert html.text_to_html(text).count("<details") == 1


TEXT_QUOTE = "On Monday, Ana wrote:\n\n> Do you come?\n"


@pytest.mark.parametrize(
    ("text", "open_before", "folded", "open_after"),
    [
        ("Yes.\n\n-- \nBob\n+86 10 5555", ["Yes."], ["-- \nBob", "5555"], []),
        (f"Yes.\n\n-- \nBob\n\n{TEXT_QUOTE}", ["Yes."], ["Bob", "Ana wrote", "Do you come?"], []),
        (f"Yes.\n\n-- \nBob\n\n{TEXT_QUOTE}\nand this", ["Yes."], ["Bob", "Do you come?"], ["and this"]),
        ("> Do you come?\n\nYes.\n-- \nBob", ["Yes."], ["Bob"], []),
        ("好的\n--\n王芳\n销售部", ["好的"], ["王芳", "销售部"], []),
        ("Yes.\n-- \nBob\n-----Original Message-----\nFrom: Ana\n\nCome?", ["Yes."], ["Bob", "Come?"], []),
    ],
)
def test_the_signature_of_a_text_is_folded(
    text: str, open_before: list[str], folded: list[str], open_after: list[str]
) -> None:
    before, _, rest = html.text_to_html(text).rpartition('<details class="quote">')
    inside, _, after = rest.partition("</details>")
    for words, place in ((open_before, before), (folded, inside), (open_after, after)):
        assert all(word in place for word in words)
    assert not any(word in before + after for word in folded)


@pytest.mark.parametrize(
    "text",
    [
        "-- \nBob\nmanager",
        "\n\n-- \nBob\n",
        "Yes.\n-- \n" + "line\n" * 21,
        "Yes.\n--\n" + "line\n" * 13,
        "Two parts\n--\n" + "many words in one line " * 10,
        "Yes.\n-- \n\n",
        "Yes.\n--- \nBob",
        "fyi\n-- \n",
    ],
)
def test_what_is_no_signature_of_a_text_stays_open(text: str) -> None:
    assert "<details" not in html.text_to_html(text)


def test_a_forwarded_message_under_a_signature_stays_open() -> None:
    found = html.text_to_html("fyi\n-- \nBob\n\n---------- Forwarded message ---------\nFrom: x\n\nwords")
    assert "Bob" in found.partition("<details")[2].partition("</details>")[0]
    assert "words" in found.rpartition("</details>")[2]


def test_the_end_of_a_huge_text_is_shown_without_links() -> None:
    found = html.text_to_html("line\n" * 100_000 + "http://x.test/ <end>")
    assert found.endswith("http://x.test/ &lt;end&gt;</div>")
    assert found.count("line") == 100_000


@given(st.text(max_size=300))
def test_text_to_html_never_raises(text: str) -> None:
    found = html.text_to_html(text)
    assert "<script" not in found


def test_huge_character_references() -> None:
    number = "9" * 5000
    assert html.to_text(f"<p title='&#{number};'>a&#{number};b&#x{number}") == "a\ufffdb\ufffd"
    assert safe(f"a&#{number};b").html


def test_styles_that_would_burst_a_letter_are_left_out() -> None:
    rules = "".join(f"margin-x{number}:1px;" for number in range(400))
    found = safe(f"<style>p{{color:red;{rules}}}</style>" + "<p>words</p>" * 1000)
    assert found.html.count("<p>words</p>") == 1000
