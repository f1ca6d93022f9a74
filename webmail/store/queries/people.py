"""Whose mail an address leads to, and whom an account writes to."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import F

from mailserver.message.address import domain_of, without_detail
from webmail.models import Account, Alias, Domain, User

from .. import sql
from ..clues import LEAST_HAM, LEAST_SPAM

_POSTMASTER = "postmaster"
_OF_DESTINATION = (
    "sender_choice_count",
    "screens_senders",
    "automation_count",
    "filters_spam",
    "spam_count",
    "ham_count",
    "sorts_by_detail",
)


class Addressee(NamedTuple):
    """An account that an address leads to; `sorts`: it chooses by who sent it where mail goes.

    `automates`: it has rules, hands mail on, or is away. `filters`: it has learnt what spam is. `details`:
    mail to "user+detail" goes to the mailbox of that name.
    """

    account_id: int
    sorts: bool
    automates: bool = False
    filters: bool = False
    details: bool = False


class Leads(NamedTuple):
    """Where an address leads: to accounts of ours and addresses elsewhere; to none if it is unknown."""

    accounts: list[Addressee]
    outside: list[str]

    def __bool__(self) -> bool:
        return bool(self.accounts or self.outside)


NOWHERE = Leads([], [])


def resolve_recipients(addresses: Iterable[str]) -> dict[str, list[Addressee]]:
    """Find the accounts that each address leads to; [] for one that is unknown, or leads elsewhere only."""
    return {address: found.accounts for address, found in resolve_addresses(addresses).items()}


def resolve_addresses(addresses: Iterable[str]) -> dict[str, Leads]:
    """Find where each address leads: an account of this name, else its aliases.

    "user+detail" leads where "user" does (RFC 5233) unless it is known itself; what is unknown leads where
    "@domain" does; postmaster leads somewhere in each domain of ours (RFC 5321 §4.5.1). Addresses have their
    domain in A-labels; case doesn't count.
    """
    asked = list(dict.fromkeys(addresses))
    forms = {address: _forms(address) for address in asked}
    known = _known({form for found in forms.values() for form in found})
    result = {
        address: next((known[form] for form in found if form in known), NOWHERE)
        for address, found in forms.items()
    }
    lost = [address for address, found in result.items() if not found and _is_postmaster(address)]
    if lost:
        result |= {address: Leads(found, []) for address, found in _postmasters(lost).items()}
    return result


def local_domains(names: Collection[str]) -> set[str]:
    """Keep those of these domain names (A-labels, lower case) whose mail ends here."""
    return set(Domain.objects.filter(name__in=names).values_list("name", flat=True))


def first_domain() -> str:
    """The domain that was ours first; "" when there is none."""
    return Domain.objects.order_by("pk").values_list("name", flat=True).first() or ""


def room_left(account_ids: Collection[int]) -> dict[int, int]:
    """Bytes that each account with a quota can still take; others are not in it."""
    rows = Account.objects.filter(pk__in=account_ids, quota_bytes__gt=0)
    return dict(rows.annotate(room=F("quota_bytes") - F("used_bytes")).values_list("pk", "room"))


def person(key: int) -> User | None:
    """Find somebody who may sign in."""
    return User.objects.filter(pk=key, is_active=True).first()


def account_for(user: User) -> Account | None:
    """Open the account of a person who signed in; the first when there are several."""
    return Account.objects.filter(user=user, is_active=True).order_by("pk").first()


def own_addresses(account: Account) -> set[str]:
    """Every address that leads to an account, and those it may write as: one statement."""
    rows = sql.read(
        "SELECT address FROM webmail_identity WHERE account_id = %s"
        " UNION SELECT address FROM webmail_alias WHERE account_id = %s AND address NOT LIKE '@%%'",
        [account.pk, account.pk],
    )
    return {account.address, *(address for (address,) in rows)}


def _forms(address: str) -> list[str]:
    """Write the address as it may be known: as it is, without its detail, as any of its domain."""
    known_as = address.lower()
    return list(dict.fromkeys([known_as, without_detail(known_as), f"@{domain_of(known_as)}"]))


def _known(forms: Collection[str]) -> dict[str, Leads]:
    found: dict[str, Leads] = {}
    aliases = Alias.objects.filter(address__in=forms).exclude(account__is_active=False)
    of_alias = ("account_id", *(f"account__{name}" for name in _OF_DESTINATION))
    for address, target, *row in aliases.order_by("pk").values_list("address", "target", *of_alias):
        leads = found.setdefault(address, Leads([], []))
        if target:
            leads.outside.append(target)
        else:
            leads.accounts.append(_addressee(*row))
    accounts = Account.objects.filter(address__in=forms, is_active=True)
    rows = accounts.values_list("address", "pk", *_OF_DESTINATION)
    found.update({address: Leads([_addressee(*row)], []) for address, *row in rows})
    return found


def _addressee(account_id: int, choices: int, screens: bool, automation: int, *rest: int) -> Addressee:
    """Tell what is done with mail of an account, from its columns of `_OF_DESTINATION`."""
    filters, spam, ham, details = rest
    return Addressee(
        account_id,
        sorts=screens or choices > 0,
        automates=automation > 0,
        filters=bool(filters) and spam >= LEAST_SPAM and ham >= LEAST_HAM,
        details=bool(details),
    )


def _is_postmaster(address: str) -> bool:
    return address.lower().rpartition("@")[0] == _POSTMASTER


def _postmasters(addresses: Collection[str]) -> dict[str, list[Addressee]]:
    """Who answers for a domain: an administrator's account, before others of the domain, else anybody's.

    What is written to a postmaster is never sorted by who sent it.
    """
    domains = local_domains({address.lower().rpartition("@")[2] for address in addresses})
    accounts = list(
        Account.objects.filter(is_active=True)
        .order_by("-user__is_superuser", "-user__is_staff", "pk")
        .values_list("pk", "domain__name")
    )
    result = {}
    for address in addresses:
        domain = address.lower().rpartition("@")[2]
        own = [key for key, name in accounts if name == domain]
        everybody = [key for key, _ in accounts]
        chosen = (own or everybody)[:1] if domain in domains else []
        result[address] = [Addressee(key, sorts=False) for key in chosen]
    return result
