"""CAPA (RFC 2449), and UTF8 (RFC 6856)."""

from mailserver import sasl

from ..registry import State, command
from ..session import Session

_ALWAYS = (
    "TOP",
    "UIDL",
    "RESP-CODES",
    "AUTH-RESP-CODE",
    "PIPELINING",
    "EXPIRE NEVER",
    "UTF8 USER",
    "IMPLEMENTATION Postillion",
)


@command("CAPA", State.ANY)
async def capabilities(session: Session, _words: list[str]) -> str:
    """Say what can be done."""
    found = list(_ALWAYS)
    if session.may_log_in:
        found += ["USER", f"SASL {' '.join(sasl.mechanisms())}"]
    if session.service.tls is not None and not session.connection.is_encrypted and not session.is_known:
        found.append("STLS")
    lines = "\r\n".join(["+OK", *found, "."])
    await session.connection.send(f"{lines}\r\n".encode())
    return ""


@command("UTF8", State.AUTHORIZATION)
async def utf8(_session: Session, _words: list[str]) -> str:
    """Take headers in UTF-8, which are sent as they came in any case."""
    return "UTF-8 it is"
