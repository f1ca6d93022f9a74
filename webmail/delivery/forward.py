"""Mail for addresses of ours that lead elsewhere: handed on, owed by the server itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mailserver.message.address import domain_of
from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.envelope import NO_WISHES, Wishes
from webmail.models import OutboundMessage, OutboundRecipient
from webmail.store import blobs, queries

from . import queue, queue_ids, rewriting, schedule
from .arrival import Content
from .kick import kick


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """One message that came for `recipient`, an address of ours, and goes on to `targets`.

    `trace` is our Received field, `seal` says what we found of its sender (RFC 8617). A report
    goes on as it came, from nobody (RFC 5321 §6.1).
    """

    recipient: str
    targets: Sequence[str]
    return_path: str
    content: Content
    trace: bytes
    seal: bytes = b""
    wishes: Wishes = NO_WISHES
    envelope_id: str = ""
    returns: str = ""
    tls_wish: TlsWish = TlsWish.AS_USUAL


def enqueue(forwards: Sequence[Forward], now: datetime) -> None:
    """Owe them from now on, in the caller's transaction: a fixed number of statements."""
    if not forwards:
        return
    senders = _senders(forwards)
    packed = {id(each.content): each.content.packed.blob for each in forwards}
    saved = dict(zip(packed, blobs.save_many(list(packed.values())), strict=True))
    messages = OutboundMessage.objects.bulk_create(
        _message(each, sender, saved[id(each.content)].pk, now)
        for each, sender in zip(forwards, senders, strict=True)
    )
    rows = [
        queue.new_recipient(message, target, now, _wishes(each, message.mail_from))
        for message, each in zip(messages, forwards, strict=True)
        for target in dict.fromkeys(each.targets)
    ]
    OutboundRecipient.objects.bulk_create(rows)
    domains = sorted({row.domain for row in rows})
    transaction.on_commit(lambda: kick(domains))


def _senders(forwards: Sequence[Forward]) -> list[str]:
    """Say who gets the reports of each: who answers for the list, else who wrote."""
    owners = {each.recipient: _owner(each.recipient) for each in forwards if each.return_path}
    leads = queries.resolve_addresses(owners.values())
    listed = {recipient for recipient, owner in owners.items() if leads[owner]}
    ours = queries.local_domains({domain_of(each.return_path) for each in forwards})
    return [_sender(each, owners.get(each.recipient, ""), listed, ours) for each in forwards]


def _sender(forward: Forward, owner: str, listed: Collection[str], ours: Collection[str]) -> str:
    if forward.recipient in listed and forward.return_path:
        return owner
    if not forward.return_path or domain_of(forward.return_path) in ours:
        return forward.return_path
    return rewriting.rewritten(forward.return_path, domain_of(forward.recipient))


def _owner(address: str) -> str:
    """Where reports about a list go, by the custom of sendmail: to owner-LIST, if there is one."""
    return f"owner-{address.lower()}"


def _message(forward: Forward, sender: str, blob_id: int, now: datetime) -> OutboundMessage:
    is_list = _is_list(forward, sender)
    return OutboundMessage(
        blob_id=blob_id,
        prefix=forward.seal + _headers(forward, is_list=is_list) + forward.trace,
        submission_key=queue_ids.make(),
        mail_from=sender,
        envelope_id="" if is_list else forward.envelope_id,
        returns="" if is_list else forward.returns,
        tls_wish=forward.tls_wish,
        created_at=now,
        expires_at=schedule.expiry(now),
    )


def _is_list(forward: Forward, sender: str) -> bool:
    return sender.lower() == _owner(forward.recipient)


def _headers(forward: Forward, *, is_list: bool) -> bytes:
    """Say for whom it was handed on (RFC 9228), which ends loops, and of which list it is (RFC 2919)."""
    head = f"Delivered-To: {forward.recipient.lower()}\r\n"
    if is_list:
        head += f"List-Id: <{forward.recipient.lower().replace('@', '.')}>\r\nPrecedence: list\r\n"
    return head.encode()


def _wishes(forward: Forward, sender: str) -> Wishes:
    """What is asked of a list is not asked of each of its members."""
    return NO_WISHES if _is_list(forward, sender) else forward.wishes
