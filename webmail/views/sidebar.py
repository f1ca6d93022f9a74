"""The sidebar: places with their counts, labels, storage."""

import re
import secrets
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from webmail.models import Account, Shown, Unit
from webmail.store import queries
from webmail.store.queries import MailboxRow, Saved

from . import label_tree, places
from .units import unit_of

# From so many labels on there is a box to find one.
_MANY = 15
type _What = tuple[tuple[str, ...], tuple[MailboxRow, ...], tuple[Saved, ...]]

_SALT = f"_{secrets.token_hex(8)}_"


@dataclass(frozen=True, slots=True)
class Storage:
    """What the account uses of what it may."""

    text: str
    used: int
    quota: int


def mailboxes_of(request: HttpRequest) -> list[MailboxRow]:
    """Read the account's mailboxes once a request."""
    if not hasattr(request, "mailbox_rows"):
        request.mailbox_rows = queries.mailbox_list(request.account.pk)
    return request.mailbox_rows


def saved_of(request: HttpRequest) -> list[Saved]:
    """Read the account's saved searches once a request."""
    if not hasattr(request, "saved_rows"):
        account = request.account
        request.saved_rows = queries.saved_searches(account.pk) if account.saved_search_count else []
    return request.saved_rows


def counts(mailboxes: list[MailboxRow], unit: Unit) -> dict[str, int]:
    """Counts of conversations or messages by slug, as an open page takes them; what isn't named has none."""
    by_role = {mailbox.role: mailbox for mailbox in mailboxes if mailbox.role}
    found = {kind.slug: _count(kind, by_role.get(kind.slug), unit) for kind in places.KINDS}
    found |= {places.slug_of(row): row.unseen(unit) for row in mailboxes if not row.role}
    return {slug: count for slug, count in found.items() if count}


def _count(kind: places.Kind, mailbox: MailboxRow | None, unit: Unit) -> int:
    return getattr(mailbox, kind.counts)(unit) if mailbox and kind.counts else 0


def storage(account: Account) -> Storage:
    """Say how full the account is."""
    used = filesizeformat(account.used_bytes)
    if not account.quota_bytes:
        return Storage(_("%(used)s used") % {"used": used}, 0, 0)
    text = _("%(used)s of %(quota)s used") % {"used": used, "quota": filesizeformat(account.quota_bytes)}
    return Storage(text, account.used_bytes, account.quota_bytes)


def nav(request: HttpRequest) -> SafeString:
    """Draw places and labels, the present one marked."""
    rows, unit = mailboxes_of(request), unit_of(request)
    kept = _kept(get_language(), *_what(request))
    places_values = {f"count_{slug}": count for slug, count in counts(rows, unit).items()}
    inbox = {"unread_inbox": " has-unread" if places_values.get("count_inbox") else ""}
    html = kept % defaultdict(str, label_tree.values(label_tree.tree(rows), unit) | places_values | inbox)
    here = _here(request)
    marked = (
        html.replace(f'data-slug="{here}"', f'data-slug="{here}" aria-current="page"', 1) if here else html
    )
    return mark_safe(marked)  # noqa: S308 (escaped by the templates; counts are numbers)


def shape(request: HttpRequest) -> str:
    """Name the present names, colours and order: a page whose sidebar was drawn from others draws it anew."""
    return _shape(*_what(request))


def _here(request: HttpRequest) -> str:
    match = request.resolver_match
    slug = match.kwargs.get("slug") if match and match.url_name == "mailbox" else request.GET.get("in", "")
    return slug if re.fullmatch(r"[a-z0-9-]+", slug) else ""


def _what(request: HttpRequest) -> _What:
    """Read what the sidebar names: places, labels, saved searches."""
    rows = mailboxes_of(request)
    roles = {row.role for row in rows if row.role != places.OUTBOX or _is_late(request, row)}
    slugs = tuple(kind.slug for kind in places.KINDS if kind.slug in roles or not kind.optional)
    return slugs, _names(rows), tuple(saved_of(request))


def _is_late(request: HttpRequest, outbox: MailboxRow) -> bool:
    """Tell, once a request, whether something waits for another try.

    What goes at once would let the Outbox come and go under the pointer with each letter.
    """
    if not hasattr(request, "outbox_is_late"):
        request.outbox_is_late = outbox.message_count > 0 and queries.outbox_is_late(outbox.id)
    return request.outbox_is_late


def _names(rows: list[MailboxRow]) -> tuple[MailboxRow, ...]:
    """Labels without all that changes as mail comes."""
    return tuple(
        row._replace(message_count=0, unseen_count=0, thread_count=0, unseen_thread_count=0, highest_modseq=0)
        for row in rows
        if not row.role
    )


@lru_cache(maxsize=256)
def _shape(slugs: tuple[str, ...], labels: tuple[MailboxRow, ...], searches: tuple[Saved, ...]) -> str:
    return blake2s(repr((slugs, labels, searches)).encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=256)
def _kept(
    _language: str, slugs: tuple[str, ...], labels: tuple[MailboxRow, ...], searches: tuple[Saved, ...]
) -> str:
    """Draw them once for each state of their names, with marks for the counts: most pages find it drawn."""
    context = {
        "shape": _shape(slugs, labels, searches),
        "items": [
            {
                "slug": kind.slug,
                "name": kind.name,
                "icon": kind.icon,
                "count": _mark(f"count_{kind.slug}"),
                "unread": _mark("unread_inbox") if kind.slug == "inbox" else "",
            }
            for kind in places.KINDS
            if kind.slug in slugs
        ],
        "labels": _mark("labels"),
        "many": len(labels) >= _MANY,
        "some_hide": any(label.shown != Shown.ALWAYS for label in labels),
        "searches": [(places.slug_of_search(search.id), search) for search in searches],
    }
    html = render_to_string("shell/nav.html", context).replace("%", "%%")
    html = re.sub(f"{_SALT}(\\w+?){_SALT}", r"%(\1)s", html)
    return html.replace("%(labels)s", label_tree.draw(label_tree.tree(labels)))


def _mark(name: str) -> SafeString:
    """Stand for a value in a text that is kept; nobody outside knows the salt."""
    return mark_safe(f"{_SALT}{name}{_SALT}")  # noqa: S308 (a constant)


class Sidebar:
    """All of it, read only when a template asks: answers to htmx don't."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def nav(self) -> SafeString:
        """Places and labels."""
        return nav(self._request)

    @property
    def storage(self) -> Storage:
        """How full the account is."""
        return storage(self._request.account)
