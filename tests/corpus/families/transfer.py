"""Transfer encodings, right and broken; files written into a text (RFC 2045 §6, uuencode, yEnc)."""

import binascii
import random
from collections.abc import Iterator

from ..case import Case, attached, b64, case, lines, multipart, part

_TEXT = "Grüße, 你好, and a line that is long enough to be folded by an encoder of quoted-printable text."


def cases(seed: int) -> Iterator[Case]:
    """Bodies by hand; the bytes of files are drawn."""
    draw = random.Random(seed)
    yield from _base64()
    yield from _quoted_printable()
    yield from _words()
    yield from _embedded(draw)
    yield from _files(draw)


def _case(name: str, encoding: str, body: bytes, text: str) -> Case:
    header = (b"Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}".encode())
    return case(name, body, text, header=header)


def _base64() -> Iterator[Case]:
    plain = b64(_TEXT.encode())
    yield _case("base64 plain", "base64", plain, _TEXT)
    yield _case("base64 without padding", "base64", b"R3LDvMOfZQ", "Grüße")
    yield _case("base64 with padding of three", "base64", b"R3LDvMOfZQ===", "Grüße")
    yield _case("base64 in one line", "base64", plain.replace(b"\r\n", b""), _TEXT)
    yield _case(
        "base64 in lines of one", "base64", b"\r\n".join(bytes([code]) for code in b"R3LDvMOfZQ=="), "Grüße"
    )
    yield _case("base64 with spaces in it", "base64", b"R3 LD\tvM Of ZQ = =", "Grüße")
    yield _case("base64 with empty lines", "base64", plain.replace(b"\r\n", b"\r\n\r\n"), _TEXT)
    yield _case("base64 with foreign characters", "base64", b"R3LD!vMOf*ZQ==", "Grüße")
    yield _case("base64 with line feeds only", "base64", plain.replace(b"\r\n", b"\n"), _TEXT)
    yield _case("base64 padded twice", "base64", b"R3I=\r\nw7w=\r\nw59l", "Grüße")
    yield _case("base64 with one character too many", "base64", b"R3LDvMOfZQ==\r\nQ", "Grüße")
    yield _case("base64 and words behind the padding", "base64", b"R3LDvMOfZQ== ignored", "Grüße")
    yield _case(
        "base64 with a list's footer",
        "base64",
        b"R3LDvMOfZQ==\r\n___________________\r\nlist mailing list\r\n",
        "Grüße",
    )
    yield _case("base64 of nothing", "base64", b"", "")


def _quoted_printable() -> Iterator[Case]:
    qp = "quoted-printable"
    yield _case("qp soft breaks", qp, b"Gr=C3=BC=\r\n=C3=9Fe=\r\n an alle", "Grüße an alle")
    yield _case("qp soft break inside a character", qp, b"Gr=C3=\r\n=BC=C3=9Fe", "Grüße")
    yield _case("qp soft breaks with line feeds", qp, b"Gr=C3=BC=\n=C3=9Fe", "Grüße")
    yield _case("qp soft break with spaces behind", qp, b"Gr=C3=BC=  \r\n=C3=9Fe", "Grüße")
    yield _case("qp lower case digits", qp, b"Gr=c3=bc=c3=9fe", "Grüße")
    yield _case("qp digits that are none", qp, b"100=ZZ and =3D", "100=ZZ and =")
    yield _case("qp equals sign at the very end", qp, b"the end=", "the end")
    yield _case("qp raw eight bits", qp, "Grüße =C3=BC".encode(), "Grüße ü")
    yield _case("qp encoded line end", qp, b"one=0D=0Atwo", "one\ntwo")
    yield _case("qp encoded space at a line's end", qp, b"one=20\r\ntwo", "one \ntwo")
    yield _case("qp long line", qp, b"x" * 5000, "x" * 5000)


