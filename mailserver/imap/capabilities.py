"""What the server says it can do (RFC 9051 §7.2.2)."""

from typing import TYPE_CHECKING

from mailserver import sasl

if TYPE_CHECKING:
    from .session import Session

_ALWAYS = ("IMAP4rev1", "IMAP4rev2", "SASL-IR", "LITERAL+", "ENABLE", "ID")
_WITH_MAIL = (
    "BINARY",
    "CATENATE",
    "CHILDREN",
    "COMPRESS=DEFLATE",
    "CONDSTORE",
    "CONTEXT=SEARCH",
    "CONTEXT=SORT",
    "ESEARCH",
    "ESORT",
    "IDLE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "MOVE",
    "MULTIAPPEND",
    "NAMESPACE",
    "NOTIFY",
    "OBJECTID",
    "PREVIEW",
    "QRESYNC",
    "QUOTA",
    "QUOTA=RES-STORAGE",
    "REPLACE",
    "SAVEDATE",
    "SEARCHRES",
    "SORT",
    "SORT=DISPLAY",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "UIDPLUS",
    "UNSELECT",
    "UTF8=ACCEPT",
    "WITHIN",
)


def of(session: "Session") -> str:
    """The capabilities of a session as it stands."""
    found = list(_ALWAYS)
    if session.mail is not None:
        found += (*_WITH_MAIL, f"APPENDLIMIT={session.limits.message_bytes}")
    else:
        if session.service.tls is not None and not session.connection.is_encrypted:
            found.append("STARTTLS")
        if session.may_log_in:
            found += [f"AUTH={name}" for name in sasl.mechanisms()]
        else:
            found.append("LOGINDISABLED")
    return " ".join(found)
