"""Delivery reports: what became of a message, for people first and for programs too (RFC 3464, RFC 6522)."""

import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from . import encode, header
from .address import Address
from .part import Part

FULL_ORIGINAL_BYTES = 50 * 1024
"""A larger original is reported by its header only."""

_MAX_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """The fate of one recipient (RFC 3464 §2.3); `action` is failed, delayed, delivered …"""

    address: str
    action: str
    status: str
    diagnostic: str = ""
    original_address: str = ""
    host: str = ""
    last_attempt_at: datetime | None = None
    will_retry_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What is said about one message; `reporting_host` is who says it."""

    reporting_host: str
    recipients: tuple[RecipientReport, ...]
    arrived_at: datetime | None = None
    envelope_id: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """The letter around a report: who writes to whom, and in plain words what happened."""

    sender: Address
    to: Address
    subject: str
    text: str
    date: datetime
    message_id: str
    in_reply_to: str = ""


def build(report: Report, cover: Cover, original: bytes, *, header_only: bool = False) -> bytes:
    """Write the report as a message; of `original`, the reported one, only the header if so wanted."""
    boundary = f"report-{cover.message_id.partition('@')[0]}"
    kind = f'multipart/report; report-type=delivery-status;\r\n boundary="{boundary}"'
    parts = [
        _part("text/plain; charset=utf-8", _quoted_printable(cover.text), "quoted-printable"),
        _part("message/delivery-status", _status(report)),
        _original(original, header_only=header_only),
    ]
    delimiter = f"--{boundary}\r\n".encode()
    fields = (
        encode.addresses("From", (cover.sender,)),
        encode.addresses("To", (cover.to,)),
        encode.field("Subject", cover.subject),
        encode.field("Date", format_datetime(cover.date)),
        encode.ids("Message-ID", [cover.message_id]),
        encode.ids("In-Reply-To", [cover.in_reply_to]),
        encode.ids("References", [cover.in_reply_to]),
        b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n",
        f"Content-Type: {kind}\r\n\r\n".encode(),
    )
    return b"".join(fields) + b"".join(delimiter + part for part in parts) + f"--{boundary}--\r\n".encode()


def read(raw: bytes, root: Part) -> Report | None:
    """Find what a message reports about deliveries; None when it is no report."""
    if root.content_type != "multipart/report":
        return None
    status = next((part for _, part in root.walk() if part.content_type == "message/delivery-status"), None)
    return read_status(raw[status.body : status.end]) if status else None


def read_status(body: bytes) -> Report | None:
    """Read the fields for programs, from whatever part they came in; None when there are none."""
    groups = [header.fields(block) for block in _groups(body)]
    if not groups:
        return None
    # Some leave out the group about the message, some the empty line after it.
    recipients = tuple(found for group in groups if (found := _recipient(group)))
    return Report(
        reporting_host=_typed(groups[0], "reporting-mta"),
        recipients=recipients,
        arrived_at=_time(groups[0], "arrival-date"),
        envelope_id=_value(groups[0], "original-envelope-id"),
    )


def _part(kind: str, body: bytes, encoding: str = "") -> bytes:
    fields = f"Content-Type: {kind}\r\n"
    if encoding:
        fields += f"Content-Transfer-Encoding: {encoding}\r\n"
    return fields.encode() + b"\r\n" + body + b"\r\n"


def _quoted_printable(text: str) -> bytes:
    """Encode line by line: `binascii` would take a CR of ours for data."""
    lines = (binascii.b2a_qp(line.encode()) for line in text.splitlines())
    return b"".join(line.replace(b"=\n", b"=\r\n") + b"\r\n" for line in lines)


def _original(original: bytes, *, header_only: bool) -> bytes:
    """The reported message where it is small, else its header."""
    encoding = "" if original.isascii() else "8bit"
    if len(original) <= FULL_ORIGINAL_BYTES and not header_only:
        return _part("message/rfc822", original, encoding)
    head = original.partition(b"\r\n\r\n")[0] + b"\r\n"
    return _part("text/rfc822-headers", head[:FULL_ORIGINAL_BYTES], "" if head.isascii() else "8bit")


def _status(report: Report) -> bytes:
    """Write the fields for programs: a group about the message, then one for each recipient."""
    message = [("Reporting-MTA", f"dns; {report.reporting_host}")]
    if report.envelope_id:
        message.insert(0, ("Original-Envelope-Id", report.envelope_id))
    if report.arrived_at:
        message.append(("Arrival-Date", format_datetime(report.arrived_at)))
    groups = [message, *(_recipient_fields(recipient) for recipient in report.recipients)]
    return b"\r\n".join(_group(group) for group in groups)


def _recipient_fields(recipient: RecipientReport) -> list[tuple[str, str]]:
    fields = []
    if recipient.original_address:
        fields.append(("Original-Recipient", f"rfc822; {recipient.original_address}"))
    kind = "rfc822" if recipient.address.isascii() else "utf-8"
    fields.append(("Final-Recipient", f"{kind}; {recipient.address}"))
    fields += [("Action", recipient.action), ("Status", recipient.status)]
    if recipient.host:
        fields.append(("Remote-MTA", f"dns; {recipient.host}"))
    if recipient.diagnostic:
        fields.append(("Diagnostic-Code", f"smtp; {recipient.diagnostic}"))
    if recipient.last_attempt_at:
        fields.append(("Last-Attempt-Date", format_datetime(recipient.last_attempt_at)))
    if recipient.will_retry_until:
        fields.append(("Will-Retry-Until", format_datetime(recipient.will_retry_until)))
    return fields


def _group(fields: Iterable[tuple[str, str]]) -> bytes:
    return b"".join(f"{name}: {_plain(value)}\r\n".encode() for name, value in fields)


def _plain(value: str) -> str:
    """One line of ASCII, as these fields must be: what a foreign server said stays text."""
    text = header.strip_controls(" ".join(value.split()))
    return text.encode("ascii", "backslashreplace").decode()[:900]


def _groups(body: bytes) -> list[bytes]:
    """Cut at empty lines; leniently as to their line ends."""
    blocks = body.replace(b"\r\n", b"\n").split(b"\n\n")
    return [block.strip(b"\n") + b"\n" for block in blocks if block.strip()][:_MAX_GROUPS]


def _recipient(group: header.Fields) -> RecipientReport | None:
    address = _typed(group, "final-recipient").strip("<>")
    original = _typed(group, "original-recipient").strip("<>")
    if not address and not original:
        return None
    return RecipientReport(
        address=address or original,
        action=_action(group),
        status=_value(group, "status").partition(" ")[0],
        diagnostic=_typed(group, "diagnostic-code"),
        original_address=original,
        host=_typed(group, "remote-mta"),
        last_attempt_at=_time(group, "last-attempt-date"),
        will_retry_until=_time(group, "will-retry-until"),
    )


def _action(group: header.Fields) -> str:
    """The action alone, where words follow it; some call a failure by other names."""
    action = _value(group, "action").lower().split(" ")[0].rstrip(";,")
    return {"failure": "failed", "error": "failed", "delay": "delayed"}.get(action, action)


def _value(group: header.Fields, name: str) -> str:
    return header.decode(header.first(group, name) or b"").strip()


def _typed(group: header.Fields, name: str) -> str:
    """The value after its type, as in "dns; mx.hamburger.test"."""
    before, separator, after = _value(group, name).partition(";")
    return (after if separator else before).strip()


def _time(group: header.Fields, name: str) -> datetime | None:
    try:
        return parsedate_to_datetime(_value(group, name))
    except ValueError:
        return None


def addresses(report: Report, actions: Sequence[str] = ("failed",)) -> tuple[str, ...]:
    """Return the recipients that met one of these fates."""
    return tuple(recipient.address for recipient in report.recipients if recipient.action in actions)
