"""Domains of ours, and the keys that sign for them."""

from webmail.models import Domain


def domain_names() -> list[str]:
    """The domains whose mail ends here (A-labels), by name."""
    return list(Domain.objects.order_by("name").values_list("name", flat=True))


def dkim_records(_domain: str) -> list[tuple[str, str]]:
    """The TXT records of a domain's DKIM keys, as (name, value); none while nothing is signed."""
    return []
