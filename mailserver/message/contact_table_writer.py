"""Contacts into a table: CSV for Google, or for Outlook."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from .contact_table import MANY
from .vcard import Contact


def write(contacts: Iterable[Contact], style: str = "google") -> Iterator[bytes]:
    """Write it as Google or as Outlook ("outlook") reads it; in UTF-8 with its mark, as Excel wants it."""
    heads, row = (_OUTLOOK, _outlook) if style == "outlook" else (_GOOGLE, _google)
    yield b"\xef\xbb\xbf"
    yield _line(heads)
    for contact in contacts:
        yield _line([_guarded(value) for value in row(contact)])


def _guarded(value: str) -> str:
    """Keep a spreadsheet from computing what strangers wrote; a telephone number is no formula."""
    looks_like_number = re.fullmatch(r"[+-]?[\d\s()./-]+", value)
    return f"'{value}" if value[:1] in ("=", "+", "-", "@") and not looks_like_number else value


_FIELDS = range(4)
_GOOGLE = [
    "Name", "Given Name", "Family Name", "Organization Name", "Notes", "Labels",
    *(f"E-mail {n + 1} - {what}" for n in _FIELDS for what in ("Label", "Value")),
    *(f"Phone {n + 1} - {what}" for n in _FIELDS for what in ("Label", "Value")),
]  # fmt: skip
_OUTLOOK = [
    "First Name", "Last Name", "Company", "Notes", "Categories", "E-mail Address", "E-mail 2 Address",
    "E-mail 3 Address", "Home Phone", "Business Phone", "Mobile Phone",
]  # fmt: skip
_LABELS = {"home": "Home", "work": "Work", "cell": "Mobile"}


def _google(contact: Contact) -> list[str]:
    given, _, family = contact.name.rpartition(" ")
    row = [contact.name, given, family, contact.organisation, contact.note, MANY.join(contact.groups)]
    for many in (contact.emails, contact.phones):
        for n in _FIELDS:
            kinds = many[n].kinds if n < len(many) else ()
            row += [_LABELS.get(kinds[0] if kinds else "", ""), many[n].value if n < len(many) else ""]
    return row


def _outlook(contact: Contact) -> list[str]:
    given, _, family = contact.name.rpartition(" ")
    emails = [one.value for one in contact.emails[:3]]
    phones = {(one.kinds or ("cell",))[0]: one.value for one in reversed(contact.phones)}
    return [
        given, family, contact.organisation, contact.note, ";".join(contact.groups),
        *emails, *[""] * (3 - len(emails)), *(phones.get(kind, "") for kind in ("home", "work", "cell")),
    ]  # fmt: skip


def _line(values: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue().encode("utf-8", "replace")
