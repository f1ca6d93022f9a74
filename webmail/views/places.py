"""What an address as /mail/<slug>/ names: a mailbox with a role, a label, or a view over all mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from webmail.store.queries import MailboxRow

STARRED, ALL, SEARCH = "starred", "all", "search"
SNOOZED, SCREENER, SCHEDULED, OUTBOX = "snoozed", "screener", "scheduled", "outbox"
TIMED = frozenset({SNOOZED, SCHEDULED, OUTBOX})
"""The roles of mailboxes that mail comes into by waiting for something, and not by being put there."""
_SAVED = "saved-"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a place is called and drawn; one that is `optional` not everybody has.

    `counts` names a method of its mailbox.
    """

    slug: str
    name: str | Promise
    icon: str
    counts: Literal["unseen", "count", ""] = "unseen"
    optional: bool = False


# In the order of the sidebar. Where letters wait all are counted, and nothing where reading is no duty.
KINDS = (
    Kind("inbox", _("Inbox"), "inbox"),
    Kind(SCREENER, _("Screener"), "screener", "count", optional=True),
    Kind(STARRED, _("Starred"), "star"),
    Kind(SNOOZED, _("Snoozed"), "clock", "count"),
    Kind("sent", _("Sent"), "send", ""),
    Kind(OUTBOX, _("Outbox"), "upload", "count", optional=True),
    Kind(SCHEDULED, _("Scheduled"), "calendar", "count", optional=True),
    Kind("drafts", _("Drafts"), "draft", "count"),
    Kind("archive", _("Archive"), "archive", ""),
    Kind(ALL, _("All mail"), "mail"),
    Kind("junk", _("Spam"), "spam"),
    Kind("trash", _("Trash"), "trash", ""),
)
_BY_SLUG = {kind.slug: kind for kind in KINDS}
# Stand for mailboxes that come with their first use: nothing has this id, so they are empty.
_NOT_YET = {
    role: MailboxRow(
        **dict.fromkeys(MailboxRow._fields, 0) | {"path": "", "role": role, "color": "", "shown": ""}
    )
    for role in (SNOOZED, SCHEDULED)
}


@dataclass(frozen=True, slots=True)
class Place:
    """A list of conversations or messages; `mailbox` is None for Starred and All mail."""

    slug: str
    name: str
    mailbox: MailboxRow | None = None

    @property
    def mailbox_id(self) -> int | None:
        """The mailbox that verbs act in."""
        return self.mailbox.id if self.mailbox else None

    @property
    def role(self) -> str:
        """The role of its mailbox, "label" for one without, else its slug."""
        if self.is_search:
            return SEARCH
        return (self.mailbox.role or "label") if self.mailbox else self.slug

    @property
    def is_search(self) -> bool:
        """Tell whether it shows what a query finds."""
        return self.slug == SEARCH or self.slug.startswith(_SAVED)

    @property
    def has_pins(self) -> bool:
        """Tell whether something can be pinned in it."""
        return self.role in {"inbox", "label"}

    @property
    def soonest_first(self) -> bool:
        """Tell whether it lists what is to come, by when it comes."""
        return self.slug in _NOT_YET

    @property
    def shows_recipients(self) -> bool:
        """Tell whether its lines name whom one wrote to."""
        return self.slug in {"sent", "drafts", SCHEDULED, OUTBOX}


def slug_of(mailbox: MailboxRow) -> str:
    """Name a mailbox in addresses."""
    return mailbox.role or f"label-{mailbox.id}"


def name_of(mailbox: MailboxRow) -> str:
    """Call a mailbox as people see it: those with a role in their language."""
    return name_of_role(mailbox.role) or mailbox.path


def name_of_role(role: str) -> str:
    """Call the mailbox of a role in the reader's language; "" for a label."""
    return str(_BY_SLUG[role].name) if role in _BY_SLUG else ""


def slug_of_search(key: int) -> str:
    """Name a saved search in addresses."""
    return f"{_SAVED}{key}"


def saved_key(slug: str) -> int | None:
    """Read which saved search a slug names; None for any other."""
    digits = slug.removeprefix(_SAVED)
    return int(digits) if slug.startswith(_SAVED) and digits.isdecimal() and len(digits) < 19 else None


def find(mailboxes: Sequence[MailboxRow], slug: str) -> Place:
    """Find the place among an account's mailboxes; Http404 for all that is not theirs."""
    if slug == SEARCH or saved_key(slug) is not None:
        return Place(slug, str(_("Search")))
    if slug in {STARRED, ALL}:
        return Place(slug, str(_BY_SLUG[slug].name))
    for mailbox in mailboxes:
        if slug_of(mailbox) == slug:
            return Place(slug, name_of(mailbox), mailbox)
    if slug in _NOT_YET:
        return Place(slug, str(_BY_SLUG[slug].name), _NOT_YET[slug])
    raise Http404
