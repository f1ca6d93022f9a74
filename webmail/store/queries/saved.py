"""The searches that a person keeps."""

from typing import NamedTuple

from webmail.models import SavedSearch


class Saved(NamedTuple):
    """A query and its name."""

    id: int
    name: str
    query: str


def saved_searches(account_id: int) -> list[Saved]:
    """All of an account (constraint saved_search_name), by name: one statement."""
    rows = SavedSearch.objects.filter(account_id=account_id).values_list("pk", "name", "query")
    return sorted((Saved(*row) for row in rows), key=lambda saved: (saved.name.casefold(), saved.id))
