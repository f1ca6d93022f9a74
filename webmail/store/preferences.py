"""What a person prefers: on the person, the account and the sender it writes as."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from webmail.models import Account, Identity

_OF_PERSON = frozenset(
    {
        *("name", "language", "time_zone", "theme", "keyboard_shortcuts", "density", "reading_pane"),
        *("conversation_view", "auto_advance", "show_snippets", "default_reply", "remote_pictures"),
    }
)
_OF_ACCOUNT = frozenset({"name", "undo_send_seconds", "sorts_by_detail"})


def read(account: Account) -> dict[str, Any]:
    """Read all preferences by their names."""
    return {
        **{name: getattr(account, name) for name in _OF_ACCOUNT},
        **{name: getattr(account.user, name) for name in _OF_PERSON},
    }


def save(account: Account, chosen: Mapping[str, Any]) -> None:
    """Keep the preferences that are named; those that aren't stay as they are.

    The name of the person is that of the account and of its sender, too.
    """
    with transaction.atomic():
        _write(account.user, chosen, _OF_PERSON & chosen.keys())
        _write(account, chosen, _OF_ACCOUNT & chosen.keys())
        if "name" in chosen:
            Identity.objects.filter(account=account, address=account.address).update(name=chosen["name"])


def save_keys(account: Account, *, key_map: Mapping[str, str] | None = None, on: bool | None = None) -> None:
    """Keep a person's own keys, or whether single keys act at all; what is None stays."""
    chosen = {"key_map": key_map, "keyboard_shortcuts": on}
    kept = {name: value for name, value in chosen.items() if value is not None}
    _write(account.user, kept, frozenset(kept))


def _write(row: Any, chosen: Mapping[str, Any], names: frozenset[str]) -> None:
    for name in names:
        setattr(row, name, chosen[name])
    if names:
        row.save(update_fields=names)
