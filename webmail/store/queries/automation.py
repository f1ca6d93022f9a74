"""What an account wants done with its mail, as a delivery asks."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from webmail.models import ContactAddress, VacationAnswer

from .. import columns, sql

_RULES = (
    "SELECT 'rule' AS kind, r.account_id AS owner, r.position AS place, r.id, r.name, r.query, r.mailbox_id,"
    " r.archives, r.stars, r.marks_read, r.trashes, r.never_spam, r.stops, f.address"
    " FROM webmail_rule r LEFT JOIN webmail_forwardaddress f"
    " ON f.id = r.forward_id AND f.verified_at IS NOT NULL WHERE {}"
)
_FORWARDS = (
    "SELECT 'forward', f.account_id, 0, f.id, '', '', NULL,"
    " FALSE, FALSE, FALSE, NOT f.keeps_copy, FALSE, FALSE, f.address"
    " FROM webmail_forwardaddress f WHERE f.verified_at IS NOT NULL AND {} AND {}"
)
_VACATIONS = (
    "SELECT 'vacation', v.account_id, 0, v.id, v.subject, v.text, NULL,"
    " v.contacts_only, FALSE, FALSE, FALSE, FALSE, FALSE, ''"
    " FROM webmail_vacation v JOIN webmail_account a ON a.id = v.account_id"
    " WHERE a.away_from <= %s AND (a.away_until IS NULL OR a.away_until > %s) AND {}"
)
_OWN = (
    "SELECT 'own', a.id, a.address, a.name FROM webmail_account a WHERE {}"
    " UNION ALL SELECT 'own', t.account_id, t.address, '' FROM webmail_alias t WHERE {}"
    " UNION ALL SELECT 'own', i.account_id, LOWER(i.address), '' FROM webmail_identity i WHERE {}"
)
_KNOWN = (
    "SELECT 'known', t.account_id, t.address, ''"
    " FROM {} JOIN webmail_contactaddress t ON t.account_id = v.account_id AND t.address = v.address"
)
_ANSWERED = (
    "SELECT 'answered', t.account_id, t.address, '' FROM {} JOIN webmail_vacationanswer t"
    " ON t.account_id = v.account_id AND t.address = v.address WHERE t.answered_at > %s"
)


class RuleRow(NamedTuple):
    """A rule that is on: its condition, what it does, and whom it hands mail on to."""

    id: int
    name: str
    query: str
    mailbox_id: int | None = None
    archives: bool = False
    stars: bool = False
    marks_read: bool = False
    trashes: bool = False
    never_spam: bool = False
    stops: bool = False
    forward_to: str = ""


class Forward(NamedTuple):
    """Whom all mail is handed on to, and whether it stays here, too."""

    address: str
    keeps_copy: bool


class Away(NamedTuple):
    """What is answered at the moment; an empty subject is that of the message."""

    subject: str
    text: str
    contacts_only: bool


@dataclass(slots=True)
class Automation:
    """What an account wants done."""

    rules: list[RuleRow] = field(default_factory=list)
    forward: Forward | None = None
    away: Away | None = None


@dataclass(slots=True)
class VacationFacts:
    """What decides on an answer: the addresses of the account, its name, whom it knows, whom it answered."""

    own: set[str] = field(default_factory=set)
    name: str = ""
    known: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)


def automation(account_ids: Collection[int], now: datetime) -> dict[int, Automation]:
    """Read what these accounts want done, all in one statement (indexes rule_of_account, forward_of_all)."""
    at, accounts = columns.parameter(now), set(account_ids)
    rules, keys = sql.among("r.account_id", accounts)
    forwards, _keys = sql.among("f.account_id", accounts)
    vacations, _keys = sql.among("v.account_id", accounts)
    statement = " UNION ALL ".join(
        [
            _RULES.format(f"{rules} AND {sql.true('r.enabled')}"),
            _FORWARDS.format(sql.true("f.takes_all"), forwards),
            _VACATIONS.format(vacations),
        ]
    )
    found: dict[int, Automation] = defaultdict(Automation)
    for kind, owner, _place, *row in sql.run(
        f"{statement} ORDER BY 1, 2, 3, 4", [*keys, *keys, at, at, *keys]
    ):
        _put(found[owner], kind, row)
    return found


def _put(found: Automation, kind: str, row: Sequence[object]) -> None:
    key, name, query, mailbox_id, *acts, address = row
    flags = [bool(each) for each in acts]
    if kind == "rule":
        found.rules.append(RuleRow._make((key, name, query, mailbox_id, *flags, address or "")))
    elif kind == "forward":
        found.forward = Forward(str(address), keeps_copy=not flags[3])
    else:
        found.away = Away(str(name), str(query), flags[0])


def vacation_facts(asked: Collection[tuple[int, str]], since: datetime) -> dict[int, VacationFacts]:
    """Read what decides whether each (account, writer) is answered, those since then left out: one statement.

    Constraints alias_address_account, identity_account_address, contact_address_account, vacation_answer.
    """
    accounts = {account_id for account_id, _ in asked}
    own, parameters = [], []
    for column in ("a.id", "t.account_id", "i.account_id"):
        condition, keys = sql.among(column, accounts)
        own.append(condition)
        parameters += keys
    parts, pair = [_OWN.format(*own)], ["account_id", "address"]
    for statement, model in ((_KNOWN, ContactAddress), (_ANSWERED, VacationAnswer)):
        parts.append(statement.format(sql.values(model, pair)))
        parameters += sql.values_of(model, pair, list(asked))
    found: dict[int, VacationFacts] = defaultdict(VacationFacts)
    rows = sql.run(" UNION ALL ".join(parts), [*parameters, columns.parameter(since)])
    for kind, account_id, address, name in rows:
        facts = found[account_id]
        facts.name = facts.name or name
        getattr(facts, kind).add(address)
    return found
