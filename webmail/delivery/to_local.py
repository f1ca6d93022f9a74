"""Mail for our own domains: from the queue into mailboxes, delivered and recorded in one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.utils import format_datetime
from functools import partial

from django.conf import settings
from django.utils import timezone

from mailserver import srs
from mailserver.message.address import detail_of
from mailserver.smtp.envelope import Wishes
from mailserver.smtp.reply import Reply
from webmail.store import blobs
from webmail.store.queries import Addressee, Leads, people

from . import claims, forward, outcome, rewriting
from .arrival import Content, LocalDelivery, read_content
from .fault import guarded
from .forward import Forward
from .lease import Lease
from .ledger import Ledger
from .local import deliver_local
from .owed import Claim, Owed, Parcel, Result, Settled
from .turn import Turn
from .verdict import LOOP


class ToLocal:
    """The transport to our own mailboxes."""

    def carry(self, claim: Claim, ledger: Ledger, _lease: Lease, turn: Turn) -> None:
        """Deliver each message; an address that leads nowhere is refused as any server would."""
        parcels = claim.by_parcel()
        for number, (parcel, owed) in enumerate(parcels):
            if turn.over:
                rest = [item for _, items in parcels[number:] for item in items]
                claims.give_back(rest, timezone.now())
                break
            unrecorded = guarded(parcel, owed, partial(_deliver, parcel, owed))
            if unrecorded:
                ledger.note(Settled(parcel, unrecorded))
        ledger.write()

    def close(self) -> None:
        """Nothing is open."""


def _deliver(parcel: Parcel, owed: Sequence[Owed]) -> list[Result]:
    """Deliver and record in one commit; no result is left to be recorded."""
    content = read_content(blobs.read(parcel.blob_id))
    leads = people.resolve_addresses(item.address for item in owed)
    leads |= {item.address: found for item in owed if (found := _rewritten(item.address))}
    results = [
        Result(_told_here(item, leads[item.address]), _reply(item, leads[item.address], content))
        for item in owed
    ]
    outcome.settle(
        [Settled(parcel, results)],
        accounts={each.account_id for found in leads.values() for each in found.accounts},
        also=partial(_file, content, leads, {item.recipient_id: item for item in owed}),
    )
    return []


def _rewritten(address: str) -> Leads | None:
    """Find who wrote what was forwarded from here, and now comes back as a report."""
    sender = rewriting.sender_of(address) if srs.is_rewritten(address) else ""
    return Leads([], [sender]) if sender else None


def _told_here(owed: Owed, leads: Leads) -> Owed:
    """Tell nobody of success where a message only goes on: who delivers it does (RFC 3461 §5.2.7.1)."""
    events = owed.notify.split(",")
    if not leads.outside or "SUCCESS" not in events:
        return owed
    left = [event for event in events if event != "SUCCESS"]
    return replace(owed, notify=",".join(left) or "NEVER")


def _file(
    content: Content, leads: dict[str, Leads], owed: Mapping[int, Owed], accepted: Sequence[Result]
) -> None:
    """Deliver to whoever's result was accepted; one copy for an account, however many of its addresses."""
    taken = [owed[result.owed.recipient_id] for result in accepted]
    reached = {each: item for item in taken for each in leads[item.address].accounts}
    if reached:
        deliver_local([_delivery(owed, account, content) for account, owed in reached.items()])
    onward = (item for item in taken if leads[item.address].outside)
    forward.enqueue(
        [
            _forward(item, leads[item.address].outside, content)
            for item in onward
            if not content.was_for(item.address, item.parcel.prefix)
        ],
        timezone.now(),
    )


def _reply(owed: Owed, leads: Leads, content: Content) -> Reply:
    address = owed.address
    if leads.outside and not leads.accounts and content.was_for(address, owed.parcel.prefix):
        return LOOP
    if leads.accounts:
        return Reply(250, "2.1.5", "Delivered to a mailbox on this server")
    if leads.outside:
        return Reply(250, "2.1.5", f"{address} leads elsewhere, handed on")
    return Reply(550, "5.1.1", f"No mailbox {address} on this server")


def _forward(owed: Owed, targets: Sequence[str], content: Content) -> Forward:
    return Forward(
        recipient=owed.address,
        targets=targets,
        return_path=owed.parcel.mail_from,
        content=content,
        trace=_received(owed.parcel, owed.address) + owed.parcel.prefix,
        wishes=Wishes(owed.notify, owed.original_address),
        envelope_id=owed.parcel.envelope_id,
        returns=owed.parcel.returns,
        tls_wish=owed.parcel.tls_wish,
    )


def _delivery(owed: Owed, to: Addressee, content: Content) -> LocalDelivery:
    return LocalDelivery(
        account_id=to.account_id,
        sorts=to.sorts,
        filters=to.filters,
        automates=to.automates,
        detail=detail_of(owed.address) if to.details else "",
        content=content,
        tls_wish=owed.parcel.tls_wish,
        # On top, not in the content: that is the one which the sender has already.
        trace=_received(owed.parcel, owed.address) + owed.parcel.prefix,
        return_path=owed.parcel.mail_from,
        recipient=owed.address,
        received_at=timezone.now(),
    )


def _received(parcel: Parcel, recipient: str) -> bytes:
    """Write the Received field of a message that never left the server (RFC 5321 §4.4)."""
    when = format_datetime(timezone.now())
    host = settings.MAIL_HOSTNAME
    return f"Received: by {host} id {parcel.id}\r\n\tfor <{recipient}>; {when}\r\n".encode()
