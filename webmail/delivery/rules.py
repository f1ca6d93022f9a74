"""What the rules of an account make of a message, decided from values alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from webmail.models import Role
from webmail.store.flag_names import FLAGGED, SEEN
from webmail.store.queries import RuleRow

from .filing import INBOX, Filing


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a message goes, with which flags, whom it is handed on to, and which rules had a part in it."""

    filing: Filing
    flags: frozenset[str] = frozenset()
    forwards: tuple[str, ...] = ()
    hits: tuple[RuleRow, ...] = ()


def decide(rules: Sequence[RuleRow], fits: Callable[[str], bool], filing: Filing) -> Outcome:
    """Apply rules to a message that `filing` would put somewhere; `fits` tells whether a query finds it.

    A sender who is kept out stays out: of rules only "never spam" brings blocked mail back. Mail that a rule
    files doesn't wait in the Screener. Deleting beats every other place.
    """
    hits = tuple(_hits(rules, fits))
    if Role.TRASH in filing.roles or not hits:
        return Outcome(filing)
    if Role.JUNK in filing.roles:
        if not any(rule.never_spam for rule in hits):
            return Outcome(filing)
        filing = INBOX
    return Outcome(
        _filed(hits, filing),
        frozenset(_flags(hits)),
        tuple(dict.fromkeys(rule.forward_to for rule in hits if rule.forward_to)),
        hits,
    )


def _hits(rules: Sequence[RuleRow], fits: Callable[[str], bool]) -> Iterator[RuleRow]:
    for rule in rules:
        if fits(rule.query):
            yield rule
            if rule.stops:
                return


def _filed(hits: Sequence[RuleRow], filing: Filing) -> Filing:
    if any(rule.trashes for rule in hits):
        return Filing((Role.TRASH.value,))
    labels = [rule.mailbox_id for rule in hits if rule.mailbox_id]
    archives = any(rule.archives for rule in hits)
    roles = filing.roles
    if Role.SCREENER in roles and (labels or archives or any(rule.never_spam for rule in hits)):
        roles = INBOX.roles
    if archives:
        roles = tuple(role for role in roles if role != Role.INBOX)
    mailbox_ids = tuple(dict.fromkeys((*filing.mailbox_ids, *labels)))
    return Filing(roles if roles or mailbox_ids else (Role.ARCHIVE.value,), mailbox_ids)


def _flags(hits: Sequence[RuleRow]) -> Iterator[str]:
    if any(rule.stars for rule in hits):
        yield FLAGGED
    if any(rule.marks_read for rule in hits):
        yield SEEN
