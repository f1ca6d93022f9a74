"""People as a message names them: short names, initials, a colour that stays theirs."""

import unicodedata
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailserver.message import header, structure

_COLORS = ("red", "orange", "amber", "green", "teal", "blue", "violet", "pink")
_MAX_SHOWN = 200
_LEFTWARDS = {"R", "AL", "RLE", "RLO", "RLI"}


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody named in a message; `short` is what to call them in a line."""

    name: str
    address: str
    is_me: bool = False

    @property
    def short(self) -> str:
        """First name, "me", or the local part."""
        if self.is_me:
            return gettext("me")
        return self.name.split(" ")[0].rstrip(",") or self.address.partition("@")[0] or gettext("nobody")

    @property
    def whole(self) -> str:
        """The name, or the address of one without a name."""
        return self.name or self.address

    @property
    def initials(self) -> str:
        """One or two letters for the round picture; of a Chinese name its last character or two."""
        return initials(self.whole)

    @property
    def color(self) -> str:
        """One of the label colours, the same for an address everywhere."""
        return color(self.address)


def initials(name: str) -> str:
    """Letters for a round picture."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if ord(words[0][0]) > 0x2E7F:
        return words[0][-2:]
    return (words[0][0] + (words[-1][0] if len(words) > 1 and "@" not in name else "")).upper()


def color(address: str) -> str:
    """Choose the colour of an address."""
    return _COLORS[zlib.crc32(address.lower().encode("utf-8", "replace")) % len(_COLORS)]


def correspondents(mailboxes: Iterable[structure.Mailbox], own: Collection[str]) -> list[Correspondent]:
    """Read the addresses of an envelope field; groups fall apart into their members."""
    found = []
    for mailbox in mailboxes:
        if not mailbox.host:
            continue
        domain = "" if mailbox.host == structure.MISSING_DOMAIN else mailbox.host
        address = f"{mailbox.local}@{domain}" if domain else mailbox.local
        found.append(Correspondent(header.decode_words(mailbox.name), address, address.lower() in own))
    return found[:_MAX_SHOWN]


def to_line(recipients: list[Correspondent]) -> str:
    """Write "to me, Bob and 3 more"; text without a recipient too."""
    if not recipients:
        return gettext("to undisclosed recipients")
    names = gettext(", ").join(isolated(person.short) for person in recipients[:3])
    if len(recipients) > 3:
        names = gettext("%(names)s and %(count)d more") % {"names": names, "count": len(recipients) - 3}
    return gettext("to %(names)s") % {"names": names}


def isolated(name: str) -> str:
    """A name that runs from right to left, fit to stand in a line that doesn't (UAX #9, FSI and PDI)."""
    runs_left = not name.isascii() and any(unicodedata.bidirectional(letter) in _LEFTWARDS for letter in name)
    return f"\u2068{name}\u2069" if runs_left else name


LABELS = {"from": _("From"), "reply_to": _("Reply to"), "to": _("To"), "cc": _("Cc"), "bcc": _("Bcc")}
