"""The answer of somebody who is away (RFC 3834): whom it goes to, and how it reads; decided from values."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Final

from mailserver.message import compose, header
from mailserver.message.address import Address, domain_of, of_spec, without_detail
from mailserver.message.reply import bounded
from webmail.store import sender_names
from webmail.store.queries import Away, VacationFacts

from .arrival import LocalDelivery

ONCE_IN: Final = timedelta(days=7)
"""Who writes again sooner is not answered again (RFC 3834 §2, RFC 5230 §4.2)."""

# RFC 3834 §2: nobody reads what these are sent.
_PROGRAMS = re.compile(
    r"(mailer-daemon|postmaster|listserv|majordomo|no-?reply|do-?not-?reply|bounces?|owner-.*)(\+.*)?|.*-(request|owner|bounces?)",
    re.IGNORECASE,
)
_LISTS: Final = ("list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe", "mailing-list")
_BULK: Final = frozenset({"bulk", "junk", "list"})
_SUPPRESSED: Final = frozenset({"all", "oof", "autoreply"})


def writer(copy: LocalDelivery) -> str:
    """Name who would be answered, as `sender_names` writes it; "" where no program may answer."""
    local = copy.return_path.rpartition("@")[0]
    if not local or _PROGRAMS.fullmatch(local) or _is_automatic(header.fields(copy.content.head)):
        return ""
    if copy.content.digest.part.content_type == "multipart/report":
        return ""
    return sender_names.of_address(copy.return_path)


def is_answered(sender: str, copy: LocalDelivery, away: Away, facts: VacationFacts) -> bool:
    """Tell whether a writer gets an answer: to mail that names the account, and not twice in a week."""
    if sender in facts.own or sender in facts.answered:
        return False
    if away.contacts_only and sender not in facts.known:
        return False
    return any(name in facts.own for name in _addressed(copy))


def answer(copy: LocalDelivery, away: Away, facts: VacationFacts, own: Address, now: datetime) -> bytes:
    """Write the answer, to the envelope's sender alone (RFC 3834 §3.1.2)."""
    found = copy.content.digest
    draft = compose.Draft(
        from_=(Address(facts.name, own.local, own.domain),),
        to=(of_spec(copy.return_path),),
        subject=away.subject or f"Auto: {found.subject}".strip(),
        text=away.text,
        message_id=make_msgid(domain=domain_of(own.spec)).strip("<>"),
        date=now,
        in_reply_to=found.message_id,
        references=bounded((*found.reference_ids, found.message_id)) if found.message_id else (),
        automatic="auto-replied",
    )
    return compose.compose(draft)


def _is_automatic(fields: header.Fields) -> bool:
    """Tell what a program sent, or many got (RFC 3834 §2, RFC 5230 §4.6)."""
    names = {name for name, _value in fields}
    if any(name in names for name in _LISTS):
        return True
    if _words(fields, "auto-submitted") - {"no"} or _words(fields, "precedence") & _BULK:
        return True
    return bool(_words(fields, "x-auto-response-suppress") & _SUPPRESSED)


def _words(fields: header.Fields, name: str) -> set[str]:
    value = header.first(fields, name)
    words = re.split(r"[,;\s]+", header.text_of(value).lower()) if value else []
    return {word for word in words if word}


def _addressed(copy: LocalDelivery) -> Iterable[str]:
    """Whom the message itself names, without the detail of an address (RFC 5233)."""
    envelope = copy.content.digest.envelope
    for person in (*envelope.to, *envelope.cc, *envelope.bcc):
        name = sender_names.of_address(f"{person.local}@{person.host}")
        yield from (name, without_detail(name))
