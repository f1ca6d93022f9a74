"""Put the demo's people and letters into one server, through the store's own doors."""

import html
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mailserver.message.compose import Attachment, Draft, compose
from mailserver.message.digest import digest
from webmail.models import Account, Role, User
from webmail.store import mailboxes
from webmail.store.add import NewMessage, Placement, add_messages

from . import belongings, files
from .letters import FOLDER, PEOPLE, Letter, all_letters

RESIDENTS = {"crepes.test": ("alice", "carol"), "hamburger.test": ("bob",)}
ADMINISTRATORS = ("alice", "bob")
LABEL_COLORS = {
    "Festival": "orange",
    "Menu": "green",
    "Suppliers": "teal",
    "Travel": "blue",
    "Bills": "red",
    "Reading": "violet",
    "Receipts": "amber",
}


def fill(domain: str, password: str) -> int:
    """Make the people of `domain` with their mail; returns how many messages, 0 when they were there."""
    people = RESIDENTS[domain]
    if Account.objects.filter(address=PEOPLE[people[0]].spec).exists():
        return 0
    with transaction.atomic():
        accounts = {PEOPLE[name].spec: _account(name, password) for name in people}
        labels = {spec: _labels(account) for spec, account in accounts.items()}
        now = timezone.now()
        new = list(_messages(accounts, labels, now))
        add_messages(new)
        for spec, account in accounts.items():
            belongings.give(account, labels[spec], now)
    return len(new)


def _account(name: str, password: str) -> Account:
    """One person with an account; each server has one of them as its administrator."""
    person = PEOPLE[name]
    make = User.objects.create_superuser if name in ADMINISTRATORS else User.objects.create_user
    user = make(person.spec, password, name=person.name)
    return mailboxes.create_account(user, person.spec, person.name)


def _labels(account: Account) -> dict[str, int]:
    """The labels that this person's letters need, by name."""
    wanted = {
        label
        for letter in all_letters()
        if account.address in {reader.spec for reader in letter.readers}
        for label in letter.labels
    }
    return {name: mailboxes.create(account.pk, name, color=LABEL_COLORS[name])[0] for name in sorted(wanted)}


def _messages(
    accounts: Mapping[str, Account], labels: Mapping[str, Mapping[str, int]], now: datetime
) -> Iterator[NewMessage]:
    """Every letter that somebody here has, with its places."""
    by_key = {letter.key: letter for letter in all_letters()}
    for letter in by_key.values():
        roles = {spec: _role(letter, spec) for spec in accounts}
        placements = tuple(
            Placement(
                account_id=accounts[spec].pk,
                received_at=now - letter.age,
                roles=(role,),
                mailbox_ids=tuple(labels[spec][name] for name in letter.labels if name in labels[spec]),
                flags=_flags(letter, spec, role),
            )
            for spec, role in roles.items()
            if role
        )
        if placements:
            raw = _raw(letter, by_key, now)
            yield NewMessage(raw, digest(raw), placements)


def _flags(letter: Letter, spec: str, role: str) -> frozenset[str]:
    """How one person has marked the letter."""
    wanted = {
        "\\Seen": spec not in {person.spec for person in letter.unread},
        "\\Flagged": spec in {person.spec for person in letter.starred},
        "\\Draft": role == Role.DRAFTS,
    }
    return frozenset(flag for flag, given in wanted.items() if given)


def _role(letter: Letter, spec: str) -> str:
    if spec in {reader.spec for reader in letter.readers}:
        return letter.folder
    return Role.SENT if spec == letter.sender.spec else ""


def _raw(letter: Letter, by_key: Mapping[str, Letter], now: datetime) -> bytes:
    chain = _ancestors(letter, by_key)
    text = letter.text
    if chain:
        before = chain[-1]
        text += f"\n\nOn {now - before.age:%d %b %Y at %H:%M}, {before.sender.name} wrote:\n"
        text += "\n".join(f"> {line}".rstrip() for line in before.text.splitlines())
    raw = compose(
        Draft(
            from_=(letter.sender,),
            to=letter.to,
            cc=letter.cc,
            subject=letter.subject,
            text=text,
            html=_html(letter, chain, now),
            date=timezone.localtime(now - letter.age),
            message_id=_message_id(letter),
            in_reply_to=_message_id(chain[-1]) if chain else "",
            references=tuple(map(_message_id, chain)),
            attachments=tuple(Attachment(name, *files.make(name, letter.subject)) for name in letter.files),
        )
    )
    return _list_fields(letter.list_id) + raw


def _list_fields(list_id: str) -> bytes:
    """The fields of a mailing list (RFC 2919, RFC 2369)."""
    if not list_id:
        return b""
    name, _, host = list_id.strip("<>").partition(".")
    leave = f"<mailto:{name}-leave@{host}?subject=unsubscribe>"
    post = f"<mailto:{name}@{host}>"
    return f"List-Id: {list_id}\r\nList-Unsubscribe: {leave}\r\nList-Post: {post}\r\n".encode()


def _html(letter: Letter, chain: list[Letter], now: datetime) -> str | None:
    """A designed page where the letter names one; simple paragraphs from our own people; else none."""
    if letter.html:
        page = (FOLDER / f"{letter.html}.html").read_text("utf-8")
        values = {"sender": letter.sender.name, "subject": letter.subject, "text": letter.text}
        for name, value in values.items():
            page = page.replace(f"{{{name}}}", html.escape(value))
        return page
    if letter.sender.spec not in {PEOPLE[name].spec for names in RESIDENTS.values() for name in names}:
        return None
    body = _paragraphs(letter.text)
    if chain:
        before = chain[-1]
        intro = f"On {now - before.age:%d %b %Y at %H:%M}, {before.sender.name} wrote:"
        body += f"<p>{html.escape(intro)}</p><blockquote type=cite>{_paragraphs(before.text)}</blockquote>"
    return body


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(part)}</p>".replace("\n", "<br>") for part in text.split("\n\n"))


def _ancestors(letter: Letter, by_key: Mapping[str, Letter]) -> list[Letter]:
    """The letters this one answers, the first of the conversation first."""
    chain: list[Letter] = []
    while letter.reply_to:
        letter = by_key[letter.reply_to]
        chain.insert(0, letter)
    return chain


def _message_id(letter: Letter) -> str:
    return f"{letter.key}.demo@{letter.sender.domain}"
