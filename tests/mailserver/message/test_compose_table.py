"""Every kind of draft, composed and read back by our parser and by the standard library's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import EmailMessage
from typing import cast

import pytest

from mailserver.message import address, compose, content, header, html, parser, reply
from mailserver.message.address import Address
from mailserver.message.compose import Draft

from .drafts import DRAFTS

_ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[bq]\?[^?\s]*\?=")


@dataclass(frozen=True)
class Read:
    """What a reader finds; addresses as (name, local@domain), files as (name, type, bytes), sorted."""

    subject: str
    people: dict[str, list[tuple[str, str]]]
    text: str
    html: str | None
    files: list[tuple[str, str, bytes]]
    ids: tuple[str, str, tuple[str, ...]]


def meant(draft: Draft) -> Read:
    """What every reader should find."""
    lists = {"from": draft.from_, "to": draft.to, "cc": draft.cc, "reply-to": draft.reply_to}
    text = draft.text if draft.text is not None else html.to_text(draft.html or "")
    return Read(
        " ".join(draft.subject.split()),
        {name: [_person(each) for each in people] for name, people in lists.items() if people},
        _lines(text),
        draft.html.strip() if draft.html is not None else None,
        sorted((each.name, each.content_type, each.data) for each in draft.attachments),
        (draft.message_id, draft.in_reply_to, draft.references),
    )


def by_us(raw: bytes) -> Read:
    """Our own reading."""
    root = parser.parse(raw)
    fields = header.by_name(header.fields(raw[: root.body]))
    shown = content.display_parts(raw, root)
    people = {
        name: address.parse(fields[name]) for name in ("from", "to", "cc", "reply-to") if name in fields
    }
    parts = [root.find(section) for section in (*shown.attachments, *shown.inline.values())]
    text, page = root.find(shown.text or "-"), root.find(shown.html or "-")
    return Read(
        header.decode(fields.get("subject", b"")),
        {name: [(each.name, each.spec) for each in found] for name, found in people.items()},
        _lines(content.text(raw, text)) if text else "",
        _body(content.text(raw, page)) if page else None,
        sorted((each.filename, each.content_type, content.decoded(raw, each)) for each in parts if each),
        _ids(header.decode(fields.get(name, b"")) for name in ("message-id", "in-reply-to", "references")),
    )


def by_the_library(raw: bytes) -> Read:
    """The standard library's reading.

    It knows no flowed lines, so those are joined here; and it leaves spaces between encoded words of a name.
    """
    found = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    people = {name: found[name].addresses for name in ("from", "to", "cc", "reply-to") if name in found}
    page, text = found.get_body(("html",)), found.get_body(("plain",))
    return Read(
        str(found["subject"] or ""),
        {name: [(each.display_name, each.addr_spec) for each in listed] for name, listed in people.items()},
        _lines(_unflowed(text.get_content())) if text else "",
        _body(page.get_content()) if page else None,
        sorted(
            (part.get_filename() or "", part.get_content_type(), _payload(part)) for part in _leaves(found)
        ),
        _ids(str(found[name] or "") for name in ("message-id", "in-reply-to", "references")),
    )


def _person(person: Address) -> tuple[str, str]:
    return " ".join(person.name.split()), f"{person.local}@{address.normalise_domain(person.domain)}"


def _unspaced(read: Read) -> Read:
    people = {
        field: [(name.replace(" ", ""), spec) for name, spec in found] for field, found in read.people.items()
    }
    return replace(read, people=people)


def _lines(text: str) -> str:
    return "\n".join(line.rstrip(" ") for line in text.split("\n")).strip("\n")


def _body(page: str) -> str:
    """Without the frame that is put around what has none."""
    page = page.replace("\r\n", "\n").strip()
    begin, end = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n', "\n</body></html>"
    return page.removeprefix(begin).removesuffix(end) if page.startswith(begin) else page


def _ids(values: object) -> tuple[str, str, tuple[str, ...]]:
    own, parent, ancestors = (tuple(value.replace("<", "").replace(">", "").split()) for value in values)  # type: ignore[attr-defined]
    return "".join(own), "".join(parent), ancestors


def _unflowed(text: str) -> str:
    """RFC 3676 §4.1 by the letter: for lines of one depth each."""
    joined: list[str] = []
    open_depth = -1
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        own = line[depth:].removeprefix(" ")
        if depth == open_depth and own != "-- ":
            joined[-1] += own
        else:
            joined.append(">" * depth + (" " if depth and own else "") + own)
        open_depth = depth if own.endswith(" ") and own != "-- " else -1
    return "\n".join(joined)


def _leaves(found: EmailMessage) -> Sequence[EmailMessage]:
    """The files: leaves with a disposition; a message inside is one."""
    files: list[EmailMessage] = []
    for part in found.iter_parts() if found.is_multipart() else ():  # type: ignore[attr-defined]
        if part.get_content_disposition():
            files.append(part)
        else:
            files.extend(_leaves(part))
    return files


def _payload(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return cast(EmailMessage, part.get_payload(0)).as_bytes(policy=policy.SMTP)
    return cast(bytes, part.get_payload(decode=True))


@pytest.mark.parametrize("name", DRAFTS)
def test_what_was_meant_is_read(name: str) -> None:
    raw = compose.compose(DRAFTS[name])
    assert by_us(raw) == meant(DRAFTS[name])
    assert _unspaced(by_the_library(raw)) == _unspaced(meant(DRAFTS[name]))


@pytest.mark.parametrize("name", DRAFTS)
def test_the_bytes_pass_any_relay(name: str) -> None:
    raw = compose.compose(DRAFTS[name])
    assert raw.isascii()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 78 or name == "a long plain subject"
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    words = _ENCODED_WORD.findall(raw)
    assert all(len(word) <= 75 for word in words)
    for word in words:
        decode_header(word.decode())[0][0].decode("utf-8")
    assert b"idden" not in raw
    assert b"Bcc" not in raw
    assert b"\r\nDate: Sun, 22 Nov 2026 12:00:00 +0800\r\n" in b"\r\n" + raw


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("plain", ["text/plain"]),
        ("HTML alone", ["multipart/alternative", "text/plain", "text/html"]),
        (
            "only a picture",
            ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"],
        ),
        ("a picture beside plain text", ["multipart/mixed", "text/plain", "image/png"]),
        (
            "a picture and a file",
            [
                "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
                "image/png", "application/pdf",
            ],
        ),
    ],
)  # fmt: skip
def test_no_level_that_nobody_needs(name: str, types: list[str]) -> None:
    root = parser.parse(compose.compose(DRAFTS[name]))
    assert [part.content_type for _, part in root.walk()] == types


@pytest.mark.parametrize(
    ("name", "encodings"),
    [
        ("plain", ["7bit"]),
        ("long paragraphs", ["quoted-printable"]),
        ("quoted paragraphs", ["7bit"]),
        ("lines others touch", ["7bit"]),
        ("Chinese text", ["base64"]),
        ("German text", ["quoted-printable"]),
        ("one long line of HTML", ["7bit", "quoted-printable"]),
        ("Chinese HTML", ["base64", "base64"]),
    ],
)
def test_what_can_be_read_as_it_is_stays_so(name: str, encodings: list[str]) -> None:
    root = parser.parse(compose.compose(DRAFTS[name]))
    assert [part.encoding for _, part in root.walk() if not part.children] == encodings


def test_old_outlook_finds_the_name_of_a_file() -> None:
    raw = compose.compose(DRAFTS["a long Chinese name"])
    part = parser.parse(raw).children[1]
    assert b'name="=?utf-8?b?' in raw
    assert b"filename*0*=utf-8''" in raw
    assert part.parameters["name"] == part.disposition_parameters["filename"]


def test_a_name_of_dots_is_none() -> None:
    file = compose.Attachment("...", "a/b", b"x")
    raw = compose.compose(Draft(text="x", attachments=(file,)))
    assert parser.parse(raw).children[1].filename == "attachment"


def test_an_answer_to_a_long_conversation_keeps_its_root() -> None:
    raw = compose.compose(DRAFTS["a long conversation"])
    draft = reply.reply(raw, parser.parse(raw), set(), all=False)
    assert len(draft.references) <= 31
    assert (draft.references[0], draft.references[-1]) == ("m0@crepes.test", "m1@crepes.test")