def _words() -> Iterator[Case]:
    for word, encoding in {
        "BASE64": "base64", "Base64 (a comment)": "base64", '"base64"': "base64", "base64;": "base64",
        "base-64": "base64", "Quoted-Printable": "qp", "quotedprintable": "qp", "8bit": "", "8-bit": "",
        "8bits": "", "7bit": "", "7-bit": "", "binary": "", "none": "", "utf-8": "", "": "",
    }.items():  # fmt: skip
        body = {"base64": b"R3LDvMOfZQ==", "qp": b"Gr=C3=BC=C3=9Fe"}.get(encoding, "Grüße".encode())
        yield _case(f"encoding named {word}".strip(), word, body, "Grüße")
    yield _case(
        "binary with bare carriage returns", "binary", b"one\rtwo\nthree\r\nfour", "one\ntwo\nthree\nfour"
    )
    yield _case("a line of sixty thousand letters", "8bit", b"y" * 60_000, "y" * 60_000)


def _uu(name: str, data: bytes, end: bytes = b"`\r\nend\r\n") -> bytes:
    rows = [binascii.b2a_uu(data[n : n + 45], backtick=True).rstrip(b"\n") for n in range(0, len(data), 45)]
    return b"\r\n".join((f"begin 644 {name}".encode(), *rows, end))


def _yenc(name: str, data: bytes) -> bytes:
    encoded = bytearray()
    for byte in data:
        shifted = (byte + 42) % 256
        encoded += bytes((61, (shifted + 64) % 256)) if shifted in (0, 10, 13, 61) else bytes((shifted,))
    size = str(len(data)).encode()
    return lines(
        b"=ybegin line=128 size=" + size + b" name=" + name.encode(), bytes(encoded), b"=yend size=" + size
    )


def _embedded(draw: random.Random) -> Iterator[Case]:
    data = draw.randbytes(500)
    block = _uu("photo.jpg", data)
    photo = ["photo.jpg", 500]
    yield case(
        "uuencode in a text",
        lines("see below", "") + block + lines("", "bye"),
        "see below\n\n\nbye",
        files=[photo],
    )
    yield case("uuencode and nothing else", block, "", files=[photo])
    yield case(
        "uuencode cut off",
        lines("see below", "") + _uu("photo.jpg", data[:495], b""),
        "see below",
        files=[["photo.jpg", 495]],
    )
    second = draw.randbytes(10)
    yield case(
        "two uuencoded files",
        block + lines("and") + _uu("b.bin", second),
        "and",
        files=[photo, ["b.bin", 10]],
    )
    yield case("uuencode with a name of spaces", _uu("my photo.jpg", data), "", files=[["my photo.jpg", 500]])
    yield case("uuencode with a name in utf-8", _uu("照片.jpg", data), "", files=[["照片.jpg", 500]])
    yield case("uuencode with a path", _uu("/tmp/photo.jpg", data), "", files=[photo])
    yield case(
        "prose that begins",
        lines("begin 644 things", "and end none of them"),
        "begin 644 things\nand end none of them",
    )
    header = (
        b"Content-Type: application/octet-stream; name=photo.jpg",
        b"Content-Transfer-Encoding: x-uuencode",
    )
    yield case(
        "uuencode as a transfer encoding",
        block,
        None,
        header=header,
        files=[photo],
        structure="application/octet-stream",
    )
    news = draw.randbytes(300)
    binary = (b"Content-Type: text/plain; charset=iso-8859-1", b"Content-Transfer-Encoding: 8bit")
    yield case(
        "yenc in a text",
        lines("see below") + _yenc("clip.bin", news),
        "see below",
        header=binary,
        files=[["clip.bin", 300]],
    )


def _files(draw: random.Random) -> Iterator[Case]:
    mixed = (b"Content-Type: multipart/mixed; boundary=b",)
    for size in (0, 1, 2, 3, 57, 58, 1000, 70_000):
        body = multipart("b", part((), "text"), attached("data.bin", draw.randbytes(size)))
        yield case(
            f"a file of {size} bytes",
            body,
            "text",
            header=mixed,
            files=[["data.bin", size]],
            structure="multipart/mixed(text/plain,application/octet-stream)",
        )
    binary = bytes(range(256)).replace(b"\r", b"").replace(b"\n", b"")
    body = multipart(
        "b",
        part(("Content-Type: application/x-raw; name=raw.bin", "Content-Transfer-Encoding: binary"), binary),
    )
    yield case(
        "a binary file as it is", body, None, header=mixed,
        files=[["raw.bin", 254]], structure="multipart/mixed(application/x-raw)",
    )  # fmt: skip
