"""The sidebar: places with their counts, labels, storage."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from webmail.models import Account
from webmail.store import queries
from webmail.store.queries import MailboxRow, Saved

from . import places


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the sidebar."""

    slug: str
    name: str
    icon: str = ""
    count: int = 0
    unread: bool = False
    label: MailboxRow | None = None

    @property
    def depth(self) -> int:
        """How far a nested label is set in."""
        return min(self.label.level, 3) if self.label else 0


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


def items(mailboxes: list[MailboxRow]) -> list[NavItem]:
    """Places that the account has, labels apart."""
    by_role = {mailbox.role: mailbox for mailbox in mailboxes if mailbox.role}
    kinds = (kind for kind in places.KINDS if kind.slug in by_role or not kind.optional)
    return [_item(kind, by_role.get(kind.slug)) for kind in kinds]


def _item(kind: places.Kind, mailbox: MailboxRow | None) -> NavItem:
    count = getattr(mailbox, kind.counts) if mailbox and kind.counts else 0
    return NavItem(kind.slug, str(kind.name), kind.icon, count, bool(count) and kind.slug == "inbox")


def labels(mailboxes: list[MailboxRow]) -> list[NavItem]:
    """Labels of one's own."""
    return [
        NavItem(
            places.slug_of(row),
            row.name,
            count=row.unseen_thread_count,
            unread=row.unseen_thread_count > 0,
            label=row,
        )
        for row in mailboxes
        if not row.role
    ]


def counts(mailboxes: list[MailboxRow]) -> dict[str, int]:
    """Counts by slug, as an open page takes them."""
    return {item.slug: item.count for item in [*items(mailboxes), *labels(mailboxes)]}


def storage(account: Account) -> Storage:
    """Say how full the account is."""
    used = filesizeformat(account.used_bytes)
    if not account.quota_bytes:
        return Storage(_("%(used)s used") % {"used": used}, 0, 0)
    text = _("%(used)s of %(quota)s used") % {"used": used, "quota": filesizeformat(account.quota_bytes)}
    return Storage(text, account.used_bytes, account.quota_bytes)


def nav(request: HttpRequest) -> SafeString:
    """Draw places and labels, the present one marked."""
    match = request.resolver_match
    here = match.kwargs.get("slug") if match and match.url_name == "mailbox" else request.GET.get("in")
    return _nav(get_language(), tuple(mailboxes_of(request)), tuple(saved_of(request)), here)


@lru_cache(maxsize=256)
def _nav(
    _language: str, mailboxes: tuple[MailboxRow, ...], searches: tuple[Saved, ...], here: str | None
) -> SafeString:
    """Draw them once for each state of the mailboxes: most pages find nothing changed."""
    rows = list(mailboxes)
    saved = [(places.slug_of_search(search.id), search) for search in searches]
    context = {"items": items(rows), "labels": labels(rows), "searches": saved, "here": here}
    return render_to_string("shell/nav.html", context)


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
