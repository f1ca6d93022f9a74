"""Contacts: completed while they are typed, listed by name, members of groups, those that seem to be one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, NamedTuple

from django.db.models import Count

from webmail.models import Contact, ContactAddress, ContactGroup

from .. import contact_terms, sql

_MOST_GROUPS = 2
_MOST_DUPLICATES = 100
_ASKED_AT_ONCE = 1_000
_BEGINS = "t.term >= %s AND t.term < %s"
_COMPLETE = (
    "SELECT * FROM (SELECT 0 AS group_id, c.name, a.address, a.rank FROM webmail_contactaddress a"
    " JOIN webmail_contact c ON c.id = a.contact_id"
    f" WHERE a.id IN (SELECT t.address_id FROM webmail_contactterm t WHERE t.account_id = %s AND {_BEGINS})"
    "{more} ORDER BY a.rank DESC, a.address LIMIT %s) people"
)
_MORE = f" AND EXISTS (SELECT 1 FROM webmail_contactterm t WHERE t.address_id = a.id AND {_BEGINS})"
_GROUPS = (
    " UNION ALL SELECT * FROM (SELECT g.id, g.name, '', 1e9 FROM webmail_contactgroup g"
    " WHERE g.account_id = %s{like} ORDER BY g.name LIMIT %s) groups"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A correspondent who completes what was typed; a group has its id, and no address."""

    name: str
    address: str
    group_id: int = 0


class GroupRow(NamedTuple):
    """A group, and how many are in it."""

    id: int
    name: str
    size: int


class ContactRow(NamedTuple):
    """A contact in the list; `address` is the first one."""

    id: int
    name: str
    organisation: str
    address: str
    phone: str
    is_collected: bool
    sort_key: bytes


def complete_recipients(
    account_id: int, text: str, limit: int = 8, *, groups: bool = False
) -> list[Suggestion]:
    """Correspondents of whom each typed word begins something, the likeliest first; groups before them.

    One statement (index contact_term; contact_term_of_address for a second word).
    """
    words = contact_terms.typed(text)
    if not words:
        return []
    first, *rest = words
    statement = _COMPLETE.replace("{more}", _MORE * len(rest))
    parameters: list[Any] = [account_id, *contact_terms.bounds(first)]
    parameters += [bound for word in rest for bound in contact_terms.bounds(word)]
    parameters.append(limit)
    if groups:
        statement += _GROUPS.replace("{like}", " AND g.terms LIKE %s ESCAPE '!'" * len(words))
        parameters += [account_id, *(f"% {_escaped(word)}%" for word in words), _MOST_GROUPS]
    rows = sql.run(statement, parameters)
    found = [Suggestion(name, address, key) for key, name, address, _ in rows]
    return [*(one for one in found if one.group_id), *(one for one in found if not one.group_id)][:limit]


def contact_groups(account_id: int) -> list[GroupRow]:
    """The groups by name (constraint contact_group_name)."""
    rows = ContactGroup.objects.filter(account_id=account_id).annotate(size=Count("members"))
    return [GroupRow(*row) for row in rows.order_by("name").values_list("pk", "name", "size")]


def group_members(account_id: int, group_id: int) -> list[Suggestion]:
    """The members of a group, each by the address that is written to most."""
    rows = ContactAddress.objects.filter(account_id=account_id, contact__groups=group_id)
    best: dict[int, Suggestion] = {}
    for key, name, address in rows.order_by(
        "contact__sort_key", "contact_id", "-rank", "position"
    ).values_list("contact_id", "contact__name", "address"):
        best.setdefault(key, Suggestion(name, address))
    return list(best.values())


