"""Multiparts with odd boundaries, broken ones, texts that might be files, and what lies past the limits."""

from collections.abc import Iterator

from ..case import Case, attached, b64, bare, case, lines, multipart, part
from .structures import HTML, NO_MORE, PIXEL, PLAIN, multi, picture


def cases(seed: int) -> Iterator[Case]:
    """All by hand."""
    del seed
    yield from _boundaries()
    yield from _broken()
    yield from _texts()
    yield from _limits()


_ODD = (
    "'",
    "()",
    "+_,-./:=?",
    "simple boundary",
    "--",
    "----=_NextPart_000_0001",
    "x" * 70,
    "x" * 150,
    "=",
    "b--",
    "0",
    "邊界",
)


def _boundaries() -> Iterator[Case]:
    for boundary in _ODD:
        header = (f'Content-Type: multipart/mixed; boundary="{boundary}"'.encode(),)
        name = f"boundary {boundary[:20]} of {len(boundary)}".encode("ascii", "replace").decode()
        yield case(
            name,
            multipart(boundary, PLAIN, part((), "more")),
            "plain text\nmore",
            header=header,
            structure="multipart/mixed(text/plain,text/plain)",
        )
    body = multipart("b", PLAIN, part((), "more"))
    two = "multipart/mixed(text/plain,text/plain)"
    yield multi(
        "delimiters with spaces behind",
        "mixed",
        body.replace(b"--b\r\n", b"--b \t\r\n"),
        "plain text\nmore",
        two,
    )
    yield multi("delimiters with line feeds", "mixed", body.replace(b"\r\n", b"\n"), "plain text\nmore", two)
    yield multi(
        "delimiters with mixed line ends",
        "mixed",
        body.replace(b"--b\r\n", b"--b\n"),
        "plain text\nmore",
        two,
    )
    yield multi(
        "a delimiter inside a line",
        "mixed",
        multipart("b", part((), "a --b c\r\n --b\r\n--bc")),
        "a --b c\n --b\n--bc",
        NO_MORE,
    )
    quoted = (b"Content-Type: multipart/mixed; boundary='b'",)
    yield case(
        "boundary in single quotes", multipart("'b'", PLAIN), "plain text", header=quoted, structure=NO_MORE
    )
    spaced = (b'Content-Type: multipart/mixed; boundary="b "',)
    yield case(
        "boundary that ends in a space",
        multipart("b", PLAIN),
        "plain text",
        header=spaced,
        structure=NO_MORE,
    )
    inner = part(("Content-Type: multipart/mixed; boundary=b.1",), multipart("b.1", PLAIN))
    yield multi(
        "the outer boundary begins the inner",
        "mixed",
        multipart("b", inner, part((), "more")),
        "plain text\nmore",
        f"multipart/mixed({NO_MORE},text/plain)",
    )
    same = part(("Content-Type: multipart/alternative; boundary=b",), multipart("b", PLAIN, HTML))
    yield multi(
        "the same boundary twice",
        "mixed",
        multipart("b", same, attached("a.bin", b"abc")),
        "plain text",
        "multipart/mixed(multipart/alternative(text/plain,text/html),application/octet-stream)",
        files=[["a.bin", 3]],
    )
    yield multi(
        "the same boundary three times",
        "mixed",
        multipart(
            "b",
            part(("Content-Type: multipart/related; boundary=b",), multipart("b", same, picture("p@x"))),
            attached("a.bin", b"abc"),
        ),
        "plain text",
        "multipart/mixed(multipart/related(multipart/alternative(text/plain,text/html),image/gif),application/octet-stream)",
        files=[["pixel.gif", len(PIXEL)], ["a.bin", 3]],
    )
    yield multi(
        "the same boundary and one end",
        "mixed",
        lines("--b", "Content-Type: multipart/alternative; boundary=b", "") + multipart("b", PLAIN, HTML),
        "plain text",
        "multipart/mixed(multipart/alternative(text/plain,text/html))",
    )


