"""What the demo's people have beside mail: contacts and a group, signatures, a template, rules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from webmail.models import Account
from webmail.store import contact_groups, contact_use, contacts, identities, rules, templates
from webmail.store.cards import Card, CardAddress

from .letters import PEOPLE, all_letters

_KNOWN = {
    "alice": Card(name="Alice Martin", organisation="Crêperie du Port", phones=(("+45 5550 1001", "work"),)),
    "bob": Card(name="Bob Keller", organisation="Hamburger Pier", phones=(("+45 5550 2002", "cell"),)),
    "carol": Card(name="Carol Jones", phones=(("+45 5550 1003", "cell"),), note="Is in on Thursdays"),
    "jun": Card(name="Jun Sato", organisation="Sato Knives", note="Festival stand 14"),
    "wang": Card(name="王芳", organisation="北方粮油", phones=(("+86 10 5550 4004", "work"),)),
}
_SIGNATURES = {
    "": "<div>{name}</div><div>{place}, Harbour Street 12</div>",
    "festival": "<div>{name}</div><div><b>Harbour Festival</b>, stand 14 · 港口美食节</div>",
}
_PLACES = {"crepes.test": "Crêperie du Port", "hamburger.test": "Hamburger Pier"}
_TEMPLATE = (
    "Opening hours",
    "Our opening hours",
    "<div>Thank you for asking.</div><div>We are open from Tuesday to Sunday, 11:00 to 21:00;"
    " for more than six people please book two days before.</div>",
)
_RULES = (
    rules.Written(name="Bills", query="subject:(invoice OR bill OR 账单)", stars=True),
    rules.Written(name="Reading, later", query="from:batterweekly.test", archives=True, marks_read=True),
)
_LABEL_OF = {"Bills": "Bills", "Reading, later": "Reading"}


def give(account: Account, labels: Mapping[str, int], now: datetime) -> None:
    """Furnish one account; `labels` are its own, by name."""
    _contacts(account)
    _use(account, now)
    _identities(account)
    templates.create(account.pk, *_TEMPLATE)
    for rule in _RULES:
        mailbox_id = labels.get(_LABEL_OF[rule.name])
        rules.create(account.pk, replace(rule, mailbox_id=mailbox_id))


def _contacts(account: Account) -> None:
    """Keep the others by hand, most of them in a group."""
    group_id, _done = contact_groups.create(account.pk, "Festival 美食节")
    others = {key: card for key, card in _KNOWN.items() if PEOPLE[key].spec != account.address}
    cards = [
        replace(
            card,
            addresses=(CardAddress(PEOPLE[key].spec),),
            group_ids=() if key == "wang" else (group_id,),
        )
        for key, card in others.items()
    ]
    contacts.put(account.pk, cards)


def _use(account: Account, now: datetime) -> None:
    """Count each letter that this person wrote; who isn't known yet is collected."""
    for letter in all_letters():
        if letter.sender.spec == account.address:
            written = {person.spec: person.name for person in (*letter.to, *letter.cc)}
            written.pop(account.address, None)
            contact_use.count_use(account.pk, written, now - letter.age)


def _identities(account: Account) -> None:
    """Sign at the own address, and otherwise at one with a detail."""
    local, _, domain = account.address.partition("@")
    for detail, signature in _SIGNATURES.items():
        fields: dict[str, str | bool] = {
            "name": account.user.name,
            "reply_to": "",
            "signature_html": signature.format(name=account.user.name, place=_PLACES[domain]),
            "is_default": not detail,
        }
        identities.keep(account, f"{local}+{detail}@{domain}" if detail else account.address, fields)
