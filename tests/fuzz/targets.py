"""The targets: functions of any bytes that raise when a property is broken."""

import html as html_
import re
from collections.abc import Callable
from datetime import UTC, datetime

from mailserver.message import (
    address,
    compose,
    dsn,
    encode,
    flowed,
    header,
    html,
    markup,
    parameters,
    parser,
    quote,
    reply,
    summary,
    text_to_html,
    threading,
    wire_form,
)

from . import dialogue, drafts, files, page, pop3, tree, wire
from .texts import check_line, check_storable, trimmed

_TAG = re.compile(r"<[^>]*>")


def message(data: bytes) -> None:
    """A message is read: tree, leaves, what is shown, the list line."""
    root = parser.parse(data)
    tree.check_tree(data, root)
    tree.check_leaves(data, root)
    tree.check_display(data, root)
    tree.check_digest(data)
    dsn.read(data, root)


def structure(data: bytes) -> None:
    """IMAP's picture of a message agrees with the tree."""
    tree.check_body_structure(data, parser.parse(data))


def fields(data: bytes) -> None:
    """Header fields, encoded words, parameters, ids, dates."""
    for name, value in header.fields(data):
        check_line(name)
        check_line(header.decode(value))
        assert b"\n" not in value
    check_line(header.decode(data, "gb18030"))
    word, found = parameters.parse(data)
    check_storable(header.strip_controls(word))
    for key, value in found.items():
        check_storable(header.strip_controls(key))
        check_line(value)
    text = header.decode(data)[:300]
    written = encode.parameters("Content-Disposition", "attachment", [("filename", text)])
    wire.check_lines(written, 78)
    value = header.fields(written + b"\r\n")[0][1]
    if "=?" not in text:
        assert parameters.parse(value)[1].get("filename", "") == " ".join(text.split())
    wire.check_lines(encode.field("Subject", text))
    assert header.decode(header.fields(encode.field("Subject", text))[0][1]) == " ".join(text.split())
    threading.base_subject(text)
    assert summary.date(text) is None or summary.date(text).astimezone(UTC) >= datetime.min.replace(
        tzinfo=UTC
    )


def addresses(data: bytes) -> None:
    """An address list is read; what can be sent to is written and read again as the same."""
    found = address.parse(data)
    assert len(found) <= address.MAX_ENTRIES
    for person in found:
        check_line(str(person))
    good = [person for person in found if _canonical(person)]
    written = encode.addresses("To", good)
    wire.check_lines(written + b"\r\n")
    again = address.parse(header.first(header.fields(written), "to") or b"")
    assert [_canonical(person) for person in again] == [_canonical(person) for person in good]
    assert [person.name for person in again] == [" ".join(person.name.split()) for person in good]


def _canonical(person: address.Address) -> str:
    try:
        return address.normalise(person.spec)
    except address.AddressError:
        return ""


def page_html(data: bytes) -> None:
    """Foreign HTML is made safe, and stays safe, with the same words, when that is done again."""
    source = data.decode("utf-8", "replace")
    shown = html.safe(source, cid_url=lambda _cid: page.PICTURE, remote=False)
    read = page.check_safe(shown.html)
    check_storable(html.to_text(source.replace("\0", "")))
    markup.words(source)
    again = html.safe(shown.html, cid_url=lambda _cid: page.PICTURE, remote=False)
    # Links in links nest otherwise each time a browser reads them: the words are what stays.
    if "<details" not in shown.html:
        assert page.check_safe(again.html) == read


def text(data: bytes) -> None:
    """Plain text: cut into quotes without loss, shown as HTML without change, unflowed, summed up."""
    source = data.decode("utf-8", "replace").replace("\r", "").replace("\0", "")
    segments = quote.split(source)
    assert "\n".join("\n".join(segment.lines) for segment in segments) == source
    check_line(summary.preview(source))
    shown = text_to_html.text_to_html(source)
    page.check_safe(shown)
    words = html_.unescape(_TAG.sub("", shown.replace("</summary>", "").replace("•••", "")))
    assert words.replace("\n", "") == source.replace("\n", "").replace("•••", "")
    check_storable(flowed.unflow(source, delsp=len(source) % 2 == 1))
    assert flowed.unflow(flowed.flow(source)) == trimmed(source)


def composed(data: bytes) -> None:
    """A draft becomes a message that says the same."""
    drafts.check_composed(drafts.read(data))


def answered(data: bytes) -> None:
    """Any message can be answered and passed on."""
    root = parser.parse(data)
    for draft in (reply.reply(data, root, {"bob@hamburger.test"}, all=True), reply.forward(data, root)):
        raw = compose.compose(draft)
        wire.check_lines(raw)
        page.check_safe((draft.html or "").replace('"cid:', f'"{page.PICTURE}'), remote=True)
        assert len(draft.references) <= 100
        tree.check_display(raw, parser.parse(raw))


def wire_form_(data: bytes) -> None:
    """A message is made fit for the way, and its leaves stay what they are."""
    raw = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n").replace(b"\0", b"")
    for eight_bit in (True, False):
        fit = wire_form.fit(raw, eight_bit=eight_bit)
        wire.check_lines(fit)
        assert wire_form.fit(fit, eight_bit=eight_bit) == fit


def smtp_receiver(data: bytes) -> None:
    """A peer says anything to port 25."""
    dialogue.check_receiver(data[1:], data[0] if data else 0)


def smtp_client(data: bytes) -> None:
    """A server answers anything to our client."""
    dialogue.check_client(data[1:], data[0] if data else 0)


def pop3_dialogue(data: bytes) -> None:
    """A program says anything to port 110."""
    pop3.check_dialogue(data[1:], data[0] if data else 0)


def pop3_message(data: bytes) -> None:
    """Any message is fetched."""
    pop3.check_message(data[1:], data[0] if data else 0)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "message": message,
    "structure": structure,
    "fields": fields,
    "addresses": addresses,
    "html": page_html,
    "text": text,
    "compose": composed,
    "answer": answered,
    "wire_form": wire_form_,
    "files": files.check_file,
    "smtp_receiver": smtp_receiver,
    "smtp_client": smtp_client,
    "pop3_dialogue": pop3_dialogue,
    "pop3_message": pop3_message,
}
