"""What a person prefers: on the person, the account and the sender it writes as."""

from collections.abc import Mapping
from html import unescape
from typing import Any

from django.db import transaction
from django.utils.html import linebreaks, strip_tags

from webmail.models import Account, Identity

_OF_PERSON = frozenset(
    {
        *("name", "language", "time_zone", "theme", "keyboard_shortcuts", "density", "reading_pane"),
        *("conversation_view", "auto_advance", "show_snippets", "default_reply", "remote_pictures"),
    }
)
_OF_ACCOUNT = frozenset({"name", "undo_send_seconds"})
_OF_SENDER = frozenset({"name", "signature"})


def read(account: Account) -> dict[str, Any]:
    """Read all preferences by their names; the signature as plain text."""
    identity = Identity.objects.filter(account=account, address=account.address).first()
    return {
        **{name: getattr(account, name) for name in _OF_ACCOUNT},
        **{name: getattr(account.user, name) for name in _OF_PERSON},
        "signature": _text(identity.signature_html if identity else ""),
    }


def save(account: Account, chosen: Mapping[str, Any]) -> None:
    """Keep the preferences that are named; those that aren't stay as they are.

    The name of the person is that of the account and of its sender, too.
    """
    with transaction.atomic():
        _write(account.user, chosen, _OF_PERSON & chosen.keys())
        _write(account, chosen, _OF_ACCOUNT & chosen.keys())
        if _OF_SENDER & chosen.keys():
            _save_sender(account, chosen)


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


def _save_sender(account: Account, chosen: Mapping[str, Any]) -> None:
    fields = {"name": chosen["name"]} if "name" in chosen else {}
    if "signature" in chosen:
        text = chosen["signature"]
        fields["signature_html"] = linebreaks(text, autoescape=True) if text else ""
    new = {"name": account.name, "is_default": True} | fields
    Identity.objects.update_or_create(
        account=account, address=account.address, defaults=fields, create_defaults=new
    )


def _text(html: str) -> str:
    """Undo `linebreaks`: the signature as it was typed."""
    return unescape(strip_tags(html.replace("<br>", "\n").replace("</p>", ""))).strip()
