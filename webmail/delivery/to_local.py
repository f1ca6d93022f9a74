"""Mail for our own domains: from the queue into mailboxes, delivered and recorded in one commit."""

from collections.abc import Sequence
from email.utils import format_datetime
from functools import partial

from django.conf import settings
from django.utils import timezone

from mailserver.smtp.reply import Reply
from webmail.store import blobs
from webmail.store.queries import Destination, people

from . import outcome, queue
from .arrival import Content, LocalDelivery, read_content
from .fault import guarded
from .ledger import Ledger
from .local import deliver_local
from .owed import Claim, Owed, Parcel, Result, Settled
from .turn import Turn


class ToLocal:
    """The transport to our own mailboxes."""

    def carry(self, claim: Claim, ledger: Ledger, turn: Turn) -> None:
        """Deliver each message; an address that leads nowhere is refused as any server would."""
        parcels = claim.by_parcel()
        for number, (parcel, owed) in enumerate(parcels):
            if turn.over:
                rest = [item for _, items in parcels[number:] for item in items]
                queue.give_back(claim, rest, timezone.now())
                break
            unrecorded = guarded(parcel, owed, partial(_deliver, claim.token, parcel, owed))
            if unrecorded:
                ledger.note(Settled(parcel, unrecorded))
        ledger.write()

    def close(self) -> None:
        """Nothing is open."""


def _deliver(token: int, parcel: Parcel, owed: Sequence[Owed]) -> list[Result]:
    """Deliver and record in one commit; no result is left to be recorded."""
    accounts = people.resolve_recipients(item.address for item in owed)
    results = [Result(item, _reply(item.address, accounts[item.address])) for item in owed]
    outcome.settle(
        token,
        [Settled(parcel, results)],
        accounts={each.account_id for found in accounts.values() for each in found},
        also=partial(_file, blobs.read(parcel.blob_id), accounts),
    )
    return []


def _file(raw: bytes, accounts: dict[str, list[Destination]], accepted: Sequence[Result]) -> None:
    """Deliver to whoever's result was accepted; one copy for an account, however many of its addresses."""
    reached = {each: result.owed for result in accepted for each in accounts[result.owed.address]}
    content = read_content(raw)
    deliver_local([_delivery(owed, account, content) for account, owed in reached.items()])


def _reply(address: str, accounts: Sequence[Destination]) -> Reply:
    if accounts:
        return Reply(250, "2.1.5", "Delivered to a mailbox on this server")
    return Reply(550, "5.1.1", f"No mailbox {address} on this server")


def _delivery(owed: Owed, to: Destination, content: Content) -> LocalDelivery:
    return LocalDelivery(
        account_id=to.account_id,
        sorts=to.sorts,
        filters=to.filters,
        automates=to.automates,
        content=content,
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
