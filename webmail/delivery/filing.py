"""Where a message goes by who sent it, decided from facts alone."""

from dataclasses import dataclass

from webmail.models import Role, Verdict
from webmail.store.queries import SenderFacts


@dataclass(frozen=True, slots=True)
class Filing:
    """The mailboxes a message is to stand in, by role or by id."""

    roles: tuple[str, ...] = (Role.INBOX.value,)
    mailbox_ids: tuple[int, ...] = ()


INBOX = Filing()


def decide(facts: SenderFacts, *, is_expected: bool) -> Filing:
    """Choose by the verdict on a sender; one without waits where the account screens, but who `is_expected`.

    Expected is the mail of a list, and a report about what one sent. Oneself is never kept out.
    """
    if facts.is_own:
        return INBOX
    match facts.verdict:
        case Verdict.BLOCKED:
            return Filing((Role.JUNK.value,))
        case Verdict.REFUSED:
            return Filing((Role.TRASH.value,))
        case Verdict.ACCEPTED:
            return Filing((), (facts.mailbox_id,)) if facts.mailbox_id else INBOX
    waits = facts.screens and not (facts.is_known or facts.answers or is_expected)
    return Filing((Role.SCREENER.value,)) if waits else INBOX
