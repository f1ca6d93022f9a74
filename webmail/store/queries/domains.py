"""Domains of ours, and the keys that sign for them."""

from webmail.models import DkimKey, Domain


def domain_names() -> list[str]:
    """The domains whose mail ends here (A-labels), by name."""
    return list(Domain.objects.order_by("name").values_list("name", flat=True))


def dkim_records(domain: str) -> list[tuple[str, str]]:
    """The TXT records of the DKIM keys that a domain has not retired: (name, value); dkim_domain_selector."""
    keys = DkimKey.objects.filter(domain__name=domain, retired_at=None).order_by("selector")
    return [
        (f"{selector}._domainkey.{domain}", record)
        for selector, record in keys.values_list("selector", "record")
    ]
