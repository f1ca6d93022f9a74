"""A contact as it is filled in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mailserver.message.address import AddressError, normalise
from webmail.store.cards import Card, CardAddress
from webmail.store.contacts import MOST_ADDRESSES
from webmail.store.queries import GroupRow

KINDS = (("", _("other")), ("home", _("private")), ("work", _("work")), ("cell", _("mobile")))
_ROOM = 1  # empty lines offered


class ContactForm(forms.Form):
    """Name, organisation, note and groups by fields; addresses and numbers are read by their lists."""

    name = forms.CharField(max_length=200, required=False, label=_("Name"))
    organisation = forms.CharField(max_length=200, required=False, label=_("Organisation"))
    note = forms.CharField(max_length=10_000, required=False, label=_("Note"))
    groups = forms.TypedMultipleChoiceField(coerce=int, required=False, label=_("Groups"))

    def __init__(self, data: QueryDict | None, card: Card, groups: list[GroupRow]) -> None:
        initial = {"name": card.name, "organisation": card.organisation, "note": card.note}
        super().__init__(data, initial=initial | {"groups": list(card.group_ids)})
        self.fields["groups"].choices = [(group.id, group.name) for group in groups]
        self._card = card
        self.addresses = (
            _pairs(data, "address")
            if data is not None
            else [(one.address, one.kind) for one in card.addresses]
        )
        self.phones = _pairs(data, "phone") if data is not None else list(card.phones)

    def clean(self) -> Mapping[str, Any]:
        """Read the addresses; somebody needs a name, an address or a number."""
        cleaned = super().clean() or {}
        self._read: dict[str, CardAddress] = {}
        known = {one.address: one for one in self._card.addresses}
        for typed, kind in self.addresses:
            try:
                spec = normalise(typed)
            except AddressError:
                self.add_error(None, _("“%(address)s” is no e-mail address.") % {"address": typed})
                continue
            self._read.setdefault(spec, replace(known.get(spec, CardAddress(spec)), kind=kind))
        if not (cleaned.get("name") or cleaned.get("organisation") or self.addresses or self.phones):
            self.add_error(None, _("Give a name, an address or a number."))
        return cleaned

    @property
    def card(self) -> Card:
        """The contact as it was filled in; it is no longer one that was only collected."""
        cleaned = self.cleaned_data
        return replace(
            self._card,
            name=cleaned["name"],
            organisation=cleaned["organisation"],
            note=cleaned["note"].replace("\r\n", "\n"),
            addresses=tuple(self._read.values()),
            phones=tuple(self.phones),
            group_ids=tuple(cleaned["groups"]),
            is_collected=False,
        )

    @property
    def address_lines(self) -> list[tuple[str, str]]:
        """The addresses, and room for one more."""
        return [*self.addresses, *[("", "")] * _ROOM]

    @property
    def phone_lines(self) -> list[tuple[str, str]]:
        """The numbers, and room for one more."""
        return [*self.phones, *[("", "")] * _ROOM]


def _pairs(data: QueryDict, name: str) -> list[tuple[str, str]]:
    """Read a list of values with their kinds; empty lines are no lines."""
    kinds = [kind if kind in dict(KINDS) else "" for kind in data.getlist(f"{name}_kind")]
    values = [" ".join(value.split())[:320] for value in data.getlist(name)]
    kinds += [""] * len(values)
    return [(value, kind) for value, kind in zip(values, kinds, strict=False) if value][:MOST_ADDRESSES]
