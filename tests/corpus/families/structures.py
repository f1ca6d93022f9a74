"""Multiparts of every kind (RFC 2046, RFC 2387, RFC 1847, RFC 3156, RFC 6522)."""

import random
from collections.abc import Iterator

from ..case import Case, attached, b64, case, lines, multipart, part

PLAIN = part(("Content-Type: text/plain; charset=utf-8",), "plain text")
HTML = part(("Content-Type: text/html; charset=utf-8",), "<p>rich text</p>")
PIXEL = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
NO_MORE = "multipart/mixed(text/plain)"


def cases(seed: int) -> Iterator[Case]:
    """Boundaries are drawn where a sender would draw them."""
    draw = random.Random(seed)
    yield from _whole(f"=_{draw.randrange(10**12)}")
    yield from _security()
    yield from _messages()


def multi(name: str, subtype: str, body: bytes, text: str | None, structure: str, **stated: object) -> Case:
    """A multipart of the boundary b."""
    header = (f"Content-Type: multipart/{subtype}; boundary=b".encode(),)
    return case(name, body, text, header=header, structure=structure, **stated)  # type: ignore[arg-type]


def picture(cid: str, name: str = "pixel.gif") -> bytes:
    """An inline GIF."""
    header = (
        f'Content-Type: image/gif; name="{name}"',
        "Content-Transfer-Encoding: base64",
        f"Content-ID: <{cid}>",
        "Content-Disposition: inline",
    )
    return part(header, b64(PIXEL))


def _whole(boundary: str) -> Iterator[Case]:
    alternative = multipart("a", PLAIN, HTML)
    inner = part(("Content-Type: multipart/alternative; boundary=a",), alternative)
    both = "multipart/alternative(text/plain,text/html)"
    gif = ["pixel.gif", len(PIXEL)]
    yield multi("alternative", "alternative", multipart("b", PLAIN, HTML), "plain text", both)
    yield multi(
        "alternative of three",
        "alternative",
        multipart("b", PLAIN, part(("Content-Type: text/x-amp-html",), "<html amp4email>"), HTML),
        "plain text",
        "multipart/alternative(text/plain,text/x-amp-html,text/html)",
    )
    yield multi(
        "alternative with an invitation",
        "alternative",
        multipart("b", PLAIN, part(("Content-Type: text/calendar; method=REQUEST",), "BEGIN:VCALENDAR")),
        "plain text",
        "multipart/alternative(text/plain,text/calendar)",
        files=[["", 15]],
    )
    yield multi(
        "alternative with enriched text",
        "alternative",
        multipart("b", PLAIN, part(("Content-Type: text/enriched",), "<bold>rich</bold>")),
        "plain text",
        "multipart/alternative(text/plain,text/enriched)",
    )
    yield multi(
        "alternative with the plain text empty",
        "alternative",
        multipart("b", part(("Content-Type: text/plain",), "\r\n"), HTML),
        "rich text",
        both,
    )
    yield multi(
        "alternative with named parts",
        "alternative",
        multipart("b", part(("Content-Type: text/plain; name=body.txt",), "plain text"), HTML),
        "plain text",
        both,
    )
    yield multi(
        "alternative with the html first",
        "alternative",
        multipart("b", HTML, PLAIN),
        "plain text",
        "multipart/alternative(text/html,text/plain)",
    )
    yield multi(
        "mixed with alternative",
        "mixed",
        multipart("b", inner, attached("a.bin", b"abc")),
        "plain text",
        f"multipart/mixed({both},application/octet-stream)",
        files=[["a.bin", 3]],
    )
    related = multipart(
        "r", part(("Content-Type: text/html",), '<p>rich <img src="cid:p@x"> text</p>'), picture("p@x")
    )
    yield multi(
        "related",
        "related",
        related.replace(b"--r", b"--b"),
        "rich text",
        "multipart/related(text/html,image/gif)",
        files=[gif],
    )
    yield multi(
        "alternative with related",
        "alternative",
        multipart("b", PLAIN, part(("Content-Type: multipart/related; boundary=r",), related)),
        "plain text",
        "multipart/alternative(text/plain,multipart/related(text/html,image/gif))",
        files=[gif],
    )
    yield multi(
        "related around alternative",
        "related",
        multipart("b", inner, picture("p@x")),
        "plain text",
        f"multipart/related({both},image/gif)",
        files=[gif],
    )
    yield multi(
        "mixed of texts",
        "mixed",
        multipart("b", PLAIN, part((), "more"), part((), "footer")),
        "plain text\nmore\nfooter",
        "multipart/mixed(text/plain,text/plain,text/plain)",
    )
    yield multi(
        "mixed with pictures",
        "mixed",
        multipart("b", PLAIN, picture("1@x", "1.gif"), picture("2@x", "2.gif")),
        "plain text",
        "multipart/mixed(text/plain,image/gif,image/gif)",
        files=[["1.gif", len(PIXEL)], ["2.gif", len(PIXEL)]],
    )
    yield multi(
        "a subtype nobody knows",
        "x-strange",
        multipart("b", PLAIN, attached("a.bin", b"abc")),
        "plain text",
        "multipart/x-strange(text/plain,application/octet-stream)",
        files=[["a.bin", 3]],
    )
    yield multi("one part", "mixed", multipart("b", PLAIN), "plain text", NO_MORE)
    yield multi(
        "parts without headers", "mixed", multipart("b", part((), "plain text")), "plain text", NO_MORE
    )
    yield multi(
        "an empty part",
        "mixed",
        multipart("b", PLAIN, part((), "")),
        "plain text",
        "multipart/mixed(text/plain,text/plain)",
    )
    yield multi(
        "preamble and epilogue",
        "mixed",
        multipart("b", PLAIN, preamble=b"This is MIME.\r\n", epilogue=b"after it\r\n"),
        "plain text",
        NO_MORE,
    )
    drawn = (f'Content-Type: multipart/mixed; boundary="{boundary}"'.encode(),)
    yield case(
        "a boundary as programs draw it",
        multipart(boundary, PLAIN),
        "plain text",
        header=drawn,
        structure=NO_MORE,
    )
    level = PLAIN
    for depth in range(10):
        level = part((f"Content-Type: multipart/mixed; boundary=n{depth}",), multipart(f"n{depth}", level))
    yield multi(
        "ten levels",
        "mixed",
        multipart("b", level),
        "plain text",
        "multipart/mixed(" * 11 + "text/plain" + ")" * 11,
    )


