"""The demo's letters, read from the text files beside this module."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mailserver.message import address
from mailserver.message.address import Address

FOLDER = Path(__file__).with_name("letters")
PEOPLE = {
    "alice": Address("Alice Martin", "alice", "crepes.test"),
    "bob": Address("Bob Keller", "bob", "hamburger.test"),
    "carol": Address("Carol Jones", "carol", "crepes.test"),
    "jun": Address("Jun Sato", "jun", "sato.test"),
    "wang": Address("王芳", "wang.fang", "grain.test"),
}
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True)
class Letter:
    """One letter: who, to whom, how long ago, and where each reader has it."""

    key: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    readers: tuple[Address, ...]
    age: timedelta
    subject: str
    text: str
    html: str
    reply_to: str
    folder: str
    labels: tuple[str, ...]
    files: tuple[str, ...]
    list_id: str
    unread: tuple[Address, ...]
    starred: tuple[Address, ...]


def all_letters() -> list[Letter]:
    """Every letter, the oldest first."""
    blocks = (
        block for path in sorted(FOLDER.glob("*.txt")) for block in path.read_text("utf-8").split("\n%%\n")
    )
    return sorted((_letter(number, block) for number, block in enumerate(blocks)), key=lambda each: -each.age)


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _people(value: str) -> tuple[Address, ...]:
    return tuple(person for word in _words(value) for person in _person(word))


def _person(word: str) -> Iterator[Address]:
    yield from (PEOPLE[word],) if word in PEOPLE else address.parse(word)


def _age(value: str) -> timedelta:
    return timedelta(**{_UNITS[unit]: int(count) for count, unit in re.findall(r"(\d+)([dhm])", value)})


def _letter(number: int, block: str) -> Letter:
    header, _, text = block.strip("\n").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in header.splitlines())
    to, cc = _people(fields["To"]), _people(fields.get("Cc", ""))
    return Letter(
        key=fields.get("Key", f"letter-{number}"),
        sender=_people(fields["From"])[0],
        to=to,
        cc=cc,
        readers=_people(fields.get("For", "")) or to + cc,
        age=_age(fields["Ago"]),
        subject=fields["Subject"],
        text=text.strip("\n"),
        html=fields.get("Html", ""),
        reply_to=fields.get("Reply-To", ""),
        folder=fields.get("Folder", "inbox"),
        labels=_words(fields.get("Labels", "")),
        files=_words(fields.get("Files", "")),
        list_id=fields.get("List-Id", ""),
        unread=_people(fields.get("Unread", "")),
        starred=_people(fields.get("Starred", "")),
    )
