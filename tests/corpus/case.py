"""A test message: its exact bytes, and what a reader should see of it, stated by whoever wrote it."""

import base64
import quopri
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

SUBJECT = "Lunch on Friday"
ANA = ["Ana Ruiz", "ana@crepes.test"]
BO = ["Bo Li", "bo@harbour.test"]
TEXT_HEADER = (b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit")


@dataclass(frozen=True, slots=True)
class Case:
    """`people` are [name, address]; `files` are [name, bytes when decoded]; None in a field: not looked at.

    `text` is what is to be read, of an HTML its words; `own` is that without quotes; `links` the targets
    of the links in it. `structure` is the tree as type(child,child).
    """

    name: str
    raw: bytes
    subject: str
    from_: list[list[str]]
    to: list[list[str]]
    text: str | None
    files: list[list[Any]] | None
    structure: str
    own: str | None = None
    links: list[str] | None = None

    def row(self) -> dict[str, Any]:
        """The case as it is stored: each byte of `raw` is the character of that number."""
        return asdict(self) | {"raw": self.raw.decode("latin-1")}


def restored(row: dict[str, Any]) -> Case:
    """The case back from `row`."""
    return Case(**(row | {"raw": row["raw"].encode("latin-1")}))


def case(
    name: str,
    body: bytes,
    text: str | None,
    *,
    header: Iterable[bytes] = TEXT_HEADER,
    subject: str = SUBJECT,
    raw_subject: bytes | None = None,
    from_: Iterable[list[str]] = (ANA,),
    raw_from: bytes = b"Ana Ruiz <ana@crepes.test>",
    to: Iterable[list[str]] = (BO,),
    raw_to: bytes = b"Bo Li <bo@harbour.test>",
    files: Iterable[list[Any]] | None = (),
    structure: str = "text/plain",
    own: str | None = None,
    links: list[str] | None = None,
    eol: bytes = b"\r\n",
) -> Case:
    """A message with the usual header. Only what `header` and the `raw_` values say is unusual in it."""
    lines = [
        b"From: " + raw_from,
        b"To: " + raw_to,
        b"Subject: " + (subject.encode("ascii") if raw_subject is None else raw_subject),
        b"Date: Fri, 06 Nov 2026 09:30:00 +0100",
        b"Message-ID: <" + name.encode("ascii").replace(b" ", b".") + b"@crepes.test>",
        b"MIME-Version: 1.0",
        *header,
    ]
    raw = eol.join([*lines, b"", body])
    found = None if files is None else list(files)
    return Case(name, raw, subject, list(from_), list(to), text, found, structure, own, links)


def bare(name: str, raw: bytes, text: str | None, **stated: Any) -> Case:
    """A message of which the header, too, is written out."""
    usual: dict[str, Any] = {
        "subject": SUBJECT,
        "from_": [ANA],
        "to": [BO],
        "files": [],
        "structure": "text/plain",
    }
    return Case(name, raw, text=text, **(usual | stated))


def lines(*rows: bytes | str) -> bytes:
    """Rows with CRLF between them and at the end."""
    return b"".join((row.encode() if isinstance(row, str) else row) + b"\r\n" for row in rows)


def part(header: Iterable[str], body: bytes | str) -> bytes:
    """A body part without its delimiters."""
    data = body.encode() if isinstance(body, str) else body
    return "".join(f"{line}\r\n" for line in header).encode() + b"\r\n" + data


def multipart(boundary: str, *parts: bytes, preamble: bytes = b"", epilogue: bytes = b"") -> bytes:
    """Parts between delimiters, ended by the closing one."""
    delimiter = f"\r\n--{boundary}".encode()
    inner = b"".join(delimiter + b"\r\n" + each for each in parts)
    return (preamble + inner + delimiter + b"--\r\n" + epilogue).removeprefix(
        b"\r\n" if not preamble else b""
    )


def attached(name: str, data: bytes, content_type: str = "application/octet-stream") -> bytes:
    """A part with a file in base64."""
    header = (
        f"Content-Type: {content_type}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
    )
    return part(header, b64(data))


def b64(data: bytes) -> bytes:
    """Base64 in lines of 76."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n").removesuffix(b"\r\n")


def qp(data: bytes) -> bytes:
    """Quoted-printable; lines end as in `data`."""
    return quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def q_word(label: str, data: bytes) -> bytes:
    """An encoded word of the Q encoding."""
    letters = b"".join(
        bytes([code])
        if chr(code).isascii() and chr(code).isalnum()
        else b"_"
        if code == 32
        else b"=%02X" % code
        for code in data
    )
    return b"=?" + label.encode() + b"?Q?" + letters + b"?="


def b_word(label: str, data: bytes) -> bytes:
    """An encoded word of the B encoding."""
    return b"=?" + label.encode() + b"?B?" + base64.b64encode(data) + b"?="
