"""Where a reader stands in a list: its address, and what the addresses of its conversations end with."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from . import places
from .places import Place

_CURSORS = ("before", "after")


@dataclass(frozen=True, slots=True)
class Stand:
    """A page of a list: `base` and a cursor name another page, `tail` ends a conversation's address."""

    address: str
    base: str
    tail: str
    ending: str


def of(
    request: HttpRequest, place: Place, page: Mapping[str, str] | None = None, *, query: str | None = None
) -> Stand:
    """Read it from the address of a list, or of a conversation opened from one.

    `page` is the cursor of another page, `query` that of a search whose address doesn't say it.
    """
    if page is None:
        page = {name: request.GET[name] for name in _CURSORS if request.GET.get(name)}
    words = {"q": query or request.GET.get("q", "")} if place.is_search else {}
    if place.slug == places.SEARCH:
        base = f"{reverse('search')}?{urlencode(words)}&"
    else:
        base = f"{reverse('mailbox', args=[place.slug])}?"
    ending = urlencode(words | dict(page))
    tail = f"&{ending}" if ending else ""
    return Stand(f"{base}{urlencode(page)}".rstrip("?&"), base, tail, f"?in={place.slug}{tail}")
