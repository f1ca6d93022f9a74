"""The trace header that each server adds on top of a message (RFC 5321 §4.4, RFC 3848, RFC 6531 §3.7.3)."""

from email.utils import format_datetime

from .envelope import Envelope


def received(envelope: Envelope, *, by: str, queue_id: str, recipient: str) -> bytes:
    """Who gave the message to whom, how and when, folded; `recipient` is the one this copy is for."""
    peer = envelope.peer
    kind = ("UTF8SMTP" if envelope.smtputf8 else "ESMTP") if peer.extended else "SMTP"
    secured = ("S", f" ({peer.tls})") if peer.tls else ("", "")
    lines = (
        f"Received: from {peer.helo} ([{_literal(peer.ip)}])",
        f"by {by} with {kind}{secured[0]}{secured[1]} id {queue_id}",
        f"for <{recipient}>; {format_datetime(envelope.received_at)}",
    )
    return "\r\n\t".join(lines).encode() + b"\r\n"


def submitted(envelope: Envelope, *, by: str, queue_id: str) -> bytes:
    """The trace header of a message that one of our people has sent (RFC 6409 §6.2).

    Where their program runs, and how it names itself, is nobody's business further on.
    """
    kind = "UTF8SMTP" if envelope.smtputf8 else "ESMTP"
    secured = ("S", f" ({envelope.peer.tls})") if envelope.peer.tls else ("", "")
    lines = (
        "Received: from submission (authenticated)",
        f"by {by} with {kind}{secured[0]}A{secured[1]} id {queue_id};",
        format_datetime(envelope.received_at),
    )
    return "\r\n\t".join(lines).encode() + b"\r\n"


def _literal(ip: str) -> str:
    return f"IPv6:{ip}" if ":" in ip else ip
