"""Whom an account may write as."""

from dataclasses import dataclass, replace

from mailserver.message.address import without_detail
from webmail.models import Account, Alias, Identity


@dataclass(frozen=True, slots=True)
class SendingAddress:
    """An address to write from, with what goes with it; `id` is None where nothing was chosen for it yet."""

    address: str
    name: str
    reply_to: str = ""
    signature_html: str = ""
    is_default: bool = False
    id: int | None = None


def sending_addresses(account: Account) -> list[SendingAddress]:
    """The account's own address first, then its other identities and the aliases that lead to it.

    Two statements (constraint identity_account_address, the foreign key of an alias).
    """
    chosen = {
        row.address.lower(): row for row in Identity.objects.filter(account=account).order_by("address")
    }
    # "@domain" is nobody's address.
    aliases = Alias.objects.filter(account=account).exclude(address__startswith="@").order_by("address")
    found = [
        _of(account, address, chosen)
        for address in dict.fromkeys([account.address, *chosen, *(alias.address for alias in aliases)])
    ]
    if not any(each.is_default for each in found):
        found[0] = replace(found[0], is_default=True)
    return found


def sending_address(account: Account, wanted: str) -> SendingAddress:
    """The identity of an address that was asked for, else the one for all that isn't an answer.

    "user+detail" goes with "user", whose mail comes to it (RFC 5233): the detail stays in the address.
    """
    known = {each.address.lower(): each for each in sending_addresses(account)}
    plain = without_detail(wanted.lower())
    found = known.get(wanted.lower()) or known.get(plain)
    if found is None:
        return next(each for each in known.values() if each.is_default)
    return replace(found, address=wanted) if plain == found.address.lower() else found


def _of(account: Account, address: str, chosen: dict[str, Identity]) -> SendingAddress:
    row = chosen.get(address)
    if row is None:
        return SendingAddress(address, account.name)
    return SendingAddress(
        row.address, row.name or account.name, row.reply_to, row.signature_html, row.is_default, row.pk
    )
