"""Domains whose mail ends here."""

from webmail.models import Domain


def ensure(name: str) -> Domain:
    """The domain of this name (A-labels), made when it is missing."""
    domain, _ = Domain.objects.get_or_create(name=name.strip().rstrip(".").lower())
    return domain


def configure(domain_id: int, *, needs_second_factor: bool) -> None:
    """Keep what an administrator decides about a domain; it holds for who signs in from now on."""
    Domain.objects.filter(pk=domain_id).update(needs_second_factor=needs_second_factor)