def _broken() -> Iterator[Case]:
    body = multipart("b", PLAIN, attached("a.bin", b"abc"))
    both = "multipart/mixed(text/plain,application/octet-stream)"
    file = [["a.bin", 3]]
    yield multi("no closing delimiter", "mixed", body.removesuffix(b"--\r\n"), "plain text", both, files=file)
    yield multi(
        "cut off in the file", "mixed", body[: body.rfind(b"YWJj") + 4], "plain text", both, files=file
    )
    yield multi(
        "cut off in a part's header",
        "mixed",
        body[: body.rfind(b"Content-Transfer")],
        "plain text",
        both,
        files=[["", 0]],
    )
    yield multi(
        "an open delimiter at the end",
        "mixed",
        multipart("b", PLAIN).removesuffix(b"--\r\n") + b"\r\n\r\n",
        "plain text",
        NO_MORE,
    )
    wrong = (b"Content-Type: multipart/mixed; boundary=other",)
    yield case("a wrong boundary", body, "plain text", header=wrong, files=file, structure=both)
    missing = (b"Content-Type: multipart/mixed",)
    yield case("no boundary told", body, "plain text", header=missing, files=file, structure=both)
    yield case(
        "no boundary told and no headers in the parts",
        multipart("b", part((), "one"), part((), "two")),
        "one\ntwo",
        header=missing,
        structure="multipart/mixed(text/plain,text/plain)",
    )
    yield case(
        "boundary in other capitals",
        body.replace(b"--b", b"--B"),
        "plain text",
        header=(b"Content-Type: multipart/mixed; boundary=b",),
        files=file,
        structure=both,
    )
    yield case(
        "no semicolon before the boundary",
        body,
        "plain text",
        header=(b'Content-Type: multipart/mixed boundary="b"',),
        files=file,
        structure=both,
    )
    yield case("multipart without a delimiter", b"only words\r\n", "only words", header=wrong)
    inner = part(
        ("Content-Type: multipart/alternative; boundary=i",),
        multipart("i", PLAIN, HTML).removesuffix(b"\r\n--i--\r\n"),
    )
    yield multi(
        "an inner multipart without its end",
        "mixed",
        multipart("b", inner, attached("a.bin", b"abc")),
        "plain text",
        "multipart/mixed(multipart/alternative(text/plain,text/html),application/octet-stream)",
        files=file,
    )
    yield multi(
        "parts behind the end are not read",
        "mixed",
        multipart("b", PLAIN) + lines("--b", "", "ghost"),
        "plain text",
        NO_MORE,
    )
    yield multi(
        "part without an empty line",
        "mixed",
        lines("--b", "words at once", "--b--"),
        "words at once",
        NO_MORE,
    )
    yield multi(
        "a part with nothing",
        "mixed",
        lines("--b", "--b", "", "plain text", "--b--"),
        "plain text",
        "multipart/mixed(text/plain,text/plain)",
    )
    yield case(
        "a type that is none", b"plain text", "plain text", header=(b"Content-Type: ???; charset=utf-8",)
    )
    yield case("a type without a subtype", b"plain text", "plain text", header=(b"Content-Type: text",))
    yield case("an empty type", b"plain text", "plain text", header=(b"Content-Type:",))
    yield case(
        "two types",
        b"plain text",
        "plain text",
        header=(b"Content-Type: text/plain", b"Content-Type: text/html"),
    )
    yield case("no mime at all", b"plain text\r\n--b\r\n", "plain text\n--b", header=())


def _texts() -> Iterator[Case]:
    named = part(("Content-Type: text/plain; name=notes.txt",), "named text")
    yield multi(
        "a named text beside a text",
        "mixed",
        multipart("b", PLAIN, named),
        "plain text",
        "multipart/mixed(text/plain,text/plain)",
        files=[["notes.txt", 10]],
    )
    attachment = part(
        ('Content-Type: text/plain; name="notes.txt"', "Content-Disposition: attachment"), "named text"
    )
    yield multi(
        "an attached text beside a text",
        "mixed",
        multipart("b", PLAIN, attachment),
        "plain text",
        "multipart/mixed(text/plain,text/plain)",
        files=[["notes.txt", 10]],
    )
    yield multi(
        "an attached text alone", "mixed", multipart("b", attachment), "", NO_MORE, files=[["notes.txt", 10]]
    )
    yield case(
        "a named text alone",
        b"named text",
        "named text",
        header=(b"Content-Type: text/plain; name=notes.txt",),
        files=[["notes.txt", 10]],
    )
    yield case(
        "a picture alone",
        b64(PIXEL),
        "",
        header=(b"Content-Type: image/gif; name=pixel.gif", b"Content-Transfer-Encoding: base64"),
        files=[["pixel.gif", len(PIXEL)]],
        structure="image/gif",
    )
    inline = part(("Content-Type: text/plain; name=notes.txt", "Content-Disposition: inline"), "inline text")
    yield multi(
        "an inline text",
        "mixed",
        multipart("b", PLAIN, inline),
        "plain text\ninline text",
        "multipart/mixed(text/plain,text/plain)",
    )


def _limits() -> Iterator[Case]:
    level = PLAIN
    for depth in range(60):
        level = part((f"Content-Type: multipart/mixed; boundary=n{depth}.",), multipart(f"n{depth}.", level))
    yield bare(
        "sixty levels",
        b"From: ana@crepes.test\r\n" + level,
        "",
        subject="",
        from_=[["", "ana@crepes.test"]],
        to=[],
        files=None,
        structure="multipart/mixed(" * 50 + "multipart/mixed" + ")" * 50,
    )
    many = multipart("b", *(part((), f"part {number}") for number in range(1200)))
    yield multi(
        "twelve hundred parts",
        "mixed",
        many,
        None,
        "multipart/mixed(" + "text/plain," * 999 + "application/octet-stream)",
        files=None,
    )
