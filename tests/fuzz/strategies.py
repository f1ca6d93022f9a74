"""Strategies for messages and their pieces: mostly well built, then broken as mail is broken."""

from base64 import b64encode
from binascii import b2a_qp

from hypothesis import strategies as st

from .seeds import MESSAGES, TOKENS

_CHARSETS = (
    "utf-8",
    "gb18030",
    "iso-2022-jp",
    "big5",
    "shift_jis",
    "koi8-r",
    "windows-1252",
    "utf-16",
    "utf-7",
    "x?",
)
_TYPES = (
    "text/plain", "text/html", "text/plain; format=flowed; delsp=yes", "text/calendar", "application/pdf",
    "image/png", "message/rfc822", "message/delivery-status", "multipart/mixed", "application/ms-tnef",
    "text", "",
)  # fmt: skip
_MULTIPARTS = ("mixed", "alternative", "related", "digest", "signed", "report", "x-other")
_LINE_ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])
_WORDS = st.text(max_size=30) | st.sampled_from(
    ["你好，世界", "👩‍👩‍👧", "Grüße", "a@b.test", "From ", "=?utf-8?q?x?=", ""]
)
_BOUNDARIES = st.sampled_from(["b", "b1", "b b", "=_x", "b'", "", "-"])


@st.composite
def encoded_words(draw: st.DrawFn) -> bytes:
    """An encoded word, or what a careless mailer makes of one."""
    charset, text = draw(st.sampled_from(_CHARSETS)), draw(_WORDS)
    data = _encoded(text, charset)
    if draw(st.booleans()):
        word = b"=?" + charset.encode() + b"?B?" + b64encode(data) + b"?="
    else:
        word = b"=?" + charset.encode() + b"?q?" + b2a_qp(data, header=True).replace(b"=\n", b"") + b"?="
    return word[: draw(st.integers(0, len(word)))] if draw(st.integers(0, 5)) == 0 else word


def _encoded(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset, "replace")
    except LookupError:
        return text.encode("utf-8", "replace")


def raw_texts() -> st.SearchStrategy[bytes]:
    """Text in some charset, or any bytes."""
    known = st.builds(_encoded, _WORDS, st.sampled_from(_CHARSETS))
    return known | st.binary(max_size=40) | st.sampled_from(TOKENS)


def values() -> st.SearchStrategy[bytes]:
    """What stands after the colon of a header field."""
    return st.lists(encoded_words() | raw_texts(), max_size=5).map(b" ".join)


@st.composite
def address_lists(draw: st.DrawFn) -> bytes:
    """An address list with groups, comments, routes, commas in names, and pieces missing."""
    names = encoded_words() | st.sampled_from([b"Bob", b'"Mueller, B."', b"(c (d))", b"=?x", b"a\\b", b'"'])
    specs = st.sampled_from(
        [
            b"<bob@hamburger.test>",
            b"<@a,@b:c@d.test>",
            b"e@f.test",
            b"<>",
            b"<g h@i>",
            b"<j@k",
            "<用户@例子.test>".encode(),
        ]
    )
    pieces = st.tuples(names, specs).map(b" ".join) | specs | names | raw_texts()
    between = st.sampled_from([b", ", b";", b":", b" "])
    return b"".join(draw(st.lists(st.tuples(pieces, between).map(b"".join), max_size=5)))


@st.composite
def headers(draw: st.DrawFn, own: bytes = b"") -> bytes:
    """A header: `own` among other fields, some folded, some broken."""
    end = draw(_LINE_ENDS)
    fields = st.one_of(
        values().map(lambda value: b"Subject: " + value),
        st.tuples(st.sampled_from([b"From: ", b"To: ", b"Cc: ", b"Reply-To: "]), address_lists()).map(
            b"".join
        ),
        st.sampled_from(
            [
                b"Date: Sun, 22 Nov 2026 20:00:00 +0800",
                b"Date: 1",
                b"Message-ID: <a@b>",
                b"References: <a@b> <c",
            ]
        ),
        st.tuples(st.binary(max_size=8), values()).map(b":".join),
        st.binary(max_size=30),
    )
    lines = draw(st.lists(fields, max_size=4))
    return b"".join(line.replace(b"\n", b"\n ") + end for line in [*lines, *([own] if own else [])])


