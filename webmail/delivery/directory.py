"""Whom recipients lead to, remembered for a moment: one transaction asks for them at RCPT and after DATA."""

import time
from collections.abc import Callable, Iterable, Sequence

from mailserver import srs
from mailserver.message.address import domain_of
from webmail.store import queries, sender_names
from webmail.store.queries import Leads

from . import rewriting
from .verdict import Recipient

KEEP_SECONDS = 2.0
_MOST = 20_000
_UNREADABLE = Recipient(is_local=False)


class Directory:
    """Looks recipients up in batches; may be shared by threads. Who is unknown is not remembered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Recipient]] = {}

    def recall(self, recipient: str) -> Recipient | None:
        """Answer from memory; never blocks."""
        found = self._known.get(recipient)
        return found[1] if found and self._clock() < found[0] else None

    def look_up(self, recipients: Iterable[str]) -> dict[str, Recipient]:
        """Answer from memory, and ask the database for the others, together."""
        asked = list(dict.fromkeys(recipients))
        known = {recipient: self.recall(recipient) for recipient in asked}
        missing = [recipient for recipient, found in known.items() if found is None]
        fresh = _read(missing) if missing else {}
        self._remember(fresh)
        return {recipient: known[recipient] or fresh[recipient] for recipient in asked}

    def _remember(self, fresh: dict[str, Recipient]) -> None:
        if len(self._known) > _MOST:
            self._known.clear()
        until = self._clock() + KEEP_SECONDS
        self._known.update(
            {recipient: (until, found) for recipient, found in fresh.items() if found.leads_somewhere}
        )


def _read(recipients: Sequence[str]) -> dict[str, Recipient]:
    """Ask the database: a fixed number of statements, whatever the number of recipients."""
    canonical = {recipient: _canonical(recipient) for recipient in recipients}
    leads = queries.resolve_addresses(found for found in canonical.values() if found)
    lost = {domain_of(found) for found in canonical.values() if found and not leads[found]}
    domains = queries.local_domains(lost) if lost else set()
    room = queries.room_left({each.account_id for found in leads.values() for each in found.accounts})
    return {
        recipient: _recipient(leads[found], domain_of(found) in domains, room) if found else _UNREADABLE
        for recipient, found in canonical.items()
    } | _rewritten(recipients)


def _recipient(leads: Leads, is_local: bool, room: dict[int, int]) -> Recipient:
    keys = tuple(each.account_id for each in leads.accounts)
    return Recipient(
        keys,
        _room(keys, room),
        bool(leads) or is_local,
        sorting=frozenset(each.account_id for each in leads.accounts if each.sorts),
        automating=frozenset(each.account_id for each in leads.accounts if each.automates),
        filtering=frozenset(each.account_id for each in leads.accounts if each.filters),
        detailing=frozenset(each.account_id for each in leads.accounts if each.details),
        outside=tuple(leads.outside),
    )


def _rewritten(recipients: Sequence[str]) -> dict[str, Recipient]:
    """Find those that stand for senders whose mail was forwarded; no statement where none looks like it."""
    suspects = {each: domain_of(each) for each in recipients if srs.is_rewritten(each)}
    domains = queries.local_domains(set(suspects.values())) if suspects else set()
    senders = {each: rewriting.sender_of(each) for each, domain in suspects.items() if domain in domains}
    return {
        each: Recipient(outside=(sender,), is_rewritten=True) for each, sender in senders.items() if sender
    }


def _room(accounts: Sequence[int], room: dict[int, int]) -> int | None:
    """Bytes that the emptiest of the accounts can take; None without limit."""
    if not all(key in room for key in accounts):
        return None
    return max((room[key] for key in accounts), default=None)


def _canonical(recipient: str) -> str:
    """The address as it is stored; "" when it can be none of ours."""
    if "@" not in recipient:
        # RFC 5321 §4.5.1: <postmaster> without a domain is ours.
        recipient = f"{recipient}@{queries.first_domain()}"
    return sender_names.of_address(recipient)