def contact_page(
    account_id: int,
    *,
    text: str = "",
    group_id: int = 0,
    collected: bool = False,
    after: tuple[bytes, int] | None = None,
    limit: int = 50,
) -> list[ContactRow]:
    """Contacts by name, one more than `limit` where the list goes on: one statement.

    Index contact_by_name; contact_term for what was typed. `after` is the place of the last one before.
    """
    conditions = ["c.account_id = %s"]
    parameters: list[Any] = [account_id]
    for word in contact_terms.typed(text):
        conditions.append(
            f"c.id IN (SELECT t.contact_id FROM webmail_contactterm t WHERE t.account_id = %s AND {_BEGINS})"
        )
        parameters += [account_id, *contact_terms.bounds(word)]
    if group_id:
        conditions.append(
            "c.id IN (SELECT m.contact_id FROM webmail_contact_groups m WHERE m.contactgroup_id = %s)"
        )
        parameters.append(group_id)
    if collected:
        conditions.append(sql.true("c.is_collected"))
    if after:
        conditions.append("(c.sort_key, c.id) > (%s, %s)")
        parameters += after
    first = (
        "SELECT a.address FROM webmail_contactaddress a WHERE a.contact_id = c.id ORDER BY a.position LIMIT 1"
    )
    phone = "c.phones #>> '{0,0}'" if sql.is_postgresql() else "json_extract(c.phones, '$[0][0]')"
    rows = sql.run(
        f"SELECT c.id, c.name, c.organisation, COALESCE(({first}), ''), COALESCE({phone}, ''),"
        f" c.is_collected, c.sort_key FROM webmail_contact c WHERE {' AND '.join(conditions)}"
        " ORDER BY c.sort_key, c.id LIMIT %s",
        [*parameters, limit + 1],
    )
    return [ContactRow._make((*row[:5], bool(row[5]), bytes(row[6]))) for row in rows]


def contact_ids(account_id: int, *, group_id: int = 0) -> list[int]:
    """All contacts, or those of a group, by name (index contact_by_name)."""
    rows = Contact.objects.filter(account_id=account_id)
    rows = rows.filter(groups=group_id) if group_id else rows
    return list(rows.order_by("sort_key", "pk").values_list("pk", flat=True))


def contacts_with(account_id: int, addresses: Iterable[str]) -> dict[str, int]:
    """Whose these addresses are, in their one spelling (index contact_address_account)."""
    found: dict[str, int] = {}
    for some in batched(addresses, _ASKED_AT_ONCE, strict=False):
        rows = ContactAddress.objects.filter(account_id=account_id, address__in=some)
        found |= dict(rows.order_by("-contact__is_collected", "-pk").values_list("address", "contact_id"))
    return found


def contact_domains(account_id: int, limit: int = 300) -> list[str]:
    """The domains that an account has written to more than once: those are spelt right."""
    rows = ContactAddress.objects.filter(account_id=account_id, use_count__gt=1)
    addresses = rows.order_by("-rank").values_list("address", flat=True)[:limit]
    return list(dict.fromkeys(address.rpartition("@")[2] for address in addresses))


def duplicates(account_id: int) -> list[list[int]]:
    """Contacts of the same name or with the same address, those that belong together: two statements."""
    table, of = "webmail_contact", "account_id = %s"
    names = sql.run(
        f"SELECT sort_key, id FROM {table} WHERE {of} AND name <> '' AND sort_key IN"
        f" (SELECT sort_key FROM {table} WHERE {of} GROUP BY sort_key HAVING COUNT(*) > 1)"
        " ORDER BY sort_key, id LIMIT %s",
        [account_id, account_id, _MOST_DUPLICATES * 4],
    )
    table = "webmail_contactaddress"
    addresses = sql.run(
        f"SELECT address, contact_id FROM {table} WHERE {of} AND address IN"
        f" (SELECT address FROM {table} WHERE {of} GROUP BY address HAVING COUNT(*) > 1)"
        " ORDER BY address, contact_id LIMIT %s",
        [account_id, account_id, _MOST_DUPLICATES * 4],
    )
    return _clusters([*((bytes(key), row) for key, row in names), *addresses])[:_MOST_DUPLICATES]


def _clusters(pairs: Sequence[tuple[Any, int]]) -> list[list[int]]:
    """Group ids that share a key, directly or by way of others."""
    by_key: dict[Any, list[int]] = defaultdict(list)
    for key, row in pairs:
        by_key[key].append(row)
    cluster: dict[int, list[int]] = {}
    for rows in by_key.values():
        joined = sorted({one for row in rows for one in cluster.get(row, [row])})
        cluster.update(dict.fromkeys(joined, joined))
    found = {tuple(rows) for rows in cluster.values() if len(rows) > 1}
    return [list(rows) for rows in sorted(found)]


def _escaped(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