@st.composite
def leaves(draw: st.DrawFn) -> bytes:
    """A part that holds something."""
    data, encoding = (
        draw(raw_texts() | pages()),
        draw(st.sampled_from(["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "?"])),
    )
    charset, name = draw(st.sampled_from(_CHARSETS)), draw(values()).replace(b"\n", b"")
    kind = f'Content-Type: {draw(st.sampled_from(_TYPES))}; charset={charset}; name="'.encode() + name + b'"'
    body = {"base64": b64encode(data), "quoted-printable": b2a_qp(data)}.get(encoding, data)
    if draw(st.booleans()):
        kind += b"\r\nContent-Disposition: attachment; filename*=" + charset.encode() + b"''" + name
    if draw(st.booleans()):
        kind += b"\r\nContent-ID: <p@x>"
    return draw(headers(kind + f"\r\nContent-Transfer-Encoding: {encoding}".encode())) + b"\r\n" + body


@st.composite
def multiparts(draw: st.DrawFn, inside: st.SearchStrategy[bytes]) -> bytes:
    """Parts between delimiters, the boundary now and then another than the one named."""
    boundary = draw(_BOUNDARIES)
    used = boundary if draw(st.integers(0, 5)) else draw(_BOUNDARIES)
    end = draw(_LINE_ENDS)
    kind = f'Content-Type: multipart/{draw(st.sampled_from(_MULTIPARTS))}; boundary="{boundary}"'.encode()
    delimiter = end + b"--" + used.encode()
    parts = b"".join(delimiter + end + part for part in draw(st.lists(inside, max_size=4)))
    closing = delimiter + b"--" + end if draw(st.integers(0, 4)) else b""
    return (
        draw(headers(kind))
        + end
        + draw(st.binary(max_size=5))
        + parts
        + closing
        + draw(st.binary(max_size=5))
    )


def built() -> st.SearchStrategy[bytes]:
    """A message of nested parts, messages inside messages among them."""
    inner = st.recursive(
        leaves(),
        lambda inside: (
            multiparts(inside) | inside.map(lambda part: b"Content-Type: message/rfc822\r\n\r\n" + part)
        ),
        max_leaves=8,
    )
    return inner | multiparts(inner)


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...] = MESSAGES) -> bytes:
    """A known message with a few bytes taken away, put in, or doubled."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 20))
        data[start:end] = draw(raw_texts() | st.just(bytes(data[start:end]) * 2))
    return bytes(data)


def messages() -> st.SearchStrategy[bytes]:
    """Any message."""
    return built() | mutated() | st.binary(max_size=200)


def pages() -> st.SearchStrategy[bytes]:
    """HTML of tags that open, close and forget to, with what attackers put into attributes."""
    names = st.sampled_from(
        ["a", "b", "div", "p", "img", "table", "td", "style", "script", "svg", "blockquote", "details", "x"]
    )
    attributes = st.sampled_from([
        "", ' href="javascript:alert(1)"', " onclick=x", ' style="background:url(http://x.test/)"',
        " src=cid:p", ' style="color:\\72 ed;width:expression(x)"', " src='data:image/png;base64,AA'",
        ' href="//x"', ' class="gmail_quote"', ' type="cite"', ' background="http://x.test/a"',
        ' style="content:\'', " =\"'><", ' href="&#106;avascript:x"',
    ])  # fmt: skip
    tags = st.builds(
        lambda name, given, close: f"<{close}{name}{given}>",
        names,
        attributes,
        st.sampled_from(["", "", "/"]),
    )
    pieces = (
        tags
        | _WORDS
        | st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#0;", "<", "On 1 Jan Bob wrote:"])
    )
    return st.lists(pieces, max_size=25).map(lambda found: "".join(found).encode("utf-8", "replace"))


def texts() -> st.SearchStrategy[bytes]:
    """Plain text with quotes, attributions, forwards, signatures and links."""
    lines = _WORDS | st.sampled_from([
        "> quoted", ">> twice ", "On Mon, Bob <b@x.test> wrote:", "在 2026年，王 写道：",
        "-----Original Message-----", "-- ", "From: a@b.test", "Sent: today", "Subject: x",
        "见 https://x.test/a，谢谢", "---------- Forwarded message ----------", " ",
    ])  # fmt: skip
    return st.lists(lines, max_size=20).map(lambda found: "\n".join(found).encode("utf-8", "replace"))


def dialogues() -> st.SearchStrategy[bytes]:
    """What a peer says to port 25, in order and out of it."""
    lines = st.sampled_from([
        b"EHLO a", b"HELO", b"MAIL FROM:<a@b.test>", b"MAIL FROM:<> SIZE=10", b"RCPT TO:<c@d.test>",
        b"RCPT TO:<c%d@e>", b"DATA", b".", b"..", b"Subject: x", b"", b"BDAT 3", b"BDAT 4 LAST", b"RSET",
        b"NOOP", b"QUIT", b"VRFY x", b"GET / HTTP/1.1",
    ]) | st.binary(max_size=20)  # fmt: skip
    ends = st.sampled_from([b"\r\n"] * 6 + [b"\n", b"\r", b""])
    return st.lists(st.tuples(lines, ends).map(b"".join), max_size=20).map(b"".join)


def fetches() -> st.SearchStrategy[bytes]:
    """What a program says to port 110 once it is in."""
    lines = st.sampled_from([
        b"STAT", b"LIST", b"list 1", b"UIDL", b"RETR 1", b"RETR 2", b"RETR 01", b"TOP 1 0", b"TOP 1 99",
        b"DELE 1", b"RSET", b"NOOP", b"QUIT", b"CAPA", b"STLS", b"USER x", b"PASS x", b"AUTH",
        b"AUTH PLAIN AAA=", b"UTF8", b"", b" RETR 1",
    ]) | st.binary(max_size=20)  # fmt: skip
    ends = st.sampled_from([b"\r\n"] * 6 + [b"\n", b"\r", b""])
    return st.lists(st.tuples(lines, ends).map(b"".join), max_size=20).map(b"".join)


def dotted() -> st.SearchStrategy[bytes]:
    """Lines with dots where they matter."""
    pieces = st.sampled_from(
        [b".", b"..", b"\r\n", b"\n", b"\r", b"x", b"\r\n.\r\n", b"Subject: x"]
    ) | st.binary(max_size=4)
    return st.lists(pieces, max_size=20).map(b"".join)


def server_lines() -> st.SearchStrategy[bytes]:
    """What a server answers."""
    lines = st.sampled_from(
        [b"220 x", b"250-x", b"250 2.1.0 ok", b"250", b"550-5.1.1 no", b"550 5.1.1 no", b"999 x", b"250-"]
    )
    return st.lists(st.tuples(lines | st.binary(max_size=9), _LINE_ENDS).map(b"".join), max_size=9).map(
        b"".join
    )
