"""Reports of other servers that mail was not delivered: those by RFC 3464, and those in words alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from . import address, bounce_text, content, dsn, failure, header, threading, to_text
from .dsn import RecipientReport
from .failure import Kind, is_hard, kind
from .part import Part

__all__ = ["Bounce", "Kind", "is_hard", "kind", "read"]

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/xdelivery-status")
_ORIGINAL_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
    "message/partial",
)
_DAEMONS = (
    "mailer-daemon",
    "mailer_daemon",
    "mailerdaemon",
    "mail-daemon",
    "postmaster",
    "post_master",
    "mmdf",
    "mdaemon",
)
_MAX_TEXT = 20_000
_UNTOLD = ("", "5.0.0", "4.0.0")
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a foreign report says, and of which message: ids as they stand in the copy, without brackets."""

    recipients: tuple[RecipientReport, ...]
    message_id: str = ""
    envelope_id: str = ""
    reporting_host: str = ""


def read(raw: bytes, root: Part) -> Bounce | None:
    """Find what a message reports about deliveries; None when it is no report. Bounded in time; never raises.

    A recipient whose `action` is "delayed" is still tried; the address is the one the reporter names last,
    `original_address` the one it was told. What it says is a claim: anybody can write a report.
    """
    parts = list(_own_parts(root))
    report = _formal(raw, parts)
    if report is None and (inner := _wrapped(parts)):
        return read(raw, inner)
    fields = header.fields(raw[root.start : root.body])
    texts, copied = _texts(raw, parts)
    if any(part.content_type == "message/feedback-report" for part in parts) or _is_receipt(parts, texts):
        return None
    returned = _original(raw, parts)
    is_told = root.content_type == "multipart/report" or _calls_itself_a_report(fields, texts, returned)
    if report is None and not is_told:
        return None
    found = _recipients(report, texts, fields)
    if not found:
        return None
    original = returned or header.fields(copied.encode("utf-8", "replace"))
    found = _completed(found, original)
    if not found:
        return None
    return Bounce(
        recipients=tuple(found),
        message_id=threading.message_id(original),
        envelope_id=report.envelope_id if report else "",
        reporting_host=report.reporting_host if report else "",
    )


def _own_parts(root: Part) -> Iterator[Part]:
    """The leaves of the report itself: not those of the message that it returns."""
    if root.is_multipart:
        for child in root.children:
            yield from _own_parts(child)
    else:
        yield root


def _wrapped(parts: list[Part]) -> Part | None:
    """A whole report that a gateway has put into a message of its own."""
    inner = (part.children[0] for part in parts if part.content_type == "message/rfc822" and part.children)
    return next((each for each in inner if each.content_type == "multipart/report"), None)


def _is_receipt(parts: list[Part], text: str) -> bool:
    """Say whether this tells that a message was read (RFC 8098); Dovecot's refusals take that form, too."""
    receipt = any(part.content_type == "message/disposition-notification" for part in parts)
    return receipt and not bounce_text.is_opening(text)


def _formal(raw: bytes, parts: list[Part]) -> dsn.Report | None:
    for part in parts:
        if part.content_type in _STATUS_TYPES:
            body = content.decoded(raw, part)
            if (report := dsn.read_status(body)) and report.recipients:
                return report
    return None


def _texts(raw: bytes, parts: list[Part]) -> tuple[str, str]:
    """What the report says in words, and the copy of the message that stands below it in the same text."""
    plain = [part for part in parts if part.content_type == "text/plain" and part.disposition != "attachment"]
    pages = [part for part in parts if part.content_type == "text/html"]
    said: list[str] = []
    for part in (plain or pages)[:3]:
        text = content.text(raw, part)[: 2 * _MAX_TEXT]
        said.append(to_text.to_text(text) if part.content_type == "text/html" else text)
    words, copied = bounce_text.split("\n".join(said))
    return words[:_MAX_TEXT], copied[:_MAX_TEXT]


def _calls_itself_a_report(fields: header.Fields, text: str, returned: header.Fields) -> bool:
    """Say whether a message in words only may be a report: by who wrote it, or what it says of itself."""
    sender = header.decode(header.first(fields, "from") or b"").lower()
    if any(name in sender for name in _DAEMONS) or header.first(fields, "x-failed-recipients"):
        return True
    subject = header.decode(header.first(fields, "subject") or b"")
    return bounce_text.is_subject(subject) or bool(returned and bounce_text.is_opening(text))


def _recipients(report: dsn.Report | None, text: str, fields: header.Fields) -> list[RecipientReport]:
    """Those that the report names, else those in its words."""
    if report is not None:
        named = [item.address for item in report.recipients]
        return [_with_words(item, text, named) for item in report.recipients]
    own = {spec.lower() for name in ("to", "from") for spec in _specs(fields, name)}
    named = _specs(fields, "x-failed-recipients")
    subject = header.decode(header.first(fields, "subject") or b"")
    writer = _specs(fields, "from")
    domain = writer[0].rpartition("@")[2] if writer else ""
    return bounce_text.recipients(text, named, own, subject, domain)


def _with_words(item: RecipientReport, text: str, named: Sequence[str]) -> RecipientReport:
    """Complete what the fields leave out by what was said about this recipient."""
    diagnostic = item.diagnostic or bounce_text.said_about(text, item.address, named)
    status, said = item.status, bounce_text.status_in(diagnostic)
    if not bounce_text.is_status(status):
        status = said or status or bounce_text.status_in(text)
    elif said and said not in _UNTOLD:
        # The server's own words, where the reporter summed them up to another code.
        status = said
    action = item.action
    if action not in _ACTIONS:
        action = "delayed" if not action and status.startswith("4") else "failed"
    original = item.original_address or bounce_text.expanded_from(text, item.address)
    return replace(item, action=action, status=status, diagnostic=diagnostic, original_address=original)


def _original(raw: bytes, parts: list[Part]) -> header.Fields:
    """The header of the message that is reported about, as far as the report returns it."""
    for part in parts:
        if part.content_type not in _ORIGINAL_TYPES:
            continue
        if part.children:
            inner = part.children[0]
            return header.fields(raw[inner.start : inner.body])
        return header.fields(content.decoded(raw, part).partition(b"\r\n\r\n")[0] + b"\r\n")
    return []


def _completed(found: list[RecipientReport], original: header.Fields) -> list[RecipientReport]:
    """Name the recipient whom a report leaves out: the only one that the message was for."""
    whole = [item for item in found if "@" in item.address]
    if whole or not found:
        return whole
    to = _specs(original, "to") or _specs(original, "delivered-to") or _specs(original, "x-original-to")
    return [replace(found[0], address=to[0])] if len(to) == 1 else []


def _specs(fields: header.Fields, name: str) -> list[str]:
    value = header.first(fields, name)
    return [person.spec for person in address.parse(value)] if value else []


def why(item: RecipientReport) -> Kind:
    """Tell why a recipient did not get it."""
    return failure.kind(item.status, item.diagnostic)
