"""Mail for tests: write a message, bring it into a mailbox, fill a mailbox quickly."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mailserver.message.digest import digest
from webmail.models import Account, Unit, User
from webmail.store import mailboxes
from webmail.store.acts import Chosen, Named, act
from webmail.store.add import AddedMessage, NewMessage, Placement, add_messages
from webmail.store.done import Done

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def account(address: str = "alice@crepes.test", name: str = "Alice") -> Account:
    """Open an account for somebody who can sign in with the password "postillion"."""
    user = User.objects.create_user(address, "postillion", name=name)
    return mailboxes.create_account(user, address, name)


def letter(
    subject: str = "Hello",
    body: str = "Hello there.",
    *,
    number: int = 1,
    sender: str = "Bob <bob@hamburger.test>",
    to: str = "Alice <alice@crepes.test>",
    references: Iterable[int] = (),
) -> bytes:
    """Write a plain message; its Message-ID, and those it refers to, are made from numbers."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: Sun, 22 Nov 2026 12:00:00 +0000"]
    lines.append(f"Message-ID: <{number}@hamburger.test>")
    parents = " ".join(f"<{parent}@hamburger.test>" for parent in references)
    if parents:
        lines.append(f"References: {parents}")
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", body, ""]
    return "\r\n".join(lines).encode()


def new(
    raw: bytes, *account_ids: int, role: str = "inbox", minute: int = 0, **placement: object
) -> NewMessage:
    """Address a message to accounts, received so many minutes after noon."""
    return NewMessage(
        raw,
        digest(raw),
        tuple(
            Placement(
                account_id=account_id,
                **{"received_at": NOON + timedelta(minutes=minute), "roles": (role,), **placement},  # type: ignore[arg-type]
            )
            for account_id in account_ids
        ),
    )


def arrive(account_id: int, raw: bytes, **placement: object) -> AddedMessage:
    """Bring one message into a mailbox of an account."""
    return add_messages([new(raw, account_id, **placement)])[0][0]  # type: ignore[arg-type]


def arrive_all(batch: Sequence[NewMessage]) -> list[AddedMessage]:
    """Bring several messages, one copy each, in one transaction."""
    return [copies[0] for copies in add_messages(batch)]


def do(verb: str, account_id: int, threads: Iterable[int], here: int | None = None, **named: Any) -> Done:
    """Do something to whole conversations; `named` are the mailboxes that the verb names."""
    return act(verb, account_id, Chosen(Unit.CONVERSATION, list(threads)), here, Named(**named))
