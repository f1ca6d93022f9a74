"""Signed and encrypted mail named for what it is; nothing was verified, and that is said."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mailserver.message.part import Part
from mailserver.message.protection import Protection

from .located import Letter


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, how it looks, and the address of the part to take elsewhere ("" for the whole message)."""

    text: str
    is_encrypted: bool
    address: str = ""


def notice(found: Protection, letter: Letter, parts: Mapping[str, Part]) -> Notice:
    """Say how a letter is protected, and what its reader can do."""
    values = {"method": found.method}
    if found.encrypted:
        text = _("Encrypted with %(method)s. Open it in a mail program that has your key.") % values
    elif found.opaque:
        text = _("Signed with %(method)s, and packed into the signature: not checked.") % values
    else:
        text = _("Signed with %(method)s: not checked.") % values
    section = next((section for section, part in parts.items() if part is found.part), None)
    packed = section is not None and (found.encrypted or found.opaque)
    return Notice(text, found.encrypted, letter.address(section) if packed else "")
