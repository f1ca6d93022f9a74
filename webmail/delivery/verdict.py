"""What is done with mail for a recipient, decided from facts alone."""

from dataclasses import dataclass

from mailserver.smtp.reply import Reply

TAKEN = Reply(250, "2.1.5", "Recipient ok")
FULL = Reply(452, "4.2.2", "Mailbox is full")
UNKNOWN = Reply(550, "5.1.1", "No such user here")
NO_RELAY = Reply(550, "5.7.1", "Relaying denied")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is known of an address: the accounts it leads to, and the bytes they can take (None: any).

    Those of the accounts that are `sorting` choose by who sent it where mail goes; those that are `filtering`
    have learnt what spam is.
    """

    accounts: tuple[int, ...] = ()
    room: int | None = None
    is_local: bool = True
    sorting: frozenset[int] = frozenset()
    filtering: frozenset[int] = frozenset()


def decide(recipient: Recipient, size: int) -> Reply:
    """Answer RCPT for a message of `size` bytes, 0 when unknown.

    A full mailbox may be emptied: the sender tries again. An address that leads to several accounts is full
    when all of them are.
    """
    if not recipient.is_local:
        return NO_RELAY
    if not recipient.accounts:
        return UNKNOWN
    if recipient.room is not None and recipient.room <= size:
        return FULL
    return TAKEN
