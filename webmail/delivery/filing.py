"""Where a message goes by who sent it, decided from facts alone."""

from dataclasses import dataclass

from webmail.models import Role, Verdict
from webmail.store.queries import SenderFacts
from webmail.store.spam_marks import Reason


@dataclass(frozen=True, slots=True)
class Filing:
    """The mailboxes a message is to stand in, by role or by id; `spam` is why it was taken for that."""

    roles: tuple[str, ...] = (Role.INBOX.value,)
    mailbox_ids: tuple[int, ...] = ()
    spam: Reason | None = None


INBOX = Filing()


def decide(
    facts: SenderFacts,
    *,
    is_expected: bool,
    is_report: bool = False,
    spam: Reason | None = None,
    is_forged: bool = False,
) -> Filing:
    """Choose by the verdict on a sender; one without waits where the account screens, but who `is_expected`.

    Expected is the mail of a list, and a report about what one sent. Oneself is never kept out. What looks
    like `spam` is none from who was let in or written to, in answer to what was sent, or when it `is_report`;
    but nobody is spared for a name that `is_forged`.
    """
    if spam and is_forged and facts.verdict not in {Verdict.BLOCKED, Verdict.REFUSED}:
        return Filing((Role.JUNK.value,), spam=spam)
    if facts.is_own and not (spam and is_forged):
        return INBOX
    match facts.verdict:
        case Verdict.BLOCKED:
            return Filing((Role.JUNK.value,))
        case Verdict.REFUSED:
            return Filing((Role.TRASH.value,))
        case Verdict.ACCEPTED:
            return Filing((), (facts.mailbox_id,)) if facts.mailbox_id else INBOX
    is_known = facts.is_known or facts.answers
    if spam and not (is_known or is_report):
        return Filing((Role.JUNK.value,), spam=spam)
    waits = facts.screens and not (is_known or is_expected)
    return Filing((Role.SCREENER.value,)) if waits else INBOX
