"""Contact cards as a page shows them."""

import base64
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from mailserver.message import sniff, vcard

from . import people
from .event_words import is_web_address

_KINDS: dict[str, str | Promise] = {
    "home": gettext_lazy("private"),
    "work": gettext_lazy("work"),
    "cell": gettext_lazy("mobile"),
    "fax": gettext_lazy("fax"),
}


@dataclass(frozen=True, slots=True)
class ContactCard:
    """Somebody; `lines` are (label, value, kinds, address to follow). `photo` is a data: address."""

    name: str
    role: str
    initials: str
    color: str
    photo: str
    lines: list[tuple[str, str, str, str]]
    note: str


def cards(contacts: list[vcard.Contact]) -> list[ContactCard]:
    """Describe the people of a file."""
    return [_card(contact) for contact in contacts]


def _card(contact: vcard.Contact) -> ContactCard:
    name = contact.name or contact.organisation or _first(contact.emails) or _first(contact.phones)
    return ContactCard(
        name=name,
        role=" · ".join(filter(None, (contact.title, contact.organisation if contact.name else ""))),
        initials=people.initials(name),
        color=people.color(_first(contact.emails) or name),
        photo=_photo(contact.photo),
        lines=lines(contact),
        note=contact.note,
    )


def lines(contact: vcard.Contact) -> list[tuple[str, str, str, str]]:
    """What a card tells, line by line: (label, value, kinds, address to follow)."""
    groups = (
        (_("E-mail"), contact.emails),
        (_("Phone"), contact.phones),
        (pgettext("of a person", "Address"), contact.addresses),
        (_("Web"), contact.urls),
    )
    told = [
        (label, found.value, kinds(found.kinds), found.value if is_web_address(found.value) else "")
        for label, group in groups
        for found in group
    ]
    if contact.birthday:
        told.append((_("Birthday"), contact.birthday, "", ""))
    return told


def kinds(names: tuple[str, ...]) -> str:
    """Name the kinds of a number or an address: private, work, mobile …"""
    return _(", ").join(str(_KINDS[kind]) for kind in names if kind in _KINDS)


def _first(fields: list[vcard.Field]) -> str:
    return fields[0].value if fields else ""


def _photo(data: bytes) -> str:
    found = sniff.media_type(data)
    return f"data:{found};base64,{base64.b64encode(data).decode()}" if found in sniff.PICTURES else ""
