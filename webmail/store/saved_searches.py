"""Searches that a person keeps: made, changed, deleted."""

from django.db import IntegrityError

from webmail.models import Account, SavedSearch

from .change import Change
from .refusal import RefusalError
from .text import storable

MAX_NAME = 100
MAX_SAVED = 100


class SavedSearchError(RefusalError):
    """It can't be kept; `code` is taken (the name) or full (there are too many)."""


def create(account_id: int, name: str, query: str) -> int:
    """Keep a query under a name; its key. Raises SavedSearchError."""
    try:
        with Change([account_id]):
            if SavedSearch.objects.filter(account_id=account_id).count() >= MAX_SAVED:
                raise SavedSearchError("full")
            made = SavedSearch.objects.create(account_id=account_id, name=_name(name), query=storable(query))
            _count(account_id)
            return made.pk
    except IntegrityError as error:
        raise SavedSearchError("taken") from error


def change(account_id: int, key: int, name: str, query: str) -> None:
    """Give a search another name, another query or both. Raises SavedSearchError."""
    try:
        with Change([account_id]):
            rows = SavedSearch.objects.filter(account_id=account_id, pk=key)
            rows.update(name=_name(name), query=storable(query))
    except IntegrityError as error:
        raise SavedSearchError("taken") from error


def delete(account_id: int, key: int) -> None:
    """Forget a search; mail is left as it is."""
    with Change([account_id]):
        SavedSearch.objects.filter(account_id=account_id, pk=key).delete()
        _count(account_id)


def _count(account_id: int) -> None:
    count = SavedSearch.objects.filter(account_id=account_id).count()
    Account.objects.filter(pk=account_id).update(saved_search_count=count)


def _name(name: str) -> str:
    return storable(name)[:MAX_NAME]
