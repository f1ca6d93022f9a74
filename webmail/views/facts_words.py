"""What the details of a message say beyond names and date: which servers sent and signed it, which list."""

from django.utils.translation import gettext as _

from mailserver.message import header
from webmail.store.queries import ConversationMessage

from . import checks_words


def facts(message: ConversationMessage, fields: header.Fields) -> list[tuple[str, str]]:
    """Lines of label and text; who sent and signed it only where our own server found so."""
    passed = [result for result in checks_words.recorded(message.prefix) if result.result == "pass"]
    found = [
        (_("Mailed by"), checks_words.domains(passed, "spf")),
        (_("Signed by"), checks_words.domains(passed, "dkim")),
        (_("Mailing list"), _list(fields)),
    ]
    return [(label, text) for label, text in found if text]


def _list(fields: header.Fields) -> str:
    """Name the list as it does (RFC 2919)."""
    value = header.first(fields, "list-id")
    return header.decode(value).strip() if value else ""
