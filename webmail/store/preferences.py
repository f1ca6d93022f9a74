"""What a person prefers: on the person, the account and the sender it writes as."""

from collections.abc import Mapping
from html import unescape
from typing import Any

from django.db import transaction
from django.utils.html import linebreaks, strip_tags

from webmail.models import Account, Identity

_OF_PERSON = ("name", "language", "time_zone", "theme", "keyboard_shortcuts")
# What the list's own menu changes, one at a time.
DISPLAY = ("reading_pane",)


def read(account: Account) -> dict[str, Any]:
    """Read all preferences by their names; the signature as plain text."""
    found = {name: getattr(account.user, name) for name in _OF_PERSON}
    identity = Identity.objects.filter(account=account, address=account.address).first()
    signature = identity.signature_html if identity else ""
    return found | {
        "undo_send_seconds": account.undo_send_seconds,
        "signature": _text(signature),
    }


def save(account: Account, chosen: Mapping[str, Any]) -> None:
    """Keep all preferences; the sender's name is the person's."""
    user = account.user
    for name in _OF_PERSON:
        setattr(user, name, chosen[name])
    signature = linebreaks(chosen["signature"], autoescape=True) if chosen["signature"] else ""
    with transaction.atomic():
        user.save(update_fields=_OF_PERSON)
        Account.objects.filter(pk=account.pk).update(
            undo_send_seconds=chosen["undo_send_seconds"], name=chosen["name"]
        )
        Identity.objects.update_or_create(
            account=account,
            address=account.address,
            defaults={"name": chosen["name"], "signature_html": signature, "is_default": True},
        )


def show(account: Account, chosen: Mapping[str, Any]) -> None:
    """Keep how the person wants lists to look: some of DISPLAY, by their names."""
    user = account.user
    for name, value in chosen.items():
        setattr(user, name, value)
    user.save(update_fields=[*chosen])


def _text(html: str) -> str:
    """Undo `linebreaks`: the signature as it was typed."""
    return unescape(strip_tags(html.replace("<br>", "\n").replace("</p>", ""))).strip()
