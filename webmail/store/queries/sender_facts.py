"""What an account knows of who wrote to it, as a delivery asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from webmail.models import ContactAddress, Message, SenderChoice

from .. import sender_names, sql

_MOST_REFERENCES = 50
_CHOICE = (
    "SELECT 'choice', t.account_id, t.sender, t.verdict, t.mailbox_id"
    " FROM {} JOIN webmail_senderchoice t ON t.account_id = v.account_id AND t.sender = v.sender"
)
_KNOWN = (
    "SELECT 'known', t.account_id, t.address, '', 0"
    " FROM {} JOIN webmail_contactaddress t ON t.account_id = v.account_id AND t.address = v.address"
)
_OWN = (
    "SELECT 'own', v.account_id, v.address, '', 0 FROM {} WHERE"
    " EXISTS (SELECT 1 FROM webmail_account t WHERE t.id = v.account_id AND t.address = v.address) OR"
    " EXISTS (SELECT 1 FROM webmail_alias t WHERE t.account_id = v.account_id AND t.address = v.address) OR"
    " EXISTS (SELECT 1 FROM webmail_identity t"
    " WHERE t.account_id = v.account_id AND LOWER(t.address) = v.address)"
)
_SENT = (
    "SELECT 'sent', t.account_id, t.message_id, '', 0"
    " FROM {} JOIN webmail_message t ON t.account_id = v.account_id AND t.message_id = v.message_id"
    " WHERE EXISTS (SELECT 1 FROM webmail_mailboxmessage p JOIN webmail_mailbox b ON b.id = p.mailbox_id"
    " WHERE p.message_id = t.id AND b.role = 'sent')"
)


class Asked(NamedTuple):
    """A message to an account: its sender as `sender_names` writes it, and the messages it refers to."""

    account_id: int
    sender: str
    reference_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SenderFacts:
    """What is known: the verdict on the sender ("" for none) and the label it names; whether it `is_own`.

    `is_known`: written to, or a contact. `answers`: the message refers to one that was sent. `screens`: the
    account lets new senders wait.
    """

    verdict: str = ""
    mailbox_id: int | None = None
    is_own: bool = False
    is_known: bool = False
    answers: bool = False
    screens: bool = False


def sender_facts(asked: Sequence[Asked]) -> list[SenderFacts]:
    """Read what is known of who sent each message, all in one statement.

    Constraints sender_choice, identity_account_address, alias_address_account; indexes
    contact_address_account, message_by_message_id.
    """
    rows = _read_facts(asked)
    found: dict[tuple[str, int, str], tuple[str, int | None]] = {
        (kind, account_id, name): (verdict, mailbox_id)
        for kind, account_id, name, verdict, mailbox_id in rows
    }
    return [_facts(found, each) for each in asked]


def _facts(found: dict[tuple[str, int, str], tuple[str, int | None]], asked: Asked) -> SenderFacts:
    account_id, sender, references = asked
    names = ((found.get(("choice", account_id, name))) for name in sender_names.covering(sender))
    verdict, mailbox_id = next((choice for choice in names if choice), ("", None))
    return SenderFacts(
        verdict,
        mailbox_id,
        is_own=("own", account_id, sender) in found,
        is_known=("known", account_id, sender) in found,
        answers=any(("sent", account_id, reference) in found for reference in references),
        screens=("screens", account_id, "") in found,
    )


def _read_facts(asked: Sequence[Asked]) -> list[tuple[Any, ...]]:
    """Read (kind, account, name, verdict, label); of what nobody asks there is no part."""
    accounts, keys = sql.among("a.id", {each.account_id for each in asked})
    parts = [
        f"SELECT 'screens', a.id, '', '', 0 FROM webmail_account a WHERE {accounts}"
        f" AND {sql.true('a.screens_senders')}"
    ]
    parameters = [*keys]
    who = [(each.account_id, each.sender) for each in asked if each.sender]
    names = [(key, name) for key, sender in who for name in sender_names.covering(sender)]
    sent = [(each.account_id, key) for each in asked for key in each.reference_ids[-_MOST_REFERENCES:]]
    for statement, model, column, rows in (
        (_CHOICE, SenderChoice, "sender", names),
        (_KNOWN, ContactAddress, "address", who),
        (_OWN, ContactAddress, "address", who),
        (_SENT, Message, "message_id", sent),
    ):
        if rows:
            parts.append(statement.format(sql.values(model, ["account_id", column])))
            parameters += sql.values_of(model, ["account_id", column], rows)
    return sql.run(" UNION ALL ".join(parts), parameters)
