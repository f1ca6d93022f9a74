"""What can be done with conversations of a place, drawn once for each place and set of labels."""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from webmail.store.queries import MailboxRow

from . import places
from .places import Place

_OWN = frozenset({"sent", "drafts"})


@dataclass(frozen=True, slots=True)
class Target:
    """A mailbox to move to, or a label to give."""

    id: int
    name: str
    icon: str = ""
    color: str = "grey"


@dataclass(frozen=True, slots=True)
class Tools:
    """Buttons that act on the chosen rows, and those of the row that is pointed at."""

    bulk: SafeString
    row: SafeString


def tools(mailboxes: list[MailboxRow], place: Place) -> Tools:
    """Draw the buttons of a place."""
    by_role = {mailbox.role: mailbox for mailbox in mailboxes if mailbox.role}
    roles = tuple(
        Target(by_role[kind.slug].id, str(kind.name), kind.icon)
        for kind in places.KINDS
        if kind.slug in by_role and kind.slug not in _OWN and kind.slug != place.slug
    )
    labels = tuple(Target(row.id, row.path, color=row.color or "grey") for row in mailboxes if not row.role)
    return _draw(get_language(), place.role, place.mailbox_id, roles, labels)


@lru_cache(maxsize=512)
def _draw(
    _language: str, role: str, here: int | None, roles: tuple[Target, ...], labels: tuple[Target, ...]
) -> Tools:
    context = {"role": role, "here": here, "roles": roles, "labels": labels}
    return Tools(
        render_to_string("list/tools.html", context), render_to_string("list/row_actions.html", context)
    )
