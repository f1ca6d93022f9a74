"""As whom an account may write: from what leads to it, or was given to it and leads to nobody else."""

from collections.abc import Collection

from webmail.models import Account, Identity
from webmail.store import queries, sender_names


def foreign(account: Account, specs: Collection[str]) -> list[str]:
    """Keep those of these addresses that an account may not write from: two statements at most."""
    known = {spec: sender_names.of_address(spec) for spec in specs}
    leads = queries.resolve_recipients(filter(None, known.values()))
    homeless = [spec for spec in known.values() if spec and not leads[spec]]
    granted = _granted(account, homeless) if homeless else set()
    own = {spec for spec, found in leads.items() if account.pk in {each.account_id for each in found}}
    return [spec for spec, canonical in known.items() if canonical not in own | granted]


def _granted(account: Account, specs: Collection[str]) -> set[str]:
    """Those that an administrator gave it: people make identities only of what leads to them."""
    rows = Identity.objects.filter(account=account).values_list("address", flat=True)
    return {address.lower() for address in rows}.intersection(specs)
