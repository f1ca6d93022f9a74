"""BODYSTRUCTURE of the examples of RFC 9051 and of what goes beyond them."""

from mailserver.message import parser, structure
from mailserver.message.body_structure import body_structure
from mailserver.message.part import dumps, loads

RAW = (
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: TEXT/plain; charset=us-ascii\r\n\r\n"  # noqa: E501
    "one\r\ntwo\r\n\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-ID: <c@x>\r\n"
    "Content-Description: 说明\r\nContent-Transfer-Encoding: BASE64\r\n"
    'Content-Disposition: attachment; filename="中.pdf"\r\n\r\nAAAA\r\n'
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inside\r\n\r\nx\r\n--b--\r\n"
).encode()


def shown(raw: bytes, extended: bool) -> tuple[object, ...]:
    return body_structure(parser.parse(raw), extended, lambda part: structure.envelope(raw, part))


def test_basic_form() -> None:
    children, subtype = shown(RAW, extended=False)
    assert subtype == "mixed"
    text, pdf, message = children  # type: ignore[misc]
    assert text == ("text", "plain", ("charset", "us-ascii"), None, None, "7bit", 10, 2)
    assert pdf == (
        "application", "pdf", ("name", "a.pdf"), "<c@x>", "=?utf-8?b?6K+05piO?=", "base64", 4,
    )  # fmt: skip
    assert message[:7] == ("message", "rfc822", None, None, None, "7bit", 20)
    envelope, body, lines = message[7:]
    assert envelope.subject == "inside"
    assert body == ("text", "plain", ("charset", "us-ascii"), None, None, "7bit", 1, 0)
    assert lines == 2


def test_extended_form() -> None:
    children, _, *extension = shown(RAW, extended=True)
    assert extension == [("boundary", "b"), None, None, None]
    assert children[1][7:] == (  # type: ignore[index]
        None, ("attachment", ("filename*", "utf-8''%E4%B8%AD.pdf")), None, None,
    )  # fmt: skip


def test_a_text_without_a_charset_has_the_one_of_rfc_2046() -> None:
    raw = b"Content-Type: text/html; name=a.html\r\n\r\n<p>"
    assert shown(raw, extended=False)[2] == ("name", "a.html", "charset", "us-ascii")


def test_an_opaque_part_is_bytes() -> None:
    raw = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"
    assert shown(raw, extended=False) == ("application", "octet-stream", None, None, None, "base64", 4)


def test_all_words_are_ascii() -> None:
    raw = "Content-Type: text/plain; näme=x\r\nContent-Disposition: inlinè\r\nContent-ID: <é@x>\r\n\r\nx"
    assert shown(raw.encode(), extended=True)[2:4] == (("n?me", "x", "charset", "us-ascii"), "<?@x>")
    assert shown(raw.encode(), extended=True)[9] == ("inlin?", None)


def test_languages_and_location() -> None:
    raw = (
        b"Content-Language: de-DE, en\r\nContent-Location: http://x.test/\r\n a.html\r\n"
        b"Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n\r\nx"
    )
    extension = ("Q2hlY2sgSW50ZWdyaXR5IQ==", None, ("de-DE", "en"), "http://x.test/a.html")
    assert shown(raw, extended=True)[8:] == extension
    part = parser.parse(raw)
    assert loads(dumps(part)) == part
