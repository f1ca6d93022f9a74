"""Submission: what a mail program hands in is sent as if it were written in the composer."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.utils import timezone

from mailserver.message import handed_in, wire_form
from mailserver.message.address import AddressError, domain_of, normalise, of_spec
from mailserver.message.encode import addresses
from mailserver.message.handed_in import HandedIn
from mailserver.smtp.envelope import Envelope, Wishes
from webmail.models import Account, OutboundMessage
from webmail.store import blobs, contact_use, copy, queries, sender_names
from webmail.store.add import NewMessage, add_messages
from webmail.store.change import Change

from . import allowance, authorship, outbox, signing, submit
from .submit import Problem, SubmitError

_MOST_COUNTED = 100
"""Recipients of a letter that become contacts; more are a mailing."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A message that was read; `keys` name it, today's first: handed in again it has one of them."""

    envelope: Envelope
    letter: HandedIn
    keys: tuple[str, ...]


def read(envelope: Envelope) -> Handed:
    """Read what came; nothing of it needs the database."""
    letter = handed_in.read(envelope.content)
    return Handed(envelope, letter, _keys(envelope, letter))


def send(handed: Handed, account_id: int, trace: bytes) -> OutboundMessage:
    """Owe it to each recipient, with a copy in Sent: one transaction. Raises SubmitError.

    A program that lost our answer hands it in again: it is the same message, for a day at least.
    `trace` goes in front of what leaves.
    """
    if known := submit.known(account_id, *handed.keys):
        return known
    account = Account.objects.get(pk=account_id)
    now = timezone.now()
    _check(account, handed, now)
    # The same bytes reach every peer, so that the signature holds with those who take only 7 bits, too.
    raw = wire_form.fit(_completed(account, handed, now), eight_bit=False)
    signature = signing.signature(raw, _author(account, handed), now)
    new = submit.sent_copy(account_id, raw, _bcc(handed), submit.PLAIN)
    with Change([account_id]) as change:
        if known := submit.known(account_id, *handed.keys):
            return known
        sent_id, blob_id = _kept(new, account_id, outbox.ensure(change, account_id))
        _count_contacts(account_id, handed, now)
        return submit.enqueue(
            account_id,
            submit.Owing(
                sent_id=sent_id,
                blob_id=blob_id,
                recipients=_recipients(handed.envelope),
                submission_key=handed.keys[0],
                mail_from=handed.envelope.mail_from,
                envelope_id=handed.envelope.options.get("ENVID", ""),
                returns=handed.envelope.options.get("RET", "").upper(),
                tls_wish=handed.envelope.tls_wish,
                prefix=signature + trace,
            ),
        )


def _keys(envelope: Envelope, letter: HandedIn) -> tuple[str, ...]:
    """Name a message by its content and where it goes; one without an id of its own is never the same."""
    if not letter.has_id:
        return (f"smtp-{secrets.token_hex(20)}",)
    parts = (envelope.mail_from, *sorted(envelope.recipients))
    name = hashlib.sha256("\0".join((*parts, "")).encode())
    name.update(envelope.content)
    days = (envelope.received_at, envelope.received_at - timedelta(days=1))
    return tuple(f"smtp-{day:%y%m%d}-{name.hexdigest()[:40]}" for day in days)


def _check(account: Account, handed: Handed, now: datetime) -> None:
    """Let an account write only as itself, and so much in a day."""
    if handed.letter.from_fields > 1:
        raise SubmitError(Problem.SEVERAL_FROM)
    authors = [person.spec for person in handed.letter.authors]
    if handed.letter.from_fields and not authors:
        raise SubmitError(Problem.NOT_YOUR_ADDRESS)
    if foreign := authorship.foreign(account, authors):
        raise SubmitError(Problem.NOT_YOUR_ADDRESS, foreign)
    if not allowance.is_left(account.pk, len(handed.envelope.recipients), now):
        raise SubmitError(Problem.TOO_MUCH_TODAY)


def _completed(account: Account, handed: Handed, now: datetime) -> bytes:
    """Write it with what its program left out."""
    sender = queries.sending_address(account, handed.envelope.mail_from or account.address)
    message_id = make_msgid(domain=domain_of(sender.address)).strip("<>")
    return handed.letter.complete(of_spec(sender.address, sender.name), now, message_id)


def _author(account: Account, handed: Handed) -> str:
    """Whose domain signs it: that of its From."""
    authors = handed.letter.authors
    return authors[0].spec if authors else handed.envelope.mail_from or account.address


def _bcc(handed: Handed) -> bytes:
    """Name whom the letter doesn't, for the sender's own copy."""
    if handed.letter.bcc:
        return handed.letter.bcc
    named = {sender_names.of_address(person.spec) for person in handed.letter.named}
    hidden = [each for each in handed.envelope.recipients if sender_names.of_address(each) not in named]
    return addresses("Bcc", [of_spec(each) for each in hidden])


def _kept(new: NewMessage, account_id: int, outbox_id: int) -> tuple[int, int]:
    """Put the copy into Sent, unless the program has put its own there; the keys of copy and bytes."""
    there = queries.sent_copy(account_id, new.digest.message_id)
    if there is not None:
        copy.copy_messages(account_id, [there], outbox_id)
        return there, blobs.save_many([new.raw])[0].pk
    sent_id = add_messages([new])[0][0].message_id
    return sent_id, queries.blob_ids([sent_id])[sent_id]


def _recipients(envelope: Envelope) -> dict[str, Wishes]:
    """Whom to deliver to, each once, with what the sender wants to hear of them."""
    found: dict[str, tuple[str, Wishes]] = {}
    for recipient in envelope.recipients:
        whole = recipient if "@" in recipient else f"{recipient}@{queries.first_domain()}"
        person = of_spec(whole)
        try:
            key = normalise(whole)
        except AddressError as error:
            raise SubmitError(Problem.BAD_ADDRESS, [recipient]) from error
        found.setdefault(key, (f"{person.local}@{domain_of(key)}", envelope.wishes_for(recipient)))
    return dict(found.values())


def _count_contacts(account_id: int, handed: Handed, now: datetime) -> None:
    """Remember whom one writes to, as the composer does."""
    if handed.letter.is_automatic or len(handed.envelope.recipients) > _MOST_COUNTED:
        return
    reached = {sender_names.of_address(each) for each in handed.envelope.recipients}
    people = {sender_names.of_address(person.spec): person.name for person in reversed(handed.letter.named)}
    written_to = {spec: name for spec, name in people.items() if spec and spec in reached}
    if written_to:
        contact_use.count_use(account_id, written_to, now)
