"""Input made to be slow or deep: read in bounded work, sizes counted instead of seconds."""

import pytest

from mailserver.message import content, html, parser
from mailserver.message.digest import MAX_SEARCH_TEXT, digest

KIB = 1024


def header(name: bytes, value: bytes) -> bytes:
    return name + b": " + value + b"\n\nbody"


def page(source: bytes) -> bytes:
    return b"Content-Type: text/html\n\n" + source


MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"
HOSTILE = {
    "comments in To": header(b"To", b"(" * 200 * KIB),
    "quotes in To": header(b"To", b'"' * 200 * KIB),
    "angles in To": header(b"To", b"<" * 200 * KIB),
    "groups in To": header(b"To", b"a:" * 100 * KIB),
    "encoded words begun": header(b"Subject", b"=?a?b?" * 30 * KIB),
    "question marks": header(b"Subject", b"=?a?q?" + b"?x" * 50 * KIB),
    "many fields": b"X: y\n" * 200 * KIB,
    "one field of many lines": b"Subject: a\n" + b" b\n" * 200 * KIB + b"\n",
    "parameters": header(b"Content-Type", b"a/b" + b'; a="' * 20 * KIB),
    "continuations": header(b"Content-Type", b"a/b" + b";a*0*=x" * 14 * KIB),
    "references": header(b"References", b"<" * 100 * KIB),
    "prefixes": header(b"Subject", b"Re: " * 25 * KIB),
    "date": header(b"Date", b"1" * 100 * KIB),
    "boundary and spaces": b"Content-Type: multipart/mixed; boundary=b\n\n--b" + b" " * 500 * KIB + b"x",
    "dashes": b"Content-Type: multipart/mixed\n\n" + b"--x\n" * 100 * KIB,
    "tags begun": page(b"<a " * 100 * KIB),
    "comments begun": page(b"<!--" * 100 * KIB),
    "styles begun": page(b"<style>" * 50 * KIB),
    "quotes in tags": page(b"<a b=\"'" * 50 * KIB),
    "references in HTML": page(b"&" * 200 * KIB + b"&#" + b"1" * 100 * KIB),
    "nested": page(b"<div>" * 100 * KIB),
    "colons": b"\n" + b":\n" * 50 * KIB,
    "quoted lines": b"\n" + b">\n" * 50 * KIB,
    "addresses": b"\n" + b"a@" * 100 * KIB,
    "brackets": b"\nhttp://" + b"a(" * 100 * KIB,
    "nearly delimiters": MIXED + b"--b.\n" * 100 * KIB,
    "delimiters inside lines": MIXED + b"--b" * 100 * KIB,
    "multiparts of one boundary": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 20 * KIB,
    "uuencode begun": b"\n" + b"begin 644 a\n" * 50 * KIB,
    "uuencode ended": b"\n" + b"begin 644 a\nend\n" * 50 * KIB,
    "yenc begun": b"\nbegin \n" + b"=ybegin line=1 name=a\n" * 20 * KIB,
    "attributions": b"\n" + b"On 2026 <a@b> wrote:\n" * 20 * KIB,
    "attributions and marks": b"\n" + b"On 2026 <a@b> wrote:\n>\n" * 20 * KIB,
    "words of parameters": header(b"Content-Type", b"a/b;" + b" a" * 50 * KIB),
    "values unquoted": header(b"Content-Type", b"a/b; a=" + b' b=c" d' * 10 * KIB),
    "comments in brackets": header(b"To", b"<" + b"(a" * 40 * KIB + b"@b>"),
    "words in brackets": header(b"To", b"<" + b"a " * 40 * KIB + b">"),
    "recipients in many fields": b"To: a@b\n" * 2000 + b"\n",
    "escapes never ended": b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B-!" * 100 * KIB,
    "lone bytes": b"\n" + b"\xc3\xa9\xc3\xa9\xc3\xa9 \xe9 " * 50 * KIB,
    "enriched": b"Content-Type: text/enriched\n\n" + b"<param>" * 50 * KIB,
    "no empty line": b"Subject: x\n" + b"no field\n" * 100 * KIB,
    "padding": b"Content-Transfer-Encoding: base64\n\n" + b"QQ==" * 100 * KIB,
    "soft breaks": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 500 * KIB,
    "no UTF-8": b"Content-Type: text/plain; charset=utf-8\n\n" + b"\xff" * 500 * KIB,
    "escapes": b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B\x1b(B" * 50 * KIB,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_and_shown(name: str) -> None:
    raw = HOSTILE[name]
    found = digest(raw)
    assert len(found.search_text) <= MAX_SEARCH_TEXT
    assert len(found.preview) <= 200
    shown = content.display_parts(raw, found.part)
    for section in {shown.text, shown.html} - {None}:
        part = found.part.find(str(section))
        assert part is not None
        text = content.text(raw, part)
        if part.content_type == "text/html":
            html.to_text(text)
            assert "<script" not in html.safe(text, cid_url=lambda _: None, remote=None).html
        else:
            assert "<script" not in html.text_to_html(text)


def test_what_is_past_the_limits_is_still_there() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5000 + b"--b\n\nlast\n--b--"
    rest = [part for _, part in parser.parse(raw).walk() if part.opaque]
    assert len(rest) == 1
    assert b"last" in content.decoded(raw, rest[0])