def _security() -> Iterator[Case]:
    signature = part(
        ("Content-Type: application/pgp-signature; name=signature.asc",), "-----BEGIN PGP SIGNATURE-----"
    )
    yield multi(
        "signed by pgp",
        'signed; protocol="application/pgp-signature"',
        multipart("b", PLAIN, signature),
        "plain text",
        "multipart/signed(text/plain,application/pgp-signature)",
        files=[["signature.asc", 29]],
    )
    smime = part(
        (
            "Content-Type: application/pkcs7-signature; name=smime.p7s",
            "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment; filename=smime.p7s",
        ),
        b64(b"signed"),
    )
    yield multi(
        "signed by s/mime",
        "signed",
        multipart("b", PLAIN, smime),
        "plain text",
        "multipart/signed(text/plain,application/pkcs7-signature)",
        files=[["smime.p7s", 6]],
    )
    version = part(("Content-Type: application/pgp-encrypted",), "Version: 1")
    secret = part(
        ("Content-Type: application/octet-stream; name=encrypted.asc",), "-----BEGIN PGP MESSAGE-----"
    )
    yield multi(
        "encrypted by pgp",
        "encrypted",
        multipart("b", version, secret),
        "",
        "multipart/encrypted(application/pgp-encrypted,application/octet-stream)",
        files=[["", 10], ["encrypted.asc", 27]],
    )
    enveloped = (
        b"Content-Type: application/pkcs7-mime; name=smime.p7m",
        b"Content-Transfer-Encoding: base64",
    )
    yield case(
        "encrypted by s/mime",
        b64(b"sealed"),
        "",
        header=enveloped,
        files=[["smime.p7m", 6]],
        structure="application/pkcs7-mime",
    )
    status = part(
        ("Content-Type: message/delivery-status",), "Reporting-MTA: dns; x.test\r\n\r\nAction: failed"
    )
    returned = part(("Content-Type: text/rfc822-headers",), "Subject: lost")
    yield multi(
        "a report",
        "report; report-type=delivery-status",
        multipart("b", PLAIN, status, returned),
        "plain text",
        "multipart/report(text/plain,message/delivery-status,text/rfc822-headers)",
        files=[["", 44], ["", 13]],
    )


def _messages() -> Iterator[Case]:
    inner = lines("Subject: inside", "Content-Type: text/plain", "", "inner text")
    size = len(inner) - 2
    message = part(("Content-Type: message/rfc822",), inner.removesuffix(b"\r\n"))
    tree = "message/rfc822(text/plain)"
    yield multi(
        "a forwarded message",
        "mixed",
        multipart("b", PLAIN, message),
        "plain text",
        f"multipart/mixed(text/plain,{tree})",
        files=[["", size]],
    )
    named = part(
        ("Content-Type: message/rfc822; name=old.eml", "Content-Disposition: attachment"),
        inner.removesuffix(b"\r\n"),
    )
    yield multi(
        "a forwarded message with a name",
        "mixed",
        multipart("b", PLAIN, named),
        "plain text",
        f"multipart/mixed(text/plain,{tree})",
        files=[["old.eml", size]],
    )
    yield multi(
        "a digest",
        "digest",
        multipart("b", part((), inner.removesuffix(b"\r\n")), part((), inner.removesuffix(b"\r\n"))),
        "",
        f"multipart/digest({tree},{tree})",
        files=[["", size], ["", size]],
    )
    yield multi(
        "a digest with a typed part",
        "digest",
        multipart("b", PLAIN, part((), inner.removesuffix(b"\r\n"))),
        "plain text",
        f"multipart/digest(text/plain,{tree})",
        files=[["", size]],
    )
    body = multipart("i", PLAIN, HTML)
    nested = b"Content-Type: multipart/alternative; boundary=i\r\n\r\n" + body.removesuffix(b"\r\n")
    yield multi(
        "a forwarded multipart",
        "mixed",
        multipart("b", PLAIN, part(("Content-Type: message/rfc822",), nested)),
        "plain text",
        "multipart/mixed(text/plain,message/rfc822(multipart/alternative(text/plain,text/html)))",
        files=[["", len(nested)]],
    )
    encoded = part(("Content-Type: message/rfc822", "Content-Transfer-Encoding: base64"), b64(inner))
    yield multi(
        "a forwarded message in base64",
        "mixed",
        multipart("b", PLAIN, encoded),
        "plain text",
        "multipart/mixed(text/plain,message/rfc822)",
        files=[["", len(inner)]],
    )
    yield case(
        "a message is all",
        inner,
        "",
        header=(b"Content-Type: message/rfc822",),
        files=[["", len(inner)]],
        structure=tree,
    )
